//! Birthdays (生日).

use jiff::civil::Date;

/// Whether the day is the customer's birthday (生日). Who was born on 29 February has it on 28 February in ordinary years.
pub fn is_birthday(born: Date, day: Date) -> bool {
    day >= born && birthday_in(born, day.year()) == Some(day)
}

/// The first birthday on or after a day.
pub fn next_birthday(born: Date, from: Date) -> Option<Date> {
    let this_year = birthday_in(born, from.year())?;
    if this_year >= from && this_year > born {
        Some(this_year)
    } else {
        birthday_in(born, from.year().checked_add(1)?)
    }
}

/// Age (年龄) in full years on a day; `None` before birth.
pub fn age(born: Date, day: Date) -> Option<i16> {
    if day < born {
        return None;
    }
    let had_birthday = birthday_in(born, day.year()).is_some_and(|b| b <= day);
    Some(day.year() - born.year() - i16::from(!had_birthday))
}

fn birthday_in(born: Date, year: i16) -> Option<Date> {
    let leap_day = born.month() == 2 && born.day() == 29;
    Date::new(year, born.month(), born.day())
        .or_else(|e| {
            if leap_day {
                Date::new(year, 2, 28)
            } else {
                Err(e)
            }
        })
        .ok()
}
