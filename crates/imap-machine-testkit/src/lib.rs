//! Tools to test IMAP machines, runtimes and clients.
//!
//! * [`scenario`]: conversations as text files, played under every chunking and every way to be interrupted.
//! * [`invariants`]: what holds for every connection after every step.
//! * [`model`]: slow and obvious versions of what the machine does, to compare it with.
//! * [`answers`]: whether a typed answer has all that the server said.
//! * [`simulation`]: whole lives of a connection in virtual time, made by chance and the same for the same seed.
//! * [`small_world`]: every sequence, up to a depth, of the moves that matter.
//! * [`server`]: a small in-process IMAP server on the loopback.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod answers;
mod fnv1a;
pub mod invariants;
pub mod model;
mod random;
mod rule;
pub mod scenario;
pub mod server;
pub mod simulation;
pub mod small_world;

/// The examples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
