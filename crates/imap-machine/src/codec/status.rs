//! The answer to STATUS (RFC 9051 section 7.3.3) in the form in which nearly every server writes it, lent from the buffer.
//!
//! The contract: the same value as imap-codec reads, or `None`. Then imap-codec is asked: for names with escapes or as literals,
//! an empty list, extra spaces, and everything else.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::num::NonZeroU32;

use imap_types::core::{AString, AtomExt, IString, Quoted};
use imap_types::mailbox::{Mailbox, MailboxOther};
use imap_types::response::Data;
use imap_types::status::StatusDataItem;

use crate::lexer::number;
use crate::lexer::quoted;
use crate::lexer::word::{is, strip};

/// Reads `* STATUS box (MESSAGES 3 UIDNEXT 9)`.
pub(super) fn read(message: &[u8]) -> Option<Data<'_>> {
    let (mailbox, list) = mailbox(strip(message, b"* status ")?)?;
    let mut rest = list.strip_prefix(b" (")?;
    let mut items = Vec::new();
    loop {
        let (read, after) = item(rest)?;
        items.push(read);
        match after {
            [b' ', more @ ..] => rest = more,
            b")\r\n" | b")\n" => break,
            _ => return None,
        }
    }
    let items = Cow::Owned(items);
    Some(Data::Status { mailbox, items })
}

/// A name, as an atom or in quotes, and what follows it.
fn mailbox(octets: &[u8]) -> Option<(Mailbox<'_>, &[u8])> {
    let (name, rest) = match octets {
        [b'"', inside @ ..] => {
            let (text, end) = inside.split_at_checked(quoted::plain_end(inside)?)?;
            let text = core::str::from_utf8(text).ok().filter(|it| it.is_ascii())?;
            let text = Quoted::unvalidated(Cow::Borrowed(text));
            (AString::String(IString::Quoted(text)), end.get(1..)?)
        }
        _ => {
            let end = octets.iter().position(|octet| !is_astring_char(*octet))?;
            let (text, rest) = octets.split_at_checked(end).filter(|_| end > 0)?;
            let text = core::str::from_utf8(text).ok()?;
            (
                AString::Atom(AtomExt::unvalidated(Cow::Borrowed(text))),
                rest,
            )
        }
    };
    let is_inbox = name.as_ref().eq_ignore_ascii_case(b"INBOX");
    let mailbox = match is_inbox {
        true => Mailbox::Inbox,
        false => Mailbox::Other(MailboxOther::unvalidated(name)),
    };
    Some((mailbox, rest))
}

/// ASTRING-CHAR (RFC 9051 section 9).
const fn is_astring_char(octet: u8) -> bool {
    octet.is_ascii_graphic() && !matches!(octet, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\')
}

/// One item, and what follows it.
fn item(octets: &[u8]) -> Option<(StatusDataItem, &[u8])> {
    use StatusDataItem as Item;
    let space = octets.iter().position(|octet| *octet == b' ')?;
    let (name, digits) = (octets.get(..space)?, octets.get(space + 1..)?);
    let (number, len) = number::leading(digits)?;
    let small = || u32::try_from(number).ok();
    let positive = || NonZeroU32::new(small()?);
    let item = match name {
        name if is(name, b"messages") => Item::Messages(small()?),
        name if is(name, b"recent") => Item::Recent(small()?),
        name if is(name, b"uidnext") => Item::UidNext(positive()?),
        name if is(name, b"uidvalidity") => Item::UidValidity(positive()?),
        name if is(name, b"unseen") => Item::Unseen(small()?),
        name if is(name, b"deleted") => Item::Deleted(small()?),
        name if is(name, b"deleted-storage") => Item::DeletedStorage(number),
        name if is(name, b"size") => Item::Size(number),
        name if is(name, b"highestmodseq") => Item::HighestModSeq(number),
        _ => return None,
    };
    Some((item, digits.get(len..)?))
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use imap_codec::ResponseCodec;
    use imap_codec::decode::Decoder;
    use imap_types::response::Response;
    use proptest::collection::vec as vec_of;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::*;
    use crate::codec::untagged::{Untagged, parse};

    fn theirs(message: &[u8]) -> Option<Data<'_>> {
        match ResponseCodec::default().decode(message) {
            Ok(([], Response::Data(data))) => Some(data),
            _ => None,
        }
    }

    fn agree(message: &[u8]) -> bool {
        read(message).is_none_or(|ours| Some(ours) == theirs(message))
    }

    fn parts(message: &str) -> Option<(Mailbox<'_>, Vec<StatusDataItem>)> {
        match read(message.as_bytes())? {
            Data::Status { mailbox, items } => Some((mailbox, items.into_owned())),
            _ => None,
        }
    }

    #[test]
    fn a_name_is_an_atom_or_quoted() {
        for (written, name) in [
            ("box", "box"),
            ("Entw&APw-rfe/[x]", "Entw&APw-rfe/[x]"),
            ("\"a b(\"", "a b("),
            ("\"%*\t\"", "%*\t"),
            ("\"\"", ""),
            ("INBOX", "INBOX"),
            ("\"inBox\"", "INBOX"),
            ("inbox2", "inbox2"),
        ] {
            for end in ["\r\n", "\n"] {
                let message = format!("* STATUS {written} (MESSAGES 3){end}");
                let (mailbox, items) = parts(&message).unwrap();
                assert_eq!(mailbox == Mailbox::Inbox, name == "INBOX", "{message}");
                let expected = Mailbox::try_from(name).unwrap();
                assert_eq!(wire_name(&mailbox), wire_name(&expected), "{message}");
                assert_eq!(items, [StatusDataItem::Messages(3)]);
            }
        }
    }

    fn wire_name<'a>(mailbox: &'a Mailbox<'_>) -> &'a [u8] {
        match mailbox {
            Mailbox::Inbox => b"INBOX",
            Mailbox::Other(name) => name.inner().as_ref(),
        }
    }

    #[test]
    fn every_item() {
        let message = "* Status x (MESSAGES 0 recent 4294967295 UIDNEXT 1 uidValidity 007 UNSEEN 5 DELETED 6 \
            DELETED-STORAGE 18446744073709551615 SIZE 4294967296 HIGHESTMODSEQ 0)\r\n";
        let positive = |number| NonZeroU32::new(number).unwrap();
        let expected = [
            StatusDataItem::Messages(0),
            StatusDataItem::Recent(u32::MAX),
            StatusDataItem::UidNext(positive(1)),
            StatusDataItem::UidValidity(positive(7)),
            StatusDataItem::Unseen(5),
            StatusDataItem::Deleted(6),
            StatusDataItem::DeletedStorage(u64::MAX),
            StatusDataItem::Size(1 << 32),
            StatusDataItem::HighestModSeq(0),
        ];
        assert_eq!(parts(message).unwrap().1, expected);
        assert!(agree(message.as_bytes()));
    }

    /// Each is read as it would be without this file.
    #[test]
    fn what_is_left_to_imap_codec() {
        for (arguments, reads) in [
            ("{3}\r\na b (MESSAGES 3)", true),
            ("\"a\\\"b\" (MESSAGES 3)", true),
            ("x ()", true),
            ("x (MESSAGES 3) ", true),
            ("\"caf\u{e9}\" (MESSAGES 3)", true),
            ("caf\u{e9} (MESSAGES 3)", false),
            ("x (X-GUID 3)", false),
            ("x (MESSAGES 4294967296)", false),
            ("x (SIZE 18446744073709551616)", false),
            ("x (UIDNEXT 0)", false),
            ("x (UIDVALIDITY 0)", false),
            ("x (MESSAGES)", false),
            ("x (MESSAGES 3) x", false),
            ("x (MESSAGES 3)\r", false),
            ("x (MESSAGES 3 )", false),
            ("x ( MESSAGES 3)", false),
            ("x (MESSAGES  3)", false),
            ("x (MESSAGES 3", false),
            ("x  (MESSAGES 3)", false),
            ("x(MESSAGES 3)", false),
            ("a b (MESSAGES 3)", false),
            (" (MESSAGES 3)", false),
            ("", false),
        ] {
            let message = format!("* STATUS {arguments}\r\n");
            assert_eq!(read(message.as_bytes()), None, "{message}");
            let is_data = |it| matches!(it, Some(Untagged::Data(Data::Status { .. })));
            assert_eq!(is_data(parse(message.as_bytes(), 9)), reads, "{message}");
        }
    }

    #[test]
    fn too_many_items_are_not_read() {
        let message = b"* STATUS x (MESSAGES 3)\r\n";
        assert!(read(message).is_some());
        assert!(parse(message, 5).is_some());
        assert_eq!(parse(message, 4), None);
    }

    /// A line nearly as the grammar has it.
    fn line() -> impl Strategy<Value = String> {
        let name = prop_oneof![
            2 => select(&["INBOX", "inbox", "\"InBox\"", "\"\"", "x", "{1}\r\nx", "{5}\r\nInbox"][..]).prop_map(String::from),
            2 => "[!-~]{1,12}",
            2 => "\"[ -~\t]{0,20}\"",
        ];
        let items = [
            "MESSAGES",
            "messages",
            "RECENT",
            "UIDNEXT",
            "UidNext",
            "UIDVALIDITY",
            "UNSEEN",
            "DELETED",
            "DELETED-STORAGE",
            "SIZE",
            "HIGHESTMODSEQ",
            "X-GUID",
        ];
        let number = prop_oneof![
            4 => any::<u32>().prop_map(|number| format!("{number}")),
            1 => select(&["0", "007", "-1", "+1", "", "4294967296", "18446744073709551615", "18446744073709551616"][..])
                .prop_map(String::from),
        ];
        let item =
            (select(items.to_vec()), number).prop_map(|(name, number)| format!("{name} {number}"));
        let items = vec_of(item, 0..5).prop_map(|items| items.join(" "));
        let end = prop_oneof![6 => Just("\r\n"), 1 => Just(" \r\n"), 1 => Just("x\r\n"), 1 => Just("\r\r\n")];
        let word = select(&["STATUS", "status", "StaTus"][..]);
        (word, name, items, end)
            .prop_map(|(word, name, items, end)| format!("* {word} {name} ({items}){end}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn it_is_what_imap_codec_reads(line in line()) {
            prop_assert!(agree(line.as_bytes()), "{line}");
        }

        #[test]
        fn nor_does_damage_part_them(line in line(), damage in vec_of((any::<Index>(), any::<u8>()), 1..3)) {
            let mut line = line.into_bytes();
            for (at, octet) in damage {
                // The line end stays: imap-codec requires CRLF.
                let at = at.index(line.len() - 2);
                line[at] = octet;
            }
            prop_assert!(agree(&line), "{}", line.escape_ascii());
        }
    }

    /// Most of what the grammar allows is read here: otherwise the properties would hold of a reader that reads nothing.
    #[test]
    fn most_lines_are_read() {
        use proptest::strategy::ValueTree;
        use proptest::test_runner::TestRunner;

        let mut runner = TestRunner::deterministic();
        let (mut here, mut there) = (0, 0);
        for _ in 0..2000 {
            let line = line().new_tree(&mut runner).unwrap().current();
            here += usize::from(read(line.as_bytes()).is_some());
            there += usize::from(theirs(line.as_bytes()).is_some());
        }
        assert!(here > 200 && 2 * here > there, "{here} {there}");
    }

    #[test]
    fn atoms_are_made_of_the_same_octets() {
        for octet in 0..=u8::MAX {
            let theirs = imap_types::utils::indicators::is_astring_char(octet);
            assert_eq!(is_astring_char(octet), theirs, "{octet}");
        }
    }
}
