//! Opening a session, still without I/O: [`Opening`] drives a fresh connection to the point where mailboxes can be used.

mod opening;

pub use opening::{Credentials, Method, OpenError, Opening, Plan, Readiness};
