//! Ratios (比率) in basis points: 1 bp = 1/10,000, so 12.34 % is 1,234. No floating point.

use serde::{Deserialize, Serialize};

/// A ratio in basis points (基点, 1/10,000).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Bp(pub i64);

impl Bp {
    /// One whole: 100 %.
    pub const ONE: Self = Self(10_000);

    /// `numerator ÷ denominator`; see [`ratio`].
    pub fn of(numerator: i64, denominator: i64) -> Option<Self> {
        ratio(numerator, denominator).map(Self)
    }

    /// The bare number for columns and JSON.
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// `numerator ÷ denominator` in basis points, rounded half up.
///
/// `None` when the denominator is not positive: a rate over nothing is unknown, not zero.
pub fn ratio(numerator: i64, denominator: i64) -> Option<i64> {
    scaled(numerator, denominator, 10_000)
}

/// `numerator × scale ÷ denominator`, rounded half up (towards +∞ at exactly one half); `None` without a positive denominator
/// or when the answer does not fit.
pub fn scaled(numerator: i64, denominator: i64, scale: i64) -> Option<i64> {
    if denominator <= 0 {
        return None;
    }
    let doubled = i128::from(numerator) * i128::from(scale) * 2 + i128::from(denominator);
    i64::try_from(doubled.div_euclid(i128::from(denominator) * 2)).ok()
}

/// `part` basis points of `whole`, rounded half up.
pub fn share_of(whole: i64, part_bp: i64) -> i64 {
    let doubled = i128::from(whole) * i128::from(part_bp) * 2 + 10_000;
    i64::try_from(doubled.div_euclid(20_000)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_ratio_is_rounded_half_up_to_a_basis_point() {
        for (n, d, want) in [
            (1, 3, Some(3_333)),
            (2, 3, Some(6_667)),
            (1, 20_000, Some(1)),
            (1, 20_001, Some(0)),
            (0, 5, Some(0)),
            (5, 5, Some(10_000)),
            (-1, 3, Some(-3_333)),
            (-1, 20_000, Some(0)),
            (i64::MAX, 1, None),
        ] {
            assert_eq!(ratio(n, d), want, "{n}/{d}");
        }
    }

    #[test]
    fn a_rate_over_nothing_is_unknown() {
        assert_eq!(ratio(0, 0), None);
        assert_eq!(ratio(3, 0), None);
        assert_eq!(ratio(3, -1), None);
    }

    proptest! {
        #[test]
        fn a_part_of_a_whole_is_between_none_and_all(part in 0i64..1_000_000, rest in 1i64..1_000_000) {
            let bp = ratio(part, part + rest);
            prop_assert!(bp.is_some_and(|bp| (0..=10_000).contains(&bp)));
        }
    }
}
