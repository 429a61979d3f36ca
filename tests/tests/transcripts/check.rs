//! What must hold after a play.

use imap_machine::client::{Event, Evidence, NotSent, Outcome, Refusal};
use imap_machine::codec::{Fetch, ResponseText, StatusKind, Untagged};

use super::conversation::{Kind, Message};
use super::replay::Replay;

/// The events that are responses. Pieces of literals are left out, since they depend on the cuts.
fn responses<'a>(replay: &'a Replay<'_>) -> impl Iterator<Item = &'a Event<'static>> {
    replay.watched.events.iter().filter(|event| match event {
        Event::Literal(_) | Event::Closed(_) => false,
        Event::Outcome { outcome, .. } => is_tagged(outcome),
        _ => true,
    })
}

pub fn same_responses(first: &Replay<'_>, other: &Replay<'_>) -> Result<(), String> {
    let (a, b) = (responses(first), responses(other));
    let (said, again) = (a.count(), b.count());
    if said != again {
        return Err(format!("{said} responses are now {again}"));
    }
    let mut pairs = responses(first).zip(responses(other));
    match pairs.find(|(a, b)| a != b) {
        Some((a, b)) => Err(format!("{a:?} is now {b:?}")),
        None => Ok(()),
    }
}

/// After an early end: each response that had arrived whole gave the same event as before, and each command has ended.
pub fn check_ended(first: &Replay<'_>, ended: &Replay<'_>) -> Result<(), String> {
    let arrived = ended.arrived();
    let came_out = responses(ended).count();
    if came_out != arrived {
        return Err(format!("{arrived} responses came out as {came_out}"));
    }
    let mut pairs = responses(first).zip(responses(ended));
    if let Some((a, b)) = pairs.find(|(a, b)| a != b) {
        return Err(format!("{a:?} is now {b:?}"));
    }
    if !ended.watched.watch.is_closed() {
        return Err("no Closed".to_owned());
    }
    for sent in &ended.sent {
        ended.outcome(sent.handle)?;
    }
    Ok(())
}

/// Each response is one event, and each command has the end that the server gave it.
pub fn check(replay: &Replay<'_>, stale: &[&str]) -> Result<(), String> {
    let mut said = replay.said.iter();
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    for event in &replay.watched.events {
        match event {
            Event::Literal(piece) => {
                if piece.offset == 0 {
                    pieces.push(Vec::new());
                }
                let literal = pieces.last_mut().ok_or("a piece without a beginning")?;
                literal.extend_from_slice(&piece.data);
            }
            Event::Closed(_) => {}
            Event::Outcome { outcome, .. } if !is_tagged(outcome) => {}
            event => {
                let message = said.next().ok_or(format!("no response for {event:?}"))?;
                if !is_about(event, message, &pieces) {
                    let line = String::from_utf8_lossy(&message.octets);
                    return Err(format!(
                        "{line:?} came out as {event:?}, {} pieces",
                        pieces.len()
                    ));
                }
                pieces.clear();
            }
        }
    }
    if let Some(lost) = said.next() {
        return Err(format!("lost: {lost:?}"));
    }
    let mut not_sent = Vec::new();
    for sent in &replay.sent {
        let outcome = replay.outcome(sent.handle)?;
        let answer = replay.said.iter().find_map(|message| match &message.kind {
            Kind::Tagged { tag, status } if *tag == sent.handle.to_string() => {
                Some(status.as_str())
            }
            _ => None,
        });
        let fits = match outcome {
            Outcome::Ok(_) => answer == Some("OK"),
            Outcome::Refused { refusal, .. } => match refusal {
                Refusal::No => answer == Some("NO"),
                Refusal::Bad => answer == Some("BAD"),
            },
            Outcome::NotSent(NotSent::StaleSequenceNumbers) => {
                not_sent.push(sent.tag.as_str());
                true
            }
            // After BYE nothing is sent.
            Outcome::NotSent(NotSent::Closed(_)) | Outcome::Unknown(_) => answer.is_none(),
            Outcome::NotSent(_) => false,
        };
        if !fits {
            return Err(format!("{}: {outcome} instead of {answer:?}", sent.tag));
        }
    }
    match not_sent == stale {
        true => Ok(()),
        false => Err(format!("stale are {not_sent:?}, not {stale:?}")),
    }
}

fn is_tagged(outcome: &Outcome<'_>) -> bool {
    match outcome {
        Outcome::Ok(completion) => completion.evidence == Evidence::Tagged,
        Outcome::Refused { .. } => true,
        Outcome::NotSent(_) | Outcome::Unknown(_) => false,
    }
}

/// Whether the event is this response, with the same octets as far as it shows them.
fn is_about(event: &Event<'_>, message: &Message, pieces: &[Vec<u8>]) -> bool {
    let octets = message.octets.as_slice();
    let line = octets.strip_suffix(b"\r\n").unwrap_or(octets);
    match (event, &message.kind) {
        (
            Event::Proceed { text, .. }
            | Event::Idling { text, .. }
            | Event::UnexpectedContinuation { text },
            Kind::Continuation,
        ) => line[1..].trim_ascii_start() == text.as_ref(),
        (Event::Challenge { challenge, .. }, Kind::Continuation) => {
            line[1..].trim_ascii_start() == challenge.raw()
        }
        (Event::Greeting { status, text }, Kind::Status(word))
        | (Event::Status { status, text, .. }, Kind::Status(word)) => {
            status.to_string() == *word && is_text(text, line)
        }
        (Event::Bye { text }, Kind::Status(word)) => word == "BYE" && is_text(text, line),
        (Event::Outcome { handle, outcome }, Kind::Tagged { tag, .. }) => {
            handle.to_string() == *tag && outcome_text(outcome).is_some_and(|it| is_text(it, line))
        }
        (Event::UnexpectedTag { tag, status, text }, Kind::Tagged { tag: said, .. }) => {
            tag.as_ref() == said.as_bytes() && *status != StatusKind::Preauth && is_text(text, line)
        }
        (Event::Untagged { data, .. }, Kind::Data) => is_data(data, line, pieces),
        (Event::Unrecognized { line: kept, .. }, Kind::Data) => kept.as_ref() == line,
        _ => false,
    }
}

fn outcome_text<'a>(outcome: &'a Outcome<'_>) -> Option<&'a ResponseText<'a>> {
    match outcome {
        Outcome::Ok(completion) => Some(&completion.text),
        Outcome::Refused { text, .. } => Some(text),
        _ => None,
    }
}

/// After the status word comes the code, if there is one, then the text.
fn is_text(text: &ResponseText<'_>, line: &[u8]) -> bool {
    let mut words = line.splitn(3, |octet| *octet == b' ').skip(2);
    let rest = words.next().unwrap_or_default();
    let rest = match text.raw_code() {
        Some(code) => {
            let code = [b"[", code, b"]"].concat();
            match rest.strip_prefix(code.as_slice()) {
                Some(rest) => rest.trim_ascii_start(),
                None => return false,
            }
        }
        None => rest,
    };
    rest == text.raw_text()
}

fn is_data(data: &Untagged<'_>, line: &[u8], pieces: &[Vec<u8>]) -> bool {
    let shown = String::from_utf8_lossy(line);
    let number = shown.split(' ').nth(1).and_then(|word| word.parse().ok());
    match data {
        Untagged::Exists(count) => number == Some(*count) && shown.ends_with("EXISTS"),
        Untagged::Recent(count) => number == Some(*count) && shown.ends_with("RECENT"),
        Untagged::Expunge(count) => number == Some(*count) && shown.ends_with("EXPUNGE"),
        Untagged::Vanished(_) => shown.starts_with("* VANISHED"),
        Untagged::Fetch(fetch) => number == fetch.seq() && is_row(fetch, line, pieces),
        Untagged::Other(_) => false,
        _ => number.is_none(),
    }
}

/// The row and the pieces that came before it are the octets of the response.
fn is_row(fetch: &Fetch<'_>, line: &[u8], pieces: &[Vec<u8>]) -> bool {
    let Some(open) = line.iter().position(|octet| *octet == b'(') else {
        return false;
    };
    let (mut list, mut from) = (line[open..].to_vec(), 0);
    for piece in pieces {
        let at = list[from..]
            .windows(piece.len().max(1))
            .position(|it| it == piece);
        let Some(at) = at.map(|at| at + from) else {
            return false;
        };
        list.drain(at..at + piece.len());
        from = at;
    }
    list == fetch.raw()
}
