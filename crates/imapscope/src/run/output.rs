//! Results: lines for people, or one JSON object for each.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::json;

/// Standard output.
pub struct Output {
    pub json: bool,
    writes: Writes,
}

/// The number of beginnings and ends of writes. While it is odd, a write has not ended.
#[derive(Clone, Default)]
pub struct Writes(Arc<AtomicUsize>);

impl Writes {
    /// The number of the write in progress. No two writes have the same.
    pub fn unended(&self) -> Option<usize> {
        let count = self.0.load(Ordering::Relaxed);
        (count % 2 == 1).then_some(count)
    }

    fn next(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Output {
    pub fn new(json: bool) -> Self {
        let writes = Writes::default();
        Self { json, writes }
    }

    pub fn writes(&self) -> Writes {
        self.writes.clone()
    }

    /// Writes one result in the form that was asked for.
    pub fn say(
        &self,
        people: impl FnOnce() -> String,
        machine: impl FnOnce() -> Value,
    ) -> io::Result<()> {
        let line = if self.json {
            json::text(&machine())
        } else {
            people()
        };
        self.writes.next();
        let mut output = anstream::stdout().lock();
        let written = writeln!(output, "{line}").and_then(|()| output.flush());
        self.writes.next();
        written
    }
}
