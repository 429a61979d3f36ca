//! Responses that are a list of words, and those whose name is not known.

use alloc::vec::Vec;

use bounded_static::ToStatic;

use super::words::{Words, check_words, read_words};
use crate::codec::defect::Defect;
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;

/// A list of words: names of capabilities or of flags, for example.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct WordList<'a> {
    /// The words.
    pub words: Words<'a>,
    pub(super) defects: Vec<Defect>,
}

/// A response whose name is not known here.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
#[non_exhaustive]
pub struct OtherData<'a> {
    /// The number before the name: `2` of `* 2 CONVERTED ...`.
    pub number: Option<u32>,
    /// The name as received.
    pub name: Octets<'a>,
    /// All that follows the name and a space, as received.
    pub arguments: Octets<'a>,
}

/// The active comparator, and the ones that match what the client asked for (RFC 5255 section 4.8).
pub(super) fn read_comparator<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Comparator<'a>> {
    let active = reader.astring()?;
    let matching = reader.next_list().map(|list| read_words(reader, list));
    Some(Comparator {
        active,
        matching: matching.unwrap_or_default(),
        defects: reader.defects(),
    })
}

/// COMPARATOR (RFC 5255 section 4.8).
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct Comparator<'a> {
    /// The active one.
    pub active: Octets<'a>,
    /// Those that match what the client asked for.
    pub matching: Words<'a>,
    pub(super) defects: Vec<Defect>,
}

/// All that is left is words.
pub(super) fn line<'a>(reader: &mut ValueReader<'a, '_>) -> WordList<'a> {
    let names = reader.rest();
    let end = names.iter().rposition(|octet| *octet != b' ');
    let names = end.and_then(|end| names.get(..=end)).unwrap_or_default();
    let words = Words::new(names);
    check_words(reader);
    let defects = reader.defects();
    WordList { words, defects }
}

/// A list of words.
pub(super) fn list<'a>(reader: &mut ValueReader<'a, '_>) -> Option<WordList<'a>> {
    let list = reader.next_list()?;
    Some(WordList {
        words: read_words(reader, list),
        defects: reader.defects(),
    })
}
