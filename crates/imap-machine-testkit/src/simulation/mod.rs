//! Whole lives of a connection, made by chance and the same for the same seed.
//!
//! A seed makes a world: a server that does everything right, or lapses, or is hostile; an application that is careful or
//! careless; a network that delays, cuts, stalls and breaks. All of it is in virtual time. After every step the
//! [invariants](crate::invariants) are checked, and at the end that each command has had its outcome, that each response was an
//! event, and that both sides agree on what was done.
//!
//! ```
//! use imap_machine_testkit::simulation;
//!
//! let lives = (0..10).map(|seed| simulation::run(seed).unwrap());
//! assert!(lives.map(|life| life.outcomes).sum::<usize>() > 10);
//! ```
//!
//! A failure is a [`History`]: the list of all that happened to the connection. It fails again when it is
//! [replayed](History::replay), it can be made [smaller](shrink), and it can be written as a [scenario](History::scenario).
//!
//! ```text
//! world        a seed to a world; what happens next
//! life         a whole life of it
//! clock, link  virtual time; one direction of a network
//! application  careful and careless ones
//! server/      a good server, and how it goes wrong
//! subject      the connection, watched at every step
//! history      what happened, to let it happen again; its steps are in step
//! responses    every response is one event
//! pieces       every streamed literal comes in pieces, with its context
//! answered     what typed answers have of the responses
//! causes       which command each response belongs to
//! truth        what both sides know, compared
//! coverage     which situations were reached
//! shrink       a shorter history that fails in the same way
//! campaign     many seeds
//! ```

mod answered;
mod application;
mod campaign;
mod causes;
mod clock;
mod coverage;
mod history;
mod life;
mod link;
mod pieces;
pub(crate) mod responses;
mod server;
mod shrink;
mod step;
mod subject;
#[cfg(test)]
mod tests;
mod truth;
mod world;

pub use application::Care;
pub use campaign::{Campaign, Totals};
pub use clock::Clock;
pub use coverage::{Coverage, Happening, Situation};
pub use history::{Breach, History};
pub use link::{Arrival, Link, Weather};
pub use server::{Manners, Record};
pub use shrink::shrink;
pub use step::Step;
pub use subject::Subject;
pub use world::{Climate, Sky};

use world::World;

/// A life in which no rule was broken.
#[derive(Clone, Debug)]
pub struct Life {
    /// The kind of world it was.
    pub climate: Climate,
    /// What it came across.
    pub coverage: Coverage,
    /// How many things happened.
    pub steps: usize,
    /// How many commands ended.
    pub outcomes: usize,
}

/// A seed that breaks a rule.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// The kind of world it makes.
    pub climate: Climate,
    /// The rule, and where.
    pub breach: Breach,
    /// What happened up to there.
    pub history: History,
}

/// Runs the life of a seed.
///
/// # Errors
///
/// The first rule that did not hold. Boxed, since it is large and rare.
pub fn run(seed: u64) -> Result<Life, Box<Failure>> {
    let mut world = World::new(seed);
    let lived = world.live();
    match lived {
        Ok(()) => Ok(Life {
            climate: world.climate,
            outcomes: world.subject.outcomes(),
            coverage: world.subject.coverage,
            steps: world.history.steps.len(),
        }),
        Err(breach) => Err(Box::new(Failure {
            seed,
            climate: world.climate,
            breach,
            history: world.history,
        })),
    }
}
