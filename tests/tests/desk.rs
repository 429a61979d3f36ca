//! Every scenario through the desk: each event reaches the reader it is for, in order, once.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::Arc;
use std::task::{Poll, Waker};

use imap_machine::Instant;
use imap_machine::bounded_static::ToBoundedStatic;
use imap_machine::client::desk::{
    CommandError, Delivered, Desk, IdleItem, Item, Listener, Pace, Update,
};
use imap_machine::client::{
    Cause, ClientConnection, Command, CommandHandle, CommandOptions, Config, Event, NotSent,
    Outcome,
};
use imap_machine::error::ApiMisuse;
use imap_machine_testkit::invariants::Broken;
use imap_machine_testkit::scenario::{self, Adapter, Wire};
use imap_machine_tests::play;

// With more deadlines than this in one wait, the loop spins.
const MOST_DEADLINES: usize = 10_000;

/// How the answer to a command is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Stream,
    Idle,
}

/// The smallest loop around a desk. Its readers take everything at once.
struct Driven {
    desk: Desk,
    now: Instant,
    wire: Wire,
    upgrading: bool,
    heard: Vec<Event<'static>>,
    readers: BTreeMap<CommandHandle, Reader>,
    listener: Listener,
}

/// What the readers took after one event.
#[derive(Debug, Default)]
struct Taken {
    by_readers: Vec<(CommandHandle, Event<'static>)>,
    by_listener: Vec<Event<'static>>,
    ends: Vec<(CommandHandle, bool)>,
}

impl Driven {
    fn new(config: Config, wire: Wire) -> Self {
        let now = Instant::ORIGIN;
        let mut desk = Desk::new(ClientConnection::new(config, now), Pace::default());
        let listener = desk.listen();
        Self {
            desk,
            now,
            wire,
            upgrading: false,
            heard: Vec::new(),
            readers: BTreeMap::new(),
            listener,
        }
    }

    /// Events, output and input, until there is none of them.
    fn settle(&mut self) -> Result<(), Broken> {
        loop {
            while self.deliver()? {}
            let wrote = self.write();
            if !self.read() && !wrote {
                return Ok(());
            }
        }
    }

    fn deliver(&mut self) -> Result<bool, Broken> {
        let mut seen = None;
        let delivered = self
            .desk
            .poll(self.now, |event| seen = Some(event.to_static()));
        self.upgrading |= matches!(delivered, Some(Delivered::Upgrade(_)));
        let Some(event) = seen else {
            return Ok(false);
        };
        let taken = self.take();
        if !self.is_right(&event, &taken) {
            return Err(Broken {
                rule: "each event reaches the reader it is for",
                seen: format!("{event:?} reached {taken:?}"),
            });
        }
        for (handle, _) in &taken.ends {
            self.readers.remove(handle);
        }
        self.heard.push(event);
        Ok(true)
    }

    fn take(&mut self) -> Taken {
        let mut taken = Taken::default();
        for (&handle, reader) in &self.readers {
            match reader {
                Reader::Stream => {
                    while let Poll::Ready(item) =
                        self.desk.poll_next(handle, || self.now, Waker::noop())
                    {
                        match item {
                            Item::Event(event) => taken.by_readers.push((handle, event)),
                            Item::End(end) => {
                                taken.ends.push((handle, end.is_ok()));
                                break;
                            }
                        }
                    }
                }
                Reader::Idle => {
                    while let Poll::Ready(item) = self.desk.poll_idle(handle, Waker::noop()) {
                        match item {
                            IdleItem::Update(Update::Event(event)) => {
                                taken.by_readers.push((handle, event));
                            }
                            IdleItem::Update(Update::Missed(count)) => panic!("{count} missed"),
                            IdleItem::End(end) => {
                                taken.ends.push((handle, end.is_ok()));
                                break;
                            }
                        }
                    }
                }
            }
        }
        while let Poll::Ready(Some(update)) = self.desk.poll_news(&self.listener, Waker::noop()) {
            match update {
                Update::Event(event) => taken.by_listener.push(event),
                Update::Missed(count) => panic!("{count} missed"),
            }
        }
        taken
    }

    /// Whether the event has reached all that it is for, and no other.
    fn is_right(&self, event: &Event<'static>, taken: &Taken) -> bool {
        let (answers, news) = (answers(event), is_news(event));
        let expected = self.readers.iter().filter(|(handle, reader)| match reader {
            Reader::Stream => answers == Some(**handle),
            // IDLE is answered by the news.
            Reader::Idle => answers == Some(**handle) || news || is_alerting_outcome(event),
        });
        let expected: Vec<_> = expected.map(|(handle, _)| *handle).collect();
        let readers: Vec<_> = taken.by_readers.iter().map(|(handle, _)| *handle).collect();
        let listeners = usize::from(news || is_alerting_outcome(event));
        let told = taken.by_readers.iter().map(|(_, told)| told);
        let is_same = told.chain(&taken.by_listener).all(|told| match event {
            Event::Outcome { .. } => is_alert(told),
            event => told == event,
        });
        let ended = match event {
            Event::Outcome { handle, .. } if self.readers.contains_key(handle) => 1,
            Event::Closed(_) => self.readers.len(),
            _ => 0,
        };
        // If the connection is ending, ends are told when it has ended.
        let deferred = ended == 1 && taken.ends.is_empty() && self.desk.closed().is_none();
        is_same
            && readers == expected
            && taken.by_listener.len() == listeners
            && (taken.ends.len() == ended || deferred)
    }
    /// If writing fails, what has arrived is still read. Reading fails then as well.
    fn write(&mut self) -> bool {
        let Ok(octets @ 1..) = self.wire.write(self.desk.transmit()) else {
            return false;
        };
        self.desk.handle_transmitted(octets, self.now);
        true
    }

    fn read(&mut self) -> bool {
        let mut space = [0; 4096];
        let read = match self.upgrading {
            true => self.wire.upgraded().map(|()| None),
            false if self.desk.connection().wants_read() => self.wire.read(&mut space).map(Some),
            false => return false,
        };
        match read {
            // The connection has asked for it.
            Ok(None) => drop(self.desk.handle_upgraded(self.now)),
            Ok(Some(0)) => self.desk.handle_eof(self.now),
            Ok(Some(octets)) => self.desk.handle_input(&space[..octets], self.now),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(error) => self.desk.handle_transport_error(Arc::new(error), self.now),
        }
        self.upgrading = false;
        true
    }
}

/// The command whose reader gets the event.
fn answers(event: &Event<'_>) -> Option<CommandHandle> {
    match event {
        Event::Proceed { handle, .. }
        | Event::Challenge { handle, .. }
        | Event::Idling { handle, .. } => Some(*handle),
        event => match cause(event)? {
            Cause::Solicited(handle) => Some(handle),
            _ => None,
        },
    }
}

fn is_alert(event: &Event<'_>) -> bool {
    matches!(event, Event::Status { text, .. } if text.has_code("ALERT"))
}

fn is_alerting_outcome(event: &Event<'_>) -> bool {
    let Event::Outcome { outcome, .. } = event else {
        return false;
    };
    match outcome {
        Outcome::Ok(completion) => completion.text.has_code("ALERT"),
        Outcome::Refused { text, .. } => text.has_code("ALERT"),
        Outcome::NotSent(_) | Outcome::Unknown(_) => false,
    }
}

fn cause(event: &Event<'_>) -> Option<Cause> {
    match event {
        Event::Status { cause, .. }
        | Event::Untagged { cause, .. }
        | Event::Unrecognized { cause, .. } => Some(*cause),
        Event::Literal(piece) => Some(piece.cause),
        _ => None,
    }
}

/// Whether everybody who listens is told.
fn is_news(event: &Event<'_>) -> bool {
    is_alert(event)
        || match (event, cause(event)) {
            (_, Some(Cause::Unsolicited)) => true,
            (_, Some(Cause::Abandoned(_))) => event.is_news(),
            (_, Some(Cause::Solicited(_))) => false,
            (event, None) => !matches!(
                event,
                Event::Greeting { .. }
                    | Event::Proceed { .. }
                    | Event::Challenge { .. }
                    | Event::Idling { .. }
                    | Event::Upgrade { .. }
                    | Event::Outcome { .. }
            ),
        }
}

impl Adapter for Driven {
    fn connection(&self) -> &ClientConnection {
        self.desk.connection()
    }

    fn now(&self) -> Instant {
        self.now
    }

    fn tell<R>(&mut self, call: impl FnOnce(&mut ClientConnection, Instant) -> R) -> R {
        call(self.desk.connection_mut(), self.now)
    }

    fn send(
        &mut self,
        command: Command,
        options: CommandOptions,
    ) -> Result<CommandHandle, ApiMisuse> {
        let (sent, reader) = match command == Command::idle() {
            true => (self.desk.idle(options, self.now), Reader::Idle),
            false => (self.desk.stream(command, options, self.now), Reader::Stream),
        };
        match sent {
            Ok(handle) => {
                self.readers.insert(handle, reader);
                Ok(handle)
            }
            Err(CommandError::NotSent(NotSent::Closed(_))) => Err(ApiMisuse::Closed),
            Err(CommandError::Misuse(misuse)) => Err(misuse),
            Err(error) => panic!("{error}"),
        }
    }

    fn work(&mut self, until: Instant) -> Result<(), Broken> {
        self.settle()?;
        for _ in 0..MOST_DEADLINES {
            if self.now >= until {
                return Ok(());
            }
            let due = self.desk.poll_timeout().unwrap_or(until);
            self.now = due.clamp(self.now, until);
            self.desk.handle_timeout(self.now);
            self.settle()?;
        }
        Err(Broken {
            rule: "deadlines are finite",
            seen: format!("{MOST_DEADLINES} until {until}"),
        })
    }

    fn take_events(&mut self) -> Vec<Event<'static>> {
        std::mem::take(&mut self.heard)
    }
}

/// Octets that arrive while TLS is set up go to the handshake, which fails.
const OTHERWISE: [(&str, &str); 1] = [(
    "starttls/injected-late.imap",
    "> outcome a1 unknown upgrade-failed tls",
)];

#[test]
fn every_event_reaches_its_reader() {
    let report = scenario::run_folder_through(&play::scenario_folder(), &OTHERWISE, Driven::new);
    println!("{report}");
    assert!(report.scenarios >= 290 && report.failed.is_empty());
    assert_eq!(report.otherwise, OTHERWISE.len());
}
