//! The connection as adapters and applications see it: four kinds of method.

mod reads;
mod rows;

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;

use super::closed::Failure;
use super::command::{Command, CommandHandle, CommandOptions};
use super::config::Config;
use super::event::Event;
use super::exchange::answer::SaslAnswer;
use super::exchange::step::{Cue, Step};
use super::machine::{Life, Timed};
use super::respond::{Received, Start, Streamed};
use super::streaming::Streaming;
use crate::codec::FetchNumber;
use crate::codec::fetch::fetch_number;
use crate::error::{ApiMisuse, CloseReason, PeerMisbehaved};
use crate::framing::{Direction, Framed, Piece};
use crate::incoming::Incoming;
use crate::instant::Instant;
use crate::state::State;
use crate::timer::Deadline;

/// One IMAP connection, client side, without I/O and without a clock.
///
/// There are four kinds of method:
///
/// * **A**: the adapter says what happened: [`handle_input`](Self::handle_input),
///   [`handle_eof`](Self::handle_eof), [`handle_timeout`](Self::handle_timeout),
///   [`handle_transmitted`](Self::handle_transmitted), [`handle_upgraded`](Self::handle_upgraded),
///   [`handle_transport_failed`](Self::handle_transport_failed). They cannot fail.
/// * **B**: the application says what it wants: [`send`](Self::send), [`answer`](Self::answer),
///   [`supply`](Self::supply) or [`supply_space`](Self::supply_space), [`done`](Self::done),
///   [`cancel`](Self::cancel), [`pause_reading`](Self::pause_reading), [`close`](Self::close).
/// * **C**: the connection says what has to be done: [`poll_event`](Self::poll_event),
///   [`transmit`](Self::transmit), [`poll_timeout`](Self::poll_timeout).
/// * **D**: pure reads.
///
/// After any A or B, drain C: poll events until there are none, then write, then arm the timer. The crate's first page has
/// the loop.
pub struct ClientConnection {
    receive: Incoming,
    streaming: Streaming,
    input: Input,
    machine: Timed,
}

/// What the transport can still bring.
enum Input {
    Open,
    Ended(Box<(CloseReason, Option<Failure>)>),
}

// A: what happened.
impl ClientConnection {
    /// A connection whose transport has just been opened. Time is counted from `now`.
    ///
    /// Connections can share their settings: pass `Arc::clone(&config)`. A [`Config`] by value works as well.
    #[must_use]
    pub fn new(config: impl Into<Arc<Config>>, now: Instant) -> Self {
        let config = config.into();
        Self {
            receive: Incoming::new(Direction::FromServer, &config.limits),
            streaming: Streaming::default(),
            input: Input::Open,
            machine: Timed::new(config, now),
        }
    }

    /// Octets have arrived. Nothing is interpreted before the next [`poll_event`](Self::poll_event).
    ///
    /// All octets are taken. An adapter that reads only when [`wants_read`](Self::wants_read) says so makes the connection hold
    /// at most the limits and one read.
    pub fn handle_input(&mut self, octets: &[u8], now: Instant) {
        if !octets.is_empty() && self.arrive(now) {
            self.receive.push(octets);
        }
    }

    /// Space to read into directly, at least `min` octets. Say with [`handle_received`](Self::handle_received) how many octets
    /// came. The space is initialised, but with no particular octets.
    pub fn receive_space(&mut self, min: usize) -> &mut [u8] {
        self.receive.space(min)
    }

    /// The first `octets` octets of the last [`receive_space`](Self::receive_space) have been filled.
    pub fn handle_received(&mut self, octets: usize, now: Instant) {
        if octets != 0 && self.arrive(now) {
            self.receive.advance(octets);
        }
    }

    /// The stream has ended. Octets that arrived before are still interpreted.
    pub fn handle_eof(&mut self, now: Instant) {
        self.end_input(CloseReason::Eof, None, now);
    }

    /// The transport has failed, in either direction, or the upgrade has failed.
    pub fn handle_transport_failed(&mut self, now: Instant) {
        self.end_input(CloseReason::Transport, None, now);
    }

    /// The same, with the error that [`Closed::failure`](crate::client::Closed::failure) shall tell.
    pub fn handle_transport_error(&mut self, error: Failure, now: Instant) {
        self.end_input(CloseReason::Transport, Some(error), now);
    }

    /// A deadline may have passed. Harmless at any time. Octets that have arrived are interpreted before any deadline ends
    /// something.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.machine.pass(now);
    }

    /// The first `octets` octets of [`transmit`](Self::transmit) have left. Report this also for a write during which the
    /// connection was closed: a command may have been executed if an octet of it has left.
    pub fn handle_transmitted(&mut self, octets: usize, now: Instant) {
        let machine = self.machine.enter(now);
        machine.transmitted(octets);
        machine.schedule();
    }

    /// The layer of [`Event::Upgrade`] is in place; from now on octets go through it.
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NoUpgrade`] when none was asked for.
    pub fn handle_upgraded(&mut self, now: Instant) -> Result<(), ApiMisuse> {
        self.drop_surplus();
        match self.machine.enter(now).upgraded() {
            true => Ok(()),
            false => Err(ApiMisuse::NoUpgrade),
        }
    }

    fn end_input(&mut self, reason: CloseReason, failure: Option<Failure>, now: Instant) {
        self.machine.enter(now);
        if self.is_receiving() {
            self.input = Input::Ended(Box::new((reason, failure)));
        }
    }

    const fn is_receiving(&self) -> bool {
        matches!(self.input, Input::Open)
    }

    /// Octets arrive. Returns whether they count: octets that arrive between two layers end the connection.
    fn arrive(&mut self, now: Instant) -> bool {
        let machine = self.machine.pass(now);
        if let Life::Upgrading(upgrade) = &machine.life {
            let reason = upgrade.interrupted();
            machine.fail(reason);
        }
        if machine.is_over() || !matches!(self.input, Input::Open) {
            return false;
        }
        machine.clock.octets_arrived();
        true
    }

    /// The event has handed out the octets that came after the OK of COMPRESS.
    fn drop_surplus(&mut self) {
        if matches!(self.machine.life, Life::Upgrading(_)) {
            self.receive.lend_all();
            self.receive.release();
        }
    }
}

// B: what the application wants.
impl ClientConnection {
    /// Queues a command. It is sent as soon as that is allowed: some commands wait until others have ended (RFC 9051
    /// section 5.5), or until a mailbox is selected.
    ///
    /// From here on the command gets exactly one [`Event::Outcome`]. If it may be sent now, its octets are in
    /// [`transmit`](Self::transmit) when this returns.
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::Closed`], [`ApiMisuse::TooManyCommands`], and [`ApiMisuse::UnknownExtension`] for an ENABLE after which nothing
    /// could be read: nothing has happened.
    pub fn send(
        &mut self,
        command: impl Into<Command>,
        options: CommandOptions,
        now: Instant,
    ) -> Result<CommandHandle, ApiMisuse> {
        let machine = self.machine.enter(now);
        let issued = machine.issue(command.into(), options);
        machine.schedule();
        issued
    }

    /// Answers a [`Event::Challenge`].
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NoChallenge`] when the server does not wait for an answer of this command.
    pub fn answer(
        &mut self,
        handle: CommandHandle,
        answer: &SaslAnswer,
        now: Instant,
    ) -> Result<(), ApiMisuse> {
        let machine = self.machine.enter(now);
        if !machine.is_open() {
            return Err(ApiMisuse::NoChallenge);
        }
        let step = machine.advance(handle, Cue::Answer(answer));
        machine.schedule();
        match step {
            Step::Ask(_) => Ok(()),
            _ => Err(ApiMisuse::NoChallenge),
        }
    }

    /// Gives octets of a literal to the command that wants them (see [`wants_supply`](Self::wants_supply)), and returns how many
    /// were taken. Give the rest again later. The octets are not checked: the caller makes sure that a message has no NUL
    /// (RFC 9051 section 4.3).
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NotSupplying`] when the command takes none now.
    pub fn supply(
        &mut self,
        handle: CommandHandle,
        octets: &[u8],
        now: Instant,
    ) -> Result<usize, ApiMisuse> {
        let machine = self.machine.enter(now);
        let supply = machine.supply_for(handle);
        let taken = supply.ok_or(ApiMisuse::NotSupplying)?.push(octets);
        machine.supplied(taken);
        machine.schedule();
        Ok(taken)
    }

    /// Space to write octets of a literal into directly: at most as many as its command [wants](Self::wants_supply) now, and at
    /// most 64 KiB. Say with [`supplied`](Self::supplied) how many octets there are. The space is initialised, but with no
    /// particular octets.
    ///
    /// This saves the copy that [`supply`](Self::supply) makes if the space has 16 KiB or more and all of it is used: then it is
    /// sent as it is.
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NotSupplying`] when the command takes none now.
    pub fn supply_space(&mut self, handle: CommandHandle) -> Result<&mut [u8], ApiMisuse> {
        let supply = self.machine.go_on().supply_for(handle);
        Ok(supply.ok_or(ApiMisuse::NotSupplying)?.space())
    }

    /// The first `octets` octets of the last [`supply_space`](Self::supply_space) continue the literal. Returns how many were
    /// taken: all of them, unless [`supply`](Self::supply) has used the room meanwhile. A space can be used once.
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NotSupplying`] when the command takes none any more.
    pub fn supplied(
        &mut self,
        handle: CommandHandle,
        octets: usize,
        now: Instant,
    ) -> Result<usize, ApiMisuse> {
        let machine = self.machine.enter(now);
        let supply = machine.supply_for(handle);
        let taken = supply.ok_or(ApiMisuse::NotSupplying)?.fill(octets);
        machine.supplied(taken);
        machine.schedule();
        Ok(taken)
    }

    /// Ends an IDLE (RFC 2177). It may be called before the server idles; a second call changes nothing.
    ///
    /// The IDLE ends within [`Timeouts::done`](crate::client::Timeouts::done) of the first call, whatever the server sends: with
    /// its tagged response, with [`NotSent`](super::Outcome::NotSent) if it could not be sent in time, or with the connection.
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NotOpen`] and [`ApiMisuse::NotIdle`].
    pub fn done(&mut self, handle: CommandHandle, now: Instant) -> Result<(), ApiMisuse> {
        let machine = self.machine.enter(now);
        if machine.commands.get(handle).is_none() {
            return Err(ApiMisuse::NotOpen);
        }
        let step = machine.advance(handle, Cue::Done);
        machine.schedule();
        match step {
            Step::Misplaced => Err(ApiMisuse::NotIdle),
            _ => Ok(()),
        }
    }

    /// Gives a command up. If no octet of it has left, it is never sent, and its outcome is
    /// [`NotSent`](super::Outcome::NotSent). Otherwise its outcome is [`Unknown`](super::Outcome::Unknown), and the responses
    /// that still come for it are annotated as [`Abandoned`](super::Cause::Abandoned). In both cases the connection goes on: an
    /// IDLE is left with DONE, an AUTHENTICATE with `*`. A LOGOUT that has been sent still ends the connection.
    /// The exception is a command that is half sent (its literal waits for permission or for octets): giving it up ends the
    /// connection.
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NotOpen`] when it has had its outcome.
    pub fn cancel(&mut self, handle: CommandHandle, now: Instant) -> Result<(), ApiMisuse> {
        let machine = self.machine.enter(now);
        let cancelled = machine.cancel(handle);
        machine.schedule();
        cancelled.ok_or(ApiMisuse::NotOpen)
    }

    /// Stops reading until [`resume_reading`](Self::resume_reading): octets that have arrived are kept, and no more are wanted.
    /// For an application that has no room for more events.
    ///
    /// While reading is paused the silence of the server does not count against it. Deadlines of commands, of IDLE, and of
    /// LOGOUT hold as always.
    pub fn pause_reading(&mut self, now: Instant) {
        self.machine.enter(now).clock.pause();
    }

    /// Reads on. The server's silence is counted from now on.
    pub fn resume_reading(&mut self, now: Instant) {
        self.machine.enter(now).clock.resume();
    }

    /// Ends the connection now, without LOGOUT and without waiting. All open commands get their outcomes. If the server has said
    /// BYE, that stays the reason.
    pub fn close(&mut self, now: Instant) {
        self.machine.enter(now).end_locally();
    }
}

// C: what is to be done.
impl ClientConnection {
    /// The next thing that happened, or `None`. Also moves commands that may start now into the output.
    pub fn poll_event(&mut self) -> Option<Event<'_>> {
        self.receive.release();
        self.machine.go_on().schedule();
        match self.is_at_rest() {
            true => None,
            false => self.poll_on(),
        }
    }

    /// Whether nothing can have happened: no message is complete, and no deadline has passed. A server may send octet by octet.
    #[inline]
    fn is_at_rest(&self) -> bool {
        self.receive.is_exhausted()
            && self.machine.clock.is_quiet()
            && self.machine.verdicts.len() == 0
            && self.machine.is_open()
            && self.machine.standing.state != State::Greeting
            && self.is_receiving()
    }

    #[inline(never)] // What is asked for each read stays small.
    fn poll_on(&mut self) -> Option<Event<'_>> {
        if let Some(outcome) = self.machine.go_on().next_verdict() {
            return Some(outcome);
        }
        if self.expects_octets() {
            let start = self.receive.unread().map_or(Start::Nothing, Start::of);
            if let Start::Row(_, Some(len)) = start {
                return Some(self.deliver(len, start));
            }
            match self.receive.next() {
                Ok(Framed::Message(message)) => return Some(self.deliver(message.len, start)),
                Ok(Framed::Piece(piece)) => return Some(self.deliver_piece(&piece)),
                // A server's literals are never announced and then accepted or skipped.
                Ok(Framed::Incomplete | Framed::Announced(_) | Framed::Skipped(_)) => {}
                Err(limit) => {
                    let machine = self.machine.go_on();
                    machine.fail(CloseReason::LimitExceeded(limit));
                }
            }
        }
        let machine = self.machine.go_on();
        // Something is missing or late only if it is not in the input already.
        if let Input::Ended(ended) = &self.input {
            let (reason, failure) = &**ended;
            if !machine.clock.is_paused() {
                machine.end_of_input(reason.clone(), failure.clone());
            }
        }
        machine.expire(self.receive.need());
        machine.schedule();
        if let Some(outcome) = machine.next_verdict() {
            return Some(outcome);
        }
        if !machine.is_over() {
            return None;
        }
        self.receive.close();
        machine.next_ending()
    }

    /// The octets to write next; empty when there are none. Report with [`handle_transmitted`](Self::handle_transmitted) how
    /// many were written before any other call that changes the connection: a command of which no octet has left can still be
    /// taken back.
    #[must_use]
    pub fn transmit(&self) -> &[u8] {
        self.machine.output.queue.next()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) at the latest, and why.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Deadline> {
        self.machine.next_deadline(self.receive.need())
    }

    /// Whether octets of the peer have a meaning now, and a reader.
    fn may_read(&self) -> bool {
        !self.machine.clock.is_paused()
            && matches!(self.machine.life, Life::Open { .. } | Life::Leaving { .. })
    }

    /// Whether the input may be interpreted now. Ends a connection whose first octets are not IMAP.
    fn expects_octets(&mut self) -> bool {
        if !self.may_read() {
            return false;
        }
        // A TLS record (handshake or alert) in place of the greeting: iroco-co/aioimaplib#128.
        let speaks_tls = self.machine.standing.state == State::Greeting
            && matches!(self.receive.octets(), [0x15 | 0x16, 0x03, ..]);
        if speaks_tls {
            let fault = PeerMisbehaved::SpeaksTls;
            let machine = self.machine.go_on();
            machine.fail(CloseReason::PeerMisbehaved(fault));
        }
        !speaks_tls
    }

    fn deliver(&mut self, len: usize, start: Start) -> Event<'_> {
        let octets = self.receive.octets();
        let (message, behind) = octets.split_at_checked(len).unwrap_or((octets, &[]));
        let streamed = self.receive.streamed();
        self.streaming.end();
        self.machine.go_on().respond(Received {
            message,
            start,
            streamed,
            behind,
        })
    }

    fn deliver_piece(&mut self, piece: &Piece) -> Event<'_> {
        let octets = self.receive.octets();
        let nesting = self.machine.config.limits.nesting;
        let context = self.streaming.context(piece, &self.receive, nesting);
        let section = context.and_then(|context| octets.get(context.section.clone()));
        self.machine.go_on().piece(Streamed {
            message: match context {
                Some(context) => context.number,
                // The item cannot be told, but the message can.
                None => fetch_number(octets).unwrap_or(FetchNumber::Seq(0)),
            },
            uid: context.and_then(|context| context.uid),
            section: section.unwrap_or_default(),
            origin: context.and_then(|context| context.origin),
            offset: piece.offset,
            size: piece.size,
            data: octets.get(piece.range.clone()).unwrap_or_default(),
        })
    }
}

impl fmt::Debug for ClientConnection {
    // Buffers and commands may hold credentials and mail.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConnection")
            .field("state", &self.machine.standing.state)
            .field("waiting", &self.waiting())
            .field("open_commands", &self.open_commands())
            .field("received_octets", &self.received_octets())
            .field("unsent_octets", &self.unsent_octets())
            .finish_non_exhaustive()
    }
}
