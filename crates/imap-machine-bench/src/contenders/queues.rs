//! Commands of one kind, all handed over at once.

use ::imap_machine::client::{Command, Config, Event, Items, Search, StatusName};

use super::imap_machine::{Session, store};
use super::{Read, Run};
use crate::inputs::MESSAGES;
use crate::inputs::flags;
use crate::server::{Answer, Script};
use crate::tally::Tally;

/// What the commands of a queue are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `NOOP`
    Noop,
    /// `UID FETCH n (FLAGS)`, each of another message.
    UidFetch,
    /// `STATUS box-n (MESSAGES)`, each of another mailbox.
    Status,
    /// `SEARCH ALL`
    Search,
    /// `COPY n elsewhere`
    Copy,
    /// `UID STORE n +FLAGS.SILENT (\\Seen)`, each of another message.
    UidStore,
}

impl Kind {
    /// What a contender must have read after this number of commands: each outcome, and each line of data that answers one.
    #[must_use]
    pub fn tally(self, count: u32) -> Tally {
        let lines = match self {
            Self::UidFetch | Self::Status | Self::Search => count,
            // The server answers every fourth STORE with a line of data.
            Self::UidStore => count / 4,
            Self::Noop | Self::Copy => 0,
        };
        Tally {
            rows: u64::from(count),
            sum: u64::from(lines),
        }
    }

    /// A server that answers each command with what the command names.
    #[must_use]
    pub fn script() -> Script {
        Script {
            answer: Answer::Named,
            ..Script::quiet(MESSAGES, 64 << 10)
        }
    }

    /// The `n`th command.
    fn command(self, n: u32) -> Command {
        let command = match self {
            Self::Noop => Ok(Command::noop().into()),
            Self::UidFetch => Command::uid_fetch(n, Items::new().flags()).map(Into::into),
            Self::Status => Command::status(mailbox(n), [StatusName::Messages]).map(Into::into),
            Self::Search => Command::search(Search::all()).map(Into::into),
            Self::Copy => Command::copy(n, "elsewhere").map(Into::into),
            Self::UidStore => Ok(store(n).into()),
        };
        command.expect("a good argument")
    }
}

/// A mailbox for each number.
#[must_use]
pub fn mailbox(n: u32) -> String {
    format!("box-{n}")
}

/// `count` commands, of which at most `window` are on the wire.
#[must_use]
pub fn imap_machine(kind: Kind, count: u32, window: usize) -> Run {
    let mut config = Config::default();
    config.limits.in_flight = window;
    let mut session = Session::open(Kind::script(), config).handing_over();
    Box::new(move || {
        let sent = (1..=count).map(|n| session.send(kind.command(n)));
        let last = sent.last();
        let mut tally = Tally::default();
        if let Some(last) = last {
            session.until(last, |event| match event {
                Event::Outcome { .. } => tally.rows += 1,
                Event::Untagged { cause, .. } => tally.sum += u64::from(cause.handle().is_some()),
                _ => {}
            });
        }
        tally
    })
}

/// While `queued` commands wait for the answer to a SELECT, 3,000 of them are given up: a third at the front, a third
/// in the middle and a third at the end, in turn. After each of them one more SELECT is sent and given up.
#[must_use]
pub fn cancelled(queued: u32) -> Run {
    let script = Script {
        answer: Answer::from(&flags::uniform(1).octets),
        ..Script::quiet(1, 64 << 10)
    };
    let mut session = Session::open(script, Config::default()).handing_over();
    session.fetch(Read::Flags);
    let select = || Command::select("INBOX").expect("a good argument");
    session.send(select());
    let handles: Vec<_> = (1..queued)
        .map(|n| match n % 10 {
            0 => session.send(select()),
            _ => session.send(store(n)),
        })
        .collect();
    let third = CANCELLED as usize / 3;
    let middle = handles.len() / 2;
    let (first, last) = (&handles[..third], &handles[handles.len() - third..]);
    let given_up = first.iter().zip(&handles[middle..]).zip(last.iter().rev());
    let given_up: Vec<_> = given_up
        .flat_map(|((first, middle), last)| [*first, *middle, *last])
        .collect();
    Box::new(move || {
        let mut tally = Tally::default();
        for handle in &given_up {
            session.cancel(*handle);
            let select = session.send(select());
            session.cancel(select);
            session.events(|event| tally.rows += u64::from(matches!(event, Event::Outcome { .. })));
        }
        tally
    })
}

/// How many queued commands are given up. As many SELECTs are given up as well.
pub const CANCELLED: u32 = 3_000;

#[cfg(feature = "table")]
pub use next::imap_next;

/// The same by imap-next, which sends all of them at once.
#[cfg(feature = "table")]
mod next {
    use imap_next::imap_types::command::CommandBody;
    use imap_next::imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItemName};
    use imap_next::imap_types::search::SearchKey;
    use imap_next::imap_types::status::StatusDataItemName;

    use super::{Kind, mailbox};
    use crate::contenders::Run;
    use crate::contenders::imap_next::{Session, store};
    use crate::tally::Tally;

    /// `count` commands.
    #[must_use]
    pub fn imap_next(kind: Kind, count: u32) -> Run {
        let mut session = Session::open(Kind::script());
        Box::new(move || {
            let tags: Vec<_> = (1..=count)
                .map(|n| session.enqueue(body(kind, n)))
                .collect();
            let mut tally = Tally::default();
            for tag in &tags {
                session.until(tag, |_| tally.sum += 1);
                tally.rows += 1;
            }
            tally
        })
    }

    fn body(kind: Kind, n: u32) -> CommandBody<'static> {
        match kind {
            Kind::Noop => CommandBody::Noop,
            Kind::UidFetch => {
                let items = vec![MessageDataItemName::Flags];
                let items = MacroOrMessageDataItemNames::MessageDataItemNames(items);
                CommandBody::fetch(n.to_string().as_str(), items, true).expect("a good argument")
            }
            Kind::Status => {
                let items = vec![StatusDataItemName::Messages];
                CommandBody::status(mailbox(n), items).expect("a good argument")
            }
            Kind::Search => {
                let all = vec![SearchKey::All].try_into().expect("one key");
                CommandBody::search(None, all, false)
            }
            Kind::Copy => CommandBody::copy(n.to_string().as_str(), "elsewhere", false)
                .expect("a good argument"),
            Kind::UidStore => store(n),
        }
    }
}
