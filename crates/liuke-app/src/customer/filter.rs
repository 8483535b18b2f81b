//! Which customers a list, a count or an export is about (筛选), and in which order.

use jiff::ToSpan as _;
use jiff::civil::Date;
use liuke_domain::period::parse_day;
use liuke_platform::args;
use liuke_platform::db::SqlText;
use liuke_platform::identity::Scope;
use liuke_platform::problem::{FieldProblem, Problem};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::keys::{Query, push_query};
use super::record::CustomerRecord;
use super::scope::push_scope;
use super::words::{CustomerSort, KindWord, PersonalityWord, TierWord};

/// What customers are filtered by.
#[derive(Debug, Clone, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CustomerFilter {
    /// Part of the name, pinyin, initials, digits of a phone, plate, VIN, number.
    pub q: Option<String>,
    #[param(inline)]
    pub tier: Option<TierWord>,
    pub stage: Option<String>,
    #[param(inline)]
    pub personality: Option<PersonalityWord>,
    #[param(inline)]
    pub kind: Option<KindWord>,
    pub branch_id: Option<Uuid>,
    pub owner_id: Option<Uuid>,
    pub tag: Option<String>,
    pub source: Option<String>,
    /// Last visit at least this many days ago; customers who have never come are left out.
    #[param(value_type = Option<i64>)]
    pub no_visit_days: Option<String>,
    /// First day of the last visit, `YYYY-MM-DD`.
    pub visited_from: Option<String>,
    /// Last day of the last visit.
    pub visited_to: Option<String>,
}

impl CustomerFilter {
    /// Appends the conditions on the alias `c`: not deleted, in the scope, as filtered.
    ///
    /// Stage, personality, kind and source have indexes in the order of creation. `look_up` offers them; without it the
    /// list walks the index of its order, where SQLite would rather sort the many customers of a common value.
    pub(super) fn push(
        &self,
        sql: &mut SqlText,
        scope: &Scope,
        today: Date,
        look_up: bool,
    ) -> Result<(), Problem> {
        sql.push(" AND c.deleted_at IS NULL", Vec::new());
        push_scope(sql, scope, "c");
        if let Some(text) = given(self.q.as_deref()) {
            match Query::parse(text) {
                Some(query) => push_query(sql, &query, "c"),
                None => {
                    sql.push(" AND 1 = 0", Vec::new());
                }
            }
        }
        sql.push_some(" AND c.tier = ?", self.tier.map(TierWord::as_str));
        for (column, value) in [
            ("stage", given(self.stage.as_deref())),
            ("personality", self.personality.map(PersonalityWord::as_str)),
            ("kind", self.kind.map(KindWord::as_str)),
            ("source", given(self.source.as_deref())),
        ] {
            let condition = if look_up {
                format!(" AND c.{column} = ?")
            } else {
                format!(" AND COALESCE(c.{column}, '') = ?")
            };
            sql.push_some(&condition, value);
        }
        sql.push_some(" AND c.branch_id = ?", self.branch_id);
        sql.push_some(" AND c.owner_id = ?", self.owner_id);
        sql.push_some(
            " AND c.id IN (SELECT t.customer_id FROM customer_tag t WHERE t.tag = ?)",
            given(self.tag.as_deref()),
        );
        if let Some(days) = self.no_visit_days(today)? {
            sql.push(" AND c.visit_sort > '' AND c.visit_sort <= ?", args![days]);
        }
        sql.push_some(
            " AND c.visit_sort >= ?",
            day("visited_from", self.visited_from.as_deref())?,
        );
        if let Some(to) = day("visited_to", self.visited_to.as_deref())? {
            sql.push(" AND c.visit_sort > '' AND c.visit_sort <= ?", args![to]);
        }
        Ok(())
    }

    /// The latest day on which a customer may have come last.
    fn no_visit_days(&self, today: Date) -> Result<Option<String>, Problem> {
        let Some(text) = given(self.no_visit_days.as_deref()) else {
            return Ok(None);
        };
        let bad = || {
            Problem::invalid([FieldProblem::new("no_visit_days", "field.out_of_range")
                .param("min", 0)
                .param("max", 36_500)])
        };
        let days: i64 = text.parse().map_err(|_| bad())?;
        if !(0..=36_500).contains(&days) {
            return Err(bad());
        }
        let day = today.checked_sub(days.days()).map_err(|_| bad())?;
        Ok(Some(day.to_string()))
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|t| !t.is_empty())
}

fn day(path: &str, text: Option<&str>) -> Result<Option<String>, Problem> {
    let Some(text) = given(text) else {
        return Ok(None);
    };
    parse_day(text)
        .map(|day| Some(day.to_string()))
        .ok_or_else(|| Problem::invalid([FieldProblem::new(path, "field.bad_day")]))
}

/// The key of the row a page ends with: the sorted column, then the id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum SortKey {
    Number(i64, Uuid),
    Text(String, Uuid),
}

impl CustomerSort {
    pub(super) fn key(self, row: &CustomerRecord, sort_key: &str) -> SortKey {
        match self {
            Self::Name => SortKey::Text(sort_key.to_owned(), row.id),
            Self::LastVisit | Self::LastVisitDesc => {
                SortKey::Text(row.last_visit_on.clone().unwrap_or_default(), row.id)
            }
            Self::RevenueDesc => SortKey::Number(row.revenue_fen, row.id),
            Self::CreatedDesc => SortKey::Number(row.created_at, row.id),
        }
    }

    /// Appends the place to go on after, and the order. Both follow an index that starts with the column.
    pub(super) fn push(self, sql: &mut SqlText, after: Option<SortKey>) -> Result<(), Problem> {
        let (column, rising) = match self {
            Self::Name => ("sort_key", true),
            Self::LastVisit => ("visit_sort", true),
            Self::LastVisitDesc => ("visit_sort", false),
            Self::RevenueDesc => ("revenue_fen", false),
            Self::CreatedDesc => ("created_at", false),
        };
        let (than, order) = if rising { (">", "ASC") } else { ("<", "DESC") };
        let is_text = matches!(self, Self::Name | Self::LastVisit | Self::LastVisitDesc);
        let condition = format!(" AND (c.{column}, c.id) {than} (?, ?)");
        match after {
            None => {}
            Some(SortKey::Text(key, id)) if is_text => {
                sql.push(&condition, args![key, id]);
            }
            Some(SortKey::Number(key, id)) if !is_text => {
                sql.push(&condition, args![key, id]);
            }
            Some(_) => return Err(Problem::new(422, "page.bad_cursor")),
        }
        sql.push(
            &format!(" ORDER BY c.{column} {order}, c.id {order}"),
            Vec::new(),
        );
        Ok(())
    }
}
