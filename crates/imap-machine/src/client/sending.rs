//! What is sent, and when.
//!
//! One command is written at a time, to its end or to the point where it needs the server's permission. The next in the queue
//! starts when the pipelining rules allow it. No command overtakes another.

use alloc::vec::Vec;
use core::ops::Range;

use super::append_limits::AppendLimits;
use super::command::{
    Answers, Blocked, CommandHandle, Effect, Entry, NotSent, Numbering, Outcome, Transit, Why,
};
use super::config::TlsPolicy;
use super::continuation::Continuation;
use super::exchange::literal::{self, Supply, Terms, WrittenTo};
use super::exchange::step::{Cue, Step};
use super::extensions::KnownExtension;
use super::machine::Machine;
use super::standing::{Heard, Privacy};
use crate::state::State;
use crate::timer::Timer;

// Commands that are written cannot always be taken back, so at most this many octets wait for the transport.
const AHEAD: u64 = 64 << 10;

impl Machine {
    /// Moves all octets that may leave now into the output.
    #[inline]
    pub(crate) fn schedule(&mut self) {
        if self.output.writer.is_some() || self.commands.head().is_some() {
            self.clock.disturb();
            self.send_what_may_leave();
        }
    }

    #[inline(never)] // What is asked for each read stays small.
    fn send_what_may_leave(&mut self) {
        if !self.is_open() || self.standing.state == State::Greeting {
            return;
        }
        while self.write_on() && self.output.queue.pending() < AHEAD {
            let Some(head) = self.commands.head() else {
                return;
            };
            let handle = head.handle();
            // The rules are asked only once while nothing changes on the wire: until then the answer is the same.
            let asked = (handle, self.commands.changes());
            if self.output.held_back == Some(asked) {
                return;
            }
            if !head.is_written() {
                self.prepare_head();
            }
            let Some(head) = self.commands.head() else {
                return;
            };
            if !self.may_start(head) {
                // RFC 2177: only DONE may be sent while the server idles. An IDLE is the youngest command in progress, since
                // nothing is sent after it.
                let youngest = self.commands.youngest();
                let talking = youngest.filter(|entry| entry.exchange.talks());
                if let Some(handle) = talking.map(Entry::handle) {
                    self.advance(handle, Cue::Done);
                }
                self.output.held_back = Some(asked);
                return;
            }
            // Checked only now: nothing that may still change the state is in progress, or the command is early.
            if let Some(reason) = self.pointless(head) {
                self.settle(handle, Outcome::NotSent(reason));
                self.commands.remove(handle);
                continue;
            }
            self.start();
        }
    }

    /// How the command at the head of the queue is answered may depend on the form in which it is sent.
    fn prepare_head(&mut self) {
        let standing = &self.standing;
        let Some(head) = self.commands.head_mut() else {
            return;
        };
        head.name_mailbox(standing.extensions.name_form());
        if head.may_ask_for_tag() {
            let asks = literal::answers_by_tag(&standing.capabilities, &standing.extensions);
            head.profile.answers = match asks {
                true => Answers::ESEARCH,
                false => Answers::SEARCH,
            };
        }
    }

    /// Why the command at the head of the queue cannot be sent any more.
    fn pointless(&self, entry: &Entry) -> Option<NotSent> {
        let state = self.state_after_those_in_flight();
        if !entry.profile.allowed_in(state) {
            return Some(NotSent::WrongState(state));
        }
        let exposed = self.config.security == TlsPolicy::RequireStartTls
            && self.standing.privacy == Privacy::Clear
            && entry.profile.is_secret();
        if exposed {
            return Some(NotSent::TlsRequired);
        }
        if entry.profile.uses_numbers() && self.standing.extensions.has(KnownExtension::UidOnly) {
            return Some(NotSent::UidOnly);
        }
        // IMAP4rev2 alone does not take them (RFC 9051 appendix B).
        if !entry.is_written()
            && entry.has_binary_message()
            && !self.standing.capabilities.has("BINARY")
        {
            return Some(NotSent::NulNotAccepted);
        }
        if let Some(limit) = self.too_large_for(entry) {
            return Some(NotSent::TooLarge { limit });
        }
        match entry.numbering {
            Numbering::Unused => None,
            Numbering::Epoch(epoch) if epoch == self.standing.selection.epoch() => None,
            // `SelectedBy` is replaced when that SELECT ends; if it is still there, the SELECT was never sent.
            Numbering::Epoch(_) | Numbering::SelectedBy(_) => Some(NotSent::StaleSequenceNumbers),
        }
    }

    /// The limit that a message of this command passes (RFC 7889).
    fn too_large_for(&self, entry: &Entry) -> Option<u64> {
        let Effect::Upload(upload) = &entry.profile.effect else {
            return None;
        };
        let form = self.standing.extensions.name_form();
        let mailbox = upload.mailbox.told_in(form);
        let told = self.standing.seldom().map(|seldom| &seldom.append_limits);
        let limit = AppendLimits::of(told, &mailbox, &self.standing.capabilities)?;
        (upload.largest > limit).then_some(limit)
    }

    /// The state if the LOGIN, SELECT or EXAMINE in progress succeeds. It is the oldest, since nothing else is in progress when it
    /// is sent.
    fn state_after_those_in_flight(&self) -> State {
        let oldest = self.commands.oldest_open();
        match oldest.map(|entry| &entry.profile.effect) {
            Some(Effect::Login) => State::Authenticated,
            Some(Effect::Select { .. }) => State::Selected,
            _ => self.standing.state,
        }
    }

    /// The SELECT that an early command has to wait for: if it fails, the old mailbox may still be selected.
    fn reselects(&self) -> Option<&Entry> {
        let oldest = self.commands.oldest_open();
        let selecting = oldest.filter(|entry| entry.profile.selects());
        selecting.filter(|_| self.standing.state == State::Selected)
    }

    /// Whether the command may go out now.
    fn may_start(&self, entry: &Entry) -> bool {
        self.output.writer.is_none()
            && !self.is_window_full_for(entry)
            && self.commands.may_start(&entry.profile)
            && !(entry.profile.is_early() && self.reselects().is_some())
    }

    /// Tombstones may fill the window for good. That must not keep LOGOUT from being sent.
    fn is_window_full_for(&self, entry: &Entry) -> bool {
        let full = self.commands.in_flight_count() >= self.config.limits.in_flight;
        full && entry.profile.effect != Effect::Logout
    }

    /// The command that this one has to wait for, and why.
    pub(crate) fn blocked(&self, entry: &Entry) -> Option<Blocked> {
        if let Some(by) = self.output.writer {
            let why = Why::HalfSent;
            return Some(Blocked { by, why });
        }
        let early = entry.profile.is_early();
        if let Some(select) = self.reselects().filter(|_| early) {
            let (by, why) = (select.handle(), Why::Barrier);
            return Some(Blocked { by, why });
        }
        self.commands.blocked(&entry.profile).or_else(|| {
            let oldest = self.commands.in_flight().next();
            let full = oldest.filter(|_| self.is_window_full_for(entry));
            full.map(|oldest| Blocked {
                by: oldest.handle(),
                why: Why::WindowFull,
            })
        })
    }

    /// Starts the command at the head of the queue.
    fn start(&mut self) {
        let blocks = self.mailbox_blocks();
        let Some(entry) = self.commands.start() else {
            return;
        };
        entry.transit = Transit::Sending {
            start: self.output.queue.queued(),
        };
        let line = entry.fragments.front_mut();
        entry.exchange.begin(line, &self.standing.capabilities);
        match &entry.profile.effect {
            Effect::Select { mailbox, read_only } => {
                let selection = &mut self.standing.selection;
                let name = mailbox.readable(self.standing.extensions.name_form());
                selection.open(name.into(), *read_only, blocks);
            }
            Effect::Login | Effect::Authenticate(_) => {
                self.standing.heard = Heard::BeforeLogin;
            }
            _ => {}
        }
        self.output.writer = Some(entry.handle());
        if self.sending_helps() {
            self.clock.progressed();
        }
    }

    /// Goes on writing the command that is half written. Returns whether another may be written now.
    pub(crate) fn write_on(&mut self) -> bool {
        let Some(handle) = self.output.writer else {
            return true;
        };
        let Some(entry) = self.commands.get_mut(handle) else {
            self.output.writer = None;
            return true;
        };
        let Transit::Sending { start } = entry.transit else {
            return false;
        };
        let fragments = &mut entry.fragments;
        let terms = Terms {
            capabilities: &self.standing.capabilities,
            extensions: &self.standing.extensions,
            limits: &self.config.limits,
        };
        let step = literal::advance(fragments, &mut self.output.queue, terms);
        let end = self.output.queue.queued();
        match step {
            WrittenTo::Supply => return false,
            WrittenTo::Header => {
                entry.transit = Transit::AwaitingContinuation { start, asked: end };
                self.output.continuation = Continuation::Literal(handle);
                return false;
            }
            WrittenTo::End => {}
        }
        entry.transit = Transit::AwaitingCompletion { start, end };
        self.output.writer = None;
        if entry.exchange.talks() {
            if let Some(continuation) = entry.exchange.continuation(handle) {
                self.output.continuation = continuation;
            }
            self.advance(handle, Cue::Written);
        }
        true
    }

    /// The transport has written `octets` octets.
    pub(crate) fn transmitted(&mut self, octets: usize) {
        let helps = octets > 0 && self.sending_helps();
        let before = self.sent();
        let buffer = self.output.queue.advance(octets);
        if let (Some(buffer), Some(supply)) = (buffer, self.supply()) {
            supply.reuse(buffer);
        }
        if helps {
            self.clock.progressed();
        }
        self.tell_that_it_has_left(before);
    }

    /// If the last octet of the youngest command has left just now, tells the command so. Conversations are always the youngest.
    fn tell_that_it_has_left(&mut self, before: u64) {
        let sent = self.sent();
        let youngest = self.commands.youngest();
        let leaves = youngest.filter(|entry| {
            entry.exchange.talks() && !entry.is_sent(before) && entry.is_sent(sent)
        });
        if let Some(handle) = leaves.map(Entry::handle) {
            self.advance(handle, Cue::Left);
        }
    }

    /// Tells a conversation what happened, and does what it says.
    pub(crate) fn advance(&mut self, handle: CommandHandle, cue: Cue<'_>) -> Step {
        let now = self.clock.now();
        let Some(entry) = self.commands.get_mut(handle) else {
            return Step::Misplaced;
        };
        let step = entry.exchange.advance(cue, now);
        match &step {
            Step::Say(line) => self.say(line),
            Step::Ask(line) => {
                self.say(line);
                self.ask(handle);
            }
            Step::Again(command) => self.say_again(handle, command),
            Step::Within(timer) => self.hurry(handle, *timer),
            Step::Wait | Step::Challenge | Step::Misplaced => {}
        }
        step
    }

    /// Sends a line of a conversation. Nothing is sent after BYE or the end.
    fn say(&mut self, line: &[u8]) {
        if self.is_open() {
            self.output.queue.push(line);
            self.clock.progressed();
        }
    }

    /// The command has sent a line that the server answers with `+`.
    fn ask(&mut self, handle: CommandHandle) {
        if let Some(entry) = self.commands.get_mut(handle) {
            if let Transit::AwaitingCompletion { start, .. } = entry.transit {
                // A `+` that comes before this line has left does not answer it.
                let end = self.output.queue.queued();
                entry.transit = Transit::AwaitingCompletion { start, end };
            }
            if let Some(continuation) = entry.exchange.continuation(handle) {
                self.output.continuation = continuation;
            }
        }
    }

    /// Sends the command once more, under the tag of its next round.
    fn say_again(&mut self, handle: CommandHandle, command: &[u8]) {
        let start = self.output.queue.queued();
        if let Some(entry) = self.commands.get_mut(handle) {
            entry.tag = entry.tag.next_round();
            entry.transit = Transit::AwaitingCompletion { start, end: start };
            let mut line = Vec::new();
            entry.tag.write(&mut line);
            line.push(b' ');
            line.extend_from_slice(command);
            self.say(&line);
            self.ask(handle);
        }
    }

    /// The command has to end within the span of this class. Once it is on the wire, its stage has that bound.
    fn hurry(&mut self, handle: CommandHandle, timer: Timer) {
        let bound = self.clock.now() + self.config.timeouts.span(timer);
        let queued = self.commands.get(handle);
        if let Some(entry) = queued.filter(|entry| entry.transit == Transit::Queued) {
            let deadline = entry.deadline.map_or(bound, |own| own.min(bound));
            self.commands.set_deadline(handle, Some(deadline));
        }
    }

    /// Takes back all commands that have not begun to leave.
    pub(crate) fn withdraw_all(&mut self) {
        let sent = self.sent();
        let mut in_flight = self.commands.in_flight();
        let unbegun = in_flight.find(|entry| !entry.has_left(sent));
        if let Some(start) = unbegun.and_then(Entry::start) {
            self.output.queue.truncate(start);
        }
    }

    /// Takes back a command that has not begun to leave, as if it had never been started.
    pub(crate) fn withdraw(&mut self, handle: CommandHandle) {
        let queued = self.output.queue.queued();
        let Some(entry) = self.commands.get(handle) else {
            return;
        };
        let Some(Range { start, end }) = entry.written(queued) else {
            return;
        };
        if entry.profile.selects() {
            self.standing.selection.abandon();
        }
        self.output.queue.cut(start..end);
        for later in self.commands.in_flight_after_mut(handle) {
            later.transit = later.transit.moved_down(end - start);
        }
        self.output.continuation.revoke(handle);
        if self.output.writer == Some(handle) {
            self.output.writer = None;
        }
    }

    /// Whether octets that leave bring the oldest command any further. Once all of it has left, only the server can do that:
    /// writing later commands does not show that the server lives.
    pub(crate) fn sending_helps(&self) -> bool {
        let oldest = self.commands.oldest_open();
        oldest.is_none_or(|oldest| !oldest.is_sent(self.sent()))
    }

    /// The command that wants literal octets from the application, and how many it takes now.
    pub(crate) fn wants_supply(&self) -> Option<(CommandHandle, usize)> {
        let handle = self.output.writer.filter(|_| self.is_open())?;
        let entry = self.commands.get(handle)?;
        let limit = self.config.limits.supply;
        match entry.transit {
            Transit::Sending { .. } => {
                let wanted = literal::wanted(&entry.fragments, &self.output.queue, limit);
                Some((handle, wanted?))
            }
            _ => None,
        }
    }

    /// How many octets of that literal are still to come.
    pub(crate) fn missing_octets(&self) -> u64 {
        let entry = self
            .output
            .writer
            .and_then(|handle| self.commands.get(handle));
        entry.map_or(0, |entry| literal::missing(&entry.fragments))
    }

    /// The literal that the application is supplying.
    fn supply(&mut self) -> Option<Supply<'_>> {
        let entry = self.commands.get_mut(self.output.writer?)?;
        let limit = self.config.limits.supply;
        Supply::new(&mut entry.fragments, &mut self.output.queue, limit)
    }

    /// The application has supplied `octets` octets.
    pub(crate) fn supplied(&mut self, octets: usize) {
        // As with octets that leave: if all of an older command has left, these do not bring it any further.
        if octets > 0 && self.sending_helps() {
            self.clock.progressed();
        }
    }

    /// The literal of this command, if it takes octets now.
    pub(crate) fn supply_for(&mut self, handle: CommandHandle) -> Option<Supply<'_>> {
        match self.wants_supply() {
            Some((wanting, _)) if wanting == handle => self.supply(),
            _ => None,
        }
    }
}
