//! Any interleaving of readers that read, stall or go, and of a server that answers in order.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;
use core::task::{Poll, Waker};
use core::time::Duration;

use imap_types::fetch::MessageDataItemName;
use proptest::prelude::*;
use proptest::sample::Index;

use super::super::*;
use super::options;
use crate::client::answers::Done;
use crate::client::{ClientConnection, Command, CommandHandle, Config, Event};
use crate::codec::Untagged;

const HOLD: usize = 3_000;
const PATIENCE: Duration = Duration::from_secs(5);
/// More than one event takes.
const EVENT: usize = 1_000;
const READ: usize = 64;

#[derive(Clone, Debug)]
enum Op {
    Noop,
    /// FETCH of this number of messages, read as a stream.
    Fetch(u32),
    /// A reader takes this number of items.
    Take(Index, usize),
    /// A reader goes.
    Drop(Index),
    /// The server speaks, as far as the connection reads.
    Speak(usize),
    Wait(Duration),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        3 => Just(Op::Noop),
        3 => (1_u32..60).prop_map(Op::Fetch),
        6 => (any::<Index>(), 1_usize..40).prop_map(|(which, count)| Op::Take(which, count)),
        1 => any::<Index>().prop_map(Op::Drop),
        8 => (1_usize..100).prop_map(Op::Speak),
        3 => (1_u64..3_000).prop_map(|millis| Op::Wait(Duration::from_millis(millis))),
    ]
}

/// What a stream's reader expects and has got.
#[derive(Debug)]
struct Expected {
    uids: RangeInclusive<u32>,
    got: Vec<u32>,
}

struct World {
    desk: Desk,
    now: Instant,
    /// What the server has still to say.
    says: VecDeque<u8>,
    /// What the client has said, up to the last line end.
    heard: Vec<u8>,
    streams: BTreeMap<CommandHandle, Expected>,
    noops: Vec<Ticket<Done>>,
    next_uid: u32,
}

impl World {
    fn new() -> Self {
        let now = Instant::ORIGIN;
        let pace = Pace {
            hold: HOLD,
            patience: PATIENCE,
            ..Pace::default()
        };
        let mut world = Self {
            desk: Desk::new(ClientConnection::new(Config::default(), now), pace),
            now,
            says: b"* PREAUTH hi\r\n".iter().copied().collect(),
            heard: Vec::new(),
            streams: BTreeMap::new(),
            noops: Vec::new(),
            next_uid: 1,
        };
        let select = Command::select("INBOX").unwrap();
        let ticket = world.desk.send(select, options(), now).unwrap();
        world.speak(usize::MAX);
        assert!(world.desk.poll_answer(&ticket, Waker::noop()).is_ready());
        world
    }

    fn turn(&mut self) {
        while self.desk.poll(self.now, |_| ()).is_some() {}
        let octets = self.desk.transmit().to_vec();
        self.desk.handle_transmitted(octets.len(), self.now);
        self.heard.extend(octets);
        while let Some(end) = self.heard.windows(2).position(|two| two == b"\r\n") {
            let line: Vec<u8> = self.heard.drain(..end + 2).collect();
            let reply = reply(&String::from_utf8(line).unwrap());
            self.says.extend(reply.bytes());
        }
        let limit = self.streams.len() * (HOLD + EVENT);
        assert!(self.desk.held() <= limit, "{} octets", self.desk.held());
    }

    fn speak(&mut self, reads: usize) {
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

    fn apply(&mut self, op: &Op) {
        match op {
            Op::Noop => {
                let ticket = self.desk.send(Command::noop(), options(), self.now);
                self.noops.push(ticket.unwrap());
            }
            Op::Fetch(count) => self.fetch(*count),
            Op::Take(which, count) => {
                if let Some(handle) = self.stream(which) {
                    for _ in 0..*count {
                        self.take(handle);
                    }
                }
            }
            Op::Drop(which) => {
                if let Some(handle) = self.stream(which) {
                    self.streams.remove(&handle);
                    self.desk.abandon(handle, self.now).unwrap();
                }
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
        let uids = self.next_uid..=self.next_uid + count - 1;
        self.next_uid += count;
        let set = format!("{}:{}", uids.start(), uids.end());
        let fetch = Command::uid_fetch(&set, alloc::vec![MessageDataItemName::Flags]).unwrap();
        let handle = self.desk.stream(fetch, options(), self.now).unwrap();
        let got = Vec::new();
        self.streams.insert(handle, Expected { uids, got });
    }

    fn stream(&self, which: &Index) -> Option<CommandHandle> {
        match self.streams.len() {
            0 => None,
            count => self.streams.keys().nth(which.index(count)).copied(),
        }
    }

    /// Takes one item. A stream that ends well has brought all its rows; one that overflows has brought the first of them.
    fn take(&mut self, handle: CommandHandle) -> bool {
        let Some(expected) = self.streams.get_mut(&handle) else {
            return false;
        };
        let Poll::Ready(item) = self.desk.poll_next(handle, || self.now, Waker::noop()) else {
            return false;
        };
        match item {
            Item::Event(Event::Untagged {
                data: Untagged::Fetch(row),
                ..
            }) => expected.got.push(row.uid().unwrap().get()),
            Item::Event(event) => panic!("{event:?}"),
            Item::End(end) => {
                let all: Vec<u32> = expected.uids.clone().collect();
                match end {
                    Ok(_) => assert_eq!(expected.got, all),
                    Err(CommandError::Overflow(Overflow::SlowReader { .. })) => {
                        assert!(all.starts_with(&expected.got), "{expected:?}");
                    }
                    Err(error) => panic!("{error}"),
                }
                self.streams.remove(&handle);
            }
        }
        true
    }
}

/// What the server answers to a line.
fn reply(line: &str) -> String {
    let mut words = line.split_ascii_whitespace();
    let tag = words.next().unwrap();
    let mut reply = String::new();
    match (words.next(), words.next(), words.next()) {
        (Some("UID"), Some("FETCH"), Some(set)) => {
            let (first, last) = set.split_once(':').unwrap_or((set, set));
            for uid in first.parse::<u32>().unwrap()..=last.parse().unwrap() {
                reply += &format!("* {uid} FETCH (UID {uid} FLAGS ())\r\n");
            }
        }
        (Some("SELECT"), ..) => reply += "* 99999 EXISTS\r\n",
        _ => {}
    }
    reply + tag + " OK done\r\n"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// No row is lost and none comes twice; what is held stays within the limits; and when all readers read, all ends well.
    #[test]
    fn nothing_is_lost(ops in prop::collection::vec(op(), 1..80)) {
        let mut world = World::new();
        ops.iter().for_each(|op| world.apply(op));
        for _ in 0..100_000 {
            world.speak(usize::MAX);
            let handles: Vec<_> = world.streams.keys().copied().collect();
            let took = handles.into_iter().filter(|handle| world.take(*handle)).count();
            if took == 0 && world.says.is_empty() {
                break;
            }
        }
        prop_assert!(world.streams.is_empty(), "{:?}", world.streams);
        for ticket in &world.noops {
            let answer = world.desk.poll_answer(ticket, Waker::noop());
            prop_assert!(matches!(answer, Poll::Ready(Ok(()))));
        }
        prop_assert_eq!(world.desk.held(), 0);
        prop_assert!(world.desk.closed().is_none());
    }

    /// If readers stall for ever, each of them costs the others its patience, and no more.
    #[test]
    fn nobody_waits_longer_than_patience(ops in prop::collection::vec(op(), 1..80)) {
        let mut world = World::new();
        ops.iter().for_each(|op| world.apply(op));
        world.apply(&Op::Noop);
        let readers = u32::try_from(world.streams.len()).unwrap();
        for _ in 0..readers {
            world.speak(usize::MAX);
            world.apply(&Op::Wait(PATIENCE));
        }
        world.speak(usize::MAX);
        for ticket in &world.noops {
            let answer = world.desk.poll_answer(ticket, Waker::noop());
            prop_assert!(matches!(answer, Poll::Ready(Ok(()))));
        }
        prop_assert!(world.desk.closed().is_none());
    }
}
