//! Every response is one event: no response is lost, and no event is made up.

use imap_machine::Limits;
use imap_machine::client::{CommandHandle, Event, Evidence, Outcome, Refusal};
use imap_machine::codec::StatusKind;
use imap_machine::error::CloseReason;
use imap_machine::framing::LineKind;

use super::pieces;
use crate::model::framing::{Whole, responses};
use crate::rule::{Broken, rule};

/// Whether what had arrived at the end was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    Read,
    /// The connection ended while reading was paused.
    Unread,
}

/// Compares all that a connection has received with all that it has said.
///
/// # Errors
///
/// A response without its event, an event without its response, or one that says something else.
pub(super) fn told(
    limits: &Limits,
    received: &[u8],
    events: &[Event<'_>],
    rest: Rest,
) -> Result<(), Broken> {
    // Octets after a change of layer belong to the new layer.
    let upgrade = events
        .iter()
        .position(|it| matches!(it, Event::Upgrade { .. }));
    let events = &events[..upgrade.map_or(events.len(), |at| at + 1)];
    let frames = responses(limits, received);
    let mut messages = frames.messages.iter();
    let mut pieces = Vec::new();
    for event in events {
        if let Event::Literal(piece) = event {
            pieces.push(piece);
        }
        if !answers(event) {
            continue;
        }
        let response = messages.next().ok_or_else(|| Broken {
            rule: "no event without a response",
            seen: format!("{event:?}"),
        })?;
        rule(
            "an event is what its response says",
            is_about(event, response),
            || format!("{event:?} for {}", shown(response)),
        )?;
        pieces::told(response, &std::mem::take(&mut pieces))?;
    }
    let all = match events.last() {
        Some(Event::Closed(closed)) => matches!(
            closed.reason(),
            CloseReason::Eof | CloseReason::Transport | CloseReason::TimedOut(_)
        ),
        _ => false,
    };
    match messages.next() {
        Some(lost) if all && rest == Rest::Read => Err(Broken {
            rule: "every response is an event",
            seen: format!("lost: {}", shown(lost)),
        }),
        _ => Ok(()),
    }
}

pub(super) fn shown(response: &Whole) -> String {
    response.octets.escape_ascii().to_string()
}

/// Whether an event tells of a whole response.
pub(crate) const fn answers(event: &Event<'_>) -> bool {
    match event {
        Event::Literal(_) | Event::Closed(_) => false,
        Event::Outcome { outcome, .. } => is_tagged(outcome),
        _ => true,
    }
}

const fn is_tagged(outcome: &Outcome<'_>) -> bool {
    match outcome {
        Outcome::Ok(completion) => matches!(completion.evidence, Evidence::Tagged),
        Outcome::Refused { .. } => true,
        Outcome::NotSent(_) | Outcome::Unknown(_) => false,
    }
}

fn is_about(event: &Event<'_>, response: &Whole) -> bool {
    match event {
        Event::Unrecognized { .. } => true,
        Event::Proceed { .. }
        | Event::Challenge { .. }
        | Event::Idling { .. }
        | Event::UnexpectedContinuation { .. } => response.kind == LineKind::Continuation,
        Event::Greeting { .. } => response.kind == LineKind::Status,
        // A tagged BYE is such an event, and so is the tagged OK of an IDLE that begins again.
        Event::Bye { .. } | Event::Status { .. } => {
            matches!(response.kind, LineKind::Status | LineKind::Tagged)
        }
        Event::Untagged { .. } => response.kind == LineKind::Data,
        Event::Upgrade { handle, .. } => is_tagged_line(response, *handle, "OK"),
        Event::Late { handle, status, .. } => is_tagged_line(response, *handle, word(*status)),
        Event::Outcome { handle, outcome } => {
            let status = match outcome {
                Outcome::Refused { refusal, .. } => match refusal {
                    Refusal::No => "NO",
                    Refusal::Bad => "BAD",
                },
                _ => "OK",
            };
            is_tagged_line(response, *handle, status)
        }
        Event::UnexpectedTag { .. } => response.kind == LineKind::Tagged,
        _ => false,
    }
}

const fn word(status: StatusKind) -> &'static str {
    match status {
        StatusKind::Ok => "OK",
        StatusKind::No => "NO",
        StatusKind::Bad => "BAD",
        _ => "?",
    }
}

fn is_tagged_line(response: &Whole, handle: CommandHandle, status: &str) -> bool {
    let text = String::from_utf8_lossy(&response.octets);
    let mut words = text
        .split([' ', '\r', '\n'])
        .filter(|word| !word.is_empty());
    let tag = words.next().unwrap_or_default();
    let tag = tag.split_once('.').map_or(tag, |(tag, _round)| tag);
    let said = words.next().unwrap_or_default();
    response.kind == LineKind::Tagged
        && tag == handle.to_string()
        && said.eq_ignore_ascii_case(status)
}

#[cfg(test)]
mod tests {
    use imap_machine::Instant;
    use imap_machine::bounded_static::IntoBoundedStatic;
    use imap_machine::client::{ClientConnection, Config};

    use super::*;

    fn conversation(received: &[u8]) -> Vec<Event<'static>> {
        let now = Instant::ORIGIN;
        let mut connection = ClientConnection::new(Config::default(), now);
        connection.handle_input(received, now);
        connection.handle_eof(now);
        let mut events = Vec::new();
        while let Some(event) = connection.poll_event() {
            events.push(event.into_static());
        }
        events
    }

    #[test]
    fn what_is_lost_made_up_or_changed_is_noticed() {
        let received = b"* OK hi\r\n* 3 EXISTS\r\nA9 OK {5}\r\n+ go\r\n* X {1}\r\ny\r\n";
        let limits = Limits::default();
        let events = conversation(received);
        assert_eq!(events.len(), 6);
        assert_eq!(told(&limits, received, &events, Rest::Read), Ok(()));
        for gone in 0..5 {
            let mut fewer = events.clone();
            fewer.remove(gone);
            assert!(
                told(&limits, received, &fewer, Rest::Read).is_err(),
                "without {gone}"
            );
        }
        let more = [&events[..1], &events].concat();
        assert!(told(&limits, received, &more, Rest::Read).is_err());
        let shorter = &received[..received.len() - 3];
        assert!(told(&limits, shorter, &events, Rest::Read).is_err());
    }
}
