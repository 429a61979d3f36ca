//! Criteria of SEARCH.

mod keys;

use alloc::string::String;
use core::fmt;
use core::ops::{BitAnd, BitOr, Not};

use super::argument::InvalidArgument;
use super::criteria;
use super::written::{CommandText, TextPart};
use crate::outgoing::fragments::Fragment;

/// What SEARCH, SORT and THREAD look for (RFC 9051 section 6.4.4).
///
/// It begins with [`all`](Self::all) or another function without `self`, such as [`unseen`](Self::unseen), and methods add what must be true
/// as well. Every key with an argument is such a method: `Search::all().subject("x")` begins a search, and `Search::subject("x")` does not.
///
/// `|`, `&` and `!`, or [`or`](Self::or) and [`and`](Self::and), combine two of them. An argument that is not valid is refused when a command is built of it.
///
/// ```
/// use imap_machine::client::Search;
///
/// // SEARCH OR (UNSEEN SINCE "01-Nov-2026" FROM "jörg") FLAGGED
/// let search = Search::unseen().since(2026, 11, 1).from("jörg") | Search::flagged();
/// // SEARCH NOT LARGER 1000000
/// let small = !Search::all().larger(1_000_000);
/// // As it is written.
/// let search = Search::verbatim("UNSEEN NOT FROM \"smith\"");
/// ```
///
/// Text that is not ASCII is found by servers that can search in UTF-8; the command says `CHARSET UTF-8` where that is needed.
#[derive(Clone, PartialEq, Eq)]
pub struct Search {
    criteria: Result<Criteria, InvalidArgument>,
}

/// Criteria that must all be true, as they are written. Without any they are true.
#[derive(Clone, Default, PartialEq, Eq)]
struct Criteria {
    written: CommandText,
    number: Number,
    names_numbers: bool,
    reads_flags: bool,
}

/// How many criteria there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Number {
    #[default]
    None,
    One,
    /// One, before which so many `OR` are still to be written. They are written at once, so that each alternative that is added costs
    /// no more than itself.
    Alternatives(usize),
    /// More than one, or not known.
    Several,
}

/// What the result of a criterion depends on.
#[derive(Clone, Copy)]
enum Reads {
    /// Neither of these.
    Message,
    /// Flags, which a STORE changes.
    Flags,
    /// Sequence numbers.
    Numbers,
    /// That is not known.
    Any,
}

impl Search {
    /// `ALL`: all messages. It is left out if other criteria follow.
    #[must_use]
    pub fn all() -> Self {
        Self {
            criteria: Ok(Criteria::default()),
        }
    }

    /// Criteria as they are written: `UNSEEN NOT FROM "smith"`. A `&str` converts into the same. Text that is not ASCII has to be in
    /// quotes, and there are no literals.
    #[must_use]
    pub fn verbatim(criteria: &str) -> Self {
        let written = criteria::read(criteria);
        let criteria = written.map(|written| Criteria {
            written,
            number: Number::Several,
            names_numbers: true,
            reads_flags: true,
        });
        Self { criteria }
    }

    /// Both are true. The same as `&`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.combined(other, |mut one, other| {
            if one.number == Number::None {
                return other;
            }
            if other.number != Number::None {
                one = one.settled();
                one.written.text(b" ");
                one.written.append(other.settled().written);
                one.number = Number::Several;
            }
            one
        })
    }

    /// `OR`: at least one of them is true. The same as `|`. A chain of many is built from the left: `a | b | c`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.combined(other, |one, other| {
            let (before, mut written) = match one.number {
                Number::Alternatives(before) => (before, one.written),
                _ => (0, one.enclosed()),
            };
            written.text(b" ");
            written.append(other.enclosed());
            Criteria {
                written,
                number: Number::Alternatives(before + 1),
                ..Criteria::default()
            }
        })
    }
}

impl Search {
    /// Writes the criteria: one or more, with spaces between them.
    pub(crate) fn write(self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        written.append(self.criteria?.or_all());
        Ok(())
    }

    /// Whether messages are named by sequence number (RFC 9051 section 5.5).
    pub(crate) fn names_numbers(&self) -> bool {
        self.criteria
            .as_ref()
            .is_ok_and(|criteria| criteria.names_numbers)
    }

    /// Whether the result depends on flags that a STORE changes.
    pub(crate) fn reads_flags(&self) -> bool {
        self.criteria
            .as_ref()
            .is_ok_and(|criteria| criteria.reads_flags)
    }

    /// Whether all text in it is ASCII. Otherwise the command says a charset.
    pub(crate) fn is_ascii(&self) -> bool {
        let is_utf8 = |part| matches!(part, TextPart::Other(Fragment::Utf8(_)));
        let criteria = self.criteria.as_ref();
        !criteria.is_ok_and(|criteria| criteria.written.fragments().any(is_utf8))
    }

    /// Adds `key` and what `write` writes after it.
    fn with(
        self,
        key: &str,
        reads: Reads,
        write: impl FnOnce(&mut CommandText) -> Result<(), InvalidArgument>,
    ) -> Self {
        let add = |criteria: Criteria| {
            let mut criteria = criteria.settled();
            if criteria.number != Number::None {
                criteria.written.text(b" ");
            }
            criteria.written.text(key.as_bytes());
            write(&mut criteria.written)?;
            criteria.number = match criteria.number {
                Number::None => Number::One,
                Number::One | Number::Alternatives(_) | Number::Several => Number::Several,
            };
            criteria.names_numbers |= matches!(reads, Reads::Numbers | Reads::Any);
            criteria.reads_flags |= matches!(reads, Reads::Flags | Reads::Any);
            Ok(criteria)
        };
        Self {
            criteria: self.criteria.and_then(add),
        }
    }

    /// One criterion: `key` and these.
    fn after(self, key: &str) -> Self {
        let criteria = self.criteria.map(|criteria| {
            let (names_numbers, reads_flags) = (criteria.names_numbers, criteria.reads_flags);
            let mut written = criteria.enclosed();
            written.put_first(|line| line.extend_from_slice(key.as_bytes()));
            Criteria {
                written,
                number: Number::One,
                names_numbers,
                reads_flags,
            }
        });
        Self { criteria }
    }

    /// Combines both. What they depend on, the result depends on.
    fn combined(self, other: Self, combine: impl FnOnce(Criteria, Criteria) -> Criteria) -> Self {
        let combine = |one: Criteria, other: Criteria| {
            let names_numbers = one.names_numbers || other.names_numbers;
            let reads_flags = one.reads_flags || other.reads_flags;
            Criteria {
                names_numbers,
                reads_flags,
                ..combine(one, other)
            }
        };
        let criteria = match (self.criteria, other.criteria) {
            (Ok(one), Ok(other)) => Ok(combine(one, other)),
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        Self { criteria }
    }
}

impl Criteria {
    /// With each `OR` in its place.
    fn settled(mut self) -> Self {
        if let Number::Alternatives(before) = self.number {
            self.written
                .put_first(|line| line.extend_from_slice(&b"OR ".repeat(before)));
            self.number = Number::One;
        }
        self
    }

    fn or_all(self) -> CommandText {
        match self.number {
            Number::None => CommandText::new("ALL"),
            _ => self.settled().written,
        }
    }

    /// As one criterion.
    fn enclosed(self) -> CommandText {
        let number = self.number;
        let mut written = self.or_all();
        if number == Number::Several {
            written.put_first(|line| line.push(b'('));
            written.text(b")");
        }
        written
    }
}

/// All messages.
impl Default for Search {
    fn default() -> Self {
        Self::all()
    }
}

impl BitAnd for Search {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.and(other)
    }
}

impl BitOr for Search {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

/// `NOT`: they are not all true.
impl Not for Search {
    type Output = Self;

    fn not(self) -> Self {
        self.after("NOT ")
    }
}

/// See [`verbatim`](Search::verbatim).
impl From<&str> for Search {
    fn from(criteria: &str) -> Self {
        Self::verbatim(criteria)
    }
}

/// See [`verbatim`](Search::verbatim).
impl From<String> for Search {
    fn from(criteria: String) -> Self {
        Self::verbatim(&criteria)
    }
}

impl From<&Self> for Search {
    fn from(search: &Self) -> Self {
        search.clone()
    }
}

impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let criteria = match &self.criteria {
            Ok(criteria) if criteria.number == Number::None => return f.write_str("Search(ALL)"),
            Ok(criteria) => criteria.clone().settled(),
            Err(error) => return write!(f, "Search({error:?})"),
        };
        f.write_str("Search(")?;
        for part in criteria.written.fragments() {
            match part {
                TextPart::Text(text) => write!(f, "{}", String::from_utf8_lossy(text))?,
                TextPart::Other(Fragment::Utf8(text)) => {
                    write!(f, "{:?}", String::from_utf8_lossy(text))?;
                }
                TextPart::Other(_) => f.write_str("{..}")?,
            }
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests;
