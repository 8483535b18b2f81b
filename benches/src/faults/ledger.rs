//! What the people at work were told was done, to be compared with what is there at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

/// Shared by all who work.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger(Arc<Mutex<Book>>);

impl Ledger {
    pub(crate) fn open(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something that must not be.
    pub(crate) fn finding(&self, text: impl Into<String>) {
        self.open().findings.push(text.into());
    }
}

/// A sheet as its only writer knows it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sheet {
    /// The last text that was acknowledged.
    pub(crate) acknowledged: u32,
    /// The last text that was sent.
    pub(crate) sent: u32,
}

/// Everything that was acknowledged, by the mark it carries.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// External ids of customers.
    pub(crate) customers: BTreeSet<String>,
    /// Texts of notes.
    pub(crate) notes: BTreeSet<String>,
    /// Purposes of tasks.
    pub(crate) tasks: BTreeSet<String>,
    /// Tasks finished, by id.
    pub(crate) finished: BTreeSet<String>,
    /// Sheets by task.
    pub(crate) sheets: BTreeMap<String, Sheet>,
    /// Imports brought to their end: mark of its lines, number of lines.
    pub(crate) imports: BTreeMap<String, usize>,
    /// Service records closed, by the work they name.
    pub(crate) services: BTreeSet<String>,
    /// Pyramids ranked.
    pub(crate) pyramids: usize,
    /// Runs of all plans asked for.
    pub(crate) plan_runs: usize,
    pub(crate) seen: Seen,
    pub(crate) findings: Vec<String>,
}

/// How it went for those at work.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Seen {
    /// Requests answered.
    pub(crate) answers: usize,
    /// Connections that broke before the answer.
    pub(crate) broken: usize,
    /// Answers that asked to come back later (429, 503).
    pub(crate) later: usize,
    /// Answers replayed under the same key.
    pub(crate) replayed: usize,
    /// Done, but the answer was lost.
    pub(crate) answer_lost: usize,
    /// Other answers of 500 and more, by code.
    pub(crate) unclear: BTreeMap<String, usize>,
    /// The longest that one write took until it was acknowledged, seconds.
    pub(crate) longest_s: f64,
    /// Imports that had failed and were run again.
    pub(crate) imports_again: usize,
}

impl Seen {
    pub(crate) fn took(&mut self, time: Duration) {
        self.longest_s = self.longest_s.max(time.as_secs_f64());
    }
}
