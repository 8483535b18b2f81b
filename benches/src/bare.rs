//! The limit: the statements that the product sent for a request, sent again through the bare driver, every row read.

use std::time::{Duration, Instant};

use liuke_platform::db::{Sent, Value, plain_places};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::Outcome;
use crate::server::Engine;

/// How long the statements of one request take, `rounds` times, on that engine.
pub(crate) async fn run(
    engine: Engine,
    database: &str,
    sent: &[Sent],
    writes: bool,
    rounds: usize,
) -> Outcome<Vec<Duration>> {
    match engine {
        Engine::Sqlite => {
            let file = database.trim_start_matches("sqlite:").to_owned();
            let sent = sent.to_vec();
            tokio::task::spawn_blocking(move || sqlite(&file, &sent, writes, rounds)).await?
        }
        Engine::Postgres => postgres(database, sent, writes, rounds).await,
    }
}

/// How long the statements of one request take, `rounds` times. A request that writes is taken back each time, so that its keys
/// stay free: what it costs to make it permanent is left out of the limit.
fn sqlite(file: &str, sent: &[Sent], writes: bool, rounds: usize) -> Outcome<Vec<Duration>> {
    let connection = rusqlite::Connection::open(file)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; PRAGMA mmap_size = 0",
    )?;
    connection.set_prepared_statement_cache_capacity(200);
    let texts: Vec<String> = sent
        .iter()
        .map(|each| plain_places(&each.sql).unwrap_or_else(|| each.sql.clone()))
        .collect();
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = Instant::now();
        if writes {
            connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        for (place, each) in sent.iter().enumerate() {
            let text = texts.get(place).map_or("", String::as_str);
            let mut statement = connection.prepare_cached(text)?;
            for place in 1..=statement.parameter_count() {
                let number: usize = statement
                    .parameter_name(place)
                    .and_then(|name| name.trim_start_matches(['$', '?']).parse().ok())
                    .unwrap_or(place);
                let value = each.args.get(number - 1).ok_or("an argument is missing")?;
                statement.raw_bind_parameter(place, sqlite_value(value)?)?;
            }
            let width = statement.column_count();
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                for column in 0..width {
                    std::hint::black_box(row.get_ref(column)?);
                }
            }
        }
        if writes {
            connection.execute_batch("ROLLBACK")?;
        }
        times.push(start.elapsed());
    }
    Ok(times)
}

fn sqlite_value(value: &Value) -> Outcome<rusqlite::types::Value> {
    use rusqlite::types::Value as Bare;
    Ok(match value {
        Value::Bool(bit) => bit.map_or(Bare::Null, |bit| Bare::Integer(i64::from(bit))),
        Value::Int(number) => number.map_or(Bare::Null, |n| Bare::Integer(i64::from(n))),
        Value::BigInt(number) => number.map_or(Bare::Null, Bare::Integer),
        Value::Double(number) => number.map_or(Bare::Null, Bare::Real),
        Value::String(text) => text
            .as_ref()
            .map_or(Bare::Null, |text| Bare::Text(text.to_string())),
        Value::Bytes(bytes) => bytes
            .as_ref()
            .map_or(Bare::Null, |bytes| Bare::Blob(bytes.to_vec())),
        Value::Uuid(id) => id
            .as_ref()
            .map_or(Bare::Null, |id| Bare::Blob(id.as_bytes().to_vec())),
        other => return Err(format!("no bare value for {other:?}").into()),
    })
}

/// The same on PostgreSQL.
async fn postgres(url: &str, sent: &[Sent], writes: bool, rounds: usize) -> Outcome<Vec<Duration>> {
    let (client, line) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    let line = tokio::spawn(line);
    let mut prepared = Vec::new();
    for each in sent {
        prepared.push(client.prepare(&each.sql).await?);
    }
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = Instant::now();
        if writes {
            client.batch_execute("BEGIN").await?;
        }
        for (each, statement) in sent.iter().zip(&prepared) {
            let args: Vec<BareArg<'_>> = each.args.iter().map(BareArg).collect();
            let refs: Vec<&(dyn ToSql + Sync)> = args
                .iter()
                .map(|arg| {
                    let arg: &(dyn ToSql + Sync) = arg;
                    arg
                })
                .collect();
            std::hint::black_box(client.query(statement, &refs).await?);
        }
        if writes {
            client.batch_execute("ROLLBACK").await?;
        }
        times.push(start.elapsed());
    }
    drop(client);
    line.await??;
    Ok(times)
}

/// An argument in whatever type the server wants.
#[derive(Debug)]
struct BareArg<'a>(&'a Value);

impl ToSql for BareArg<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut tokio_postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self.0 {
            Value::Bool(bit) => bit.to_sql(ty, out),
            Value::Int(number) => number.to_sql(ty, out),
            Value::BigInt(number) if *ty == Type::INT4 => {
                number.map(i32::try_from).transpose()?.to_sql(ty, out)
            }
            Value::BigInt(number) => number.to_sql(ty, out),
            Value::Double(number) => number.to_sql(ty, out),
            Value::String(text) => text.as_deref().to_sql(ty, out),
            Value::Bytes(bytes) => bytes.as_deref().to_sql(ty, out),
            Value::Uuid(id) => id.to_sql(ty, out),
            other => Err(format!("no bare value for {other:?}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
