//! Cells become values (单元格取值): dates as people and spreadsheets write them, amounts, kilometres, numbers of other systems.

use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::RowCode;
use crate::money::{Decimal, Money};
use crate::text;

/// First year a date may lie in.
pub const YEAR_MIN: i16 = 1900;
/// Last year a date may lie in.
pub const YEAR_MAX: i16 = 2100;

/// Whether a cell says nothing: empty, a dash, or one of the words that systems write for nothing.
pub fn is_blank(cell: &str) -> bool {
    let folded = text::fold_width(cell);
    let word = folded.trim().trim_start_matches('\'').trim();
    matches!(
        word.to_ascii_lowercase().as_str(),
        "" | "-"
            | "--"
            | "---"
            | "/"
            | "\\"
            | "."
            | "null"
            | "none"
            | "nil"
            | "nan"
            | "n/a"
            | "#n/a"
            | "na"
            | "(blank)"
            | "\\n"
    ) || matches!(word, "无" | "空" | "未知" | "不详" | "暂无" | "没有")
        || word.starts_with("0000-00-00")
}

/// A point in civil time as a file says it, before the zone is known; midnight when no time of day is given.
pub type Moment = DateTime;

/// Reads a date with or without time of day.
///
/// `2024-01-31`, `2024/1/31`, `2024.1.31`, `20240131`, `2024年1月31日`, each with ` 08:30[:15]`, `T08:30:15`, `上午8:30`, `8:30 PM`; fourteen digits;
/// spreadsheet serial numbers (`45322`, `45322.354`). Day before month or month before day (`31/01/2024`) is refused as ambiguous.
pub fn parse_moment(cell: &str) -> Result<Moment, RowCode> {
    let folded = text::fold_width(cell);
    let text = folded.trim().trim_start_matches('\'').trim();
    if text.is_empty() {
        return Err(RowCode::BadDate);
    }
    if let Some(moment) = compact(text)? {
        return Ok(moment);
    }
    let (day_part, time_part) = cut_time(text);
    let day = parse_date_part(day_part)?;
    let time = if time_part.is_empty() {
        Time::midnight()
    } else {
        parse_time(time_part).ok_or(RowCode::BadDate)?
    };
    Ok(day.to_datetime(time))
}

/// Digits only: `yyyymmdd`, `yyyymmddhhmm[ss]` or a spreadsheet serial.
fn compact(text: &str) -> Result<Option<Moment>, RowCode> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return Ok(None);
    }
    let zero_fraction = fraction.bytes().all(|b| b == b'0');
    match whole.len() {
        8 | 12 | 14 if zero_fraction => {
            let number = |from: usize, to: usize| {
                whole
                    .get(from..to)
                    .and_then(|s| s.parse::<i16>().ok())
                    .unwrap_or(0)
            };
            let small = |from, to| i8::try_from(number(from, to)).unwrap_or(-1);
            let day = checked_date(number(0, 4), small(4, 6), small(6, 8))?;
            let time = Time::new(
                small(8, 10).max(0),
                small(10, 12).max(0),
                small(12, 14).max(0),
                0,
            )
            .map_err(|_| RowCode::BadDate)?;
            Ok(Some(day.to_datetime(time)))
        }
        4 | 5 => serial(whole, fraction).map(Some),
        _ => Err(RowCode::BadDate),
    }
}

/// A spreadsheet serial number: days since 1899-12-30. Below 18,264 (1950) it is more likely a year or a count than a day.
fn serial(whole: &str, fraction: &str) -> Result<Moment, RowCode> {
    let days: i64 = whole.parse().map_err(|_| RowCode::BadDate)?;
    if !(18_264..=73_415).contains(&days) {
        return Err(RowCode::BadDate);
    }
    let day = date(1899, 12, 30)
        .checked_add(days.days())
        .map_err(|_| RowCode::BadDate)?;
    let nine: String = fraction
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect();
    let billionths: i64 = nine.parse().unwrap_or(0);
    // Half a second more, since a spreadsheet's fraction of a day is rounded.
    let seconds = (billionths * 86_400 + 500_000_000) / 1_000_000_000;
    day.to_datetime(Time::midnight())
        .checked_add(seconds.seconds())
        .map_err(|_| RowCode::BadDate)
}

fn cut_time(text: &str) -> (&str, &str) {
    let time_at = |c: char| c == ' ' || c == 'T' || c == 't';
    if let Some(at) = text.find("日").map(|at| at + "日".len()) {
        return (
            text.get(..at).unwrap_or(text),
            text.get(at..).unwrap_or("").trim_start_matches(time_at),
        );
    }
    text.split_once(time_at)
        .map_or((text, ""), |(day, time)| (day, time.trim()))
}

fn parse_date_part(part: &str) -> Result<Date, RowCode> {
    let unified = part
        .replace(['年', '月', '/', '.'], "-")
        .replace(['日', '号'], "");
    let pieces: Vec<&str> = unified.split('-').map(str::trim).collect();
    let [first, second, third] = pieces.as_slice() else {
        return Err(RowCode::BadDate);
    };
    if [first, second, third]
        .iter()
        .any(|p| p.is_empty() || !p.bytes().all(|b| b.is_ascii_digit()))
    {
        return Err(RowCode::BadDate);
    }
    match (first.len(), second.len(), third.len()) {
        (4, 1 | 2, 1 | 2) => {
            let year = first.parse().map_err(|_| RowCode::BadDate)?;
            checked_date(
                year,
                second.parse().map_err(|_| RowCode::BadDate)?,
                third.parse().map_err(|_| RowCode::BadDate)?,
            )
        }
        (1 | 2, 1 | 2, 1 | 2 | 4) => Err(RowCode::AmbiguousDate),
        _ => Err(RowCode::BadDate),
    }
}

fn checked_date(year: i16, month: i8, day: i8) -> Result<Date, RowCode> {
    let date = Date::new(year, month, day).map_err(|_| RowCode::BadDate)?;
    if (YEAR_MIN..=YEAR_MAX).contains(&year) {
        Ok(date)
    } else {
        Err(RowCode::DateOutOfRange)
    }
}

fn parse_time(part: &str) -> Option<Time> {
    let lower = part.to_ascii_lowercase();
    let mut rest = lower.trim();
    let mut shift = None;
    for (mark, afternoon) in [
        ("上午", false),
        ("早上", false),
        ("下午", true),
        ("晚上", true),
        ("am", false),
        ("pm", true),
    ] {
        if let Some(without) = rest.strip_prefix(mark).or_else(|| rest.strip_suffix(mark)) {
            shift = Some(afternoon);
            rest = without.trim();
            break;
        }
    }
    let unified = rest.replace(['时', '点', '分'], ":").replace('秒', "");
    let unified = unified.trim_end_matches(':');
    let (clock, _fraction) = unified.split_once('.').unwrap_or((unified, ""));
    let mut numbers = clock.split(':').map(|p| p.trim().parse::<i8>().ok());
    let hour = numbers.next()??;
    let minute = numbers.next().unwrap_or(Some(0))?;
    let second = numbers.next().unwrap_or(Some(0))?;
    if numbers.next().is_some() {
        return None;
    }
    let hour = match shift {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    Time::new(hour, minute, second, 0).ok()
}

/// Reads a day; a time of day behind it is dropped.
pub fn parse_day(cell: &str) -> Result<Date, RowCode> {
    parse_moment(cell).map(DateTime::date)
}

/// Reads an instant: civil time in the branch's zone, or with an offset of its own (`2024-01-31T08:30:00+08:00`).
pub fn parse_instant(cell: &str, zone: &TimeZone) -> Result<Timestamp, RowCode> {
    if let Ok(instant) = cell.trim().parse::<Timestamp>() {
        let year = instant.to_zoned(zone.clone()).year();
        return if (YEAR_MIN..=YEAR_MAX).contains(&year) {
            Ok(instant)
        } else {
            Err(RowCode::DateOutOfRange)
        };
    }
    parse_moment(cell)?
        .to_zoned(zone.clone())
        .map(|z| z.timestamp())
        .map_err(|_| RowCode::BadDate)
}

/// Reads a birthday (生日): a day after 1900 and not ahead of `today`.
pub fn parse_birthday(cell: &str, today: Date) -> Result<Date, RowCode> {
    let day = parse_day(cell)?;
    if day > today {
        Err(RowCode::DateInFuture)
    } else {
        Ok(day)
    }
}

/// Reads an amount, rounding the noise of binary fractions to the fen.
pub fn parse_money(cell: &str) -> Result<Money, RowCode> {
    Money::parse_rounded(cell).map_err(|_| RowCode::BadMoney)
}

/// Reads a quantity (数量): any number, since things are sold by weight too; only checked here.
pub fn parse_quantity(cell: &str) -> Result<Decimal, RowCode> {
    Decimal::parse(cell).map_err(|_| RowCode::BadNumber)
}

/// Most kilometres anything drives.
const MILEAGE_MAX: i64 = 5_000_000;

/// Reads kilometres (里程): `12,345 km`, `1.2万公里`, `约8000公里`, `12345.6`; the fraction is dropped.
pub fn parse_mileage(cell: &str) -> Result<i64, RowCode> {
    let folded = text::fold_width(cell).to_lowercase();
    let mut number = folded.trim();
    number = number.trim_start_matches(['约', '大', '≈', '~']).trim();
    for unit in ["公里数", "公里", "千米", "kms", "km", "里程"] {
        number = number.strip_suffix(unit).unwrap_or(number).trim();
    }
    let number = number
        .strip_suffix('w')
        .map_or_else(|| number.to_owned(), |n| format!("{n}万"));
    let (whole, _) = Decimal::parse(&number)
        .ok()
        .and_then(Decimal::to_whole)
        .ok_or(RowCode::BadMileage)?;
    if (0..=MILEAGE_MAX).contains(&whole) {
        Ok(whole)
    } else {
        Err(RowCode::BadMileage)
    }
}

/// A number of another system (外部编号): trimmed, half width, and `17850.0` as a spreadsheet writes it becomes `17850`. `None` when blank.
pub fn external_id(cell: &str) -> Option<String> {
    if is_blank(cell) {
        return None;
    }
    let cleaned = text::clean(cell.trim().trim_start_matches('\''))?;
    if let Some((whole, fraction)) = cleaned.split_once('.') {
        let digits = !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit());
        if digits && !fraction.is_empty() && fraction.bytes().all(|b| b == b'0') {
            return Some(whole.to_owned());
        }
    }
    Some(cleaned)
}
