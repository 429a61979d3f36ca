//! `+`: the owner of the next continuation request goes on.

use crate::client::command::Phase;
use crate::client::continuation::Continuation;
use crate::client::event::{Challenge, Event};
use crate::client::exchange::authenticate::Answer;
use crate::client::exchange::{Authenticate, Exchange};
use crate::client::machine::Machine;
use crate::codec::Octets;

impl Machine {
    pub(super) fn continuation<'a>(&mut self, text: &'a [u8]) -> Event<'a> {
        let unexpected = Event::UnexpectedContinuation {
            text: Octets::from(text),
        };
        let continuation = self.continuation;
        let Some(entry) = continuation
            .owner()
            .and_then(|handle| self.commands.get_mut(handle))
        else {
            return unexpected;
        };
        let handle = entry.handle();
        let asked = match entry.phase {
            Phase::AwaitingContinuation { asked, .. } => asked,
            Phase::AwaitingCompletion { end, .. } => end,
            Phase::Queued | Phase::Sending { .. } => return unexpected,
        };
        // A `+` cannot be the answer to octets that have not left.
        if asked > self.transmit.sent() {
            return unexpected;
        }
        let text = Octets::from(text);
        match (continuation, &mut entry.exchange) {
            (Continuation::Literal(_), _) => {
                entry.phase = Phase::Sending {
                    start: entry.start().unwrap_or(asked),
                };
                self.continuation = Continuation::Nobody;
                // At once: what the next line does must not depend on whether it came in the same read.
                self.write_on();
                Event::Proceed { handle, text }
            }
            (Continuation::Authenticate(_), Exchange::Authenticate(exchange)) => {
                match (&exchange, text.is_empty()) {
                    (Authenticate::Holding { initial }, true) => {
                        let answer = Answer::Response(initial.clone());
                        *exchange = Authenticate::AwaitingChallenge;
                        self.answer_line(handle, &answer);
                        Event::Proceed { handle, text }
                    }
                    (Authenticate::Cancelled, _) => {
                        self.answer_line(handle, &Answer::Cancel);
                        Event::Proceed { handle, text }
                    }
                    _ => {
                        *exchange = Authenticate::Challenged;
                        self.continuation = Continuation::Nobody;
                        let challenge = Challenge { text };
                        Event::Challenge { handle, challenge }
                    }
                }
            }
            (Continuation::Idle(_), Exchange::Idle(idle)) => {
                self.continuation = Continuation::Nobody;
                if idle.granted(self.now) {
                    self.say(b"DONE\r\n");
                }
                Event::Idling { handle, text }
            }
            _ => Event::UnexpectedContinuation { text },
        }
    }
}
