//! The portable form, line by line.
//!
//! ```text
//! {"format":"liuke-backup","version":1,"schema":3,"engine":"sqlite","made_at":1795395600000}
//! {"table":"customer","columns":["id","name"],"kinds":["bytes","text"]}
//! ["019ab…","张伟"]
//! {"end":"customer","rows":1}
//! {"done":true}
//! ```
//! Bytes are hexadecimal, yes and no are 1 and 0.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::fault::Fault;

/// The first line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) format: String,
    pub(super) version: u32,
    pub(super) schema: u32,
    pub(super) engine: String,
    pub(super) made_at: i64,
}

/// The line before the rows of a table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct TableHead {
    pub(super) table: String,
    pub(super) columns: Vec<String>,
    pub(super) kinds: Vec<String>,
}

/// One line.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Line {
    Row(Vec<Json>),
    Head(Head),
    Table(TableHead),
    End { end: String, rows: u64 },
    Done { done: bool },
}

/// Reads a file of the portable form.
pub(super) struct Lines {
    reader: BufReader<MultiGzDecoder<BufReader<File>>>,
    number: u64,
    text: String,
    done: bool,
}

impl Lines {
    /// Opens the file and reads its first line.
    pub(super) fn open(path: &Path) -> Result<(Head, Self), Fault> {
        let file = BufReader::new(File::open(path)?);
        let reader = BufReader::with_capacity(1 << 16, MultiGzDecoder::new(file));
        let mut lines = Self {
            reader,
            number: 0,
            text: String::new(),
            done: false,
        };
        match lines.next()? {
            Some(Line::Head(head)) if head.format == super::FORMAT && head.version == 1 => {
                Ok((head, lines))
            }
            Some(Line::Head(head)) => Err(Fault::other(format!(
                "backup of an unknown kind: {} {}",
                head.format, head.version
            ))),
            _ => Err(Fault::other("not a backup of Liuke")),
        }
    }

    /// The next line; a file that ends before its last line is a fault.
    pub(super) fn next(&mut self) -> Result<Option<Line>, Fault> {
        if self.done {
            return Ok(None);
        }
        self.text.clear();
        self.number += 1;
        let at = |what: &str, number: u64| Fault::other(format!("backup, line {number}: {what}"));
        if self
            .reader
            .read_line(&mut self.text)
            .map_err(|e| at(&e.to_string(), self.number))?
            == 0
        {
            return Err(at("the file ends too early", self.number));
        }
        let line = serde_json::from_str(&self.text).map_err(|e| at(&e.to_string(), self.number))?;
        if let Line::Done { done } = line {
            self.done = done;
            return Ok(None);
        }
        Ok(Some(line))
    }
}
