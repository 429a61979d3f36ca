//! Response codes as imap-types defines them, where it has a type for them.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::num::NonZeroU64;

use bounded_static::IntoBoundedStatic;
use imap_types::core::{Atom, Charset, Vec1};
use imap_types::extensions::metadata::MetadataCode;
use imap_types::extensions::uidplus::{UidElement, UidSet};
use imap_types::flag::{Flag, FlagPerm};
use imap_types::response::{self as strict, Capability};
use imap_types::sequence::{Sequence, SequenceSet};

use super::Code;
use crate::codec::data::Words;
use crate::codec::set::NumberSet;
use crate::lexer::quoted;

impl Code<'_> {
    /// The same as imap-types defines it. `None` if imap-types has no type for it.
    #[must_use]
    pub fn to_imap_types(&self) -> Option<strict::Code<'static>> {
        Some(match self {
            Self::Alert => strict::Code::Alert,
            Self::BadCharset(words) => {
                let allowed = words.iter().map(charset);
                strict::Code::badcharset(allowed.collect::<Option<_>>()?)
            }
            Self::Capability(words) => {
                let names = words.iter().map(|name| {
                    let name = Atom::try_from(name.to_vec()).ok()?;
                    Some(Capability::from(name))
                });
                strict::Code::Capability(Vec1::try_from(names.collect::<Option<Vec<_>>>()?).ok()?)
            }
            Self::Parse => strict::Code::Parse,
            Self::PermanentFlags(words) => strict::Code::permanentflags(flags(words)?),
            Self::ReadOnly => strict::Code::ReadOnly,
            Self::ReadWrite => strict::Code::ReadWrite,
            Self::TryCreate => strict::Code::TryCreate,
            Self::UidNext(uid) => strict::Code::UidNext(*uid),
            Self::UidValidity(value) => strict::Code::UidValidity(*value),
            Self::Unseen(number) => strict::Code::Unseen(*number),
            Self::Referral(url) => {
                strict::Code::Referral(Cow::Owned(String::from_utf8(url.to_vec()).ok()?))
            }
            Self::CompressionActive => strict::Code::CompressionActive,
            Self::OverQuota => strict::Code::OverQuota,
            Self::TooBig => strict::Code::TooBig,
            Self::MetadataLongEntries(size) => {
                strict::Code::Metadata(MetadataCode::LongEntries(u32::try_from(*size).ok()?))
            }
            Self::MetadataMaxSize(size) => {
                strict::Code::Metadata(MetadataCode::MaxSize(u32::try_from(*size).ok()?))
            }
            Self::MetadataTooMany => strict::Code::Metadata(MetadataCode::TooMany),
            Self::MetadataNoPrivate => strict::Code::Metadata(MetadataCode::NoPrivate),
            Self::UnknownCte => strict::Code::UnknownCte,
            Self::AppendUid { uid_validity, uids } => {
                let mut all = uids.numbers();
                strict::Code::AppendUid {
                    uid_validity: *uid_validity,
                    uid: all.next().filter(|_| all.next().is_none())?,
                }
            }
            Self::CopyUid {
                uid_validity,
                source,
                destination,
            } => strict::Code::CopyUid {
                uid_validity: *uid_validity,
                source: uids(source)?,
                destination: uids(destination)?,
            },
            Self::UidNotSticky => strict::Code::UidNotSticky,
            Self::HighestModSeq(value) => strict::Code::HighestModSeq(NonZeroU64::new(*value)?),
            Self::Modified(set) => strict::Code::Modified(sequence(set)?),
            Self::NoModSeq => strict::Code::NoModSeq,
            Self::Closed => strict::Code::Closed,
            _ => return None,
        })
    }
}

fn charset(word: &[u8]) -> Option<Charset<'static>> {
    let inside = word
        .strip_prefix(b"\"")
        .and_then(|word| word.strip_suffix(b"\""));
    let word = inside.map_or(Cow::Borrowed(word), quoted::unescape);
    Charset::try_from(word.into_owned()).ok()
}

fn flags(words: &Words<'_>) -> Option<Vec<FlagPerm<'static>>> {
    let flag = |word: &[u8]| match word {
        b"\\*" => Some(FlagPerm::Asterisk),
        word => {
            let flag = Flag::try_from(core::str::from_utf8(word).ok()?).ok()?;
            Some(FlagPerm::Flag(flag.into_static()))
        }
    };
    words.iter().map(flag).collect()
}

fn uids(set: &NumberSet<'_>) -> Option<UidSet> {
    let elements = set
        .as_received()
        .map(|(first, last, is_range)| match is_range {
            true => UidElement::Range(first, last),
            false => UidElement::Single(first),
        });
    Some(UidSet(Vec1::try_from(elements.collect::<Vec<_>>()).ok()?))
}

pub(in crate::codec) fn sequence(set: &NumberSet<'_>) -> Option<SequenceSet> {
    let elements = set
        .as_received()
        .map(|(first, last, is_range)| match is_range {
            true => Sequence::Range(first.into(), last.into()),
            false => Sequence::Single(first.into()),
        });
    Some(SequenceSet(
        Vec1::try_from(elements.collect::<Vec<_>>()).ok()?,
    ))
}
