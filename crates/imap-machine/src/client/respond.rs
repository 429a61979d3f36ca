//! What a response of the server does.

use alloc::borrow::Cow;
use alloc::string::String;

use bounded_static::ToBoundedStatic;

use super::command::{
    CommandHandle, Completion, Effect, Evidence, Interest, Numbering, Outcome, Phase, Refusal, Tag,
    Traits,
};
use super::config::Security;
use super::continuation::Continuation;
use super::event::{Cause, Challenge, Event, LiteralPiece};
use super::exchange::authenticate::Answer;
use super::exchange::idle::{AtLength, Stage, Then};
use super::exchange::{Authenticate, Exchange, Idle};
use super::machine::{Life, Machine, Privacy};
use super::mailbox::Applied;
use super::routing;
use crate::codec::{FetchNumber, Response, ResponseText, StatusKind, Untagged};
use crate::error::{CloseReason, PeerMisbehaved};
use crate::state::{Cue, State};
use crate::upgrade::Layer;

/// A response and the octets around it.
pub(crate) struct Received<'a> {
    pub(crate) response: Response<'a>,
    /// The line, its end included.
    pub(crate) message: &'a [u8],
    /// What is held behind it.
    pub(crate) behind: &'a [u8],
}

impl Machine {
    /// Every response is an event; what else it does has been done when this returns.
    pub(crate) fn respond<'a>(&mut self, received: Received<'a>) -> Event<'a> {
        if self.state == State::Greeting {
            return self.greeting(received);
        }
        match received.response {
            Response::Continuation { text } => self.continuation(text),
            Response::Tagged { tag, status, text } => {
                self.tagged(tag, status, text, received.behind)
            }
            Response::Status {
                status: StatusKind::Bye,
                text,
            } => self.bye(text),
            Response::Status { status, text } => self.status(status, text),
            Response::Untagged(data) => self.untagged(data, received.message),
            Response::Unrecognized(line) => {
                self.learn_capabilities(received.message);
                Event::Unrecognized {
                    line: Cow::Borrowed(line),
                    cause: routing::unrecognized_cause(&self.commands),
                }
            }
        }
    }

    fn greeting<'a>(&mut self, received: Received<'a>) -> Event<'a> {
        match received.response {
            Response::Status {
                status: StatusKind::Bye,
                text,
            } => self.bye(text),
            Response::Status { status, text }
                if matches!(status, StatusKind::Ok | StatusKind::Preauth) =>
            {
                self.cue(match status {
                    StatusKind::Preauth => Cue::GreetingPreauth,
                    _ => Cue::GreetingOk,
                });
                self.learn_code(&text);
                self.progressed();
                let exposed = self.config.security == Security::RequireStartTls
                    && status == StatusKind::Preauth;
                if exposed {
                    self.fail(CloseReason::PeerMisbehaved(
                        PeerMisbehaved::PreauthBeforeTls,
                    ));
                }
                Event::Greeting { status, text }
            }
            _ => {
                let line = crate::codec::trim_line_end(received.message);
                let excerpt = String::from_utf8_lossy(line.get(..200).unwrap_or(line));
                let fault = PeerMisbehaved::NotAGreeting(excerpt.into_owned());
                self.fail(CloseReason::PeerMisbehaved(fault));
                Event::Unrecognized {
                    line: Cow::Borrowed(line),
                    cause: Cause::Unsolicited,
                }
            }
        }
    }

    fn continuation<'a>(&mut self, text: &'a [u8]) -> Event<'a> {
        let unexpected = Event::UnexpectedContinuation {
            text: Cow::Borrowed(text),
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
        let text = Cow::Borrowed(text);
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
                    self.transmit.push(b"DONE\r\n");
                }
                Event::Idling { handle, text }
            }
            _ => unexpected_with(text),
        }
    }

    fn tagged<'a>(
        &mut self,
        tag: &'a [u8],
        status: StatusKind,
        text: ResponseText<'a>,
        behind: &'a [u8],
    ) -> Event<'a> {
        if status == StatusKind::Bye {
            // jstedfast/MailKit#1536: the command ends with the connection.
            return self.bye(text);
        }
        let sent = self.transmit.sent();
        let Some(entry) = self.commands.by_tag(tag) else {
            let tag = Cow::Borrowed(tag);
            return Event::UnexpectedTag { tag, status, text };
        };
        let ours = entry.tag;
        let premature = match status {
            _ if !entry.has_left(sent) => Some(PeerMisbehaved::AnsweredUnsent {
                tag: alloc::format!("{ours}"),
            }),
            StatusKind::Ok if !entry.is_sent(sent) => Some(PeerMisbehaved::EarlyOk {
                tag: alloc::format!("{ours}"),
            }),
            _ => None,
        };
        if let Some(fault) = premature {
            self.fail(CloseReason::PeerMisbehaved(fault));
            let tag = Cow::Borrowed(tag);
            return Event::UnexpectedTag { tag, status, text };
        }
        if status == StatusKind::Ok {
            if let Some(event) = self.on_ok(ours, &text, behind) {
                return event;
            }
        }
        self.complete(ours, status, text)
    }

    /// The tagged OKs that are not the end of their command.
    fn on_ok<'a>(
        &mut self,
        tag: Tag,
        text: &ResponseText<'a>,
        behind: &'a [u8],
    ) -> Option<Event<'a>> {
        let handle = tag.handle;
        let entry = self.commands.get(handle)?;
        match (&entry.profile.effect, &entry.exchange) {
            (Effect::Idle, Exchange::Idle(idle)) => {
                let again = matches!(
                    idle.stage,
                    Stage::Ending {
                        then: Then::Again,
                        ..
                    }
                );
                if !again || !entry.is_open() {
                    return None;
                }
                self.idle_again(tag);
                Some(Event::Status {
                    status: StatusKind::Ok,
                    text: text.clone(),
                    cause: Cause::Solicited(handle),
                })
            }
            (Effect::StartTls, _) if !behind.is_empty() => {
                let fault = PeerMisbehaved::DataBehindStartTls;
                self.fail(CloseReason::PeerMisbehaved(fault));
                Some(Event::Status {
                    status: StatusKind::Ok,
                    text: text.clone(),
                    cause: Cause::Solicited(handle),
                })
            }
            (Effect::StartTls, _) => Some(self.upgrade(tag, Layer::Tls, text, &[])),
            (Effect::Compress, _) => Some(self.upgrade(tag, Layer::Deflate, text, behind)),
            _ => None,
        }
    }

    fn upgrade<'a>(
        &mut self,
        tag: Tag,
        layer: Layer,
        text: &ResponseText<'a>,
        surplus: &'a [u8],
    ) -> Event<'a> {
        let handle = tag.handle;
        self.life = Life::Upgrading {
            handle,
            layer,
            since: self.now,
            text: text.to_static(),
        };
        Event::Upgrade {
            handle,
            layer,
            surplus: Cow::Borrowed(surplus),
        }
    }

    /// The new layer stands. `false` when none was being set up.
    pub(crate) fn upgraded(&mut self) -> bool {
        let Life::Upgrading {
            handle,
            layer,
            text,
            ..
        } = &self.life
        else {
            return false;
        };
        let (handle, layer, text) = (*handle, *layer, text.clone());
        self.life = Life::Open { since: self.now };
        if layer == Layer::Tls {
            self.privacy = Privacy::Tls;
            // Whatever was learned in clear may have been written by anybody (RFC 9051 section 6.2.1).
            self.capabilities.forget();
            self.last_warning = None;
        }
        self.progressed();
        self.settle(handle, completed(text));
        self.commands.remove(handle);
        true
    }

    /// The end of a command, by its tagged response.
    fn complete<'a>(&mut self, tag: Tag, status: StatusKind, text: ResponseText<'a>) -> Event<'a> {
        let handle = tag.handle;
        self.continuation.revoke(handle);
        let Some(entry) = self.commands.remove(handle) else {
            return Event::Late {
                handle,
                status,
                text,
            };
        };
        let half_supplied = matches!(entry.phase, Phase::Sending { .. });
        if self.writer == Some(handle) {
            self.writer = None;
        }
        if status == StatusKind::Ok && !entry.profile.selects() {
            // HIGHESTMODSEQ comes with the OK of NOOP, EXPUNGE and MOVE (RFC 7162 section 3.2.7).
            self.learn_mailbox_code(&text);
        }
        self.apply_effect(tag, &entry.profile.effect, status, &text);
        self.learn_code(&text);
        if half_supplied && !entry.fragments.is_empty() {
            // The server was promised octets that will not come now (RFC 7888 section 4): what it takes the next
            // ones for is not known.
            let tag = alloc::format!("{tag}");
            self.fail(CloseReason::HalfSent { tag });
        }
        if entry.profile.effect == Effect::Logout && status == StatusKind::Ok {
            self.fail(CloseReason::LoggedOut);
        }
        if entry.interest == Interest::Given {
            return Event::Late {
                handle,
                status,
                text,
            };
        }
        self.commands.settled(entry.deadline.map(|at| (at, handle)));
        let outcome = match status {
            StatusKind::No => Outcome::Refused {
                refusal: Refusal::No,
                text,
            },
            StatusKind::Bad => Outcome::Refused {
                refusal: Refusal::Bad,
                text,
            },
            _ => completed(text),
        };
        Event::Outcome { handle, outcome }
    }

    /// What the end of a command changes; before the application hears of it.
    fn apply_effect(
        &mut self,
        tag: Tag,
        effect: &Effect,
        status: StatusKind,
        text: &ResponseText<'_>,
    ) {
        let done = status == StatusKind::Ok;
        match effect {
            Effect::Select { .. } if done => {
                self.cue(Cue::SelectOk);
                self.selection.opened(text);
                self.number_from(tag.handle);
            }
            Effect::Select { .. } => {
                self.cue(Cue::SelectFailed);
                self.selection.close();
                self.number_from(tag.handle);
            }
            Effect::Deselect if done => {
                self.cue(Cue::Closed);
                self.selection.close();
            }
            Effect::Login | Effect::Authenticate if done => {
                self.cue(Cue::AuthenticateOk);
                // RFC 9051 section 6.2.2: they may be others now. A list in this very response still holds.
                self.capabilities.forget();
            }
            Effect::Unauthenticate if done => {
                self.cue(Cue::UnauthenticateOk);
                self.selection.close();
                self.capabilities.forget();
            }
            Effect::Logout if done => self.cue(Cue::LogoutOk),
            _ => {}
        }
    }

    /// Sequence numbers chosen for the mailbox that this command selects are counted from now.
    fn number_from(&mut self, select: CommandHandle) {
        let epoch = self.selection.epoch();
        for entry in self.commands.iter_mut() {
            if entry.numbering == Numbering::SelectedBy(select) {
                entry.numbering = Numbering::Epoch(epoch);
            }
        }
    }

    fn bye<'a>(&mut self, text: ResponseText<'a>) -> Event<'a> {
        self.cue(Cue::Bye);
        self.selection.close();
        let logging_out = self
            .commands
            .in_flight()
            .any(|entry| entry.profile.effect == Effect::Logout);
        if let (Life::Open { .. }, false) = (&self.life, logging_out) {
            self.life = Life::Leaving {
                since: self.now,
                reason: CloseReason::Bye(alloc::format!("{text}")),
            };
        }
        Event::Bye { text }
    }

    fn status<'a>(&mut self, status: StatusKind, text: ResponseText<'a>) -> Event<'a> {
        if matches!(status, StatusKind::No | StatusKind::Bad) {
            self.last_warning = Some(alloc::format!("{status} {text}"));
        }
        self.learn_code(&text);
        self.learn_mailbox_code(&text);
        let cause = routing::status_cause(&self.commands, &text);
        Event::Status {
            status,
            text,
            cause,
        }
    }

    fn untagged<'a>(&mut self, data: Untagged<'a>, message: &'a [u8]) -> Event<'a> {
        self.learn_capabilities(message);
        let out_of_place = matches!(data, Untagged::Expunge(_)) && !self.may_be_renumbered();
        let exists = self.selection.exists();
        let wrong = self.selection.apply(&data);
        let out_of_place = out_of_place.then_some(PeerMisbehaved::ExpungeOutOfPlace);
        Event::Untagged {
            cause: routing::cause(&self.commands, &data, exists),
            violation: wrong.or(out_of_place),
            data,
        }
    }

    /// A piece of a streamed literal.
    pub(crate) fn piece<'a>(&mut self, piece: Streamed<'a>) -> Event<'a> {
        let exists = self.selection.exists();
        let uid = piece.uid.or_else(|| match piece.message {
            FetchNumber::Seq(number) => self.selection.current()?.uid(number),
            FetchNumber::Uid(uid) => core::num::NonZeroU32::new(uid),
        });
        let known = uid.map(core::num::NonZeroU32::get);
        let cause = routing::literal_cause(&self.commands, piece.message, known, exists);
        Event::Literal(LiteralPiece {
            cause,
            message: piece.message,
            uid,
            section: Cow::Borrowed(piece.section),
            origin: piece.origin,
            offset: piece.offset,
            size: piece.size,
            data: Cow::Borrowed(piece.data),
        })
    }

    pub(crate) fn cue(&mut self, cue: Cue) {
        // A cue out of place (a second LOGIN's OK, say) leaves the state as it is.
        self.state = self.state.next(cue).unwrap_or(self.state);
    }

    fn learn_code(&mut self, text: &ResponseText<'_>) {
        if let Some(list) = text.code_arguments("CAPABILITY") {
            self.capabilities.learn(list);
        }
    }

    fn learn_mailbox_code(&mut self, text: &ResponseText<'_>) {
        if self.selection.apply_code(text) == Applied::Closed {
            self.cue(Cue::Closed);
        }
    }

    /// `* CAPABILITY ...`, decodable or not.
    fn learn_capabilities(&mut self, message: &[u8]) {
        const START: &[u8] = b"* CAPABILITY";
        let line = crate::codec::trim_line_end(message);
        if let Some((start, list)) = line.split_at_checked(START.len()) {
            let whole_word = list.is_empty() || list.starts_with(b" ");
            if whole_word && start.eq_ignore_ascii_case(START) {
                self.capabilities.learn(list);
            }
        }
    }

    /// RFC 9051 section 7.5.1: not while nothing, or only FETCH, STORE or SEARCH by number, is in progress.
    fn may_be_renumbered(&self) -> bool {
        let mut in_flight = self.commands.in_flight();
        in_flight.any(|entry| entry.profile.traits.has(Traits::MAY_RENUMBER))
    }

    fn idle_again(&mut self, tag: Tag) {
        let next = Tag {
            handle: tag.handle,
            round: tag.round.saturating_add(1),
        };
        let start = self.transmit.queued();
        self.transmit
            .push(alloc::format!("{next} IDLE\r\n").as_bytes());
        let end = self.transmit.queued();
        if let Some(entry) = self.commands.get_mut(tag.handle) {
            entry.tag = next;
            entry.exchange = Exchange::Idle(Idle::new(AtLength::Refresh));
            entry.phase = Phase::AwaitingCompletion { start, end };
        }
        self.continuation = Continuation::Idle(tag.handle);
        self.progressed();
    }
}

/// A piece of a streamed literal with its context, before it is known whose it is.
pub(crate) struct Streamed<'a> {
    pub(crate) message: FetchNumber,
    pub(crate) uid: Option<core::num::NonZeroU32>,
    pub(crate) section: &'a [u8],
    pub(crate) origin: Option<u64>,
    pub(crate) offset: u64,
    pub(crate) size: u64,
    pub(crate) data: &'a [u8],
}

fn unexpected_with(text: Cow<'_, [u8]>) -> Event<'_> {
    Event::UnexpectedContinuation { text }
}

fn completed(text: ResponseText<'_>) -> Outcome<'_> {
    Outcome::Ok(Completion {
        text,
        evidence: Evidence::Tagged,
    })
}
