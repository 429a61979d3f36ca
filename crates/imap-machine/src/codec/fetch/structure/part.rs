//! One part of a message.

use alloc::borrow::Cow;

use super::super::envelope::Envelope;
use super::super::value::Value;
use super::parameters::{Language, Parameters};

/// A part of a message (RFC 9051 section 7.5.2), of [`BodyParts`](super::BodyParts).
///
/// A field is `None` if it is missing, or if something else stands in its place: servers leave out extension data, and BODY has none.
/// What the server says is NIL is [`Value::Nil`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part<'a> {
    /// `text/plain`.
    pub media: MediaType<'a>,
    /// `CHARSET`, `BOUNDARY`, `NAME`.
    pub parameters: Option<Parameters<'a>>,
    /// What the list of a multipart does not have.
    pub content: Content<'a>,
    /// Whether it is an attachment, and its file name (RFC 2183).
    pub disposition: Option<Disposition<'a>>,
    /// Its languages (RFC 3282).
    pub language: Option<Language<'a>>,
    /// Its URL (RFC 2557).
    pub location: Option<Value<'a>>,
    /// What follows that, as received: extensions of later standards.
    pub rest: &'a [u8],
    /// The envelope of an embedded message.
    pub envelope: Option<Envelope<'a>>,
    pub(super) form: PartForm,
    pub(crate) place: PartPlace,
}

/// How a part is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartForm {
    /// Parts, then a subtype.
    Multipart,
    /// A type, a subtype, fields.
    Single,
    /// The same, with an envelope, a structure and lines.
    Message,
}

/// Where a part stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PartPlace {
    pub(super) index: usize,
    pub(super) parent: Option<usize>,
    /// The index after its last descendant.
    pub(super) end: usize,
    /// Which one of its parent's parts it is, from 1.
    pub(super) ordinal: u32,
    /// How many parts it has itself.
    pub(super) children: u32,
    /// How many fields of extension data there are, up to and with the location.
    pub(crate) extension: u8,
}

impl<'a> Part<'a> {
    pub(super) fn new(form: PartForm, place: PartPlace) -> Self {
        Self {
            media: MediaType::default(),
            parameters: None,
            content: Content::default(),
            disposition: None,
            language: None,
            location: None,
            rest: b"",
            envelope: None,
            form,
            place,
        }
    }

    /// Whether it is a multipart. Some servers describe one without its parts.
    #[must_use]
    pub fn is_multipart(&self) -> bool {
        self.form == PartForm::Multipart || self.media.kind.is_some_and(|kind| kind.is("multipart"))
    }

    /// Whether it is an embedded message that is described: it has an envelope, and a structure of its own.
    #[must_use]
    pub fn is_message(&self) -> bool {
        self.form == PartForm::Message
    }

    /// How many parts it has: those of a multipart, or the structure of an embedded message.
    #[must_use]
    pub const fn len(&self) -> usize {
        // No target of this crate has addresses of less than 32 bits.
        self.place.children as usize
    }

    /// Whether there are no parts in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.place.children == 0
    }

    /// What its octets are, if it says so: `CHARSET` of the media type (RFC 2045 section 5.1).
    #[must_use]
    pub fn charset(&self) -> Option<Value<'a>> {
        self.parameters?.get("charset")
    }

    /// Whether it says that it is an attachment (RFC 2183 section 2.2).
    #[must_use]
    pub fn is_attachment(&self) -> bool {
        let kind = self.disposition.and_then(|disposition| disposition.kind);
        kind.is_some_and(|kind| kind.is("attachment"))
    }

    /// The file name, if it has one: `FILENAME` of the disposition (RFC 2183 section 2.3), else `NAME` of the media type.
    /// It is as the message has it: names in RFC 2231 or RFC 2047 form need the feature `text`.
    #[must_use]
    pub fn file_name(&self) -> Option<Value<'a>> {
        let disposition = self.disposition.and_then(|it| it.parameters);
        let of = |parameters: Option<Parameters<'a>>, name| parameters?.get(name);
        of(disposition, "filename").or_else(|| of(self.parameters, "name"))
    }
}

/// The media type of a part (RFC 2046).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MediaType<'a> {
    /// `TEXT`. A multipart with parts does not say it: `None`.
    pub kind: Option<Value<'a>>,
    /// `PLAIN`.
    pub subtype: Option<Value<'a>>,
}

impl<'a> MediaType<'a> {
    /// Whether it is this type and this subtype, in upper or lower case.
    #[must_use]
    pub fn is(&self, kind: &str, subtype: &str) -> bool {
        let is = |field: Option<Value<'_>>, text| field.is_some_and(|field| field.is(text));
        is(self.kind, kind) && is(self.subtype, subtype)
    }

    /// The subtype as text.
    #[must_use]
    pub fn subtype_text(&self) -> Option<Cow<'a, str>> {
        self.subtype?.text()
    }
}

/// The fields of a part that is no multipart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Content<'a> {
    /// `Content-ID`.
    pub id: Option<Value<'a>>,
    /// `Content-Description`.
    pub description: Option<Value<'a>>,
    /// `Content-Transfer-Encoding`.
    pub encoding: Option<Value<'a>>,
    /// Octets, as encoded.
    pub size: Option<u64>,
    /// Lines, as encoded: of a text and of an embedded message.
    pub lines: Option<u64>,
    /// `Content-MD5` (RFC 1864).
    pub md5: Option<Value<'a>>,
}

/// The disposition of a part (RFC 2183).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disposition<'a> {
    /// `attachment`, `inline`.
    pub kind: Option<Value<'a>>,
    /// `FILENAME`.
    pub parameters: Option<Parameters<'a>>,
}
