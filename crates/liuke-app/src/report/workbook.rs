//! The rates as a workbook (统计导出): figures with formulas, factors, groups.

use liuke_platform::fault::Fault;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::figures::{By, Figure, Unit};
use super::http::RatesView;
use crate::words::Lang;

/// Media type of a workbook.
pub(super) const MEDIA_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Makes the workbook.
pub(super) fn rates(view: &RatesView, lang: Lang) -> Result<Vec<u8>, Fault> {
    fill(view, lang).map_err(|error| Fault::other(format!("workbook: {error}")))
}

fn fill(view: &RatesView, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let head = Format::new().set_bold();
    let percent = Format::new().set_num_format("0.00%");
    let decimal = Format::new().set_num_format("0.00");
    let hours = Format::new().set_num_format(format!("0.0\" {}\"", lang.say("rates.hours")));

    let sheet = book.add_worksheet();
    sheet.set_name(lang.say("rates.sheet.figures"))?;
    sheet.write_with_format(0, 0, lang.say("rates.title"), &head)?;
    sheet.write(
        0,
        1,
        format!("{}: {} – {}", lang.say("rates.period"), view.from, view.to),
    )?;
    header(
        sheet,
        1,
        lang,
        &head,
        &[
            "figure",
            "value",
            "numerator",
            "denominator",
            "formula",
            "note",
        ],
    )?;
    for (row, figure) in (2..).zip(&view.figures) {
        sheet.write(row, 0, lang.say(&format!("rates.{}", figure.code)))?;
        write_value(sheet, row, figure, (&percent, &hours))?;
        write_count(sheet, row, 2, figure.numerator)?;
        write_count(sheet, row, 3, figure.denominator)?;
        sheet.write(row, 4, lang.say(&format!("rates.{}.formula", figure.code)))?;
        sheet.write(
            row,
            5,
            note(lang, figure.value.is_none(), figure.too_little),
        )?;
    }
    sheet.set_column_width(0, 22)?;
    sheet.set_column_width(1, 16)?;
    sheet.set_column_width(4, 60)?;

    let sheet = book.add_worksheet();
    sheet.set_name(lang.say("rates.sheet.factors"))?;
    header(
        sheet,
        0,
        lang,
        &head,
        &["factor", "mean", "top2", "n", "note"],
    )?;
    for (row, factor) in (1..).zip(&view.factors) {
        sheet.write(row, 0, lang.say(&format!("rates.factor.{}", factor.factor)))?;
        write_scaled(sheet, row, 1, factor.mean_x100, 100.0, &decimal)?;
        write_scaled(sheet, row, 2, factor.top2_bp, 10_000.0, &percent)?;
        write_count(sheet, row, 3, Some(factor.n))?;
        sheet.write(row, 4, note(lang, factor.n == 0, factor.too_little))?;
    }
    sheet.set_column_width(0, 18)?;

    let sheet = book.add_worksheet();
    sheet.set_name(lang.say("rates.sheet.groups"))?;
    let by = format!("group.{}", view.by.as_str());
    header(
        sheet,
        0,
        lang,
        &head,
        &[
            &by,
            "due",
            "reached",
            "followup_rate",
            "satisfied_rate",
            "n",
            "mean",
            "slips_open",
            "slips_overdue",
            "slips_closed",
            "loop_time",
        ],
    )?;
    for (row, group) in (1..).zip(&view.groups) {
        let label = if group.label.is_empty() && view.by == By::Agent {
            lang.say("rates.unassigned")
        } else {
            &group.label
        };
        sheet.write(row, 0, label)?;
        write_count(sheet, row, 1, Some(group.due))?;
        write_count(sheet, row, 2, Some(group.reached))?;
        write_scaled(sheet, row, 3, group.followup_rate_bp, 10_000.0, &percent)?;
        write_scaled(sheet, row, 4, group.satisfied_rate_bp, 10_000.0, &percent)?;
        write_count(sheet, row, 5, Some(group.satisfaction_n))?;
        write_scaled(sheet, row, 6, group.mean_x100, 100.0, &decimal)?;
        write_count(sheet, row, 7, Some(group.slips_open))?;
        write_count(sheet, row, 8, Some(group.slips_overdue))?;
        write_count(sheet, row, 9, Some(group.slips_closed))?;
        write_scaled(sheet, row, 10, group.loop_ms, 3_600_000.0, &hours)?;
    }
    sheet.set_column_width(0, 22)?;
    book.save_to_buffer()
}

fn header(
    sheet: &mut Worksheet,
    row: u32,
    lang: Lang,
    format: &Format,
    words: &[&str],
) -> Result<(), XlsxError> {
    for (column, word) in (0..).zip(words) {
        sheet.write_with_format(row, column, lang.say(&format!("rates.{word}")), format)?;
    }
    Ok(())
}

fn write_value(
    sheet: &mut Worksheet,
    row: u32,
    figure: &Figure,
    (percent, hours): (&Format, &Format),
) -> Result<(), XlsxError> {
    match figure.unit {
        Unit::Count => write_count(sheet, row, 1, figure.value),
        Unit::Bp => write_scaled(sheet, row, 1, figure.value, 10_000.0, percent),
        Unit::Ms => write_scaled(sheet, row, 1, figure.value, 3_600_000.0, hours),
    }
}

fn note(lang: Lang, nothing: bool, too_little: bool) -> &'static str {
    match (nothing, too_little) {
        (true, _) => lang.say("rates.no_data"),
        (false, true) => lang.say("rates.too_little"),
        (false, false) => "",
    }
}

fn write_count(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: Option<i64>,
) -> Result<(), XlsxError> {
    if let Some(value) = value {
        sheet.write(row, column, value)?;
    }
    Ok(())
}

/// A whole number of small units as the number a workbook reckons with.
fn write_scaled(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: Option<i64>,
    scale: f64,
    format: &Format,
) -> Result<(), XlsxError> {
    // Milliseconds pass 32 bits, and `as` is not allowed: a decimal text is the exact way to a float.
    if let Some(value) = value.and_then(|value| value.to_string().parse::<f64>().ok()) {
        sheet.write_with_format(row, column, value / scale, format)?;
    }
    Ok(())
}
