//! BODY and BODYSTRUCTURE (RFC 9051 section 7.5.2).

use alloc::boxed::Box;
use alloc::vec::Vec;

use imap_types::body::{
    BasicFields, Body, BodyStructure, Disposition, Language, Location, MultiPartExtensionData,
    SinglePartExtensionData, SpecificFields,
};
use imap_types::core::{IString, Vec1};

use super::reader::{PlainReader, string};

/// How deep parts may nest. imap-codec reads a little deeper.
pub(super) const MAX_DEPTH: usize = 6;

impl<'a> PlainReader<'a> {
    pub(super) fn structure(&mut self, depth: usize) -> Option<BodyStructure<'a>> {
        let inner = depth.checked_sub(1)?;
        self.octet(b'(')?;
        let structure = match self.is_at(b'(') {
            true => self.multipart(inner),
            false => self.part(inner),
        }?;
        self.octet(b')')?;
        Some(structure)
    }

    fn multipart(&mut self, inner: usize) -> Option<BodyStructure<'a>> {
        let mut bodies = Vec::new();
        while self.is_at(b'(') {
            bodies.push(self.structure(inner)?);
        }
        self.space()?;
        let subtype = self.string()?;
        let extension_data = match self.more() {
            Some(()) => Some(MultiPartExtensionData {
                parameter_list: self.parameters()?,
                tail: self.disposition()?,
            }),
            None => None,
        };
        Some(BodyStructure::Multi {
            bodies: Vec1::try_from(bodies).ok()?,
            subtype,
            extension_data,
        })
    }

    fn part(&mut self, inner: usize) -> Option<BodyStructure<'a>> {
        let kind = self.text()?;
        self.space()?;
        let subtype = self.text()?;
        self.space()?;
        let basic = self.fields()?;
        let is = |name: &str| kind.eq_ignore_ascii_case(name);
        let specific = if is("TEXT") {
            self.space()?;
            SpecificFields::Text {
                subtype: string(subtype),
                number_of_lines: self.number()?,
            }
        } else if is("MESSAGE") && subtype.eq_ignore_ascii_case("RFC822") {
            self.message(inner)?
        } else {
            SpecificFields::Basic {
                r#type: string(kind),
                subtype: string(subtype),
            }
        };
        let extension_data = match self.more() {
            Some(()) => Some(SinglePartExtensionData {
                md5: self.nstring()?,
                tail: self.disposition()?,
            }),
            None => None,
        };
        Some(BodyStructure::Single {
            body: Body { basic, specific },
            extension_data,
        })
    }

    fn fields(&mut self) -> Option<BasicFields<'a>> {
        let parameter_list = self.parameters()?;
        self.space()?;
        let id = self.nstring()?;
        self.space()?;
        let description = self.nstring()?;
        self.space()?;
        let content_transfer_encoding = self.string()?;
        self.space()?;
        let size = self.number()?;
        Some(BasicFields {
            parameter_list,
            id,
            description,
            content_transfer_encoding,
            size,
        })
    }

    fn message(&mut self, inner: usize) -> Option<SpecificFields<'a>> {
        self.space()?;
        let envelope = Box::new(self.envelope()?);
        self.space()?;
        let body_structure = Box::new(self.structure(inner)?);
        self.space()?;
        let number_of_lines = self.number()?;
        Some(SpecificFields::Message {
            envelope,
            body_structure,
            number_of_lines,
        })
    }

    fn parameters(&mut self) -> Option<Vec<(IString<'a>, IString<'a>)>> {
        self.list(|cursor, index| {
            if index > 0 {
                cursor.space()?;
            }
            let name = cursor.string()?;
            cursor.space()?;
            Some((name, cursor.string()?))
        })
    }

    /// Takes a space, if the list goes on.
    fn more(&mut self) -> Option<()> {
        self.space()
    }

    /// The disposition and what may follow it; `Some(None)` at the end of the list.
    fn disposition(&mut self) -> Option<Option<Disposition<'a>>> {
        if self.more().is_none() {
            return Some(None);
        }
        let disposition = match self.is_at(b'(') {
            true => {
                self.octet(b'(')?;
                let kind = self.string()?;
                self.space()?;
                let parameters = self.parameters()?;
                self.octet(b')')?;
                Some((kind, parameters))
            }
            false => {
                self.nil()?;
                None
            }
        };
        let tail = self.language()?;
        Some(Some(Disposition { disposition, tail }))
    }

    fn language(&mut self) -> Option<Option<Language<'a>>> {
        if self.more().is_none() {
            return Some(None);
        }
        let language = match self.is_at(b'"') {
            true => Vec::from([self.string()?]),
            false => self.list(|cursor, index| {
                if index > 0 {
                    cursor.space()?;
                }
                cursor.string()
            })?,
        };
        let tail = self.location()?;
        Some(Some(Language { language, tail }))
    }

    /// The last field that is read here: the list has to end after it.
    fn location(&mut self) -> Option<Option<Location<'a>>> {
        if self.more().is_none() {
            return Some(None);
        }
        Some(Some(Location {
            location: self.nstring()?,
            extensions: Vec::new(),
        }))
    }
}
