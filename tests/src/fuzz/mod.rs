//! What the fuzzers of `fuzz/` do with one input. The test `fuzz_corpus` does the same with the inputs that are kept.
//!
//! Each module has a `run`, which panics if and only if something is wrong.

pub mod client;
pub mod encode;
pub mod framing;
pub mod from_client;
pub mod responses;
pub mod scenario;
pub mod seeds;

/// A function that runs one input.
pub type Target = fn(&[u8]);

/// All of them, with the names that they have in `fuzz/`.
pub const TARGETS: [(&str, Target); 6] = [
    ("client", client::run),
    ("encode", encode::run),
    ("framing", framing::run),
    ("from_client", from_client::run),
    ("responses", responses::run),
    ("scenario", scenario::run),
];
