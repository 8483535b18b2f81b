//! The limit: the statements that the product sent for a request, sent again through the bare driver, every row read.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use liuke_platform::db::{Sent, Value, plain_places};
use rusqlite::config::DbConfig;
use tokio_postgres::Statement;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::Outcome;
use crate::server::Engine;

/// What becomes of what the statements write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// They write nothing.
    Read,
    /// It is committed, request by request: each can be sent once.
    Committed,
    /// It is taken back, so that its keys stay free.
    TakenBack,
}

impl Ending {
    /// What begins and what ends each request.
    fn around(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Read => None,
            Self::Committed => Some(("BEGIN", "COMMIT")),
            Self::TakenBack => Some(("BEGIN", "ROLLBACK")),
        }
    }
}

/// How long the statements of each of these requests take on that engine, over one connection, `rounds` times in turn: as
/// little as in the product is one thing asked for again and again.
pub(crate) async fn run(
    engine: Engine,
    database: &str,
    requests: &[Vec<Sent>],
    ending: Ending,
    rounds: usize,
) -> Outcome<Vec<Duration>> {
    match engine {
        Engine::Sqlite => {
            let file = database.trim_start_matches("sqlite:").to_owned();
            let requests = requests.to_vec();
            tokio::task::spawn_blocking(move || sqlite(&file, &requests, ending, rounds)).await?
        }
        Engine::Postgres => postgres(database, requests, ending, rounds).await,
    }
}

/// On SQLite, with the settings of the product's writing connection; its reading ones keep half as many pages.
fn sqlite(
    file: &str,
    requests: &[Vec<Sent>],
    ending: Ending,
    rounds: usize,
) -> Outcome<Vec<Duration>> {
    let connection = rusqlite::Connection::open(file)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; \
         PRAGMA mmap_size = 0; PRAGMA cache_size = -16000; PRAGMA temp_store = memory",
    )?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(512);
    let texts: Vec<Vec<String>> = requests
        .iter()
        .map(|sent| sent.iter().map(plain).collect())
        .collect();
    let mut times = Vec::with_capacity(rounds * requests.len());
    for _ in 0..rounds {
        for (sent, texts) in requests.iter().zip(&texts) {
            let start = Instant::now();
            if let Some((begin, _)) = ending.around() {
                connection.execute_batch(begin)?;
            }
            for (each, text) in sent.iter().zip(texts) {
                read_all(&connection, each, text)?;
            }
            if let Some((_, end)) = ending.around() {
                connection.execute_batch(end)?;
            }
            times.push(start.elapsed());
        }
    }
    Ok(times)
}

/// With places that SQLite need not look up by name.
fn plain(sent: &Sent) -> String {
    plain_places(&sent.sql).unwrap_or_else(|| sent.sql.clone())
}

fn read_all(connection: &rusqlite::Connection, sent: &Sent, text: &str) -> Outcome {
    let mut statement = connection.prepare_cached(text)?;
    for place in 1..=statement.parameter_count() {
        let number: usize = statement
            .parameter_name(place)
            .and_then(|name| name.trim_start_matches(['$', '?']).parse().ok())
            .unwrap_or(place);
        let value = sent.args.get(number - 1).ok_or("an argument is missing")?;
        statement.raw_bind_parameter(place, sqlite_value(value)?)?;
    }
    let width = statement.column_count();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        for column in 0..width {
            std::hint::black_box(row.get_ref(column)?);
        }
    }
    Ok(())
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
async fn postgres(
    url: &str,
    requests: &[Vec<Sent>],
    ending: Ending,
    rounds: usize,
) -> Outcome<Vec<Duration>> {
    let (client, line) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    let line = tokio::spawn(line);
    let mut prepared: HashMap<&str, Statement> = HashMap::new();
    for each in requests.iter().flatten() {
        if !prepared.contains_key(each.sql.as_str()) {
            prepared.insert(&each.sql, client.prepare(&each.sql).await?);
        }
    }
    let mut times = Vec::with_capacity(rounds * requests.len());
    for _ in 0..rounds {
        for sent in requests {
            let start = Instant::now();
            if let Some((begin, _)) = ending.around() {
                client.batch_execute(begin).await?;
            }
            for each in sent {
                let statement = prepared.get(each.sql.as_str()).ok_or("not prepared")?;
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
            if let Some((_, end)) = ending.around() {
                client.batch_execute(end).await?;
            }
            times.push(start.elapsed());
        }
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
