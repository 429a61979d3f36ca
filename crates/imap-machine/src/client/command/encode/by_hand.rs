//! Commands that programs send by the thousand, written without imap-codec (docs/decisions/0008).
//!
//! The contract: the octets that imap-codec writes, or none.

use alloc::vec::Vec;

use imap_types::command::CommandBody;
use imap_types::core::{AString, IString};
use imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItemName};
use imap_types::mailbox::Mailbox;
use imap_types::search::SearchKey;
use imap_types::status::StatusDataItemName;

use super::{set, store};
use crate::client::command::handle::Tag;

// More than a command for one message has, and less than two allocations cost.
const USUAL: usize = 64;

/// The whole line; `None` for other commands, and for what is rare in these.
pub(super) fn line(body: &CommandBody<'_>, tag: Tag) -> Option<Vec<u8>> {
    let mut line = Vec::with_capacity(USUAL);
    tag.write(&mut line);
    line.push(b' ');
    push(&mut line, body)?;
    line.extend_from_slice(b"\r\n");
    Some(line)
}

fn push(line: &mut Vec<u8>, body: &CommandBody<'_>) -> Option<()> {
    match body {
        CommandBody::Noop => line.extend_from_slice(b"NOOP"),
        CommandBody::Store { .. } => store::push(line, body)?,
        CommandBody::Copy {
            sequence_set,
            mailbox,
            uid,
        } => {
            line.extend_from_slice(by_uid(*uid));
            line.extend_from_slice(b"COPY ");
            set::push(line, sequence_set);
            line.push(b' ');
            push_mailbox(line, mailbox)?;
        }
        CommandBody::Fetch {
            sequence_set,
            macro_or_item_names: MacroOrMessageDataItemNames::MessageDataItemNames(names),
            uid,
            modifiers,
        } if modifiers.is_empty() => {
            line.extend_from_slice(by_uid(*uid));
            line.extend_from_slice(b"FETCH ");
            set::push(line, sequence_set);
            line.push(b' ');
            push_items(line, names)?;
        }
        CommandBody::Status {
            mailbox,
            item_names,
        } => {
            line.extend_from_slice(b"STATUS ");
            push_mailbox(line, mailbox)?;
            line.extend_from_slice(b" (");
            push_joined(line, item_names, |line, name| {
                line.extend_from_slice(status_item(name)?);
                Some(())
            })?;
            line.push(b')');
        }
        CommandBody::Search {
            charset: None,
            criteria,
            uid,
        } => {
            line.extend_from_slice(by_uid(*uid));
            line.extend_from_slice(b"SEARCH ");
            push_joined(line, criteria.as_ref(), push_key)?;
        }
        _ => return None,
    }
    Some(())
}

const fn by_uid(uid: bool) -> &'static [u8] {
    match uid {
        true => b"UID ",
        false => b"",
    }
}

fn push_joined<T>(
    line: &mut Vec<u8>,
    parts: &[T],
    push: impl Fn(&mut Vec<u8>, &T) -> Option<()>,
) -> Option<()> {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            line.push(b' ');
        }
        push(line, part)?;
    }
    Some(())
}

fn push_mailbox(line: &mut Vec<u8>, mailbox: &Mailbox<'_>) -> Option<()> {
    let Mailbox::Other(other) = mailbox else {
        line.extend_from_slice(b"INBOX");
        return Some(());
    };
    match other.inner() {
        AString::Atom(atom) => line.extend_from_slice(atom.inner().as_bytes()),
        AString::String(IString::Quoted(quoted)) => {
            let text = quoted.inner().as_bytes();
            if memchr::memchr2(b'"', b'\\', text).is_some() || !text.is_ascii() {
                return None;
            }
            line.push(b'"');
            line.extend_from_slice(text);
            line.push(b'"');
        }
        AString::String(_) => return None,
    }
    Some(())
}

fn push_items(line: &mut Vec<u8>, names: &[MessageDataItemName<'_>]) -> Option<()> {
    let push = |line: &mut Vec<u8>, name: &_| {
        line.extend_from_slice(fetch_item(name)?);
        Some(())
    };
    if let [name] = names {
        return push(line, name);
    }
    line.push(b'(');
    push_joined(line, names, push)?;
    line.push(b')');
    Some(())
}

const fn fetch_item(name: &MessageDataItemName<'_>) -> Option<&'static [u8]> {
    use MessageDataItemName as Name;
    Some(match name {
        Name::Uid => b"UID",
        Name::Flags => b"FLAGS",
        Name::ModSeq => b"MODSEQ",
        Name::Rfc822Size => b"RFC822.SIZE",
        Name::InternalDate => b"INTERNALDATE",
        Name::Envelope => b"ENVELOPE",
        Name::BodyStructure => b"BODYSTRUCTURE",
        Name::BodyExt {
            section: None,
            partial: None,
            peek,
        } => match peek {
            true => b"BODY.PEEK[]",
            false => b"BODY[]",
        },
        _ => return None,
    })
}

const fn status_item(name: &StatusDataItemName) -> Option<&'static [u8]> {
    use StatusDataItemName as Name;
    Some(match name {
        Name::Messages => b"MESSAGES",
        Name::Recent => b"RECENT",
        Name::UidNext => b"UIDNEXT",
        Name::UidValidity => b"UIDVALIDITY",
        Name::Unseen => b"UNSEEN",
        Name::HighestModSeq => b"HIGHESTMODSEQ",
        _ => return None,
    })
}

fn push_key(line: &mut Vec<u8>, key: &SearchKey<'_>) -> Option<()> {
    let word: &[u8] = match key {
        SearchKey::All => b"ALL",
        SearchKey::Answered => b"ANSWERED",
        SearchKey::Deleted => b"DELETED",
        SearchKey::Flagged => b"FLAGGED",
        SearchKey::Seen => b"SEEN",
        SearchKey::Unanswered => b"UNANSWERED",
        SearchKey::Undeleted => b"UNDELETED",
        SearchKey::Unflagged => b"UNFLAGGED",
        SearchKey::Unseen => b"UNSEEN",
        SearchKey::SequenceSet(_) => b"",
        SearchKey::Uid(_) => b"UID ",
        _ => return None,
    };
    line.extend_from_slice(word);
    if let SearchKey::SequenceSet(named) | SearchKey::Uid(named) = key {
        set::push(line, named);
    }
    Some(())
}

#[cfg(test)]
pub(super) mod tests {
    use alloc::vec;
    use core::num::NonZeroU32;

    use imap_types::core::Atom;
    use imap_types::fetch::Macro;
    use imap_types::sequence::{SeqOrUid, Sequence, SequenceSet};
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::by_codec;
    use super::*;
    use crate::client::CommandHandle;
    use crate::outgoing::fragments::Fragment;

    fn end() -> impl Strategy<Value = SeqOrUid> {
        prop_oneof![
            9 => (1..=u32::MAX).prop_map(|n| SeqOrUid::Value(NonZeroU32::new(n).unwrap())),
            1 => Just(SeqOrUid::Asterisk),
        ]
    }

    pub(in super::super) fn set() -> impl Strategy<Value = SequenceSet> {
        let sequence = prop_oneof![
            end().prop_map(Sequence::Single),
            (end(), end()).prop_map(|(from, to)| Sequence::Range(from, to)),
        ];
        let set = prop::collection::vec(sequence, 1..5);
        set.prop_map(|set| SequenceSet(set.try_into().unwrap()))
    }

    /// Whether it is written by hand: then as imap-codec writes it.
    pub(in super::super) fn is_written(body: &CommandBody<'static>) -> bool {
        let tags = [(1, 0), (98_765, 2), (u64::MAX, u32::MAX)];
        let tags = tags.map(|(handle, round)| Tag {
            handle: CommandHandle::new(handle).expect("it is not zero"),
            round,
        });
        let written = tags.map(|tag| {
            let ours = line(body, tag)?;
            let theirs = by_codec(body.clone(), tag);
            assert!(theirs == [Fragment::Text(ours)], "{body:?}");
            Some(())
        });
        written.iter().all(Option::is_some)
    }

    fn mailbox() -> impl Strategy<Value = Mailbox<'static>> {
        let name = prop_oneof![
            Just(alloc::string::String::from("iNbOx")),
            "[a-zA-Z0-9/.&_-]{1,9}",
            "[a-z \"\\\\(){}%*]{0,9}",
            "[a-z\r\n\u{e4}]{0,9}",
        ];
        name.prop_map(|name| Mailbox::try_from(name).unwrap())
    }

    fn fetch_names() -> impl Strategy<Value = Vec<MessageDataItemName<'static>>> {
        use MessageDataItemName as Name;
        let body = |partial, peek| Name::BodyExt {
            section: None,
            partial,
            peek,
        };
        let partial = Some((7, NonZeroU32::MIN));
        let names = vec![
            Name::Uid,
            Name::Flags,
            Name::ModSeq,
            Name::Rfc822Size,
            Name::InternalDate,
            Name::Envelope,
            Name::Body,
            Name::BodyStructure,
            Name::Rfc822,
            Name::Rfc822Header,
            Name::Rfc822Text,
            body(None, true),
            body(None, false),
            body(partial, true),
        ];
        prop::collection::vec(select(names), 0..5)
    }

    fn status_names() -> impl Strategy<Value = Vec<StatusDataItemName>> {
        use StatusDataItemName as Name;
        let names = vec![
            Name::Messages,
            Name::Recent,
            Name::UidNext,
            Name::UidValidity,
            Name::Unseen,
            Name::Deleted,
            Name::DeletedStorage,
            Name::HighestModSeq,
        ];
        prop::collection::vec(select(names), 0..5)
    }

    fn key() -> impl Strategy<Value = SearchKey<'static>> {
        use SearchKey as Key;
        let word = || Atom::try_from("word").unwrap();
        let words = vec![
            Key::All,
            Key::Answered,
            Key::Deleted,
            Key::Draft,
            Key::Flagged,
            Key::New,
            Key::Old,
            Key::Recent,
            Key::Seen,
            Key::Unanswered,
            Key::Undeleted,
            Key::Undraft,
            Key::Unflagged,
            Key::Unseen,
            Key::Keyword(word()),
            Key::Not(Key::All.into()),
        ];
        prop_oneof![
            select(words),
            set().prop_map(Key::SequenceSet),
            set().prop_map(Key::Uid),
        ]
    }

    fn body() -> impl Strategy<Value = CommandBody<'static>> {
        let copy = (set(), mailbox(), any::<bool>()).prop_map(|(sequence_set, mailbox, uid)| {
            CommandBody::Copy {
                sequence_set,
                mailbox,
                uid,
            }
        });
        let fetch = (set(), fetch_names(), any::<bool>());
        let fetch = fetch.prop_map(|(sequence_set, names, uid)| CommandBody::Fetch {
            sequence_set,
            macro_or_item_names: MacroOrMessageDataItemNames::MessageDataItemNames(names),
            uid,
            modifiers: vec![],
        });
        let status = (mailbox(), status_names());
        let status = status.prop_map(|(mailbox, names)| CommandBody::Status {
            mailbox,
            item_names: names.into(),
        });
        let search = (prop::collection::vec(key(), 1..4), any::<bool>());
        let search = search.prop_map(|(criteria, uid)| CommandBody::Search {
            charset: None,
            criteria: criteria.try_into().unwrap(),
            uid,
        });
        prop_oneof![copy, fetch, status, search]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn as_imap_codec_writes_it_or_not_at_all(body in body()) {
            is_written(&body);
        }
    }

    #[test]
    fn the_everyday_ones_are_written_and_the_others_left() {
        let set = || "1,4:*".try_into().unwrap();
        let flags = vec![MessageDataItemName::Flags];
        let messages = vec![StatusDataItemName::Messages];
        let search = |key, uid| CommandBody::search(None, vec![key].try_into().unwrap(), uid);
        for written in [
            CommandBody::Noop,
            CommandBody::copy("1", "elsewhere", false).unwrap(),
            CommandBody::copy("1", "two words", true).unwrap(),
            CommandBody::fetch("1:*", flags, true).unwrap(),
            CommandBody::status("inbox", messages).unwrap(),
            search(SearchKey::All, false),
            search(SearchKey::Uid(set()), true),
        ] {
            assert!(is_written(&written), "{written:?}");
        }
        for left in [
            CommandBody::Capability,
            CommandBody::copy("1", "a \"word\"", false).unwrap(),
            CommandBody::copy("1", "two\r\nlines", false).unwrap(),
            CommandBody::fetch("1", Macro::Fast, true).unwrap(),
            search(SearchKey::Not(SearchKey::All.into()), false),
        ] {
            assert!(!is_written(&left), "{left:?}");
        }
    }
}
