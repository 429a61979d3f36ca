//! The answer to FETCH, and to every other command that brings FETCH responses.

use alloc::borrow::{Cow, ToOwned};
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU32;

use imap_types::IntoStatic;
use imap_types::body::BodyStructure;
use imap_types::envelope::Envelope;

use super::{Answer, lossy};
use crate::client::command::Completion;
use crate::client::event::{Event, LiteralPiece};
use crate::codec::{Fetch, FetchItem, FetchNumber, Untagged, Value};

/// FETCH (section 6.4.5). Rows about the same message make one message, and a later row never removes what an earlier one
/// brought (Webklex/php-imap#290).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fetched {
    messages: Vec<FetchedMessage>,
    // Where in `messages` the last one with this number, or with this UID, is.
    by_number: BTreeMap<u32, usize>,
    by_uid: BTreeMap<NonZeroU32, usize>,
    // Streamed sections whose row has not come yet.
    streamed: Vec<(FetchNumber, FetchedSection)>,
}

/// One message as FETCH described it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct FetchedMessage {
    /// The sequence number when the row was sent; 0 for UIDFETCH (RFC 9586).
    pub number: u32,
    /// `UID`.
    pub uid: Option<NonZeroU32>,
    /// `FLAGS`, as received.
    pub flags: Option<Vec<String>>,
    /// `MODSEQ`.
    pub modseq: Option<u64>,
    /// `RFC822.SIZE` in octets.
    pub size: Option<u64>,
    /// `INTERNALDATE` as received.
    pub internal_date: Option<String>,
    /// `ENVELOPE`, if it can be read.
    pub envelope: Option<Envelope<'static>>,
    /// `BODYSTRUCTURE` or `BODY`, if it can be read.
    pub structure: Option<BodyStructure<'static>>,
    /// `BODY[...]`, `RFC822`, `BINARY[...]`.
    pub sections: Vec<FetchedSection>,
    /// Items of other names, as received.
    pub others: Vec<(String, Vec<u8>)>,
}

/// A part of a message.
#[derive(Clone, PartialEq, Eq)]
pub struct FetchedSection {
    /// `BODY[HEADER]`.
    pub name: String,
    /// Where a partial fetch begins in the section.
    pub origin: Option<u64>,
    /// `None` for NIL.
    pub octets: Option<Vec<u8>>,
}

impl fmt::Debug for FetchedSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len = self.octets.as_ref().map(Vec::len);
        write!(f, "{}: {len:?} octets", self.name)
    }
}

impl FetchedMessage {
    /// The octets of a section, such as `BODY[]`, in upper or lower case.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&[u8]> {
        let mut sections = self.sections.iter();
        let section = sections.find(|section| section.name.eq_ignore_ascii_case(name))?;
        section.octets.as_deref()
    }

    fn row(&mut self, fetch: &Fetch<'_>) {
        for item in fetch.items() {
            match item {
                FetchItem::Uid(uid) => self.uid = Some(uid),
                FetchItem::Flags(flags) => self.flags = Some(flags.iter().map(lossy).collect()),
                FetchItem::ModSeq(modseq) => self.modseq = Some(modseq),
                FetchItem::Rfc822Size(size) => self.size = Some(size),
                FetchItem::InternalDate(date) => self.internal_date = Some(lossy(date.raw())),
                FetchItem::Envelope(raw) => {
                    let envelope = raw.decode().ok().map(IntoStatic::into_static);
                    self.envelope = envelope.or(self.envelope.take());
                }
                FetchItem::BodyStructure(raw) | FetchItem::Body(raw) => {
                    let structure = raw.decode().ok().map(IntoStatic::into_static);
                    self.structure = structure.or(self.structure.take());
                }
                FetchItem::Section(section) => {
                    // A streamed section has been added already.
                    if !matches!(section.value, Value::Streamed { .. }) {
                        self.sections.push(FetchedSection {
                            name: lossy(section.name),
                            origin: section.origin,
                            octets: section.value.octets().map(Cow::into_owned),
                        });
                    }
                }
                FetchItem::BinarySize(size) => {
                    let value = size.size.to_string().into_bytes();
                    self.others.push((lossy(size.name), value));
                }
                FetchItem::Other { name, value } => {
                    self.others.push((lossy(name), value.octets().to_owned()));
                }
                FetchItem::Malformed(rest) => self.others.push((String::new(), rest.to_owned())),
            }
        }
    }
}

impl Fetched {
    fn piece(&mut self, piece: &LiteralPiece<'_>) {
        if piece.offset == 0 {
            let section = FetchedSection {
                name: lossy(&piece.section),
                origin: piece.origin,
                octets: Some(Vec::new()),
            };
            self.streamed.push((piece.message, section));
        }
        if let Some((
            _,
            FetchedSection {
                octets: Some(octets),
                ..
            },
        )) = self.streamed.last_mut()
        {
            octets.extend_from_slice(&piece.data);
        }
    }

    fn row(&mut self, fetch: &Fetch<'_>) {
        let (number, uid) = (fetch.seq().unwrap_or(0), fetch.uid());
        let at = self.find(number, uid).unwrap_or_else(|| {
            self.messages.push(FetchedMessage {
                number,
                ..FetchedMessage::default()
            });
            self.messages.len() - 1
        });
        if number != 0 {
            self.by_number.insert(number, at);
        }
        if let Some(uid) = uid {
            self.by_uid.insert(uid, at);
        }
        let Some(message) = self.messages.get_mut(at) else {
            return;
        };
        for (of, section) in core::mem::take(&mut self.streamed) {
            if of == fetch.number() {
                message.sections.push(section);
            }
        }
        message.row(fetch);
    }

    /// The message that a row is about, if there was a row about it before. Numbers shift when messages are expunged in between;
    /// UIDs do not.
    fn find(&self, number: u32, uid: Option<NonZeroU32>) -> Option<usize> {
        let known = uid.and_then(|uid| self.by_uid.get(&uid));
        let numbered = || {
            let at = self.by_number.get(&number)?;
            let other = self.messages.get(*at)?.uid.is_some() && uid.is_some();
            (!other).then_some(at)
        };
        known.or_else(numbered).copied()
    }
}

impl Answer for Fetched {
    type Value = Vec<FetchedMessage>;

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Literal(piece) => self.piece(piece),
            Event::Untagged {
                data: Untagged::Fetch(fetch),
                ..
            } => self.row(fetch),
            _ => {}
        }
    }

    fn finish(self, _: &Completion<'_>) -> Self::Value {
        self.messages
    }
}
