//! Files kept in the database (文件), cut into pieces of 256 kB: one place, one backup, both engines.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

use crate::db::FromQueryResult;
use axum::body::Bytes;
use futures::stream::{self, Stream, TryStreamExt as _};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::args;
use crate::ctx::Ctx;
use crate::db::{Db, Sql, Tx};
use crate::fault::Fault;
use crate::problem::Problem;

/// Size of a piece, bytes.
const PIECE: usize = 256 * 1024;

/// What is known about a file.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct BlobInfo {
    /// The file.
    pub id: Uuid,
    /// Its name when it came.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// When it came.
    pub created_at: i64,
}

/// Stores bytes at hand in the business transaction.
pub async fn put_bytes(
    tx: &Tx,
    ctx: &Ctx,
    name: &str,
    media_type: &str,
    bytes: &[u8],
) -> Result<BlobInfo, Fault> {
    let sha256 = hex::encode(Sha256::digest(bytes));
    let info = insert(
        tx,
        ctx,
        name,
        media_type,
        i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sha256,
    )
    .await?;
    for (part, piece) in (0_i64..).zip(bytes.chunks(PIECE)) {
        insert_piece(tx, info.id, part, piece.to_vec()).await?;
    }
    Ok(info)
}

/// What has come in and is not stored yet: a nameless temporary file, gone when dropped (暂存).
#[derive(Debug)]
pub struct Spooled {
    /// Its content, to be looked at from the beginning.
    pub file: File,
    size: i64,
    sha256: String,
}

/// Takes a stream in, such as an upload, so that a slow sender does not hold the writer; 413 `body.too_large` beyond
/// `longest` bytes.
pub async fn spool<E: Into<Problem>>(
    mut stream: impl Stream<Item = Result<Bytes, E>> + Unpin,
    longest: u64,
) -> Result<Spooled, Problem> {
    let mut file = tempfile::tempfile().map_err(Fault::from)?;
    let mut hash = Sha256::new();
    let mut size: u64 = 0;
    while let Some(bytes) = stream.try_next().await.map_err(Into::into)? {
        size += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > longest {
            return Err(Problem::new(413, "body.too_large").param("max_bytes", longest));
        }
        hash.update(&bytes);
        file = off_thread(move || {
            file.write_all(&bytes)?;
            Ok(file)
        })
        .await?;
    }
    file = off_thread(move || {
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    })
    .await?;
    Ok(Spooled {
        file,
        size: i64::try_from(size).unwrap_or(i64::MAX),
        sha256: hex::encode(hash.finalize()),
    })
}

/// Stores what has come in, in the business transaction, so that no file is left of what is not done.
pub async fn put_spooled(
    tx: &Tx,
    ctx: &Ctx,
    name: &str,
    media_type: &str,
    spooled: Spooled,
) -> Result<BlobInfo, Fault> {
    let mut file = spooled.file;
    let info = insert(tx, ctx, name, media_type, spooled.size, spooled.sha256).await?;
    file = off_thread(move || {
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    })
    .await?;
    for part in 0_i64.. {
        let (rest, piece) = off_thread(move || {
            let mut piece = Vec::with_capacity(PIECE);
            Read::by_ref(&mut file)
                .take(u64::try_from(PIECE).unwrap_or(u64::MAX))
                .read_to_end(&mut piece)?;
            Ok((file, piece))
        })
        .await?;
        file = rest;
        if piece.is_empty() {
            break;
        }
        insert_piece(tx, info.id, part, piece).await?;
    }
    Ok(info)
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, std::io::Error> + Send + 'static,
) -> Result<T, Fault> {
    Ok(tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Fault::other(format!("file: {e}")))??)
}

async fn insert(
    tx: &Tx,
    ctx: &Ctx,
    name: &str,
    media_type: &str,
    size: i64,
    sha256: String,
) -> Result<BlobInfo, Fault> {
    let info = BlobInfo {
        id: ctx.new_id(),
        name: name.chars().take(255).collect(),
        media_type: media_type.to_owned(),
        size,
        sha256,
        created_at: ctx.now_ms(),
    };
    tx.run(
        "INSERT INTO blob (id, name, media_type, size, sha256, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            info.id,
            info.name.as_str(),
            info.media_type.as_str(),
            info.size,
            info.sha256.as_str(),
            info.created_at,
            ctx.actor.id
        ],
    )
    .await?;
    Ok(info)
}

async fn insert_piece(tx: &Tx, id: Uuid, part: i64, piece: Vec<u8>) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO blob_chunk (blob_id, part, data) VALUES ($1, $2, $3)",
        args![id, part, piece],
    )
    .await?;
    Ok(())
}

/// What is known about a file.
pub async fn info(db: &impl Sql, id: Uuid) -> Result<Option<BlobInfo>, Fault> {
    db.one(
        "SELECT id, name, media_type, size, sha256, created_at FROM blob WHERE id = $1",
        args![id],
    )
    .await
}

/// The file's bytes, piece by piece; no connection is held between pieces.
pub fn read(
    db: &Db,
    id: Uuid,
) -> impl Stream<Item = Result<Bytes, Fault>> + Send + Unpin + 'static {
    let db = db.clone();
    Box::pin(stream::try_unfold(
        (db, 0_i64),
        move |(db, part)| async move {
            let piece: Option<Vec<u8>> = db
                .scalar(
                    "SELECT data FROM blob_chunk WHERE blob_id = $1 AND part = $2",
                    args![id, part],
                )
                .await?;
            Ok(piece.map(|p| (Bytes::from(p), (db, part + 1))))
        },
    ))
}

/// The whole file in memory; for small ones.
pub async fn read_all(db: &Db, id: Uuid) -> Result<Vec<u8>, Fault> {
    read(db, id)
        .try_fold(Vec::new(), |mut all, piece| async move {
            all.extend_from_slice(&piece);
            Ok(all)
        })
        .await
}

/// The file as a temporary file on disk, read from its beginning; for readers that need to seek.
pub async fn to_temp_file(db: &Db, id: Uuid) -> Result<File, Fault> {
    let mut pieces = read(db, id);
    let mut file = tempfile::tempfile()?;
    while let Some(piece) = pieces.try_next().await? {
        file = off_thread(move || {
            file.write_all(&piece)?;
            Ok(file)
        })
        .await?;
    }
    off_thread(move || {
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    })
    .await
}

/// Removes a file.
pub async fn delete(tx: &Tx, id: Uuid) -> Result<bool, Fault> {
    Ok(tx.run("DELETE FROM blob WHERE id = $1", args![id]).await? == 1)
}
