//! A small world, explored to its end: every sequence, up to a depth, of the moves that matter.
//!
//! A simulation draws from a large world by chance. Here the world is small (a dozen lines of the server, whole and cut, a dozen
//! calls of the application, a transport that takes all, one octet or nothing, and time), and nothing is left out: no seed, no
//! chance. After every move the [invariants](crate::invariants) are checked, with their bounds, and from every state that is new
//! the connection is brought to its end.
//!
//! ```
//! let explored = imap_machine_testkit::small_world::explore(1).unwrap();
//! assert!(explored.states > 100);
//! ```
//!
//! # Equal states
//!
//! A state is explored once. Two states count as equal when their fingerprints are equal. A fingerprint holds all that the
//! connection shows (state, what it waits for, commands and their phases, the deadline, the output, octets held, the mailbox), and
//! all that the model knows, with moments counted back from now and commands counted back from the next one. What the connection
//! does not show of a command (the turn of a conversation that was given up, whether numbers are stale) follows from what has
//! happened to that command, so the fingerprint holds that too.
//!
//! Two different states may be merged where the connection remembers something that neither it nor the model shows: the text of
//! the last warning, what was known when the last list of capabilities came. Equal states may be kept apart where two histories
//! of a command come to the same. A fingerprint made by the core would be exact, and would replace one function here.
//!
//! ```text
//! moves        what can happen
//! world        a connection to which it happens
//! fingerprint  which states are equal
//! explore      all of it, breadth first
//! ```

mod explore;
mod fingerprint;
mod moves;
mod world;

pub use explore::{Explored, Found, explore};
