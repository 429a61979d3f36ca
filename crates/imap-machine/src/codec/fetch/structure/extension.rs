//! Extension data of a part: what a server may leave out, and often gets wrong.

use super::super::value::Value;
use super::super::walker::{Next, Walker, after_space, plain_nstring};
use super::parameters::{Language, Parameters};
use super::part::{Disposition, Part};
use crate::codec::defect::DefectKind;

/// Reads the extension data of a part.
pub(super) struct Extension<'p, 'a> {
    part: &'p mut Part<'a>,
    is_multipart: bool,
}

impl<'p, 'a> Extension<'p, 'a> {
    pub(super) fn of_multipart(part: &'p mut Part<'a>) -> Self {
        Self {
            part,
            is_multipart: true,
        }
    }

    pub(super) fn of_single(part: &'p mut Part<'a>) -> Self {
        Self {
            part,
            is_multipart: false,
        }
    }

    /// Reads as many fields as there are, and keeps what follows them.
    pub(super) fn read(&mut self, walker: &mut Walker<'a, '_>) {
        let is_multipart = self.is_multipart;
        if let Some(fields) = walker.plain(|octets| plain_fields(octets, is_multipart)) {
            return self.keep(fields);
        }
        for field in [
            Self::first,
            Self::disposition,
            Self::language,
            Self::location,
        ] {
            if walker.next() == Next::End {
                return;
            }
            field(self, walker);
            self.part.place.extension += 1;
        }
        self.part.rest = walker.skip_to_end();
    }

    fn keep(&mut self, fields: PlainFields<'a>) {
        match fields.first {
            First::Parameters(parameters) => self.part.parameters = Some(parameters),
            First::Md5(md5) => self.part.content.md5 = Some(md5),
        }
        self.part.disposition = fields.disposition;
        self.part.language = Some(Language::one(fields.language));
        self.part.location = Some(fields.location);
        self.part.place.extension = 4;
    }

    /// The parameters of a multipart, the MD5 of any other part.
    fn first(&mut self, walker: &mut Walker<'a, '_>) {
        if self.is_multipart {
            self.part.parameters = Parameters::read(walker);
        } else if walker.next() == Next::Open && is_disposition(walker.ahead()) {
            // The MD5 has been left out.
            walker.note(DefectKind::Missing);
        } else {
            self.part.content.md5 = walker.nstring();
        }
    }

    fn disposition(&mut self, walker: &mut Walker<'a, '_>) {
        if walker.next() == Next::Value {
            // The kind alone, without its list (jstedfast/MailKit#919), or NIL.
            let at = walker.position();
            let kind = walker.value().filter(|kind| !kind.is_nil());
            if kind.is_some() {
                walker.note_at(DefectKind::Form, at);
                self.part.disposition = Some(Disposition {
                    kind,
                    parameters: None,
                });
            }
            return;
        }
        if !begins_with_string(walker.ahead()) {
            walker.note(DefectKind::Form);
            walker.skip();
            return;
        }
        walker.enter();
        self.part.disposition = Some(Disposition {
            kind: walker.string(),
            parameters: Parameters::read(walker),
        });
        walker.leave();
    }

    fn language(&mut self, walker: &mut Walker<'a, '_>) {
        if self.part.disposition.is_none() && is_disposition(walker.ahead()) {
            // One field too many before it.
            walker.note(DefectKind::Excess);
            self.disposition(walker);
            if walker.next() == Next::End {
                return;
            }
        }
        self.part.language = Language::read(walker);
    }

    fn location(&mut self, walker: &mut Walker<'a, '_>) {
        self.part.location = walker.nstring();
    }
}

/// All fields, as most servers write them.
struct PlainFields<'a> {
    first: First<'a>,
    disposition: Option<Disposition<'a>>,
    language: Value<'a>,
    location: Value<'a>,
}

enum First<'a> {
    Parameters(Parameters<'a>),
    Md5(Value<'a>),
}

/// All fields if they are as plain as most are, after a space, and the end of the list, which follows them.
#[inline]
fn plain_fields(octets: &[u8], is_multipart: bool) -> Option<(PlainFields<'_>, &[u8])> {
    let octets = after_space(octets)?;
    let (first, after) = if is_multipart {
        let (parameters, after) = Parameters::plain(octets)?;
        (First::Parameters(parameters), after)
    } else {
        let (md5, after) = plain_nstring(octets)?;
        (First::Md5(md5), after)
    };
    let (disposition, after) = plain_disposition(after_space(after)?)?;
    let (language, after) = plain_nstring(after_space(after)?)?;
    let (location, after) = plain_nstring(after_space(after)?)?;
    let fields = PlainFields {
        first,
        disposition,
        language,
        location,
    };
    after.starts_with(b")").then_some((fields, after))
}

/// NIL, or a kind and parameters.
#[inline]
fn plain_disposition(octets: &[u8]) -> Option<(Option<Disposition<'_>>, &[u8])> {
    let Some(inside) = octets.strip_prefix(b"(") else {
        let (value, after) = plain_nstring(octets)?;
        return value.is_nil().then_some((None, after));
    };
    let (kind, after) = plain_nstring(inside)?;
    let (parameters, after) = Parameters::plain(after_space(after)?)?;
    let disposition = Disposition {
        kind: Some(kind),
        parameters: Some(parameters),
    };
    let after = after.strip_prefix(b")")?;
    (!kind.is_nil()).then_some((Some(disposition), after))
}

/// Whether a list follows that begins with a string.
fn begins_with_string(mut ahead: Walker<'_, '_>) -> bool {
    ahead.enter() && ahead.value().is_some_and(|kind| !kind.is_nil())
}

/// Whether a list follows that begins as a disposition does, and as no other list in its place: a string, and then a list or NIL.
pub(super) fn is_disposition(mut ahead: Walker<'_, '_>) -> bool {
    ahead.enter()
        && ahead.value().is_some_and(|kind| !kind.is_nil())
        && match ahead.next() {
            Next::Open => true,
            Next::Value => ahead.value() == Some(Value::Nil),
            Next::End => false,
        }
}
