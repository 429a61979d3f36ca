//! Observers of a connection: a caller's [`Observer`], and tracing.

use imap_machine::Instant;
use imap_machine::client::{ClientConnection, Event};
use tracing::level_filters::LevelFilter;

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
    /// Shows an event. Mostly no one looks.
    #[inline]
    pub(crate) fn event(&mut self, event: &Event<'_>, now: Instant) {
        if self.0.is_some() || LevelFilter::current() >= LevelFilter::DEBUG {
            self.show(event, now);
        }
    }

    fn show(&mut self, event: &Event<'_>, now: Instant) {
        match event {
            Event::Outcome { handle, outcome } => tracing::debug!(?handle, %outcome, "outcome"),
            Event::Closed(closed) => tracing::debug!(%closed, "closed"),
            event => tracing::trace!(event = ?event.loggable()),
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
