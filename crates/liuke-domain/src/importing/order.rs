//! Amounts of orders and refunds (订单与退款).

use super::{Field, RowCode, RowError, values};
use crate::money::Money;
use crate::text;

crate::text_enum! {
    /// 订单类型.
    OrderKind {
        /// 销售.
        Sale => "sale",
        /// 退款.
        Refund => "refund",
    }
}

impl OrderKind {
    /// Reads the word of a file.
    pub fn read(input: &str) -> Option<Self> {
        match text::fold_key(input).as_str() {
            "销售" | "销售单" | "订单" | "正常" | "消费" | "sale" | "sales" | "order"
            | "invoice" => Some(Self::Sale),
            "退款" | "退货" | "退单" | "退货单" | "红冲" | "冲红" | "取消" | "refund"
            | "return" | "credit" | "cancelled" | "canceled" => Some(Self::Refund),
            _ => None,
        }
    }
}

/// Whether the number of an order says refund: `C` and then only digits (`C536379`), as tills and the public retail data write it.
pub fn is_refund_number(number: &str) -> bool {
    let folded = text::fold_width(number);
    let rest = folded.trim().strip_prefix(['C', 'c']);
    rest.is_some_and(|digits| digits.len() >= 3 && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// The amount of a row: the amount column, or quantity × unit price. A refund, by number or by word, is negative whatever its sign in the
/// file; a negative amount without such a mark is a refund too.
pub fn order_amount(
    number: Option<&str>,
    kind: Option<&str>,
    revenue: Option<&str>,
    quantity: Option<&str>,
    unit_price: Option<&str>,
) -> Result<(OrderKind, Money), RowError> {
    let filled = |cell: Option<&'_ str>| cell.filter(|c| !values::is_blank(c)).map(str::to_owned);
    let amount = match (filled(revenue), filled(quantity), filled(unit_price)) {
        (Some(revenue), _, _) => values::parse_money(&revenue)
            .map_err(|code| RowError::cell(code, Field::Revenue, &revenue))?,
        (None, Some(quantity), Some(price)) => {
            values::parse_quantity(&quantity)
                .map_err(|code| RowError::cell(code, Field::Quantity, &quantity))?;
            Money::line_amount(&quantity, &price)
                .map_err(|_| RowError::cell(RowCode::BadMoney, Field::UnitPrice, &price))?
        }
        (None, None, Some(_)) => return Err(RowError::missing(Field::Quantity)),
        (None, _, None) => return Err(RowError::missing(Field::Revenue)),
    };
    let said = match filled(kind) {
        Some(word) => Some(
            OrderKind::read(&word)
                .ok_or_else(|| RowError::cell(RowCode::BadWord, Field::OrderKind, &word))?,
        ),
        None => None,
    };
    let refund = said == Some(OrderKind::Refund)
        || number.is_some_and(is_refund_number)
        || amount < Money::ZERO;
    if !refund {
        return Ok((OrderKind::Sale, amount));
    }
    let negative = if amount > Money::ZERO {
        amount.checked_neg()
    } else {
        Some(amount)
    };
    negative
        .map(|amount| (OrderKind::Refund, amount))
        .ok_or_else(|| RowError::row(RowCode::BadMoney))
}
