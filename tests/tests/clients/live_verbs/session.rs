//! A session with a live server, and its complaints.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use imap_machine::client::answers::{
    AccessList, Annotated, Answer, Appended, Copied, Counted, Enabled, Fetched, Found,
    FoundInMailboxes, GrantableRights, Identified, Listed, Namespaced, Notified, OwnRights, Quotas,
    Selected, Threaded, UrlAuthorizations, UrlTexts,
};
use imap_machine::client::desk::{CommandError, Update};
use imap_machine::client::session::Credentials;
use imap_machine::client::{Command, Event, InvalidArgument, RawCommand, TypedCommand};
use imap_machine::codec::{Code, FetchItem, Untagged};
use imap_machine_std::Connector;
use imap_machine_testkit::scenario;
use imap_machine_tests::live::{self, PASSWORD, Server};

use super::record::Recorder;
use crate::client::{Client, OPTIONS};

/// A server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Dovecot,
    Dovecot24,
    Cyrus,
    Cyrus310,
    Courier,
}

/// A user who has the server to himself, since some servers tell each session what others of the same user do.
struct Alone {
    user: &'static str,
    _lock: MutexGuard<'static, ()>,
}

impl Kind {
    fn alone(self) -> Alone {
        static USERS: [[Mutex<()>; 2]; 5] = [const { [const { Mutex::new(()) }; 2] }; 5];
        let [alice, bob] = &USERS[self as usize];
        match alice.try_lock() {
            Err(TryLockError::WouldBlock) => Alone {
                user: "bob",
                // It is poisoned by a test that has failed.
                _lock: bob.lock().unwrap_or_else(PoisonError::into_inner),
            },
            lock => Alone {
                user: "alice",
                _lock: lock.unwrap_or_else(|lock| match lock {
                    TryLockError::Poisoned(lock) => lock.into_inner(),
                    TryLockError::WouldBlock => unreachable!(),
                }),
            },
        }
    }
}

/// What is turned on before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Plain,
    Imap4rev2,
    Utf8,
    UidOnly,
}

impl Mode {
    const fn capability(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Imap4rev2 => Some("IMAP4rev2"),
            Self::Utf8 => Some("UTF8=ACCEPT"),
            Self::UidOnly => Some("UIDONLY"),
        }
    }
}

pub(super) struct Session<C> {
    pub(super) client: C,
    pub(super) kind: Kind,
    pub(super) mode: Mode,
    /// The mailbox above all that this session makes.
    pub(super) top: String,
    complaints: Vec<String>,
    _recorder: Option<Recorder>,
    alone: Alone,
}

impl<C: Client> Session<C> {
    /// `None` if the server does not run.
    pub(super) fn open(kind: Kind, mode: Mode) -> Option<Self> {
        let name = format!("{kind:?}").to_uppercase();
        let mut server = live::server(&name, "live_verbs")?;
        let alone = kind.alone();
        let recorder = Recorder::start(server.port, &format!("{kind:?}-{mode:?}"));
        if let Some(recorder) = &recorder {
            server.port = recorder.port;
        }
        let mut client: C = connect(&server, alone.user);
        client.updates();
        let below = if kind == Kind::Courier { "INBOX." } else { "" };
        let mut session = Self {
            client,
            kind,
            mode,
            top: format!("{below}{}", live::mailbox("verbs")),
            complaints: Vec::new(),
            _recorder: recorder,
            alone,
        };
        if let Some(capability) = mode.capability() {
            let enabled = session.ask("ENABLE", Command::enable([capability]));
            let enabled = enabled.is_some_and(|enabled| enabled.has(capability));
            session.expect(enabled, || format!("ENABLE {capability}: not enabled"));
        }
        let top = session.top.clone();
        session.ask("CREATE", Command::create(&top));
        Some(session)
    }

    pub(super) fn user(&self) -> &'static str {
        self.alone.user
    }

    /// Another session of the same user, in which nothing is turned on.
    pub(super) fn another(&self) -> C {
        let name = format!("{:?}", self.kind).to_uppercase();
        let server = live::server(&name, "live_verbs").expect("it runs");
        connect(&server, self.user())
    }

    /// The mailbox of this name below [`top`](Self::top).
    pub(super) fn below(&self, name: &str) -> String {
        let separator = if self.kind == Kind::Courier { '.' } else { '/' };
        format!("{}{separator}{name}", self.top)
    }

    pub(super) fn has(&self, capability: &str) -> bool {
        self.client.look(|core| core.capabilities().has(capability))
    }

    pub(super) fn exists(&self) -> u32 {
        let exists = |core: &imap_machine::client::ClientConnection| {
            core.mailbox().map_or(0, |mailbox| mailbox.exists())
        };
        self.client.look(exists)
    }

    /// Complains if this does not hold.
    pub(super) fn expect(&mut self, holds: bool, complaint: impl FnOnce() -> String) {
        if !holds {
            self.complain(complaint());
        }
    }

    /// Runs a command. `None` if there is no answer; the complaint says why.
    pub(super) fn ask<A: Answer<Value: Unread>>(
        &mut self,
        what: &str,
        command: Result<TypedCommand<A>, InvalidArgument>,
    ) -> Option<A::Value> {
        let answer = self.client.run(command);
        self.take(what, answer)
    }

    pub(super) fn take<V: Unread>(
        &mut self,
        what: &str,
        answer: Result<V, CommandError>,
    ) -> Option<V> {
        let taken = match answer {
            Ok(value) => {
                for event in value.unread() {
                    self.complain(format!("{what}: {}", shown(event)));
                }
                Some(value)
            }
            Err(CommandError::Unreadable(unreadable)) => {
                for event in &unreadable.events {
                    self.complain(format!("{what}: {}", shown(event)));
                }
                if unreadable.events.is_empty() {
                    self.complain(format!("{what}: {unreadable}"));
                }
                None
            }
            Err(CommandError::Refused(refused)) => {
                self.complain(format!("{what}: {refused}"));
                None
            }
            Err(error) => panic!("{:?}, {what}: {error}", self.kind),
        };
        self.news();
        taken
    }

    /// Runs a command whose answer is read event by event. Returns these as they are written in scenarios.
    pub(super) fn stream(&mut self, what: &str, command: impl Into<Command>) -> Vec<String> {
        let mut stream = self.client.begin(command, OPTIONS);
        let mut lines = Vec::new();
        while let Some(event) = self.client.next(&mut stream) {
            match event {
                Ok(event) => {
                    self.judge(what, &event);
                    lines.push(match event {
                        Event::Unrecognized { .. } => shown(&event),
                        event => scenario::event(&event, &scenario::Names::default()),
                    });
                }
                Err(CommandError::Refused(refused)) => self.complain(format!("{what}: {refused}")),
                Err(error) => panic!("{:?}, {what}: {error}", self.kind),
            }
        }
        self.news();
        lines
    }

    /// Takes the news, and complains about those that cannot be read.
    pub(super) fn news(&mut self) {
        self.take_news();
    }

    /// The same, and what they are.
    pub(super) fn take_news(&mut self) -> Vec<Event<'static>> {
        let mut news = Vec::new();
        for update in self.client.updates() {
            match update {
                Update::Event(event) => {
                    self.judge("news", &event);
                    news.push(event);
                }
                Update::Missed(count) => panic!("{count} news were missed"),
            }
        }
        news
    }

    fn judge(&mut self, what: &str, event: &Event<'_>) {
        match event {
            Event::Untagged {
                violation: Some(violation),
                ..
            } => self.complain(format!("{what}: violation: {violation}")),
            Event::Untagged {
                data: Untagged::Fetch(row),
                ..
            } => {
                let malformed = row.items().find_map(|item| match item {
                    FetchItem::Malformed(rest) => Some(scenario::escape(rest)),
                    _ => None,
                });
                if let Some(rest) = malformed {
                    self.complain(format!("{what}: malformed: {rest}"));
                }
            }
            Event::Unrecognized { .. }
            | Event::UnexpectedTag { .. }
            | Event::UnexpectedContinuation { .. }
            | Event::Bye { .. }
            | Event::Closed(_) => self.complain(format!("{what}: {}", shown(event))),
            _ => {}
        }
    }

    fn complain(&mut self, complaint: String) {
        self.complaints.push(complaint.replace(&self.top, "TOP"));
    }

    /// Logs out. Returns the complaints.
    pub(super) fn end(mut self) -> Vec<String> {
        self.news();
        self.client.logout().unwrap();
        self.complaints
    }
}

/// A session of its own, without anything turned on.
fn connect<C: Client>(server: &Server, user: &str) -> C {
    let connector = Connector::new(&server.plain(user)).unwrap();
    C::connect(&connector.credentials(Credentials::password(user, PASSWORD))).unwrap()
}

fn shown(event: &Event<'_>) -> String {
    match event {
        Event::Unrecognized { line, .. } => format!("unread line {}", scenario::escape(line)),
        event => format!(
            "no place for {}",
            scenario::event(event, &scenario::Names::default())
        ),
    }
}

/// A command of these words, the first or the first two of which are its verb.
pub(super) fn raw(line: &str) -> RawCommand {
    let words = if line.starts_with("UID ") { 2 } else { 1 };
    let verb = line.match_indices(' ').nth(words - 1);
    match verb {
        Some((at, _)) => Command::raw(&line[..at])
            .and_then(|raw| raw.verbatim(&line[at + 1..]))
            .unwrap(),
        None => Command::raw(line).unwrap(),
    }
}

/// The events that an answer has no place for.
pub(super) trait Unread {
    fn unread(&self) -> &[Event<'static>];
}

impl Unread for Option<Code<'static>> {
    fn unread(&self) -> &[Event<'static>] {
        &[]
    }
}

macro_rules! unread {
    ($($answer:ty),+) => {
        $(impl Unread for $answer {
            fn unread(&self) -> &[Event<'static>] {
                &self.unread
            }
        })+
    };
}
unread!(
    FoundInMailboxes,
    UrlAuthorizations,
    UrlTexts,
    Notified,
    Threaded,
    AccessList,
    Annotated,
    Appended,
    Copied,
    Counted,
    Enabled,
    Fetched,
    Found,
    GrantableRights,
    Identified,
    Listed,
    Namespaced,
    OwnRights,
    Quotas,
    Selected
);
