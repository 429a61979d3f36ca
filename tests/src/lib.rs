//! Tests across the crates of this workspace are in `tests/` and `scenarios/`; what they share is here.

pub mod agreement;
pub mod from_client;
pub mod fuzz;
pub mod hangs;
pub mod live;
pub mod operations;
pub mod play;
pub mod repository;
pub mod watched;

/// The examples of the README, so that they keep compiling.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
