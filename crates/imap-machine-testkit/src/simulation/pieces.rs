//! The pieces of streamed literals: each says which message, which item, and where in it.

use imap_machine::client::LiteralPiece;
use imap_machine::codec::FetchNumber;

use crate::model::framing::Whole;
use crate::rule::{Broken, rule};

/// Compares the pieces that came before a row with the row.
///
/// # Errors
///
/// A piece that contradicts its row, or octets that are missing or too many.
pub(super) fn told(row: &Whole, pieces: &[&LiteralPiece<'_>]) -> Result<(), Broken> {
    let firsts = pieces.iter().filter(|piece| piece.offset == 0).count();
    let literals = &row.streamed;
    rule(
        "every streamed literal comes in pieces",
        firsts == literals.len(),
        || {
            format!(
                "{firsts} of {}: {}",
                literals.len(),
                row.octets.escape_ascii()
            )
        },
    )?;
    let (mut literal, mut offset) = (0_usize, 0);
    for piece in pieces {
        if piece.offset == 0 {
            (literal, offset) = (literal + 1, 0);
        }
        let Some((mark, octets)) = literals.get(literal.saturating_sub(1)) else {
            continue;
        };
        let head = row.octets.get(..mark.at).unwrap_or_default();
        let end = offset + piece.data.len();
        let same = piece.size == mark.size
            && piece.offset == offset as u64
            && octets.get(offset..end) == Some(&piece.data[..]);
        rule("pieces join to their literal", same, || {
            format!("{piece:?} of {}", row.octets.escape_ascii())
        })?;
        offset = end;
        let is_its = is_number_of(row, piece) && is_uid_of(head, piece) && is_item(head, piece);
        let unread = piece.section.is_empty() && !is_readable(head);
        rule("a piece says what its row says", is_its || unread, || {
            format!("{piece:?} of {}", row.octets.escape_ascii())
        })?;
    }
    Ok(())
}

/// Whether the head is text that a FETCH can begin with. If not, the item of the literal cannot be known.
fn is_readable(head: &[u8]) -> bool {
    let text = |octet: &u8| matches!(octet, b' '..=b'~' | b'\r' | b'\n');
    let mut lines = head.split_inclusive(|octet| *octet == b'\n');
    let first = lines.next().unwrap_or_default();
    // What follows a literal is the next item, with a name. Names and values are one space apart, and the literal has a name.
    let named = |line: &[u8]| {
        let apart = line.windows(2).all(|two| two != b"  ");
        let mut words = line.rsplit(|octet| *octet == b' ').skip(1);
        let last = words
            .next()
            .is_some_and(|word| word.first().is_some_and(u8::is_ascii_uppercase));
        apart && last && matches!(line, [b' ', b'A'..=b'Z', ..])
    };
    let goes_on = lines.all(|line| named(line) && line.ends_with(b"}\r\n"));
    first.ends_with(b"}\r\n") && is_named(first) && head.iter().all(text) && goes_on
}

/// Whether the literal is the value of a name: names and values alternate, one space apart, so there is an odd number of spaces
/// before it, apart from those in lists, section names and quotes. A word that was lost makes the last name a value.
fn is_named(line: &[u8]) -> bool {
    let (mut depth, mut quoted, mut spaces) = (0, false, 0);
    for octet in line.iter().skip_while(|octet| **octet != b'(').skip(1) {
        match octet {
            b'"' => quoted = !quoted,
            b'(' | b'[' if !quoted => depth += 1,
            b')' | b']' if !quoted => depth -= 1,
            b' ' if !quoted && depth == 0 => spaces += 1,
            _ => {}
        }
    }
    spaces % 2 == 1
}

fn is_number_of(row: &Whole, piece: &LiteralPiece<'_>) -> bool {
    let text = String::from_utf8_lossy(&row.octets);
    let number = text.split(' ').nth(1).and_then(|word| word.parse().ok());
    match piece.message {
        FetchNumber::Seq(seq) => number == Some(seq),
        FetchNumber::Uid(uid) => number == Some(uid),
    }
}

/// A UID in the row before the literal is the one of the piece. Otherwise the piece has the UID that was known before, which a
/// server may contradict after the literal.
fn is_uid_of(head: &[u8], piece: &LiteralPiece<'_>) -> bool {
    let text = String::from_utf8_lossy(head);
    let words: Vec<&str> = text.split([' ', '(', ')', '\r', '\n']).collect();
    let mut pairs = words.windows(2).filter(|pair| pair[0] == "UID");
    let said = pairs.next().and_then(|pair| pair[1].parse::<u32>().ok());
    piece
        .uid
        .is_none_or(|uid| said.is_none_or(|said| said == uid.get()))
}

/// The item is the word before the size of the literal.
fn is_item(head: &[u8], piece: &LiteralPiece<'_>) -> bool {
    let head = String::from_utf8_lossy(head);
    let item = head.rsplit_once(" {").map_or("", |(before, _)| before);
    let section = String::from_utf8_lossy(&piece.section);
    match piece.origin {
        None => item.ends_with(&*section) && !section.is_empty(),
        Some(origin) => item.ends_with(&format!("<{origin}>")),
    }
}
