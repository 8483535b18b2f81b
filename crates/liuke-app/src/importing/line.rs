//! A line of the file becomes what it says about a customer, an asset, an order or a service record (逐行解析). Pure.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use liuke_domain::asset::{plate, vin_key, vin_problem};
use liuke_domain::importing::{
    self as rules, Field, ImportKind, OrderKind, RowCode, RowError, external_id, is_blank,
};
use liuke_domain::phone::{self, Phone};
use liuke_domain::text;
use uuid::Uuid;

use crate::customer::bulk::{CustomerFields, NewAsset};

/// Longest text of a one-line field, in characters.
const SHORT: usize = 200;
/// Longest text of a field with several lines, in characters.
const LONG: usize = 4_000;

/// Which column is which field.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    /// What the file holds.
    pub(super) kind: ImportKind,
    /// Field of each column.
    pub(super) fields: Vec<Option<Field>>,
    /// Zone of times without one.
    pub(super) zone: TimeZone,
    /// Today, for birthdays and dates ahead.
    pub(super) today: Date,
}

/// Cells of one line by field.
struct Cells<'a> {
    columns: &'a Columns,
    cells: &'a [String],
}

impl<'a> Cells<'a> {
    fn all(&self, field: Field) -> impl Iterator<Item = &'a str> {
        self.columns
            .fields
            .iter()
            .zip(self.cells)
            .filter(move |(column, _)| **column == Some(field))
            .map(|(_, cell)| cell.as_str())
            .filter(|cell| !is_blank(cell))
    }

    fn get(&self, field: Field) -> Option<&'a str> {
        self.all(field).next()
    }

    fn short(&self, field: Field) -> Result<Option<String>, RowError> {
        self.text(field, SHORT)
    }

    /// Text of one or more columns, one below the other.
    fn long(&self, field: Field) -> Result<Option<String>, RowError> {
        let parts: Vec<String> = self.all(field).filter_map(text::clean_lines).collect();
        if parts.is_empty() {
            return Ok(None);
        }
        let joined = parts.join("\n");
        if joined.chars().count() > LONG {
            return Err(RowError::cell(RowCode::TooLong, field, &joined));
        }
        Ok(Some(joined))
    }

    fn text(&self, field: Field, longest: usize) -> Result<Option<String>, RowError> {
        let Some(value) = self.get(field).and_then(text::clean) else {
            return Ok(None);
        };
        if value.chars().count() > longest {
            return Err(RowError::cell(RowCode::TooLong, field, &value));
        }
        Ok(Some(value))
    }

    fn read<T>(
        &self,
        field: Field,
        read: impl FnOnce(&str) -> Result<T, RowCode>,
    ) -> Result<Option<T>, RowError> {
        self.get(field)
            .map(|cell| read(cell).map_err(|code| RowError::cell(code, field, cell)))
            .transpose()
    }

    fn word<T>(
        &self,
        field: Field,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, RowError> {
        self.read(field, |cell| read(cell).ok_or(RowCode::BadWord))
    }

    fn fen(&self, field: Field) -> Result<Option<i64>, RowError> {
        self.read(field, |cell| rules::parse_money(cell).map(|money| money.0))
    }

    fn instant(&self, field: Field) -> Result<Option<Timestamp>, RowError> {
        self.read(field, |cell| rules::parse_instant(cell, &self.columns.zone))
    }

    fn day(&self, field: Field) -> Result<Option<Date>, RowError> {
        self.read(field, rules::parse_day)
    }

    fn phones(&self, field: Field) -> Result<Vec<Phone>, RowError> {
        let mut phones: Vec<Phone> = Vec::new();
        for cell in self.all(field) {
            for piece in phone::split(cell) {
                let read = phone::normalise(piece);
                if read.digits.is_empty() || piece.chars().any(char::is_alphabetic) && !read.valid {
                    return Err(RowError::cell(RowCode::BadPhone, field, cell));
                }
                if !phones.iter().any(|known| known.digits == read.digits) {
                    phones.push(read);
                }
            }
        }
        Ok(phones)
    }
}

/// By what a line's customer can be found.
#[derive(Debug, Clone, Default)]
pub(super) struct Whose {
    /// Number in the other system.
    pub(super) external_id: Option<String>,
    /// Phones.
    pub(super) phones: Vec<Phone>,
    /// Plate, as written.
    pub(super) plate: Option<String>,
    /// VIN, as written.
    pub(super) vin: Option<String>,
    /// Name, for a customer that has to be made.
    pub(super) name: Option<String>,
}

impl Whose {
    fn is_nobody(&self) -> bool {
        self.external_id.is_none()
            && self.phones.is_empty()
            && self.plate.is_none()
            && self.vin.is_none()
    }
}

/// What a line says about the customer itself; people still by name.
#[derive(Debug, Clone, Default)]
pub(super) struct CustomerPart {
    pub(super) fields: CustomerFields,
    pub(super) owner: Option<String>,
    pub(super) preferred_staff: Option<String>,
}

/// An order or one line of it.
#[derive(Debug, Clone)]
pub(super) struct OrderPart {
    pub(super) external_id: Option<String>,
    pub(super) kind: OrderKind,
    pub(super) title: Option<String>,
    pub(super) at: Timestamp,
    pub(super) revenue_fen: i64,
    pub(super) cost_fen: Option<i64>,
    pub(super) seller: Option<String>,
}

/// A visit to the workshop.
#[derive(Debug, Clone)]
pub(super) struct ServicePart {
    pub(super) external_id: Option<String>,
    pub(super) opened_at: Timestamp,
    pub(super) closed_at: Option<Timestamp>,
    pub(super) category: Option<String>,
    pub(super) advisor: Option<String>,
    pub(super) technician: Option<String>,
    pub(super) work: Option<String>,
    pub(super) parts: Option<String>,
    pub(super) mileage_km: Option<i64>,
    pub(super) advice: Option<String>,
    pub(super) next_due_on: Option<Date>,
    pub(super) next_due_km: Option<i64>,
    pub(super) revenue_fen: i64,
    pub(super) cost_fen: Option<i64>,
}

/// What a line is about.
#[derive(Debug, Clone)]
pub(super) enum What {
    /// The customer, perhaps with a vehicle.
    Customer(Box<CustomerPart>),
    /// A vehicle or equipment.
    Asset,
    /// An order.
    Order(Box<OrderPart>),
    /// A service record.
    Service(Box<ServicePart>),
}

/// A line that can be taken.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub(super) whose: Whose,
    pub(super) branch: Option<String>,
    pub(super) asset: Option<NewAsset>,
    pub(super) what: What,
}

/// Reads one line.
pub(super) fn parse(columns: &Columns, cells: &[String]) -> Result<Parsed, RowError> {
    let line = Cells { columns, cells };
    let whose = whose(&line)?;
    let branch = line.short(Field::Branch)?;
    let (asset, what) = match columns.kind {
        ImportKind::Customers => {
            if whose.name.is_none() {
                return Err(RowError::missing(Field::Name));
            }
            (
                asset(&line, &whose)?,
                What::Customer(Box::new(customer(&line)?)),
            )
        }
        ImportKind::Assets => {
            if whose.external_id.is_none() && whose.phones.is_empty() && whose.name.is_none() {
                return Err(RowError::row(RowCode::NoCustomer));
            }
            let asset = asset(&line, &whose)?.ok_or_else(|| RowError::row(RowCode::NoAssetKey))?;
            (Some(asset), What::Asset)
        }
        ImportKind::Orders => {
            if whose.is_nobody() {
                return Err(RowError::row(RowCode::NoCustomer));
            }
            (None, What::Order(Box::new(order(&line)?)))
        }
        ImportKind::ServiceRecords => {
            if whose.is_nobody() {
                return Err(RowError::row(RowCode::NoCustomer));
            }
            (
                asset(&line, &whose)?,
                What::Service(Box::new(service(&line)?)),
            )
        }
    };
    Ok(Parsed {
        whose,
        branch,
        asset,
        what,
    })
}

fn whose(line: &Cells<'_>) -> Result<Whose, RowError> {
    let customers = line.columns.kind == ImportKind::Customers;
    let (id, name, phones) = if customers {
        (Field::ExternalId, Field::Name, Field::Phone)
    } else {
        (
            Field::CustomerExternalId,
            Field::CustomerName,
            Field::CustomerPhone,
        )
    };
    let name = match line.get(name) {
        Some(cell) => {
            let cleaned = text::clean_name(cell);
            if cleaned
                .as_deref()
                .is_some_and(|cleaned| cleaned.chars().count() > 100)
            {
                return Err(RowError::cell(RowCode::TooLong, name, cell));
            }
            cleaned
        }
        None => None,
    };
    let plate = match line.get(Field::Plate) {
        Some(cell) if plate(cell).is_ok() => Some(cell.trim().to_owned()),
        Some(cell) => return Err(RowError::cell(RowCode::BadPlate, Field::Plate, cell)),
        None => None,
    };
    let vin = match line.get(Field::Vin) {
        // A wrong check digit is common in old lists and still identifies; a wrong length does not.
        Some(cell) if vin_key(cell).len() == 17 || vin_problem(cell).is_none() => {
            Some(vin_key(cell))
        }
        Some(cell) => return Err(RowError::cell(RowCode::BadVin, Field::Vin, cell)),
        None => None,
    };
    Ok(Whose {
        external_id: line.get(id).and_then(external_id),
        phones: line.phones(phones)?,
        plate,
        vin,
        name,
    })
}

fn customer(line: &Cells<'_>) -> Result<CustomerPart, RowError> {
    let mut emails = Vec::new();
    for cell in line.all(Field::Email) {
        for piece in cell
            .split([';', '；', ',', '，', ' '])
            .filter(|piece| !piece.is_empty())
        {
            let address = text::fold_width(piece).trim().to_lowercase();
            if !looks_like_email(&address) {
                return Err(RowError::cell(RowCode::BadEmail, Field::Email, cell));
            }
            emails.push(address);
        }
    }
    let today = line.columns.today;
    let mut tags: Vec<String> = Vec::new();
    for tag in line.all(Field::Tags).flat_map(rules::parse_tags) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(CustomerPart {
        fields: CustomerFields {
            kind: line.word(Field::Kind, rules::parse_kind)?,
            gender: line.word(Field::Gender, rules::parse_gender)?,
            birthday: line
                .read(Field::Birthday, |cell| rules::parse_birthday(cell, today))?
                .map(|day| day.to_string()),
            address: line.short(Field::Address)?,
            source: line
                .word(Field::Source, rules::parse_source)?
                .map(|source| source.as_str().to_owned()),
            personality: line.word(Field::Personality, rules::parse_personality)?,
            stage: line.word(Field::Stage, rules::parse_stage)?,
            notes: line.long(Field::Notes)?,
            emails,
            tags,
            ..CustomerFields::default()
        },
        owner: line.short(Field::Owner)?,
        preferred_staff: line.short(Field::PreferredStaff)?,
    })
}

fn looks_like_email(address: &str) -> bool {
    address.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && address.len() <= 254
            && address
                .chars()
                .all(|c| !c.is_whitespace() && !c.is_control())
    })
}

/// The vehicle or equipment of the line, if something identifies it; whose it is comes later.
fn asset(line: &Cells<'_>, whose: &Whose) -> Result<Option<NewAsset>, RowError> {
    let own = line.columns.kind == ImportKind::Assets;
    let asset = NewAsset {
        customer_id: Uuid::nil(),
        kind: line.word(Field::AssetKind, rules::parse_asset_kind)?,
        external_id: if own {
            line.get(Field::ExternalId).and_then(external_id)
        } else {
            None
        },
        plate: whose.plate.clone(),
        vin: whose.vin.clone(),
        serial: line.short(Field::Serial)?,
        model: line.short(Field::Model)?,
        mileage_km: line.read(Field::Mileage, rules::parse_mileage)?,
        purchased_on: line.day(Field::PurchasedOn)?.map(|day| day.to_string()),
        warranty_until: line.day(Field::WarrantyUntil)?.map(|day| day.to_string()),
        site: line.short(Field::Site)?,
        notes: if own { line.long(Field::Notes)? } else { None },
    };
    let known = asset.plate.is_some() || asset.vin.is_some() || asset.serial.is_some();
    Ok(known.then_some(asset))
}

fn order(line: &Cells<'_>) -> Result<OrderPart, RowError> {
    let number = line.get(Field::ExternalId);
    let (kind, revenue) = rules::order_amount(
        number,
        line.get(Field::OrderKind),
        line.get(Field::Revenue),
        line.get(Field::Quantity),
        line.get(Field::UnitPrice),
    )?;
    let at = line
        .instant(Field::OrderedAt)?
        .ok_or_else(|| RowError::missing(Field::OrderedAt))?;
    not_ahead(line, Field::OrderedAt, at)?;
    let cost = line.fen(Field::Cost)?;
    Ok(OrderPart {
        external_id: number.and_then(external_id),
        kind,
        title: line.short(Field::Title)?,
        at,
        revenue_fen: revenue.0,
        // What comes back has cost its cost back too.
        cost_fen: if kind == OrderKind::Refund {
            cost.map(|cost| -cost.abs())
        } else {
            cost
        },
        seller: line.short(Field::Seller)?,
    })
}

fn service(line: &Cells<'_>) -> Result<ServicePart, RowError> {
    let said_closed = line.word(Field::Status, rules::parse_service_closed)?;
    let closing = line.instant(Field::ClosedAt)?;
    let opened_at = line
        .instant(Field::OpenedAt)?
        .or(closing)
        .ok_or_else(|| RowError::missing(Field::OpenedAt))?;
    not_ahead(line, Field::OpenedAt, opened_at)?;
    let closed_at = match said_closed {
        Some(false) => None,
        Some(true) => Some(closing.unwrap_or(opened_at)),
        // A history without a state is of work that was done.
        None if line.columns.fields.contains(&Some(Field::ClosedAt)) => closing,
        None => Some(opened_at),
    };
    if let Some(closed_at) = closed_at {
        not_ahead(line, Field::ClosedAt, closed_at)?;
    }
    Ok(ServicePart {
        external_id: line.get(Field::ExternalId).and_then(external_id),
        opened_at,
        closed_at: closed_at.map(|closed_at| closed_at.max(opened_at)),
        category: line.short(Field::Category)?,
        advisor: line.short(Field::Advisor)?,
        technician: line.short(Field::Technician)?,
        work: line.long(Field::Work)?,
        parts: line.long(Field::Parts)?,
        mileage_km: line.read(Field::Mileage, rules::parse_mileage)?,
        advice: line.long(Field::Advice)?,
        next_due_on: line.day(Field::NextDueOn)?,
        next_due_km: line.read(Field::NextDueKm, rules::parse_mileage)?,
        revenue_fen: line.fen(Field::Revenue)?.unwrap_or(0),
        cost_fen: line.fen(Field::Cost)?,
    })
}

/// What has happened cannot lie ahead; until the end of today is allowed for clocks that differ.
fn not_ahead(line: &Cells<'_>, field: Field, at: Timestamp) -> Result<(), RowError> {
    if at.to_zoned(line.columns.zone.clone()).date() > line.columns.today {
        return Err(RowError::cell(
            RowCode::DateInFuture,
            field,
            line.get(field).unwrap_or_default(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn columns(kind: ImportKind, fields: &[Field]) -> Columns {
        Columns {
            kind,
            fields: fields.iter().map(|field| Some(*field)).collect(),
            zone: TimeZone::get("Asia/Shanghai").unwrap(),
            today: jiff::civil::date(2026, 11, 21),
        }
    }

    fn cells(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn a_line_of_the_retail_data_is_an_order_and_one_without_a_customer_is_refused_with_that_reason()
     {
        let columns = columns(
            ImportKind::Orders,
            &[
                Field::ExternalId,
                Field::Title,
                Field::Quantity,
                Field::OrderedAt,
                Field::UnitPrice,
                Field::CustomerExternalId,
            ],
        );
        let line = cells(&[
            "536365",
            "WHITE HANGING HEART",
            "6.0",
            "2010-12-01 08:26:00",
            "2.55",
            "17850.0",
        ]);
        let parsed = parse(&columns, &line).unwrap();
        assert_eq!(parsed.whose.external_id.as_deref(), Some("17850"));
        let What::Order(order) = parsed.what else {
            panic!("an order")
        };
        assert_eq!((order.kind, order.revenue_fen), (OrderKind::Sale, 1530));

        let line = cells(&[
            "C536379",
            "Discount",
            "-1.0",
            "2010-12-01 09:41:00",
            "27.5",
            "14527.0",
        ]);
        let What::Order(order) = parse(&columns, &line).unwrap().what else {
            panic!("an order")
        };
        assert_eq!((order.kind, order.revenue_fen), (OrderKind::Refund, -2750));

        let line = cells(&["536414", "", "56.0", "2010-12-01 11:52:00", "0.0", ""]);
        assert_eq!(
            parse(&columns, &line).unwrap_err(),
            RowError::row(RowCode::NoCustomer)
        );
    }

    #[test]
    fn two_phones_in_one_cell_are_two_phones_and_letters_are_refused() {
        let columns = columns(ImportKind::Customers, &[Field::Name, Field::Phone]);
        let parsed = parse(&columns, &cells(&["王建国", "13800138000/13900139000"])).unwrap();
        assert_eq!(parsed.whose.phones.len(), 2);
        let refused = parse(&columns, &cells(&["王建国", "不详"]));
        assert!(refused.is_err() || refused.unwrap().whose.phones.is_empty());
        assert_eq!(
            parse(&columns, &cells(&["", "13800138000"])).unwrap_err(),
            RowError::missing(Field::Name)
        );
    }

    #[test]
    fn a_date_in_the_year_3000_and_one_ahead_are_refused_with_the_cell() {
        let columns = columns(
            ImportKind::Orders,
            &[Field::CustomerExternalId, Field::OrderedAt, Field::Revenue],
        );
        for (cell, code) in [
            ("3000-01-01", RowCode::DateOutOfRange),
            ("2027-01-01", RowCode::DateInFuture),
        ] {
            let error = parse(&columns, &cells(&["1", cell, "5"])).unwrap_err();
            assert_eq!((error.code, error.value.as_deref()), (code, Some(cell)));
        }
    }

    #[test]
    fn a_service_record_without_a_state_is_history_and_closed() {
        let columns = columns(
            ImportKind::ServiceRecords,
            &[Field::Plate, Field::OpenedAt, Field::Advisor],
        );
        let parsed = parse(&columns, &cells(&["川A7F3K2", "2026/11/18 9:30", "刘洋"])).unwrap();
        let What::Service(service) = parsed.what else {
            panic!("a service record")
        };
        assert_eq!(service.closed_at, Some(service.opened_at));
        assert_eq!(parsed.asset.unwrap().plate.as_deref(), Some("川A7F3K2"));
    }
}
