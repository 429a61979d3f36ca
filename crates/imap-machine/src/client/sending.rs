//! What goes out, and when.
//!
//! One command is written at a time, to its end or to the point where it needs the server's permission. The next in the queue
//! starts when the pipelining rules let it; nothing overtakes.

use alloc::vec::Vec;

use super::command::{
    Blocked, CommandHandle, Effect, Entry, Filled, Fragment, Missing, NotSent, Numbering, Outcome,
    Phase, Traits, Why, pipeline,
};
use super::config::Security;
use super::continuation::Continuation;
use super::exchange::authenticate::{Answer, initial_argument};
use super::exchange::literal::{self, LiteralMode};
use super::exchange::{Authenticate, Exchange};
use super::machine::{Heard, Life, Machine, Privacy};
use crate::State;
use crate::transmit::{JOIN, SEGMENT, Transmit};

// Commands that are written but have not left cannot be taken back, so not many of them are.
const AHEAD: u64 = 64 << 10;

impl Machine {
    /// Moves whatever may leave now into the output.
    #[inline]
    pub(crate) fn schedule(&mut self) {
        if self.writer.is_some() || self.commands.head().is_some() {
            self.disturbed();
            self.send_what_may_leave();
        }
    }

    fn send_what_may_leave(&mut self) {
        if !matches!(self.life, Life::Open { .. }) || self.state == State::Greeting {
            return;
        }
        while self.write_on() && self.transmit.pending() < AHEAD {
            let Some(head) = self.commands.head() else {
                return;
            };
            let handle = head.handle();
            // Asked once a line of the server: as long as no other command moves the answer is the same.
            let asked = (handle, self.commands.changes());
            if self.blocked == Some(asked) {
                return;
            }
            if self.may_start(head).is_err() {
                self.end_idle_for_others();
                self.blocked = Some(asked);
                return;
            }
            // The state is known only now that nothing which may change it is in progress.
            if let Some(reason) = self.pointless(head) {
                self.settle(handle, Outcome::NotSent(reason));
                self.commands.remove(handle);
                continue;
            }
            self.start();
        }
    }

    /// Why the command at the head of the queue cannot be sent any more.
    fn pointless(&self, entry: &Entry) -> Option<NotSent> {
        if !entry.profile.allowed_in(self.state) {
            return Some(NotSent::WrongState(self.state));
        }
        let exposed = self.config.security == Security::RequireStartTls
            && self.privacy == Privacy::Clear
            && entry.profile.traits.has(Traits::CREDENTIALS);
        if exposed {
            return Some(NotSent::TlsRequired);
        }
        match entry.numbering {
            Numbering::Unused => None,
            Numbering::Epoch(epoch) if epoch == self.selection.epoch() => None,
            // `SelectedBy` is resolved when that command ends; here it means that it was never sent.
            Numbering::Epoch(_) | Numbering::SelectedBy(_) => Some(NotSent::StaleSequenceNumbers),
        }
    }

    /// Whether the command may go out now, and if not, because of whom.
    pub(crate) fn may_start(&self, entry: &Entry) -> Result<(), Blocked> {
        if let Some(by) = self.writer {
            let why = Why::HalfSent;
            return Err(Blocked { by, why });
        }
        if !(entry.profile.is_uid_store() && self.commands.only_uid_stores()) {
            pipeline::may_start(&entry.profile, self.commands.in_flight())?;
        }
        let full = self.commands.in_flight_count() >= self.config.limits.in_flight;
        match self.commands.in_flight().next() {
            // Tombstones may fill the window for good; that must not keep anybody from leaving.
            Some(oldest) if full && entry.profile.effect != Effect::Logout => Err(Blocked {
                by: oldest.handle(),
                why: Why::WindowFull,
            }),
            _ => Ok(()),
        }
    }

    /// Begins to write the head of the queue.
    fn start(&mut self) {
        let blocks = self.mailbox_blocks();
        let Some(entry) = self.commands.start() else {
            return;
        };
        entry.phase = Phase::Sending {
            start: self.transmit.queued(),
        };
        if let Exchange::Authenticate(exchange) = &mut entry.exchange {
            let sasl_ir = self.capabilities.has("SASL-IR");
            begin_authenticate(exchange, entry.fragments.front_mut(), sasl_ir);
        }
        match &entry.profile.effect {
            Effect::Select { mailbox, read_only } => {
                self.selection.open(mailbox.clone(), *read_only, blocks);
            }
            Effect::Login | Effect::Authenticate => {
                self.heard = Heard::BeforeLogin;
            }
            _ => {}
        }
        self.writer = Some(entry.handle());
        if self.sending_helps() {
            self.progressed();
        }
    }

    /// Writes the command that is half out. Whether the way is free for the next.
    pub(crate) fn write_on(&mut self) -> bool {
        let Some(handle) = self.writer else {
            return true;
        };
        let Some(entry) = self.commands.get_mut(handle) else {
            self.writer = None;
            return true;
        };
        let Phase::Sending { start } = entry.phase else {
            return false;
        };
        while let Some(fragment) = entry.fragments.pop_front() {
            match fragment {
                Fragment::Text(text) => self.transmit.push_owned(text),
                Fragment::Literal(octets) => {
                    let mode = literal::mode(octets.len(), &self.capabilities, &self.config.limits);
                    let header = literal::header(octets.len() as u64, mode);
                    self.transmit.push(header.as_bytes());
                    match mode {
                        LiteralMode::NonSynchronizing => self.transmit.push_owned(octets),
                        LiteralMode::Synchronizing => {
                            entry.fragments.push_front(Fragment::Text(octets));
                            let asked = self.transmit.queued();
                            entry.phase = Phase::AwaitingContinuation { start, asked };
                            self.continuation = Continuation::Literal(handle);
                            return false;
                        }
                    }
                }
                // Always with permission: a refusal must not cost the transfer.
                Fragment::Supplied(size) => {
                    let header = literal::header(size, LiteralMode::Synchronizing);
                    self.transmit.push(header.as_bytes());
                    let missing = Fragment::Missing(Missing::new(size));
                    entry.fragments.push_front(missing);
                    let asked = self.transmit.queued();
                    entry.phase = Phase::AwaitingContinuation { start, asked };
                    self.continuation = Continuation::Literal(handle);
                    return false;
                }
                Fragment::Missing(Missing { octets: 0, .. }) => {}
                Fragment::Missing(missing) => {
                    entry.fragments.push_front(Fragment::Missing(missing));
                    return false;
                }
            }
        }
        let end = self.transmit.queued();
        entry.phase = Phase::AwaitingCompletion { start, end };
        self.writer = None;
        match &mut entry.exchange {
            Exchange::Plain => {}
            Exchange::Authenticate(_) => self.continuation = Continuation::Authenticate(handle),
            Exchange::Idle(idle) => {
                idle.started(self.now);
                self.continuation = Continuation::Idle(handle);
            }
            Exchange::Logout { since } => *since = self.now,
        }
        true
    }

    /// RFC 2177: only DONE may be sent while the server idles. The IDLE is the youngest in progress, since nothing goes
    /// out behind it.
    fn end_idle_for_others(&mut self) {
        let youngest = self.commands.in_flight().next_back().map(Entry::handle);
        if let Some(handle) = youngest {
            self.stop_idle(handle);
        }
    }

    /// So many octets have left.
    pub(crate) fn transmitted(&mut self, octets: usize) {
        let helps = octets > 0 && self.sending_helps();
        let before = self.transmit.sent();
        if let Some(buffer) = self.transmit.advance(octets) {
            self.reuse(buffer);
        }
        if helps {
            self.progressed();
        }
        self.idle_has_left(before);
    }

    /// The server's time to say that it idles begins when it can know of IDLE: much may have been ahead of it.
    fn idle_has_left(&mut self, before: u64) {
        let (Continuation::Idle(handle), now) = (self.continuation, self.now) else {
            return;
        };
        let sent = self.transmit.sent();
        let Some(entry) = self.commands.get_mut(handle) else {
            return;
        };
        let leaves = !entry.is_sent(before) && entry.is_sent(sent);
        if let (Exchange::Idle(idle), true) = (&mut entry.exchange, leaves) {
            idle.started(now);
        }
    }

    /// Takes back the commands of which no octet has left.
    pub(crate) fn withdraw(&mut self) {
        let sent = self.transmit.sent();
        let mut in_flight = self.commands.in_flight();
        let unbegun = in_flight.find(|entry| !entry.has_left(sent));
        if let Some(start) = unbegun.and_then(Entry::start) {
            self.transmit.truncate(start);
        }
    }

    /// Whether octets that leave bring the oldest command any further. When it has left whole, only the server can: more
    /// commands behind it are no sign that the server lives.
    pub(crate) fn sending_helps(&self) -> bool {
        let mut in_flight = self.commands.in_flight();
        let oldest = in_flight.find(|entry| entry.is_open());
        oldest.is_none_or(|oldest| !oldest.is_sent(self.transmit.sent()))
    }

    /// A line of a conversation, as long as there is somebody to talk to: nothing is sent behind BYE or after the end.
    pub(crate) fn say(&mut self, line: &[u8]) {
        if matches!(self.life, Life::Open { .. }) {
            self.transmit.push(line);
            self.progressed();
        }
    }

    /// The wish to leave IDLE. `None` when the command is not IDLE.
    pub(crate) fn stop_idle(&mut self, handle: CommandHandle) -> Option<()> {
        let Exchange::Idle(idle) = &mut self.commands.get_mut(handle)?.exchange else {
            return None;
        };
        if idle.stop(self.now) {
            self.say(b"DONE\r\n");
        }
        Some(())
    }

    /// A round of IDLE is over.
    pub(crate) fn lapse_idle(&mut self, handle: CommandHandle) {
        let Some(Entry {
            exchange: Exchange::Idle(idle),
            ..
        }) = self.commands.get_mut(handle)
        else {
            return;
        };
        if idle.lapse(self.now) {
            self.say(b"DONE\r\n");
        }
    }

    /// A line of a SASL exchange.
    pub(crate) fn answer_line(&mut self, handle: CommandHandle, answer: &Answer) {
        self.say(&answer.line());
        if let Some(entry) = self.commands.get_mut(handle) {
            if let Phase::AwaitingCompletion { start, .. } = entry.phase {
                // A `+` before this line has left answers nothing.
                let end = self.transmit.queued();
                entry.phase = Phase::AwaitingCompletion { start, end };
            }
        }
        self.continuation = Continuation::Authenticate(handle);
    }

    /// The command that wants literal octets from the application, and how many it takes now.
    pub(crate) fn wants_supply(&self) -> Option<(CommandHandle, usize)> {
        let handle = self.writer?;
        let entry = self.commands.get(handle)?;
        if !matches!(
            (entry.phase, &self.life),
            (Phase::Sending { .. }, Life::Open { .. })
        ) {
            return None;
        }
        match entry.fragments.front() {
            Some(Fragment::Missing(missing)) => {
                let room =
                    (self.config.limits.supply as u64).saturating_sub(self.transmit.pending());
                let room = usize::try_from(room.min(missing.octets)).unwrap_or(usize::MAX);
                Some((handle, room))
            }
            _ => None,
        }
    }

    /// The literal whose octets the application supplies, and the queue that they go to.
    fn missing(&mut self) -> Option<(&mut Missing, &mut Transmit)> {
        let entry = self.commands.get_mut(self.writer?)?;
        match entry.fragments.front_mut() {
            Some(Fragment::Missing(missing)) => Some((missing, &mut self.transmit)),
            _ => None,
        }
    }

    /// Takes literal octets from the application; how many.
    pub(crate) fn supply(&mut self, octets: &[u8], room: usize) -> usize {
        let taken = octets.get(..room).unwrap_or(octets);
        if let Some((missing, transmit)) = self.missing() {
            missing.octets = missing.octets.saturating_sub(taken.len() as u64);
            transmit.push(taken);
        }
        self.supplied(taken.len());
        taken.len()
    }

    /// Where the application may put literal octets.
    pub(crate) fn supply_space(&mut self, room: usize) -> &mut [u8] {
        match self.missing() {
            Some((missing, _)) => missing.space(room),
            None => &mut [],
        }
    }

    /// It has put so many there; how many are taken.
    pub(crate) fn take_supplied(&mut self, octets: usize, room: usize) -> usize {
        let Some((missing, transmit)) = self.missing() else {
            return 0;
        };
        let filled = missing.fill(octets, room);
        let taken = filled.len();
        match filled {
            Filled::Whole(octets) => transmit.push_owned(octets),
            Filled::Part(octets) => transmit.push(octets),
        }
        self.supplied(taken);
        taken
    }

    fn supplied(&mut self, octets: usize) {
        if octets > 0 {
            self.progressed();
        }
    }

    /// A buffer has left.
    fn reuse(&mut self, buffer: Vec<u8>) {
        // One that was taken over, not one that commands were joined in; and no larger than a space may be.
        let most = self.config.limits.supply.min(SEGMENT);
        let is_fit = buffer.len() >= JOIN && buffer.capacity() <= most;
        if let (true, Some((missing, _))) = (is_fit, self.missing()) {
            missing.reuse(buffer);
        }
    }
}

/// The initial response goes with the command if the server takes it there (RFC 4959), else it waits for the
/// first challenge.
fn begin_authenticate(exchange: &mut Authenticate, text: Option<&mut Fragment>, sasl_ir: bool) {
    let Authenticate::Unsent { initial } = exchange else {
        return;
    };
    match text {
        Some(Fragment::Text(line)) if sasl_ir => {
            let mut whole: Vec<u8> = crate::codec::trim_line_end(line).to_vec();
            whole.extend(initial_argument(initial));
            *line = whole;
            *exchange = Authenticate::AwaitingChallenge;
        }
        _ => {
            let initial = core::mem::take(initial);
            *exchange = Authenticate::Holding { initial };
        }
    }
}
