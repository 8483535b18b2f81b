//! Whose line is it? (匹配客户): the customers, vehicles and records that a batch of lines speaks of.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{Hash as _, Hasher as _};

use liuke_domain::importing::{MatchBy as Rule, RowCode, RowError};
use liuke_platform::db::Sql;
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Scope, ScopeKind};
use uuid::Uuid;

use super::line::{Parsed, Whose};
use crate::customer::{self, MatchBy, bulk, match_key, phone_key};

/// Who a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A customer of the archive.
    Known(Uuid),
    /// The n-th new customer of this batch.
    New(usize),
    /// A customer that an earlier line of this file would have made; only in a check.
    Earlier,
    /// Nobody yet.
    Nobody,
}

/// The keys that identify a customer, in the order in which they are tried.
pub(super) fn keys(whose: &Whose, order: &[Rule]) -> Vec<(Rule, String)> {
    let mut keys = Vec::new();
    for by in order {
        match by {
            Rule::ExternalId => keys.extend(whose.external_id.clone().map(|key| (*by, key))),
            Rule::Phone => keys.extend(
                whose
                    .phones
                    .iter()
                    .filter_map(|phone| phone_key(phone).map(|key| (*by, key))),
            ),
            Rule::Plate => {
                keys.extend(
                    whose
                        .plate
                        .as_deref()
                        .and_then(|plate| match_key(MatchBy::Plate, plate))
                        .map(|key| (*by, key)),
                );
            }
            Rule::Vin => {
                keys.extend(
                    whose
                        .vin
                        .as_deref()
                        .and_then(|vin| match_key(MatchBy::Vin, vin))
                        .map(|key| (*by, key)),
                );
            }
        }
    }
    keys
}

fn of(by: Rule) -> MatchBy {
    match by {
        Rule::ExternalId => MatchBy::ExternalId,
        Rule::Phone => MatchBy::Phone,
        Rule::Plate => MatchBy::Plate,
        Rule::Vin => MatchBy::Vin,
    }
}

/// Keys met so far in a check, as hashes: 8 bytes per key, so that a check of millions of lines stays small.
#[derive(Debug, Default)]
pub(super) struct Seen(HashSet<u64>);

impl Seen {
    fn hash(kind: &str, key: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        (kind, key).hash(&mut hasher);
        hasher.finish()
    }

    /// Whether it was met before; remembers it.
    pub(super) fn met(&mut self, kind: &str, key: &str) -> bool {
        !self.0.insert(Self::hash(kind, key))
    }

    fn has(&self, kind: &str, key: &str) -> bool {
        self.0.contains(&Self::hash(kind, key))
    }
}

/// Customers the importer may write, with all that is theirs; everybody without a list.
#[derive(Debug, Default)]
pub(super) struct Writable(Option<BTreeSet<Uuid>>);

impl Writable {
    /// Those of the customers that lie in the scope.
    pub(super) async fn load(
        db: &impl Sql,
        scope: &Scope,
        ids: &BTreeSet<Uuid>,
    ) -> Result<Self, Fault> {
        if scope.kind == ScopeKind::All {
            return Ok(Self(None));
        }
        Ok(Self(Some(bulk::visible(db, scope, ids).await?)))
    }

    /// Whether the customer is one of them.
    pub(super) fn has(&self, customer: Uuid) -> bool {
        self.0.as_ref().is_none_or(|ids| ids.contains(&customer))
    }
}

/// The customers that the archive holds for a batch of lines.
#[derive(Debug, Default)]
pub(super) struct Found {
    by: BTreeMap<Rule, BTreeMap<String, Vec<Uuid>>>,
    writable: Writable,
}

impl Found {
    /// Looks all keys up at once.
    pub(super) async fn load(
        db: &impl Sql,
        scope: &Scope,
        order: &[Rule],
        lines: impl Iterator<Item = &Whose>,
    ) -> Result<Self, Fault> {
        let mut wanted: BTreeMap<Rule, BTreeSet<String>> = BTreeMap::new();
        for whose in lines {
            for (by, key) in keys(whose, order) {
                wanted.entry(by).or_default().insert(key);
            }
            // By what else customers are known, a number belongs to one of them only.
            if let Some(number) = &whose.external_id {
                let numbers = wanted.entry(Rule::ExternalId).or_default();
                numbers.insert(number.clone());
            }
        }
        let mut found = Self::default();
        let mut ids = BTreeSet::new();
        for (by, keys) in wanted {
            let matches = customer::match_by(db, of(by), &keys).await?;
            ids.extend(matches.values().flatten().copied());
            found.by.insert(by, matches);
        }
        found.writable = Writable::load(db, scope, &ids).await?;
        Ok(found)
    }

    /// The one customer of a line.
    fn one(&self, keys: &[(Rule, String)]) -> Result<Option<Uuid>, RowError> {
        for (by, key) in keys {
            let Some(ids) = self.by.get(by).and_then(|matches| matches.get(key)) else {
                continue;
            };
            match ids.as_slice() {
                [] => {}
                [one] if self.writable.has(*one) => return Ok(Some(*one)),
                [_] => return Err(RowError::row(RowCode::OtherBranch)),
                _ => return Err(RowError::row(RowCode::AmbiguousCustomer)),
            }
        }
        Ok(None)
    }
}

/// New customers of one batch, by their keys.
#[derive(Debug, Default)]
pub(super) struct Newcomers {
    by: BTreeMap<(Rule, String), usize>,
    /// Whose the customer numbers of this batch are.
    numbers: BTreeMap<String, Owner>,
    /// How many.
    pub(super) count: usize,
}

impl Newcomers {
    /// Whose line it is: of the archive, of this batch, of an earlier batch, or nobody's.
    pub(super) fn owner(
        &self,
        found: &Found,
        seen: &Seen,
        keys: &[(Rule, String)],
    ) -> Result<Owner, RowError> {
        if let Some(id) = found.one(keys)? {
            return Ok(Owner::Known(id));
        }
        if let Some(index) = keys.iter().find_map(|key| self.by.get(key)) {
            return Ok(Owner::New(*index));
        }
        if keys.iter().any(|(by, key)| seen.has(by.as_str(), key)) {
            return Ok(Owner::Earlier);
        }
        Ok(Owner::Nobody)
    }

    /// Gives a customer number to the owner of a line, or refuses the line when somebody else has it.
    pub(super) fn claim(
        &mut self,
        found: &Found,
        number: &str,
        owner: Owner,
    ) -> Result<(), RowError> {
        let stored = found.by.get(&Rule::ExternalId);
        let holder = stored.and_then(|numbers| numbers.get(number)?.first().copied());
        let holder = self
            .numbers
            .get(number)
            .copied()
            .or(holder.map(Owner::Known));
        if holder.is_some_and(|holder| holder != owner) {
            return Err(RowError::row(RowCode::CustomerNumberTaken));
        }
        self.numbers.insert(number.to_owned(), owner);
        Ok(())
    }

    /// A further new customer.
    pub(super) fn add(&mut self, seen: &mut Seen, check: bool, keys: &[(Rule, String)]) {
        let index = self.count;
        self.count += 1;
        self.learn(seen, check, index, keys);
    }

    /// Further keys of a new customer.
    pub(super) fn learn(
        &mut self,
        seen: &mut Seen,
        check: bool,
        index: usize,
        keys: &[(Rule, String)],
    ) {
        for (by, key) in keys {
            self.by.entry((*by, key.clone())).or_insert(index);
            if check {
                seen.met(by.as_str(), key);
            }
        }
    }
}

/// Vehicles and equipment that the archive holds for a batch: by plate, VIN, and the asset's own number.
#[derive(Debug, Default)]
pub(super) struct Assets {
    by: BTreeMap<(&'static str, String), (Uuid, Uuid)>,
    /// Those the importer may not write.
    foreign: BTreeSet<Uuid>,
}

impl Assets {
    /// The keys of a line's asset.
    pub(super) fn keys(parsed: &Parsed) -> Vec<(&'static str, String)> {
        let Some(asset) = &parsed.asset else {
            return Vec::new();
        };
        let mut keys = Vec::new();
        keys.extend(asset.external_id.clone().map(|key| ("external_id", key)));
        keys.extend(
            asset
                .vin
                .as_deref()
                .and_then(|vin| match_key(MatchBy::Vin, vin))
                .map(|key| ("vin", key)),
        );
        keys.extend(
            asset
                .plate
                .as_deref()
                .and_then(|plate| match_key(MatchBy::Plate, plate))
                .map(|key| ("plate", key)),
        );
        keys
    }

    /// Looks all keys up at once, in every branch: what another branch holds must be known to be left alone.
    pub(super) async fn load(
        db: &impl Sql,
        scope: &Scope,
        lines: impl Iterator<Item = &Parsed>,
    ) -> Result<Self, Fault> {
        let mut wanted: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
        for parsed in lines {
            for (kind, key) in Self::keys(parsed) {
                wanted.entry(kind).or_default().insert(key);
            }
        }
        let mut hits = Vec::new();
        for (kind, keys) in wanted {
            let by = match kind {
                "external_id" => MatchBy::ExternalId,
                "vin" => MatchBy::Vin,
                _ => MatchBy::Plate,
            };
            for (key, assets) in bulk::assets_by(db, by, &keys).await? {
                hits.push(((kind, key), assets));
            }
        }
        let customers = hits.iter().flat_map(|(_, assets)| assets);
        let customers = customers.map(|(_, customer)| *customer).collect();
        let writable = Writable::load(db, scope, &customers).await?;
        let mut found = Self::default();
        for (key, assets) in hits {
            // A plate that passed from car to car belongs to the newest: to the importer's own, where there is one.
            let own = |(_, customer): &&(Uuid, Uuid)| writable.has(*customer);
            if let Some(hit) = assets.iter().rfind(own) {
                found.by.insert(key, *hit);
            } else if let Some(hit) = assets.last() {
                found.foreign.insert(hit.0);
                found.by.insert(key, *hit);
            }
        }
        Ok(found)
    }

    /// Refuses a line whose asset the importer may not write.
    pub(super) fn writable(&self, keys: &[(&'static str, String)]) -> Result<(), RowError> {
        match self.one(keys) {
            Some((asset, _)) if self.foreign.contains(&asset) => {
                Err(RowError::row(RowCode::OtherBranch))
            }
            _ => Ok(()),
        }
    }

    /// The asset of a line: its id and whose it is.
    pub(super) fn one(&self, keys: &[(&'static str, String)]) -> Option<(Uuid, Uuid)> {
        keys.iter().find_map(|key| self.by.get(key).copied())
    }

    /// An asset that was just made.
    pub(super) fn learn(&mut self, keys: Vec<(&'static str, String)>, asset: Uuid, customer: Uuid) {
        for key in keys {
            self.by.insert(key, (asset, customer));
        }
    }
}
