//! Satisfaction in five factors (五度满意度), each scored 1 to 5 (1 = very dissatisfied, 5 = very satisfied).

use serde::{Deserialize, Serialize};

use crate::percent;

crate::text_enum! {
    /// The five factors (五度).
    Factor {
        /// 结果度: was it put right.
        Result => "result",
        /// 有形度: visible effort.
        Tangibles => "tangibles",
        /// 反应度: quick.
        Responsiveness => "responsiveness",
        /// 情感度: felt understood.
        Empathy => "empathy",
        /// 对比度: better than others got.
        Contrast => "contrast",
    }
}

/// Lowest and highest score.
pub const SCORE_MIN: u8 = 1;
/// Highest score.
pub const SCORE_MAX: u8 = 5;
/// A factor at or below this is a dissatisfaction.
pub const DISSATISFIED_AT: u8 = 2;
/// Scores from this on count as satisfied (top two boxes).
pub const SATISFIED_FROM: u8 = 4;
/// Below this many answers a figure is not shown (数据太少).
pub const MIN_N: i64 = 5;

/// One customer's scores; a factor that was not asked is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scores {
    /// 结果度.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<u8>,
    /// 有形度.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tangibles: Option<u8>,
    /// 反应度.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsiveness: Option<u8>,
    /// 情感度.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub empathy: Option<u8>,
    /// 对比度.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contrast: Option<u8>,
}

impl Scores {
    /// The score of one factor.
    pub const fn of(&self, factor: Factor) -> Option<u8> {
        match factor {
            Factor::Result => self.result,
            Factor::Tangibles => self.tangibles,
            Factor::Responsiveness => self.responsiveness,
            Factor::Empathy => self.empathy,
            Factor::Contrast => self.contrast,
        }
    }

    /// The scores that were given.
    pub fn given(&self) -> impl Iterator<Item = (Factor, u8)> {
        Factor::ALL.iter().filter_map(|f| Some((*f, self.of(*f)?)))
    }

    /// Whether every score given lies between 1 and 5.
    pub fn is_valid(&self) -> bool {
        self.given()
            .all(|(_, score)| (SCORE_MIN..=SCORE_MAX).contains(&score))
    }

    /// Whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.given().next().is_none()
    }

    /// Whether all five were asked (完整问卷).
    pub fn is_complete(&self) -> bool {
        self.given().count() == Factor::ALL.len()
    }

    /// Mean of the scores given ×100, rounded half up.
    pub fn mean_x100(&self) -> Option<i64> {
        let (sum, n) = self.given().fold((0, 0), |(sum, n), (_, score)| {
            (sum + i64::from(score), n + 1)
        });
        percent::scaled(sum, n, 100)
    }
}

/// Whether a customer is dissatisfied (不满意): any factor at 2 or below, or the caller heard it in the customer's words. A feedback slip is
/// due then.
pub fn dissatisfied(scores: &Scores, said_so: bool) -> bool {
    said_so || scores.given().any(|(_, score)| score <= DISSATISFIED_AT)
}

/// Whether a customer counts as satisfied (满意) in the rate: something was asked, the mean is 4 or more, and nothing is a dissatisfaction.
pub fn satisfied(scores: &Scores, said_dissatisfied: bool) -> bool {
    let from = i64::from(SATISFIED_FROM) * 100;
    !dissatisfied(scores, said_dissatisfied) && scores.mean_x100().is_some_and(|mean| mean >= from)
}

/// The counts of one factor, as a report sums them up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Answers.
    pub n: i64,
    /// Sum of scores.
    pub sum: i64,
    /// Answers of 4 or 5.
    pub top2: i64,
}

impl Tally {
    /// Adds one score.
    pub fn add(&mut self, score: u8) {
        self.n += 1;
        self.sum += i64::from(score);
        self.top2 += i64::from(score >= SATISFIED_FROM);
    }

    /// Puts two tallies together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self {
            n: self.n + other.n,
            sum: self.sum + other.sum,
            top2: self.top2 + other.top2,
        }
    }

    /// The figures: mean ×100 and share of 4 and 5; unknown without answers.
    pub fn summary(self) -> Summary {
        Summary {
            n: self.n,
            mean_x100: percent::scaled(self.sum, self.n, 100),
            top2_bp: percent::ratio(self.top2, self.n),
            too_little: self.n < MIN_N,
        }
    }
}

/// A factor in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Answers.
    pub n: i64,
    /// Mean ×100, rounded half up.
    pub mean_x100: Option<i64>,
    /// Share of answers of 4 or 5 (前两档占比).
    pub top2_bp: Option<i64>,
    /// Fewer than five answers: the figure is shown as too little data.
    pub too_little: bool,
}

/// All factors from many answers.
pub fn summarise<'a>(answers: impl IntoIterator<Item = &'a Scores>) -> Vec<(Factor, Summary)> {
    let mut tallies = [Tally::default(); 5];
    for scores in answers {
        for (tally, factor) in tallies.iter_mut().zip(Factor::ALL) {
            if let Some(score) = scores.of(*factor) {
                tally.add(score);
            }
        }
    }
    Factor::ALL
        .iter()
        .copied()
        .zip(tallies.map(Tally::summary))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn scores(list: [u8; 5]) -> Scores {
        let [result, tangibles, responsiveness, empathy, contrast] =
            list.map(|s| (s > 0).then_some(s));
        Scores {
            result,
            tangibles,
            responsiveness,
            empathy,
            contrast,
        }
    }

    #[test]
    fn one_low_factor_or_a_word_is_a_dissatisfaction() {
        for (list, said, want) in [
            ([5, 5, 5, 5, 5], false, false),
            ([5, 5, 5, 5, 2], false, true),
            ([5, 5, 5, 5, 3], false, false),
            ([0, 0, 0, 0, 0], false, false),
            ([0, 1, 0, 0, 0], false, true),
            ([5, 5, 5, 5, 5], true, true),
        ] {
            assert_eq!(dissatisfied(&scores(list), said), want, "{list:?}");
        }
    }

    #[test]
    fn satisfied_means_four_on_average_and_nothing_low() {
        for (list, want) in [
            ([4, 4, 4, 4, 4], true),
            ([5, 5, 5, 5, 2], false),
            ([4, 4, 4, 4, 3], false),
            ([5, 0, 0, 0, 3], true),
            ([0; 5], false),
        ] {
            assert_eq!(satisfied(&scores(list), false), want, "{list:?}");
        }
        assert!(!satisfied(&scores([5; 5]), true));
    }

    #[test]
    fn figures_carry_their_n_and_say_when_it_is_too_small() {
        let answers: Vec<Scores> = [5, 4, 4, 2].map(|s| scores([s, 0, 0, 0, 0])).to_vec();
        let all = summarise(&answers);
        assert_eq!(
            all.first().unwrap().1,
            Summary {
                n: 4,
                mean_x100: Some(375),
                top2_bp: Some(7_500),
                too_little: true
            }
        );
        assert_eq!(
            all.get(1).unwrap().1,
            Summary {
                n: 0,
                mean_x100: None,
                top2_bp: None,
                too_little: true
            }
        );
        let mut tally = Tally::default();
        (0..5).for_each(|_| tally.add(5));
        assert!(!tally.summary().too_little);
        assert_eq!(tally.with(tally).n, 10);
    }

    #[test]
    fn scores_outside_one_to_five_are_not_valid() {
        assert!(scores([1, 5, 0, 3, 4]).is_valid());
        assert!(!scores([6, 5, 5, 5, 5]).is_valid());
        assert!(
            !Scores {
                result: Some(0),
                ..Scores::default()
            }
            .is_valid()
        );
        assert_eq!(scores([5, 4, 0, 0, 4]).mean_x100(), Some(433));
        assert!(scores([1; 5]).is_complete() && !scores([1, 0, 1, 1, 1]).is_complete());
    }
}
