//! Slow and obvious versions of what the machine does, to compare it with.

pub mod framing;
mod mailbox;
mod session;
mod stored;
#[cfg(test)]
mod tests;
mod wire;

pub use mailbox::Mailbox;
pub use session::{Moment, Session};
pub use wire::Wire;
