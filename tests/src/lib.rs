//! What the tests across the crates of this workspace share. The tests are in `tests/` and `scenarios/`.

pub mod agreement;
pub mod described;
pub mod field;
pub mod from_client;
pub mod fuzz;
pub mod hangs;
pub mod known;
pub mod live;
pub mod nasty;
pub mod operations;
pub mod play;
pub mod repository;
pub mod responses;
pub mod watched;

/// The examples of the README, so that they keep compiling.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
