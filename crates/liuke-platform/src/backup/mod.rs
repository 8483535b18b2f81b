//! Backups (备份) while serving, their check, and the way back, also from one engine to the other.
//!
//! Two forms, each with a manifest `<file>.json` beside it:
//! - `.db`: a whole SQLite file, made online by `VACUUM INTO`. The usual form on SQLite; restored by copying.
//! - `.jsonl.gz`: rows of every table as JSON lines, from one snapshot. The usual form on PostgreSQL; made from and
//!   restored into either engine.

mod dump;
mod lines;
mod restore;
mod verify;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use restore::{Restored, restore};
pub use verify::{Verified, verify};

use crate::args;
use crate::audit;
use crate::config::DatabaseConfig;
use crate::db::{Db, Engine, Sql};
use crate::fault::Fault;
use crate::migrate::{self, catalogue};

/// In which form a backup is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A SQLite file, `.db`.
    Sqlite,
    /// JSON lines, `.jsonl.gz`.
    Portable,
}

impl Form {
    /// The usual form of an engine.
    pub fn usual(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::Sqlite,
            Engine::Postgres => Self::Portable,
        }
    }

    /// The form a file name tells.
    pub fn of(path: &Path) -> Result<Self, Fault> {
        let name = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        if name.ends_with(".jsonl.gz") {
            Ok(Self::Portable)
        } else if name.to_lowercase().ends_with(".db") {
            Ok(Self::Sqlite)
        } else {
            Err(Fault::other(format!(
                "{}: a backup ends with .db or .jsonl.gz",
                path.display()
            )))
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Sqlite => "db",
            Self::Portable => "jsonl.gz",
        }
    }
}

/// What a backup holds, beside it as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `liuke-backup`.
    pub format: String,
    /// Version of this layout.
    pub version: u32,
    /// Form of the file.
    pub form: Form,
    /// Engine it came from.
    pub engine: String,
    /// Schema number.
    pub schema: u32,
    /// When, epoch ms.
    pub made_at: i64,
    /// Size of the file, bytes.
    pub size: u64,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// Last place in the audit; 0 when empty.
    pub audit_seq: i64,
    /// Hash of the last entry: with it, cut-off entries are found too.
    pub audit_hash: Option<String>,
}

const FORMAT: &str = "liuke-backup";

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
}

/// Makes a dated backup in a folder, in the engine's usual form.
pub async fn backup(db: &Db, now: Timestamp, folder: &Path) -> Result<Backup, Fault> {
    let form = Form::usual(db.engine());
    let name = format!(
        "liuke-{}.{}",
        now.strftime("%Y%m%d-%H%M%S"),
        form.extension()
    );
    backup_to(db, now, &folder.join(name)).await
}

/// Makes a backup at this place, in the form its name tells. Does not overwrite.
pub async fn backup_to(db: &Db, now: Timestamp, path: &Path) -> Result<Backup, Fault> {
    let form = Form::of(path)?;
    if tokio::fs::try_exists(path).await? {
        return Err(Fault::other(format!("{}: exists already", path.display())));
    }
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        tokio::fs::create_dir_all(folder).await?;
    }
    // Under another name until it is whole.
    let part = beside(path, ".part");
    let made = match form {
        Form::Sqlite => copy_sqlite(db, &part).await,
        Form::Portable => {
            let snapshot = db.snapshot().await?;
            let made = dump::dump(&snapshot, now, &part).await;
            snapshot.rollback().await;
            made
        }
    };
    let content = match made {
        Ok(content) => content,
        Err(fault) => {
            let _ = tokio::fs::remove_file(&part).await;
            return Err(fault);
        }
    };
    let (sha256, size) = fingerprint(&part).await?;
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        version: 1,
        form,
        engine: db.engine().name().to_owned(),
        schema: content.schema,
        made_at: now.as_millisecond(),
        size,
        sha256,
        rows: content.rows,
        audit_seq: content.audit.as_ref().map_or(0, |h| h.seq),
        audit_hash: content.audit.map(|h| h.hash),
    };
    tokio::fs::write(beside(path, ".json"), serde_json::to_vec_pretty(&manifest)?).await?;
    tokio::fs::rename(&part, path).await?;
    Ok(Backup {
        path: path.to_owned(),
        manifest,
    })
}

/// What was found in a database while backing it up.
#[derive(Debug)]
struct Content {
    schema: u32,
    rows: BTreeMap<String, u64>,
    audit: Option<audit::Head>,
}

async fn copy_sqlite(db: &Db, part: &Path) -> Result<Content, Fault> {
    let Some(file) = db.file() else {
        return Err(Fault::other("a backup of PostgreSQL ends with .jsonl.gz"));
    };
    // A connection of its own: the only writer stays free meanwhile.
    let own = DatabaseConfig {
        readers: 1,
        ..DatabaseConfig::of(format!("sqlite:{}", file.display()))
    };
    let own = Db::connect(&own).await?;
    let target = part.to_string_lossy().replace('\'', "''");
    let copied = own.run_outside(&format!("VACUUM INTO '{target}'")).await;
    own.close().await?;
    copied?;
    let copy = Db::open_copy(part).await?;
    let content = content_of(&copy).await;
    copy.close().await?;
    content
}

/// Counts what a database holds.
async fn content_of(db: &Db) -> Result<Content, Fault> {
    let mut rows = BTreeMap::new();
    for table in catalogue(db).await?.tables.into_keys() {
        let count: Option<i64> = db
            .scalar(&format!("SELECT count(*) FROM \"{table}\""), args![])
            .await?;
        rows.insert(table, u64::try_from(count.unwrap_or(0)).unwrap_or(0));
    }
    let audit = if rows.contains_key("audit") {
        audit::head(db).await?
    } else {
        None
    };
    Ok(Content {
        schema: migrate::schema_number(db).await?,
        rows,
        audit,
    })
}

/// `<path><suffix>`.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The manifest beside a backup; nothing when it is missing.
async fn manifest_of(path: &Path) -> Result<Option<Manifest>, Fault> {
    match tokio::fs::read(beside(path, ".json")).await {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// SHA-256 and size of a file.
async fn fingerprint(path: &Path) -> Result<(String, u64), Fault> {
    let path = path.to_owned();
    off_thread(move || {
        let mut file = std::fs::File::open(path)?;
        let mut hash = Sha256::new();
        let mut size = 0_u64;
        let mut buffer = vec![0_u8; 1 << 16];
        loop {
            let n = file.read(&mut buffer)?;
            let Some(read) = buffer.get(..n).filter(|r| !r.is_empty()) else {
                break;
            };
            hash.update(read);
            size += u64::try_from(n).unwrap_or(0);
        }
        Ok((hex::encode(hash.finalize()), size))
    })
    .await
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Fault::other(format!("backup: {e}")))?
}
