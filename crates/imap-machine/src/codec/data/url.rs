//! GENURLAUTH and URLFETCH (RFC 4467 section 9).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use bounded_static::ToStatic;

use super::pairs::Pairs;
use super::strings::Strings;
use crate::codec::defect::{Defect, DefectKind};
use crate::codec::fetch::Raw;
use crate::codec::reader::ValueReader;

/// URLs that authorize access.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct AuthorizedUrls<'a> {
    /// The URLs in the order of the command.
    pub urls: Strings<'a>,
    pub(super) defects: Vec<Defect>,
}

/// What URLs point to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct UrlContents<'a> {
    urls: Pairs<'a>,
    pub(super) defects: Vec<Defect>,
}

impl UrlContents<'_> {
    /// The URLs and their contents. `NIL`: the server gives none. A list has the parts that were asked for, by name (RFC 5524
    /// section 5).
    pub fn urls(&self) -> impl Iterator<Item = (Cow<'_, [u8]>, Raw<'_>)> {
        self.urls.iter()
    }

    /// The URLs and their contents as received.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        self.urls.raw()
    }
}

pub(super) fn read_authorized<'a>(reader: &mut ValueReader<'a, '_>) -> AuthorizedUrls<'a> {
    let urls = Strings::new(reader.rest());
    while reader.astring().is_some() {}
    let defects = reader.defects();
    AuthorizedUrls { urls, defects }
}

pub(super) fn read_contents<'a>(reader: &mut ValueReader<'a, '_>) -> UrlContents<'a> {
    let urls = Pairs::new(reader.cursor());
    while reader.astring().is_some() {
        if reader.element().is_none() {
            reader.note(DefectKind::Missing);
        }
    }
    let defects = reader.defects();
    UrlContents { urls, defects }
}
