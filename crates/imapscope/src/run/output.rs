//! Results: lines for people, or one JSON object for each.

use std::io::{self, Write};

use serde_json::Value;

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
            machine().to_string()
        } else {
            people()
        };
        let mut output = anstream::stdout().lock();
        writeln!(output, "{line}")?;
        output.flush()
    }
}

/// What a server sent, fit for a terminal: no control characters.
pub fn printable(text: &str) -> String {
    let shown = |letter: char| match letter {
        '\t' => ' ',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_cannot_write_on_the_terminal() {
        assert_eq!(
            printable("a\x1b[31mb\r\n\u{9b}c\td"),
            "a\u{fffd}[31mb\u{fffd}\u{fffd}\u{fffd}c d"
        );
        assert_eq!(printable("Grüße 日本"), "Grüße 日本");
    }
}
