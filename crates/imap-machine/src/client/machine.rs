//! Everything a connection knows but the octets it has not read yet.
//!
//! The files beside this one are its parts: `respond` (what a response does), `sending` (what goes out, and when), `waiting` (what
//! is waited for, and until when), `ending` (how commands and the connection end).

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::sync::Arc;

use super::command::{CommandHandle, Commands, Outcome};
use super::config::{Config, Tracking};
use super::continuation::Continuation;
use super::mailbox::Selection;
use crate::codec::ResponseText;
use crate::error::{CloseReason, Closed};
use crate::transmit::Transmit;
use crate::upgrade::Layer;
use crate::{Capabilities, Instant, State};

pub(crate) struct Machine {
    /// Shared by all connections that are made alike.
    pub(crate) config: Arc<Config>,
    pub(crate) now: Instant,
    pub(crate) life: Life,
    pub(crate) state: State,
    pub(crate) privacy: Privacy,
    pub(crate) capabilities: Capabilities,
    pub(crate) heard: Heard,
    pub(crate) selection: Selection,
    pub(crate) commands: Commands,
    /// The command of which a part is out and a part is not.
    pub(crate) writer: Option<CommandHandle>,
    /// The command at the head of the queue, and when it was found that it must wait.
    pub(crate) blocked: Option<(CommandHandle, u64)>,
    pub(crate) continuation: Continuation,
    pub(crate) transmit: Transmit,
    /// Outcomes that no line of the server brings.
    pub(crate) verdicts: VecDeque<(CommandHandle, Outcome<'static>)>,
    /// No deadline comes before, unless something else happens than that octets arrive.
    pub(crate) rests_until: Instant,
    /// The last octet in either direction, or the beginning of the present wait.
    pub(crate) progress: Instant,
    pub(crate) last_warning: Option<String>,
    /// The last SELECT or EXAMINE that was sent or queued.
    pub(crate) last_select: Option<CommandHandle>,
}

/// The life of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// Open since then.
    Open { since: Instant },
    /// The layer below is being changed.
    Upgrading {
        handle: CommandHandle,
        layer: Layer,
        since: Instant,
        /// Boxed, since a connection is in this state twice in its life at most.
        text: Box<ResponseText<'static>>,
    },
    /// The server has said that it will close.
    Leaving { since: Instant, reason: CloseReason },
    /// It is over; outcomes are being given.
    Ending(Closed),
    /// The application knows.
    Over,
}

/// Whether others can read along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Privacy {
    /// As far as this connection knows.
    Clear,
    /// STARTTLS was done.
    Tls,
}

/// When the present list of capabilities was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    BeforeLogin,
    /// Since the last LOGIN or AUTHENTICATE went out.
    SinceLogin,
}

impl Machine {
    pub(crate) fn new(config: Arc<Config>, now: Instant) -> Self {
        Self {
            config,
            now,
            life: Life::Open { since: now },
            state: State::Greeting,
            privacy: Privacy::Clear,
            capabilities: Capabilities::default(),
            heard: Heard::BeforeLogin,
            selection: Selection::default(),
            commands: Commands::new(),
            writer: None,
            blocked: None,
            continuation: Continuation::Nobody,
            transmit: Transmit::default(),
            verdicts: VecDeque::new(),
            rests_until: Instant::ORIGIN,
            progress: now,
            last_warning: None,
            last_select: None,
        }
    }

    /// Time never runs backwards in here, whatever the adapter's clock does.
    pub(crate) fn at(&mut self, now: Instant) {
        self.now = self.now.max(now);
    }

    /// What is waited for may not be what it was.
    pub(crate) const fn disturbed(&mut self) {
        self.rests_until = Instant::ORIGIN;
    }

    /// Something moved, or a new wait begins.
    pub(crate) const fn progressed(&mut self) {
        self.progress = self.now;
    }

    pub(crate) const fn is_over(&self) -> bool {
        matches!(self.life, Life::Ending(_) | Life::Over)
    }

    pub(crate) fn mailbox_blocks(&self) -> Option<usize> {
        match self.config.tracking {
            Tracking::Counts => None,
            Tracking::Messages => Some(self.config.limits.mailbox_blocks),
        }
    }
}
