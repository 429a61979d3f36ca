//! STORE, written without imap-codec: see `by_hand`.

use alloc::vec::Vec;

use imap_types::command::CommandBody;
use imap_types::flag::{Flag, StoreResponse, StoreType};

use super::set;

/// The whole command. `None` for other commands, and for rare forms of this one.
pub(super) fn push(line: &mut Vec<u8>, body: &CommandBody<'_>) -> Option<()> {
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
    line.extend_from_slice(match uid {
        true => b"UID STORE ",
        false => b"STORE ",
    });
    set::push(line, sequence_set);
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
    line.push(b')');
    Some(())
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

    use imap_types::command::StoreModifier;
    use imap_types::core::Atom;
    use proptest::prelude::*;

    use super::super::by_hand::tests::{is_written, set};
    use super::*;

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
        let kinds = vec![StoreType::Add, StoreType::Remove, StoreType::Replace];
        let kind = prop::sample::select(kinds);
        let responses = vec![StoreResponse::Answer, StoreResponse::Silent];
        let response = prop::sample::select(responses);
        let flags = prop::collection::vec(flag(), 0..4);
        let since = prop::option::weighted(0.1, 1..=u32::MAX);
        (set(), kind, response, flags, any::<bool>(), since).prop_map(
            |(set, kind, response, flags, uid, since)| CommandBody::Store {
                sequence_set: set,
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
        fn as_imap_codec_writes_it_or_not_at_all(body in store()) {
            let written = is_written(&body);
            let CommandBody::Store { flags, modifiers, .. } = body else { unreachable!() };
            let extends = |flag: &Flag<'_>| matches!(flag, Flag::Extension(_));
            prop_assert_eq!(written, modifiers.is_empty() && !flags.iter().any(extends));
        }
    }
}
