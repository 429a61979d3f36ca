//! ENVELOPE (RFC 9051 section 7.5.2).

use alloc::vec::Vec;
use core::fmt;

use super::address::Addresses;
use super::value::{Raw, RawList, Value};
use super::walker::Walker;
use crate::codec::defect::{Defect, DefectKind};

/// An envelope, lent as received. [`fields`](Self::fields) reads it.
///
/// `Debug` shows the size, not the octets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Envelope<'a>(RawList<'a>);

impl<'a> Envelope<'a> {
    pub(super) const fn new(list: RawList<'a>) -> Self {
        Self(list)
    }

    /// Octets that were kept: a list with its parentheses. `None` if they are anything else.
    #[must_use]
    pub fn from_raw(octets: &'a [u8]) -> Option<Self> {
        RawList::from_raw(octets).map(Self)
    }

    /// The list as received, parentheses included.
    #[must_use]
    pub const fn raw(&self) -> Raw<'a> {
        self.0.raw()
    }

    /// Reads all fields, without allocation.
    #[must_use]
    #[inline]
    pub fn fields(&self) -> EnvelopeFields<'a> {
        EnvelopeFields::inside(&mut Walker::inside(self.0.octets))
    }

    /// Where it breaks the grammar. Offsets are those of the response that it was lent from.
    #[must_use]
    pub fn defects(&self) -> Vec<Defect> {
        self.0
            .defects(|mut walker| _ = EnvelopeFields::read(&mut walker))
    }
}

impl fmt::Debug for Envelope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Envelope({:?})", self.raw())
    }
}

/// The fields of an [`Envelope`], in the order of the wire. A field is `None` if it is missing, or if something else stands in its
/// place; a field that the message does not have is NIL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnvelopeFields<'a> {
    /// The `Date` of the message, as it has it.
    pub date: Option<Value<'a>>,
    /// `Subject`. RFC 2047 words are not decoded.
    pub subject: Option<Value<'a>>,
    /// `From`.
    pub from: Option<Addresses<'a>>,
    /// `Sender`; servers repeat `From` if the message has none. The same for `reply_to`.
    pub sender: Option<Addresses<'a>>,
    /// `Reply-To`.
    pub reply_to: Option<Addresses<'a>>,
    /// `To`.
    pub to: Option<Addresses<'a>>,
    /// `Cc`.
    pub cc: Option<Addresses<'a>>,
    /// `Bcc`.
    pub bcc: Option<Addresses<'a>>,
    /// `In-Reply-To`.
    pub in_reply_to: Option<Value<'a>>,
    /// `Message-ID`.
    pub message_id: Option<Value<'a>>,
}

impl<'a> EnvelopeFields<'a> {
    /// Reads a list, with its parentheses.
    fn read(walker: &mut Walker<'a, '_>) -> Self {
        walker.enter();
        let fields = Self::inside(walker);
        walker.leave();
        fields
    }

    #[inline]
    fn inside(walker: &mut Walker<'a, '_>) -> Self {
        Self {
            date: walker.nstring(),
            subject: walker.nstring(),
            from: Addresses::read(walker),
            sender: Addresses::read(walker),
            reply_to: Addresses::read(walker),
            to: Addresses::read(walker),
            cc: Addresses::read(walker),
            bcc: Addresses::read(walker),
            in_reply_to: walker.nstring(),
            message_id: walker.nstring(),
        }
    }
}

/// The envelope or NIL of an embedded message, in a structure that begins at `at` of the response. If it is a list, it has been
/// skipped before, up to `end`.
pub(super) fn read_embedded<'a>(
    walker: &mut Walker<'a, '_>,
    at: usize,
    end: Option<usize>,
) -> Option<Envelope<'a>> {
    let Some(end) = end else {
        walker.note(DefectKind::Form);
        _ = walker.value();
        return None;
    };
    let start = walker.position();
    if walker.keeps_notes() {
        EnvelopeFields::read(walker);
    } else {
        walker.skip_value_to(end);
    }
    let octets = walker.since(start);
    let at = at + start;
    Some(Envelope(RawList { octets, at }))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::super::address::{Address, next_address};
    use super::*;
    use crate::codec::defect::Notes;

    /// What may stand in an envelope, in any order.
    const PIECES: &[&str] = &[
        "(",
        ")",
        " ",
        " ",
        " ",
        "NIL ",
        "\"a\" ",
        "\"\"",
        "x",
        "\"",
        "((\"A\" NIL \"a\" \"x\")) ",
        "((NIL NIL \"a\" NIL)(NIL NIL NIL NIL)) ",
        "(\"A b\" NIL \"a\" \"x\")",
    ];

    /// The addresses as they are read when defects are wanted: value by value, without a look at what is plain.
    fn addresses<'a>(list: &Addresses<'a>) -> Vec<Address<'a>> {
        let mut notes = Notes::kept();
        let mut walker = Walker::before(list.raw(), Some(&mut notes));
        walker.enter();
        core::iter::from_fn(|| next_address(&mut walker)).collect()
    }

    proptest! {
        #[test]
        fn plain_envelopes_are_read_as_all_others(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..20)) {
            let list = ["(", &pieces.concat(), ")"].concat();
            if let Some(envelope) = Envelope::from_raw(list.as_bytes()) {
                let fields = envelope.fields();
                let mut notes = Notes::kept();
                let mut walker = Walker::before(list.as_bytes(), Some(&mut notes));
                prop_assert_eq!(fields, EnvelopeFields::read(&mut walker), "{}", list);
                let lists = [fields.from, fields.sender, fields.reply_to, fields.to, fields.cc, fields.bcc];
                for list in lists.iter().flatten() {
                    prop_assert_eq!(list.iter().collect::<Vec<_>>(), addresses(list));
                }
            }
        }
    }
}
