//! All parts of a message.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;
use core::{iter, slice};

use super::part::{Part, PartForm};

/// The parts of a message, each before the parts in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyParts<'a> {
    pub(super) parts: Vec<Part<'a>>,
}

impl<'a> BodyParts<'a> {
    pub(super) const fn new(parts: Vec<Part<'a>>) -> Self {
        Self { parts }
    }

    /// The message itself. `None` if the server describes nothing: `BODYSTRUCTURE ()`.
    #[must_use]
    pub fn root(&self) -> Option<&Part<'a>> {
        self.parts.first()
    }

    /// All parts, the outermost first.
    pub fn iter(&self) -> slice::Iter<'_, Part<'a>> {
        self.parts.iter()
    }

    /// The parts that have no parts in them and could not have any: texts, images, attachments. Embedded messages that are
    /// described are not among them, but their parts are.
    pub fn leaves(&self) -> impl Iterator<Item = &Part<'a>> {
        let is_leaf = |part: &&Part<'a>| part.is_empty() && !part.is_multipart();
        self.iter().filter(is_leaf)
    }

    /// The parts of a multipart, or the structure of an embedded message.
    pub fn children(&self, part: &Part<'a>) -> impl Iterator<Item = &Part<'a>> {
        let last = part.place.end;
        let first = part.place.index + 1;
        let get = move |index: usize| self.parts.get(index).filter(|_| index < last);
        iter::successors(get(first), move |child| get(child.place.end))
    }

    /// The part that this one is in.
    #[must_use]
    pub fn parent(&self, part: &Part<'a>) -> Option<&Part<'a>> {
        self.parts.get(part.place.parent?)
    }

    /// The part number by which `BODY[1.2]` asks for it (RFC 9051 section 6.4.5). `None` for what has no number of its own: a message
    /// that is a multipart, embedded or not.
    #[must_use]
    pub fn number(&self, part: &Part<'a>) -> Option<String> {
        self.component(part)?;
        let mut components = Vec::new();
        let mut next = Some(part);
        while let Some(part) = next {
            components.extend(self.component(part));
            next = self.parent(part);
        }
        let mut number = String::new();
        for component in components.iter().rev() {
            let dot = if number.is_empty() { "" } else { "." };
            // Writing to a string cannot fail.
            _ = write!(number, "{dot}{component}");
        }
        Some(number)
    }

    /// The section that FETCH and a download name for the content of this part: its [number](Self::number), and for a multipart that has
    /// none, `TEXT` of the message that it is the body of: `TEXT`, `2.1.TEXT`.
    #[must_use]
    pub fn section(&self, part: &Part<'a>) -> String {
        if let Some(number) = self.number(part) {
            return number;
        }
        let outer = self.parent(part).and_then(|message| self.number(message));
        outer.map_or_else(|| "TEXT".to_owned(), |number| number + ".TEXT")
    }

    /// The part with this number: `1.2`.
    #[must_use]
    pub fn part(&self, number: &str) -> Option<&Part<'a>> {
        let mut part: Option<&Part<'a>> = None;
        for component in number.split('.') {
            let component = component.parse().ok().filter(|number| *number > 0)?;
            part = Some(match part {
                None => self.numbered(self.root()?, component)?,
                Some(part) if part.form == PartForm::Message => {
                    self.numbered(self.children(part).next()?, component)?
                }
                Some(part) => self.child(part, component)?,
            });
        }
        part
    }

    /// The part with this number of a message whose structure is `structure`.
    fn numbered<'s>(&'s self, structure: &'s Part<'a>, number: usize) -> Option<&'s Part<'a>> {
        match structure.is_multipart() {
            true => self.child(structure, number),
            false => (number == 1).then_some(structure),
        }
    }

    fn child<'s>(&'s self, part: &'s Part<'a>, number: usize) -> Option<&'s Part<'a>> {
        self.children(part).nth(number.checked_sub(1)?)
    }

    /// What a part adds to the number of the part that it is in.
    fn component(&self, part: &Part<'a>) -> Option<u32> {
        match self.parent(part) {
            Some(parent) if parent.form == PartForm::Multipart => Some(part.place.ordinal),
            // The structure of a message: if it is no multipart, it is part 1.
            _ => (!part.is_multipart()).then_some(1),
        }
    }
}

impl<'s, 'a> IntoIterator for &'s BodyParts<'a> {
    type Item = &'s Part<'a>;
    type IntoIter = slice::Iter<'s, Part<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
