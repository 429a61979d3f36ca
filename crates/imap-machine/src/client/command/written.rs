//! What is written of a command, without its tag and line end.
//!
//! A command is written when it is built. Only what depends on the server at the moment of sending is decided when its turn comes:
//! how a literal is announced (its capabilities), and how names and other text are written (what is enabled). Until then these
//! are fragments of their own (docs/decisions/0022).

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::fmt;
use core::mem;
use core::ops::Range;
use core::str;

use super::argument::InvalidArgument;
use super::charset::SearchCharset;
use super::handle::Tag;
use super::mailbox_argument::MailboxArgument;
use crate::codec::is_the_same_in_both;
use crate::lexer::{number, quoted};
use crate::outgoing::fragments::{Fragment, Fragments, Holds, SaysCharset};

// More than a command for one message has, with its tag, and less than two allocations cost.
const USUAL: usize = 64;

/// Text, and the fragments before it, which most commands do not have.
#[derive(Clone, Default, PartialEq, Eq)]
#[expect(clippy::box_collection, reason = "a command is moved often")]
pub(crate) struct CommandText {
    before: Option<Box<VecDeque<Fragment>>>,
    text: Vec<u8>,
}

impl CommandText {
    pub(crate) fn new(verb: &str) -> Self {
        let mut text = Vec::with_capacity(USUAL.max(verb.len() * 2));
        text.extend_from_slice(verb.as_bytes());
        Self { before: None, text }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.before.is_none() && self.text.is_empty()
    }

    /// Octets that stand for themselves.
    pub(crate) fn text(&mut self, octets: &[u8]) {
        self.text.extend_from_slice(octets);
    }

    pub(crate) fn number(&mut self, number: u64) {
        number::push(&mut self.text, number);
    }

    /// What only has a `Display`.
    pub(crate) fn display(&mut self, value: impl fmt::Display) {
        self.text(alloc::format!("{value}").as_bytes());
    }

    /// The text after the last fragment, to write on.
    pub(crate) const fn line(&mut self) -> &mut Vec<u8> {
        &mut self.text
    }

    pub(crate) fn fragment(&mut self, fragment: Fragment) {
        let before = self.before.get_or_insert_default();
        if !self.text.is_empty() {
            before.push_back(Fragment::Text(mem::take(&mut self.text)));
        }
        before.push_back(fragment);
    }

    /// A string (RFC 9051 section 4.3): quoted if it can be, otherwise a literal. How text that is not ASCII is written follows
    /// from what is enabled when it is sent.
    pub(crate) fn string(&mut self, value: &[u8]) -> Result<(), InvalidArgument> {
        if memchr::memchr(0, value).is_some() {
            return Err(InvalidArgument::Nul);
        }
        let fits = value.len() <= quoted::LONGEST && memchr::memchr2(b'\r', b'\n', value).is_none();
        match (value.is_ascii(), fits) {
            (true, true) => self.text(&quoted::quote(value)),
            (false, _) if str::from_utf8(value).is_ok() => {
                self.fragment(Fragment::Utf8(value.to_vec()));
            }
            _ => self.fragment(Fragment::Literal(Holds::Text, value.to_vec())),
        }
        Ok(())
    }

    /// An atom where that is enough, otherwise a string (RFC 9051 section 9, `astring`).
    pub(crate) fn astring(&mut self, value: &[u8]) -> Result<(), InvalidArgument> {
        match !value.is_empty() && value.iter().copied().all(is_astring_char) {
            true => {
                self.text(value);
                Ok(())
            }
            false => self.string(value),
        }
    }

    pub(crate) fn mailbox(&mut self, name: &MailboxArgument) -> Result<(), InvalidArgument> {
        // INBOX is the same in upper and lower case (RFC 9051 section 5.1), and some servers know only this form.
        if name.octets().eq_ignore_ascii_case(b"INBOX") {
            self.text(b"INBOX");
            return Ok(());
        }
        self.name(name, is_astring_char)
    }

    /// A name with wildcards (RFC 9051 section 6.3.9).
    pub(crate) fn pattern(&mut self, name: &MailboxArgument) -> Result<(), InvalidArgument> {
        self.name(name, |octet| {
            is_astring_char(octet) || matches!(octet, b'%' | b'*')
        })
    }

    fn name(
        &mut self,
        name: &MailboxArgument,
        is_plain: fn(u8) -> bool,
    ) -> Result<(), InvalidArgument> {
        let octets = name.octets();
        if memchr::memchr(0, octets).is_some() {
            return Err(InvalidArgument::Nul);
        }
        let people = name.as_people_write_it();
        if let Some(people) = people.filter(|people| !is_the_same_in_both(people)) {
            self.fragment(Fragment::Name(people.into()));
            return Ok(());
        }
        // The octets of the server are sent as they are, whatever they mean.
        match !octets.is_empty() && octets.iter().copied().all(is_plain) {
            true => {
                self.text(octets);
                Ok(())
            }
            false => self.string(octets),
        }
    }

    /// The parts of `other` after these.
    pub(crate) fn append(&mut self, other: Self) {
        let mut fragments = other.before.into_iter().flat_map(|before| *before);
        match fragments.next() {
            Some(Fragment::Text(text)) => self.text(&text),
            Some(fragment) => self.fragment(fragment),
            None => {}
        }
        fragments.for_each(|fragment| self.fragment(fragment));
        self.text(&other.text);
    }

    /// Whether it has text whose charset is said.
    pub(super) fn has_charset(&self) -> bool {
        let mut fragments = self.before.iter().flat_map(|before| before.iter());
        fragments.any(|fragment| matches!(fragment, Fragment::Utf8Charset(_)))
    }

    /// The same with its text in this charset, which is said.
    pub(super) fn in_charset(self, charset: SearchCharset) -> Result<Self, InvalidArgument> {
        if charset == SearchCharset::Utf8 {
            return Ok(self);
        }
        let mut written = Self::default();
        for fragment in self.before.into_iter().flat_map(|before| *before) {
            match fragment {
                Fragment::Text(text) => written.text(&text),
                Fragment::Utf8Charset(says) => {
                    if says == SaysCharset::WithoutUtf8 {
                        written.text(b"CHARSET ");
                    }
                    written.text(charset.name().as_bytes());
                    written.text(b" ");
                }
                Fragment::Utf8(octets) => {
                    let text =
                        str::from_utf8(&octets).map_err(|_| InvalidArgument::NotInCharset)?;
                    let octets = charset.encode(text)?;
                    written.fragment(Fragment::Literal(Holds::Text, octets));
                }
                fragment => written.fragment(fragment),
            }
        }
        written.text(&self.text);
        Ok(written)
    }

    /// All of it, in order.
    pub(crate) fn fragments(&self) -> impl DoubleEndedIterator<Item = TextPart<'_>> {
        let before = self.before.iter().flat_map(|before| before.iter());
        let before = before.map(|fragment| match fragment {
            Fragment::Text(text) => TextPart::Text(text),
            fragment => TextPart::Other(fragment),
        });
        let text = (!self.text.is_empty()).then_some(TextPart::Text(&self.text));
        before.chain(text)
    }

    /// How many octets of text there are.
    pub(super) fn line_length(&self) -> usize {
        let texts = self.fragments().map(|part| match part {
            TextPart::Text(text) => text.len(),
            TextPart::Other(_) => 0,
        });
        texts.sum()
    }

    /// Puts `octets` in the place of a part of the first text.
    pub(super) fn replace(&mut self, place: Range<usize>, octets: &[u8]) {
        let first = self.first();
        if place.end <= first.len() {
            first.splice(place, octets.iter().copied());
        }
    }

    /// Puts what `write` writes before all the rest. It is written after the first text, and then changes places with it.
    pub(crate) fn put_first<R>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        let first = self.first();
        let written = first.len();
        let result = write(first);
        let before = first.len() - written;
        first.rotate_right(before);
        result
    }

    /// The text that it begins with.
    fn first(&mut self) -> &mut Vec<u8> {
        let Some(before) = &mut self.before else {
            return &mut self.text;
        };
        if !matches!(before.front(), Some(Fragment::Text(_))) {
            before.push_front(Fragment::Text(Vec::new()));
        }
        match before.front_mut() {
            Some(Fragment::Text(first)) => first,
            _ => &mut self.text,
        }
    }

    /// The whole command, with its tag and line end.
    pub(crate) fn tagged(mut self, tag: Tag) -> Fragments {
        self.put_first(|line| {
            tag.write(line);
            line.push(b' ');
        });
        self.text.extend_from_slice(b"\r\n");
        let last = Fragment::Text(self.text);
        match self.before {
            None => Fragments::from(last),
            Some(mut all) => {
                all.push_back(last);
                Fragments::from(all)
            }
        }
    }
}

/// A part of what is written.
pub(crate) enum TextPart<'a> {
    Text(&'a [u8]),
    /// Never text.
    Other(&'a Fragment),
}

/// RFC 9051 section 9, ASTRING-CHAR.
pub(crate) const fn is_astring_char(octet: u8) -> bool {
    octet.is_ascii_graphic() && !matches!(octet, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\')
}

impl From<CommandText> for Vec<Fragment> {
    fn from(written: CommandText) -> Self {
        let mut fragments: Self = written.before.map_or_else(Self::new, |it| (*it).into());
        if !written.text.is_empty() {
            fragments.push(Fragment::Text(written.text));
        }
        fragments
    }
}

impl From<Vec<Fragment>> for CommandText {
    fn from(fragments: Vec<Fragment>) -> Self {
        let mut written = Self::default();
        for fragment in fragments {
            match fragment {
                Fragment::Text(text) if written.text.is_empty() => written.text = text,
                Fragment::Text(text) => written.text(&text),
                fragment => written.fragment(fragment),
            }
        }
        written
    }
}

/// An atom (RFC 9051 section 9).
pub(crate) fn atom(word: &str) -> Result<&str, InvalidArgument> {
    match !word.is_empty() && word.bytes().all(is_atom_char) {
        true => Ok(word),
        false => Err(InvalidArgument::NotAnAtom),
    }
}

/// RFC 9051 section 9, ATOM-CHAR.
pub(crate) const fn is_atom_char(octet: u8) -> bool {
    is_astring_char(octet) && octet != b']'
}
