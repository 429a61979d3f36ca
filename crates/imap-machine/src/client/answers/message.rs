//! One message of the answer to FETCH.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU32;

use super::Uptake;
use super::flags::FlagList;
use crate::codec::fetch::is_same_section;
use crate::codec::{
    BodySection, BodyStructure, Envelope, Fetch, FetchItem, InternalDate, Labels, Raw, Value,
};

/// One message as FETCH described it. What could be read is in its fields; all else is among the [others](Self::others).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchedMessage {
    /// The sequence number when its last row was sent; 0 for UIDFETCH (RFC 9586).
    pub number: u32,
    /// `UID`.
    pub uid: Option<NonZeroU32>,
    /// `FLAGS`, as received.
    pub flags: Option<FlagList>,
    /// `MODSEQ`.
    pub modseq: Option<u64>,
    /// `RFC822.SIZE` in octets.
    pub size: Option<u64>,
    /// `INTERNALDATE` as received. [`date`](Self::date) reads it.
    pub internal_date: Option<String>,
    /// What extensions tell of a message.
    pub extensions: Option<Box<FetchedExtensions>>,
    /// `BODY[...]`, `RFC822`, `BINARY[...]`.
    pub sections: Vec<FetchedSection>,
    /// Items of other names, and those that could not be read, as received. What has no name has an empty one.
    pub others: Vec<(String, Vec<u8>)>,
    /// As received: a list.
    envelope: Option<KeptList>,
    /// The same, of BODYSTRUCTURE or BODY.
    structure: Option<KeptList>,
}

/// A list as received. `Debug` shows its size.
#[derive(Clone, PartialEq, Eq)]
struct KeptList(Box<[u8]>);

impl fmt::Debug for KeptList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} octets", self.0.len())
    }
}

/// What extensions tell of a message. A value that is NIL is among the [others](FetchedMessage::others).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchedExtensions {
    /// `PREVIEW` (RFC 8970). Octets that are not UTF-8 are replaced.
    pub preview: Option<String>,
    /// `SAVEDATE` (RFC 8514), as received.
    pub save_date: Option<String>,
    /// `EMAILID` (RFC 8474).
    pub email_id: Option<String>,
    /// `THREADID` (RFC 8474).
    pub thread_id: Option<String>,
    /// `X-GM-MSGID` (Gmail).
    pub gmail_message_id: Option<u64>,
    /// `X-GM-THRID` (Gmail).
    pub gmail_thread_id: Option<u64>,
    /// `X-GM-LABELS` (Gmail), as people read them.
    pub gmail_labels: Option<Vec<String>>,
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
    pub(super) fn of(number: u32, uid: Option<NonZeroU32>) -> Self {
        Self {
            number,
            uid,
            ..Self::default()
        }
    }

    /// The octets of a section, such as `BODY[]`, in upper or lower case. `.PEEK` does not count.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&[u8]> {
        let mut sections = self.sections.iter();
        let section =
            sections.find(|section| is_same_section(section.name.as_bytes(), name.as_bytes()))?;
        section.octets.as_deref()
    }

    /// How many octets a part has without its transfer encoding (`BINARY.SIZE[1.2]`, RFC 3516 section 4.3).
    #[must_use]
    pub fn binary_size(&self, part: &str) -> Option<u64> {
        let is_asked_for = |name: &str| {
            let name = name.strip_prefix("BINARY.SIZE[");
            name.and_then(|name| name.strip_suffix(']')) == Some(part)
        };
        let mut others = self.others.iter();
        let (_, size) = others.find(|(name, _)| is_asked_for(&name.to_ascii_uppercase()))?;
        core::str::from_utf8(size).ok()?.parse().ok()
    }

    /// `ENVELOPE`, as received. [`Envelope::fields`] reads it.
    #[must_use]
    pub fn envelope(&self) -> Option<Envelope<'_>> {
        Envelope::from_raw(&self.envelope.as_ref()?.0)
    }

    /// `BODYSTRUCTURE`, or else `BODY`, as received. [`BodyStructure::parts`] reads it.
    #[must_use]
    pub fn structure(&self) -> Option<BodyStructure<'_>> {
        BodyStructure::from_raw(&self.structure.as_ref()?.0)
    }

    /// `INTERNALDATE`.
    #[must_use]
    pub fn date(&self) -> Option<InternalDate<'_>> {
        InternalDate::from_raw(self.internal_date.as_ref()?.as_bytes())
    }

    /// Takes a row. What no row changes is taken once: another value of it is left.
    pub(super) fn row(&mut self, fetch: &Fetch<'_>) -> Uptake {
        let mut uptake = Uptake::Taken;
        // These change, so a later row counts.
        let (mut flags, mut modseq, mut labels) = (None, None, None);
        for item in fetch.items() {
            match item {
                FetchItem::Uid(uid) => uptake.once(&mut self.uid, uid),
                FetchItem::Flags(its) => {
                    let its = uptake.flags(its.raw());
                    uptake.once(&mut flags, its);
                }
                FetchItem::ModSeq(its) => uptake.once(&mut modseq, its),
                FetchItem::GmailLabels(its) => {
                    let its = texts(its, &mut uptake);
                    uptake.once(&mut labels, its);
                }
                FetchItem::Rfc822Size(size) => uptake.once(&mut self.size, size),
                FetchItem::InternalDate(date) => {
                    let date = uptake.text(date.raw());
                    uptake.once(&mut self.internal_date, date);
                }
                FetchItem::Envelope(envelope) => {
                    uptake.once(&mut self.envelope, KeptList::of(envelope.raw()));
                }
                FetchItem::BodyStructure(it) => {
                    // It says more than BODY.
                    if let Some(KeptList(body)) = self.structure.replace(KeptList::of(it.raw())) {
                        if *body != *it.raw().octets() {
                            self.other("BODY", &body);
                        }
                    }
                }
                FetchItem::Body(body) if self.structure.is_none() => {
                    self.structure = Some(KeptList::of(body.raw()));
                }
                FetchItem::Body(body) => self.other("BODY", body.raw().octets()),
                FetchItem::Section(section) => self.section_item(section, &mut uptake),
                item => self.extension(item, &mut uptake),
            }
        }
        self.flags = flags.or(self.flags.take());
        self.modseq = modseq.or(self.modseq);
        if labels.is_some() {
            self.its().gmail_labels = labels;
        }
        uptake
    }

    fn section_item(&mut self, item: BodySection<'_>, uptake: &mut Uptake) {
        let name = uptake.text(item.name);
        match item.value {
            Value::Streamed { .. } => uptake.also(self.has_streamed(&name)),
            value => self.sections.push(FetchedSection {
                name,
                origin: item.origin,
                octets: value.octets().map(Cow::into_owned),
            }),
        }
    }

    /// A streamed section has been added already, unless its pieces were for others.
    fn has_streamed(&self, name: &str) -> Uptake {
        match self.sections.iter().any(|section| section.name == name) {
            true => Uptake::Taken,
            false => Uptake::Left,
        }
    }

    fn extension(&mut self, item: FetchItem<'_>, uptake: &mut Uptake) {
        match item {
            // Its octets have come as a section.
            FetchItem::Preview(Value::Streamed { .. }) => {
                uptake.also(self.has_streamed("PREVIEW"));
            }
            FetchItem::Preview(preview) => match preview.octets() {
                Some(text) => uptake.text_once(&mut self.its().preview, &text),
                None => self.other("PREVIEW", b"NIL"),
            },
            FetchItem::SaveDate(Some(date)) => {
                uptake.text_once(&mut self.its().save_date, date.raw());
            }
            FetchItem::SaveDate(None) => self.other("SAVEDATE", b"NIL"),
            FetchItem::EmailId(id) => match id.octets() {
                Some(id) => uptake.text_once(&mut self.its().email_id, &id),
                None => self.other("EMAILID", b"NIL"),
            },
            FetchItem::ThreadId(id) => match id.octets() {
                Some(id) => uptake.text_once(&mut self.its().thread_id, &id),
                None => self.other("THREADID", b"NIL"),
            },
            FetchItem::GmailMessageId(id) => uptake.once(&mut self.its().gmail_message_id, id),
            FetchItem::GmailThreadId(id) => uptake.once(&mut self.its().gmail_thread_id, id),
            FetchItem::BinarySize(size) => {
                let value = size.size.to_string().into_bytes();
                self.others.push((uptake.text(size.name), value));
            }
            FetchItem::Other { name, value } => {
                let name = uptake.text(name);
                if !value.is_complete() {
                    uptake.also(self.has_streamed(&name));
                }
                self.others.push((name, value.octets().to_owned()));
            }
            FetchItem::Malformed(rest) => {
                // A literal in it may have been streamed to others.
                if memchr::memchr(b'{', rest).is_some() {
                    *uptake = Uptake::Left;
                }
                self.others.push((String::new(), rest.to_owned()));
            }
            _ => *uptake = Uptake::Left,
        }
    }

    fn its(&mut self) -> &mut FetchedExtensions {
        self.extensions.get_or_insert_default()
    }

    fn other(&mut self, name: &str, value: &[u8]) {
        self.others.push((name.to_owned(), value.to_owned()));
    }

    /// What it holds beside itself, in octets.
    pub(super) fn held(&self) -> usize {
        let flags = self.flags.as_ref().map_or(0, |flags| flags.0.len());
        let date = text_held(&self.internal_date);
        let lists = [&self.envelope, &self.structure].into_iter().flatten();
        let lists = lists.map(|list| list.0.len());
        let extensions = self.extensions.as_ref().map_or(0, |its| its.held());
        let sections = self.sections.iter().map(FetchedSection::held);
        let others = self.others.iter();
        let others = others.map(|(name, value)| name.capacity() + value.capacity());
        let places = self.sections.capacity() * size_of::<FetchedSection>()
            + self.others.capacity() * size_of::<(String, Vec<u8>)>();
        let single = flags + date + places + extensions;
        single + lists.sum::<usize>() + sections.sum::<usize>() + others.sum::<usize>()
    }
}

fn text_held(text: &Option<String>) -> usize {
    text.as_ref().map_or(0, String::capacity)
}

impl FetchedExtensions {
    fn held(&self) -> usize {
        let texts = [
            &self.preview,
            &self.save_date,
            &self.email_id,
            &self.thread_id,
        ];
        let texts = texts.into_iter().map(text_held);
        let labels = self.gmail_labels.as_ref().map_or(0, |labels| {
            let each = labels.iter().map(String::capacity);
            labels.capacity() * size_of::<String>() + each.sum::<usize>()
        });
        size_of::<Self>() + texts.sum::<usize>() + labels
    }
}

impl KeptList {
    fn of(raw: Raw<'_>) -> Self {
        Self(raw.octets().into())
    }
}

impl FetchedSection {
    pub(super) fn held(&self) -> usize {
        self.name.capacity() + self.octets.as_ref().map_or(0, Vec::capacity)
    }

    /// Adds octets of a literal of `size` octets. Takes memory for at most twice what has come, and for no more than will come.
    pub(super) fn extend(&mut self, octets: &[u8], size: u64) {
        let Some(held) = &mut self.octets else {
            return;
        };
        let len = held.len().saturating_add(octets.len());
        if len > held.capacity() {
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            let capacity = len.saturating_mul(2).min(size).max(len);
            held.reserve_exact(capacity - held.len());
        }
        held.extend_from_slice(octets);
    }
}

fn texts(labels: Labels<'_>, uptake: &mut Uptake) -> Vec<String> {
    uptake.also(Uptake::of_defects(&labels.defects()));
    let texts = labels.iter().map(|label| {
        uptake.text(&label.value().octets().unwrap_or_default());
        label.text().into_owned()
    });
    texts.collect()
}
