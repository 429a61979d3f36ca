//! Makes the texts of servers fit for a terminal: they can neither control it nor make it show something that is not there.

/// What a server sent, in one line.
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
    match is_harmful(letter) {
        true => '\u{fffd}',
        false => letter,
    }
}

/// Whether a terminal obeys the character, or shows something else because of it: control characters, characters that break
/// lines or turn their direction (Unicode TR 36 section 3.1), and characters without width.
pub fn is_harmful(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A message on its way to a terminal, in pieces.
#[derive(Default)]
pub struct Screen {
    /// The beginning of a character or of a line end.
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

    /// The rest at the end.
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
        for letter in [
            "\u{202e}",
            "\u{2067}",
            "\u{200b}",
            "\u{2028}",
            "\u{feff}",
            "\u{e0041}",
        ] {
            assert_eq!(printable(&format!("a{letter}b")), "a\u{fffd}b");
            assert_eq!(printable_lines(&format!("a{letter}\n")), "a\u{fffd}\n");
        }
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
