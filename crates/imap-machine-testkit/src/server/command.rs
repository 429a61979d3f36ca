//! The pieces of a command (RFC 9051 section 9): words, strings, literals, lists, number sets.

use std::io;

/// Why a command is not answered with OK.
#[derive(Debug)]
pub(crate) enum Refusal {
    No(&'static str),
    Bad(&'static str),
    Io(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Refusal::Io(error)
    }
}

type Parsed<T> = Result<T, Refusal>;

/// The announcement of a literal, at the end of a line.
#[derive(Clone, Copy)]
pub(crate) struct Literal {
    /// Saturated: a size above 64 bits is too large for every use.
    pub size: u64,
    /// Whether the client waits for `+`.
    pub synchronizing: bool,
    /// Where in the line the announcement begins.
    pub start: usize,
}

impl Literal {
    pub fn ending(line: &[u8]) -> Option<Literal> {
        let inner = line.strip_suffix(b"}")?;
        let start = inner.iter().rposition(|&octet| octet == b'{')?;
        let (digits, synchronizing) = match &inner[start + 1..] {
            [digits @ .., b'+'] => (digits, false),
            digits => (digits, true),
        };
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let add = |size: u64, digit: &u8| {
            size.saturating_mul(10)
                .saturating_add(u64::from(digit - b'0'))
        };
        Some(Literal {
            size: digits.iter().fold(0, add),
            synchronizing,
            start,
        })
    }
}

/// Reads a command from left to right. Literals are in it as on the wire: announcement, CRLF,
/// octets.
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub fn new(rest: &'a [u8]) -> Self {
        Cursor { rest }
    }

    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Takes `text`, in any case, if it comes next.
    pub fn take(&mut self, text: &str) -> bool {
        match self.rest.split_at_checked(text.len()) {
            Some((head, rest)) if head.eq_ignore_ascii_case(text.as_bytes()) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    pub fn expect(&mut self, text: &str, otherwise: &'static str) -> Parsed<()> {
        if self.take(text) {
            Ok(())
        } else {
            Err(Refusal::Bad(otherwise))
        }
    }

    pub fn space(&mut self) -> Parsed<()> {
        self.expect(" ", "expected a space")
    }

    /// A space and an argument.
    pub fn arg<T>(&mut self, argument: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.space()?;
        argument(self)
    }

    pub fn end(&self) -> Parsed<()> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Bad("unexpected argument"))
        }
    }

    /// One or more of these octets, which must be ASCII.
    fn run(&mut self, wanted: impl Fn(u8) -> bool, otherwise: &'static str) -> Parsed<String> {
        let length = self
            .rest
            .iter()
            .take_while(|&&octet| octet.is_ascii() && wanted(octet))
            .count();
        let (run, rest) = self.rest.split_at(length);
        self.rest = rest;
        if run.is_empty() {
            return Err(Refusal::Bad(otherwise));
        }
        Ok(run.iter().copied().map(char::from).collect())
    }

    pub fn tag(&mut self) -> Parsed<String> {
        let tag = self.run(|octet| is_atom(octet) && octet != b'+', "invalid tag")?;
        match self.rest {
            [] | [b' ', ..] => Ok(tag),
            _ => Err(Refusal::Bad("invalid tag")),
        }
    }

    /// The name of a command, an item or a key, in capitals.
    pub fn word(&mut self) -> Parsed<String> {
        let wanted = |octet: u8| octet.is_ascii_alphanumeric() || b"+-._".contains(&octet);
        self.run(wanted, "expected a word")
            .map(|word| word.to_ascii_uppercase())
    }

    pub fn number(&mut self) -> Parsed<u64> {
        let digits = self.run(|octet| octet.is_ascii_digit(), "expected a number")?;
        digits.parse().map_err(|_| Refusal::Bad("number too large"))
    }

    pub fn flag(&mut self) -> Parsed<String> {
        let backslash = if self.take("\\") { "\\" } else { "" };
        let flag = format!("{backslash}{}", self.run(is_atom, "expected a flag")?);
        if flag.eq_ignore_ascii_case("\\Recent") {
            return Err(Refusal::Bad("\\Recent cannot be set"));
        }
        Ok(flag)
    }

    pub fn astring(&mut self) -> Parsed<String> {
        self.string_or(|octet| is_atom(octet) || octet == b']')
    }

    /// A mailbox name. INBOX is INBOX in any case (RFC 9051 section 5.1).
    pub fn mailbox(&mut self) -> Parsed<String> {
        let name = self.astring()?;
        Ok(if name.eq_ignore_ascii_case("INBOX") {
            "INBOX".to_owned()
        } else {
            name
        })
    }

    /// A name with the wildcards of LIST.
    pub fn pattern(&mut self) -> Parsed<String> {
        self.string_or(|octet| is_atom(octet) || b"]%*".contains(&octet))
    }

    fn string_or(&mut self, bare: impl Fn(u8) -> bool) -> Parsed<String> {
        match self.rest.first() {
            Some(b'"') => self.quoted(),
            Some(b'{') => self.literal(),
            _ => self.run(bare, "expected a string"),
        }
    }

    pub fn quoted(&mut self) -> Parsed<String> {
        self.expect("\"", "expected a quoted string")?;
        let mut octets = Vec::new();
        loop {
            let (octet, rest) = match self.rest {
                [b'"', rest @ ..] => {
                    self.rest = rest;
                    return text(octets);
                }
                [b'\\', octet @ (b'"' | b'\\'), rest @ ..] => (*octet, rest),
                [b'\\' | b'\r' | b'\n' | 0, ..] | [] => {
                    return Err(Refusal::Bad("invalid quoted string"));
                }
                [octet, rest @ ..] => (*octet, rest),
            };
            octets.push(octet);
            self.rest = rest;
        }
    }

    fn literal(&mut self) -> Parsed<String> {
        let invalid = Refusal::Bad("invalid literal");
        let Some(line) = self.rest.windows(2).position(|pair| pair == b"\r\n") else {
            return Err(invalid);
        };
        let Some(literal) =
            Literal::ending(&self.rest[..line]).filter(|literal| literal.start == 0)
        else {
            return Err(invalid);
        };
        let size = usize::try_from(literal.size).unwrap_or(usize::MAX);
        let Some((octets, rest)) = self.rest[line + 2..].split_at_checked(size) else {
            return Err(invalid);
        };
        self.rest = rest;
        text(octets.to_vec())
    }

    /// `(item item ...)`, possibly empty.
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.expect("(", "expected a list")?;
        let mut items = Vec::new();
        while !self.take(")") {
            if !items.is_empty() {
                self.space()?;
            }
            items.push(item(self)?);
        }
        Ok(items)
    }

    pub fn at_sequence_set(&self) -> bool {
        matches!(self.rest.first(), Some(b'0'..=b'9' | b'*'))
    }

    pub fn sequence_set(&mut self) -> Parsed<SequenceSet> {
        let mut ranges = Vec::new();
        loop {
            let first = self.bound()?;
            ranges.push((first, if self.take(":") { self.bound()? } else { first }));
            if !self.take(",") {
                return Ok(SequenceSet(ranges));
            }
        }
    }

    fn bound(&mut self) -> Parsed<Option<u32>> {
        if self.take("*") {
            return Ok(None);
        }
        match u32::try_from(self.number()?) {
            Ok(0) | Err(_) => Err(Refusal::Bad("invalid message number")),
            Ok(number) => Ok(Some(number)),
        }
    }
}

fn is_atom(octet: u8) -> bool {
    octet.is_ascii_graphic() && !b"(){%*\"\\]".contains(&octet)
}

fn text(octets: Vec<u8>) -> Parsed<String> {
    String::from_utf8(octets).map_err(|_| Refusal::Bad("string is not UTF-8"))
}

/// Message numbers or UIDs, kept as ranges and never listed: `1:4294967295` is one range. `None` is
/// `*`.
pub(crate) struct SequenceSet(Vec<(Option<u32>, Option<u32>)>);

impl SequenceSet {
    pub fn contains(&self, number: u32, largest: u32) -> bool {
        self.ranges(largest)
            .any(|(low, high)| low <= number && number <= high)
    }

    /// Whether all numbers are in `1..=largest`, as sequence numbers must be (RFC 9051 section 9,
    /// `seq-number`).
    pub fn fits(&self, largest: u32) -> bool {
        self.ranges(largest)
            .all(|(low, high)| 1 <= low && high <= largest)
    }

    fn ranges(&self, largest: u32) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().map(move |&(first, last)| {
            let (first, last) = (first.unwrap_or(largest), last.unwrap_or(largest));
            (first.min(last), first.max(last))
        })
    }
}

/// Writes ascending numbers as a set, runs as ranges.
pub(crate) fn to_set(numbers: &[u32]) -> String {
    numbers
        .chunk_by(|before, after| before.checked_add(1) == Some(*after))
        .map(|run| match run {
            [first, .., last] => format!("{first}:{last}"),
            _ => run.iter().map(u32::to_string).collect(),
        })
        .collect::<Vec<_>>()
        .join(",")
}

/// A quoted string. The text must have no CR, LF or NUL.
pub(crate) fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
