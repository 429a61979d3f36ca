//! The steps of a history.

use std::fmt;
use std::time::Duration;

use imap_machine::Instant;

use crate::scenario::{End, block};

/// The moment at which a history begins.
pub(crate) const BEGIN: Instant = Instant::ORIGIN;

/// One thing that happens to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Octets arrive in one read.
    Arrive(Vec<u8>),
    /// The stream ends.
    End(End),
    /// The application or its adapter calls this: a line as in scenario files, without `!`.
    Call(String),
    /// Time goes by, and the adapter says so.
    Pass(Duration),
    /// The application takes at most this number of events.
    Poll(usize),
    /// The transport takes at most this number of octets.
    Take(usize),
    /// All events and all octets, until there are neither: what a good adapter does.
    Settle,
}

impl Step {
    /// Whether it is the adapter's part.
    pub(super) const fn is_handling(&self) -> bool {
        matches!(self, Self::Poll(_) | Self::Take(_) | Self::Settle)
    }
}

/// The step as it stands in a scenario file, line ends included. A step that the format cannot express is a comment.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arrive(octets) => f.write_str(&block("S: ", octets)),
            Self::End(End::Eof) => f.write_str("S: <EOF>\n"),
            Self::End(End::Failure) => f.write_str("S: <FAIL>\n"),
            Self::Call(call) => writeln!(f, "! {call}"),
            Self::Pass(span) => writeln!(f, "@ +{}ms", span.as_millis()),
            Self::Settle => f.write_str("# all events are taken and all octets written\n"),
            Self::Poll(usize::MAX) => f.write_str("# all events are taken\n"),
            Self::Poll(events) => writeln!(f, "# at most {events} events are taken"),
            Self::Take(usize::MAX) => f.write_str("# all octets are written\n"),
            Self::Take(octets) => writeln!(f, "# at most {octets} octets are written"),
        }
    }
}
