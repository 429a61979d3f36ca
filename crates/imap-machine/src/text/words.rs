//! Encoded words in header fields (RFC 2047).
//!
//! This file finds the words. What is in them is decoded as the content of a part is.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::charset::{self, Charset};
use super::defect::{Text, TextDefect};
use super::transfer::{Base64, quoted_printable};

/// The value of a header field as people read it: one line. A run of white space that has a control character in it is one space.
pub(super) fn text<'v>(value: &'v [u8]) -> Text<'v> {
    let mut defects = Vec::new();
    if memchr::memmem::find(value, b"=?").is_none() {
        let text = one_line(charset::plain(value, &mut defects));
        return Text { text, defects };
    }
    let mut decoding = Decoding::default();
    let mut rest = value;
    loop {
        let (before, word, after) = next_word(rest);
        decoding.plain(before);
        match word {
            Some(word) => decoding.word(&word),
            None => break,
        }
        rest = after;
    }
    let Text { text, defects } = decoding.end();
    Text {
        text: one_line(text),
        defects,
    }
}

/// `=?charset?encoding?text?=`
struct Word<'v> {
    charset: &'v [u8],
    encoding: Encoding,
    text: &'v [u8],
    /// All of it.
    whole: &'v [u8],
}

#[derive(Clone, Copy)]
enum Encoding {
    B,
    Q,
}

/// What stands at a `=?`.
enum At<'v> {
    Word(Word<'v>),
    /// No word. The next one is not before this many octets.
    Other(usize),
}

/// The octets before the next word, the word, and what follows it. Each octet is looked at a bounded number of times.
fn next_word(octets: &[u8]) -> (&[u8], Option<Word<'_>>, &[u8]) {
    let mut from = 0;
    while let Some(rest) = octets.get(from..) {
        let Some(found) = memchr::memmem::find(rest, b"=?") else {
            break;
        };
        let (before, here) = octets.split_at(from + found);
        match word(here) {
            At::Word(word) => {
                let after = here.get(word.whole.len()..).unwrap_or_default();
                return (before, Some(word), after);
            }
            At::Other(skip) => from += found + skip,
        }
    }
    (octets, None, b"")
}

/// No charset has a longer name.
const NAME: usize = 80;

fn word(octets: &[u8]) -> At<'_> {
    head(octets).map_or(At::Other(2), |(charset, encoding, head)| {
        let text = octets.get(head..).unwrap_or_default();
        for mark in memchr::memchr_iter(b'?', text) {
            let (before, after) = text.split_at(mark);
            if after.starts_with(b"?=") {
                return At::Word(Word {
                    charset,
                    encoding,
                    text: before,
                    whole: octets.get(..head + mark + 2).unwrap_or_default(),
                });
            }
            // Another word begins: this one has no end. Neither encoding has `=?` in a text.
            let begin = (head + mark).saturating_sub(1);
            if before.ends_with(b"=")
                && self::head(octets.get(begin..).unwrap_or_default()).is_some()
            {
                return At::Other(begin);
            }
        }
        // No word after this one has an end either.
        At::Other(octets.len())
    })
}

/// The charset and the encoding of a word, and where its text begins.
fn head(octets: &[u8]) -> Option<(&[u8], Encoding, usize)> {
    let rest = octets.strip_prefix(b"=?")?;
    let name = rest.get(..NAME).unwrap_or(rest);
    let length = memchr::memchr(b'?', name)?;
    let (charset, after) = rest.split_at_checked(length)?;
    let is_name = |octet: &u8| octet.is_ascii_graphic();
    let encoding = match after {
        [b'?', b'B' | b'b', b'?', ..] => Encoding::B,
        [b'?', b'Q' | b'q', b'?', ..] => Encoding::Q,
        _ => return None,
    };
    let is_charset = !charset.is_empty() && charset.iter().all(is_name);
    is_charset.then_some((charset, encoding, length + 5))
}

impl Word<'_> {
    /// Adds its octets. Whether they are damaged.
    fn decode(&self, octets: &mut Vec<u8>) -> bool {
        match self.encoding {
            Encoding::B => {
                let mut base64 = Base64::default();
                base64.push(self.text, octets);
                base64.finish(octets);
                base64.is_damaged()
            }
            Encoding::Q => quoted_printable::word(self.text, octets),
        }
    }
}

/// The text so far. White space between two words is not shown (RFC 2047 section 6.2), and characters that are split between two words are
/// made whole, though no word should end within one (section 5).
#[derive(Default)]
struct Decoding<'v> {
    text: String,
    defects: Vec<TextDefect>,
    open: Option<Open<'v>>,
}

/// Words one after the other in the same charset, not yet decoded.
struct Open<'v> {
    charset: Charset,
    octets: Vec<u8>,
    /// White space after them.
    space: &'v [u8],
}

impl<'v> Decoding<'v> {
    fn plain(&mut self, octets: &'v [u8]) {
        if octets.trim_ascii().is_empty() {
            if let Some(open) = &mut self.open {
                open.space = octets;
                return;
            }
        }
        self.close(Space::Shown);
        let text = charset::plain(octets, &mut self.defects);
        self.text.push_str(&text);
    }

    fn word(&mut self, word: &Word<'v>) {
        let charset = Charset::named(word.charset);
        if charset == Charset::Unknown {
            TextDefect::UnknownCharset.note(&mut self.defects);
            return self.plain(word.whole);
        }
        let mut octets = match self.open.take() {
            Some(open) if open.charset == charset && charset.joins() => open.octets,
            other => {
                self.open = other;
                self.close(Space::Dropped);
                Vec::new()
            }
        };
        if word.decode(&mut octets) {
            TextDefect::Damaged.note(&mut self.defects);
        }
        self.open = Some(Open {
            charset,
            octets,
            space: b"",
        });
    }

    fn close(&mut self, space: Space) {
        if let Some(open) = self.open.take() {
            let text = open.charset.decode(&open.octets, &mut self.defects);
            self.text.push_str(&text);
            if space == Space::Shown {
                self.text.push_str(&String::from_utf8_lossy(open.space));
            }
        }
    }

    fn end(mut self) -> Text<'v> {
        self.close(Space::Shown);
        Text {
            text: self.text.into(),
            defects: self.defects,
        }
    }
}

/// White space between two words, or between a word and something else.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Space {
    Shown,
    Dropped,
}

pub(super) fn one_line(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return text;
    }
    let is_space = |letter: char| letter == ' ' || letter.is_control();
    let mut line = String::with_capacity(text.len());
    let mut rest: &str = &text;
    while let Some(at) = rest.find(is_space) {
        let (before, after) = rest.split_at(at);
        let end = after.find(|letter| !is_space(letter));
        let (space, after) = after.split_at(end.unwrap_or(after.len()));
        line.push_str(before);
        line.push_str(if space.contains(char::is_control) {
            " "
        } else {
            space
        });
        rest = after;
    }
    line.push_str(rest);
    Cow::Owned(line)
}
