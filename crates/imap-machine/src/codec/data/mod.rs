//! Untagged data (RFC 9051 sections 7.2 to 7.5): one file for each kind.
//!
//! Each reader forgives what it can and notes it. It returns `None` only if the line cannot be what its name says.

mod acl;
mod correlator;
mod esearch;
mod id;
mod list;
mod metadata;
mod named;
mod namespace;
mod pairs;
mod quota;
mod search;
mod status;
mod strict;
mod strings;
mod thread;
mod uid_batches;
mod url;
mod vanished;
mod words;

use alloc::boxed::Box;
use alloc::vec::Vec;

use bounded_static::ToStatic;

pub use self::acl::{Acl, ListRights, MyRights};
pub use self::esearch::{Esearch, SearchResult, Updates};
pub use self::id::Identity;
pub use self::list::{List, ListKind};
pub use self::metadata::{Metadata, MetadataValue};
pub use self::named::{Comparator, OtherData, WordList};
pub use self::namespace::{Namespace, NamespaceList, Namespaces};
pub use self::pairs::Pairs;
pub use self::quota::{Quota, QuotaResource, QuotaRoots};
pub use self::search::{SearchData, SearchKind};
pub use self::status::{MailboxStatus, StatusItem};
pub use self::strings::Strings;
pub use self::thread::{ThreadMember, Threads};
pub use self::uid_batches::UidBatches;
pub use self::url::{AuthorizedUrls, UrlContents};
pub use self::vanished::Vanished;
pub use self::words::Words;
use super::context::Context;
use super::defect::{Defect, DefectKind, Notes};
use super::fetch::Fetch;
use super::octets::Octets;
use super::reader::ValueReader;
use crate::lexer::word::{skip_spaces, split_word};
use crate::lexer::{Cursor, after_star, number, without_line_end};

/// What an untagged response says. Large ones are boxed, since rows of FETCH pay for the size of all.
#[derive(Clone, Debug, PartialEq, Eq, ToStatic)]
#[non_exhaustive]
pub enum Untagged<'a> {
    /// `* n EXISTS`: the mailbox has n messages (section 7.4.1).
    Exists(u32),
    /// `* n RECENT` (RFC 3501 section 7.3.2).
    Recent(u32),
    /// `* n EXPUNGE`: message number n is gone, and all higher numbers go down by one at once (section 7.5.1).
    Expunge(u32),
    /// `* VANISHED` (RFC 7162 section 3.2.10).
    Vanished(Vanished<'a>),
    /// `* n FETCH (...)` (section 7.5.2), or `UIDFETCH` (RFC 9586).
    Fetch(Fetch<'a>),
    /// `* CAPABILITY` (section 7.2.2).
    Capability(WordList<'a>),
    /// `* ENABLED` (section 7.2.1).
    Enabled(WordList<'a>),
    /// `* FLAGS`: the flags that are defined in the mailbox (section 7.3.5).
    Flags(WordList<'a>),
    /// `* LIST`, `* LSUB` or `* XLIST` (section 7.3.1).
    List(Box<List<'a>>),
    /// `* STATUS` (section 7.3.4).
    Status(MailboxStatus<'a>),
    /// `* SEARCH` (RFC 3501 section 7.2.5) or `* SORT` (RFC 5256).
    Search(SearchData<'a>),
    /// `* ESEARCH` (section 7.3.4).
    Esearch(Box<Esearch<'a>>),
    /// `* THREAD` (RFC 5256).
    Thread(Threads<'a>),
    /// `* NAMESPACE` (section 7.3.3).
    Namespace(Box<Namespaces<'a>>),
    /// `* ID` (RFC 2971).
    Id(Identity<'a>),
    /// `* QUOTA` (RFC 9208).
    Quota(Quota<'a>),
    /// `* QUOTAROOT` (RFC 9208).
    QuotaRoot(QuotaRoots<'a>),
    /// `* ACL` (RFC 4314).
    Acl(Acl<'a>),
    /// `* LISTRIGHTS` (RFC 4314).
    ListRights(Box<ListRights<'a>>),
    /// `* MYRIGHTS` (RFC 4314).
    MyRights(MyRights<'a>),
    /// `* METADATA` (RFC 5464).
    Metadata(Metadata<'a>),
    /// `* LANGUAGE` (RFC 5255).
    Language(WordList<'a>),
    /// `* COMPARATOR` (RFC 5255).
    Comparator(Comparator<'a>),
    /// `* UIDBATCHES` (RFC 10022).
    UidBatches(Box<UidBatches<'a>>),
    /// `* GENURLAUTH` (RFC 4467).
    GenUrlAuth(AuthorizedUrls<'a>),
    /// `* URLFETCH` (RFC 4467).
    UrlFetch(UrlContents<'a>),
    /// A response of another name.
    Other(OtherData<'a>),
}

impl Untagged<'_> {
    /// Where the response breaks the grammar, in wire order. A response with more than a hundred such places has the first hundred.
    ///
    /// Rows of FETCH and long lists (SEARCH, ESEARCH, STATUS) are read for this at each call.
    #[must_use]
    pub fn defects(&self) -> Vec<Defect> {
        match self {
            Self::Fetch(fetch) => fetch.defects(),
            Self::Status(it) => it.defects(),
            Self::Search(it) => it.defects(),
            Self::Esearch(it) => it.defects(),
            data => data.noted().to_vec(),
        }
    }
}

impl Untagged<'_> {
    /// How many octets it takes when it is kept, besides its own size. FETCH is counted by its line.
    pub(crate) fn held(&self) -> usize {
        let content = match self {
            Self::Exists(_) | Self::Recent(_) | Self::Expunge(_) => 0,
            Self::Fetch(fetch) => fetch.raw().len(),
            Self::Vanished(it) => it.uids.raw().len(),
            Self::Capability(it) | Self::Enabled(it) | Self::Flags(it) | Self::Language(it) => {
                it.words.raw().len()
            }
            Self::List(it) => {
                it.mailbox.wire().len() + it.attributes.raw().len() + it.extended.raw().len()
            }
            Self::Status(it) => it.mailbox.wire().len() + it.raw().len(),
            Self::Search(it) => it.raw().len(),
            Self::Esearch(it) => it.held(),
            Self::Thread(it) => it.raw().len(),
            Self::Namespace(it) => it.held(),
            Self::Id(it) => it.raw().len(),
            Self::Quota(it) => it.root.len() + it.raw().len(),
            Self::QuotaRoot(it) => it.mailbox.wire().len() + it.roots.raw().len(),
            Self::Acl(it) => it.mailbox.wire().len() + it.raw().len(),
            Self::ListRights(it) => {
                let fixed = it.mailbox.wire().len() + it.identifier.len() + it.required.len();
                fixed + it.optional.raw().len()
            }
            Self::MyRights(it) => it.mailbox.wire().len() + it.rights.len(),
            Self::Metadata(it) => it.mailbox.wire().len() + it.raw().len(),
            Self::Comparator(it) => it.active.len() + it.matching.raw().len(),
            Self::UidBatches(it) => it.held(),
            Self::GenUrlAuth(it) => it.urls.raw().len(),
            Self::UrlFetch(it) => it.raw().len(),
            Self::Other(it) => it.name.len() + it.arguments.len(),
        };
        content + self.boxed() + size_of_val(self.noted())
    }

    /// The octets of its box.
    fn boxed(&self) -> usize {
        match self {
            Self::List(it) => size_of_val(&**it),
            Self::Esearch(it) => size_of_val(&**it),
            Self::Namespace(it) => size_of_val(&**it),
            Self::ListRights(it) => size_of_val(&**it),
            Self::UidBatches(it) => size_of_val(&**it),
            _ => 0,
        }
    }

    /// The defects that were noted when the response was read. Long lists are read for theirs when those are asked for.
    fn noted(&self) -> &[Defect] {
        match self {
            Self::Exists(_) | Self::Recent(_) | Self::Expunge(_) => &[],
            Self::Fetch(_) | Self::Other(_) => &[],
            Self::Vanished(it) => &it.defects,
            Self::Capability(it) | Self::Enabled(it) | Self::Flags(it) | Self::Language(it) => {
                &it.defects
            }
            Self::List(it) => &it.defects,
            Self::Status(it) => &it.noted,
            Self::Search(it) => &it.noted,
            Self::Esearch(it) => &it.noted,
            Self::Thread(it) => &it.defects,
            Self::Namespace(it) => &it.defects,
            Self::Id(it) => &it.defects,
            Self::Quota(it) => &it.defects,
            Self::QuotaRoot(it) => &it.defects,
            Self::Acl(it) => &it.defects,
            Self::ListRights(it) => &it.defects,
            Self::MyRights(it) => &it.defects,
            Self::Metadata(it) => &it.defects,
            Self::Comparator(it) => &it.defects,
            Self::UidBatches(it) => &it.defects,
            Self::GenUrlAuth(it) => &it.defects,
            Self::UrlFetch(it) => &it.defects,
        }
    }
}

/// Reads the arguments of a response.
type ReadData = for<'a> fn(&mut ValueReader<'a, '_>, &Context) -> Option<Untagged<'a>>;

/// The responses that have no number, those that come most often first.
const READERS: [(&[u8], ReadData); 25] = [
    (b"SEARCH", |it, _| {
        Some(Untagged::Search(search::read(SearchKind::Search, it)))
    }),
    (b"STATUS", |it, context| {
        status::read(it, context).map(Untagged::Status)
    }),
    (b"LIST", |it, context| {
        list::read(ListKind::List, it, context).map(|it| Untagged::List(Box::new(it)))
    }),
    (b"ESEARCH", |it, context| {
        esearch::read(it, context).map(|it| Untagged::Esearch(Box::new(it)))
    }),
    (b"VANISHED", |it, _| {
        vanished::read(it).map(Untagged::Vanished)
    }),
    (b"FLAGS", |it, _| named::list(it).map(Untagged::Flags)),
    (b"CAPABILITY", |it, _| {
        Some(Untagged::Capability(named::line(it)))
    }),
    (b"LSUB", |it, context| {
        list::read(ListKind::Lsub, it, context).map(|it| Untagged::List(Box::new(it)))
    }),
    (b"XLIST", |it, context| {
        list::read(ListKind::Xlist, it, context).map(|it| Untagged::List(Box::new(it)))
    }),
    (b"SORT", |it, _| {
        Some(Untagged::Search(search::read(SearchKind::Sort, it)))
    }),
    (b"THREAD", |it, context| {
        thread::read(it, context).map(Untagged::Thread)
    }),
    (b"ENABLED", |it, _| Some(Untagged::Enabled(named::line(it)))),
    (b"NAMESPACE", |it, context| {
        namespace::read(it, context).map(|it| Untagged::Namespace(Box::new(it)))
    }),
    (b"ID", |it, _| id::read(it).map(Untagged::Id)),
    (b"QUOTA", |it, _| quota::read_quota(it).map(Untagged::Quota)),
    (b"QUOTAROOT", |it, context| {
        quota::read_roots(it, context).map(Untagged::QuotaRoot)
    }),
    (b"ACL", |it, context| {
        acl::read_acl(it, context).map(Untagged::Acl)
    }),
    (b"LISTRIGHTS", |it, context| {
        acl::read_list(it, context).map(|it| Untagged::ListRights(Box::new(it)))
    }),
    (b"MYRIGHTS", |it, context| {
        acl::read_mine(it, context).map(Untagged::MyRights)
    }),
    (b"METADATA", |it, context| {
        metadata::read(it, context).map(Untagged::Metadata)
    }),
    (b"LANGUAGE", |it, _| named::list(it).map(Untagged::Language)),
    (b"COMPARATOR", |it, _| {
        named::read_comparator(it).map(Untagged::Comparator)
    }),
    (b"UIDBATCHES", |it, context| {
        uid_batches::read(it, context).map(|it| Untagged::UidBatches(Box::new(it)))
    }),
    (b"GENURLAUTH", |it, _| {
        Some(Untagged::GenUrlAuth(url::read_authorized(it)))
    }),
    (b"URLFETCH", |it, _| {
        Some(Untagged::UrlFetch(url::read_contents(it)))
    }),
];

/// Reads one `* ...` message that is neither a status response nor FETCH.
pub(super) fn parse<'a>(message: &'a [u8], context: &Context) -> Option<Untagged<'a>> {
    let line = without_line_end(message);
    let (first, rest) = split_word(after_star(line));
    if let Some(number) = number::whole(first) {
        return numbered(u32::try_from(number).ok()?, rest);
    }
    // Some servers leave out the space before a list or a string.
    let name = first.split(|octet| matches!(octet, b'(' | b'"')).next();
    let name = name.unwrap_or_default();
    let found = READERS
        .iter()
        .find(|(known, _)| name.eq_ignore_ascii_case(known));
    let read = match found {
        Some((_, read)) => *read,
        None => return other(None, first, rest),
    };
    let mut notes = Notes::kept();
    let begin = line.len() - after_star(line).len();
    if !line.starts_with(b"* ") || begin != 2 {
        notes.add(DefectKind::Space, 1);
    }
    let cursor = Cursor::new(line, begin + name.len(), &[], context.nesting);
    read(&mut ValueReader::after(cursor, &mut notes), context)
}

fn numbered(number: u32, rest: &[u8]) -> Option<Untagged<'_>> {
    let (name, tail) = split_word(rest);
    let is = |known: &[u8]| tail.is_empty() && name.eq_ignore_ascii_case(known);
    if is(b"EXISTS") {
        Some(Untagged::Exists(number))
    } else if is(b"RECENT") {
        Some(Untagged::Recent(number))
    // As mailutils has it.
    } else if is(b"EXPUNGE") || is(b"EXPUNGED") {
        Some(Untagged::Expunge(number))
    } else {
        other(Some(number), name, tail)
    }
}

/// A response of another name. `None` if it is no name.
fn other<'a>(number: Option<u32>, name: &'a [u8], arguments: &'a [u8]) -> Option<Untagged<'a>> {
    // COPYUID is a code.
    const KNOWN: [&[u8]; 6] = [
        b"EXISTS",
        b"RECENT",
        b"EXPUNGE",
        b"FETCH",
        b"UIDFETCH",
        b"COPYUID",
    ];
    let is_known = KNOWN.iter().any(|known| name.eq_ignore_ascii_case(known));
    let is_name = name.first().is_some_and(u8::is_ascii_alphabetic)
        && name
            .iter()
            .all(|octet| octet.is_ascii_alphanumeric() || b"-._".contains(octet));
    (is_name && !is_known).then(|| {
        Untagged::Other(OtherData {
            number,
            name: Octets::from(name),
            arguments: Octets::from(skip_spaces(arguments)),
        })
    })
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn a_space_before_a_list_or_a_string_may_be_missing() {
        let context = Context {
            nesting: 9,
            ..Context::default()
        };
        for (line, at) in [
            (&b"* FLAGS(\\Seen)"[..], 7),
            (b"* LIST(\\Sent) \"/\" a", 6),
            (b"* STATUS\"a b\" (MESSAGES 1)", 8),
            (b"* SEARCH(MODSEQ 1)", 8),
        ] {
            let data = parse(line, &context).unwrap();
            assert!(!matches!(data, Untagged::Other(_)));
            let kind = DefectKind::Space;
            let line = line.escape_ascii();
            assert_eq!(data.defects(), vec![Defect { kind, at }], "{line}");
        }
    }
}
