//! Tests across the crates of this workspace are in `tests/` and `scenarios/`; what they share is here.

pub mod live;
