//! What a scenario is played on.

use imap_machine::Instant;
use imap_machine::bounded_static::IntoBoundedStatic;
use imap_machine::client::{ClientConnection, Command, CommandHandle, CommandOptions, Event};
use imap_machine::error::ApiMisuse;

use super::Scenario;
use super::wire::{News, Wire};
use crate::invariants::Watch;
use crate::rule::Broken;

/// With more deadlines than this in one wait, the loop spins.
pub(crate) const MOST_DEADLINES: usize = 10_000;

/// What brings octets and time to a connection, and takes events and output from it: the loop of a runtime.
///
/// Its transport is a [`Wire`], and its clock is the scenario's. [`run_through`](super::run_through) plays scenarios
/// through it and compares what happens with what the bare machine does.
pub trait Adapter {
    /// The connection that it works for.
    fn connection(&self) -> &ClientConnection;

    /// What time it is.
    fn now(&self) -> Instant;

    /// Says something to the connection, as its application does.
    fn tell<R>(&mut self, call: impl FnOnce(&mut ClientConnection, Instant) -> R) -> R;

    /// Sends a command. An adapter whose application does not send to the connection itself does it in its own way.
    ///
    /// # Errors
    ///
    /// As [`ClientConnection::send`].
    fn send(
        &mut self,
        command: Command,
        options: CommandOptions,
    ) -> Result<CommandHandle, ApiMisuse> {
        self.tell(|connection, now| connection.send(command, options, now))
    }

    /// A command was sent. Only an adapter that checks invariants has to do something here.
    fn issued(&mut self, handle: CommandHandle, command: &Command) {
        let _ = (handle, command);
    }

    /// Reading is paused from now on. Of interest to those who check.
    fn paused(&mut self) {}

    /// Reading goes on. Of interest to those who check.
    fn resumed(&mut self) {}

    /// Works until nothing moves any more, then lets time pass to the next deadline, and so on until the time is `until`.
    ///
    /// # Errors
    ///
    /// It does not come to rest, or something is wrong with the connection.
    fn work(&mut self, until: Instant) -> Result<(), Broken>;

    /// The events since the last call.
    fn take_events(&mut self) -> Vec<Event<'static>>;
}

/// The bare machine, in the smallest of all loops, with all invariants checked at every step.
pub(super) struct Bare {
    connection: ClientConnection,
    now: Instant,
    watch: Watch,
    wire: Wire,
    events: Vec<Event<'static>>,
    /// Whether plain rows are asked for as such.
    asks_for_rows: bool,
}

impl Bare {
    pub(super) fn new(scenario: &Scenario, wire: Wire) -> Self {
        Self {
            connection: ClientConnection::new(scenario.config, Instant::ORIGIN),
            now: Instant::ORIGIN,
            watch: Watch::for_config(&scenario.config, scenario.secrets()),
            wire,
            events: Vec::new(),
            asks_for_rows: false,
        }
    }

    /// The same, with each plain row taken by [`poll_rows`](ClientConnection::poll_rows).
    pub(super) fn asking_for_rows(scenario: &Scenario, wire: Wire) -> Self {
        Self {
            asks_for_rows: true,
            ..Self::new(scenario, wire)
        }
    }

    /// One row at a time: the invariants hold after each.
    fn poll(&mut self) -> Option<Event<'static>> {
        let rows = match self.asks_for_rows {
            true => self.connection.poll_rows(),
            false => None,
        };
        let row = rows.and_then(|rows| rows.into_events().next());
        let row = row.map(IntoBoundedStatic::into_static);
        row.or_else(|| Some(self.connection.poll_event()?.into_static()))
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Octets(piece) => return self.read(&piece),
            News::End(super::End::Eof) => self.connection.handle_eof(self.now),
            News::End(super::End::Failure) => self.connection.handle_transport_failed(self.now),
            // The connection has asked for the layer.
            News::Upgraded => drop(self.connection.handle_upgraded(self.now)),
        }
        self.watch.step();
    }

    /// One read. The length decides which of the two ways to read is used, so that both are tested.
    fn read(&mut self, piece: &[u8]) {
        self.watch.read(piece);
        match piece.len() % 2 {
            0 => self.connection.handle_input(piece, self.now),
            _ => {
                let space = self.connection.receive_space(piece.len());
                space[..piece.len()].copy_from_slice(piece);
                self.connection.handle_received(piece.len(), self.now);
            }
        }
    }

    /// The loop of every adapter: events, then output, until there is neither.
    fn drain(&mut self) -> Result<(), Broken> {
        loop {
            while let Some(event) = self.poll() {
                self.watch.event(&event)?;
                self.events.push(event);
                self.watch.after_event(&self.connection)?;
            }
            let output = self.connection.transmit();
            let Ok(taken @ 1..) = self.wire.write(output) else {
                break;
            };
            self.watch.wrote(output.get(..taken).unwrap_or_default())?;
            self.connection.handle_transmitted(taken, self.now);
        }
        self.watch.at_rest(&mut self.connection, self.now)
    }

    fn tick(&mut self, now: Instant) -> Result<(), Broken> {
        self.now = now;
        self.watch.step();
        self.connection.handle_timeout(self.now);
        self.drain()
    }
}

impl Adapter for Bare {
    fn connection(&self) -> &ClientConnection {
        &self.connection
    }

    fn now(&self) -> Instant {
        self.now
    }

    fn tell<R>(&mut self, call: impl FnOnce(&mut ClientConnection, Instant) -> R) -> R {
        self.watch.step();
        call(&mut self.connection, self.now)
    }

    fn issued(&mut self, handle: CommandHandle, command: &Command) {
        self.watch.issued(handle, command);
    }

    fn paused(&mut self) {
        self.watch.paused();
    }

    fn resumed(&mut self) {
        self.watch.resumed();
    }

    fn work(&mut self, until: Instant) -> Result<(), Broken> {
        if until <= self.now {
            let news = self.wire.take_news();
            news.into_iter().for_each(|news| self.hear(news));
            self.drain()?;
            while let Some(news) = self.wire.take_news() {
                self.hear(news);
                self.drain()?;
            }
            return Ok(());
        }
        for _ in 0..MOST_DEADLINES {
            let due = self.connection.poll_timeout().map(|deadline| deadline.at);
            self.tick(due.map_or(until, |due| due.min(until)))?;
            if self.now == until {
                return Ok(());
            }
        }
        Err(Broken {
            rule: "deadlines are finite",
            seen: format!("{MOST_DEADLINES} until {until}"),
        })
    }

    fn take_events(&mut self) -> Vec<Event<'static>> {
        std::mem::take(&mut self.events)
    }
}
