//! Which readers an event is for.

use crate::client::command::CommandHandle;
use crate::client::event::{Cause, Event};

/// The readers of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Addressee {
    /// The reader of this command's answer.
    pub(super) reader: Option<CommandHandle>,
    /// All who listen.
    pub(super) hears_news: bool,
}

impl Addressee {
    const fn reader(handle: CommandHandle) -> Self {
        Self {
            reader: Some(handle),
            hears_news: false,
        }
    }

    const fn listeners(hears_news: bool) -> Self {
        Self {
            reader: None,
            hears_news,
        }
    }
}

pub(super) fn of(event: &Event<'_>) -> Addressee {
    match event {
        Event::Status { text, cause, .. } => Addressee {
            // RFC 9051 section 7.1: the text of ALERT must reach the user, whatever it came with.
            hears_news: text.has_code("ALERT") || by(*cause, event).hears_news,
            ..by(*cause, event)
        },
        Event::Untagged { cause, .. } | Event::Unrecognized { cause, .. } => by(*cause, event),
        Event::Literal(piece) => by(piece.cause, event),
        Event::Proceed { handle, .. }
        | Event::Challenge { handle, .. }
        | Event::Idling { handle, .. }
        | Event::Upgrade { handle, .. } => Addressee::reader(*handle),
        // It matters only while the session is opened.
        Event::Greeting { .. } => Addressee::listeners(false),
        _ => Addressee::listeners(true),
    }
}

fn by(cause: Cause, event: &Event<'_>) -> Addressee {
    match cause {
        Cause::Solicited(handle) => Addressee::reader(handle),
        Cause::Unsolicited => Addressee::listeners(true),
        Cause::Abandoned(_) => Addressee::listeners(event.is_news()),
    }
}
