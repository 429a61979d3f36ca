//! STORE, which programs send by the thousand, written without imap-codec.
//!
//! The contract: the octets that imap-codec writes, or none.

use alloc::vec::Vec;

use imap_types::command::CommandBody;
use imap_types::flag::{Flag, StoreResponse, StoreType};
use imap_types::sequence::{SeqOrUid, Sequence};

use crate::client::command::handle::Tag;
use crate::lexer::number;

// More than a command for one message takes. Allocating this much costs less than allocating twice.
const USUAL: usize = 64;

/// The whole line. `None` for other commands, and for rare forms of this one.
pub(super) fn line(body: &CommandBody<'_>, tag: Tag) -> Option<Vec<u8>> {
    let CommandBody::Store {
        sequence_set,
        kind,
        response,
        flags,
        uid,
        modifiers,
    } = body
    else {
        return None;
    };
    if !modifiers.is_empty() {
        return None;
    }
    let mut line = Vec::with_capacity(USUAL);
    tag.write(&mut line);
    line.extend_from_slice(match uid {
        true => b" UID STORE ",
        false => b" STORE ",
    });
    push_set(&mut line, sequence_set.0.as_ref());
    line.extend_from_slice(match kind {
        StoreType::Add => b" +FLAGS",
        StoreType::Remove => b" -FLAGS",
        StoreType::Replace => b" FLAGS",
    });
    line.extend_from_slice(match response {
        StoreResponse::Answer => b" (",
        StoreResponse::Silent => b".SILENT (",
    });
    for (index, flag) in flags.iter().enumerate() {
        if index > 0 {
            line.push(b' ');
        }
        line.extend_from_slice(word(flag)?);
    }
    line.extend_from_slice(b")\r\n");
    Some(line)
}

/// RFC 9051 section 9, sequence-set.
fn push_set(line: &mut Vec<u8>, set: &[Sequence]) {
    for (index, sequence) in set.iter().enumerate() {
        if index > 0 {
            line.push(b',');
        }
        match sequence {
            Sequence::Single(one) => push_end(line, one),
            Sequence::Range(from, to) => {
                push_end(line, from);
                line.push(b':');
                push_end(line, to);
            }
        }
    }
}

fn push_end(line: &mut Vec<u8>, end: &SeqOrUid) {
    match end {
        SeqOrUid::Value(number) => number::push(line, number.get().into()),
        SeqOrUid::Asterisk => line.push(b'*'),
    }
}

fn word<'a>(flag: &'a Flag<'_>) -> Option<&'a [u8]> {
    Some(match flag {
        Flag::Answered => b"\\Answered",
        Flag::Deleted => b"\\Deleted",
        Flag::Draft => b"\\Draft",
        Flag::Flagged => b"\\Flagged",
        Flag::Seen => b"\\Seen",
        Flag::Keyword(keyword) => keyword.as_ref().as_bytes(),
        Flag::Extension(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use core::num::NonZeroU32;

    use imap_types::command::StoreModifier;
    use imap_types::core::Atom;
    use imap_types::sequence::SequenceSet;
    use proptest::prelude::*;

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

    fn flag() -> impl Strategy<Value = Flag<'static>> {
        prop_oneof![
            prop::sample::select(vec![
                Flag::Answered,
                Flag::Deleted,
                Flag::Draft,
                Flag::Flagged,
                Flag::Seen,
            ]),
            "[$a-zA-Z0-9_-]{1,9}".prop_map(|word| Flag::Keyword(Atom::try_from(word).unwrap())),
            "x[a-z]{1,9}".prop_map(|word| Flag::system(Atom::try_from(word).unwrap())),
        ]
    }

    fn store() -> impl Strategy<Value = CommandBody<'static>> {
        let sequence = prop_oneof![
            end().prop_map(Sequence::Single),
            (end(), end()).prop_map(|(from, to)| Sequence::Range(from, to)),
        ];
        let set = prop::collection::vec(sequence, 1..5);
        let kinds = vec![StoreType::Add, StoreType::Remove, StoreType::Replace];
        let kind = prop::sample::select(kinds);
        let responses = vec![StoreResponse::Answer, StoreResponse::Silent];
        let response = prop::sample::select(responses);
        let flags = prop::collection::vec(flag(), 0..4);
        let since = prop::option::weighted(0.1, 1..=u32::MAX);
        (set, kind, response, flags, any::<bool>(), since).prop_map(
            |(set, kind, response, flags, uid, since)| CommandBody::Store {
                sequence_set: SequenceSet(set.try_into().unwrap()),
                kind,
                response,
                flags,
                uid,
                modifiers: since
                    .map(|since| StoreModifier::UnchangedSince(since.into()))
                    .into_iter()
                    .collect(),
            },
        )
    }

    proptest! {
        #[test]
        fn as_imap_codec_writes_it_or_not_at_all(
            body in store(),
            handle in any::<u64>(),
            round in 0..3_u32,
        ) {
            let tag = Tag { handle: CommandHandle(handle), round };
            let ours = line(&body, tag);
            let CommandBody::Store { flags, modifiers, .. } = &body else { unreachable!() };
            let rare = !modifiers.is_empty() || flags.iter().any(|flag| matches!(flag, Flag::Extension(_)));
            prop_assert_eq!(ours.is_none(), rare);
            if let Some(ours) = ours {
                let mut theirs = by_codec(body, tag);
                prop_assert!(theirs.pop_front() == Some(Fragment::Text(ours)));
                prop_assert!(theirs.is_empty());
            }
        }
    }

    #[test]
    fn other_commands_are_not_its_business() {
        let handle = CommandHandle(1);
        assert_eq!(line(&CommandBody::Noop, Tag { handle, round: 0 }), None);
    }
}
