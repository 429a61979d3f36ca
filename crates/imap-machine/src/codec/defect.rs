//! Defects: where a response breaks the grammar and was read all the same.

use alloc::vec::Vec;
use core::fmt;

use bounded_static::ToStatic;

use crate::lexer::{Token, quoted};

/// A place where a response breaks the grammar. What could be read around it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct Defect {
    /// What is wrong.
    pub kind: DefectKind,
    /// Where it is: where the value begins, as an offset from the beginning of the line, the first octet being 0. Literals before it
    /// count, except for octets that were handed out in pieces.
    pub at: usize,
}

impl Defect {
    /// How many of a response are noted: one that is nothing but defects must not take more memory than its octets.
    pub(crate) const MOST: usize = 100;
}

/// What is wrong at a place of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToStatic)]
pub enum DefectKind {
    /// A space is missing, or there is one too many.
    Space,
    /// A string should have been quoted, or quoted otherwise: a name with a space in it without quotes, a quote or a backslash that
    /// is not escaped.
    Quoting,
    /// Octets of a quoted string or an atom are not UTF-8, or a string has octets that the grammar excludes.
    Octets,
    /// A value of another kind than the grammar has there: a string for a list, a list in a list, NIL for a string.
    Form,
    /// A number that is none, or is out of range.
    Number,
    /// Something that the grammar requires is not there.
    Missing,
    /// Something that the grammar does not have there.
    Excess,
    /// A list or a string does not end, or nests deeper than the limit. What follows is not read.
    Unclosed,
    /// Another word than the grammar has there: the name of a request in a response (`BINARY.PEEK[1]`).
    Word,
}

impl DefectKind {
    const fn text(self) -> &'static str {
        match self {
            Self::Space => "a space is missing, or is one too many",
            Self::Quoting => "a string is not quoted as it should be",
            Self::Octets => "octets are no text, or are excluded",
            Self::Form => "a value is of another kind than the grammar has there",
            Self::Number => "a number cannot be read as the grammar has it",
            Self::Missing => "something that the grammar requires is missing",
            Self::Excess => "something is there that the grammar does not have",
            Self::Unclosed => "a list or a string does not end",
            Self::Word => "a word is another one than the grammar has there",
        }
    }
}

impl fmt::Display for DefectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "octet {}: {}", self.at, self.kind)
    }
}

/// Where readers note defects, if they are asked for.
#[derive(Clone, Debug)]
pub(crate) struct Notes(Option<Vec<Defect>>);

impl Notes {
    /// Keeps the first hundred.
    pub(crate) const fn kept() -> Self {
        Self(Some(Vec::new()))
    }

    /// Keeps none.
    pub(crate) const fn dropped() -> Self {
        Self(None)
    }

    /// Whether they are kept.
    pub(crate) const fn are_kept(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn add(&mut self, kind: DefectKind, at: usize) {
        if let Some(defects) = &mut self.0 {
            if defects.len() < Defect::MOST {
                defects.push(Defect { kind, at });
            }
        }
    }

    /// Notes what is wrong with a token by itself.
    pub(crate) fn check(&mut self, token: Token<'_>, at: usize) {
        let is_sound = match token {
            Token::Quoted(octets) => {
                if !quoted::is_sound(octets) {
                    self.add(DefectKind::Quoting, at);
                }
                core::str::from_utf8(octets).is_ok() && memchr::memchr2(0, b'\r', octets).is_none()
            }
            Token::Atom(octets) => core::str::from_utf8(octets).is_ok(),
            // Any octet but NUL (RFC 9051 section 9, `CHAR8`).
            Token::Literal(octets) => memchr::memchr(0, octets).is_none(),
            Token::Streamed { .. } | Token::Open | Token::Close | Token::Space => true,
        };
        if !is_sound {
            self.add(DefectKind::Octets, at);
        }
    }

    /// Those noted beside a value that begins at `at`, with those that `read` notes in the value, whose offsets count from its
    /// beginning.
    pub(crate) fn with_inner(
        beside: &[Defect],
        at: usize,
        read: impl FnOnce(&mut Self),
    ) -> Vec<Defect> {
        let first_after = beside.iter().position(|defect| defect.at >= at);
        let (before, after) = beside.split_at(first_after.unwrap_or(beside.len()));
        let mut inner = Self::kept();
        read(&mut inner);
        let inner = inner
            .take()
            .into_iter()
            .map(|Defect { kind, at: from }| Defect {
                kind,
                at: at + from,
            });
        let all = before
            .iter()
            .copied()
            .chain(inner)
            .chain(after.iter().copied());
        all.take(Defect::MOST).collect()
    }

    /// The defects so far, in the order in which they were found.
    pub(crate) fn take(&mut self) -> Vec<Defect> {
        self.0.as_mut().map(core::mem::take).unwrap_or_default()
    }
}
