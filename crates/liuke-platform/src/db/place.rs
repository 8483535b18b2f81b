//! Where the SQLite file lies (数据目录): made when missing, and named when it cannot be written to, for SQLite itself says no
//! more than that it cannot open something.

use std::io;
use std::path::{Path, PathBuf};

use crate::fault::Fault;

/// Makes the folder, and makes sure that folder and file can be written to.
pub(super) async fn make_ready(file: &Path) -> Result<(), Fault> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    make_folder(&folder)
        .await
        .map_err(|error| unusable(&folder, &error))?;
    let file = file.to_owned();
    tokio::task::spawn_blocking(move || {
        // The log and its index are made beside the file, so that the folder counts too.
        tempfile::tempfile_in(&folder).map_err(|error| unusable(&folder, &error))?;
        match std::fs::OpenOptions::new().write(true).open(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unusable(&file, &error)),
            _ => Ok(()),
        }
    })
    .await
    .map_err(|error| Fault::other(format!("looking at the folder: {error}")))?
}

/// For the owner and the group only: it holds personal data.
async fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = tokio::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o750);
    builder.create(folder).await
}

fn unusable(path: &Path, error: &io::Error) -> Fault {
    if matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    ) {
        let text = format!("{}: {error}", path.display());
        return Fault::DiskFull(text.into());
    }
    Fault::Config(format!(
        "database.url: {} cannot be written to: {error}",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[tokio::test]
    async fn a_place_that_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("liuke.db");
        make_ready(&file).await.unwrap();
        std::fs::write(&file, "").unwrap();
        make_ready(&file).await.unwrap();
        let under_a_file = file.join("data/liuke.db");
        let refused = make_ready(&under_a_file).await.unwrap_err().to_string();
        assert!(
            refused.contains("liuke.db/data cannot be written to"),
            "{refused}"
        );
        let a_folder = make_ready(folder.path()).await.unwrap_err().to_string();
        assert!(a_folder.contains("cannot be written to"), "{a_folder}");
    }
}
