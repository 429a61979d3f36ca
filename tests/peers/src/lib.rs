//! Plays exchanges of `docs/hangs.md` with other IMAP libraries and with this one.
//!
//! Everything is in memory and in one thread: a scripted [`server`], no socket, no clock. A library that wants to read
//! when the server has said everything waits for ever.

pub mod exchange;
pub mod exchanges;
pub mod libraries;
pub mod results;
pub mod server;
