//! From an event to its `>` line: readable, and the same for the same event.

use imap_machine::client::{
    Cause, Closed, CommandHandle, Event, Evidence, LiteralPiece, NotSent, Outcome, Refusal, Unknown,
};
use imap_machine::codec::{
    BodySection, Fetch, FetchItem, FetchNumber, Raw, ResponseText, StatusKind, Untagged, Value,
    Vanished,
};
use imap_machine::error::{CloseReason, PeerMisbehaved};
use imap_machine::{Layer, State};

use super::octets::{quoted, shown};

/// The commands' names in a scenario.
#[derive(Clone, Debug, Default)]
pub struct Names(Vec<(String, CommandHandle)>);

impl Names {
    /// Gives a command its name.
    pub fn insert(&mut self, name: &str, handle: CommandHandle) {
        self.0.push((name.to_owned(), handle));
    }

    /// The command of that name.
    #[must_use]
    pub fn handle(&self, name: &str) -> Option<CommandHandle> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, handle)| *handle)
    }

    /// The name of that command; `?` if it has none.
    #[must_use]
    pub fn name(&self, handle: CommandHandle) -> &str {
        let found = self.0.iter().find(|(_, known)| *known == handle);
        found.map_or("?", |(name, _)| name)
    }
}

/// The event as it is written after `>`.
#[must_use]
pub fn event(event: &Event<'_>, names: &Names) -> String {
    match event {
        Event::Greeting { status, text } => {
            format!("greeting {}{}{}", kind(*status), code(text), words(text))
        }
        Event::Untagged {
            data,
            cause: whose,
            violation,
        } => {
            let whose = cause(*whose, names);
            format!("{}{whose}{}", untagged(data), broken(violation.as_deref()))
        }
        Event::Status {
            status,
            text,
            cause: whose,
        } => {
            let whose = cause(*whose, names);
            let defects = super::data::defects(text.defect().as_slice());
            format!(
                "{}{}{}{defects}{whose}",
                kind(*status),
                code(text),
                words(text)
            )
        }
        Event::Bye { text } => format!("bye{}{}", code(text), words(text)),
        Event::Literal(piece) => literal(piece, names),
        Event::Proceed { handle, .. } => format!("proceed {}", names.name(*handle)),
        Event::Challenge { handle, challenge } => {
            format!(
                "challenge {} {}",
                names.name(*handle),
                quoted(challenge.raw())
            )
        }
        Event::Idling { handle, .. } => format!("idling {}", names.name(*handle)),
        Event::Upgrade {
            handle,
            layer,
            surplus,
        } => upgrade(names.name(*handle), *layer, surplus),
        Event::Outcome {
            handle,
            outcome: how,
        } => format!("outcome {} {}", names.name(*handle), outcome(how)),
        Event::Late {
            handle,
            status,
            text,
        } => format!(
            "late {} {}{}",
            names.name(*handle),
            kind(*status),
            code(text)
        ),
        Event::UnexpectedContinuation { text } => format!("unexpected + {}", quoted(text)),
        Event::UnexpectedTag { tag, status, text } => {
            format!("unexpected {} {}{}", shown(tag), kind(*status), code(text))
        }
        Event::Unrecognized { line, cause: whose } => {
            format!("unrecognized {}{}", quoted(line), cause(*whose, names))
        }
        Event::Closed(how) => format!("closed {}{}", close_reason(how.reason()), warning(how)),
        other => format!("{other:?}"),
    }
}

fn upgrade(name: &str, layer: Layer, surplus: &[u8]) -> String {
    let layer = layer_name(layer);
    match surplus.is_empty() {
        true => format!("upgrade {name} {layer}"),
        false => format!("upgrade {name} {layer} surplus {}", quoted(surplus)),
    }
}

/// The outcome as it is written after `> outcome c1`.
#[must_use]
pub fn outcome(outcome: &Outcome<'_>) -> String {
    match outcome {
        Outcome::Ok(completion) => match completion.evidence {
            Evidence::Tagged => format!("ok{}", code(&completion.text)),
            Evidence::ConnectionEnded => "ok connection-ended".to_owned(),
        },
        Outcome::Refused { refusal, text } => match refusal {
            Refusal::No => format!("refused no{}", code(text)),
            Refusal::Bad => format!("refused bad{}", code(text)),
        },
        Outcome::NotSent(why) => format!("not-sent {}", not_sent(why)),
        Outcome::Unknown(why) => format!("unknown {}", unknown(why)),
    }
}

fn not_sent(why: &NotSent) -> String {
    match why {
        NotSent::Cancelled => "cancelled".to_owned(),
        NotSent::TimedOut => "timed-out".to_owned(),
        NotSent::Closed(closed) => close_reason(closed.reason()),
        NotSent::StaleSequenceNumbers => "stale-sequence-numbers".to_owned(),
        NotSent::WrongState(state) => format!("wrong-state {}", state_name(*state)),
        NotSent::TlsRequired => "tls-required".to_owned(),
        NotSent::UidOnly => "uid-only".to_owned(),
        NotSent::NulNotAccepted => "nul-not-accepted".to_owned(),
        NotSent::TooLarge { limit } => format!("too-large {limit}"),
        other => format!("{other:?}"),
    }
}

fn unknown(why: &Unknown) -> String {
    match why {
        Unknown::Cancelled => "cancelled".to_owned(),
        Unknown::TimedOut => "timed-out".to_owned(),
        Unknown::Closed(closed) => close_reason(closed.reason()),
        other => format!("{other:?}"),
    }
}

fn close_reason(reason: &CloseReason) -> String {
    match reason {
        CloseReason::LoggedOut => "logged-out".to_owned(),
        CloseReason::ClosedLocally => "locally".to_owned(),
        CloseReason::Bye(text) => format!("bye {}", quoted(text.as_bytes())),
        CloseReason::Eof => "eof".to_owned(),
        CloseReason::Transport => "transport-failed".to_owned(),
        CloseReason::TimedOut(timer) => format!("timed-out {timer}"),
        CloseReason::HalfSent { tag } => format!("half-sent {tag}"),
        CloseReason::UpgradeFailed(layer) => format!("upgrade-failed {}", layer_name(*layer)),
        CloseReason::LimitExceeded(limit) => format!("limit: {limit}"),
        CloseReason::PeerMisbehaved(fault) => format!("violation: {fault}"),
        other => format!("{other:?}"),
    }
}

fn warning(closed: &Closed) -> String {
    match closed.last_warning() {
        Some(warning) => format!(" warned {}", quoted(warning.as_bytes())),
        None => String::new(),
    }
}

pub(super) const fn state_name(state: State) -> &'static str {
    match state {
        State::Greeting => "greeting",
        State::NotAuthenticated => "not-authenticated",
        State::Authenticated => "authenticated",
        State::Selected => "selected",
        State::Logout => "logout",
    }
}

const fn layer_name(layer: Layer) -> &'static str {
    match layer {
        Layer::Tls => "tls",
        Layer::Deflate => "deflate",
    }
}

const fn kind(status: StatusKind) -> &'static str {
    match status {
        StatusKind::Ok => "ok",
        StatusKind::No => "no",
        StatusKind::Bad => "bad",
        StatusKind::Bye => "bye",
        StatusKind::Preauth => "preauth",
    }
}

fn code(text: &ResponseText<'_>) -> String {
    match text.raw_code() {
        Some(code) => format!(" {}", shown(code)),
        None => String::new(),
    }
}

fn words(text: &ResponseText<'_>) -> String {
    match text.raw_text() {
        [] => String::new(),
        octets => format!(" {}", quoted(octets)),
    }
}

fn cause(cause: Cause, names: &Names) -> String {
    match cause {
        Cause::Solicited(handle) => format!(" for {}", names.name(handle)),
        Cause::Abandoned(handle) => format!(" abandoned by {}", names.name(handle)),
        Cause::Unsolicited => String::new(),
    }
}

fn broken(violation: Option<&PeerMisbehaved>) -> String {
    match violation {
        Some(violation) => format!(" violation: {violation}"),
        None => String::new(),
    }
}

fn untagged(data: &Untagged<'_>) -> String {
    let defects = super::data::defects(&data.defects());
    let said = match data {
        Untagged::Exists(count) => format!("exists {count}"),
        Untagged::Recent(count) => format!("recent {count}"),
        Untagged::Expunge(number) => format!("expunge {number}"),
        Untagged::Vanished(uids) => vanished(uids),
        Untagged::Fetch(row) => fetch(row),
        data => super::data::data(data),
    };
    said + &defects
}

fn vanished(vanished: &Vanished<'_>) -> String {
    let earlier = if vanished.earlier { " earlier" } else { "" };
    let ranges: Vec<_> = vanished
        .ranges()
        .map(|(first, last)| match first == last {
            true => format!("{first}"),
            false => format!("{first}:{last}"),
        })
        .collect();
    match ranges.is_empty() {
        true => format!("vanished{earlier}"),
        false => format!("vanished{earlier} {}", ranges.join(",")),
    }
}

fn number(number: FetchNumber) -> String {
    match number {
        FetchNumber::Seq(number) => format!("{number}"),
        FetchNumber::Uid(uid) => format!("uid {uid}"),
    }
}

fn fetch(fetch: &Fetch<'_>) -> String {
    let items: Vec<_> = fetch.items().map(|one| item(&one)).collect();
    format!("fetch {} ({})", number(fetch.number()), items.join(" "))
}

fn item(item: &FetchItem<'_>) -> String {
    match item {
        FetchItem::Uid(uid) => format!("UID {uid}"),
        FetchItem::Flags(flags) => {
            let flags: Vec<_> = flags.iter().map(shown).collect();
            format!("FLAGS ({})", flags.join(" "))
        }
        FetchItem::ModSeq(modseq) => format!("MODSEQ ({modseq})"),
        FetchItem::Rfc822Size(size) => format!("RFC822.SIZE {size}"),
        FetchItem::InternalDate(date) => format!("INTERNALDATE {}", quoted(date.raw())),
        FetchItem::Section(one) => section(one),
        FetchItem::BinarySize(size) => format!("{} {}", shown(size.name), size.size),
        FetchItem::Envelope(envelope) => format!("ENVELOPE {}", raw(envelope.raw())),
        FetchItem::BodyStructure(structure) => format!("BODYSTRUCTURE {}", raw(structure.raw())),
        FetchItem::Body(structure) => format!("BODY {}", raw(structure.raw())),
        FetchItem::Preview(preview) => format!("PREVIEW {}", value(preview)),
        FetchItem::SaveDate(None) => "SAVEDATE NIL".to_owned(),
        FetchItem::SaveDate(Some(date)) => format!("SAVEDATE {}", quoted(date.raw())),
        FetchItem::EmailId(id) => format!("EMAILID {}", object_id(id)),
        FetchItem::ThreadId(id) => format!("THREADID {}", object_id(id)),
        FetchItem::GmailMessageId(id) => format!("X-GM-MSGID {id}"),
        FetchItem::GmailThreadId(id) => format!("X-GM-THRID {id}"),
        FetchItem::GmailLabels(labels) => format!("X-GM-LABELS {}", raw(labels.raw())),
        FetchItem::Other { name, value } => format!("{} {}", shown(name), raw(*value)),
        FetchItem::Malformed(rest) => format!("malformed {}", quoted(rest)),
        other => format!("{other:?}"),
    }
}

fn object_id(id: &Value<'_>) -> String {
    match id.octets() {
        Some(id) => format!("({})", shown(&id)),
        None => value(id),
    }
}

fn value(value: &Value<'_>) -> String {
    match value {
        Value::Nil => "NIL".to_owned(),
        Value::Streamed { size } => format!("streamed {size}"),
        value => quoted(&value.octets().unwrap_or_default()),
    }
}

fn raw(raw: Raw<'_>) -> String {
    shown(raw.octets())
}

fn section(section: &BodySection<'_>) -> String {
    let origin = match section.origin {
        Some(origin) => format!("<{origin}>"),
        None => String::new(),
    };
    format!("{}{origin} {}", shown(section.name), value(&section.value))
}

fn literal(piece: &LiteralPiece<'_>, names: &Names) -> String {
    let uid = match piece.uid {
        Some(uid) => format!(" uid {uid}"),
        None => String::new(),
    };
    let origin = match piece.origin {
        Some(origin) => format!("<{origin}>"),
        None => String::new(),
    };
    format!(
        "literal {}{uid} {}{origin} {}..{} of {} {}{}",
        number(piece.message),
        shown(&piece.section),
        piece.offset,
        piece.offset + piece.data.len() as u64,
        piece.size,
        quoted(&piece.data),
        cause(piece.cause, names),
    )
}
