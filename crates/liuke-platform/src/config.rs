//! Configuration (配置): file, environment, flags, in this order of weakness.
//!
//! Only what the operator must know before the start. Whatever the trade sets is data with a screen.
//! An unknown key is an error that names it.

use std::path::{Path, PathBuf};

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::fault::Fault;

/// Everything the operator sets. The default works on a laptop without any file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// HTTP server.
    pub server: ServerConfig,
    /// Database.
    pub database: DatabaseConfig,
    /// Log.
    pub log: LogConfig,
    /// Background work.
    pub jobs: JobsConfig,
    /// Limits against overload.
    pub limits: LimitsConfig,
}

/// HTTP server (服务).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerConfig {
    /// Address and port to listen on.
    pub listen: String,
    /// Address people use, such as `https://crm.example.com`; decides over secure cookies and links, and over which
    /// pages may send requests when a proxy changes the host name.
    pub public_url: Option<String>,
    /// Addresses or networks (CIDR) of reverse proxies whose `X-Forwarded-For` is believed.
    #[serde(deserialize_with = "list")]
    pub trusted_proxies: Vec<String>,
    /// Send the session cookie over HTTPS only. Unset: yes when `public_url` starts with `https:`.
    pub secure_cookies: Option<bool>,
    /// Host names requests may carry. Empty: any.
    #[serde(deserialize_with = "list")]
    pub allowed_hosts: Vec<String>,
    /// Largest request body in MiB.
    pub max_body_mb: u32,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".into(),
            public_url: None,
            trusted_proxies: Vec::new(),
            secure_cookies: None,
            allowed_hosts: Vec::new(),
            max_body_mb: 200,
        }
    }
}

impl ServerConfig {
    /// Whether the session cookie is sent over HTTPS only.
    pub fn cookies_are_secure(&self) -> bool {
        self.secure_cookies.unwrap_or_else(|| {
            self.public_url
                .as_deref()
                .is_some_and(|u| u.starts_with("https:"))
        })
    }
}

/// Database (数据库).
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseConfig {
    /// `sqlite:./data/liuke.db` or `postgres://user:password@host/name`.
    pub url: String,
    /// PostgreSQL: largest number of connections.
    pub pool: u32,
    /// SQLite: number of reading connections.
    pub readers: u32,
    /// SQLite: give up safety against power loss for speed. For tests and demonstrations.
    pub relaxed: bool,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            url: "sqlite:./data/liuke.db".into(),
            pool: 16,
            readers: 8,
            relaxed: false,
        }
    }
}

impl std::fmt::Debug for DatabaseConfig {
    /// Leaves the password out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseConfig")
            .field("url", &self.shown_url())
            .field("pool", &self.pool)
            .field("readers", &self.readers)
            .field("relaxed", &self.relaxed)
            .finish()
    }
}

impl DatabaseConfig {
    /// A configuration for this URL with defaults otherwise.
    pub fn of(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ..Self::default()
        }
    }

    /// The URL without its password.
    pub fn shown_url(&self) -> String {
        let Some((scheme, rest)) = self.url.split_once("://") else {
            return self.url.clone();
        };
        let Some((who, place)) = rest.rsplit_once('@') else {
            return self.url.clone();
        };
        let user = who.split(':').next().unwrap_or(who);
        format!("{scheme}://{user}@{place}")
    }

    /// The folder with the SQLite file, or the working folder: where backups and copies go.
    pub fn folder(&self) -> PathBuf {
        crate::db::sqlite_path(&self.url)
            .and_then(|p| p.parent().map(Path::to_owned))
            .filter(|p| !p.as_os_str().is_empty())
            .unwrap_or_else(|| PathBuf::from("."))
    }
}

/// Shape of the log (日志).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object per line.
    Json,
    /// For people.
    Pretty,
}

/// Log (日志).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// `json` or `pretty`.
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,liuke_app=debug`.
    pub level: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            format: LogFormat::Pretty,
            level: "info".into(),
        }
    }
}

/// Background work (后台任务).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JobsConfig {
    /// Workers in this process; 0 leaves the work to other processes.
    pub workers: u32,
}

impl Default for JobsConfig {
    fn default() -> Self {
        Self { workers: 2 }
    }
}

/// Limits against overload (限制).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Longest time for one request, seconds. Live updates and downloads are exempt once they have begun.
    pub request_s: u64,
    /// Longest time for a client to send its headers, seconds.
    pub header_s: u64,
    /// Open live-update streams per person.
    pub live_per_person: usize,
    /// Open live-update streams in all.
    pub live_total: usize,
    /// Session ends after this long in any case, hours.
    pub session_h: i64,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            request_s: 60,
            header_s: 10,
            live_per_person: 20,
            live_total: 2000,
            session_h: 7 * 24,
        }
    }
}

/// What flags on the command line override.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--listen`.
    pub listen: Option<String>,
    /// `--database`.
    pub database_url: Option<String>,
    /// `--log-level`.
    pub log_level: Option<String>,
}

impl Config {
    /// Reads the file (a named file must exist, `liuke.toml` need not), then the environment, then the flags.
    ///
    /// The environment: `LIUKE_DATABASE_URL`, and `LIUKE__SECTION__KEY` for every key.
    pub fn load(
        path: Option<&Path>,
        env: impl IntoIterator<Item = (String, String)>,
        overrides: &Overrides,
    ) -> Result<Self, Fault> {
        let mut table = match path {
            Some(path) => read(path)?,
            None if Path::new("liuke.toml").is_file() => read(Path::new("liuke.toml"))?,
            None => Table::new(),
        };
        for (name, value) in env {
            if name == "LIUKE_DATABASE_URL" {
                put(&mut table, "database", "url", Value::String(value))?;
            } else if let Some(rest) = name.strip_prefix("LIUKE__") {
                let lower = rest.to_lowercase();
                let (section, key) = lower
                    .split_once("__")
                    .ok_or_else(|| Fault::Config(format!("{name}: LIUKE__SECTION__KEY")))?;
                put(&mut table, section, key, guess(&value))?;
            }
        }
        for (section, key, value) in [
            ("server", "listen", &overrides.listen),
            ("database", "url", &overrides.database_url),
            ("log", "level", &overrides.log_level),
        ] {
            if let Some(value) = value {
                put(&mut table, section, key, Value::String(value.clone()))?;
            }
        }
        let config: Self =
            serde_path_to_error::deserialize(Value::Table(table)).map_err(|error| {
                let path = error.path().to_string();
                let inner = error.into_inner();
                Fault::Config(explain(&path, inner.message()))
            })?;
        crate::db::Engine::of(&config.database.url)?;
        Ok(config)
    }
}

fn read(path: &Path) -> Result<Table, Fault> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Fault::Config(format!("{}: {e}", path.display())))?;
    text.parse()
        .map_err(|e| Fault::Config(format!("{}: {e}", path.display())))
}

fn put(table: &mut Table, section: &str, key: &str, value: Value) -> Result<(), Fault> {
    let part = table
        .entry(section)
        .or_insert_with(|| Value::Table(Table::new()));
    let Value::Table(part) = part else {
        return Err(Fault::Config(format!("{section}: not a section")));
    };
    part.insert(key.to_owned(), value);
    Ok(())
}

/// The type of a value that comes as text.
fn guess(text: &str) -> Value {
    let trimmed = text.trim();
    if let Ok(flag) = trimmed.parse::<bool>() {
        return Value::Boolean(flag);
    }
    if let Ok(number) = trimmed.parse::<i64>() {
        return Value::Integer(number);
    }
    if trimmed.starts_with('[')
        && let Ok(mut table) = format!("v = {trimmed}").parse::<Table>()
        && let Some(value) = table.remove("v")
    {
        return value;
    }
    Value::String(text.to_owned())
}

/// Names the key: the path, and for an unknown key its name.
fn explain(path: &str, message: &str) -> String {
    let path = if path == "." { "" } else { path };
    if let Some(name) = message
        .strip_prefix("unknown field `")
        .and_then(|r| r.split('`').next())
    {
        let place = if path.is_empty() || path.ends_with(name) {
            path.to_owned()
        } else {
            format!("{path}.{name}")
        };
        let place = if place.is_empty() {
            name.to_owned()
        } else {
            place
        };
        return format!("{place}: unknown key");
    }
    format!("{path}: {}", message.lines().next().unwrap_or(message))
}

/// A list, or a text with commas (for the environment).
fn list<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    match Value::deserialize(from)? {
        Value::Array(items) => items
            .into_iter()
            .map(|i| {
                i.try_into::<String>()
                    .map_err(|_| D::Error::custom("a list of texts is expected"))
            })
            .collect(),
        Value::String(text) => Ok(text
            .split(',')
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(str::to_owned)
            .collect()),
        _ => Err(D::Error::custom("a list of texts is expected")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn load(text: &str, env: &[(&str, &str)]) -> Result<Config, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let env = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::load(Some(file.path()), env, &Overrides::default()).map_err(|e| e.to_string())
    }

    #[test]
    fn an_unknown_key_is_named() {
        assert_eq!(
            load("[server]\nlissen = 'x'\n", &[]).unwrap_err(),
            "configuration: server.lissen: unknown key"
        );
        assert_eq!(
            load("[sever]\nlisten = 'x'\n", &[]).unwrap_err(),
            "configuration: sever: unknown key"
        );
        assert_eq!(
            load("", &[("LIUKE__JOBS__WROKERS", "3")]).unwrap_err(),
            "configuration: jobs.wrokers: unknown key"
        );
    }

    #[test]
    fn a_wrong_type_names_its_key() {
        let said = load("[jobs]\nworkers = 'many'\n", &[]).unwrap_err();
        assert!(
            said.starts_with("configuration: jobs.workers: invalid type"),
            "{said}"
        );
    }

    #[test]
    fn the_environment_beats_the_file() {
        let config = load(
            "[server]\nlisten = '0.0.0.0:1'\n[database]\nurl = 'sqlite:a.db'\n",
            &[
                ("LIUKE_DATABASE_URL", "postgres://u:p@h/d"),
                ("LIUKE__SERVER__ALLOWED_HOSTS", "a.example, b.example"),
                ("LIUKE__LOG__FORMAT", "json"),
                ("PATH", "/bin"),
            ],
        )
        .unwrap();
        assert_eq!(config.server.listen, "0.0.0.0:1");
        assert_eq!(config.database.url, "postgres://u:p@h/d");
        assert_eq!(config.database.shown_url(), "postgres://u@h/d");
        assert_eq!(config.server.allowed_hosts, ["a.example", "b.example"]);
        assert_eq!(config.log.format, LogFormat::Json);
    }

    #[test]
    fn nothing_at_all_is_a_working_configuration() {
        let config = Config::load(None, [], &Overrides::default()).unwrap();
        assert_eq!(config.database.url, "sqlite:./data/liuke.db");
        assert!(!config.server.cookies_are_secure());
    }

    /// What is packed for operators.
    const EXAMPLE: &str = include_str!("../../../packaging/liuke.toml");

    /// The example with every default put into force.
    fn with_defaults() -> Table {
        let lines: Vec<&str> = EXAMPLE
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(rest) if !rest.starts_with([' ', '#']) => rest,
                _ => line,
            })
            .collect();
        lines.join("\n").parse().unwrap()
    }

    #[test]
    fn the_example_as_it_stands_changes_nothing() {
        let config = load(EXAMPLE, &[]).unwrap();
        assert_eq!(
            serde_json::to_value(&config).unwrap(),
            serde_json::to_value(Config::default()).unwrap()
        );
    }

    #[test]
    fn the_example_names_every_key_with_its_default_and_a_comment() {
        let example = serde_json::to_value(with_defaults()).unwrap();
        let config = serde_json::to_value(Config::default()).unwrap();
        let keys = |value: &serde_json::Value| -> Vec<String> {
            let mut keys = Vec::new();
            for (section, part) in value.as_object().unwrap() {
                for key in part.as_object().unwrap().keys() {
                    keys.push(format!("{section}.{key}"));
                }
            }
            keys.sort();
            keys
        };
        assert_eq!(keys(&example), keys(&config));
        for (section, part) in config.as_object().unwrap() {
            for (key, default) in part.as_object().unwrap() {
                // Those without a default show what could stand there.
                if !default.is_null() {
                    assert_eq!(&example[section][key], default, "{section}.{key}");
                }
            }
        }
        let lines: Vec<&str> = EXAMPLE.lines().collect();
        for pair in lines.windows(2) {
            if pair[1].starts_with('#') && !pair[1].starts_with("# ") && pair[1] != "#" {
                assert!(pair[0].starts_with("# "), "no comment before {}", pair[1]);
            }
        }
    }
}
