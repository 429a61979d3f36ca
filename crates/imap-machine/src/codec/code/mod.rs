//! Response codes (RFC 9051 section 7.1, RFC 5530, and the registry "IMAP Response Codes" of IANA).

mod strict;

pub(super) use strict::sequence;

use core::num::NonZeroU32;

use bounded_static::ToStatic;

use super::data::Words;
use super::defect::Notes;
use super::fetch::Value;
use super::octets::Octets;
use super::reader::ValueReader;
use super::set::NumberSet;
use crate::lexer::word::split_word;
use crate::lexer::{Cursor, number};

/// A response code. What a code means stands in the RFC that is named with it; RFC 9051 section 7.1 if none is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
#[non_exhaustive]
pub enum Code<'a> {
    /// `ALERT`: the text must be shown to the user.
    Alert,
    /// `ALREADYEXISTS`
    AlreadyExists,
    /// `ANNOTATE` and `ANNOTATIONS` (RFC 5257): what follows the word.
    Annotate(Octets<'a>),
    /// `APPENDUID`: where the messages of an APPEND are now.
    AppendUid {
        /// UIDVALIDITY of the mailbox.
        uid_validity: NonZeroU32,
        /// Their UIDs; several with MULTIAPPEND (RFC 3502).
        uids: NumberSet<'a>,
    },
    /// `AUTHENTICATIONFAILED`
    AuthenticationFailed,
    /// `AUTHORIZATIONFAILED`
    AuthorizationFailed,
    /// `BADCHARSET`: the charsets that the server supports, if it says so.
    BadCharset(Words<'a>),
    /// `BADCOMPARATOR` (RFC 5255)
    BadComparator,
    /// `BADEVENT`: the events that the server supports (RFC 5465).
    BadEvent(Words<'a>),
    /// `BADURL`: the URL that was wrong (RFC 4469).
    BadUrl(Octets<'a>),
    /// `CANNOT`
    Cannot,
    /// `CAPABILITY`
    Capability(Words<'a>),
    /// `CLIENTBUG`
    ClientBug,
    /// `CLOSED`: the mailbox that was selected is closed.
    Closed,
    /// `COMPRESSIONACTIVE` (RFC 4978)
    CompressionActive,
    /// `CONTACTADMIN`
    ContactAdmin,
    /// `COPYUID`: where messages were, and where their copies are.
    CopyUid {
        /// UIDVALIDITY of the mailbox that they were copied to.
        uid_validity: NonZeroU32,
        /// Their UIDs.
        source: NumberSet<'a>,
        /// The UIDs of the copies, in the same order.
        destination: NumberSet<'a>,
    },
    /// `CORRUPTION`
    Corruption,
    /// `EXPIRED`
    Expired,
    /// `EXPUNGEISSUED`
    ExpungeIssued,
    /// `HASCHILDREN`
    HasChildren,
    /// `HIGHESTMODSEQ` (RFC 7162)
    HighestModSeq(u64),
    /// `INPROGRESS` (RFC 9585)
    InProgress {
        /// The tag of the command.
        tag: Option<Octets<'a>>,
        /// How much is done.
        done: Option<u64>,
        /// How much there is to do, in the same unit.
        total: Option<u64>,
    },
    /// `INUSE`
    InUse,
    /// `LIMIT`
    Limit,
    /// `MAILBOXID` (RFC 8474)
    MailboxId(Octets<'a>),
    /// `MESSAGELIMIT` (RFC 9738): no more messages than this at a time, and the lowest UID that was processed.
    MessageLimit(u64, Option<NonZeroU32>),
    /// `METADATA LONGENTRIES` (RFC 5464): the size of the largest entry that was left out.
    MetadataLongEntries(u64),
    /// `METADATA MAXSIZE`: the largest annotation that is taken, in octets.
    MetadataMaxSize(u64),
    /// `METADATA NOPRIVATE`
    MetadataNoPrivate,
    /// `METADATA TOOMANY`
    MetadataTooMany,
    /// `MODIFIED`: messages that were changed meanwhile (RFC 7162).
    Modified(NumberSet<'a>),
    /// `NOMODSEQ`: the mailbox has no mod-sequences (RFC 7162).
    NoModSeq,
    /// `NONEXISTENT`
    NonExistent,
    /// `NOPERM`
    NoPerm,
    /// `NOTIFICATIONOVERFLOW` (RFC 5465)
    NotificationOverflow,
    /// `NOTSAVED` (RFC 5182)
    NotSaved,
    /// `NOUPDATE`: the tag of a search that gets no updates (RFC 5267).
    NoUpdate(Octets<'a>),
    /// `OVERQUOTA` (RFC 9208)
    OverQuota,
    /// `PARSE`: headers of a message could not be parsed.
    Parse,
    /// `PERMANENTFLAGS`: the flags that can be changed; `\*` if new keywords can be made.
    PermanentFlags(Words<'a>),
    /// `PRIVACYREQUIRED`
    PrivacyRequired,
    /// `READ-ONLY`
    ReadOnly,
    /// `READ-WRITE`
    ReadWrite,
    /// `REFERRAL`: URLs of where to go (RFC 2221, RFC 2193).
    Referral(Octets<'a>),
    /// `SERVERBUG`
    ServerBug,
    /// `TEMPFAIL` (RFC 5259)
    TempFail,
    /// `THROTTLED` (Microsoft Exchange)
    Throttled,
    /// `TOOBIG`
    TooBig,
    /// `TRYCREATE`
    TryCreate,
    /// `UIDNEXT`
    UidNext(NonZeroU32),
    /// `UIDNOTSTICKY`: UIDs do not last.
    UidNotSticky,
    /// `UIDREQUIRED` (RFC 9586)
    UidRequired,
    /// `UIDVALIDITY`
    UidValidity(NonZeroU32),
    /// `UNAVAILABLE`
    Unavailable,
    /// `UNDEFINED-FILTER`: its name (RFC 5466).
    UndefinedFilter(Octets<'a>),
    /// `UNDELETABLE`: these messages cannot be expunged.
    Undeletable(NumberSet<'a>),
    /// `UNKNOWN-CTE`
    UnknownCte,
    /// `UNSEEN`: the number of the first message that is not seen (RFC 3501).
    Unseen(NonZeroU32),
    /// `USEATTR` (RFC 6154)
    UseAttr,
    /// Another code, or one of the above with arguments that cannot be read.
    Other {
        /// The name as received.
        name: Octets<'a>,
        /// What follows it, as received.
        arguments: Octets<'a>,
    },
}

/// Codes without arguments.
const PLAIN: [(&str, Code<'static>); 35] = [
    ("ALERT", Code::Alert),
    ("ALREADYEXISTS", Code::AlreadyExists),
    ("AUTHENTICATIONFAILED", Code::AuthenticationFailed),
    ("AUTHORIZATIONFAILED", Code::AuthorizationFailed),
    ("BADCOMPARATOR", Code::BadComparator),
    ("CANNOT", Code::Cannot),
    ("CLIENTBUG", Code::ClientBug),
    ("CLOSED", Code::Closed),
    ("COMPRESSIONACTIVE", Code::CompressionActive),
    ("CONTACTADMIN", Code::ContactAdmin),
    ("CORRUPTION", Code::Corruption),
    ("EXPIRED", Code::Expired),
    ("EXPUNGEISSUED", Code::ExpungeIssued),
    ("HASCHILDREN", Code::HasChildren),
    ("INUSE", Code::InUse),
    ("LIMIT", Code::Limit),
    ("NOMODSEQ", Code::NoModSeq),
    ("NONEXISTENT", Code::NonExistent),
    ("NOPERM", Code::NoPerm),
    ("NOTIFICATIONOVERFLOW", Code::NotificationOverflow),
    ("NOTSAVED", Code::NotSaved),
    ("OVERQUOTA", Code::OverQuota),
    ("PARSE", Code::Parse),
    ("PRIVACYREQUIRED", Code::PrivacyRequired),
    ("READ-ONLY", Code::ReadOnly),
    ("READ-WRITE", Code::ReadWrite),
    ("SERVERBUG", Code::ServerBug),
    ("TEMPFAIL", Code::TempFail),
    ("THROTTLED", Code::Throttled),
    ("TOOBIG", Code::TooBig),
    ("TRYCREATE", Code::TryCreate),
    ("UIDNOTSTICKY", Code::UidNotSticky),
    ("UIDREQUIRED", Code::UidRequired),
    ("UNAVAILABLE", Code::Unavailable),
    ("UNKNOWN-CTE", Code::UnknownCte),
];

/// Reads the arguments of a code.
type ReadCode = for<'a> fn(&mut ValueReader<'a, '_>) -> Option<Code<'a>>;

const READERS: [(&str, ReadCode); 22] = [
    ("ANNOTATE", |it| rest(it).map(Code::Annotate)),
    ("ANNOTATIONS", |it| rest(it).map(Code::Annotate)),
    ("APPENDUID", append_uid),
    ("BADCHARSET", |it| words(it).map(Code::BadCharset)),
    ("BADEVENT", |it| words(it).map(Code::BadEvent)),
    ("BADURL", |it| rest(it).map(Code::BadUrl)),
    ("CAPABILITY", capability),
    ("COPYUID", copy_uid),
    ("HIGHESTMODSEQ", |it| it.number().map(Code::HighestModSeq)),
    ("INPROGRESS", in_progress),
    ("MAILBOXID", mailbox_id),
    ("MESSAGELIMIT", message_limit),
    ("METADATA", metadata),
    ("MODIFIED", |it| set(it).map(Code::Modified)),
    ("NOUPDATE", |it| it.astring().map(Code::NoUpdate)),
    ("PERMANENTFLAGS", |it| words(it).map(Code::PermanentFlags)),
    ("REFERRAL", |it| rest(it).map(Code::Referral)),
    ("UIDNEXT", |it| positive(it).map(Code::UidNext)),
    ("UIDVALIDITY", |it| positive(it).map(Code::UidValidity)),
    ("UNDEFINED-FILTER", |it| {
        it.astring().map(Code::UndefinedFilter)
    }),
    ("UNDELETABLE", |it| set(it).map(Code::Undeletable)),
    ("UNSEEN", |it| positive(it).map(Code::Unseen)),
];

impl<'a> Code<'a> {
    /// Reads the octets between the brackets.
    pub(super) fn read(code: &'a [u8]) -> Self {
        let (name, arguments) = split_word(code);
        Self::known(name, arguments).unwrap_or(Self::Other {
            name: Octets::from(name),
            arguments: Octets::from(arguments),
        })
    }

    fn known(name: &[u8], arguments: &'a [u8]) -> Option<Self> {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if arguments.is_empty() {
            if let Some((_, code)) = PLAIN.iter().find(|(known, _)| is(known)) {
                return Some(code.clone());
            }
        }
        let (_, read) = READERS.iter().find(|(known, _)| is(known))?;
        let mut notes = Notes::dropped();
        let cursor = Cursor::new(arguments, 0, &[], NESTING);
        let mut reader = ValueReader::new(cursor, &mut notes);
        let code = read(&mut reader)?;
        reader.is_at_end().then_some(code)
    }
}

/// No code has lists in lists.
const NESTING: usize = 2;

fn append_uid<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Code<'a>> {
    Some(Code::AppendUid {
        uid_validity: positive(reader)?,
        uids: set(reader)?,
    })
}

fn copy_uid<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Code<'a>> {
    Some(Code::CopyUid {
        uid_validity: positive(reader)?,
        source: set(reader)?,
        destination: set(reader)?,
    })
}

fn capability<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Code<'a>> {
    let names = Words::new(reader.rest());
    reader.skip_to_end();
    Some(Code::Capability(names))
}

/// Nothing, or `("A1" 7 NIL)`.
fn in_progress<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Code<'a>> {
    let (mut tag, mut done, mut total) = (None, None, None);
    if let Some(list) = reader.next_list() {
        let mut inside = reader.list(list);
        tag = inside.nstring()?.octets().map(Octets::from);
        done = number_or_nil(&mut inside)?;
        total = number_or_nil(&mut inside)?;
    }
    Some(Code::InProgress { tag, done, total })
}

fn number_or_nil(reader: &mut ValueReader<'_, '_>) -> Option<Option<u64>> {
    match reader.value()? {
        Value::Nil => Some(None),
        Value::Atom(digits) => number::whole(digits).map(Some),
        _ => None,
    }
}

fn mailbox_id<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Code<'a>> {
    let list = reader.next_list()?;
    let mut inside = reader.list(list);
    let id = inside.astring()?;
    inside.is_at_end().then_some(Code::MailboxId(id))
}

fn message_limit<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Code<'a>> {
    let limit = reader.number()?;
    let uid = match reader.is_at_end() {
        true => None,
        false => Some(positive(reader)?),
    };
    Some(Code::MessageLimit(limit, uid))
}

fn metadata<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Code<'a>> {
    let word = reader.astring()?;
    let is = |known: &str| word.eq_ignore_ascii_case(known.as_bytes());
    if is("LONGENTRIES") {
        reader.number().map(Code::MetadataLongEntries)
    } else if is("MAXSIZE") {
        reader.number().map(Code::MetadataMaxSize)
    } else if is("NOPRIVATE") {
        Some(Code::MetadataNoPrivate)
    } else if is("TOOMANY") {
        Some(Code::MetadataTooMany)
    } else {
        None
    }
}

fn positive(reader: &mut ValueReader<'_, '_>) -> Option<NonZeroU32> {
    NonZeroU32::new(u32::try_from(reader.number()?).ok()?)
}

fn set<'a>(reader: &mut ValueReader<'a, '_>) -> Option<NumberSet<'a>> {
    NumberSet::new(reader.astring()?).filter(|set| !set.is_empty())
}

/// A list of words, or none at all.
fn words<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Words<'a>> {
    match reader.is_at_end() {
        true => Some(Words::default()),
        false => reader.next_list().map(|list| Words::new(list.rest())),
    }
}

/// All that is left, at least one octet.
fn rest<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Octets<'a>> {
    let rest = reader.rest();
    reader.skip_to_end();
    (!rest.is_empty()).then(|| Octets::from(rest))
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn each_plain_code_is_read_in_either_case() {
        for (name, code) in &PLAIN {
            assert_eq!(&Code::read(name.to_ascii_lowercase().as_bytes()), code);
            let more = format!("{name} x");
            assert!(
                matches!(Code::read(more.as_bytes()), Code::Other { .. }),
                "{name}"
            );
        }
    }

    #[test]
    fn codes_with_arguments() {
        for (code, shown) in [
            (
                "APPENDUID 38505 3955",
                "AppendUid { uid_validity: 38505, uids: 3955 }",
            ),
            (
                "APPENDUID 1 5:7",
                "AppendUid { uid_validity: 1, uids: 5:7 }",
            ),
            (
                "COPYUID 9 304,319:320 3956:3958",
                "CopyUid { uid_validity: 9, source: 304,319:320, destination: 3956:3958 }",
            ),
            ("BADCHARSET", "BadCharset([])"),
            (
                "BADCHARSET (UTF-8 US-ASCII)",
                "BadCharset([\"UTF-8\", \"US-ASCII\"])",
            ),
            ("BADEVENT (MessageNew)", "BadEvent([\"MessageNew\"])"),
            (
                "PERMANENTFLAGS (\\Seen \\*)",
                "PermanentFlags([\"\\\\Seen\", \"\\\\*\"])",
            ),
            ("HIGHESTMODSEQ 0", "HighestModSeq(0)"),
            ("MODIFIED 7,9", "Modified(7,9)"),
            ("UNDELETABLE 1:3", "Undeletable(1:3)"),
            (
                "INPROGRESS",
                "InProgress { tag: None, done: None, total: None }",
            ),
            (
                "INPROGRESS (\"A1\" 454 1000)",
                "InProgress { tag: Some(\"A1\"), done: Some(454), total: Some(1000) }",
            ),
            (
                "INPROGRESS (NIL 7 NIL)",
                "InProgress { tag: None, done: Some(7), total: None }",
            ),
            ("MESSAGELIMIT 1000 23221", "MessageLimit(1000, Some(23221))"),
            ("MESSAGELIMIT 1000", "MessageLimit(1000, None)"),
            ("METADATA LONGENTRIES 2199", "MetadataLongEntries(2199)"),
            ("metadata noprivate", "MetadataNoPrivate"),
            ("MAILBOXID (F2212ea87)", "MailboxId(\"F2212ea87\")"),
            (
                "REFERRAL imap://u;AUTH=*@s2/",
                "Referral(\"imap://u;AUTH=*@s2/\")",
            ),
            ("UIDNEXT 4392", "UidNext(4392)"),
            ("UIDNEXT 0", "Other { name: \"UIDNEXT\", arguments: \"0\" }"),
            (
                "UIDNEXT 4 5",
                "Other { name: \"UIDNEXT\", arguments: \"4 5\" }",
            ),
            (
                "COPYUID 9 1:*",
                "Other { name: \"COPYUID\", arguments: \"9 1:*\" }",
            ),
            ("X-FOO a b", "Other { name: \"X-FOO\", arguments: \"a b\" }"),
            ("", "Other { name: \"\", arguments: \"\" }"),
        ] {
            assert_eq!(format!("{:?}", Code::read(code.as_bytes())), shown);
        }
    }
}
