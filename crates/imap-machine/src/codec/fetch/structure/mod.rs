//! BODY and BODYSTRUCTURE (RFC 9051 section 7.5.2): a view, and the parts that one pass over it makes.
//!
//! The parts stand in one vector, each before the parts in it. Nothing recurses, so parts may nest as deep as
//! [`Limits::nesting`](crate::Limits::nesting) allows.

mod extension;
mod parameters;
mod part;
mod parts;
mod reader;
#[cfg(test)]
mod tests;
mod text_part;

use alloc::vec::Vec;
use core::fmt;

pub use self::parameters::{Language, LanguageIter, Parameter, ParameterIter, Parameters};
pub use self::part::{Content, Disposition, MediaType, Part};
pub use self::parts::BodyParts;

use self::reader::StructureReader;
use super::value::{Raw, RawList};
use super::walker::Walker;
use crate::codec::defect::Defect;

/// The structure of a message, lent as received. [`parts`](Self::parts) reads it.
///
/// `Debug` shows the size, not the octets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BodyStructure<'a>(RawList<'a>);

impl<'a> BodyStructure<'a> {
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

    /// Reads all parts, in one pass.
    #[must_use]
    pub fn parts(&self) -> BodyParts<'a> {
        let walker = Walker::before(self.0.octets, None);
        BodyParts::new(StructureReader::new(walker, self.0).read())
    }

    /// Where it breaks the grammar. Offsets are those of the response that it was lent from.
    #[must_use]
    pub fn defects(&self) -> Vec<Defect> {
        self.0
            .defects(|walker| _ = StructureReader::new(walker, self.0).read())
    }
}

impl fmt::Debug for BodyStructure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BodyStructure({:?})", self.raw())
    }
}
