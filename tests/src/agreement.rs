//! Compares imap-codec's reading of a response with ours. Where both can read something, they must agree.

mod fetch;
mod text;

use imap_codec::ResponseCodec;
use imap_codec::decode::Decoder;
use imap_codec::encode::Encoder;
use imap_machine::client::{Event, Outcome, Refusal};
use imap_machine::codec::{ResponseText, StatusKind, Untagged, Vanished};
use imap_machine::imap_types::IntoStatic;
use imap_machine::imap_types::response::{CommandContinuationRequest, Data, Response, Status};
use imap_machine::imap_types::sequence::{SeqOrUid, Sequence, SequenceSet};

/// What imap-codec reads, if it reads all of the line.
#[must_use]
pub fn decode(line: &[u8]) -> Option<Response<'static>> {
    match ResponseCodec::default().decode(line) {
        Ok(([], response)) => Some(response.into_static()),
        _ => None,
    }
}

/// Whether the event that a line gave says what imap-codec reads in it.
#[must_use]
pub fn agree(event: &Event<'_>, theirs: &Response<'_>) -> bool {
    match theirs {
        Response::Data(data) => data_agrees(event, data),
        Response::Status(status) => status_agrees(event, status),
        Response::CommandContinuationRequest(theirs) => continuation_agrees(event, theirs),
    }
}

fn data_agrees(event: &Event<'_>, theirs: &Data<'_>) -> bool {
    let ours = match event {
        Event::Untagged { data, .. } => data,
        // RFC 7162 section 3.2.10: `known-uids` has no `*`.
        Event::Unrecognized { .. } => {
            return matches!(theirs, Data::Vanished { known_uids, .. } if ranges(known_uids).is_none());
        }
        _ => return false,
    };
    match (ours, theirs) {
        (Untagged::Exists(ours), Data::Exists(theirs))
        | (Untagged::Recent(ours), Data::Recent(theirs)) => ours == theirs,
        (Untagged::Expunge(ours), Data::Expunge(theirs)) => *ours == theirs.get(),
        (
            Untagged::Vanished(ours),
            Data::Vanished {
                earlier,
                known_uids,
            },
        ) => ours.earlier == *earlier && ranges(known_uids) == Some(our_ranges(ours)),
        (Untagged::Fetch(ours), Data::Fetch { seq, items }) => {
            fetch::agree(ours, *seq, items.as_ref())
        }
        (ours, theirs) => ours
            .to_imap_types()
            .is_some_and(|ours| words(ours) == words(theirs.clone())),
    }
}

/// What imap-codec writes, with atoms, quoted strings and literals alike: imap-types also says how a string was written.
fn words(data: Data<'_>) -> Vec<Vec<u8>> {
    let line = ResponseCodec::default()
        .encode(&Response::Data(data))
        .dump();
    let mut words = vec![Vec::new()];
    let mut rest = line.as_slice();
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'"' => rest = quoted(after, words.last_mut().expect("a word")),
            b'{' => {
                let end = after
                    .iter()
                    .position(|octet| *octet == b'\n')
                    .expect("a header");
                let digits = String::from_utf8_lossy(&after[..end - 2]).into_owned();
                let size: usize = digits.parse().expect("a size");
                let (literal, after) = after[end + 1..].split_at(size);
                words.push(literal.to_vec());
                rest = after;
            }
            b' ' | b'(' | b')' => words.extend([vec![*first], Vec::new()]),
            octet => words.last_mut().expect("a word").push(*octet),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Takes a quoted string, and returns what follows it.
fn quoted<'a>(mut rest: &'a [u8], word: &mut Vec<u8>) -> &'a [u8] {
    loop {
        match rest {
            [b'"', after @ ..] => return after,
            [b'\\', octet, after @ ..] | [octet, after @ ..] => {
                word.push(*octet);
                rest = after;
            }
            [] => return rest,
        }
    }
}

fn our_ranges(vanished: &Vanished<'_>) -> Vec<(u32, u32)> {
    let ranges = vanished.ranges();
    ranges
        .map(|(first, last)| (first.get(), last.get()))
        .collect()
}

/// `None` when there is a `*` in the set.
fn ranges(set: &SequenceSet) -> Option<Vec<(u32, u32)>> {
    let number = |end: SeqOrUid| match end {
        SeqOrUid::Value(number) => Some(number.get()),
        SeqOrUid::Asterisk => None,
    };
    let ranges = set.0.as_ref().iter().map(|range| {
        let (first, last) = match *range {
            Sequence::Single(one) => (number(one)?, number(one)?),
            Sequence::Range(first, last) => (number(first)?, number(last)?),
        };
        Some((first.min(last), first.max(last)))
    });
    ranges.collect()
}

fn status_agrees(event: &Event<'_>, theirs: &Status<'_>) -> bool {
    use imap_machine::imap_types::response::StatusKind as Theirs;
    let Some((kind, ours)) = status(event) else {
        // This event does not carry the text of the response that ended the connection or its clear text.
        return matches!(theirs, Status::Tagged(_));
    };
    let expected = match theirs {
        Status::Bye(_) => StatusKind::Bye,
        Status::Untagged(body)
        | Status::Tagged(imap_machine::imap_types::response::Tagged { body, .. }) => {
            match body.kind {
                Theirs::Ok => StatusKind::Ok,
                Theirs::No => StatusKind::No,
                Theirs::Bad => StatusKind::Bad,
            }
        }
    };
    kind == expected && text::agree(ours, theirs.code(), theirs.text().as_ref())
}

/// The status in an event, and its text.
fn status<'e>(event: &'e Event<'_>) -> Option<(StatusKind, &'e ResponseText<'e>)> {
    Some(match event {
        Event::Status { status, text, .. }
        | Event::Greeting { status, text }
        | Event::Late { status, text, .. }
        | Event::UnexpectedTag { status, text, .. } => (*status, text),
        Event::Bye { text } => (StatusKind::Bye, text),
        Event::Outcome { outcome, .. } => match outcome {
            Outcome::Ok(completion) => (StatusKind::Ok, &completion.text),
            Outcome::Refused { refusal, text } => match refusal {
                Refusal::No => (StatusKind::No, text),
                Refusal::Bad => (StatusKind::Bad, text),
            },
            _ => return None,
        },
        _ => return None,
    })
}

fn continuation_agrees(event: &Event<'_>, theirs: &CommandContinuationRequest<'_>) -> bool {
    let ours = match event {
        Event::Proceed { text, .. }
        | Event::Idling { text, .. }
        | Event::UnexpectedContinuation { text } => text,
        Event::Challenge { challenge, .. } => {
            return match theirs {
                CommandContinuationRequest::Base64(theirs) => {
                    challenge.decode().as_deref() == Some(theirs.as_ref())
                }
                // We skip more than one space before a challenge.
                CommandContinuationRequest::Basic(theirs) => {
                    theirs.text().as_ref().starts_with(' ')
                        || challenge.decode().is_none_or(|octets| octets.is_empty())
                }
            };
        }
        _ => return false,
    };
    match theirs {
        CommandContinuationRequest::Base64(_) => true,
        CommandContinuationRequest::Basic(theirs) => {
            let text = theirs.text().as_ref();
            // imap-codec writes three dots for a missing text.
            ours.ends_with(text.trim_start_matches(' ').as_bytes()) || text == "..."
        }
    }
}

#[cfg(test)]
mod tests {
    use imap_machine::client::{Command, CommandOptions, Config};

    use super::*;
    use crate::watched::Watched;

    fn event(line: &str) -> Event<'static> {
        let mut watched = Watched::new(Config::default(), vec![]);
        watched.hear(b"* PREAUTH ready\r\n").unwrap();
        let sent = watched.send(Command::idle(), CommandOptions::default());
        assert!(sent.unwrap().is_ok());
        watched.hear(line.as_bytes()).unwrap();
        watched.events.swap_remove(1)
    }

    /// The comparison can fail.
    #[test]
    fn what_differs_does_not_agree() {
        for (line, other) in [
            ("* 5 EXISTS\r\n", "* 6 EXISTS\r\n"),
            ("* 5 EXISTS\r\n", "* 5 RECENT\r\n"),
            ("* 5 EXPUNGE\r\n", "* 4 EXPUNGE\r\n"),
            ("* VANISHED 1:3\r\n", "* VANISHED 1,3\r\n"),
            ("* VANISHED 1\r\n", "* VANISHED (EARLIER) 1\r\n"),
            ("* FLAGS (\\Seen)\r\n", "* FLAGS (\\Draft)\r\n"),
            ("* OK [ALERT] x\r\n", "* OK [PARSE] x\r\n"),
            ("* OK [X-A] x\r\n", "* OK [X-B] x\r\n"),
            ("* OK [X \"a] b\"] x\r\n", "* OK [Y \"a] b\"] x\r\n"),
            ("* OK x\r\n", "* OK y\r\n"),
            ("* OK x\r\n", "* NO x\r\n"),
            ("* BYE x\r\n", "* OK x\r\n"),
            ("A1 OK x\r\n", "A1 BAD x\r\n"),
            ("+ idling\r\n", "+ working\r\n"),
            ("* 1 FETCH (UID 7)\r\n", "* 2 FETCH (UID 7)\r\n"),
            ("* 1 FETCH (UID 7)\r\n", "* 1 FETCH (UID 7 UID 8)\r\n"),
            (
                "* 1 FETCH (FLAGS (\\Seen))\r\n",
                "* 1 FETCH (FLAGS (a))\r\n",
            ),
            ("* 1 FETCH (MODSEQ (7))\r\n", "* 1 FETCH (MODSEQ (8))\r\n"),
            (
                "* 1 FETCH (BODY[] \"x\")\r\n",
                "* 1 FETCH (BODY[] \"y\")\r\n",
            ),
            (
                "* 1 FETCH (BODY[1] \"x\")\r\n",
                "* 1 FETCH (BODY[2] \"x\")\r\n",
            ),
            (
                "* 1 FETCH (BINARY[1] \"x\")\r\n",
                "* 1 FETCH (BINARY[2] \"x\")\r\n",
            ),
            (
                "* 1 FETCH (RFC822 \"x\")\r\n",
                "* 1 FETCH (RFC822.TEXT \"x\")\r\n",
            ),
            (
                "* 1 FETCH (BODY[]<1> \"x\")\r\n",
                "* 1 FETCH (BODY[]<2> \"x\")\r\n",
            ),
        ] {
            let event = event(line);
            assert!(
                agree(&event, &decode(line.as_bytes()).unwrap()),
                "{line}: {event:?}"
            );
            assert!(
                !agree(&event, &decode(other.as_bytes()).unwrap()),
                "{line}: {other}"
            );
        }
    }

    #[test]
    fn what_one_of_them_cannot_read_is_no_contradiction() {
        // RFC 7162 allows no `*` here.
        let line = "* VANISHED 1:*\r\n";
        assert!(agree(&event(line), &decode(line.as_bytes()).unwrap()));
        assert_eq!(decode(b"* 0 EXPUNGE\r\n"), None);
    }
}
