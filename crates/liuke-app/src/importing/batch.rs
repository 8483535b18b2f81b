//! What one batch of lines does (批处理): decided first, the same way for a check and a run; then written.

use std::collections::{BTreeMap, BTreeSet};

use liuke_domain::importing::{
    self as rules, ImportKind, RowCode, RowError, RowOutcome, guess_kind,
};
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Sql, Tx};
use liuke_platform::fault::Fault;
use uuid::Uuid;

use super::line::{CustomerPart, OrderPart, Parsed, ServicePart, What};
use super::resolve::{Assets, Found, Newcomers, Owner, Seen, Writable, keys};
use super::run::Plan;
use super::views::OnMatch;
use crate::customer::bulk::{self, CustomerFields, NewCustomer, NewOrder, NewService, OwnOrder};
use crate::customer::words::OrderKind;

/// A line that is taken.
#[derive(Debug)]
pub(super) struct Take {
    pub(super) outcome: RowOutcome,
    /// In few words, for the list.
    pub(super) summary: String,
    owner: Owner,
    branch_id: Uuid,
    parsed: Parsed,
    /// The order or record it changes or adds to.
    record: Option<Record>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Record {
    /// Stored before this import.
    Stored(Uuid),
    /// An order that an earlier line of this import has made: this line adds to it.
    Own(Uuid),
    /// The line of this batch that makes the order.
    Line(usize),
    /// An order that an earlier line of a check would have made.
    Earlier,
}

/// A batch, decided.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) takes: Vec<Result<Take, RowError>>,
    new_customers: Vec<NewCustomer>,
    assets: Assets,
    ids: Vec<Uuid>,
    kind: ImportKind,
}

fn merging(on_match: OnMatch) -> Option<bulk::OnMatch> {
    match on_match {
        OnMatch::Skip => None,
        OnMatch::FillBlanks => Some(bulk::OnMatch::FillBlanks),
        OnMatch::Overwrite => Some(bulk::OnMatch::Overwrite),
    }
}

/// Numbers of orders or records that are stored, for one batch.
#[derive(Debug, Default)]
struct Records {
    stored: BTreeMap<String, Uuid>,
    /// Numbers of records that the importer may not write.
    foreign: BTreeSet<String>,
    own: BTreeMap<String, OwnOrder>,
    lines: BTreeMap<String, (usize, Owner)>,
}

impl Records {
    async fn load(
        db: &impl Sql,
        plan: &Plan,
        parsed: &[Result<Parsed, RowError>],
    ) -> Result<Self, Fault> {
        let numbers = parsed
            .iter()
            .flatten()
            .filter_map(|line| number_of(&line.what))
            .map(str::to_owned)
            .collect();
        let mut records = Self::default();
        let stored = match plan.columns.kind {
            ImportKind::Orders => {
                records.own = bulk::orders_of_import(db, plan.id, &numbers).await?;
                bulk::orders_by_external(db, &numbers).await?
            }
            ImportKind::ServiceRecords => bulk::services_by_external(db, &numbers).await?,
            ImportKind::Customers | ImportKind::Assets => return Ok(records),
        };
        let customers = stored.values().map(|record| record.customer_id).collect();
        let writable = Writable::load(db, &plan.scope, &customers).await?;
        for (number, record) in stored {
            if writable.has(record.customer_id) && plan.covers(record.branch_id) {
                records.stored.insert(number, record.id);
            } else {
                records.foreign.insert(number);
            }
        }
        Ok(records)
    }

    /// Refuses a line whose record is there and outside the importer's scope, whatever the file is to do with it.
    fn writable(&self, what: &What) -> Result<(), RowError> {
        match number_of(what) {
            Some(number) if self.foreign.contains(number) => {
                Err(RowError::row(RowCode::OtherBranch))
            }
            _ => Ok(()),
        }
    }
}

fn number_of(what: &What) -> Option<&str> {
    match what {
        What::Order(order) => order.external_id.as_deref(),
        What::Service(service) => service.external_id.as_deref(),
        What::Customer(_) | What::Asset => None,
    }
}

impl Batch {
    /// Decides what each line does. A check remembers what earlier lines would have made in `seen`.
    pub(super) async fn decide(
        db: &impl Sql,
        plan: &Plan,
        parsed: Vec<Result<Parsed, RowError>>,
        seen: Option<&mut Seen>,
    ) -> Result<Self, Fault> {
        let check = seen.is_some();
        let mut nothing = Seen::default();
        let seen = seen.unwrap_or(&mut nothing);
        let found = Found::load(
            db,
            &plan.scope,
            &plan.match_by,
            parsed.iter().flatten().map(|line| &line.whose),
        )
        .await?;
        let assets = Assets::load(db, &plan.scope, parsed.iter().flatten()).await?;
        let mut records = Records::load(db, plan, &parsed).await?;
        let mut newcomers = Newcomers::default();
        let mut new_customers = Vec::new();
        let mut takes = Vec::with_capacity(parsed.len());
        for (index, line) in parsed.into_iter().enumerate() {
            let take = line.and_then(|line| {
                decide_line(
                    plan,
                    line,
                    index,
                    &found,
                    &assets,
                    &mut records,
                    &mut newcomers,
                    &mut new_customers,
                    (seen, check),
                )
            });
            takes.push(take);
        }
        Ok(Self {
            takes,
            new_customers,
            assets,
            ids: Vec::new(),
            kind: plan.columns.kind,
        })
    }

    /// Customers made for lines of another kind.
    pub(super) fn customers_beside(&self) -> i64 {
        if self.kind == ImportKind::Customers {
            return 0;
        }
        i64::try_from(self.new_customers.len().max(self.ids.len())).unwrap_or(0)
    }

    /// The customer of a line, once it is known.
    pub(super) fn customer_of(&self, take: &Take) -> Option<Uuid> {
        match take.owner {
            Owner::Known(id) => Some(id),
            Owner::New(index) => self.ids.get(index).copied(),
            Owner::Earlier | Owner::Nobody => None,
        }
    }

    /// Writes everything the batch has decided.
    pub(super) async fn write(&mut self, tx: &Tx, ctx: &Ctx, plan: &Plan) -> Result<(), Fault> {
        let new = std::mem::take(&mut self.new_customers);
        self.ids = bulk::insert_customers(tx, ctx, Some(plan.id), new).await?;
        if self.kind == ImportKind::Customers {
            self.merge_customers(tx, ctx, plan).await?;
        }
        self.write_assets(tx, ctx, plan).await?;
        match self.kind {
            ImportKind::Customers | ImportKind::Assets => Ok(()),
            ImportKind::Orders => self.write_orders(tx, ctx, plan).await,
            ImportKind::ServiceRecords => self.write_services(tx, ctx, plan).await,
        }
    }

    fn taken(&self) -> impl Iterator<Item = (usize, &Take, Uuid)> {
        self.takes.iter().enumerate().filter_map(|(index, take)| {
            let take = take.as_ref().ok()?;
            Some((index, take, self.customer_of(take)?))
        })
    }

    async fn merge_customers(&self, tx: &Tx, ctx: &Ctx, plan: &Plan) -> Result<(), Fault> {
        let Some(mode) = merging(plan.on_match) else {
            return Ok(());
        };
        let rows: Vec<(Uuid, CustomerFields)> = self
            .taken()
            .filter(|(_, take, _)| take.outcome == RowOutcome::Update)
            .filter_map(|(_, take, id)| match &take.parsed.what {
                What::Customer(part) => {
                    Some((id, fields(plan, &take.parsed, part, &plan.source, false)))
                }
                _ => None,
            })
            .collect();
        bulk::update_customers(tx, ctx, mode, &rows).await?;
        Ok(())
    }

    async fn write_assets(&mut self, tx: &Tx, ctx: &Ctx, plan: &Plan) -> Result<(), Fault> {
        let mut new = Vec::new();
        let mut new_keys: Vec<Vec<(&'static str, String)>> = Vec::new();
        let mut changed = Vec::new();
        let mut pending: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
        for (_, take, customer_id) in self.taken() {
            let Some(asset) = &take.parsed.asset else {
                continue;
            };
            let keys = Assets::keys(&take.parsed);
            let mut asset = asset.clone();
            asset.customer_id = customer_id;
            match self.assets.one(&keys) {
                Some((id, _)) if take.outcome != RowOutcome::Skip => changed.push((id, asset)),
                Some(_) => {}
                None if keys.iter().any(|key| pending.contains_key(key)) => {}
                None => {
                    for key in &keys {
                        pending.insert(key.clone(), new.len());
                    }
                    new.push(asset);
                    new_keys.push(keys);
                }
            }
        }
        let ids = bulk::insert_assets(tx, ctx, Some(plan.id), &new).await?;
        for ((id, keys), asset) in ids.into_iter().zip(new_keys).zip(&new) {
            self.assets.learn(keys, id, asset.customer_id);
        }
        // A repair or customer line only completes a vehicle; a line of the vehicle list may also replace.
        let mode = match (self.kind, merging(plan.on_match)) {
            (ImportKind::Assets, Some(mode)) => mode,
            _ => bulk::OnMatch::FillBlanks,
        };
        bulk::update_assets(tx, mode, &changed).await?;
        Ok(())
    }

    async fn write_orders(&self, tx: &Tx, ctx: &Ctx, plan: &Plan) -> Result<(), Fault> {
        let mut new: BTreeMap<usize, NewOrder> = BTreeMap::new();
        let mut replaced = Vec::new();
        let mut added: Vec<(Uuid, NewOrder)> = Vec::new();
        for (index, take, customer_id) in self.taken() {
            let What::Order(part) = &take.parsed.what else {
                continue;
            };
            if take.outcome == RowOutcome::Skip {
                continue;
            }
            let order = order(plan, part, customer_id, take.branch_id);
            match take.record {
                Some(Record::Stored(id)) => replaced.push((id, order)),
                Some(Record::Own(id)) => added.push((id, order)),
                Some(Record::Line(first)) => {
                    if let Some(whole) = new.get_mut(&first) {
                        add_line(whole, &order);
                    }
                }
                Some(Record::Earlier) | None => {
                    new.insert(index, order);
                }
            }
        }
        let new: Vec<NewOrder> = new.into_values().collect();
        bulk::insert_orders(tx, ctx, Some(plan.id), &new).await?;
        bulk::update_orders(tx, &replaced).await?;
        bulk::add_order_lines(tx, &added).await
    }

    async fn write_services(&self, tx: &Tx, ctx: &Ctx, plan: &Plan) -> Result<(), Fault> {
        let mut new = Vec::new();
        let mut replaced = Vec::new();
        for (_, take, customer_id) in self.taken() {
            let What::Service(part) = &take.parsed.what else {
                continue;
            };
            if take.outcome == RowOutcome::Skip {
                continue;
            }
            let asset = self
                .assets
                .one(&Assets::keys(&take.parsed))
                .map(|(id, _)| id);
            let record = service(plan, part, customer_id, asset, take.branch_id);
            match take.record {
                Some(Record::Stored(id)) => replaced.push((id, record)),
                _ => new.push(record),
            }
        }
        bulk::insert_services(tx, ctx, Some(plan.id), &new).await?;
        bulk::update_services(tx, &replaced).await
    }
}

#[allow(clippy::too_many_arguments, reason = "the state of one batch")]
fn decide_line(
    plan: &Plan,
    parsed: Parsed,
    index: usize,
    found: &Found,
    assets: &Assets,
    records: &mut Records,
    newcomers: &mut Newcomers,
    new_customers: &mut Vec<NewCustomer>,
    (seen, check): (&mut Seen, bool),
) -> Result<Take, RowError> {
    let branch_id = plan.branch(parsed.branch.as_deref())?;
    let customer_keys = keys(&parsed.whose, &plan.match_by);
    let mut owner = newcomers.owner(found, seen, &customer_keys)?;
    let asset_keys = Assets::keys(&parsed);
    assets.writable(&asset_keys)?;
    records.writable(&parsed.what)?;
    if plan.columns.kind == ImportKind::Assets && owner == Owner::Nobody {
        // Without a customer in the line, the vehicle itself says whose it is.
        owner = assets
            .one(&asset_keys)
            .map_or(Owner::Nobody, |(_, customer)| Owner::Known(customer));
    }
    let known = owner != Owner::Nobody;
    if !known {
        let may_make = plan.columns.kind == ImportKind::Customers
            || (plan.create_customers
                && (parsed.whose.external_id.is_some() || !parsed.whose.phones.is_empty()));
        if !may_make {
            let code = if parsed.whose.name.is_some() && customer_keys.is_empty() {
                RowCode::NoCustomer
            } else {
                RowCode::UnknownCustomer
            };
            return Err(RowError::row(code));
        }
        owner = Owner::New(newcomers.count);
    }
    // Everything that can refuse the line comes before a customer is made for it.
    if (plan.columns.kind == ImportKind::Customers || !known)
        && let Some(number) = &parsed.whose.external_id
    {
        newcomers.claim(found, number, owner)?;
        if check && !plan.matches_numbers() && seen.met("customer_number", number) {
            return Err(RowError::row(RowCode::CustomerNumberTaken));
        }
    }
    let (outcome, record) = match plan.columns.kind {
        ImportKind::Customers => (existing(plan, known), None),
        ImportKind::Assets => {
            let stored = assets.one(&asset_keys).is_some();
            let earlier = check
                && asset_keys
                    .iter()
                    .fold(false, |met, (kind, key)| seen.met(kind, key) || met);
            (existing(plan, stored || earlier), None)
        }
        ImportKind::Orders | ImportKind::ServiceRecords => {
            decide_record(plan, &parsed, owner, index, records, (seen, check))?
        }
    };
    if known {
        if let Owner::New(made) = owner {
            newcomers.learn(seen, check, made, &customer_keys);
        }
    } else {
        newcomers.add(seen, check, &customer_keys);
        new_customers.push(new_customer(plan, &parsed, branch_id));
    }
    Ok(Take {
        outcome,
        summary: summary(&parsed),
        owner,
        branch_id,
        parsed,
        record,
    })
}

fn existing(plan: &Plan, known: bool) -> RowOutcome {
    match (known, plan.on_match) {
        (false, _) => RowOutcome::Create,
        (true, OnMatch::Skip) => RowOutcome::Skip,
        (true, OnMatch::FillBlanks | OnMatch::Overwrite) => RowOutcome::Update,
    }
}

/// An order or record that is stored stays, unless the file is to overwrite; further lines of an order of this very
/// file add to it.
fn decide_record(
    plan: &Plan,
    parsed: &Parsed,
    owner: Owner,
    index: usize,
    records: &mut Records,
    (seen, check): (&mut Seen, bool),
) -> Result<(RowOutcome, Option<Record>), RowError> {
    let Some(number) = number_of(&parsed.what) else {
        return Ok((RowOutcome::Create, None));
    };
    let orders = plan.columns.kind == ImportKind::Orders;
    if let Some(own) = records.own.get(number) {
        return if owner == Owner::Known(own.customer_id) {
            Ok((RowOutcome::Update, Some(Record::Own(own.id))))
        } else {
            Err(RowError::row(RowCode::DuplicateInFile))
        };
    }
    if let Some((first, whose)) = records.lines.get(number) {
        return if orders && *whose == owner {
            Ok((RowOutcome::Update, Some(Record::Line(*first))))
        } else {
            Err(RowError::row(RowCode::DuplicateInFile))
        };
    }
    if let Some(id) = records.stored.get(number) {
        return Ok(match plan.on_match {
            OnMatch::Overwrite => (RowOutcome::Update, Some(Record::Stored(*id))),
            OnMatch::Skip | OnMatch::FillBlanks => (RowOutcome::Skip, Some(Record::Stored(*id))),
        });
    }
    if check && seen.met("record", number) {
        return if orders {
            Ok((RowOutcome::Update, Some(Record::Earlier)))
        } else {
            Err(RowError::row(RowCode::DuplicateInFile))
        };
    }
    records.lines.insert(number.to_owned(), (index, owner));
    Ok((RowOutcome::Create, None))
}

fn summary(parsed: &Parsed) -> String {
    let whose = &parsed.whose;
    let who = whose
        .name
        .clone()
        .or_else(|| whose.external_id.clone())
        .or_else(|| whose.plate.clone());
    let what = match &parsed.what {
        What::Customer(_) => whose
            .phones
            .first()
            .map(|phone| liuke_domain::phone::mask(&phone.input)),
        What::Asset => parsed
            .asset
            .as_ref()
            .and_then(|asset| asset.plate.clone().or_else(|| asset.serial.clone())),
        What::Order(order) => order.external_id.clone().or_else(|| order.title.clone()),
        What::Service(service) => service.external_id.clone().or_else(|| whose.plate.clone()),
    };
    [who, what]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

fn fields(
    plan: &Plan,
    parsed: &Parsed,
    part: &CustomerPart,
    source: &str,
    new: bool,
) -> CustomerFields {
    let whose = &parsed.whose;
    let guessed = whose.name.as_deref().filter(|_| new).map(guess_kind);
    CustomerFields {
        name: whose.name.clone(),
        kind: part.fields.kind.or(guessed),
        external_id: whose.external_id.clone(),
        phones: whose.phones.clone(),
        source: part
            .fields
            .source
            .clone()
            .or_else(|| new.then(|| source.to_owned())),
        owner_id: plan.person(part.owner.as_deref()),
        preferred_staff_id: plan.person(part.preferred_staff.as_deref()),
        ..part.fields.clone()
    }
}

fn new_customer(plan: &Plan, parsed: &Parsed, branch_id: Uuid) -> NewCustomer {
    let nothing = CustomerPart::default();
    let (part, first_seen) = match &parsed.what {
        What::Customer(part) => (part.as_ref(), None),
        What::Asset => (&nothing, None),
        What::Order(order) => (&nothing, Some(order.at.as_millisecond())),
        What::Service(service) => (&nothing, Some(service.opened_at.as_millisecond())),
    };
    let mut fields = fields(plan, parsed, part, &plan.source, true);
    // A customer known only by a number is called by it, until somebody asks for the name.
    fields.name = fields.name.or_else(|| parsed.whose.external_id.clone());
    NewCustomer {
        branch_id,
        created_at: first_seen,
        fields,
    }
}

fn order(plan: &Plan, part: &OrderPart, customer_id: Uuid, branch_id: Uuid) -> NewOrder {
    NewOrder {
        customer_id,
        external_id: part.external_id.clone(),
        kind: match part.kind {
            rules::OrderKind::Sale => OrderKind::Sale,
            rules::OrderKind::Refund => OrderKind::Refund,
        },
        title: part.title.clone(),
        ordered_at: part.at.as_millisecond(),
        revenue_fen: part.revenue_fen,
        cost_fen: part.cost_fen,
        branch_id,
        seller_id: plan.person(part.seller.as_deref()),
    }
}

/// Adds a further line to an order.
fn add_line(whole: &mut NewOrder, line: &NewOrder) {
    whole.revenue_fen = whole.revenue_fen.saturating_add(line.revenue_fen);
    whole.cost_fen = match (whole.cost_fen, line.cost_fen) {
        (Some(a), Some(b)) => Some(a.saturating_add(b)),
        (a, b) => a.or(b),
    };
    if whole.title.is_none() {
        whole.title.clone_from(&line.title);
    }
    if line.kind == OrderKind::Sale && whole.revenue_fen >= 0 {
        whole.kind = OrderKind::Sale;
    }
}

fn service(
    plan: &Plan,
    part: &ServicePart,
    customer_id: Uuid,
    asset_id: Option<Uuid>,
    branch_id: Uuid,
) -> NewService {
    NewService {
        customer_id,
        external_id: part.external_id.clone(),
        asset_id,
        branch_id,
        category: part.category.clone(),
        opened_at: part.opened_at.as_millisecond(),
        closed_at: part.closed_at.map(jiff::Timestamp::as_millisecond),
        advisor_id: plan.person(part.advisor.as_deref()),
        advisor_name: part.advisor.clone(),
        technician_id: plan.person(part.technician.as_deref()),
        technician_name: part.technician.clone(),
        work: part.work.clone(),
        parts: part.parts.clone(),
        mileage_km: part.mileage_km,
        advice: part.advice.clone(),
        next_due_on: part.next_due_on.map(|day| day.to_string()),
        next_due_km: part.next_due_km,
        revenue_fen: part.revenue_fen,
        cost_fen: part.cost_fen,
    }
}
