//! The customer's card (客户档案页): one customer with everything the archive knows, masked.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use liuke_domain::customer::{self as rules, CustomerKind, PhoneState};
use liuke_domain::period::{DayRange, parse_day};
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql};
use liuke_platform::extract::PathId;
use liuke_platform::fault::Fault;
use liuke_platform::identity::May;
use liuke_platform::problem::Problem;
use uuid::Uuid;

use super::assets::assets_of;
use super::phones::{EmailRow, PhoneRow, emails_of, phones_of};
use super::record::{CustomerRecord, Names, tags_of};
use super::scope::require;
use super::views::{AssetView, Consent, CustomerRow, CustomerView};
use super::words::{ConsentChannel, ConsentPurposeWord};
use crate::App;
use crate::permission::CustomerRead;

/// A customer's card (客户档案)
///
/// Phones, e-mail addresses, address and birthday are masked; `POST …/reveal` shows one of them. permission: customer.read
#[utoipa::path(get, path = "/api/v1/customers/{id}", tag = "customer", params(("id" = Uuid, Path)),
    responses((status = 200, body = CustomerView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn get_customer(
    State(app): State<App>,
    may: May<CustomerRead>,
    PathId(id): PathId<Uuid>,
) -> Result<Json<CustomerView>, Problem> {
    let record = require(&app.db, may.scope(), id).await?;
    let today = super::days::of_branch(&app.db, record.branch_id, may.ctx.now).await?;
    Ok(Json(
        view(&app.db, record, today, may.who.may("customer.reveal")).await?,
    ))
}

/// The card of a record.
pub(super) async fn view<S: Sql>(
    db: &S,
    record: CustomerRecord,
    today: Date,
    can_reveal: bool,
) -> Result<CustomerView, Fault> {
    let id = record.id;
    let phones = phones_of(db, &[id]).await?.remove(&id).unwrap_or_default();
    let emails = emails_of(db, &[id]).await?.remove(&id).unwrap_or_default();
    let assets = assets_of(db, id).await?;
    let consents = consents_of(db, id).await?;
    let tags = tags_of(db, &[id]).await?.remove(&id).unwrap_or_default();
    let names = Names::load(
        db,
        vec![record.owner_id, record.preferred_staff_id],
        vec![record.branch_id],
    )
    .await?;
    let year = year_figures(db, id, today).await?;
    let gaps = gaps(&record, &phones, &assets, &consents)?;
    let birthday_masked = match record.birthday.as_deref() {
        Some(text) => {
            Some(rules::mask_birthday(parse_day(text).ok_or_else(|| {
                Fault::inconsistent("customer", "birthday", id)
            })?))
        }
        None => None,
    };
    Ok(CustomerView {
        external_id: record.external_id.clone(),
        phones: phones.into_iter().map(PhoneRow::view).collect(),
        emails: emails.into_iter().map(EmailRow::view).collect(),
        address_masked: record.address.as_deref().map(rules::mask_address),
        birthday_masked,
        gender: record.gender.clone(),
        source: record.source.clone(),
        personality: record.personality.clone(),
        notes: record.notes.clone(),
        preferred_staff_id: record.preferred_staff_id,
        preferred_staff_name: names.staff(record.preferred_staff_id),
        consents,
        contact_from: record.contact_from.clone(),
        contact_to: record.contact_to.clone(),
        assets,
        gaps,
        created_at: record.created_at,
        updated_at: record.updated_at,
        revenue_12m_fen: year.revenue_fen,
        orders_12m: year.orders,
        visits_12m: year.visits,
        ask_at_reception: record.ask_at_reception,
        can_reveal,
        row: row_view(record, &names, tags),
    })
}

/// The row of a list, and the head of the card.
pub(super) fn row_view(record: CustomerRecord, names: &Names, tags: Vec<String>) -> CustomerRow {
    CustomerRow {
        owner_name: names.staff(record.owner_id),
        branch_name: names.branch(record.branch_id),
        id: record.id,
        number: record.number,
        name: record.name,
        kind: record.kind,
        tier: record.tier,
        stage: record.stage,
        phone_masked: record.phone_masked,
        asset_line: record.asset_line,
        asset_count: record.asset_count,
        owner_id: record.owner_id,
        branch_id: record.branch_id,
        last_visit_on: record.last_visit_on,
        last_contact_at: record.last_contact_at,
        revenue_fen: record.revenue_fen,
        order_count: record.order_count,
        visit_count: record.visit_count,
        tags,
        do_not_call: record.do_not_call,
        version: record.version,
    }
}

#[derive(FromQueryResult)]
struct ConsentRow {
    channel: String,
    purpose: String,
    granted: bool,
    at: i64,
    source: Option<String>,
}

/// What the customer agreed to (同意记录).
pub async fn consents_of<S: Sql>(db: &S, customer_id: Uuid) -> Result<Vec<Consent>, Fault> {
    db.all::<ConsentRow>(
        "SELECT channel, purpose, granted, at, source FROM customer_consent WHERE customer_id = $1 ORDER BY channel, purpose",
        args![customer_id],
    )
    .await?
    .into_iter()
    .map(|row| {
        let bad = |column| Fault::inconsistent("customer_consent", column, customer_id);
        Ok(Consent {
            channel: channel(&row.channel).ok_or_else(|| bad("channel"))?,
            purpose: purpose(&row.purpose).ok_or_else(|| bad("purpose"))?,
            granted: row.granted,
            at: Some(row.at),
            source: row.source,
        })
    })
    .collect()
}

fn channel(text: &str) -> Option<ConsentChannel> {
    use ConsentChannel as C;
    [C::Phone, C::Sms, C::Email, C::Wechat, C::Letter]
        .into_iter()
        .find(|c| c.as_str() == text)
}

fn purpose(text: &str) -> Option<ConsentPurposeWord> {
    use ConsentPurposeWord as P;
    [P::Service, P::Marketing]
        .into_iter()
        .find(|p| p.as_str() == text)
}

/// Whether the customer agreed to calls about service: `None` when nobody asked.
pub async fn phone_consent<S: Sql>(
    db: &S,
    customer_ids: &[Uuid],
) -> Result<BTreeMap<Uuid, bool>, Fault> {
    #[derive(FromQueryResult)]
    struct GrantRow {
        customer_id: Uuid,
        granted: bool,
    }
    let mut found = BTreeMap::new();
    for some in customer_ids.chunks(super::batch::IDS) {
        let mut sql = liuke_platform::db::SqlText::new(
            "SELECT customer_id, granted FROM customer_consent WHERE channel = 'phone' AND purpose = 'service' AND customer_id IN (",
        );
        sql.push_list(some.iter().copied()).push(")", Vec::new());
        let (text, values) = sql.finish();
        found.extend(
            db.all::<GrantRow>(&text, values)
                .await?
                .into_iter()
                .map(|r| (r.customer_id, r.granted)),
        );
    }
    Ok(found)
}

/// Figures of the last twelve months (近12个月).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct YearFigures {
    /// Revenue of orders and service records, fen.
    pub revenue_fen: i64,
    /// Sales.
    pub orders: i64,
    /// Service records.
    pub visits: i64,
}

#[derive(FromQueryResult)]
struct SumRow {
    revenue_fen: i64,
    counted: i64,
}

/// What a customer bought and had serviced in the twelve months up to `today`.
pub async fn year_figures<S: Sql>(
    db: &S,
    customer_id: Uuid,
    today: Date,
) -> Result<YearFigures, Fault> {
    let year = DayRange::last_year(today);
    let days = |id: Uuid| args![id, year.from.to_string(), year.to.to_string()];
    let orders: Option<SumRow> = db
        .one(
            "SELECT CAST(COALESCE(SUM(revenue_fen), 0) AS BIGINT) AS revenue_fen,
                CAST(COALESCE(SUM(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END), 0) AS BIGINT) AS counted
             FROM sales_order WHERE customer_id = $1 AND business_day >= $2 AND business_day <= $3",
            days(customer_id),
        )
        .await?;
    let services: Option<SumRow> = db
        .one(
            "SELECT CAST(COALESCE(SUM(revenue_fen), 0) AS BIGINT) AS revenue_fen, COUNT(*) AS counted
             FROM service_record WHERE customer_id = $1 AND business_day >= $2 AND business_day <= $3",
            days(customer_id),
        )
        .await?;
    let mut figures = YearFigures::default();
    if let Some(row) = orders {
        figures.revenue_fen += row.revenue_fen;
        figures.orders = row.counted;
    }
    if let Some(row) = services {
        figures.revenue_fen += row.revenue_fen;
        figures.visits = row.counted;
    }
    Ok(figures)
}

fn gaps(
    record: &CustomerRecord,
    phones: &[PhoneRow],
    assets: &[AssetView],
    consents: &[Consent],
) -> Result<Vec<String>, Fault> {
    let kind = CustomerKind::parse(&record.kind)
        .ok_or_else(|| Fault::inconsistent("customer", "kind", record.id))?;
    let phones: Vec<PhoneState> = phones
        .iter()
        .map(|p| PhoneState {
            valid: p.valid,
            do_not_use: p.do_not_use,
        })
        .collect();
    let identified: Vec<bool> = assets
        .iter()
        .map(|a| a.plate.is_some() || a.vin.is_some() || a.serial.is_some())
        .collect();
    let found = rules::gaps(&rules::Record {
        kind,
        name: &record.name,
        phones: &phones,
        assets_identified: &identified,
        has_owner: record.owner_id.is_some(),
        has_source: record.source.is_some(),
        has_service_consent: consents
            .iter()
            .any(|c| c.granted && c.purpose == ConsentPurposeWord::Service),
        has_birthday: record.birthday.is_some(),
        has_address: record.address.is_some(),
    });
    Ok(found
        .into_iter()
        .map(|gap| gap.as_str().to_owned())
        .collect())
}
