//! Events as JSON: one object each, with `event` as its kind.
//!
//! Octets that are UTF-8 are strings, others are `{"base64": ...}`. Numbers, flags and names are as the server sent them.

mod data;
mod fetch;
mod object;
mod structure;

use imap_machine::client::Closed;
use imap_machine::client::{Cause, CommandHandle, Event, LiteralPiece, Outcome, Refusal};
use imap_machine::codec::{Defect, FetchNumber, ResponseText, Untagged};
use imap_machine::error::PeerMisbehaved;
use serde_json::{Value, json};

use crate::terminal::is_harmful;
pub use data::{counted, listed};
pub use object::{Object, object, octets};

/// One event.
pub fn event(event: &Event<'_>) -> Object {
    match event {
        Event::Greeting { status, text } => with_text(
            object("greeting", json!({ "status": status.to_string() })),
            text,
        ),
        Event::Untagged {
            data,
            cause,
            violation,
        } => {
            let object = with_defects(untagged(data), &data.defects());
            with_violation(with_cause(object, *cause), violation.as_deref())
        }
        Event::Status {
            status,
            text,
            cause,
        } => {
            let status = json!({ "status": status.to_string() });
            let object = with_text(object("status", status), text);
            with_cause(with_defects(object, text.defect().as_slice()), *cause)
        }
        Event::Bye { text } => with_text(object("bye", json!({})), text),
        Event::Literal(piece) => literal(piece),
        Event::Proceed { handle, text } => continuation("proceed", Some(*handle), text),
        Event::Idling { handle, text } => continuation("idling", Some(*handle), text),
        Event::UnexpectedContinuation { text } => {
            continuation("unexpected-continuation", None, text)
        }
        // Challenges may hold secrets of the server.
        Event::Challenge { handle, challenge } => object(
            "challenge",
            json!({ "command": tag(*handle), "octets": challenge.raw().len() }),
        ),
        Event::Upgrade {
            handle,
            layer,
            surplus,
        } => {
            let (layer, surplus) = (layer.to_string(), surplus.len());
            let command = tag(*handle);
            object(
                "upgrade",
                json!({ "command": command, "layer": layer, "surplus": surplus }),
            )
        }
        Event::Outcome { handle, outcome } => self::outcome(*handle, outcome),
        Event::Late {
            handle,
            status,
            text,
        } => {
            let fields = json!({ "command": tag(*handle), "status": status.to_string() });
            with_text(object("late", fields), text)
        }
        Event::UnexpectedTag { tag, status, text } => {
            let fields = json!({ "tag": octets(tag), "status": status.to_string() });
            with_text(object("unexpected-tag", fields), text)
        }
        Event::Unrecognized { line, cause } => with_cause(
            object("unrecognized", json!({ "line": octets(line) })),
            *cause,
        ),
        Event::Closed(closed) => self::closed(closed),
        other => object("other", json!({ "debug": format!("{other:?}") })),
    }
}

/// The end of a command.
pub fn outcome(handle: CommandHandle, outcome: &Outcome<'_>) -> Object {
    let mut object = object(
        "outcome",
        json!({ "command": tag(handle), "outcome": outcome_name(outcome) }),
    );
    match outcome {
        Outcome::Ok(done) => with_text(object, &done.text),
        Outcome::Refused { text, .. } => with_text(object, text),
        Outcome::NotSent(_) | Outcome::Unknown(_) => {
            object.insert("reason".to_owned(), outcome.to_string().into());
            object
        }
    }
}

fn closed(closed: &Closed) -> Object {
    let mut object = object("closed", json!({ "reason": closed.reason().to_string() }));
    if let Some(warning) = closed.last_warning() {
        object.insert("last_warning".to_owned(), warning.into());
    }
    object
}

/// One word for an outcome.
pub fn outcome_name(outcome: &Outcome<'_>) -> &'static str {
    match outcome {
        Outcome::Ok(_) => "ok",
        Outcome::Refused {
            refusal: Refusal::No,
            ..
        } => "no",
        Outcome::Refused {
            refusal: Refusal::Bad,
            ..
        } => "bad",
        Outcome::NotSent(_) => "not-sent",
        Outcome::Unknown(_) => "unknown",
    }
}

/// The value as one line. All characters that a terminal obeys are escaped, also those that JSON allows in strings (U+0080 to
/// U+009F, and U+202E, for example).
pub fn text(value: &Value) -> String {
    let mut text = String::new();
    // Outside of strings JSON has none of these characters.
    for letter in value.to_string().chars() {
        if !is_harmful(letter) {
            text.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            text.push_str(&format!("\\u{unit:04x}"));
        }
    }
    text
}

/// An event's object as one line that people can read: `fetch number=1 items=[...]`.
pub fn line(object: &Object) -> String {
    let mut line = String::new();
    for (key, value) in object {
        match (key.as_str(), value) {
            ("event", Value::String(name)) => line.push_str(name),
            (key, Value::String(word)) if is_word(word) => {
                line.push_str(&format!(" {key}={word}"));
            }
            (key, value) => line.push_str(&format!(" {key}={value}")),
        }
    }
    line
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|letter| letter.is_ascii_graphic() && letter != '"')
}

fn tag(handle: CommandHandle) -> String {
    handle.to_string()
}

fn with_text(mut object: Object, text: &ResponseText<'_>) -> Object {
    if let Some(code) = text.raw_code() {
        object.insert("code".to_owned(), octets(code));
    }
    object.insert("text".to_owned(), octets(text.raw_text()));
    object
}

fn with_cause(mut object: Object, cause: Cause) -> Object {
    let name = match cause {
        Cause::Solicited(_) => "solicited",
        Cause::Unsolicited => "unsolicited",
        Cause::Abandoned(_) => "abandoned",
    };
    object.insert("cause".to_owned(), name.into());
    if let Some(handle) = cause.handle() {
        object.insert("command".to_owned(), tag(handle).into());
    }
    object
}

fn with_violation(mut object: Object, violation: Option<&PeerMisbehaved>) -> Object {
    if let Some(violation) = violation {
        object.insert("violation".to_owned(), violation.to_string().into());
    }
    object
}

/// Where the response breaks the grammar.
fn with_defects(mut object: Object, defects: &[Defect]) -> Object {
    if !defects.is_empty() {
        let shown = defects
            .iter()
            .map(|defect| json!({ "octet": defect.at, "defect": defect.kind.to_string() }));
        object.insert("defects".to_owned(), shown.collect());
    }
    object
}

fn continuation(name: &str, handle: Option<CommandHandle>, text: &[u8]) -> Object {
    let mut object = object(name, json!({ "text": octets(text) }));
    if let Some(handle) = handle {
        object.insert("command".to_owned(), tag(handle).into());
    }
    object
}

fn literal(piece: &LiteralPiece<'_>) -> Object {
    let mut object = object("literal", json!({}));
    number(&mut object, piece.message);
    if let Some(uid) = piece.uid {
        object.insert("uid".to_owned(), uid.get().into());
    }
    object.insert("section".to_owned(), octets(&piece.section));
    if let Some(origin) = piece.origin {
        object.insert("origin".to_owned(), origin.into());
    }
    object.insert("offset".to_owned(), piece.offset.into());
    object.insert("size".to_owned(), piece.size.into());
    object.insert("data".to_owned(), octets(&piece.data));
    with_cause(object, piece.cause)
}

fn untagged(data: &Untagged<'_>) -> Object {
    let counted = |name, count: u32| object(name, json!({ "number": count }));
    match data {
        Untagged::Exists(count) => counted("exists", *count),
        Untagged::Recent(count) => counted("recent", *count),
        Untagged::Expunge(number) => counted("expunge", *number),
        Untagged::Vanished(vanished) => {
            let ranges: Vec<_> = vanished
                .ranges()
                .map(|(first, last)| json!([first, last]))
                .collect();
            object(
                "vanished",
                json!({ "earlier": vanished.earlier, "uids": ranges }),
            )
        }
        Untagged::Fetch(fetch) => fetch::fetch(fetch),
        data => data::data(data),
    }
}

/// The sequence number or UID at the beginning of the line.
fn number(object: &mut Object, number: FetchNumber) {
    match number {
        FetchNumber::Seq(number) => object.insert("number".to_owned(), number.into()),
        FetchNumber::Uid(uid) => object.insert("uid".to_owned(), uid.into()),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use imap_machine::Instant;
    use imap_machine::client::{ClientConnection, Command, CommandOptions, Config};

    #[test]
    fn octets_are_text_when_they_can_be() {
        assert_eq!(octets("café".as_bytes()), json!("café"));
        assert_eq!(octets(b"caf\xe9"), json!({ "base64": "Y2Fm6Q==" }));
        assert_eq!(octets(b""), json!(""));
    }

    #[test]
    fn no_control_character_is_in_the_output() {
        let value = json!({ "text": "\u{1b}[\u{7f}\u{9b}2J\r\n ü" });
        let line = text(&value);
        assert_eq!(line, r#"{"text":"\u001b[\u007f\u009b2J\r\n ü"}"#);
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
    }

    #[test]
    fn lines_for_people() {
        let object = object(
            "outcome",
            json!({"command": "A1", "text": "well done", "code": ""}),
        );
        assert_eq!(
            line(&object),
            r#"outcome command=A1 text="well done" code="""#
        );
    }

    #[test]
    fn events_of_a_session() {
        let now = Instant::ORIGIN;
        let mut connection = ClientConnection::new(Config::default(), now);
        for command in [Command::noop(), Command::capability()] {
            connection
                .send(command, CommandOptions::default(), now)
                .unwrap();
        }
        let mut seen = Vec::new();
        for input in [
            "* OK [CAPABILITY IMAP4rev1] hi\r\n",
            "A1 OK done\r\n* CAPABILITY IMAP4rev1 IDLE\r\nA2 NO [ALERT] later\r\nA7 OK ?\r\n",
        ] {
            connection.handle_input(input.as_bytes(), now);
            while let Some(next) = connection.poll_event() {
                seen.push(Value::from(event(&next)));
            }
            let octets = connection.transmit().len();
            connection.handle_transmitted(octets, now);
        }
        let expected = json!([
            {"event": "greeting", "status": "OK", "code": "CAPABILITY IMAP4rev1", "text": "hi"},
            {"event": "outcome", "command": "A1", "outcome": "ok", "text": "done"},
            {"event": "capability", "capabilities": ["IMAP4rev1", "IDLE"], "cause": "solicited", "command": "A2"},
            {"event": "outcome", "command": "A2", "outcome": "no", "code": "ALERT", "text": "later"},
            {"event": "unexpected-tag", "tag": "A7", "status": "OK", "text": "?"},
        ]);
        assert_eq!(Value::from(seen), expected);
    }
}
