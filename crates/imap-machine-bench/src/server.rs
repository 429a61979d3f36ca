//! The server in memory. It says what its script says, and answers every command at once.
//!
//! All contenders talk to this one. A read copies at most `chunk` octets into the contender's buffer, and what is written is
//! copied into the server's, as a kernel would.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use imap_machine::framing::{Bounds, Delivery, Direction, Framed, Framer, Piece, ReceiveBuffer};

use crate::distance::Distance;
use crate::inputs::bodies::Large;
use crate::tally::samples;

/// What the server has to say.
#[derive(Clone, Debug)]
pub struct Script {
    /// `EXISTS` of the mailbox.
    pub exists: u32,
    /// The untagged answer to FETCH and SEARCH.
    pub answer: Answer,
    /// The most octets one read brings.
    pub chunk: usize,
    /// How much later than its command an answer comes. A read waits for it.
    pub round_trip: Option<Duration>,
}

impl Script {
    /// A server that has no data until it is given some.
    #[must_use]
    pub fn quiet(exists: u32, chunk: usize) -> Self {
        Self {
            exists,
            answer: Answer::Octets(Arc::default()),
            chunk,
            round_trip: None,
        }
    }
}

/// Untagged data.
#[derive(Clone, Debug)]
pub enum Answer {
    /// These octets.
    Octets(Arc<Vec<u8>>),
    /// A FETCH with this message as `BODY[]`, and UID 2.
    Body(Large),
    /// What the command asks for: the flags of a message, the status of a mailbox, a number for SEARCH.
    Named,
}

impl From<&Arc<Vec<u8>>> for Answer {
    fn from(octets: &Arc<Vec<u8>>) -> Self {
        Self::Octets(octets.clone())
    }
}

/// Octets that are still to be read.
#[derive(Debug)]
enum Segment {
    Own {
        octets: Vec<u8>,
        at: usize,
    },
    Shared {
        octets: Arc<Vec<u8>>,
        at: usize,
        times: u32,
    },
}

impl Segment {
    fn left(&self) -> &[u8] {
        match self {
            Self::Own { octets, at } => &octets[*at..],
            Self::Shared { octets, at, .. } => &octets[*at..],
        }
    }

    /// Whether anything is left.
    fn advance(&mut self, by: usize) -> bool {
        match self {
            Self::Own { octets, at } => {
                *at += by;
                *at < octets.len()
            }
            Self::Shared { octets, at, times } => {
                *at += by;
                if *at == octets.len() {
                    *at = 0;
                    *times -= 1;
                }
                *times > 0
            }
        }
    }
}

/// The literal of an APPEND.
#[derive(Debug, Default)]
struct Literal {
    taken: u64,
    samples: u64,
}

/// No limits, since the clients are known.
const BOUNDS: Bounds = Bounds {
    line: usize::MAX,
    literal: u64::MAX,
    inline_literal: 0,
    message: usize::MAX,
};

/// One connection's server.
#[derive(Debug)]
pub struct Server {
    script: Script,
    output: VecDeque<Segment>,
    /// What the client has written and the server has not carried out.
    input: ReceiveBuffer,
    framer: Framer,
    literal: Literal,
    stores: u32,
    idling: bool,
    distance: Option<Distance>,
}

impl Server {
    /// A server that has said its greeting.
    #[must_use]
    pub fn new(script: Script) -> Self {
        let mut server = Self::silent(script);
        server.say(b"* OK [CAPABILITY IMAP4rev1 LITERAL+ CONDSTORE] ready\r\n");
        let distance = |round_trip| Distance::new(round_trip, server.unread());
        server.distance = server.script.round_trip.map(distance);
        server
    }

    fn silent(script: Script) -> Self {
        Self {
            script,
            output: VecDeque::new(),
            input: ReceiveBuffer::new(),
            framer: Framer::new(Direction::FromClient, BOUNDS),
            literal: Literal::default(),
            stores: 0,
            idling: false,
            distance: None,
        }
    }

    /// The answer to FETCH, SEARCH and NOOP from now on.
    pub fn set_answer(&mut self, answer: Answer) {
        self.script.answer = answer;
    }

    /// Gives all memory back. The server has nothing more to say.
    pub fn hush(&mut self) {
        *self = Self::silent(Script {
            answer: Answer::Octets(Arc::default()),
            ..self.script
        });
    }

    /// How long it takes until a read brings something. `None` when there is nothing on its way.
    pub fn arrives_in(&mut self) -> Option<Duration> {
        match &mut self.distance {
            Some(distance) => distance.arrives_in(),
            None => (!self.output.is_empty()).then_some(Duration::ZERO),
        }
    }

    /// How many STOREs there were.
    #[must_use]
    pub const fn stores(&self) -> u32 {
        self.stores
    }

    /// Whether the client idles. It stays so: no client here ends an IDLE.
    #[must_use]
    pub const fn is_idling(&self) -> bool {
        self.idling
    }

    /// The octets of the last literal, and their [`samples`].
    #[must_use]
    pub const fn literal(&self) -> (u64, u64) {
        (self.literal.taken, self.literal.samples)
    }

    /// What the client writes.
    pub fn take(&mut self, octets: &[u8]) {
        let before = self.distance.as_ref().map(|_| self.unread());
        self.obey(octets);
        let after = self.unread();
        if let (Some(distance), Some(before)) = (&mut self.distance, before) {
            distance.sent(after - before);
        }
    }

    /// Octets of its own that have not been read.
    fn unread(&self) -> usize {
        self.output.iter().map(|segment| segment.left().len()).sum()
    }

    fn obey(&mut self, octets: &[u8]) {
        self.input.push(octets);
        let mut input = std::mem::take(&mut self.input);
        loop {
            let framed = self.framer.next(input.as_slice());
            match framed.expect("there are no limits") {
                Framed::Incomplete => break,
                Framed::Message(message) => {
                    self.command(&input.as_slice()[..message.len]);
                    input.consume(message.len);
                }
                Framed::Announced(announced) => {
                    self.literal = Literal::default();
                    let accepted = self.framer.accept(Delivery::Streamed);
                    accepted.expect("there are no limits");
                    if announced.synchronizing {
                        self.say(b"+ go\r\n");
                    }
                }
                Framed::Piece(Piece { range, .. }) => {
                    for piece in input.as_slice()[range.clone()].chunks(64 << 10) {
                        self.literal.samples += samples(piece, self.literal.taken);
                        self.literal.taken += piece.len() as u64;
                    }
                    input.cut(range);
                }
                Framed::Skipped(range) => input.cut(range),
            }
        }
        self.input = input;
    }

    /// What the client reads; 0 when there is nothing.
    pub fn read(&mut self, space: &mut [u8]) -> usize {
        let mut filled = 0;
        self.read_into(space.len(), |octets| {
            space[filled..filled + octets.len()].copy_from_slice(octets);
            filled += octets.len();
        })
    }

    /// The same for a client whose space has no contents yet: `put` gets the octets, at most `most`, piece by piece.
    pub fn read_into(&mut self, most: usize, mut put: impl FnMut(&[u8])) -> usize {
        let mut most = most.min(self.script.chunk);
        if let Some(distance) = &mut self.distance {
            most = distance.receive(most);
        }
        let mut filled = 0;
        while filled < most
            && let Some(segment) = self.output.front_mut()
        {
            let left = segment.left();
            let take = left.len().min(most - filled);
            put(&left[..take]);
            filled += take;
            if !segment.advance(take) && self.recycle() {
                break;
            }
        }
        filled
    }

    /// Drops the segment that has been read, or keeps its memory for the next answer. Returns whether it was the last.
    fn recycle(&mut self) -> bool {
        match (self.output.len(), self.output.front_mut()) {
            (1, Some(Segment::Own { octets, at })) => {
                octets.clear();
                *at = 0;
                true
            }
            _ => {
                self.output.pop_front();
                self.output.is_empty()
            }
        }
    }

    fn say(&mut self, octets: &[u8]) {
        self.own().extend_from_slice(octets);
    }

    fn own(&mut self) -> &mut Vec<u8> {
        if !matches!(self.output.back(), Some(Segment::Own { .. })) {
            let octets = Vec::new();
            self.output.push_back(Segment::Own { octets, at: 0 });
        }
        match self.output.back_mut() {
            Some(Segment::Own { octets, .. }) => octets,
            _ => unreachable!("the last segment is the server's own"),
        }
    }

    fn command(&mut self, line: &[u8]) {
        let mut words = line.trim_ascii_end().splitn(4, |octet| *octet == b' ');
        let tag = words.next().unwrap_or_default();
        let verb = words.next().unwrap_or_default();
        let sub = words.next().unwrap_or_default();
        match (verb, sub) {
            (b"SELECT", _) => {
                let exists = self.script.exists;
                let text = format!(
                    "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* {exists} EXISTS\r\n* 0 RECENT\r\n\
                     * OK [UIDVALIDITY 1] valid\r\n* OK [UIDNEXT 4294967295] next\r\n"
                );
                self.say(text.as_bytes());
            }
            (b"UID", b"FETCH") if matches!(self.script.answer, Answer::Named) => {
                let uid = words.next().unwrap_or_default();
                let uid = uid.split(|octet| *octet == b' ').next().unwrap_or_default();
                self.say(b"* 1 FETCH (UID ");
                self.say(uid);
                self.say(b" FLAGS (\\Seen))\r\n");
            }
            (b"IDLE", _) => {
                self.idling = true;
                self.say(b"+ idling\r\n");
                return;
            }
            (b"STATUS", mailbox) => {
                self.say(b"* STATUS ");
                self.say(mailbox);
                self.say(b" (MESSAGES 7)\r\n");
            }
            (b"SEARCH", _) if matches!(self.script.answer, Answer::Named) => {
                self.say(b"* SEARCH 7\r\n");
            }
            (b"NOOP", _) if matches!(self.script.answer, Answer::Named) => {}
            (b"FETCH" | b"SEARCH" | b"NOOP", _) | (b"UID", b"FETCH" | b"SEARCH") => self.answer(),
            (b"UID", b"STORE") => {
                self.stores += 1;
                if self.stores.is_multiple_of(4) {
                    let uid = words.next().unwrap_or_default();
                    let uid = uid.split(|octet| *octet == b' ').next().unwrap_or_default();
                    self.say(b"* 1 FETCH (UID ");
                    self.say(uid);
                    self.say(b" FLAGS (\\Seen))\r\n");
                }
            }
            _ => {}
        }
        let own = self.own();
        own.extend_from_slice(tag);
        own.extend_from_slice(b" OK done\r\n");
    }

    fn answer(&mut self) {
        let (octets, times) = match self.script.answer.clone() {
            Answer::Octets(octets) => (octets, 1),
            Answer::Named => return,
            Answer::Body(body) => {
                write!(
                    self.own(),
                    "* 1 FETCH (UID 2 BODY[] {{{}}}\r\n",
                    body.size()
                )
                .expect("a vector takes everything");
                (body.block, body.times)
            }
        };
        if !octets.is_empty() {
            self.output.push_back(Segment::Shared {
                octets,
                at: 0,
                times,
            });
        }
        if matches!(self.script.answer, Answer::Body(_)) {
            self.say(b")\r\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_answered_however_they_are_cut() {
        let script = Script {
            answer: Answer::Body(Large::new(1)),
            ..Script::quiet(1, 100_000)
        };
        let mut server = Server::new(script);
        for piece in b"a UID FETCH 1 X\r\nb APPEND x {3}\r\nab\n\r\n".chunks(5) {
            server.take(piece);
        }
        let mut said = Vec::new();
        let mut space = vec![0; 4_000];
        loop {
            let octets = server.read(&mut space);
            if octets == 0 {
                break;
            }
            said.extend_from_slice(&space[..octets]);
        }
        let text = String::from_utf8(said).expect("text");
        assert!(text.contains("* 1 FETCH (UID 2 BODY[] {1048576}\r\nA"));
        assert!(
            text.ends_with(")\r\na OK done\r\n+ go\r\nb OK done\r\n"),
            "{}",
            &text[text.len() - 80..]
        );
        assert_eq!(server.literal().0, 3);
    }
}
