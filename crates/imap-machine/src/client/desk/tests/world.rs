//! A desk, its readers, and a server that answers in order.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::num::NonZeroU32;
use core::ops::RangeInclusive;
use core::task::{Poll, Waker};
use core::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::*;
use super::options;
use crate::client::answers::{Done, Found};
use crate::client::{ClientConnection, Command, CommandHandle, Config, Event, Search};
use crate::codec::Untagged;

const HOLD: usize = 3_000;
const NEWS: usize = 2_000;
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// More than one event takes.
const EVENT: usize = 1_000;
const READ: usize = 64;
/// What the server answers to a SEARCH.
const FOUND: u32 = 5;

#[derive(Clone, Debug)]
pub(super) enum Op {
    Noop,
    /// FETCH of this number of messages, read as a stream.
    Fetch(u32),
    /// UID SEARCH, read as a value.
    Search,
    Idle,
    Listen,
    /// The reader of a stream takes this number of items.
    Take(Index, usize),
    /// One that hears news takes this number of items.
    Hear(Index, usize),
    /// The reader of a stream goes.
    Drop(Index),
    /// A message arrives on the server.
    Arrive,
    /// The server speaks, as far as the connection reads.
    Speak(usize),
    Wait(Duration),
}

pub(super) fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        3 => Just(Op::Noop),
        3 => (1_u32..60).prop_map(Op::Fetch),
        2 => Just(Op::Search),
        1 => Just(Op::Idle),
        1 => Just(Op::Listen),
        6 => (any::<Index>(), 1_usize..40).prop_map(|(which, count)| Op::Take(which, count)),
        3 => (any::<Index>(), 1_usize..10).prop_map(|(which, count)| Op::Hear(which, count)),
        1 => any::<Index>().prop_map(Op::Drop),
        4 => Just(Op::Arrive),
        8 => (1_usize..100).prop_map(Op::Speak),
        3 => (1_u64..3_000).prop_map(|millis| Op::Wait(Duration::from_millis(millis))),
    ];
    prop::collection::vec(op, 1..80)
}

/// What a stream's reader expects and has got.
#[derive(Debug)]
pub(super) struct Rows {
    uids: RangeInclusive<u32>,
    got: Vec<u32>,
}

/// Who hears news.
#[derive(Debug)]
enum Hearer {
    Listener(Listener),
    Idle(CommandHandle),
}

pub(super) struct World {
    pub(super) desk: Desk,
    now: Instant,
    /// What the server has still to say.
    says: VecDeque<u8>,
    /// What the client has said, up to the last line end.
    heard: Vec<u8>,
    /// The tag of the IDLE that the server is in.
    idling: Option<String>,
    pub(super) streams: BTreeMap<CommandHandle, Rows>,
    noops: Vec<Ticket<Done>>,
    searches: Vec<(Ticket<Found>, u32)>,
    /// Each with the news that it has still to hear.
    hearers: Vec<(Hearer, VecDeque<Event<'static>>)>,
    /// The next UID to ask for.
    uid: u32,
    messages: u32,
}

impl World {
    pub(super) fn new() -> Self {
        let now = Instant::ORIGIN;
        let pace = Pace {
            hold: HOLD,
            patience: PATIENCE,
            news: NEWS,
            ..Pace::default()
        };
        let mut world = Self {
            desk: Desk::new(ClientConnection::new(Config::default(), now), pace),
            now,
            says: b"* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\r\n"
                .iter()
                .copied()
                .collect(),
            heard: Vec::new(),
            idling: None,
            streams: BTreeMap::new(),
            noops: Vec::new(),
            searches: Vec::new(),
            hearers: Vec::new(),
            uid: 1,
            messages: 99_999,
        };
        let select = Command::select("INBOX").unwrap();
        let ticket = world.desk.send(select, options(), now).unwrap();
        world.speak(usize::MAX);
        assert!(world.desk.poll_answer(&ticket, Waker::noop()).is_ready());
        world
    }

    pub(super) fn apply(&mut self, op: &Op) {
        match op {
            Op::Noop => {
                let ticket = self.desk.send(Command::noop(), options(), self.now);
                self.noops.push(ticket.unwrap());
            }
            Op::Fetch(count) => self.fetch(*count),
            Op::Search => self.search(),
            Op::Idle => {
                let handle = self.desk.idle(options(), self.now).unwrap();
                self.hearers.push((Hearer::Idle(handle), VecDeque::new()));
            }
            Op::Listen => {
                let listener = self.desk.listen();
                self.hearers
                    .push((Hearer::Listener(listener), VecDeque::new()));
            }
            Op::Take(which, count) => {
                if let Some(handle) = self.stream(which) {
                    for _ in 0..*count {
                        self.take(handle);
                    }
                }
            }
            Op::Hear(which, count) => {
                for _ in 0..*count {
                    if !self.hearers.is_empty() {
                        self.hear(which.index(self.hearers.len()));
                    }
                }
            }
            Op::Drop(which) => {
                if let Some(handle) = self.stream(which) {
                    self.streams.remove(&handle);
                    self.desk.abandon(handle, self.now).unwrap();
                }
            }
            Op::Arrive => {
                self.messages += 1;
                let news = format!("* {} EXISTS\r\n", self.messages);
                self.says.extend(news.bytes());
            }
            Op::Speak(reads) => self.speak(*reads),
            Op::Wait(span) => {
                self.now = self.now + *span;
                self.desk.handle_timeout(self.now);
            }
        }
        self.turn();
    }

    fn fetch(&mut self, count: u32) {
        let uids = self.uid..=self.uid + count - 1;
        self.uid += count;
        let set = format!("{}:{}", uids.start(), uids.end());
        let fetch = Command::uid_fetch(&set, "FLAGS").unwrap();
        let handle = self.desk.stream(fetch, options(), self.now).unwrap();
        let got = Vec::new();
        self.streams.insert(handle, Rows { uids, got });
    }

    /// Its answer tells it from the others.
    fn search(&mut self) {
        let size = self.uid;
        self.uid += FOUND;
        let search = Command::uid_search(Search::all().larger(size.into())).unwrap();
        let ticket = self.desk.send(search, options(), self.now).unwrap();
        self.searches.push((ticket, size));
    }

    fn stream(&self, which: &Index) -> Option<CommandHandle> {
        match self.streams.len() {
            0 => None,
            count => self.streams.keys().nth(which.index(count)).copied(),
        }
    }

    /// The server speaks, as far as the connection reads.
    pub(super) fn speak(&mut self, reads: usize) {
        self.turn();
        for _ in 0..reads {
            if self.says.is_empty() || !self.desk.connection().wants_read() {
                break;
            }
            let len = READ.min(self.says.len());
            let octets: Vec<u8> = self.says.drain(..len).collect();
            self.desk.handle_input(&octets, self.now);
            self.turn();
        }
    }

    pub(super) fn has_said_all(&self) -> bool {
        self.says.is_empty()
    }

    /// Everything the adapter does in a turn.
    fn turn(&mut self) {
        let hearers = &mut self.hearers;
        while self
            .desk
            .poll(self.now, |event| told(hearers, event))
            .is_some()
        {}
        let octets = self.desk.transmit().to_vec();
        self.desk.handle_transmitted(octets.len(), self.now);
        self.heard.extend(octets);
        while let Some(end) = self.heard.windows(2).position(|two| two == b"\r\n") {
            let line: Vec<u8> = self.heard.drain(..end + 2).collect();
            let reply = self.reply(&String::from_utf8(line).unwrap());
            self.says.extend(reply.bytes());
        }
        let streams = self.streams.len() * (HOLD + EVENT);
        let limit = streams + self.hearers.len() * (NEWS + EVENT);
        assert!(self.desk.held() <= limit, "{} octets", self.desk.held());
    }

    /// What the server answers to a line.
    fn reply(&mut self, line: &str) -> String {
        let mut words = line.split_ascii_whitespace();
        let tag = words.next().unwrap();
        let mut reply = String::new();
        match (words.next(), words.next(), words.next()) {
            (None, ..) => return self.idling.take().unwrap() + " OK done\r\n",
            (Some("IDLE"), ..) => {
                self.idling = Some(tag.to_string());
                return "+ idling\r\n".to_string();
            }
            (Some("UID"), Some("FETCH"), Some(set)) => {
                let (first, last) = set.split_once(':').unwrap_or((set, set));
                for uid in first.parse::<u32>().unwrap()..=last.parse().unwrap() {
                    reply += &format!("* {uid} FETCH (UID {uid} FLAGS ())\r\n");
                }
            }
            (Some("UID"), Some("SEARCH"), Some("LARGER")) => {
                let size = words.next().unwrap().parse().unwrap();
                reply += "* SEARCH";
                for uid in found(size) {
                    reply += &format!(" {uid}");
                }
                reply += "\r\n";
            }
            (Some("SELECT"), ..) => reply += "* 99999 EXISTS\r\n",
            _ => {}
        }
        reply + tag + " OK done\r\n"
    }

    /// The transport ends: in order, by an error, or by the application.
    pub(super) fn end(&mut self, how: usize) {
        match how {
            0 => self.desk.handle_eof(self.now),
            1 => self.desk.connection_mut().handle_transport_failed(self.now),
            _ => self.desk.close(self.now),
        }
        self.turn();
    }

    /// Ends each IDLE.
    pub(super) fn done(&mut self) {
        for (hearer, _) in &self.hearers {
            if let Hearer::Idle(handle) = hearer {
                // It may have ended.
                let _ = self.desk.done(*handle, self.now);
            }
        }
        self.turn();
    }

    /// Takes one item of a stream. One that ends well has brought all its rows, any other the first of them.
    pub(super) fn take(&mut self, handle: CommandHandle) -> bool {
        let Some(rows) = self.streams.get_mut(&handle) else {
            return false;
        };
        let Poll::Ready(item) = self.desk.poll_next(handle, || self.now, Waker::noop()) else {
            return false;
        };
        match item {
            Item::Event(Event::Untagged {
                data: Untagged::Fetch(row),
                ..
            }) => rows.got.push(row.uid().unwrap().get()),
            Item::Event(event) => panic!("{event:?}"),
            Item::End(end) => {
                let all: Vec<u32> = rows.uids.clone().collect();
                match end {
                    Ok(_) => assert_eq!(rows.got, all),
                    Err(error) => {
                        let slow = matches!(error, CommandError::Overflow(_));
                        assert!(slow || self.desk.closed().is_some(), "{error}");
                        assert!(all.starts_with(&rows.got), "{rows:?}");
                    }
                }
                self.streams.remove(&handle);
            }
        }
        true
    }

    /// Takes one item of news. What it has not heard it is told the number of.
    fn hear(&mut self, which: usize) -> bool {
        let (hearer, expected) = &mut self.hearers[which];
        let update = match hearer {
            Hearer::Listener(listener) => match self.desk.poll_news(listener, Waker::noop()) {
                Poll::Ready(Some(update)) => update,
                Poll::Ready(None) | Poll::Pending => return false,
            },
            Hearer::Idle(handle) => match self.desk.poll_idle(*handle, Waker::noop()) {
                Poll::Ready(IdleItem::Update(update)) => update,
                Poll::Ready(IdleItem::End(_)) => {
                    assert!(expected.is_empty(), "{expected:?}");
                    self.hearers.remove(which);
                    return true;
                }
                Poll::Pending => return false,
            },
        };
        match update {
            Update::Event(event) => assert_eq!(expected.pop_front(), Some(event)),
            Update::Missed(count) => {
                let missed = usize::try_from(count).unwrap();
                assert_eq!(expected.drain(..missed).count(), missed);
            }
        }
        true
    }

    /// All who hear news hear all of them.
    pub(super) fn hear_all(&mut self) {
        for which in (0..self.hearers.len()).rev() {
            while which < self.hearers.len() && self.hear(which) {}
        }
        for (hearer, expected) in &self.hearers {
            assert!(expected.is_empty(), "{hearer:?}: {expected:?}");
            assert!(matches!(hearer, Hearer::Listener(_)), "{hearer:?}");
        }
    }

    /// Each typed answer is there, once, and right if its command has succeeded. Returns how many have succeeded.
    pub(super) fn take_answers(&mut self) -> usize {
        let mut succeeded = 0;
        for ticket in self.noops.drain(..) {
            succeeded += usize::from(answer(&mut self.desk, &ticket).is_ok());
        }
        for (ticket, size) in self.searches.drain(..) {
            if let Ok(answer) = answer(&mut self.desk, &ticket) {
                let numbers = answer.numbers().map(NonZeroU32::get);
                assert!(numbers.eq(found(size)), "{answer:?}");
                succeeded += 1;
            }
        }
        succeeded
    }

    pub(super) fn typed(&self) -> usize {
        self.noops.len() + self.searches.len()
    }
}

fn answer<A: crate::client::answers::Answer>(
    desk: &mut Desk,
    ticket: &Ticket<A>,
) -> Result<A::Value, CommandError> {
    let Poll::Ready(answer) = desk.poll_answer(ticket, Waker::noop()) else {
        panic!("{:?} has no answer: {desk:?}", ticket.handle());
    };
    let again = desk.poll_answer(ticket, Waker::noop());
    assert!(matches!(again, Poll::Ready(Err(CommandError::Misuse(_)))));
    answer
}

fn found(size: u32) -> RangeInclusive<u32> {
    let first = NonZeroU32::new(size).map_or(1, NonZeroU32::get);
    first..=first + FOUND - 1
}

/// The news that each has to hear.
fn told(hearers: &mut [(Hearer, VecDeque<Event<'static>>)], event: &Event<'_>) {
    use bounded_static::ToBoundedStatic;
    let is_outcome = matches!(event, Event::Outcome { .. });
    let is_news = !is_outcome && addressee::of(event).hears_news;
    for (hearer, expected) in hearers {
        let idles = match (hearer, event) {
            (Hearer::Idle(idle), Event::Idling { handle, .. }) => idle == handle,
            _ => false,
        };
        if is_news || idles {
            expected.push_back(event.to_static());
        }
    }
}
