//! A connection with a watch that checks every step.

use imap_machine::Instant;
use imap_machine::bounded_static::IntoBoundedStatic;
use imap_machine::client::{
    ClientConnection, Command, CommandHandle, CommandOptions, Config, Event,
};
use imap_machine::error::ApiMisuse;
use imap_machine_testkit::invariants::{Broken, Watch};

/// A connection, its watch, and what came out.
pub struct Watched {
    /// The connection.
    pub connection: ClientConnection,
    /// What watches it.
    pub watch: Watch,
    /// What the clock shows.
    pub now: Instant,
    /// All events so far.
    pub events: Vec<Event<'static>>,
    /// All octets written so far.
    pub written: Vec<u8>,
}

impl Watched {
    /// A new connection with these settings. None of the secrets may appear in its `Debug` output.
    #[must_use]
    pub fn new(config: Config, secrets: Vec<String>) -> Self {
        Self {
            connection: ClientConnection::new(config, Instant::ORIGIN),
            watch: Watch::for_config(&config, secrets),
            now: Instant::ORIGIN,
            events: Vec::new(),
            written: Vec::new(),
        }
    }

    /// The application sends a command. It is written if the rules allow it.
    ///
    /// # Errors
    ///
    /// The invariant that does not hold.
    pub fn send(
        &mut self,
        command: impl Into<Command>,
        options: CommandOptions,
    ) -> Result<Result<CommandHandle, ApiMisuse>, Broken> {
        let command = command.into();
        self.watch.step();
        let sent = self.connection.send(command.clone(), options, self.now);
        if let Ok(handle) = sent {
            self.watch.issued(handle, &command);
            if let Some(span) = options.deadline {
                self.watch.deadline(handle, span);
            }
        }
        self.drain()?;
        Ok(sent)
    }

    /// The application does something else.
    ///
    /// # Errors
    ///
    /// The invariant that does not hold.
    pub fn call<T>(
        &mut self,
        call: impl FnOnce(&mut ClientConnection, Instant) -> T,
    ) -> Result<T, Broken> {
        self.watch.step();
        let result = call(&mut self.connection, self.now);
        self.drain()?;
        Ok(result)
    }

    /// The server says this, in one read.
    ///
    /// # Errors
    ///
    /// The invariant that does not hold.
    pub fn hear(&mut self, octets: &[u8]) -> Result<(), Broken> {
        self.watch.read(octets);
        self.connection.handle_input(octets, self.now);
        self.drain()
    }

    /// The stream ends.
    ///
    /// # Errors
    ///
    /// The invariant that does not hold.
    pub fn end(&mut self) -> Result<(), Broken> {
        self.call(|connection, now| connection.handle_eof(now))
    }

    /// The loop of every adapter.
    ///
    /// # Errors
    ///
    /// The invariant that does not hold.
    pub fn drain(&mut self) -> Result<(), Broken> {
        loop {
            while let Some(event) = self.connection.poll_event() {
                self.watch.event(&event)?;
                self.events.push(event.into_static());
                self.watch.after_event(&self.connection)?;
            }
            let octets = self.connection.transmit();
            if octets.is_empty() {
                break;
            }
            self.watch.wrote(octets)?;
            self.written.extend_from_slice(octets);
            let len = octets.len();
            self.connection.handle_transmitted(len, self.now);
        }
        self.watch.at_rest(&mut self.connection, self.now)
    }
}

/// The value of a step.
///
/// # Panics
///
/// When an invariant did not hold.
pub(crate) fn sound<T>(checked: Result<T, Broken>) -> T {
    checked.unwrap_or_else(|broken| panic!("{broken:?}"))
}
