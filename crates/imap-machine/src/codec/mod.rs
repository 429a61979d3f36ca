//! From framed octets to meaning.
//!
//! Reading never fails. An odd octet costs the value that it stands in, and is noted as a [`Defect`]; what is around it is read.
//! A line that cannot be read at all is an event with its octets. Everything is lent from the receive buffer, and lists are
//! walked when asked for. Where imap-codec can read a response, it reads the same: tests hold that.
//!
//! ```
//! use imap_machine::Instant;
//! use imap_machine::client::{ClientConnection, Config, Event};
//! use imap_machine::codec::Untagged;
//!
//! let now = Instant::ORIGIN;
//! let mut connection = ClientConnection::new(Config::default(), now);
//! connection.handle_input(b"* PREAUTH hi\r\n* LIST (\\Sent) \"/\" Sent Mail\r\n* 1 FETCH (UID 7 ENVELOPE (NIL \"hi\" \
//!     ((\"Al\" NIL \"al\" \"x.org\")) NIL NIL NIL NIL NIL NIL NIL) BODYSTRUCTURE ((\"text\" \"plain\" NIL NIL NIL \"7bit\" 5 1)\
//!     (\"image\" \"png\" (\"name\" \"a.png\") NIL NIL \"base64\" 900) \"mixed\"))\r\n", now);
//! let mut said = Vec::new();
//! while let Some(event) = connection.poll_event() {
//!     match &event {
//!         Event::Untagged { data: Untagged::List(list), .. } => {
//!             said.push(format!("{} {:?}", list.mailbox.to_str(), list.attributes));
//!         }
//!         Event::Untagged { data: Untagged::Fetch(row), .. } => {
//!             let envelope = row.envelope().expect("it is there").fields();
//!             let subject = envelope.subject.and_then(|subject| subject.text());
//!             said.push(format!("{:?} {}", row.uid(), subject.unwrap_or_default()));
//!             let parts = row.body_structure().expect("it is there").parts();
//!             for part in parts.leaves() {
//!                 let name = part.file_name().and_then(|name| name.text());
//!                 let number = parts.number(part).unwrap_or_default();
//!                 said.push(format!("{number} {:?} {name:?}", part.content.size));
//!             }
//!         }
//!         _ => {}
//!     }
//!     // The name of the mailbox should have been in quotes.
//!     said.extend(event.defects().iter().map(|defect| defect.kind.to_string()));
//! }
//! assert_eq!(said, [
//!     "Sent Mail [\"\\\\Sent\"]",
//!     "a string is not quoted as it should be",
//!     "Some(7) hi",
//!     "1 Some(5) None",
//!     "2 Some(900) Some(\"a.png\")",
//! ]);
//! ```

#[cfg(test)]
mod agreement;
mod civil_time;
mod code;
mod context;
pub(crate) mod data;
mod defect;
pub(crate) mod fetch;
mod flag;
mod mailbox_name;
mod octets;
mod reader;
mod response_text;
mod set;

use crate::framing::LineKind;
use crate::lexer::word::{skip_spaces, split_word};
use crate::lexer::{after_star, without_line_end};

pub use crate::lexer::StatusKind;
pub use civil_time::CivilTime;
pub(crate) use civil_time::{DateText, is_date};
pub use code::Code;
pub(crate) use context::Context;
pub use data::{
    Acl, AuthorizedUrls, Comparator, Esearch, Identity, List, ListKind, ListRights, MailboxStatus,
    Metadata, MetadataValue, MyRights, Namespace, NamespaceList, Namespaces, OtherData, Pairs,
    Quota, QuotaResource, QuotaRoots, SearchData, SearchKind, SearchResult, StatusItem, Strings,
    ThreadMember, Threads, UidBatches, Untagged, Updates, UrlContents, Vanished, WordList, Words,
};
pub use defect::{Defect, DefectKind};
pub(crate) use fetch::RowStart;
pub use fetch::{
    Address, AddressIter, AddressKind, Addresses, BinarySize, BodyParts, BodySection,
    BodyStructure, Content, Disposition, Envelope, EnvelopeFields, Fetch, FetchItem, FetchItems,
    FetchNumber, FlagTokens, Flags, InternalDate, Label, LabelIter, Labels, Language, LanguageIter,
    MediaType, Parameter, ParameterIter, Parameters, Part, Raw, SystemFlags, Value,
};
pub use flag::Flag;
pub(crate) use mailbox_name::is_the_same_in_both;
pub use mailbox_name::{MailboxName, NameEncoding, decode_mailbox_name, encode_mailbox_name};
pub use octets::Octets;
pub use response_text::ResponseText;
pub use set::NumberSet;
pub(crate) use set::known_set;

/// One response, lent from the receive buffer.
#[derive(Debug)]
pub(crate) enum Response<'a> {
    /// `+ text` (RFC 9051 section 7.6).
    Continuation { text: &'a [u8] },
    /// `tag OK|NO|BAD text`, and the tagged BYE that some servers send (jstedfast/MailKit#1536).
    Tagged {
        tag: &'a [u8],
        status: StatusKind,
        text: ResponseText<'a>,
    },
    /// `* OK|NO|BAD|BYE|PREAUTH text`.
    Status {
        status: StatusKind,
        text: ResponseText<'a>,
    },
    /// `* data`.
    Untagged(Untagged<'a>),
    /// A complete line that cannot be read.
    Unrecognized(&'a [u8]),
}

/// Reads one framed message other than FETCH, which [`Fetch::parse`] reads.
pub(crate) fn decode<'a>(message: &'a [u8], context: &Context) -> Response<'a> {
    let line = without_line_end(message);
    let response = match LineKind::of(line) {
        LineKind::Continuation => Some(Response::Continuation {
            text: line.get(1..).map(skip_spaces).unwrap_or_default(),
        }),
        LineKind::Status => response_text::parse_status(after_star(line))
            .map(|(status, text)| Response::Status { status, text }),
        LineKind::Tagged => decode_tagged(line),
        LineKind::Data => data::parse(message, context).map(Response::Untagged),
    };
    let bare = || {
        let text = ResponseText::parse_bare(line)?;
        let status = StatusKind::Ok;
        Some(Response::Status { status, text })
    };
    response
        .or_else(bare)
        .unwrap_or(Response::Unrecognized(line))
}

fn decode_tagged(line: &[u8]) -> Option<Response<'_>> {
    let (tag, rest) = split_word(line);
    if tag.is_empty() {
        return None;
    }
    let (status, text) = response_text::parse_status(rest)?;
    (status != StatusKind::Preauth).then_some(Response::Tagged { tag, status, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagged(line: &[u8]) -> Option<(&[u8], StatusKind, &[u8], bool)> {
        match decode(line, &Context::default()) {
            Response::Tagged { tag, status, text } => {
                let (code, text) = text.into_raw_parts();
                Some((tag, status, text, code.is_some()))
            }
            _ => None,
        }
    }

    #[test]
    fn a_completion_survives_whatever_follows_the_status() {
        use StatusKind::{Bad, Bye, No, Ok};
        for (line, tag, status, text, code) in [
            (&b"A1 OK\r\n"[..], &b"A1"[..], Ok, &b""[..], false),
            (b"A1 NO \r\n", b"A1", No, b"", false),
            (b"A1 bad\n", b"A1", Bad, b"", false),
            (
                b"A1 OK utf8 \xe2\x9c\x93\r\n",
                b"A1",
                Ok,
                b"utf8 \xe2\x9c\x93",
                false,
            ),
            (b"A1 OK [FOO \"a]b\"] x\r\n", b"A1", Ok, b"x", true),
            (
                b"A1 OK [UIDNEXT garbage\r\n",
                b"A1",
                Ok,
                b"[UIDNEXT garbage",
                false,
            ),
            (b"A1 NO [OVERQUOTA] \r\n", b"A1", No, b"", true),
            (b"A1 NO [OVERQUOTA]\r\n", b"A1", No, b"", true),
            (
                b"A6 BYE over and out\r\n",
                b"A6",
                Bye,
                b"over and out",
                false,
            ),
            (b"A1 OK done {300}\r\n", b"A1", Ok, b"done {300}", false),
            (b"OK OK done\r\n", b"OK", Ok, b"done", false),
            (b"A1  OK  two spaces\r\n", b"A1", Ok, b"two spaces", false),
        ] {
            assert_eq!(tagged(line), Some((tag, status, text, code)), "{line:?}");
        }
        for line in [
            &b"OK ENABLE completed\r\n"[..],
            b"A1 PREAUTH x\r\n",
            b"\r\n",
            b"A1\r\n",
        ] {
            assert_eq!(tagged(line), None, "{line:?}");
        }
    }
}
