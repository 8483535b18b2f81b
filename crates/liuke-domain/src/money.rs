//! Money (金额): whole fen (分), checked arithmetic, no floating point; one currency per installation.

use serde::{Deserialize, Serialize};

use crate::text;

/// An amount in fen (分); negative for refunds (退款) and losses.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Money(pub i64);

/// Why a text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not written as an amount.
    #[error("not an amount")]
    NotAnAmount,
    /// Digits beyond the fen that are not zero.
    #[error("more precise than a fen")]
    TooPrecise,
    /// Larger than an amount can be.
    #[error("amount out of range")]
    OutOfRange,
}

impl crate::refusal::Refusal for MoneyError {
    fn status(&self) -> u16 {
        422
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotAnAmount => "money.not_an_amount",
            Self::TooPrecise => "money.too_precise",
            Self::OutOfRange => "money.out_of_range",
        }
    }
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From fen (分).
    pub const fn from_fen(fen: i64) -> Self {
        Self(fen)
    }

    /// In fen (分), for columns and JSON (`…_fen`).
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Sum, `None` on overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Difference, `None` on overflow.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Product with a count, `None` on overflow.
    pub fn checked_mul(self, times: i64) -> Option<Self> {
        self.0.checked_mul(times).map(Self)
    }

    /// The opposite sign, `None` on overflow.
    pub fn checked_neg(self) -> Option<Self> {
        self.0.checked_neg().map(Self)
    }

    /// Sum of many, `None` on overflow.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Reads an amount exactly: `1,234.50`, `￥12`, `12元`, `1.2万`, `(12.00)`, `-3`, full width too.
    ///
    /// Digits beyond the fen must be zero; use [`Money::parse_rounded`] for spreadsheets with binary fractions.
    pub fn parse(input: &str) -> Result<Self, MoneyError> {
        let decimal = Decimal::parse(input)?;
        decimal.to_fen_exact().map(Self)
    }

    /// Reads an amount and rounds beyond the fen, half away from zero.
    pub fn parse_rounded(input: &str) -> Result<Self, MoneyError> {
        Decimal::parse(input)?.to_fen_rounded().map(Self)
    }

    /// Quantity × unit price, exact until the last step, rounded half away from zero to the fen.
    pub fn line_amount(quantity: &str, unit_price: &str) -> Result<Self, MoneyError> {
        let product = Decimal::parse(quantity)?.checked_mul(Decimal::parse(unit_price)?)?;
        product.to_fen_rounded().map(Self)
    }
}

impl std::fmt::Display for Money {
    /// `-1234.50`: plain yuan with two decimals and no grouping, the form of exports.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

/// An exact decimal number: `mantissa × 10^-scale`. Only as wide as reading amounts and quantities needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// All digits with the sign.
    pub mantissa: i128,
    /// How many of them stand after the point.
    pub scale: u32,
}

/// Digits after the point that are kept; further digits of a spreadsheet are noise far below a fen.
const MAX_SCALE: u32 = 18;

impl Decimal {
    /// Reads one number with optional sign, brackets, currency, grouping commas, exponent and 万/亿.
    pub fn parse(input: &str) -> Result<Self, MoneyError> {
        let folded = text::fold_width(input);
        let mut rest = folded.trim().trim_start_matches('\'').trim();
        let mut negative = false;
        if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
            negative = true;
            rest = inner.trim();
        }
        rest = strip_currency(rest);
        if let Some(after) = rest.strip_prefix(['-', '−', '–']) {
            if negative {
                return Err(MoneyError::NotAnAmount);
            }
            negative = true;
            rest = strip_currency(after.trim_start());
        } else if let Some(after) = rest.strip_prefix('+') {
            rest = strip_currency(after.trim_start());
        }
        let mut power = 0i32;
        for (unit, zeros) in [("亿", 8), ("万", 4)] {
            if let Some(before) = rest.strip_suffix(unit) {
                power = zeros;
                rest = before.trim_end();
                break;
            }
        }
        if let Some((number, exponent)) = rest.split_once(['e', 'E']) {
            let exponent: i32 = exponent.parse().map_err(|_| MoneyError::NotAnAmount)?;
            if exponent.abs() > 30 {
                return Err(MoneyError::OutOfRange);
            }
            power += exponent;
            rest = number;
        }
        let decimal = Self::plain(rest)?.shifted(power)?;
        Ok(if negative {
            Self {
                mantissa: -decimal.mantissa,
                ..decimal
            }
        } else {
            decimal
        })
    }

    fn plain(number: &str) -> Result<Self, MoneyError> {
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let whole = ungroup(whole).ok_or(MoneyError::NotAnAmount)?;
        if whole.is_empty() && fraction.is_empty() {
            return Err(MoneyError::NotAnAmount);
        }
        if !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return Err(MoneyError::NotAnAmount);
        }
        let mut mantissa: i128 = 0;
        let mut scale = 0;
        for digit in whole.bytes() {
            mantissa = push_digit(mantissa, digit)?;
        }
        for digit in fraction.bytes().take(18) {
            mantissa = push_digit(mantissa, digit)?;
            scale += 1;
        }
        Ok(Self { mantissa, scale })
    }

    /// Moves the point to the right by `power` places.
    fn shifted(self, power: i32) -> Result<Self, MoneyError> {
        let scale = i64::from(self.scale) - i64::from(power);
        if scale < 0 {
            let zeros = u32::try_from(-scale).map_err(|_| MoneyError::OutOfRange)?;
            let factor = 10i128.checked_pow(zeros).ok_or(MoneyError::OutOfRange)?;
            let mantissa = self
                .mantissa
                .checked_mul(factor)
                .ok_or(MoneyError::OutOfRange)?;
            return Ok(Self { mantissa, scale: 0 });
        }
        let scale = u32::try_from(scale).map_err(|_| MoneyError::OutOfRange)?;
        Ok(Self {
            mantissa: self.mantissa,
            scale,
        })
    }

    fn checked_mul(self, other: Self) -> Result<Self, MoneyError> {
        let mantissa = self
            .mantissa
            .checked_mul(other.mantissa)
            .ok_or(MoneyError::OutOfRange)?;
        Ok(Self {
            mantissa,
            scale: self.scale + other.scale,
        })
    }

    fn to_fen_exact(self) -> Result<i64, MoneyError> {
        let (quotient, remainder) = self.fen_parts()?;
        if remainder != 0 {
            return Err(MoneyError::TooPrecise);
        }
        i64::try_from(quotient).map_err(|_| MoneyError::OutOfRange)
    }

    fn to_fen_rounded(self) -> Result<i64, MoneyError> {
        let (quotient, remainder) = self.fen_parts()?;
        let divisor = self.divisor()?;
        let away = if remainder.abs() * 2 >= divisor && remainder != 0 {
            remainder.signum()
        } else {
            0
        };
        i64::try_from(quotient + away).map_err(|_| MoneyError::OutOfRange)
    }

    /// The whole number nearest towards zero and whether anything was cut off; for quantities and kilometres.
    pub fn to_whole(self) -> Option<(i64, bool)> {
        let divisor = 10i128.checked_pow(self.scale)?;
        let whole = i64::try_from(self.mantissa / divisor).ok()?;
        Some((whole, self.mantissa % divisor != 0))
    }

    fn divisor(self) -> Result<i128, MoneyError> {
        10i128
            .checked_pow(self.scale.saturating_sub(2))
            .ok_or(MoneyError::OutOfRange)
    }

    /// Fen towards zero, and what is left of them in units of the divisor.
    fn fen_parts(self) -> Result<(i128, i128), MoneyError> {
        if self.scale < 2 {
            let factor = 10i128.pow(2 - self.scale);
            return Ok((
                self.mantissa
                    .checked_mul(factor)
                    .ok_or(MoneyError::OutOfRange)?,
                0,
            ));
        }
        if self.scale > MAX_SCALE * 2 + 2 {
            return Err(MoneyError::OutOfRange);
        }
        let divisor = self.divisor()?;
        Ok((self.mantissa / divisor, self.mantissa % divisor))
    }
}

fn push_digit(mantissa: i128, digit: u8) -> Result<i128, MoneyError> {
    mantissa
        .checked_mul(10)
        .and_then(|m| m.checked_add(i128::from(digit - b'0')))
        .ok_or(MoneyError::OutOfRange)
}

fn strip_currency(input: &str) -> &str {
    let mut rest = input.trim();
    for mark in ["CNY", "RMB", "人民币", "￥", "¥", "$", "€", "£"] {
        if let Some(after) = rest.strip_prefix(mark) {
            rest = after.trim_start();
            break;
        }
    }
    for mark in ["CNY", "RMB", "元整", "元", "圆", "块"] {
        if let Some(before) = rest.strip_suffix(mark) {
            rest = before.trim_end();
            break;
        }
    }
    rest
}

/// Takes grouping commas out; `None` when they do not group by three, since `12,50` may mean a decimal comma.
fn ungroup(whole: &str) -> Option<String> {
    if whole.bytes().all(|b| b.is_ascii_digit()) {
        return Some(whole.to_owned());
    }
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut digits = first.to_owned();
    if first.is_empty() || first.len() > 3 {
        return None;
    }
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    digits.bytes().all(|b| b.is_ascii_digit()).then_some(digits)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_exactly_to_the_fen() {
        for (input, fen) in [
            ("1,234.50", 123_450),
            ("￥12", 1_200),
            ("¥ 12.3", 1_230),
            ("(12.00)", -1_200),
            ("（12.00）", -1_200),
            ("-3", -300),
            ("-￥3.05", -305),
            ("￥-3.05", -305),
            ("12元", 1_200),
            ("人民币12元整", 1_200),
            ("1.2万", 1_200_000),
            ("1.2万元", 1_200_000),
            ("３．５", 350),
            ("1,234,567.89", 123_456_789),
            ("0.10", 10),
            (".5", 50),
            ("5.", 500),
            ("12.3400000", 1_234),
            ("1E3", 100_000),
            ("1.5e+2", 15_000),
            ("+7", 700),
            ("'88.00", 8_800),
            ("92233720368547758.07", i64::MAX),
        ] {
            assert_eq!(Money::parse(input), Ok(Money(fen)), "{input}");
        }
    }

    #[test]
    fn what_is_not_clearly_an_amount_is_refused() {
        for input in [
            "", "-", "abc", "12,50", "1,2345", "1.2.3", "--3", "(-3)", "12 34", "¥", ".", "1,",
            ",123", "1e", "NaN",
        ] {
            assert_eq!(Money::parse(input), Err(MoneyError::NotAnAmount), "{input}");
        }
        assert_eq!(Money::parse("0.005"), Err(MoneyError::TooPrecise));
        assert_eq!(
            Money::parse("92233720368547758.08"),
            Err(MoneyError::OutOfRange)
        );
        assert_eq!(Money::parse("1e99"), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn rounding_is_half_away_from_zero_and_only_on_demand() {
        for (input, fen) in [
            ("0.005", 1),
            ("-0.005", -1),
            ("0.00499", 0),
            ("12.340000000000002", 1_234),
            ("0.1", 10),
        ] {
            assert_eq!(Money::parse_rounded(input), Ok(Money(fen)), "{input}");
        }
    }

    #[test]
    fn a_line_is_quantity_times_unit_price() {
        for (quantity, price, fen) in [
            ("6.0", "2.55", 1_530),
            ("-12", "0.85", -1_020),
            ("3", "0.001", 0),
            ("5", "0.001", 1),
        ] {
            assert_eq!(
                Money::line_amount(quantity, price),
                Ok(Money(fen)),
                "{quantity} × {price}"
            );
        }
    }

    #[test]
    fn arithmetic_that_does_not_fit_is_none() {
        assert_eq!(Money(i64::MAX).checked_add(Money(1)), None);
        assert_eq!(Money(i64::MIN).checked_neg(), None);
        assert_eq!(Money::sum([Money(1), Money(2), Money(-5)]), Some(Money(-2)));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(fen in any::<i64>()) {
            prop_assert_eq!(Money::parse(&Money(fen).to_string()), if fen == i64::MIN { Ok(Money(i64::MIN)) } else { Ok(Money(fen)) });
        }

        #[test]
        fn no_text_makes_it_panic(input in ".{0,40}") {
            let _ = Money::parse(&input);
            let _ = Money::line_amount(&input, &input);
        }
    }
}
