//! imap-machine, through the loop of its documentation.

use std::{num::NonZeroU32, sync::Arc};

use imap_machine::Instant;
use imap_machine::client::answers::Fetched;
use imap_machine::client::{
    AppendMessage, ClientConnection, Command, CommandHandle, CommandOptions, Config, Event, Flag,
    MailboxView, Outcome, Search, Store, TypedCommand,
};
use imap_machine::codec::{Fetch, FetchItem, Untagged, Value};

use super::imap_machine_rows::{envelope_octets, structure_octets};
use super::{Read, Run};
use crate::inputs::Rows;
use crate::inputs::bodies::Large;
use crate::server::{Answer, Script, Server};
use crate::tally::{FlagRow, Tally, flag, samples};

/// Time stands still.
const NOW: Instant = Instant::ORIGIN;

/// A connection with a mailbox selected, and its server.
pub struct Session {
    connection: ClientConnection,
    server: Server,
    chunk: usize,
    /// The buffer from which octets are handed over, as imap-machine-tokio does it. If it is empty, octets are read straight into
    /// the connection, as imap-machine-std does it.
    space: Vec<u8>,
}

impl Session {
    /// Logs in and selects.
    #[must_use]
    pub fn open(script: Script, config: impl Into<Arc<Config>>) -> Self {
        let chunk = script.chunk;
        let mut session = Self {
            connection: ClientConnection::new(config, NOW),
            server: Server::new(script),
            chunk,
            space: Vec::new(),
        };
        let login = Command::login("user", "password").expect("a good argument");
        session.run(login, |_| {});
        let select = Command::select("INBOX").expect("a good argument");
        session.run(select, |_| {});
        session
    }

    /// From now on octets are read into a buffer and handed over.
    #[must_use]
    pub fn handing_over(mut self) -> Self {
        self.space = vec![0; self.chunk];
        self
    }

    /// Sends a command and goes around until its outcome.
    pub fn run(&mut self, command: impl Into<Command>, on_event: impl FnMut(&Event<'_>)) {
        let handle = self.send(command);
        self.until(handle, on_event);
    }

    /// Sends a command.
    pub fn send(&mut self, command: impl Into<Command>) -> CommandHandle {
        let sent = self
            .connection
            .send(command, CommandOptions::default(), NOW);
        sent.expect("an open connection")
    }

    /// Gives a command up.
    pub fn cancel(&mut self, handle: CommandHandle) {
        let cancelled = self.connection.cancel(handle, NOW);
        cancelled.expect("an open command");
    }

    /// Fetches all events there are.
    pub fn events(&mut self, mut on_event: impl FnMut(&Event<'_>)) {
        while let Some(event) = self.connection.poll_event() {
            on_event(&event);
        }
    }

    /// Goes around until the outcome of `until`, which must be OK.
    pub fn until(&mut self, until: CommandHandle, mut on_event: impl FnMut(&Event<'_>)) {
        loop {
            while let Some(event) = self.connection.poll_event() {
                on_event(&event);
                if let Event::Outcome { handle, outcome } = &event
                    && *handle == until
                {
                    assert!(matches!(outcome, Outcome::Ok(_)), "{outcome}");
                    return;
                }
            }
            self.write();
            assert!(self.read(), "{}", self.connection.diagnosis(NOW));
        }
    }

    /// Reads once. Returns whether any octets came.
    fn read(&mut self) -> bool {
        if self.space.is_empty() {
            let space = self.connection.receive_space(self.chunk);
            let octets = self.server.read(space);
            self.connection.handle_received(octets, NOW);
            return octets > 0;
        }
        let octets = self.server.read(&mut self.space);
        self.connection.handle_input(&self.space[..octets], NOW);
        octets > 0
    }

    fn write(&mut self) {
        while !self.connection.transmit().is_empty() {
            let octets = self.connection.transmit();
            let written = octets.len();
            self.server.take(octets);
            self.connection.handle_transmitted(written, NOW);
        }
    }
}

/// `UID FETCH 1:* (UID FLAGS MODSEQ)`.
#[must_use]
pub fn fetch_flags() -> TypedCommand<Fetched> {
    Command::uid_fetch("1:*", "UID FLAGS MODSEQ").expect("a good argument")
}

/// `UID FETCH 1:* (UID BODY.PEEK[])`.
#[must_use]
pub fn fetch_body() -> TypedCommand<Fetched> {
    Command::uid_fetch("1:*", "UID BODY.PEEK[]").expect("a good argument")
}

/// A FETCH whose answer has ENVELOPE and BODYSTRUCTURE, and an application that wants the plain items.
#[must_use]
pub fn fetch_lazily(script: Script) -> Run {
    let mut session = Session::open(script, Config::default());
    Box::new(move || {
        let mut tally = Tally::default();
        session.rows(|fetch| tally.row(lazy_row(fetch)));
        tally
    })
}

/// The same, and an application that goes through all items. ENVELOPE and BODYSTRUCTURE are found, and not read.
#[must_use]
pub fn fetch_walked(script: Script) -> Run {
    let mut session = Session::open(script, Config::default());
    Box::new(move || {
        let mut tally = Tally::default();
        session.rows(|fetch| tally.row(walked_row(fetch)));
        tally
    })
}

/// A FETCH, read like this.
#[must_use]
pub fn fetch(script: Script, config: Config, read: Read) -> Run {
    let mut session = Session::open(script, config);
    Box::new(move || session.fetch(read))
}

/// A FETCH of plain rows by the loop of the documentation that takes many with one call.
#[must_use]
pub fn fetch_rows(script: Script, read: Read) -> Run {
    let mut session = Session::open(script, Config::default());
    let row = row_reader(read);
    Box::new(move || {
        let mut tally = Tally::default();
        session.many_rows(|fetch| tally.row(row(fetch)));
        tally
    })
}

impl Session {
    /// Fetches all there is.
    pub fn fetch(&mut self, read: Read) -> Tally {
        let mut tally = Tally::default();
        match read {
            Read::Flags => self.rows(|fetch| tally.row(flag_row(fetch))),
            Read::Plain => self.rows(|fetch| tally.row(plain_row(fetch))),
            Read::Heavy => self.rows(|fetch| tally.add(heavy_row(fetch))),
            Read::Body => self.bodies(&mut tally),
        }
        tally
    }

    /// Fetches all there is, and shows each row.
    pub fn rows(&mut self, mut on_row: impl FnMut(&Fetch<'_>)) {
        self.run(fetch_flags(), |event| {
            if let Event::Untagged {
                data: Untagged::Fetch(fetch),
                ..
            } = event
            {
                on_row(fetch);
            }
        });
    }

    fn many_rows(&mut self, mut on_row: impl FnMut(&Fetch<'_>)) {
        let until = self.send(fetch_flags());
        loop {
            while let Some(rows) = self.connection.poll_rows() {
                rows.for_each(|row| on_row(&row));
            }
            match self.connection.poll_event() {
                Some(Event::Outcome { handle, outcome }) if handle == until => {
                    assert!(matches!(outcome, Outcome::Ok(_)), "{outcome}");
                    return;
                }
                Some(Event::Untagged {
                    data: Untagged::Fetch(fetch),
                    ..
                }) => on_row(&fetch),
                Some(_) => {}
                None => {
                    self.write();
                    assert!(self.read(), "{}", self.connection.diagnosis(NOW));
                }
            }
        }
    }

    fn bodies(&mut self, tally: &mut Tally) {
        let mut streamed = 0;
        self.run(fetch_flags(), |event| match event {
            Event::Literal(piece) => streamed += samples(&piece.data, piece.offset),
            Event::Untagged {
                data: Untagged::Fetch(fetch),
                ..
            } => tally.add(std::mem::take(&mut streamed) + body_row(fetch)),
            _ => {}
        });
    }
}

pub(super) fn row_reader(read: Read) -> impl Fn(&Fetch<'_>) -> FlagRow {
    move |row| match read {
        Read::Flags => flag_row(row),
        _ => plain_row(row),
    }
}

pub(super) fn flag_row(fetch: &Fetch<'_>) -> FlagRow {
    FlagRow {
        uid: fetch.uid().map_or(0, NonZeroU32::get),
        flags: fetch
            .flags()
            .map_or(0, |flags| flags.iter().map(flag).sum()),
        modseq: fetch.modseq().unwrap_or_default(),
        ..FlagRow::default()
    }
}

fn lazy_row(fetch: &Fetch<'_>) -> FlagRow {
    FlagRow {
        uid: fetch.uid().map_or(0, NonZeroU32::get),
        flags: fetch
            .flags()
            .map_or(0, |flags| flags.iter().map(flag).sum()),
        size: fetch.rfc822_size().unwrap_or_default(),
        dates: u64::from(fetch.internal_date().is_some()),
        ..FlagRow::default()
    }
}

fn plain_row(fetch: &Fetch<'_>) -> FlagRow {
    plain_items(fetch.items())
}

/// The plain items, if the others are there.
fn walked_row(fetch: &Fetch<'_>) -> FlagRow {
    let mut lists = 0;
    let row = plain_items(fetch.items().inspect(|item| {
        let is_list = matches!(item, FetchItem::Envelope(_) | FetchItem::BodyStructure(_));
        lists += u32::from(is_list);
    }));
    match lists {
        2 => row,
        _ => FlagRow::default(),
    }
}

fn plain_items<'a>(items: impl Iterator<Item = FetchItem<'a>>) -> FlagRow {
    let mut row = FlagRow::default();
    for item in items {
        match item {
            FetchItem::Uid(uid) => row.uid = uid.get(),
            FetchItem::Flags(flags) => row.flags = flags.iter().map(flag).sum(),
            FetchItem::ModSeq(modseq) => row.modseq = modseq,
            FetchItem::Rfc822Size(size) => row.size = size,
            FetchItem::InternalDate(_) => row.dates += 1,
            _ => {}
        }
    }
    row
}

fn heavy_row(fetch: &Fetch<'_>) -> u64 {
    let read = |item| match item {
        FetchItem::Uid(uid) => u64::from(uid.get()),
        FetchItem::Envelope(envelope) => envelope_octets(envelope),
        FetchItem::BodyStructure(structure) => structure_octets(structure),
        _ => 0,
    };
    fetch.items().map(read).sum()
}

pub(super) fn body_row(fetch: &Fetch<'_>) -> u64 {
    let uid = fetch.uid().map_or(0, |uid| u64::from(uid.get()));
    let body = fetch.section("BODY[]").expect("a body");
    let octets = match body.value {
        Value::Literal(octets) => octets.len() as u64 + samples(octets, 0),
        Value::Streamed { size } => size,
        Value::Nil | Value::Quoted(_) | Value::Atom(_) => 0,
    };
    uid + octets
}

/// One `UID STORE`.
#[must_use]
pub fn store(uid: u32) -> TypedCommand<Fetched> {
    let store = Command::uid_store(uid, Store::add([Flag::SEEN]).silent());
    store.expect("a good argument")
}

/// W5: `count` STOREs, all handed over at once; the machine sends as many at a time as it may.
#[must_use]
pub fn stores(script: Script, count: u32) -> Run {
    let mut session = Session::open(script, Config::default()).handing_over();
    Box::new(move || session.stores(count))
}

/// The same, with reads straight into the buffer of the connection.
#[must_use]
pub fn stores_in_place(script: Script, count: u32) -> Run {
    let mut session = Session::open(script, Config::default());
    Box::new(move || session.stores(count))
}

/// W5: `count` STOREs, each when the one before has ended.
#[must_use]
pub fn stores_one_by_one(script: Script, count: u32) -> Run {
    let mut session = Session::open(script, Config::default()).handing_over();
    Box::new(move || {
        for uid in 1..=count {
            session.run(store(uid), |_| {});
        }
        Tally::rows(session.server.stores())
    })
}

impl Session {
    /// Hands over `count` STOREs and goes around until the last has ended.
    pub fn stores(&mut self, count: u32) -> Tally {
        let before = self.server.stores();
        let mut last = None;
        for uid in 1..=count {
            last = Some(self.send(store(uid)));
        }
        let mut ended = 0;
        if let Some(last) = last {
            self.until(last, |event| {
                ended += u32::from(matches!(event, Event::Outcome { .. }))
            });
        }
        assert_eq!(self.server.stores() - before, count);
        Tally::rows(ended)
    }

    /// Appends a message in pieces, as it is read from a file.
    pub fn append(&mut self, message: &Large) -> Tally {
        let append = Command::append("INBOX", AppendMessage::supplied(message.size()));
        let handle = self.send(append.expect("a good argument"));
        let mut offset = 0;
        loop {
            let mut ended = false;
            while let Some(event) = self.connection.poll_event() {
                if let Event::Outcome { outcome, .. } = &event {
                    assert!(outcome.is_ok(), "{outcome}");
                    ended = true;
                }
            }
            if ended {
                break;
            }
            if let Ok(space) = self.connection.supply_space(handle) {
                let octets = message.read(offset, space);
                offset += octets as u64;
                let supplied = self.connection.supplied(handle, octets, NOW);
                supplied.expect("it wants some");
            }
            self.write();
            self.read();
        }
        let (octets, samples) = self.server.literal();
        let mut tally = Tally::default();
        tally.add(2 + octets + samples);
        tally
    }

    /// NOOP, during which the server says something: EXPUNGE lines. What is left of the mailbox is checked.
    pub fn expunge(&mut self, input: &Rows) -> Tally {
        let before = self.exists();
        self.server.set_answer(Answer::from(&input.octets));
        let mut tally = Tally::default();
        self.run(Command::noop(), |event| {
            if let Event::Untagged {
                data: Untagged::Expunge(number),
                ..
            } = event
            {
                tally.add(u64::from(*number));
            }
        });
        assert_eq!(self.exists() + input.rows, before);
        tally
    }

    fn exists(&self) -> u32 {
        self.mailbox().map_or(0, MailboxView::exists)
    }

    /// A SEARCH: how many numbers, and their sum.
    pub fn search(&mut self) -> Tally {
        let mut tally = Tally::default();
        let search = Command::uid_search(Search::all()).expect("a good argument");
        self.run(search, |event| {
            if let Event::Untagged {
                data: Untagged::Search(search),
                ..
            } = event
            {
                tally.numbers(search.numbers().map(|number| number.get()));
            }
        });
        tally
    }

    /// NOOP, and an untagged OK: how long its text is.
    pub fn text(&mut self) -> Tally {
        let mut tally = Tally::default();
        self.run(Command::noop(), |event| {
            if let Event::Status { text, .. } = event {
                tally.add(text.raw_text().len() as u64);
            }
        });
        tally
    }

    /// The answer to FETCH from now on.
    pub fn set_answer(&mut self, answer: Answer) {
        self.server.set_answer(answer);
    }

    /// The connection alone, with nothing left to do.
    #[must_use]
    pub fn into_connection(mut self) -> ClientConnection {
        while self.connection.poll_event().is_some() {}
        self.connection
    }

    /// The selected mailbox.
    #[must_use]
    pub fn mailbox(&self) -> Option<&MailboxView> {
        self.connection.mailbox()
    }
}

/// A SEARCH with one long line as its answer.
#[must_use]
pub fn search(script: Script) -> Run {
    let mut session = Session::open(script, Config::default());
    Box::new(move || session.search())
}

/// A NOOP with one long text as its answer.
#[must_use]
pub fn text(script: Script) -> Run {
    let mut session = Session::open(script, Config::default());
    Box::new(move || session.text())
}

/// W3 outwards: the message in pieces.
#[must_use]
pub fn append(script: Script, message: &Large) -> Run {
    let message = message.clone();
    let mut session = Session::open(script, Config::default());
    Box::new(move || session.append(&message))
}
