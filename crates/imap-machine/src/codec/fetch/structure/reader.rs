//! Reads a body structure in one pass, from its first octet to its last.
//!
//! Servers leave out fields, or put others in their place. What a value is for is therefore decided by its place and its shape: a
//! number is never taken for a string, and a list only for a field that is one.

use alloc::vec::Vec;

use super::super::envelope;
use super::super::value::{RawList, Value};
use super::super::walker::{Next, Walker, after_space, plain_nstring};
use super::extension::{Extension, is_disposition};
use super::parameters::Parameters;
use super::part::{Content, MediaType, Part, PartForm, PartPlace};
use crate::codec::defect::DefectKind;
use crate::lexer::number;

/// Few parts are written with fewer octets, so that one allocation is enough for almost every structure.
const SHORT_PART: usize = 64;

/// No more room is made at first.
const EXPECTED_PARTS: usize = 64;

/// The reader of one structure.
pub(super) struct StructureReader<'a, 'n> {
    walker: Walker<'a, 'n>,
    /// Where the structure begins in the response.
    at: usize,
    parts: Vec<Part<'a>>,
    /// The innermost part whose list is open.
    open: Option<usize>,
}

impl<'a, 'n> StructureReader<'a, 'n> {
    /// A reader of `list`, which the walker is before.
    pub(super) fn new(walker: Walker<'a, 'n>, list: RawList<'a>) -> Self {
        let expected = (list.octets.len() / SHORT_PART + 1).min(EXPECTED_PARTS);
        Self {
            walker,
            at: list.at,
            parts: Vec::with_capacity(expected),
            open: None,
        }
    }

    /// Reads all parts.
    pub(super) fn read(mut self) -> Vec<Part<'a>> {
        self.begin();
        while let Some(index) = self.open {
            if self.next_is_part(index) {
                self.begin();
            } else {
                self.end(index);
            }
        }
        self.parts
    }

    /// Whether another part of the innermost one follows.
    fn next_is_part(&mut self, index: usize) -> bool {
        let is_open = self.walker.next() == Next::Open;
        is_open
            && match self.parts.get(index) {
                Some(part) => part.form == PartForm::Multipart || part.is_empty(),
                None => false,
            }
    }

    /// Reads the list of a part up to the parts in it; all of it if there can be none.
    fn begin(&mut self) {
        self.walker.enter();
        let mut plain = None;
        let form = match self.walker.next() {
            Next::Open => PartForm::Multipart,
            Next::End => {
                self.walker.note(DefectKind::Missing);
                self.leave();
                return;
            }
            Next::Value => {
                plain = self.walker.plain(plain_fields);
                if plain.is_none() && self.is_without_parts() {
                    self.walker.note(DefectKind::Missing);
                    let index = self.push(PartForm::Multipart);
                    self.end(index);
                    return;
                }
                PartForm::Single
            }
        };
        let index = self.push(form);
        if form == PartForm::Single {
            self.fields(index, plain);
        }
        let is_open = self
            .parts
            .get(index)
            .is_some_and(|part| part.form != PartForm::Single);
        if !is_open {
            self.end(index);
        }
    }

    fn push(&mut self, form: PartForm) -> usize {
        let index = self.parts.len();
        let parent = self.open.and_then(|open| self.parts.get_mut(open));
        let ordinal = parent.map_or(1, |parent| {
            parent.place.children = parent.place.children.saturating_add(1);
            parent.place.children
        });
        let place = PartPlace {
            index,
            parent: self.open,
            end: index + 1,
            ordinal,
            children: 0,
            extension: 0,
        };
        self.parts.push(Part::new(form, place));
        self.open = Some(index);
        index
    }

    /// Whether the values that follow are those of a multipart without its parts: NIL for the parts, or a subtype that no other
    /// string follows (jstedfast/MailKit#371, jstedfast/MailKit#1393).
    fn is_without_parts(&mut self) -> bool {
        let mut ahead = self.walker.ahead();
        match ahead.value() {
            Some(Value::Nil) => true,
            Some(_) if ahead.next_is_quote() => false,
            // A type with NIL for its subtype.
            Some(kind) if ahead.next() == Next::Value => {
                matches!(ahead.value(), Some(Value::Nil)) && !is_top_level(kind)
            }
            Some(_) => true,
            None => false,
        }
    }

    /// The fields of a part that is no multipart, up to the structure of an embedded message.
    fn fields(&mut self, index: usize, plain: Option<Fields<'a>>) {
        let at = self.at;
        let Some(part) = self.parts.get_mut(index) else {
            return;
        };
        let walker = &mut self.walker;
        let (media, parameters, content) = plain.unwrap_or_else(|| any_fields(walker));
        part.media = media;
        part.parameters = parameters;
        part.content = content;
        if part.media.kind.is_some_and(|kind| kind.is("message")) {
            embedded(part, walker, at);
        }
    }

    /// What follows the parts in a part, and the end of its list.
    fn end(&mut self, index: usize) {
        let end = self.parts.len();
        let Some(part) = self.parts.get_mut(index) else {
            self.open = None;
            return;
        };
        let walker = &mut self.walker;
        match part.form {
            PartForm::Multipart => {
                if part.is_empty() && walker.ahead().value() == Some(Value::Nil) {
                    // It stands for the parts.
                    walker.skip();
                }
                part.media.subtype = walker.string();
                Extension::of_multipart(part).read(walker);
            }
            PartForm::Single | PartForm::Message => {
                if part.form == PartForm::Message
                    && part.is_empty()
                    && walker.ahead().value() == Some(Value::Nil)
                {
                    walker.note(DefectKind::Form);
                    walker.skip();
                }
                lines(part, walker);
                Extension::of_single(part).read(walker);
            }
        }
        self.open = part.place.parent;
        part.place.end = end;
        self.leave();
    }

    /// Leaves the list of a part. The parts of a multipart have no space between them.
    fn leave(&mut self) {
        self.walker.leave();
        let parent = self.open.and_then(|open| self.parts.get(open));
        if parent.is_some_and(|parent| parent.form == PartForm::Multipart) {
            self.walker.between_lists();
        }
    }
}

/// The fields of a part up to the number of octets.
type Fields<'a> = (MediaType<'a>, Option<Parameters<'a>>, Content<'a>);

fn any_fields<'a>(walker: &mut Walker<'a, '_>) -> Fields<'a> {
    let media = MediaType {
        kind: walker.string(),
        subtype: walker.string(),
    };
    let parameters = Parameters::read(walker);
    let id = before_number(walker);
    let description = before_number(walker);
    let place = walker.position();
    let encoding = before_number(walker);
    if encoding == Some(Value::Nil) {
        walker.note_at(DefectKind::Form, place);
    }
    let content = Content {
        id,
        description,
        encoding,
        size: size(walker),
        ..Content::default()
    };
    (media, parameters, content)
}

/// The same if they are as plain as most are, and what follows them. Two strings in the beginning are a type and a subtype.
#[inline]
fn plain_fields(octets: &[u8]) -> Option<(Fields<'_>, &[u8])> {
    let (kind, after) = plain_nstring(octets)?;
    let (subtype, after) = plain_nstring(after_space(after)?)?;
    if kind.is_nil() || subtype.is_nil() {
        return None;
    }
    let (parameters, after) = Parameters::plain(after_space(after)?)?;
    let (id, after) = plain_nstring(after_space(after)?)?;
    let (description, after) = plain_nstring(after_space(after)?)?;
    let (encoding, after) = plain_nstring(after_space(after)?)?;
    let (size, after) = number::short(after_space(after)?)?;
    let media = MediaType {
        kind: Some(kind),
        subtype: Some(subtype),
    };
    let content = Content {
        id: Some(id),
        description: Some(description),
        encoding: Some(encoding),
        size: Some(size),
        ..Content::default()
    };
    let fields = (media, Some(parameters), content);
    matches!(after, [b' ' | b')', ..]).then_some((fields, after))
}

/// A string or NIL, unless it has been left out and the number that follows it is here.
fn before_number<'a>(walker: &mut Walker<'a, '_>) -> Option<Value<'a>> {
    if walker.next_is_digit() && walker.ahead().number().is_some() {
        walker.note(DefectKind::Missing);
        return None;
    }
    walker.nstring()
}

/// The number of octets. What is no number is skipped, unless it is a list.
fn size(walker: &mut Walker<'_, '_>) -> Option<u64> {
    let size = walker.number();
    if size.is_none() {
        walker.note(DefectKind::Number);
        _ = walker.value();
    }
    size
}

/// The number of lines, if it is there. Only texts and embedded messages have one.
fn lines<'a>(part: &mut Part<'a>, walker: &mut Walker<'a, '_>) {
    let has_lines =
        part.form == PartForm::Message || part.media.kind.is_some_and(|kind| kind.is("text"));
    let at = walker.position();
    part.content.lines = walker.number();
    match part.content.lines {
        Some(_) if !has_lines => walker.note_at(DefectKind::Excess, at),
        None if has_lines => walker.note_at(DefectKind::Missing, at),
        _ => {}
    }
}

/// The envelope of an embedded message, if it follows, and a structure after it. Some servers write those of other messages too
/// (dbmail/dbmail#36), some write NIL for both.
fn embedded<'a>(part: &mut Part<'a>, walker: &mut Walker<'a, '_>, at: usize) {
    let is_known = part
        .media
        .subtype
        .is_some_and(|it| it.is("rfc822") || it.is("global"));
    let mut ahead = walker.ahead();
    let mut end = None;
    let follows = match ahead.next() {
        Next::Open => {
            ahead.skip();
            end = Some(ahead.reached());
            match ahead.next() {
                Next::Open => true,
                Next::Value => ahead.value() == Some(Value::Nil) && ahead.number().is_some(),
                Next::End => false,
            }
        }
        Next::Value => {
            let is_nil = ahead.value() == Some(Value::Nil);
            is_nil
                && match ahead.next() {
                    Next::Open => is_known && !is_disposition(ahead),
                    Next::Value => {
                        is_known && ahead.value() == Some(Value::Nil) && ahead.number().is_some()
                    }
                    Next::End => false,
                }
        }
        Next::End => false,
    };
    match (is_known, follows) {
        (true, false) => walker.note(DefectKind::Missing),
        (false, true) => walker.note(DefectKind::Excess),
        _ => {}
    }
    if follows {
        part.form = PartForm::Message;
        part.envelope = envelope::read_embedded(walker, at, end);
    }
}

/// The top-level types that are no multipart (RFC 2046, RFC 2077, RFC 8081).
fn is_top_level(kind: Value<'_>) -> bool {
    let types = [
        "text",
        "image",
        "audio",
        "video",
        "application",
        "message",
        "model",
        "font",
    ];
    types.iter().any(|name| kind.is(name))
}
