//! Results: lines for people, or one JSON object for each.

use std::io::{self, Write};

use serde_json::Value;

use crate::json;

/// Standard output.
pub struct Output {
    pub json: bool,
}

impl Output {
    pub const fn new(json: bool) -> Self {
        Self { json }
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
        let mut output = anstream::stdout().lock();
        writeln!(output, "{line}")?;
        output.flush()
    }
}
