//! The pieces of work, each with its contenders.

pub mod adapters;
mod commands;
pub mod fetch;
mod held;
pub mod idle;
#[cfg(feature = "table")]
mod latency;
mod literal;
mod literals;
mod pieces;
pub mod queues;
mod remote_bodies;
pub mod resident;
pub mod view;

use crate::line::Line;

/// How much of it.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How often all contenders take their turn.
    pub rounds: usize,
    /// Inputs a tenth of the size.
    pub quick: bool,
}

impl Settings {
    /// `units`, or a tenth of them when it has to be quick.
    #[must_use]
    pub const fn scaled(&self, units: u32) -> u32 {
        if self.quick { units / 10 } else { units }
    }
}

/// A workload: its name, and what it measures.
pub type Workload = (&'static str, fn(Settings) -> Vec<Line>);

/// All of them.
pub const ALL: &[Workload] = &[
    ("W1", fetch::flags),
    ("W1mix", fetch::mixed_flags),
    ("W2", fetch::envelopes),
    ("W3", literal::inwards),
    ("W3out", literal::outwards),
    ("W4", fetch::bodies),
    ("W5", commands::at_once),
    ("W5one", commands::one_by_one),
    #[cfg(feature = "table")]
    ("W5far", latency::stores),
    ("W6", pieces::reads),
    ("W6line", pieces::long_lines),
    ("W7", idle::connections),
    ("W8", queues::each_kind),
    ("W8cancel", queues::given_up),
    ("view", view::expunges),
    ("queue", commands::queue),
    ("noop", adapters::noops),
    ("rows", adapters::rows),
    ("body", adapters::body),
    ("idling", held::idle),
    ("values", held::values),
];
