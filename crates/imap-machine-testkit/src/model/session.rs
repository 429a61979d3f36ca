//! What state the connection must be in, from the commands that were sent and the events that came.

mod capabilities;
mod enabled;
mod numbers;
mod selecting;
mod stores;

use std::collections::BTreeSet;

use imap_machine::client::{
    Access, ClientConnection, Command, CommandHandle, Config, Event, Evidence, NotSent, Outcome,
    Phase, Refusal, Tracking, Unknown, Waiting,
};
use imap_machine::codec::{ResponseText, StatusKind, decode_mailbox_name};
use imap_machine::{Layer, State};

use self::numbers::Numbers;
use super::mailbox::{Mailbox, Opening};
use super::stored::Store;
use super::wire::{Wire, first_argument};
use crate::rule::{Broken, Checked, rule};

/// One session (RFC 9051 section 3), told everything that happens.
#[derive(Clone, Debug)]
pub struct Session {
    tracked: bool,
    /// How many octets of a list of capabilities count.
    listed: usize,
    state: State,
    /// `None`: not known.
    capabilities: Option<BTreeSet<String>>,
    heard: Heard,
    /// What is enabled, in upper case.
    enabled: BTreeSet<String>,
    selected: Option<Mailbox>,
    opening: Option<Opening>,
    /// Commands that the application has sent and the server has not answered.
    commands: Vec<Issued>,
    granted: Granted,
    /// NOTIFY decides what is told of the selected mailbox (RFC 5465): there may be more messages.
    notified: bool,
    wire: Wire,
}

/// A command.
#[derive(Clone, Debug)]
struct Issued {
    handle: CommandHandle,
    verb: String,
    written: Written,
    stage: Stage,
    /// How many times messages had been renumbered when the command was started.
    renumbered: u64,
    /// What it does to flags. Known once the whole command is written.
    store: Option<Store>,
    numbers: Numbers,
}

/// How a command was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Typed,
    /// A raw command, which the machine does not interpret.
    ByHand,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Queued,
    /// The connection has begun to send it.
    Started,
    /// It has been sent at least in part, and was given up.
    GivenUp,
}

/// A layer that the server has granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Granted {
    Nothing,
    /// It does not stand yet.
    Tls,
    /// The text of its OK counts once the layer is in place, which may be a few outcomes before the outcome of COMPRESS.
    Deflate,
}

/// When the list of capabilities came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heard {
    BeforeLogin,
    SinceLogin,
}

// The `Debug` output of a raw command begins with this.
const BY_HAND: &str = "raw ";

/// `UID FETCH`.
pub(crate) fn verb(command: &Command) -> String {
    let shown = format!("{command:?}");
    let verb = shown.strip_prefix("Command(");
    let verb = verb.and_then(|verb| verb.strip_suffix(')'));
    let verb = verb.unwrap_or_default();
    verb.strip_prefix(BY_HAND).unwrap_or(verb).to_owned()
}

fn logs_in(verb: &str) -> bool {
    matches!(verb, "LOGIN" | "AUTHENTICATE")
}

/// When the model is compared with the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// There may be more events: the connection may know already that it is over.
    BetweenEvents,
    /// There are none.
    AtRest,
}

impl Session {
    /// A session before its greeting.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            tracked: config.tracking == Tracking::Messages,
            listed: config.limits.capabilities,
            state: State::Greeting,
            capabilities: None,
            heard: Heard::BeforeLogin,
            enabled: BTreeSet::new(),
            selected: None,
            opening: None,
            commands: Vec::new(),
            granted: Granted::Nothing,
            notified: false,
            wire: Wire::default(),
        }
    }

    /// A command was sent by the application.
    pub fn issued(&mut self, handle: CommandHandle, command: &Command) {
        let written = match format!("{command:?}").contains(BY_HAND) {
            true => Written::ByHand,
            false => Written::Typed,
        };
        let verb = verb(command);
        self.commands.push(Issued {
            handle,
            numbers: Numbers::of(&verb),
            verb,
            written,
            stage: Stage::Queued,
            renumbered: 0,
            store: None,
        });
    }

    /// Octets were written.
    ///
    /// # Errors
    ///
    /// See [`Wire::write`].
    pub fn wrote(&mut self, octets: &[u8]) -> Checked {
        for line in self.wire.write(octets)? {
            self.note_store(&line);
            let (Some(opening), Some(name)) = (&mut self.opening, first_argument(&line)) else {
                continue;
            };
            let mut words = line.split(|octet| *octet == b' ').skip(1);
            let verb = words.next().unwrap_or_default().to_ascii_uppercase();
            if matches!(&verb[..], b"SELECT" | b"EXAMINE") {
                let wire = String::from_utf8_lossy(&name).into_owned();
                let decoded = match enabled::is_utf8(&self.enabled) {
                    true => None,
                    false => decode_mailbox_name(&wire),
                };
                opening.mailbox.name = Some(decoded.unwrap_or(wire));
            }
        }
        Ok(())
    }

    /// What was written, as a server reads it.
    #[must_use]
    pub const fn wire(&self) -> &Wire {
        &self.wire
    }

    /// How many times DONE was written.
    #[must_use]
    pub const fn dones(&self) -> usize {
        self.wire.dones()
    }

    /// Whether this is the tag of a command that the server has not answered. An IDLE has a tag for each of its rounds.
    #[must_use]
    pub fn awaits(&self, tag: &[u8]) -> bool {
        let mut commands = self.commands.iter().filter(|it| it.verb != "IDLE");
        commands.any(|it| it.handle.to_string().as_bytes() == tag)
    }

    /// Whether the connection has begun a command that the server has not answered.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.commands.iter().any(|it| it.stage != Stage::Queued)
    }

    /// Notes which commands the connection has started. Call it before [`event`](Self::event): a poll first starts commands
    /// and then reads.
    ///
    /// # Errors
    ///
    /// A command by number is started after its numbers have come to mean other messages.
    pub fn observe(&mut self, connection: &ClientConnection) -> Checked {
        for progress in connection.commands() {
            if progress.phase > Phase::Queued {
                let handle = progress.command.handle;
                self.begins(handle, connection)?;
                self.start(handle);
            }
        }
        let waiting = connection.waiting();
        let pending = matches!(waiting, Waiting::Upgrade(_) | Waiting::Closed);
        if self.granted == Granted::Tls && !pending {
            // Anything said in clear may come from an attacker (RFC 9051 section 6.2.1).
            self.granted = Granted::Nothing;
            self.capabilities = None;
        }
        Ok(())
    }

    fn start(&mut self, handle: CommandHandle) {
        let queued = self.commands.iter_mut();
        let mut queued = queued.filter(|it| it.handle == handle && it.stage == Stage::Queued);
        let Some(command) = queued.next() else {
            return;
        };
        command.stage = Stage::Started;
        command.renumbered = self.selected.as_ref().map_or(0, Mailbox::renumbered);
        match command.verb.as_str() {
            "SELECT" => self.open(Access::ReadWrite),
            "EXAMINE" => self.open(Access::ReadOnly),
            "LOGIN" | "AUTHENTICATE" => self.heard = Heard::BeforeLogin,
            _ => {}
        }
    }

    /// An event came.
    ///
    /// # Errors
    ///
    /// Data that contradicts what was said before, and is not marked so; or the other way round.
    pub fn event(&mut self, event: &Event<'_>) -> Checked {
        match event {
            Event::Greeting { status, text } => {
                self.state = match status {
                    StatusKind::Preauth => State::Authenticated,
                    _ => State::NotAuthenticated,
                };
                self.capability_code(text);
            }
            Event::Untagged {
                data, violation, ..
            } => {
                self.enabled_data(data);
                let wrong = self.data(data);
                rule(
                    "contradictions in the server's data are marked",
                    !wrong || violation.is_some() || self.notified,
                    || format!("{event:?}"),
                )?;
            }
            Event::Status { text, .. } => {
                self.notified |= text.has_code("NOTIFICATIONOVERFLOW");
                self.capability_code(text);
                self.mailbox_code(text);
            }
            Event::Bye { .. } | Event::Closed(_) => self.leave(),
            Event::Unrecognized { line, .. } => self.capability_line(line),
            Event::Proceed { handle, .. } => {
                self.unanswered(*handle)?;
                self.wire.granted(&handle.to_string());
            }
            Event::Challenge { handle, .. } | Event::Idling { handle, .. } => {
                self.unanswered(*handle)?;
            }
            Event::Upgrade { layer, .. } => {
                self.granted = match layer {
                    Layer::Tls => Granted::Tls,
                    Layer::Deflate => Granted::Deflate,
                };
            }
            Event::Outcome { handle, outcome } => {
                self.in_time(*handle, outcome)?;
                if let Outcome::NotSent(_) = outcome {
                    self.wire.not_sent(&handle.to_string())?;
                }
                self.outcome(*handle, outcome);
            }
            Event::Late {
                handle,
                status,
                text,
            } => self.answered(*handle, *status, text),
            _ => {}
        }
        Ok(())
    }

    /// A `+` for a command whose tagged response has come belongs to no command.
    fn unanswered(&self, handle: CommandHandle) -> Checked {
        let waits = self.commands.iter().any(|it| it.handle == handle);
        rule(
            "a + is for a command without a tagged response",
            waits,
            || handle.to_string(),
        )
    }

    /// RFC 9051 section 2.2.2: OK is the answer to a command that was read to its end.
    fn in_time(&self, handle: CommandHandle, outcome: &Outcome<'_>) -> Checked {
        let Outcome::Ok(completion) = outcome else {
            return Ok(());
        };
        let left = self.wire.has_left(&handle.to_string());
        rule(
            "OK completes what has left, and nothing else",
            left || completion.evidence == Evidence::ConnectionEnded,
            || format!("{handle}: {outcome:?}"),
        )
    }

    fn outcome(&mut self, handle: CommandHandle, outcome: &Outcome<'_>) {
        match outcome {
            Outcome::Ok(completion) => match completion.evidence {
                Evidence::Tagged => self.answered(handle, StatusKind::Ok, &completion.text),
                Evidence::ConnectionEnded => self.leave(),
            },
            Outcome::Refused { refusal, text } => {
                let status = match refusal {
                    Refusal::No => StatusKind::No,
                    Refusal::Bad => StatusKind::Bad,
                };
                self.answered(handle, status, text);
            }
            Outcome::NotSent(NotSent::Closed(_)) | Outcome::Unknown(Unknown::Closed(_)) => {
                self.leave();
            }
            Outcome::NotSent(_) => self.withdrawn(handle),
            // The command was given up, but the server is still going to carry it out.
            Outcome::Unknown(_) => {
                self.start(handle);
                let mut commands = self.commands.iter_mut();
                if let Some(command) = commands.find(|it| it.handle == handle) {
                    command.stage = Stage::GivenUp;
                }
            }
        }
    }

    /// No octet of it has left and none will, so it counts as not started.
    fn withdrawn(&mut self, handle: CommandHandle) {
        let at = self.commands.iter().position(|it| it.handle == handle);
        let Some(command) = at.map(|at| self.commands.remove(at)) else {
            return;
        };
        let opens = |it: &Issued| {
            let selects = matches!(it.verb.as_str(), "SELECT" | "EXAMINE");
            selects && it.stage != Stage::Queued
        };
        // Another SELECT may have been started before this outcome is polled.
        if opens(&command) && !self.commands.iter().any(opens) {
            self.opening = None;
        }
    }

    /// BYE, or the end (RFC 9051 section 3.4).
    fn leave(&mut self) {
        self.state = State::Logout;
        self.selected = None;
        self.opening = None;
    }

    /// The tagged response to a command: the one moment at which the state changes (RFC 9051 section 3).
    fn answered(&mut self, handle: CommandHandle, status: StatusKind, text: &ResponseText<'_>) {
        self.start(handle);
        self.wire.answered(&handle.to_string());
        let at = self.commands.iter().position(|it| it.handle == handle);
        let Some(command) = at.map(|at| self.commands.remove(at)) else {
            return;
        };
        let ok = status == StatusKind::Ok;
        if matches!(command.verb.as_str(), "SELECT" | "EXAMINE") {
            self.numbers_begin(handle);
        }
        match command.verb.as_str() {
            "SELECT" | "EXAMINE" => self.opened(ok, text),
            _ if !ok => {}
            // The text of this OK was sent in clear, so nothing in it counts.
            "STARTTLS" => {
                self.granted = Granted::Nothing;
                self.capabilities = None;
                self.enabled.clear();
                return;
            }
            "CLOSE" | "UNSELECT" if self.state == State::Selected => {
                self.state = State::Authenticated;
                self.selected = None;
            }
            "LOGIN" | "AUTHENTICATE" if self.state == State::NotAuthenticated => {
                self.state = State::Authenticated;
            }
            "NOTIFY" => self.notified = true,
            "UNAUTHENTICATE" => {
                if self.is_authenticated() {
                    self.state = State::NotAuthenticated;
                    self.selected = None;
                }
                // RFC 8437 section 3: the client has to ask for the capabilities again, and nothing is enabled any more.
                self.capabilities = None;
                self.enabled.clear();
            }
            "LOGOUT" => self.leave(),
            // This text took effect when the layer was in place, so it is not about the mailbox that a later SELECT may be opening.
            "COMPRESS" if !text.has_code("CLOSED") => self.selected_code(text),
            // HIGHESTMODSEQ comes with the OK of commands that remove messages (RFC 7162 section 3.2.7).
            _ => self.mailbox_code(text),
        }
        if let Some(store) = self.meant(&command) {
            self.stored(&command, &store, ok, text);
        }
        let logged_in = ok && logs_in(&command.verb);
        if logged_in && self.heard == Heard::BeforeLogin {
            // RFC 9051 section 6.2.2: capabilities may have changed.
            self.capabilities = None;
        }
        self.capability_code(text);
        // The list took effect when the layer was in place, and a login may have been started since.
        let begun = |it: &Issued| it.stage != Stage::Queued && logs_in(&it.verb);
        if command.verb == "COMPRESS" && self.commands.iter().any(begun) {
            self.heard = Heard::BeforeLogin;
        }
    }

    fn is_authenticated(&self) -> bool {
        matches!(self.state, State::Authenticated | State::Selected)
    }

    /// What the session knows now, without how it came to know it.
    pub(crate) fn fingerprint(&self) -> String {
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {}",
            self.state,
            self.enabled,
            self.capabilities,
            self.heard,
            self.selected,
            self.opening,
            self.commands,
            self.granted,
            self.wire.fingerprint(),
        )
    }

    /// Compares the model with the connection.
    ///
    /// # Errors
    ///
    /// What differs.
    pub fn agrees(&mut self, connection: &ClientConnection, moment: Moment) -> Checked {
        let stands = !matches!(connection.waiting(), Waiting::Upgrade(_));
        if self.granted == Granted::Deflate && stands {
            if moment == Moment::BetweenEvents {
                return Ok(());
            }
            self.granted = Granted::Nothing;
        }
        let state = connection.state();
        if moment == Moment::BetweenEvents && state == State::Logout && self.state != state {
            // The connection has already ended inside, and reports it with the next events.
            return Ok(());
        }
        rule("state() agrees with the model", state == self.state, || {
            format!("{state} instead of {}", self.state)
        })?;
        self.capabilities_agree(connection)?;
        self.enabled_agrees(connection)?;
        match (&mut self.selected, connection.mailbox()) {
            (Some(mailbox), Some(view)) => mailbox.agrees(view),
            (None, None) => Ok(()),
            (ours, theirs) => Err(Broken {
                rule: "a mailbox is selected when the model says so",
                seen: format!(
                    "{:?} instead of {:?}",
                    theirs.map(|view| view.name()),
                    ours.as_ref().map(|mailbox| &mailbox.name)
                ),
            }),
        }
    }
}
