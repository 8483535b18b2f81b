//! Customers in bulk (批量客户).

use std::collections::{BTreeMap, BTreeSet};

use liuke_domain::customer::{CustomerKind, Gender, Personality, Stage};
use liuke_domain::phone::Phone;
use liuke_domain::pinyin;
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Sql as _, Tx, Value};
use liuke_platform::fault::Fault;
use uuid::Uuid;

use super::OnMatch;
use crate::customer::batch::insert_rows;
use crate::customer::figures::{self, Part};
use crate::customer::keys::index;
use crate::customer::numbers;
use crate::customer::phones::{
    EMAIL_COLUMNS, PHONE_COLUMNS, emails_of, phones_of, read_values, stored_number,
};
use crate::customer::record::{CustomerRecord, load};

/// What a row says about a customer. What it does not say is left as it is, or empty.
#[derive(Debug, Clone, Default)]
pub struct CustomerFields {
    /// Name, cleaned.
    pub name: Option<String>,
    /// Person when unknown.
    pub kind: Option<CustomerKind>,
    /// Number in the other system.
    pub external_id: Option<String>,
    /// Read by the one normaliser; the first valid one becomes the primary.
    pub phones: Vec<Phone>,
    /// Stored form.
    pub emails: Vec<String>,
    /// 地址.
    pub address: Option<String>,
    /// `YYYY-MM-DD`.
    pub birthday: Option<String>,
    /// 性别.
    pub gender: Option<Gender>,
    /// 来源.
    pub source: Option<String>,
    /// 性格.
    pub personality: Option<Personality>,
    /// Known (认识) when unknown.
    pub stage: Option<Stage>,
    /// 备注.
    pub notes: Option<String>,
    /// 负责人.
    pub owner_id: Option<Uuid>,
    /// 指定专员.
    pub preferred_staff_id: Option<Uuid>,
    /// Added to those that are there.
    pub tags: Vec<String>,
    /// 勿扰.
    pub do_not_call: Option<bool>,
}

/// A customer to be made.
#[derive(Debug, Clone)]
pub struct NewCustomer {
    /// Where it belongs.
    pub branch_id: Uuid,
    /// When it became known, epoch milliseconds; now when left out.
    pub created_at: Option<i64>,
    /// What is known.
    pub fields: CustomerFields,
}

const COLUMNS: &str = "id, number, external_id, kind, name, sort_key, gender, birthday, address, source, personality, stage, notes, owner_id, \
     preferred_staff_id, branch_id, do_not_call, ask_at_reception, phone_masked, asset_count, revenue_fen, order_count, visit_count, \
     visit_sort, import_id, version, created_at, updated_at";

/// Makes customers with phones, e-mail addresses, tags and search keys; gives their ids in the order of the rows.
pub async fn insert_customers(
    tx: &Tx,
    ctx: &Ctx,
    import_id: Option<Uuid>,
    rows: Vec<NewCustomer>,
) -> Result<Vec<Uuid>, Fault> {
    let numbers = numbers::next_customers(tx, rows.len()).await?;
    let mut ids = Vec::with_capacity(rows.len());
    let (mut customers, mut phones, mut emails, mut tags) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (row, number) in rows.into_iter().zip(numbers) {
        let id: Uuid = ctx.new_id();
        ids.push(id);
        let fields = row.fields;
        let usable = distinct(&fields.phones);
        let first = usable.iter().position(|p| p.valid);
        let masked = first
            .and_then(|at| usable.get(at))
            .map(|p| liuke_domain::phone::mask(&p.input));
        let primary = first.unwrap_or(0);
        for (position, phone) in usable.iter().enumerate() {
            let place = i64::try_from(position).unwrap_or(0);
            phones.push(read_values(
                ctx.new_id(),
                id,
                place,
                phone,
                position == primary,
            ));
        }
        for (position, email) in (0_i64..).zip(&fields.emails) {
            emails.push(args![
                ctx.new_id::<Uuid>(),
                id,
                position,
                email.as_str(),
                None::<String>,
                position == 0
            ]);
        }
        let distinct_tags: BTreeSet<&String> = fields.tags.iter().collect();
        tags.extend(distinct_tags.into_iter().map(|tag| args![id, tag.as_str()]));
        let name = fields.name.unwrap_or_else(|| number.clone());
        customers.push(args![
            id,
            number,
            fields.external_id,
            fields.kind.unwrap_or(CustomerKind::Person).as_str(),
            name.as_str(),
            pinyin::sort_key(&name),
            fields.gender.map(Gender::as_str),
            fields.birthday,
            fields.address,
            fields.source,
            fields.personality.map(Personality::as_str),
            fields.stage.unwrap_or(Stage::Known).as_str(),
            fields.notes,
            fields.owner_id,
            fields.preferred_staff_id,
            row.branch_id,
            fields.do_not_call.unwrap_or(false),
            false,
            masked,
            0_i64,
            0_i64,
            0_i64,
            0_i64,
            "",
            import_id,
            1_i64,
            row.created_at.unwrap_or(ctx.now_ms()),
            ctx.now_ms()
        ]);
    }
    insert_rows(tx, "customer", COLUMNS, customers, "").await?;
    insert_rows(tx, "customer_phone", PHONE_COLUMNS, phones, "").await?;
    insert_rows(tx, "customer_email", EMAIL_COLUMNS, emails, "").await?;
    insert_rows(tx, "customer_tag", "customer_id, tag", tags, "").await?;
    index(tx, &ids.iter().copied().collect()).await?;
    Ok(ids)
}

/// The same number twice in a row is one.
fn distinct(phones: &[Phone]) -> Vec<&Phone> {
    let mut seen = BTreeSet::new();
    phones
        .iter()
        .filter(|p| seen.insert((stored_number(p), p.extension.as_deref())))
        .collect()
}

/// Merges rows into customers that are there; new phones, e-mail addresses and tags are added. Gives those that changed.
pub async fn update_customers(
    tx: &Tx,
    ctx: &Ctx,
    mode: OnMatch,
    rows: &[(Uuid, CustomerFields)],
) -> Result<BTreeSet<Uuid>, Fault> {
    let ids: Vec<Uuid> = rows
        .iter()
        .map(|(id, _)| *id)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut stored: BTreeMap<Uuid, CustomerRecord> = load(tx, &ids)
        .await?
        .into_iter()
        .map(|r| (r.id, r))
        .collect();
    let mut known = Known::load(tx, &ids).await?;
    let mut changed = BTreeSet::new();
    let mut rung = BTreeSet::new();
    let (mut phones, mut emails, mut tags) = (Vec::new(), Vec::new(), Vec::new());
    for (id, fields) in rows {
        // Two rows may speak of one customer: the second meets what the first has left.
        let Some(record) = stored.get_mut(id) else {
            continue;
        };
        let mut is_change = apply(tx, ctx, record, mode, fields).await?;
        for phone in distinct(&fields.phones) {
            let key = (stored_number(phone).to_owned(), phone.extension.clone());
            let there = known.phones.entry(*id).or_default();
            if !there.contains(&key) {
                let place = i64::try_from(there.len()).unwrap_or(0);
                phones.push(read_values(
                    ctx.new_id(),
                    *id,
                    place,
                    phone,
                    there.is_empty(),
                ));
                there.insert(key);
                rung.insert(*id);
                is_change = true;
            }
        }
        for email in &fields.emails {
            let there = known.emails.entry(*id).or_default();
            if !there.contains(email) {
                let place = i64::try_from(there.len()).unwrap_or(0);
                emails.push(args![
                    ctx.new_id::<Uuid>(),
                    *id,
                    place,
                    email.as_str(),
                    None::<String>,
                    there.is_empty()
                ]);
                there.insert(email.clone());
                is_change = true;
            }
        }
        tags.extend(fields.tags.iter().map(|tag| args![*id, tag.as_str()]));
        if is_change {
            changed.insert(*id);
        }
    }
    insert_rows(tx, "customer_phone", PHONE_COLUMNS, phones, "").await?;
    insert_rows(tx, "customer_email", EMAIL_COLUMNS, emails, "").await?;
    insert_rows(
        tx,
        "customer_tag",
        "customer_id, tag",
        tags,
        "ON CONFLICT DO NOTHING",
    )
    .await?;
    figures::refresh(tx, &rung, Part::Phone).await?;
    index(tx, &changed).await?;
    Ok(changed)
}

#[derive(Default)]
struct Known {
    phones: BTreeMap<Uuid, BTreeSet<(String, Option<String>)>>,
    emails: BTreeMap<Uuid, BTreeSet<String>>,
}

impl Known {
    async fn load(tx: &Tx, ids: &[Uuid]) -> Result<Self, Fault> {
        let mut known = Self::default();
        for (id, rows) in phones_of(tx, ids).await? {
            known.phones.insert(
                id,
                rows.into_iter().map(|r| (r.number, r.extension)).collect(),
            );
        }
        for (id, rows) in emails_of(tx, ids).await? {
            known
                .emails
                .insert(id, rows.into_iter().map(|r| r.address).collect());
        }
        Ok(known)
    }
}

/// Merges the fields of one row; whether anything changed.
async fn apply(
    tx: &Tx,
    ctx: &Ctx,
    record: &mut CustomerRecord,
    mode: OnMatch,
    fields: &CustomerFields,
) -> Result<bool, Fault> {
    let word = |text: Option<&'static str>| text.map(str::to_owned);
    let mut next = record.clone();
    next.name = mode.merge_full(&record.name, fields.name.as_ref());
    next.kind = mode.merge_full(
        &record.kind,
        word(fields.kind.map(CustomerKind::as_str)).as_ref(),
    );
    next.stage = mode.merge_full(
        &record.stage,
        word(fields.stage.map(Stage::as_str)).as_ref(),
    );
    next.do_not_call = mode.merge_full(&record.do_not_call, fields.do_not_call.as_ref());
    next.external_id = mode.merge(record.external_id.as_ref(), fields.external_id.as_ref());
    next.address = mode.merge(record.address.as_ref(), fields.address.as_ref());
    next.birthday = mode.merge(record.birthday.as_ref(), fields.birthday.as_ref());
    next.gender = mode.merge(
        record.gender.as_ref(),
        word(fields.gender.map(Gender::as_str)).as_ref(),
    );
    next.source = mode.merge(record.source.as_ref(), fields.source.as_ref());
    next.personality = mode.merge(
        record.personality.as_ref(),
        word(fields.personality.map(Personality::as_str)).as_ref(),
    );
    next.notes = mode.merge(record.notes.as_ref(), fields.notes.as_ref());
    next.owner_id = mode.merge(record.owner_id.as_ref(), fields.owner_id.as_ref());
    next.preferred_staff_id = mode.merge(
        record.preferred_staff_id.as_ref(),
        fields.preferred_staff_id.as_ref(),
    );
    let values = values_of(&next);
    if values == values_of(record) {
        return Ok(false);
    }
    tx.run(
        "UPDATE customer SET name = $1, sort_key = $2, kind = $3, stage = $4, do_not_call = $5, external_id = $6, address = $7,
            birthday = $8, gender = $9, source = $10, personality = $11, notes = $12, owner_id = $13, preferred_staff_id = $14,
            updated_at = $15, version = version + 1
         WHERE id = $16",
        [values, args![ctx.now_ms(), record.id]].concat(),
    )
    .await?;
    next.version += 1;
    *record = next;
    Ok(true)
}

fn values_of(record: &CustomerRecord) -> Vec<Value> {
    args![
        record.name.as_str(),
        pinyin::sort_key(&record.name),
        record.kind.as_str(),
        record.stage.as_str(),
        record.do_not_call,
        record.external_id.as_deref(),
        record.address.as_deref(),
        record.birthday.as_deref(),
        record.gender.as_deref(),
        record.source.as_deref(),
        record.personality.as_deref(),
        record.notes.as_deref(),
        record.owner_id,
        record.preferred_staff_id
    ]
}
