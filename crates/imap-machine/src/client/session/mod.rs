//! Above the connection, still without I/O: opening a session, holding and reading answers.
//!
//! This is what adapters have in common. An adapter adds one generic "run this command", and knows no protocol:
//!
//! * [`Opening`] drives a fresh connection to the point where mailboxes can be used;
//! * [`Inbox`] holds the events of one command for a consumer that takes its time, up to a limit;
//! * [`answers`] turn the events of one command into a value.

pub mod answers;
mod inbox;
mod opening;

pub use inbox::{Inbox, Overflow, held_octets};
pub use opening::{Credentials, Method, OpenError, Opening, Plan, Readiness};
