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

/// What a server sent, fit for a terminal: no control characters.
pub fn printable(text: &str) -> String {
    let shown = |letter: char| match letter {
        '\t' => ' ',
        letter => harmless(letter),
    };
    text.chars().map(shown).collect()
}

/// The same for text of several lines.
pub fn printable_lines(text: &str) -> String {
    let shown = |letter: char| match letter {
        '\n' | '\t' => letter,
        letter => harmless(letter),
    };
    let text = text.replace("\r\n", "\n");
    text.chars().map(shown).collect()
}

fn harmless(letter: char) -> char {
    if letter.is_control() {
        '\u{fffd}'
    } else {
        letter
    }
}

/// A message on its way to a terminal, in pieces.
#[derive(Default)]
pub struct Screen {
    /// The beginning of a character, or of a line end.
    rest: Vec<u8>,
}

impl Screen {
    /// What can be shown now.
    pub fn show(&mut self, octets: &[u8]) -> String {
        self.rest.extend_from_slice(octets);
        let whole = match std::str::from_utf8(&self.rest) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ if self.rest.ends_with(b"\r") => self.rest.len() - 1,
            _ => self.rest.len(),
        };
        let later = self.rest.split_off(whole);
        let now = std::mem::replace(&mut self.rest, later);
        printable_lines(&String::from_utf8_lossy(&now))
    }

    /// What was left of it at the end.
    pub fn end(&mut self) -> String {
        printable_lines(&String::from_utf8_lossy(&std::mem::take(&mut self.rest)))
    }
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
        assert_eq!(
            printable_lines("a\r\n\tb\x1bc\rd"),
            "a\n\tb\u{fffd}c\u{fffd}d"
        );
    }

    #[test]
    fn a_message_on_a_terminal_is_text_however_it_is_cut() {
        let message = "Grüße\r\n\u{9b}2J\x1b]0;x\x07日本\r\n".as_bytes();
        for cut in 0..=message.len() {
            let (first, second) = message.split_at(cut);
            let mut screen = Screen::default();
            let shown = [screen.show(first), screen.show(second), screen.end()].concat();
            assert_eq!(shown, "Grüße\n\u{fffd}2J\u{fffd}]0;x\u{fffd}日本\n");
        }
    }
}
