//! The customer pyramid (客户金字塔, ABCD): who brings the revenue or the profit of a period.
//!
//! Written rules, each with a test of that name:
//!
//! 1. **Population** (参与排名): every customer with at least one order or refund in the period. Who has none is not ranked: a *newcomer* when
//!    first seen inside the period, otherwise *dormant*. First seen is the earlier of the entry and the first order or visit, so that an
//!    archive entered before its old orders is not new. The store decides it, over all customers at once.
//! 2. **Order** (排序): amount from high to low; equal amounts by the customer's key from low to high. The key is stable and means nothing, so
//!    that head counts are exact and a second run gives the same answer.
//! 3. **Cuts** (切点): after 1 %, 5 % and 20 % of the population (A first 1 %, B next 4 %, C next 15 %, D the rest), each cumulative share
//!    rounded half up to whole heads. 1,000 customers → 10/40/150/800. 23,570 → 236/943/3,535/18,856.
//! 4. **Small numbers** (人数少): from 10 customers on there is at least one A. Below 10 a pyramid says little, and rounding alone decides.
//! 5. **Nothing earned** (无贡献): who brought nothing or less is D, wherever the cut falls; heads above shrink accordingly.
//! 6. **Refunds** (退款) are negative and count in the period in which they happen.
//! 7. **Share** (占比): a tier's net amount over the net total; unknown when the total is not positive. Rounded half up to a basis point.
//! 8. **Threshold** (门槛): the lowest amount inside the tier; unknown when the tier is empty.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::percent;
use crate::refusal::Refusal;

crate::text_enum! {
    /// Value tier (客户等级).
    Tier {
        /// VIP, the first 1 %.
        A => "A",
        /// Major (大客户), the next 4 %.
        B => "B",
        /// Ordinary (普通客户), the next 15 %.
        C => "C",
        /// Small (小客户), the rest.
        D => "D",
    }
}

crate::text_enum! {
    /// What the pyramid ranks by (排名依据).
    Basis {
        /// 销售额.
        Revenue => "revenue",
        /// 毛利: revenue less cost; an order without a known cost counts with cost 0 and is reported.
        Profit => "profit",
    }
}

/// From this many customers on there is at least one A (rule 4).
pub const SMALLEST_WITH_A: usize = 10;

/// Shares of A, B and C in basis points; D has the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares(pub [i64; 3]);

/// Textbook shares: 1 %, 4 %, 15 %.
pub const DEFAULT_SHARES: Shares = Shares([100, 400, 1_500]);

impl Default for Shares {
    fn default() -> Self {
        DEFAULT_SHARES
    }
}

/// Why shares or amounts cannot be ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PyramidError {
    /// A share is negative, or they sum up to more than the whole.
    #[error("shares must be positive and at most 100 %")]
    BadShares,
    /// The sum of the amounts does not fit.
    #[error("amounts too large")]
    TooLarge,
}

impl Refusal for PyramidError {
    fn status(&self) -> u16 {
        422
    }

    fn code(&self) -> &'static str {
        match self {
            Self::BadShares => "pyramid.bad_shares",
            Self::TooLarge => "pyramid.too_large",
        }
    }
}

impl Shares {
    /// Reads `[A, B, C]` or `[A, B, C, D]` in basis points, the latter summing up to 10,000.
    pub fn from_bp(shares: &[i64]) -> Result<Self, PyramidError> {
        let sum = |shares: [&i64; 4]| {
            shares
                .iter()
                .try_fold(0_i64, |sum, share| sum.checked_add(**share))
        };
        let three = match shares {
            [a, b, c] => [*a, *b, *c],
            [a, b, c, d] if sum([a, b, c, d]) == Some(10_000) => [*a, *b, *c],
            _ => return Err(PyramidError::BadShares),
        };
        if three.iter().any(|s| !(0..=10_000).contains(s)) || three.iter().sum::<i64>() > 10_000 {
            return Err(PyramidError::BadShares);
        }
        Ok(Self(three))
    }

    /// All four, for the screen.
    pub fn to_bp(self) -> [i64; 4] {
        let [a, b, c] = self.0;
        [a, b, c, 10_000 - a - b - c]
    }

    /// Cumulative heads after A, B and C among `n` customers (rules 3 and 4): customers at offsets `0..cuts[0]` are A, and so on.
    pub fn cuts(self, n: usize) -> [usize; 3] {
        let [a, b, c] = self.0;
        let heads = |cumulative: i64| {
            let n = i64::try_from(n).unwrap_or(i64::MAX);
            usize::try_from(percent::share_of(n, cumulative)).unwrap_or(0)
        };
        let least = usize::from(n >= SMALLEST_WITH_A && a > 0);
        let first = heads(a).max(least);
        let second = heads(a + b).max(first);
        let third = heads(a + b + c).max(second);
        [first, second, third]
    }
}

/// Cumulative heads after A, B and C with the textbook shares: `cuts(1000) == [10, 50, 200]`.
pub fn cuts(n: usize) -> [usize; 3] {
    DEFAULT_SHARES.cuts(n)
}

/// The tier at a rank (1 = best) for an amount; what a store that walks an ordered index needs per row.
pub fn tier_at(rank: usize, amount: Money, cuts: [usize; 3]) -> Tier {
    let [a, b, c] = cuts;
    match rank {
        _ if amount <= Money::ZERO => Tier::D,
        r if r <= a => Tier::A,
        r if r <= b => Tier::B,
        r if r <= c => Tier::C,
        _ => Tier::D,
    }
}

/// A tier in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierSummary {
    /// Tier.
    pub tier: Tier,
    /// Customers (人数).
    pub heads: usize,
    /// Share of the heads; `None` without customers.
    pub heads_bp: Option<i64>,
    /// Net amount (金额).
    #[serde(rename = "amount_fen")]
    pub amount: Money,
    /// Share of the net total (占比), rule 7.
    pub share_bp: Option<i64>,
    /// Lowest amount inside (门槛), rule 8.
    #[serde(rename = "threshold_fen")]
    pub threshold: Option<Money>,
}

/// One customer's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<K> {
    /// The customer.
    pub customer: K,
    /// Net amount.
    pub amount: Money,
    /// Tier.
    pub tier: Tier,
    /// 1 = best; no two customers share a rank.
    pub rank: usize,
}

/// All customers of a period, ranked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pyramid<K> {
    /// A, B, C, D in this order; always four.
    pub tiers: Vec<TierSummary>,
    /// Customers from the best on.
    pub places: Vec<Place<K>>,
    /// Net total.
    pub total: Money,
}

impl<K> Pyramid<K> {
    /// Number of ranked customers.
    pub fn ranked(&self) -> usize {
        self.places.len()
    }
}

/// Ranks customers by amount with the textbook shares; one row per customer.
pub fn rank<K: Ord>(rows: Vec<(K, Money)>) -> Result<Pyramid<K>, PyramidError> {
    rank_by(rows, DEFAULT_SHARES)
}

/// Ranks customers by amount; one row per customer.
pub fn rank_by<K: Ord>(
    mut rows: Vec<(K, Money)>,
    shares: Shares,
) -> Result<Pyramid<K>, PyramidError> {
    rows.sort_unstable_by(|(k1, a1), (k2, a2)| a2.cmp(a1).then_with(|| k1.cmp(k2)));
    let cuts = shares.cuts(rows.len());
    let places: Vec<Place<K>> = rows
        .into_iter()
        .enumerate()
        .map(|(i, (customer, amount))| Place {
            customer,
            amount,
            tier: tier_at(i + 1, amount, cuts),
            rank: i + 1,
        })
        .collect();
    let tiers = summarise(places.iter().map(|p| (p.tier, p.amount)))?;
    let total = Money::sum(tiers.iter().map(|t| t.amount)).ok_or(PyramidError::TooLarge)?;
    Ok(Pyramid {
        tiers,
        places,
        total,
    })
}

/// The four tiers in figures, from customers in any order.
pub fn summarise(
    rows: impl IntoIterator<Item = (Tier, Money)>,
) -> Result<Vec<TierSummary>, PyramidError> {
    let mut by_tier: BTreeMap<Tier, (usize, Money, Option<Money>)> = BTreeMap::new();
    for (tier, amount) in rows {
        let (heads, sum, lowest) = by_tier.entry(tier).or_default();
        *heads += 1;
        *sum = sum.checked_add(amount).ok_or(PyramidError::TooLarge)?;
        *lowest = Some(lowest.map_or(amount, |l| l.min(amount)));
    }
    let total =
        Money::sum(by_tier.values().map(|(_, sum, _)| *sum)).ok_or(PyramidError::TooLarge)?;
    let ranked: usize = by_tier.values().map(|(heads, _, _)| *heads).sum();
    let count = |heads: usize| i64::try_from(heads).unwrap_or(i64::MAX);
    Ok(Tier::ALL
        .iter()
        .map(|tier| {
            let (heads, amount, threshold) = by_tier.get(tier).copied().unwrap_or_default();
            TierSummary {
                tier: *tier,
                heads,
                heads_bp: percent::ratio(count(heads), count(ranked)),
                amount,
                share_bp: percent::ratio(amount.fen(), total.fen()),
                threshold,
            }
        })
        .collect())
}

/// Ranks from purchases: sums up per customer what lies between `from` and `to`, both included, then ranks with the textbook shares.
pub fn calc_pyramid(
    rows: impl IntoIterator<Item = (String, Date, Money)>,
    from: Option<Date>,
    to: Option<Date>,
) -> Result<Pyramid<String>, PyramidError> {
    let mut sums: BTreeMap<String, Money> = BTreeMap::new();
    for (customer, day, amount) in rows {
        if from.is_some_and(|from| day < from) || to.is_some_and(|to| day > to) {
            continue;
        }
        let sum = sums.entry(customer).or_default();
        *sum = sum.checked_add(amount).ok_or(PyramidError::TooLarge)?;
    }
    rank(sums.into_iter().collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn heads(pyramid: &Pyramid<usize>) -> Vec<usize> {
        pyramid.tiers.iter().map(|t| t.heads).collect()
    }

    fn of(amounts: &[i64]) -> Pyramid<usize> {
        rank(
            amounts
                .iter()
                .enumerate()
                .map(|(i, a)| (i, Money(*a)))
                .collect(),
        )
        .unwrap()
    }

    #[test]
    fn a_thousand_customers_are_10_40_150_800() {
        let pyramid = of(&(1..=1_000).collect::<Vec<_>>());
        assert_eq!(heads(&pyramid), [10, 40, 150, 800]);
        let thresholds: Vec<_> = pyramid
            .tiers
            .iter()
            .map(|t| t.threshold.unwrap().fen())
            .collect();
        assert_eq!(thresholds, [991, 951, 801, 1]);
    }

    #[test]
    fn cuts_are_cumulative_shares_rounded_half_up() {
        for (n, want) in [
            (0, [0, 0, 0]),
            (1, [0, 0, 0]),
            (3, [0, 0, 1]),
            (9, [0, 0, 2]),
            (10, [1, 1, 2]),
            (49, [1, 2, 10]),
            (50, [1, 3, 10]),
            (100, [1, 5, 20]),
            (149, [1, 7, 30]),
            (150, [2, 8, 30]),
            (1_000, [10, 50, 200]),
            (4_372, [44, 219, 874]),
            (23_570, [236, 1_179, 4_714]),
            (1_000_000, [10_000, 50_000, 200_000]),
        ] {
            assert_eq!(cuts(n), want, "{n}");
        }
    }

    #[test]
    fn equal_amounts_are_cut_by_the_key_so_that_heads_stay_exact() {
        let pyramid = of(&[500; 1_000]);
        assert_eq!(heads(&pyramid), [10, 40, 150, 800]);
        let first: Vec<usize> = pyramid.places.iter().take(10).map(|p| p.customer).collect();
        assert_eq!(first, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn small_firms_have_one_a_from_ten_customers_on() {
        assert_eq!(heads(&of(&(1..=9).collect::<Vec<_>>())), [0, 0, 2, 7]);
        assert_eq!(heads(&of(&(1..=10).collect::<Vec<_>>())), [1, 0, 1, 8]);
        assert_eq!(heads(&of(&(1..=99).collect::<Vec<_>>())), [1, 4, 15, 79]);
    }

    #[test]
    fn who_brought_nothing_or_less_is_never_above_d() {
        let mut amounts = vec![0; 100];
        if let Some(best) = amounts.first_mut() {
            *best = 700;
        }
        assert_eq!(heads(&of(&amounts)), [1, 0, 0, 99]);
        assert_eq!(heads(&of(&[-5; 20])), [0, 0, 0, 20]);
    }

    #[test]
    fn refunds_count_and_a_total_that_is_not_positive_has_no_shares() {
        let rows = [("a", 1_000), ("a", -400), ("b", 300), ("c", -50)]
            .map(|(c, fen)| (c.to_owned(), date(2026, 1, 5), Money(fen)));
        let pyramid = calc_pyramid(rows, None, None).unwrap();
        let amounts: Vec<_> = pyramid
            .places
            .iter()
            .map(|p| (p.customer.as_str(), p.amount.fen()))
            .collect();
        assert_eq!(amounts, [("a", 600), ("b", 300), ("c", -50)]);
        assert_eq!(pyramid.total, Money(850));
        assert!(of(&[-5, 3]).tiers.iter().all(|t| t.share_bp.is_none()));
        assert_eq!(of(&[]).tiers.len(), 4);
    }

    #[test]
    fn the_period_includes_both_ends() {
        let rows = [1, 2, 3, 4].map(|d| (format!("c{d}"), date(2026, 1, d), Money(100)));
        let pyramid = calc_pyramid(rows, Some(date(2026, 1, 2)), Some(date(2026, 1, 3))).unwrap();
        assert_eq!(pyramid.ranked(), 2);
    }

    #[test]
    fn shares_that_exceed_the_whole_are_refused() {
        assert_eq!(
            Shares::from_bp(&[100, 400, 1_500, 8_000]),
            Ok(DEFAULT_SHARES)
        );
        assert_eq!(
            Shares::from_bp(&[100, 400, 1_500]).unwrap().to_bp(),
            [100, 400, 1_500, 8_000]
        );
        for bad in [
            vec![100, 400],
            vec![-1, 0, 0],
            vec![5_000, 5_000, 1],
            vec![100, 400, 1_500, 7_000],
        ] {
            assert_eq!(
                Shares::from_bp(&bad),
                Err(PyramidError::BadShares),
                "{bad:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn heads_add_up_tiers_are_ordered_and_the_order_of_rows_does_not_matter(amounts in prop::collection::vec(-1_000i64..10_000, 0..400)) {
            let pyramid = of(&amounts);
            prop_assert_eq!(pyramid.tiers.iter().map(|t| t.heads).sum::<usize>(), amounts.len());
            prop_assert!(pyramid.places.windows(2).all(|w| matches!(w, [a, b] if a.tier <= b.tier && a.amount >= b.amount)));
            prop_assert_eq!(Money::sum(amounts.iter().map(|a| Money(*a))), Some(pyramid.total));
            let reversed: Vec<(usize, Money)> = amounts.iter().enumerate().rev().map(|(i, a)| (i, Money(*a))).collect();
            prop_assert_eq!(rank(reversed).unwrap(), pyramid);
        }
    }
}
