//! The values of imap-types that say the same, where they can.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use imap_types::body;
use imap_types::core::{IString, Literal, NString, Quoted, Vec1};
use imap_types::envelope;
use imap_types::extensions::utf8::QuotedUtf8;

use super::address::{Address, Addresses};
use super::envelope::{Envelope, EnvelopeFields};
use super::structure::{BodyParts, BodyStructure, Parameters, Part};
use super::value::Value;
use super::walker::{Next, Walker};

/// How deep extension data and parts may nest: the values of imap-types are dropped by recursion.
const NESTING: usize = 100;

impl<'a> Envelope<'a> {
    /// The same as a value of imap-types. `None` if it has no place for what the server says: a field is missing, or has octets
    /// that imap-types does not allow.
    #[must_use]
    pub fn to_imap_types(&self) -> Option<envelope::Envelope<'a>> {
        let EnvelopeFields {
            date,
            subject,
            from,
            sender,
            reply_to,
            to,
            cc,
            bcc,
            in_reply_to,
            message_id,
        } = self.fields();
        Some(envelope::Envelope {
            date: nstring(date?)?,
            subject: nstring(subject?)?,
            from: addresses(from?)?,
            sender: addresses(sender?)?,
            reply_to: addresses(reply_to?)?,
            to: addresses(to?)?,
            cc: addresses(cc?)?,
            bcc: addresses(bcc?)?,
            in_reply_to: nstring(in_reply_to?)?,
            message_id: nstring(message_id?)?,
        })
    }
}

impl<'a> BodyStructure<'a> {
    /// The same as a value of imap-types. `None` if it has no place for what the server says: a field is missing that the grammar
    /// requires, octets are not allowed, a number has more than 32 bits, or parts nest deeper than a hundred.
    #[must_use]
    pub fn to_imap_types(&self) -> Option<body::BodyStructure<'a>> {
        let parts = self.parts();
        // From the last part to the first, so that the parts of a part are made before it.
        let mut made: Vec<(usize, body::BodyStructure<'a>)> = Vec::new();
        for part in parts.iter().rev() {
            let first = made.len() - part.len().min(made.len());
            let mut its = made.split_off(first);
            let depth = its.iter().map(|(depth, _)| *depth).max().unwrap_or(0) + 1;
            if depth > NESTING {
                return None;
            }
            its.reverse();
            let its = its.into_iter().map(|(_, part)| part).collect();
            made.push((depth, structure(&parts, part, its)?));
        }
        made.pop().map(|(_, structure)| structure)
    }
}

fn structure<'a>(
    parts: &BodyParts<'a>,
    part: &Part<'a>,
    its: Vec<body::BodyStructure<'a>>,
) -> Option<body::BodyStructure<'a>> {
    let subtype = istring(part.media.subtype?)?;
    let Some(kind) = part.media.kind else {
        debug_assert_eq!(parts.children(part).count(), its.len());
        let extension_data = match part.place.extension {
            0 => None,
            _ => Some(body::MultiPartExtensionData {
                parameter_list: parameters(part.parameters?)?,
                tail: disposition(part)?,
            }),
        };
        return Some(body::BodyStructure::Multi {
            bodies: Vec1::try_from(its).ok()?,
            subtype,
            extension_data,
        });
    };
    let content = &part.content;
    let basic = body::BasicFields {
        parameter_list: parameters(part.parameters?)?,
        id: nstring(content.id?)?,
        description: nstring(content.description?)?,
        content_transfer_encoding: istring(content.encoding?)?,
        size: content.size?.try_into().ok()?,
    };
    let lines = || u32::try_from(content.lines?).ok();
    let specific = if part.is_message() {
        body::SpecificFields::Message {
            envelope: Box::new(part.envelope?.to_imap_types()?),
            body_structure: Box::new(its.into_iter().next()?),
            number_of_lines: lines()?,
        }
    } else if kind.is("text") {
        body::SpecificFields::Text {
            subtype,
            number_of_lines: lines()?,
        }
    } else {
        body::SpecificFields::Basic {
            r#type: istring(kind)?,
            subtype,
        }
    };
    let extension_data = match part.place.extension {
        0 => None,
        _ => Some(body::SinglePartExtensionData {
            md5: nstring(content.md5?)?,
            tail: disposition(part)?,
        }),
    };
    Some(body::BodyStructure::Single {
        body: body::Body { basic, specific },
        extension_data,
    })
}

/// The disposition and what follows it, if that is there.
#[expect(
    clippy::option_option,
    reason = "what imap-types has no place for, and what is not there"
)]
fn disposition<'a>(part: &Part<'a>) -> Option<Option<body::Disposition<'a>>> {
    if part.place.extension < 2 {
        return Some(None);
    }
    let disposition = match part.disposition {
        Some(it) => Some((istring(it.kind?)?, parameters(it.parameters?)?)),
        None => None,
    };
    let location = match part.place.extension {
        2 | 3 => None,
        _ => Some(body::Location {
            location: nstring(part.location?)?,
            extensions: extensions(part.rest)?,
        }),
    };
    let language = match part.place.extension {
        2 => None,
        _ => Some(body::Language {
            language: part.language?.iter().map(istring).collect::<Option<_>>()?,
            tail: location,
        }),
    };
    Some(Some(body::Disposition {
        disposition,
        tail: language,
    }))
}

fn parameters<'a>(parameters: Parameters<'a>) -> Option<Vec<(IString<'a>, IString<'a>)>> {
    let pairs = parameters.iter();
    pairs
        .map(|pair| Some((istring(pair.name)?, istring(pair.value?)?)))
        .collect()
}

fn addresses<'a>(addresses: Addresses<'a>) -> Option<Vec<envelope::Address<'a>>> {
    let address = |address: Address<'a>| {
        Some(envelope::Address {
            name: nstring(address.name?)?,
            adl: nstring(address.adl?)?,
            mailbox: nstring(address.mailbox?)?,
            host: nstring(address.host?)?,
        })
    };
    addresses.iter().map(address).collect()
}

/// All values that stand there.
fn extensions(rest: &[u8]) -> Option<Vec<body::BodyExtension<'_>>> {
    let mut walker = Walker::outside(rest);
    let mut open: Vec<Vec<body::BodyExtension<'_>>> = Vec::from([Vec::new()]);
    loop {
        match walker.next() {
            Next::Open if open.len() < NESTING => {
                walker.enter();
                open.push(Vec::new());
            }
            Next::Open => return None,
            Next::Value => {
                let extension = match walker.number() {
                    Some(number) => body::BodyExtension::Number(number.try_into().ok()?),
                    None => body::BodyExtension::NString(nstring(walker.value()?)?),
                };
                open.last_mut()?.push(extension);
            }
            Next::End => {
                let list = open.pop()?;
                let Some(outer) = open.last_mut() else {
                    return Some(list);
                };
                outer.push(body::BodyExtension::List(Vec1::try_from(list).ok()?));
                walker.leave();
            }
        }
    }
}

fn nstring(value: Value<'_>) -> Option<NString<'_>> {
    match value {
        Value::Nil => Some(NString(None)),
        value => istring(value).map(|string| NString(Some(string))),
    }
}

fn istring(value: Value<'_>) -> Option<IString<'_>> {
    match value {
        Value::Quoted(_) => {
            let text = match value.octets()? {
                Cow::Borrowed(octets) => Cow::Borrowed(core::str::from_utf8(octets).ok()?),
                Cow::Owned(octets) => Cow::Owned(String::from_utf8(octets).ok()?),
            };
            if text.contains(['\0', '\r', '\n']) {
                return None;
            }
            Some(match text.is_ascii() {
                true => IString::Quoted(Quoted::unvalidated(text)),
                false => IString::QuotedUtf8(QuotedUtf8::unvalidated(text)),
            })
        }
        Value::Literal(octets) => Literal::try_from(octets).ok().map(IString::Literal),
        Value::Nil | Value::Atom(_) | Value::Streamed { .. } => None,
    }
}
