//! What a connection waits for, in one line that a person understands.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::command::{self as entry, CommandHandle, Entry, Why};
use super::machine::{Life, Machine};
use super::waiting::Waiting;
use crate::framing::Need;
use crate::instant::Instant;
use crate::outgoing::fragments::Fragment;
use crate::timer::Timer;

// How many commands a line names.
const NAMED: usize = 3;

/// A snapshot of what a connection waits for. `Display` is one line:
///
/// ```text
/// A7 UID STORE waits for its completion (4.2 s, deadline in 5.8 s); behind it: A8 FETCH (queued: A7 may renumber)
/// ```
///
/// It holds no argument of any command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// What has to happen next.
    pub waiting: Waiting,
    /// The command that this is about.
    pub command: Option<Named>,
    /// How long that command, or the connection, has waited.
    pub elapsed: Option<Duration>,
    /// How long until the next deadline of the connection, and its class. It may be that of another command.
    pub deadline: Option<(Duration, Timer)>,
    /// The next commands after that one.
    pub behind: Vec<Behind>,
    /// How many more there are.
    pub more: usize,
}

/// A command as people refer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Ours.
    pub handle: CommandHandle,
    /// The tag on the wire, `A7`.
    pub tag: String,
    /// `UID STORE`.
    pub verb: Cow<'static, str>,
}

/// A command that is not the one waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// Which.
    pub command: Named,
    /// Where it stands.
    pub place: Place,
}

/// Where a command is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the wire, not answered.
    OnTheWire,
    /// In the queue, because of another command.
    Blocked {
        /// The tag of the command that has to end first.
        by: String,
        /// The reason.
        why: Why,
    },
    /// In the queue, after others.
    Queued,
}

/// An open command and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Which.
    pub command: Named,
    /// How far.
    pub phase: Phase,
}

/// How far a command has been written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadProgress {
    /// Octets of the command that the transport has taken, headers of literals included.
    pub written: u64,
    /// Octets that the application has still to [supply](super::ClientConnection::supply). Those that have been supplied and are not
    /// written yet are at most [`Limits::supply`](crate::Limits::supply).
    pub missing: u64,
}

/// How far a command has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Waiting for its turn.
    Queued,
    /// Being written.
    Sending,
    /// It needs the server's `+` to go on.
    AwaitingContinuation,
    /// Sent; the tagged response has not come.
    AwaitingCompletion,
}

impl Machine {
    /// All commands without an outcome yet, in the order of `send`.
    pub(crate) fn progress(&self) -> impl Iterator<Item = Progress> + '_ {
        let entries = self.commands.iter().filter(|entry| entry.is_open());
        entries.map(|entry| Progress {
            command: named(entry),
            phase: match entry.transit {
                entry::Transit::Queued => Phase::Queued,
                entry::Transit::Sending { .. } => Phase::Sending,
                entry::Transit::AwaitingContinuation { .. } => Phase::AwaitingContinuation,
                _ if !entry.is_sent(self.sent()) => Phase::Sending,
                entry::Transit::AwaitingCompletion { .. } => Phase::AwaitingCompletion,
            },
        })
    }

    pub(crate) fn upload(&self, handle: CommandHandle) -> Option<UploadProgress> {
        let entry = self.commands.get(handle).filter(|entry| entry.is_open())?;
        let written = entry.written(self.output.queue.queued());
        let missing = entry.fragments.iter().map(|fragment| match fragment {
            Fragment::Supplied(_, size) => *size,
            Fragment::Missing(missing) => missing.octets,
            _ => 0,
        });
        Some(UploadProgress {
            written: written.map_or(0, |range| {
                self.sent().min(range.end).saturating_sub(range.start)
            }),
            missing: missing.fold(0, u64::saturating_add),
        })
    }

    pub(crate) fn diagnosis(&self, need: Need, now: Instant) -> Diagnosis {
        let now = now.max(self.clock.now());
        let waiting = self.waiting(need);
        let about = self.about(waiting);
        let deadline = self.next_deadline(need);
        let mut others = self
            .commands
            .in_flight()
            .chain(self.commands.queued())
            .filter(|entry| entry.is_open())
            .filter(|entry| Some(entry.handle()) != about.map(Entry::handle));
        let behind: Vec<_> = others
            .by_ref()
            .take(NAMED)
            .map(|entry| self.behind(entry))
            .collect();
        Diagnosis {
            waiting,
            elapsed: about.map(|entry| now - entry.issued),
            command: about.map(named),
            deadline: deadline.map(|deadline| (deadline.at - now, deadline.timer)),
            more: self
                .commands
                .open()
                .saturating_sub(behind.len() + usize::from(about.is_some_and(Entry::is_open))),
            behind,
        }
    }

    fn about(&self, waiting: Waiting) -> Option<&Entry> {
        let handle = match waiting {
            Waiting::Literal { .. } => return self.commands.oldest_open(),
            Waiting::Upgrade(_) => match &self.life {
                Life::Upgrading(upgrade) => upgrade.handle,
                _ => return None,
            },
            _ => waiting.command()?,
        };
        self.commands.get(handle)
    }

    fn behind(&self, entry: &Entry) -> Behind {
        let place = match entry.transit {
            entry::Transit::Queued => match self.blocked(entry) {
                Some(blocked) => Place::Blocked {
                    by: match self.commands.get(blocked.by) {
                        Some(other) => alloc::format!("{}", other.tag),
                        None => String::new(),
                    },
                    why: blocked.why,
                },
                None => Place::Queued,
            },
            _ => Place::OnTheWire,
        };
        Behind {
            command: named(entry),
            place,
        }
    }
}

fn named(entry: &Entry) -> Named {
    Named {
        handle: entry.handle(),
        tag: alloc::format!("{}", entry.tag),
        verb: entry.profile.verb.clone(),
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(command) = &self.command {
            write!(f, "{command} ")?;
        }
        match self.waiting {
            Waiting::Nothing => f.write_str("waits for nothing")?,
            Waiting::Greeting => f.write_str("waits for the server's greeting")?,
            Waiting::Completion(_) | Waiting::Logout(_) => {
                f.write_str("waits for its completion")?
            }
            Waiting::Continuation(_) => f.write_str("waits for the server's +")?,
            Waiting::Literal { missing, size } => {
                write!(f, "waits for {missing} of {size} octets of a literal")?;
            }
            Waiting::Answer(_) => {
                f.write_str("waits for the application's answer to a challenge")?
            }
            Waiting::Supply(_) => {
                f.write_str("waits for the application's octets of its literal")?
            }
            Waiting::Idle(_) => f.write_str("waits for news")?,
            Waiting::Done(_) => f.write_str("waits for its completion after DONE")?,
            Waiting::Reader => f.write_str("waits for the application to take events")?,
            Waiting::Bye => f.write_str("waits for the server to close after its BYE")?,
            Waiting::Upgrade(layer) => write!(f, "waits for the adapter to set up {layer}")?,
            Waiting::Closed => f.write_str("closed")?,
        }
        match (self.elapsed, self.deadline) {
            (Some(elapsed), Some((left, _))) => {
                write!(f, " ({}, deadline in {})", Seconds(elapsed), Seconds(left))?;
            }
            (None, Some((left, _))) => write!(f, " (deadline in {})", Seconds(left))?,
            (Some(elapsed), None) => write!(f, " ({})", Seconds(elapsed))?,
            (None, None) => {}
        }
        for (index, behind) in self.behind.iter().enumerate() {
            f.write_str(if index == 0 { "; behind it: " } else { ", " })?;
            write!(f, "{behind}")?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.tag, self.verb)
    }
}

impl fmt::Display for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::OnTheWire => write!(f, "{} (on the wire)", self.command),
            Place::Blocked { by, why } => write!(f, "{} (queued: {by} {why})", self.command),
            Place::Queued => write!(f, "{} (queued)", self.command),
        }
    }
}

/// Seconds with one decimal.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.0.as_millis() / 100;
        write!(f, "{}.{} s", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::Phase;
    use crate::Instant;
    use crate::client::{AppendMessage, ClientConnection, Command, CommandOptions, Config};

    #[test]
    fn a_command_is_being_sent_until_its_last_octet_has_left() {
        let now = Instant::ORIGIN;
        let mut connection = ClientConnection::new(Config::default(), now);
        connection.handle_input(b"* PREAUTH ready\r\n", now);
        let options = CommandOptions::default();
        connection.send(Command::noop(), options, now).unwrap();
        let phase = |connection: &ClientConnection| {
            let progress = connection.commands().next();
            progress.map(|progress| progress.phase)
        };
        assert_eq!(phase(&connection), Some(Phase::Queued));
        while connection.poll_event().is_some() {}
        for _ in *b"A1 NOOP\r\n" {
            assert_eq!(phase(&connection), Some(Phase::Sending));
            connection.handle_transmitted(1, now);
        }
        assert_eq!(phase(&connection), Some(Phase::AwaitingCompletion));
    }

    #[test]
    fn how_far_two_supplied_messages_are() {
        let now = Instant::ORIGIN;
        let mut connection = ClientConnection::new(Config::default(), now);
        connection.handle_input(b"* PREAUTH ready\r\n", now);
        let messages = [AppendMessage::supplied(10), AppendMessage::supplied(7)];
        let append = Command::append_all("x", messages).unwrap();
        let options = CommandOptions::default();
        let handle = connection.send(append, options, now).unwrap();
        let mut told = alloc::vec::Vec::new();
        let says: [&[u8]; 4] = [b"", b"+ go\r\n", b"+ go\r\n", b"A1 OK\r\n"];
        for line in says {
            connection.handle_input(line, now);
            while connection.poll_event().is_some() {}
            // All but three octets of each message at first.
            for octets in [b"1234".as_slice(), b"123456"] {
                let _ = connection.supply(handle, octets, now);
                while connection.poll_event().is_some() || !connection.transmit().is_empty() {
                    connection.handle_transmitted(connection.transmit().len(), now);
                }
                let progress = connection.upload(handle);
                told.push(progress.map(|it| (it.written, it.missing)));
            }
        }
        let header = "A1 APPEND x {10}\r\n".len() as u64;
        let second = header + 10 + " {7}\r\n".len() as u64;
        assert_eq!(
            told,
            [
                Some((header, 17)),
                Some((header, 17)),
                Some((header + 4, 13)),
                Some((second, 7)),
                Some((second + 4, 3)),
                Some((second + 7 + 2, 0)),
                None,
                None,
            ]
        );
    }
}
