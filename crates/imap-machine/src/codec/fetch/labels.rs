//! Labels of Gmail (X-GM-LABELS).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::iter::FusedIterator;

use super::value::{Raw, RawList, Value};
use super::walker::{Next, Walker};
use crate::codec::defect::{Defect, DefectKind};
use crate::codec::mailbox_name::decode_mailbox_name;

/// The labels of a message, lent as received (Gmail's X-GM-EXT-1). They are read one by one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Labels<'a>(RawList<'a>);

/// A label: `\Inbox`, or the name of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label<'a>(Value<'a>);

impl<'a> Labels<'a> {
    pub(super) const fn new(list: RawList<'a>) -> Self {
        Self(list)
    }

    /// The list as received, parentheses included.
    #[must_use]
    pub const fn raw(&self) -> Raw<'a> {
        self.0.raw()
    }

    /// The labels in the order received.
    #[must_use]
    pub fn iter(&self) -> LabelIter<'a> {
        LabelIter {
            walker: Walker::inside(self.0.octets),
        }
    }

    /// Where they break the grammar. Offsets are those of the response.
    #[must_use]
    pub fn defects(&self) -> Vec<Defect> {
        self.0.defects(|mut walker| {
            walker.enter();
            while next_label(&mut walker).is_some() {}
            walker.leave();
        })
    }
}

impl<'a> Label<'a> {
    /// As on the wire.
    #[must_use]
    pub const fn value(&self) -> Value<'a> {
        self.0
    }

    /// As people read it: modified UTF-7 is decoded, and octets that are not UTF-8 are replaced.
    #[must_use]
    pub fn text(&self) -> Cow<'a, str> {
        let wire = self.0.text().unwrap_or_default();
        match wire.contains('&') {
            true => decode_mailbox_name(&wire).map_or(wire, Cow::<str>::from),
            false => wire,
        }
    }
}

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl<'a> IntoIterator for Labels<'a> {
    type Item = Label<'a>;
    type IntoIter = LabelIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &Labels<'a> {
    type Item = Label<'a>;
    type IntoIter = LabelIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = self.iter().map(|label| String::from(label.text()));
        f.debug_list().entries(labels).finish()
    }
}

/// The labels of [`Labels`], one by one.
#[derive(Debug)]
pub struct LabelIter<'a> {
    walker: Walker<'a, 'static>,
}

impl<'a> Iterator for LabelIter<'a> {
    type Item = Label<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        next_label(&mut self.walker)
    }
}

impl FusedIterator for LabelIter<'_> {}

/// The next label of the list that the walker is in. NIL and lists among them are skipped.
fn next_label<'a>(walker: &mut Walker<'a, '_>) -> Option<Label<'a>> {
    while walker.next() != Next::End {
        let at = walker.position();
        match walker.value() {
            Some(Value::Nil) => {}
            Some(label) => return Some(Label(label)),
            None => walker.skip(),
        }
        walker.note_at(DefectKind::Form, at);
    }
    None
}
