//! `+`: the command that owns the next continuation request continues.

use crate::client::command::Transit;
use crate::client::continuation::Continuation;
use crate::client::event::{Challenge, Event};
use crate::client::exchange::Exchange;
use crate::client::exchange::idle::Lasts;
use crate::client::exchange::step::{Cue, Step};
use crate::client::machine::Machine;
use crate::codec::Octets;

impl Machine {
    pub(super) fn continuation<'a>(&mut self, text: &'a [u8]) -> Event<'a> {
        let unexpected = Event::UnexpectedContinuation {
            text: Octets::from(text),
        };
        let continuation = self.output.continuation;
        let sent = self.sent();
        let owner = continuation.owner();
        let Some(entry) = owner.and_then(|handle| self.commands.get_mut(handle)) else {
            return unexpected;
        };
        let handle = entry.handle();
        let asked = match entry.transit {
            Transit::AwaitingContinuation { asked, .. } => asked,
            Transit::AwaitingCompletion { end, .. } => end,
            Transit::Queued | Transit::Sending { .. } => return unexpected,
        };
        // The server cannot have answered octets that have not left yet.
        if asked > sent {
            return unexpected;
        }
        let text = Octets::from(text);
        if let Continuation::Literal(_) = continuation {
            entry.transit = Transit::Sending {
                start: entry.start().unwrap_or(asked),
            };
            self.output.continuation = Continuation::Nobody;
            // Continue at once: the effect of the next line must not depend on whether it came in the same read.
            self.write_on();
            return Event::Proceed { handle, text };
        }
        if let Exchange::Idle(idle) = &entry.exchange {
            let lasts = idle.lasts();
            self.output.continuation = Continuation::Nobody;
            self.advance(handle, Cue::Plus { bare: true });
            if lasts == Lasts::UntilStopped {
                self.commands.set_deadline(handle, None);
            }
            return Event::Idling { handle, text };
        }
        let bare = text.is_empty();
        self.output.continuation = Continuation::Nobody;
        match self.advance(handle, Cue::Plus { bare }) {
            Step::Challenge => {
                let challenge = Challenge { text };
                Event::Challenge { handle, challenge }
            }
            _ => Event::Proceed { handle, text },
        }
    }
}
