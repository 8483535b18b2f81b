//! `liuke calc`: the product's own rules over what is given, as JSON.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use liuke_domain::importing::{parse_day, parse_money};
use liuke_domain::money::Money;
use liuke_domain::{phone, pyramid};
use liuke_platform::fault::Fault;
use serde_json::{Value, json};

use super::{Outcome, print};

/// What to reckon.
#[derive(Debug, Args)]
pub(crate) struct CalcArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// How phone numbers are read.
    Phone {
        /// Numbers as people write them.
        #[arg(required = true, value_name = "NUMBER")]
        numbers: Vec<String>,
    },
    /// Tiers of the customers in a CSV with the columns customer, date, amount.
    Pyramid {
        /// The CSV.
        #[arg(long, value_name = "FILE.csv")]
        input: PathBuf,
        /// First day.
        #[arg(long)]
        from: Option<Date>,
        /// Last day.
        #[arg(long)]
        to: Option<Date>,
    },
}

pub(super) fn run(args: CalcArgs) -> Outcome {
    let answer = match args.what {
        What::Phone { numbers } => {
            Value::Array(numbers.iter().map(|number| read(number)).collect())
        }
        What::Pyramid { input, from, to } => tiers(&input, from, to)?,
    };
    print(&format!("{}\n", serde_json::to_string_pretty(&answer)?))?;
    Ok(ExitCode::SUCCESS)
}

fn read(number: &str) -> Value {
    let read = phone::normalise(number);
    json!({
        "input": number,
        "e164": read.e164,
        "kind": read.kind,
        "extension": read.extension,
        "valid": read.valid,
    })
}

fn tiers(input: &std::path::Path, from: Option<Date>, to: Option<Date>) -> Outcome<Value> {
    let wrong =
        |line: u64, what: &str| Fault::other(format!("{}, line {line}: {what}", input.display()));
    let mut reader = csv::Reader::from_path(input)
        .map_err(|error| Fault::other(format!("{}: {error}", input.display())))?;
    let headers = reader
        .headers()
        .map_err(|error| Fault::other(error.to_string()))?
        .clone();
    let column = |name: &str| {
        headers
            .iter()
            .position(|header| {
                header
                    .trim_start_matches('\u{feff}')
                    .trim()
                    .eq_ignore_ascii_case(name)
            })
            .ok_or_else(|| {
                wrong(
                    1,
                    &format!("no column {name:?}; needed are customer, date, amount"),
                )
            })
    };
    let (customer, date, amount) = (column("customer")?, column("date")?, column("amount")?);
    let mut rows: Vec<(String, Date, Money)> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| Fault::other(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        if cell(customer).is_empty() {
            return Err(wrong(line, "no customer").into());
        }
        let day = parse_day(cell(date)).map_err(|_| wrong(line, "not a date"))?;
        let money = parse_money(cell(amount)).map_err(|_| wrong(line, "not an amount"))?;
        rows.push((cell(customer).to_owned(), day, money));
    }
    let ranked =
        pyramid::calc_pyramid(rows, from, to).map_err(|error| Fault::other(error.to_string()))?;
    let tiers: Vec<Value> = ranked
        .tiers
        .iter()
        .map(|tier| {
            json!({
                "tier": tier.tier,
                "heads": tier.heads,
                "revenue": yuan(tier.amount),
                "share": tier.share_bp.map(|bp| decimal(bp, 4)),
                "threshold": tier.threshold.map(yuan),
            })
        })
        .collect();
    Ok(json!({ "customers": ranked.ranked(), "revenue": yuan(ranked.total), "tiers": tiers }))
}

/// Yuan as a JSON number with its exact decimals.
fn yuan(amount: Money) -> Value {
    decimal(amount.0, 2)
}

/// A whole number of small units as a JSON number: `decimal(1234, 2)` is `12.34`.
fn decimal(units: i64, places: u32) -> Value {
    let scale = 10_i64.pow(places);
    let sign = if units < 0 { "-" } else { "" };
    let width = usize::try_from(places).unwrap_or(0);
    let text = format!(
        "{sign}{}.{:0width$}",
        (units / scale).abs(),
        (units % scale).abs()
    );
    serde_json::from_str(&text).unwrap_or(Value::Null)
}
