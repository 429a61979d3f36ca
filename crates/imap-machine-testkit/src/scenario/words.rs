//! The words of an application line.

use std::time::Duration;

use imap_machine::client::MailboxArgument;

use super::octets::{LARGEST, unescape};
use super::problem::Problem;

/// A word: as it stands, in quotes, in parentheses, or in braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Bare(String),
    Quoted(Vec<u8>),
    /// With its parentheses.
    List(String),
    /// `{310}`: this number of octets; `{"text"}`: these octets.
    Literal(Vec<u8>),
    /// `~{310}`, `~{"text"}`: the same in a literal8.
    Literal8(Vec<u8>),
    /// `@"text"`: the name of a mailbox.
    Mailbox(String),
}

/// What is left of a line.
pub(super) struct Words<'t>(&'t str);

impl<'t> Words<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self(text)
    }

    /// All that is left, as it stands.
    pub(super) fn rest(&mut self) -> &'t str {
        std::mem::take(&mut self.0).trim()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// The next word, as long as there is one.
    pub(super) fn next(&mut self) -> Result<Option<Word>, Problem> {
        let text = self.0.trim_start();
        let Some(first) = text.chars().next() else {
            self.0 = "";
            return Ok(None);
        };
        let (sign, text) = match first {
            '~' if text.starts_with("~{") => (Some('~'), &text[1..]),
            '@' if text.starts_with("@\"") => (Some('@'), &text[1..]),
            _ => (None, text),
        };
        let first = text.chars().next().unwrap_or_default();
        let alone = text == "(" || text.starts_with("( ");
        let end = match first {
            '(' if alone => 0,
            '"' => 1 + closing_quote(&text[1..]).ok_or(Problem::Unclosed('"'))?,
            '(' => closing_parenthesis(text).ok_or(Problem::Unclosed('('))?,
            '{' => text.find('}').ok_or(Problem::Unclosed('{'))?,
            _ => text.find(' ').unwrap_or(text.len()),
        };
        let bracketed = matches!(first, '"' | '(' | '{');
        let end = end + usize::from(bracketed);
        self.0 = &text[end..];
        let word = &text[..end];
        Ok(Some(match first {
            '"' if sign.is_some() => {
                let name = String::from_utf8(octets(&word[1..end - 1])?);
                Word::Mailbox(name.map_err(|_| Problem::Missing("a name that is UTF-8"))?)
            }
            '{' if sign.is_some() => Word::Literal8(literal(&word[1..end - 1])?),
            '"' => Word::Quoted(octets(&word[1..end - 1])?),
            '(' if alone => Word::Bare(word.to_owned()),
            '(' => Word::List(word.to_owned()),
            '{' => Word::Literal(literal(&word[1..end - 1])?),
            _ => Word::Bare(word.to_owned()),
        }))
    }

    /// The next word as text, in quotes or not.
    pub(super) fn text(&mut self, what: &'static str) -> Result<String, Problem> {
        match self.next()? {
            Some(Word::Bare(word)) => Ok(word),
            Some(Word::Quoted(octets)) => {
                String::from_utf8(octets).map_err(|_| Problem::Missing(what))
            }
            _ => Err(Problem::Missing(what)),
        }
    }

    /// The name of a mailbox: as people write it, or in braces as it stands on the wire.
    pub(super) fn mailbox(&mut self) -> Result<MailboxArgument, Problem> {
        const NAME: &str = "a mailbox name";
        let braces = self.0.trim_start().starts_with('{');
        match braces {
            true => self.octets(NAME).map(MailboxArgument::from_wire),
            false => self.text(NAME).map(MailboxArgument::from),
        }
    }

    /// Whether these letters are all of the next word; then it is taken.
    pub(super) fn flag(&mut self, word: &str) -> bool {
        let rest = self.0.trim_start().strip_prefix(word);
        let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with(' '));
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// The next word as octets: in quotes, or as their number in braces.
    pub(super) fn octets(&mut self, what: &'static str) -> Result<Vec<u8>, Problem> {
        match self.next()? {
            Some(Word::Quoted(octets) | Word::Literal(octets)) => Ok(octets),
            _ => Err(Problem::Missing(what)),
        }
    }

    pub(super) fn number(&mut self, what: &'static str) -> Result<u64, Problem> {
        self.text(what)?.parse().map_err(|_| Problem::Missing(what))
    }

    /// Whether this word comes next; then it is taken.
    pub(super) fn keyword(&mut self, keyword: &str) -> bool {
        let rest = self.0.trim_start().strip_prefix(keyword);
        let rest = rest.filter(|rest| rest.starts_with(' '));
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// The parenthesized list that may come next.
    pub(super) fn list(&mut self) -> Result<Option<String>, Problem> {
        if !self.0.trim_start().starts_with('(') {
            return Ok(None);
        }
        match self.next()? {
            Some(Word::List(list)) => Ok(Some(list)),
            _ => Ok(None),
        }
    }
}

fn octets(text: &str) -> Result<Vec<u8>, Problem> {
    unescape(text).ok_or(Problem::Escape)
}

fn literal(inner: &str) -> Result<Vec<u8>, Problem> {
    let quoted = inner
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    match quoted {
        Some(text) => octets(text),
        None => sized(inner),
    }
}

/// As many `x` as the digits say.
pub(super) fn sized(digits: &str) -> Result<Vec<u8>, Problem> {
    match digits.parse() {
        Ok(size) if size <= LARGEST => Ok(vec![b'x'; size]),
        _ => Err(Problem::Missing("a size of at most 1 MiB")),
    }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.find(|character| {
        let closes = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        closes
    })
}

fn closing_parenthesis(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.find(|character| {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0
    })
}

/// `500ms`, `10s`, `28min`, `24h`.
pub(super) fn span(text: &str) -> Result<Duration, Problem> {
    let bad = || Problem::Span(text.to_owned());
    let unit = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(bad)?;
    let (number, unit) = text.split_at(unit);
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => return Err(bad()),
    };
    let number: u64 = number.parse().map_err(|_| bad())?;
    number
        .checked_mul(millis)
        .map(Duration::from_millis)
        .ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let mut words = Words::new(r#" append "a \"b" (\Seen (x)) {3} {"y\r\n"} end"#);
        let expected = [
            Word::Bare("append".into()),
            Word::Quoted(b"a \"b".to_vec()),
            Word::List(r"(\Seen (x))".into()),
            Word::Literal(b"xxx".to_vec()),
            Word::Literal(b"y\r\n".to_vec()),
            Word::Bare("end".into()),
        ];
        for word in expected {
            assert_eq!(words.next(), Ok(Some(word)));
        }
        assert_eq!(words.next(), Ok(None));
        assert!(Words::new("{1048576}").next().is_ok());
        assert!(Words::new("{1048577}").next().is_err());
        for unclosed in ["\"a", "(a (b)", "{3"] {
            assert!(Words::new(unclosed).next().is_err(), "{unclosed}");
        }
    }
}
