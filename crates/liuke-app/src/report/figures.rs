//! What the rates are (统计口径): counts folded into figures, factors and groups. Pure.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use liuke_domain::percent;
use liuke_domain::period::{DayRange, Month, parse_day};
use liuke_domain::rates::{self, Counts};
use liuke_domain::satisfaction::MIN_N;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::{AnswerCount, Named, SlipFact, TaskCount};
use crate::shapes::{FactorWord, FigureWord};

/// The five satisfaction factors (五度), as the columns are named.
pub(super) const FACTORS: [&str; 5] = [
    "result",
    "tangibles",
    "responsiveness",
    "empathy",
    "contrast",
];

/// By what the groups are made (分组).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum By {
    /// Branch (网点).
    #[default]
    Branch,
    /// Person (人员).
    Agent,
    /// Day (日).
    Day,
    /// Week from Monday (周).
    Week,
    /// Month (月).
    Month,
}

impl By {
    /// As in the address and the words.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::Agent => "agent",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

/// What a figure is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Unit {
    /// Pieces.
    Count,
    /// Basis points.
    Bp,
    /// Milliseconds.
    Ms,
}

impl From<rates::Unit> for Unit {
    fn from(unit: rates::Unit) -> Self {
        match unit {
            rates::Unit::Count => Self::Count,
            rates::Unit::Bp => Self::Bp,
            rates::Unit::Ms => Self::Ms,
        }
    }
}

/// One figure with what it is made of (指标).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Figure {
    /// Stable code; its formula is worded under the same code.
    #[schema(inline, value_type = FigureWord)]
    pub(super) code: &'static str,
    /// The value; nothing when there is nothing to divide by.
    pub(super) value: Option<i64>,
    /// Unit of the value.
    pub(super) unit: Unit,
    /// What is divided.
    pub(super) numerator: Option<i64>,
    /// By what.
    pub(super) denominator: Option<i64>,
    /// Fewer than [`MIN_N`] cases stand behind a rate.
    pub(super) too_little: bool,
}

/// Satisfaction by one factor (五度满意度).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct FactorRate {
    /// The factor.
    #[schema(inline, value_type = FactorWord)]
    pub(super) factor: &'static str,
    /// Mean score times 100, rounded half up.
    pub(super) mean_x100: Option<i64>,
    /// Share of scores 4 and 5, in basis points.
    pub(super) top2_bp: Option<i64>,
    /// How many scored.
    pub(super) n: i64,
    /// Fewer than [`MIN_N`].
    pub(super) too_little: bool,
}

/// The figures of one branch, person or period (分组).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct RateGroup {
    /// Id of the branch or person, or the first day of the period; empty for unassigned.
    pub(super) key: String,
    /// Name, or the period; empty for unassigned.
    pub(super) label: String,
    /// Due.
    pub(super) due: i64,
    /// Reached.
    pub(super) reached: i64,
    /// Reached ÷ due.
    pub(super) followup_rate_bp: Option<i64>,
    /// Satisfied follow-ups ÷ scored: mean 4 or more and nothing a dissatisfaction.
    pub(super) satisfied_rate_bp: Option<i64>,
    /// Scored follow-ups.
    pub(super) satisfaction_n: i64,
    /// Mean of all scores, times 100.
    pub(super) mean_x100: Option<i64>,
    /// Open slips.
    pub(super) slips_open: i64,
    /// Of them overdue.
    pub(super) slips_overdue: i64,
    /// Closed slips.
    pub(super) slips_closed: i64,
    /// Median loop time in milliseconds.
    pub(super) loop_ms: Option<i64>,
}

/// Count, sum and top-two count of one factor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Scored {
    n: i64,
    sum: i64,
    top2: i64,
}

/// Everything counted for one group, or for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    counts: Counts,
    factors: [Scored; 5],
    /// From raising to closing, milliseconds.
    loops: Vec<i64>,
}

impl Tally {
    fn task(&mut self, row: &TaskCount) {
        self.counts.due += row.due;
        self.counts.reached += row.reached;
        self.counts.done += row.completed;
    }

    fn answer(&mut self, row: &AnswerCount) {
        self.counts.scored += row.answers;
        self.counts.satisfied += row.satisfied;
        let counted = [
            (row.result_n, row.result_sum, row.result_top2),
            (row.tangibles_n, row.tangibles_sum, row.tangibles_top2),
            (
                row.responsiveness_n,
                row.responsiveness_sum,
                row.responsiveness_top2,
            ),
            (row.empathy_n, row.empathy_sum, row.empathy_top2),
            (row.contrast_n, row.contrast_sum, row.contrast_top2),
        ];
        for (scored, (n, sum, top2)) in self.factors.iter_mut().zip(counted) {
            scored.n += n;
            scored.sum += sum;
            scored.top2 += top2;
        }
    }

    fn open(&mut self, row: &SlipFact, now: i64) {
        self.counts.slips_open += 1;
        if row.due_at < now {
            self.counts.slips_overdue += 1;
        }
    }

    fn closed(&mut self, row: &SlipFact) {
        self.counts.slips_closed += 1;
        if row.reopened_count > 0 {
            self.counts.slips_reopened += 1;
        }
        if let Some(closed_at) = row.closed_at {
            self.loops.push(closed_at - row.raised_at);
        }
    }

    /// The figures in the order they are shown: a rate with what it divides, a time with how many it is the median of.
    pub(super) fn figures(&self) -> Vec<Figure> {
        rates::figures(&self.counts, &self.loops)
            .into_iter()
            .map(|figure| Figure {
                code: figure.code.as_str(),
                value: figure.value,
                unit: figure.unit.into(),
                numerator: figure.numerator.filter(|_| figure.unit == rates::Unit::Bp),
                denominator: match figure.unit {
                    rates::Unit::Ms => figure.numerator,
                    rates::Unit::Bp | rates::Unit::Count => figure.denominator,
                },
                too_little: figure.too_little,
            })
            .collect()
    }

    /// Satisfaction by factor.
    pub(super) fn factor_rates(&self) -> Vec<FactorRate> {
        FACTORS
            .iter()
            .zip(&self.factors)
            .map(|(factor, scored)| FactorRate {
                factor,
                mean_x100: percent::scaled(scored.sum, scored.n, 100),
                top2_bp: percent::ratio(scored.top2, scored.n),
                n: scored.n,
                too_little: scored.n < MIN_N,
            })
            .collect()
    }

    fn group(&self, key: String, label: String) -> RateGroup {
        let (n, sum) = self
            .factors
            .iter()
            .fold((0, 0), |(n, sum), scored| (n + scored.n, sum + scored.sum));
        let counts = &self.counts;
        RateGroup {
            key,
            label,
            due: counts.due,
            reached: counts.reached,
            followup_rate_bp: percent::ratio(counts.reached, counts.due),
            satisfied_rate_bp: percent::ratio(counts.satisfied, counts.scored),
            satisfaction_n: counts.scored,
            mean_x100: percent::scaled(sum, n, 100),
            slips_open: counts.slips_open,
            slips_overdue: counts.slips_overdue,
            slips_closed: counts.slips_closed,
            loop_ms: rates::median(&self.loops),
        }
    }
}

/// Everything that was counted, before it is folded.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) tasks: Vec<TaskCount>,
    pub(super) answers: Vec<AnswerCount>,
    pub(super) open: Vec<SlipFact>,
    pub(super) closed: Vec<SlipFact>,
}

impl Facts {
    /// All in one.
    pub(super) fn total(&self, now: i64) -> Tally {
        let mut total = Tally::default();
        self.tasks.iter().for_each(|row| total.task(row));
        self.answers.iter().for_each(|row| total.answer(row));
        self.open.iter().for_each(|row| total.open(row, now));
        self.closed.iter().for_each(|row| total.closed(row));
        total
    }

    /// By branch, person or period. Periods come in order of time, others by how much was due.
    ///
    /// The open slips of a period are those raised up to its end, as everywhere, so they do not add up over periods.
    pub(super) fn groups(
        &self,
        by: By,
        days: DayRange,
        now: i64,
        names: &[Named],
    ) -> Vec<RateGroup> {
        let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
        let key = |branch: Uuid, staff: Option<Uuid>, day: &str| match by {
            By::Branch => branch.to_string(),
            By::Agent => staff.map_or_else(String::new, |id| id.to_string()),
            By::Day | By::Week | By::Month => first_day(by, day),
        };
        for row in &self.tasks {
            tallies
                .entry(key(row.branch_id, row.staff_id, &row.day))
                .or_default()
                .task(row);
        }
        for row in &self.answers {
            tallies
                .entry(key(row.branch_id, row.staff_id, &row.day))
                .or_default()
                .answer(row);
        }
        let timed = matches!(by, By::Day | By::Week | By::Month);
        let first = days.from.to_string();
        for row in &self.open {
            // What was raised before makes no period of its own.
            if timed && row.day < first {
                continue;
            }
            let tally = tallies
                .entry(key(row.branch_id, row.staff_id, &row.day))
                .or_default();
            if !timed {
                tally.open(row, now);
            }
        }
        for row in &self.closed {
            tallies
                .entry(key(row.branch_id, row.staff_id, &row.day))
                .or_default()
                .closed(row);
        }
        if timed {
            for (key, tally) in &mut tallies {
                let last = last_day(by, key);
                let until_then = self.open.iter().filter(|row| row.day <= last);
                until_then.for_each(|row| tally.open(row, now));
            }
        }
        let names: BTreeMap<String, &str> = names
            .iter()
            .map(|named| (named.id.to_string(), named.name.as_str()))
            .collect();
        let mut groups: Vec<RateGroup> = tallies
            .into_iter()
            .map(|(key, tally)| {
                let label = match by {
                    By::Branch | By::Agent => {
                        names.get(&key).copied().unwrap_or_default().to_owned()
                    }
                    By::Month => key.chars().take(7).collect(),
                    By::Day | By::Week => key.clone(),
                };
                tally.group(key, label)
            })
            .collect();
        if matches!(by, By::Branch | By::Agent) {
            groups.sort_by(|a, b| b.due.cmp(&a.due).then_with(|| a.key.cmp(&b.key)));
        }
        groups
    }
}

/// The first day of the day's own period.
fn first_day(by: By, day: &str) -> String {
    let Some(date) = parse_day(day) else {
        return day.to_owned();
    };
    let first = match by {
        By::Week => monday(date),
        By::Month => Month::of(date).first(),
        By::Day | By::Branch | By::Agent => date,
    };
    first.to_string()
}

/// The last day of the period that begins with the day.
fn last_day(by: By, first: &str) -> String {
    let Some(date) = parse_day(first) else {
        return first.to_owned();
    };
    let last = match by {
        By::Week => date.checked_add(jiff::Span::new().days(6)).unwrap_or(date),
        By::Month => Month::of(date).last(),
        By::Day | By::Branch | By::Agent => date,
    };
    last.to_string()
}

fn monday(date: Date) -> Date {
    let back = i64::from(date.weekday().since(Weekday::Monday));
    date.checked_sub(jiff::Span::new().days(back))
        .unwrap_or(date)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use jiff::civil::date;

    use super::*;

    fn task(day: &str, due: i64, reached: i64) -> TaskCount {
        TaskCount {
            branch_id: Uuid::nil(),
            staff_id: None,
            day: day.into(),
            due,
            reached,
            completed: reached,
        }
    }

    fn slip(raised_at: i64, closed_at: Option<i64>, due_at: i64) -> SlipFact {
        SlipFact {
            branch_id: Uuid::nil(),
            staff_id: None,
            day: "2026-11-20".into(),
            due_at,
            raised_at,
            closed_at,
            reopened_count: 0,
        }
    }

    #[test]
    fn the_followup_rate_is_reached_divided_by_due_and_is_nothing_without_any_due() {
        let facts = Facts {
            tasks: vec![task("2026-11-20", 6, 4), task("2026-11-21", 3, 2)],
            ..Facts::default()
        };
        let rate = facts
            .total(0)
            .figures()
            .into_iter()
            .find(|figure| figure.code == "followup_rate")
            .unwrap();
        assert_eq!(
            (rate.value, rate.numerator, rate.denominator),
            (Some(6667), Some(6), Some(9))
        );
        assert!(!rate.too_little);
        let empty = Facts::default().total(0).figures();
        let rate = empty
            .iter()
            .find(|figure| figure.code == "followup_rate")
            .unwrap();
        assert_eq!((rate.value, rate.too_little), (None, true));
    }

    #[test]
    fn weeks_start_on_monday_and_months_on_the_first() {
        assert_eq!(first_day(By::Week, "2026-11-22"), "2026-11-16");
        assert_eq!(first_day(By::Week, "2026-11-23"), "2026-11-23");
        assert_eq!(first_day(By::Month, "2026-11-22"), "2026-11-01");
        assert_eq!(first_day(By::Day, "2026-11-22"), "2026-11-22");
    }

    #[test]
    fn groups_add_up_to_the_total() {
        let facts = Facts {
            tasks: vec![
                task("2026-10-31", 6, 4),
                task("2026-11-01", 3, 2),
                task("2026-11-30", 1, 0),
            ],
            ..Facts::default()
        };
        let days = DayRange {
            from: date(2026, 10, 31),
            to: date(2026, 11, 30),
        };
        let groups = facts.groups(By::Month, days, 0, &[]);
        let due: Vec<(&str, i64)> = groups
            .iter()
            .map(|group| (group.label.as_str(), group.due))
            .collect();
        assert_eq!(due, [("2026-10", 6), ("2026-11", 4)]);
    }

    #[test]
    fn the_loop_time_is_the_median_and_overdue_counts_only_open_slips_past_their_limit() {
        let facts = Facts {
            open: vec![slip(0, None, 10), slip(0, None, 30)],
            closed: vec![
                slip(0, Some(4), 1),
                slip(0, Some(10), 1),
                slip(0, Some(100), 1),
                slip(0, Some(20), 1),
            ],
            ..Facts::default()
        };
        let figures = facts.total(20).figures();
        let value = |code| {
            figures
                .iter()
                .find(|figure| figure.code == code)
                .and_then(|figure| figure.value)
        };
        assert_eq!(value("slips_open"), Some(2));
        assert_eq!(value("slips_overdue"), Some(1));
        assert_eq!(value("loop_time"), Some(15));
    }
}
