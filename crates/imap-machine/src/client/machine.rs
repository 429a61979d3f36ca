//! All state of a connection but the octets it has not read yet.
//!
//! The other files of this folder change it: `respond` (what a response does), `sending` (what goes out, and when),
//! `due` (which wait ends when), `ending` (how commands and the connection end).

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::ops::Deref;

use super::clock::Clock;
use super::closed::Closed;
use super::command::Commands;
use super::config::{Config, Tracking};
use super::exchange::upgrade::Upgrade;
use super::output::Output;
use super::standing::Standing;
use super::verdicts::Verdicts;
use crate::error::CloseReason;
use crate::instant::Instant;

/// The parts of a connection's state.
pub(crate) struct Machine {
    /// Shared by all connections with the same settings.
    pub(crate) config: Arc<Config>,
    pub(crate) clock: Clock,
    pub(crate) life: Life,
    pub(crate) standing: Standing,
    pub(crate) commands: Commands,
    pub(crate) output: Output,
    pub(crate) verdicts: Verdicts,
}

/// The life of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// Open since this time.
    Open { since: Instant },
    /// The layer below is being changed. Boxed, as is the reason below, since a connection is open nearly all its life.
    Upgrading(Box<Upgrade>),
    /// The server has said that it will close.
    Leaving {
        since: Instant,
        reason: Box<CloseReason>,
    },
    /// It is over; the last outcomes are being delivered.
    Ending(Closed),
    /// The application has been told.
    Over,
}

impl Machine {
    fn new(config: Arc<Config>, now: Instant) -> Self {
        Self {
            config,
            clock: Clock::new(now),
            life: Life::Open { since: now },
            standing: Standing::new(),
            commands: Commands::new(),
            output: Output::default(),
            verdicts: Verdicts::default(),
        }
    }

    pub(crate) const fn is_open(&self) -> bool {
        matches!(self.life, Life::Open { .. })
    }

    pub(crate) const fn is_over(&self) -> bool {
        matches!(self.life, Life::Ending(_) | Life::Over)
    }

    /// How many octets of the output have left.
    pub(crate) const fn sent(&self) -> u64 {
        self.output.queue.sent()
    }

    pub(crate) fn mailbox_blocks(&self) -> Option<usize> {
        match self.config.tracking {
            Tracking::Counts => None,
            Tracking::Messages => Some(self.config.limits.mailbox_blocks),
        }
    }
}

/// A machine that can be changed only by saying what time it is.
pub(crate) struct Timed(Machine);

impl Timed {
    pub(crate) fn new(config: Arc<Config>, now: Instant) -> Self {
        Self(Machine::new(config, now))
    }

    /// Something happens now that may change what is waited for.
    pub(crate) fn enter(&mut self, now: Instant) -> &mut Machine {
        self.0.clock.advance(now);
        self.0.clock.disturb();
        &mut self.0
    }

    /// Time passes, or octets arrive. What is waited for stays the same.
    pub(crate) fn pass(&mut self, now: Instant) -> &mut Machine {
        self.0.clock.advance(now);
        &mut self.0
    }

    /// Continues with what has happened already.
    pub(crate) const fn go_on(&mut self) -> &mut Machine {
        &mut self.0
    }
}

impl Deref for Timed {
    type Target = Machine;

    fn deref(&self) -> &Machine {
        &self.0
    }
}
