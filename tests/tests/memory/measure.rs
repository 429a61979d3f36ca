//! A connection under a counting allocator.

use allocation_counter::{AllocationInfo, measure};
use imap_machine::Instant;
use imap_machine::client::{
    ClientConnection, Command, CommandHandle, CommandOptions, Config, Event,
};

/// The time in all these tests. No deadline passes.
pub const NOW: Instant = Instant::ORIGIN;

/// A connection, and what it has cost since it was made.
pub struct Measured {
    connection: ClientConnection,
    /// The most octets of heap at a time.
    pub peak: u64,
    /// Octets of heap that are held now.
    pub held: u64,
    pub work: Work,
}

/// Work, counted in place of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Octets that were allocated, freed ones included.
    pub allocated: u64,
    /// How often octets were allocated.
    pub allocations: u64,
    /// Events that were given.
    pub events: u64,
}

impl Measured {
    pub fn new(config: Config) -> Self {
        let mut made = None;
        let info = measure(|| made = Some(ClientConnection::new(config, NOW)));
        let mut measured = Self {
            connection: made.expect("it is made"),
            peak: 0,
            held: 0,
            work: Work::default(),
        };
        measured.count(info);
        measured
    }

    /// An authenticated connection.
    pub fn greeted(config: Config) -> Self {
        let mut measured = Self::new(config);
        measured.receive(b"* PREAUTH hello\r\n");
        measured
    }

    /// Does something with the connection. Everything that is allocated meanwhile counts as the connection's.
    pub fn with<R>(&mut self, act: impl FnOnce(&mut ClientConnection) -> R) -> R {
        let mut result = None;
        let connection = &mut self.connection;
        let info = measure(|| result = Some(act(connection)));
        self.count(info);
        result.expect("it is done")
    }

    /// Makes a command and queues it.
    pub fn send<C: Into<Command>>(&mut self, command: impl FnOnce() -> C) -> CommandHandle {
        let sent =
            self.with(|connection| connection.send(command(), CommandOptions::default(), NOW));
        sent.expect("there is room")
    }

    /// Receives octets, takes all events and writes all output. Returns the work.
    pub fn receive(&mut self, octets: &[u8]) -> Work {
        self.receive_and_see(octets, |_| {})
    }

    /// The same, and `see` sees every event. What `see` allocates does not count.
    pub fn receive_and_see(&mut self, octets: &[u8], mut see: impl FnMut(&Event<'_>)) -> Work {
        let before = self.work;
        let events = self.with(|connection| {
            connection.handle_input(octets, NOW);
            let mut events = 0;
            while let Some(event) = connection.poll_event() {
                events += 1;
                allocation_counter::opt_out(|| see(&event));
            }
            while !connection.transmit().is_empty() {
                let len = connection.transmit().len();
                connection.handle_transmitted(len, NOW);
            }
            events
        });
        self.work.events += events;
        self.work.since(before)
    }

    fn count(&mut self, info: AllocationInfo) {
        self.peak = self.peak.max(self.held + info.bytes_max);
        let held = i64::try_from(self.held).expect("it is not that much") + info.bytes_current;
        self.held = u64::try_from(held).expect("no more is freed than was allocated");
        self.work.allocated += info.bytes_total;
        self.work.allocations += info.count_total;
    }
}

impl Work {
    pub fn since(self, before: Self) -> Self {
        Self {
            allocated: self.allocated - before.allocated,
            allocations: self.allocations - before.allocations,
            events: self.events - before.events,
        }
    }
}
