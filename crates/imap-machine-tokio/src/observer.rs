//! Observers of a connection: a caller's [`Observer`], and tracing.

use imap_machine::Instant;
use imap_machine::client::{ClientConnection, Event};
use imap_machine::codec::Untagged;

/// Watches a connection, for timelines and statistics. It runs inside the connection's poll: be quick.
pub trait Observer {
    /// Something happened. Each event is shown once, in order, including those that answer commands.
    fn event(&mut self, event: &Event<'_>, now: Instant);

    /// All events have been shown, and all that could be written has been written: a good moment to look at
    /// [`commands`](ClientConnection::commands) or [`diagnosis`](ClientConnection::diagnosis).
    fn drained(&mut self, connection: &ClientConnection, now: Instant) {
        let _ = (connection, now);
    }
}

#[derive(Default)]
pub(crate) struct Observers(pub(crate) Option<Box<dyn Observer + Send>>);

impl Observers {
    pub(crate) fn event(&mut self, event: &Event<'_>, now: Instant) {
        match event {
            Event::Outcome { handle, outcome } => tracing::debug!(?handle, %outcome, "outcome"),
            Event::Closed(closed) => tracing::debug!(%closed, "closed"),
            // The line may be mail that was mangled on its way.
            Event::Unrecognized { line, cause } => {
                tracing::trace!(octets = line.len(), ?cause, "unrecognized line");
            }
            // So may these be, when the server counts a literal wrong; and values may be private.
            Event::UnexpectedTag { tag, status, .. } => {
                tracing::trace!(octets = tag.len(), %status, "unexpected tag");
            }
            Event::UnexpectedContinuation { text } => {
                tracing::trace!(octets = text.len(), "unexpected continuation");
            }
            Event::Untagged {
                data:
                    Untagged::Id(_) | Untagged::Metadata(_) | Untagged::UrlFetch(_) | Untagged::Other(_),
                cause,
                ..
            } => tracing::trace!(?cause, "private data"),
            event => tracing::trace!(?event),
        }
        if let Some(observer) = &mut self.0 {
            observer.event(event, now);
        }
    }

    pub(crate) fn drained(&mut self, connection: &ClientConnection, now: Instant) {
        if let Some(observer) = &mut self.0 {
            observer.drained(connection, now);
        }
    }
}
