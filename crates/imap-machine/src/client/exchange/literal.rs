//! Literals that are sent (RFC 9051 section 4.3, RFC 7888): announced, permitted, then written or supplied.
//!
//! ```text
//! text, {n+} and its octets ----------------------> written
//!   |                                                  ^
//!   +--{n}--> Announced --+--> octets in memory -------+
//!                |          \-> Wanting --supplied-----+
//!                +--NO, BAD--> the command is over: the octets never go out
//! ```

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::capabilities::Capabilities;
use crate::limits::Limits;
use crate::outgoing::fragments::{Filled, Fragment, Fragments, Missing};
use crate::outgoing::transmit::{JOIN, SEGMENT, Transmit};

/// Whether the octets may follow without permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Synchronizing,
    NonSynchronizing,
}

/// How far a command has been written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrittenTo {
    /// To its end.
    End,
    /// To the header of a literal, which needs the server's `+`.
    Header,
    /// To octets that the application has to supply.
    Supply,
}

/// Writes a command up to the point where it needs the server or the application.
pub(crate) fn advance(
    fragments: &mut Fragments,
    queue: &mut Transmit,
    capabilities: &Capabilities,
    limits: &Limits,
) -> WrittenTo {
    while let Some(fragment) = fragments.pop_front() {
        match fragment {
            Fragment::Text(text) => queue.push_owned(text),
            Fragment::Literal(octets) => {
                let mode = mode(octets.len(), capabilities, limits);
                queue.push(header(octets.len() as u64, mode).as_bytes());
                match mode {
                    Mode::NonSynchronizing => queue.push_owned(octets),
                    Mode::Synchronizing => {
                        fragments.push_front(Fragment::Text(octets));
                        return WrittenTo::Header;
                    }
                }
            }
            // A supplied literal always asks for permission, so that a refusal does not cost the whole transfer.
            Fragment::Supplied(size) => {
                queue.push(header(size, Mode::Synchronizing).as_bytes());
                fragments.push_front(Fragment::Missing(Missing::new(size)));
                return WrittenTo::Header;
            }
            Fragment::Missing(Missing { octets: 0, .. }) => {}
            Fragment::Missing(missing) => {
                fragments.push_front(Fragment::Missing(missing));
                return WrittenTo::Supply;
            }
        }
    }
    WrittenTo::End
}

/// The mode for a literal of this size, given the server's present capabilities.
fn mode(size: usize, capabilities: &Capabilities, limits: &Limits) -> Mode {
    match capabilities.non_synchronizing(limits.non_synchronizing) {
        Some(most) if size as u64 <= most => Mode::NonSynchronizing,
        _ => Mode::Synchronizing,
    }
}

/// The literal's header with its line end. The `+` is the same for LITERAL- (apple/swift-nio-imap#675).
fn header(size: u64, mode: Mode) -> String {
    match mode {
        Mode::Synchronizing => format!("{{{size}}}\r\n"),
        Mode::NonSynchronizing => format!("{{{size}+}}\r\n"),
    }
}

/// A literal that the application is supplying, and the queue that its octets go to.
pub(crate) struct Supply<'a> {
    missing: &'a mut Missing,
    queue: &'a mut Transmit,
    /// How many octets may wait in the queue.
    limit: usize,
}

impl<'a> Supply<'a> {
    /// `None` if the command wants no octets.
    pub(crate) const fn new(
        fragments: &'a mut Fragments,
        queue: &'a mut Transmit,
        limit: usize,
    ) -> Option<Self> {
        match fragments.front_mut() {
            Some(Fragment::Missing(missing)) => Some(Self {
                missing,
                queue,
                limit,
            }),
            _ => None,
        }
    }

    fn room(&self) -> usize {
        room(self.missing, self.queue, self.limit)
    }

    /// Takes octets, and returns how many.
    pub(crate) fn push(self, octets: &[u8]) -> usize {
        let taken = octets.get(..self.room()).unwrap_or(octets);
        self.missing.octets = self.missing.octets.saturating_sub(taken.len() as u64);
        self.queue.push(taken);
        taken.len()
    }

    /// Where the application may put octets.
    pub(crate) fn space(self) -> &'a mut [u8] {
        let room = self.room();
        self.missing.space(room)
    }

    /// The application has put `octets` octets there. Returns how many are taken.
    pub(crate) fn fill(self, octets: usize) -> usize {
        let room = self.room();
        let filled = self.missing.fill(octets, room);
        let taken = filled.len();
        match filled {
            Filled::Whole(octets) => self.queue.push_owned(octets),
            Filled::Part(octets) => self.queue.push(octets),
        }
        taken
    }

    /// A buffer has been written. If it is no larger than a space may be, it becomes the next space.
    pub(crate) fn reuse(self, buffer: Vec<u8>) {
        let most = self.limit.min(SEGMENT);
        if buffer.len() >= JOIN && buffer.capacity() <= most {
            self.missing.reuse(buffer);
        }
    }
}

/// How many octets a command with these fragments takes now. `None` if it takes none.
pub(crate) fn wanted(fragments: &Fragments, queue: &Transmit, limit: usize) -> Option<usize> {
    match fragments.front() {
        Some(Fragment::Missing(missing)) => Some(room(missing, queue, limit)),
        _ => None,
    }
}

fn room(missing: &Missing, queue: &Transmit, limit: usize) -> usize {
    let room = (limit as u64).saturating_sub(queue.pending());
    usize::try_from(room.min(missing.octets)).unwrap_or(usize::MAX)
}
