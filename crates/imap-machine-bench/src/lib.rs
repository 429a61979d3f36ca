//! Side-by-side benchmarks of IMAP client libraries, instruction counts, and what they ask of the heap.
//!
//! See README.md beside this package for what is measured and what is not equal.

pub mod alloc;
pub mod cli;
pub mod contenders;
pub mod distance;
pub mod goals;
pub mod inputs;
pub mod instructions;
pub mod line;
pub mod loopback;
pub mod measure;
pub mod report;
pub mod server;
pub mod tally;
pub mod workloads;
