//! Rates (回访率等): every figure with its formula, from counts to values. A rate without a denominator is unknown, never zero.
//!
//! The definitions are data, so that the screen, the XLSX file and the API say the same formula.

use serde::{Deserialize, Serialize};

use crate::percent;
use crate::satisfaction::MIN_N;

crate::text_enum! {
    /// What a figure is counted in (单位).
    Unit {
        /// A number of things.
        Count => "count",
        /// A ratio in basis points.
        Bp => "bp",
        /// Milliseconds.
        Ms => "ms",
    }
}

crate::text_enum! {
    /// The figures of the rates page (指标).
    FigureCode {
        /// 应回访.
        Due => "due",
        /// 已接通.
        Reached => "reached",
        /// 回访率.
        FollowupRate => "followup_rate",
        /// 已完成.
        Completed => "completed",
        /// 满意率.
        SatisfiedRate => "satisfied_rate",
        /// 未关闭反馈单.
        SlipsOpen => "slips_open",
        /// 超时反馈单.
        SlipsOverdue => "slips_overdue",
        /// 已关闭反馈单.
        SlipsClosed => "slips_closed",
        /// 重开率.
        ReopenRate => "reopen_rate",
        /// 闭环时长, median.
        LoopTime => "loop_time",
    }
}

crate::text_enum! {
    /// Sets of rows that figures count (统计口径). A drill-down shows exactly the rows of a count or a time; of a rate those that it
    /// divides by, and of the reopened ones what was counted.
    RowSet {
        /// Follow-up tasks, not cancelled, whose deadline lies in the period (应回访任务).
        TasksDue => "tasks_due",
        /// Of the tasks due, those done with the customer reached (已接通任务).
        TasksReached => "tasks_reached",
        /// Of the tasks due, those that are done with whatever outcome (已完成任务).
        TasksDone => "tasks_done",
        /// Call sheets finished in the period with at least one score (有评分的回访单).
        SheetsScored => "sheets_scored",
        /// Of the scored sheets, those of satisfied customers: mean 4 or more and nothing a dissatisfaction (满意的回访单).
        SheetsSatisfied => "sheets_satisfied",
        /// Slips raised up to the end of the period and not closed now (未关闭反馈单).
        SlipsOpen => "slips_open",
        /// Of the open slips, those past their deadline now (超时反馈单).
        SlipsOverdue => "slips_overdue",
        /// Slips closed in the period (已关闭反馈单).
        SlipsClosed => "slips_closed",
        /// Of the closed slips, those reopened at least once (重开过的反馈单).
        SlipsReopened => "slips_reopened",
    }
}

/// The formula of a figure (公式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// The figure.
    pub code: FigureCode,
    /// Unit of its value.
    pub unit: Unit,
    /// What is counted, or measured from raising to closing for the loop time.
    pub numerator: RowSet,
    /// What it is divided by; none for counts and times.
    pub denominator: Option<RowSet>,
}

const fn count(code: FigureCode, numerator: RowSet) -> Definition {
    Definition {
        code,
        unit: Unit::Count,
        numerator,
        denominator: None,
    }
}

const fn rate(code: FigureCode, numerator: RowSet, denominator: RowSet) -> Definition {
    Definition {
        code,
        unit: Unit::Bp,
        numerator,
        denominator: Some(denominator),
    }
}

/// All figures in the order of the page. Every [`FigureCode`] occurs once.
pub const DEFINITIONS: &[Definition] = &[
    count(FigureCode::Due, RowSet::TasksDue),
    count(FigureCode::Reached, RowSet::TasksReached),
    rate(
        FigureCode::FollowupRate,
        RowSet::TasksReached,
        RowSet::TasksDue,
    ),
    count(FigureCode::Completed, RowSet::TasksDone),
    rate(
        FigureCode::SatisfiedRate,
        RowSet::SheetsSatisfied,
        RowSet::SheetsScored,
    ),
    count(FigureCode::SlipsOpen, RowSet::SlipsOpen),
    count(FigureCode::SlipsOverdue, RowSet::SlipsOverdue),
    count(FigureCode::SlipsClosed, RowSet::SlipsClosed),
    rate(
        FigureCode::ReopenRate,
        RowSet::SlipsReopened,
        RowSet::SlipsClosed,
    ),
    Definition {
        code: FigureCode::LoopTime,
        unit: Unit::Ms,
        numerator: RowSet::SlipsClosed,
        denominator: None,
    },
];

/// What a store has counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// [`RowSet::TasksDue`].
    pub due: i64,
    /// [`RowSet::TasksReached`].
    pub reached: i64,
    /// [`RowSet::TasksDone`].
    pub done: i64,
    /// [`RowSet::SheetsScored`].
    pub scored: i64,
    /// [`RowSet::SheetsSatisfied`].
    pub satisfied: i64,
    /// [`RowSet::SlipsOpen`].
    pub slips_open: i64,
    /// [`RowSet::SlipsOverdue`].
    pub slips_overdue: i64,
    /// [`RowSet::SlipsClosed`].
    pub slips_closed: i64,
    /// [`RowSet::SlipsReopened`].
    pub slips_reopened: i64,
}

impl Counts {
    /// The size of a set of rows.
    pub const fn of(&self, set: RowSet) -> i64 {
        match set {
            RowSet::TasksDue => self.due,
            RowSet::TasksReached => self.reached,
            RowSet::TasksDone => self.done,
            RowSet::SheetsScored => self.scored,
            RowSet::SheetsSatisfied => self.satisfied,
            RowSet::SlipsOpen => self.slips_open,
            RowSet::SlipsOverdue => self.slips_overdue,
            RowSet::SlipsClosed => self.slips_closed,
            RowSet::SlipsReopened => self.slips_reopened,
        }
    }
}

/// A figure, worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// Which.
    pub code: FigureCode,
    /// Unit of the value.
    pub unit: Unit,
    /// Value; `None` when unknown.
    pub value: Option<i64>,
    /// What was counted.
    pub numerator: Option<i64>,
    /// What it was divided by.
    pub denominator: Option<i64>,
    /// Rates and times over fewer than five rows are too little data to judge by.
    pub too_little: bool,
}

/// All figures of [`DEFINITIONS`] from counts and the loop times (raised to closed, milliseconds) of the slips closed in the period.
pub fn figures(counts: &Counts, loop_times: &[i64]) -> Vec<Figure> {
    DEFINITIONS
        .iter()
        .map(|definition| figure(*definition, counts, loop_times))
        .collect()
}

fn figure(definition: Definition, counts: &Counts, loop_times: &[i64]) -> Figure {
    let Definition { code, unit, .. } = definition;
    let numerator = counts.of(definition.numerator);
    let denominator = definition.denominator.map(|set| counts.of(set));
    let n = denominator.unwrap_or(numerator);
    let value = match (unit, denominator) {
        (Unit::Ms, _) => median(loop_times),
        (_, Some(denominator)) => percent::ratio(numerator, denominator),
        (_, None) => Some(numerator),
    };
    Figure {
        code,
        unit,
        value,
        numerator: Some(numerator),
        denominator,
        too_little: unit != Unit::Count && n < MIN_N,
    }
}

/// The middle value; the mean of the two middle values, rounded half up, when the number is even; `None` without values.
pub fn median(values: &[i64]) -> Option<i64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle).copied()?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = sorted.get(middle.checked_sub(1)?).copied()?;
    mean(&[lower, upper])
}

/// The mean, rounded half up; `None` without values.
fn mean(values: &[i64]) -> Option<i64> {
    let n = i128::try_from(values.len()).ok().filter(|n| *n > 0)?;
    let sum: i128 = values.iter().map(|v| i128::from(*v)).sum();
    i64::try_from((sum * 2 + n).div_euclid(n * 2)).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn every_figure_has_one_definition_and_the_order_of_the_page() {
        let codes: Vec<FigureCode> = DEFINITIONS.iter().map(|d| d.code).collect();
        assert_eq!(codes, FigureCode::ALL);
        assert!(
            DEFINITIONS
                .iter()
                .all(|d| (d.unit == Unit::Bp) == d.denominator.is_some())
        );
    }

    #[test]
    fn the_followup_rate_is_reached_over_due() {
        let counts = Counts {
            due: 40,
            reached: 31,
            done: 35,
            scored: 30,
            satisfied: 27,
            slips_closed: 3,
            slips_reopened: 1,
            ..Counts::default()
        };
        let all = figures(&counts, &[3_000, 1_000, 2_000]);
        let of = |code| *all.iter().find(|f| f.code == code).unwrap();
        assert_eq!(of(FigureCode::FollowupRate).value, Some(7_750));
        assert_eq!(
            (
                of(FigureCode::FollowupRate).numerator,
                of(FigureCode::FollowupRate).denominator
            ),
            (Some(31), Some(40))
        );
        assert_eq!(of(FigureCode::SatisfiedRate).value, Some(9_000));
        assert_eq!(
            (
                of(FigureCode::ReopenRate).value,
                of(FigureCode::ReopenRate).too_little
            ),
            (Some(3_333), true)
        );
        assert_eq!(
            (
                of(FigureCode::LoopTime).value,
                of(FigureCode::LoopTime).too_little
            ),
            (Some(2_000), true)
        );
        assert_eq!(
            (of(FigureCode::Due).value, of(FigureCode::Due).too_little),
            (Some(40), false)
        );
    }

    #[test]
    fn without_a_denominator_a_rate_is_unknown() {
        for figure in figures(&Counts::default(), &[]) {
            assert_eq!(
                figure.value,
                if figure.unit == Unit::Count {
                    Some(0)
                } else {
                    None
                },
                "{}",
                figure.code
            );
        }
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[7]), Some(7));
        assert_eq!(median(&[4, 1]), Some(3));
        assert_eq!(median(&[9, 1, 5]), Some(5));
        assert_eq!(median(&[i64::MAX, i64::MAX]), Some(i64::MAX));
        assert_eq!(mean(&[1, 2]), Some(2));
        assert_eq!(mean(&[-1, -2]), Some(-1));
        assert_eq!(mean(&[]), None);
    }
}
