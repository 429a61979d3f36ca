//! Opening a session, still without I/O: [`Opening`] drives a fresh connection to the point where mailboxes can be used.

mod error;
mod opening;

pub use error::{OpenError, OpenStep};
pub use opening::{Credentials, Method, Opening, Plan, Readiness};
