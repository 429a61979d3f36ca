//! What the server says. It is generated, and the same on every machine.

pub mod bodies;
pub mod envelopes;
pub mod flags;
pub mod lines;
pub mod rng;

use std::sync::Arc;

use crate::tally::Tally;

/// How many messages the selected mailbox has.
pub const MESSAGES: u32 = 100_000;

/// Responses, and what must be read from them.
#[derive(Clone, Debug)]
pub struct Rows {
    /// The responses.
    pub octets: Arc<Vec<u8>>,
    /// How many they are.
    pub rows: u32,
    /// What a contender must have read in the end.
    pub tally: Tally,
}
