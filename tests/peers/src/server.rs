//! The server. It plays a list of what it reads and says, in order.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use imap_machine::framing::{Bounds, Delivery, Direction, Framed, Framer, ReceiveBuffer};

/// One thing that the server does, or the application.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Reads a command line. Its first word is our name for the tag, the second the verb.
    Line(&'static str),
    /// Reads the literal that the line before it announced, which must be this, and the rest of its line. Without this step the
    /// literal is refused.
    Literal(&'static str),
    /// Says a line. Our names for tags are replaced by those that the client chose.
    Says(&'static str),
    /// Says octets without a line end.
    Part(&'static str),
    /// Says a line that announces a literal of all the following lines, up to [`Step::Rest`].
    Announces(&'static str),
    /// Says what comes after the literal: the rest of that line.
    Rest(&'static str),
    /// Reads nothing until the client has read all that was said.
    Full,
    /// Ends the stream.
    Ends,
    /// What the application does: for people.
    Note(&'static str),
}

/// What the client gets when it reads.
#[derive(Debug, PartialEq, Eq)]
pub enum Input {
    /// Octets that arrived together.
    Octets(Vec<u8>),
    /// Nothing: the server has said everything, or waits for the client.
    Nothing,
    /// The end of the stream.
    End,
}

const BOUNDS: Bounds = Bounds {
    line: 1 << 20,
    literal: 1 << 20,
    inline_literal: 0,
    message: 1 << 20,
};

/// What the client has said.
#[derive(Debug)]
struct Reading {
    received: ReceiveBuffer,
    framer: Framer,
    /// The literal that is being taken.
    taken: Option<Vec<u8>>,
}

#[derive(Debug)]
struct Server {
    steps: VecDeque<Step>,
    reading: Reading,
    said: VecDeque<Vec<u8>>,
    literal: Option<(String, String)>,
    full: bool,
    ended: bool,
    starved: bool,
    tags: Vec<(String, String)>,
    stored: Vec<String>,
    misread: Vec<String>,
    heard: Vec<String>,
    log: Vec<String>,
}

/// One end of the connection; copies are the same connection.
#[derive(Clone, Debug)]
pub struct Wire(Arc<Mutex<Server>>);

impl Wire {
    /// A server that plays these steps.
    #[must_use]
    pub fn new(steps: &[Step]) -> Self {
        let mut server = Server {
            steps: steps.iter().copied().collect(),
            reading: Reading {
                received: ReceiveBuffer::new(),
                framer: Framer::new(Direction::FromClient, BOUNDS),
                taken: None,
            },
            said: VecDeque::new(),
            literal: None,
            full: false,
            ended: false,
            starved: false,
            tags: Vec::new(),
            stored: Vec::new(),
            misread: Vec::new(),
            heard: Vec::new(),
            log: Vec::new(),
        };
        server.advance();
        Self(Arc::new(Mutex::new(server)))
    }

    fn server(&self) -> MutexGuard<'_, Server> {
        self.0.lock().expect("one thread")
    }

    /// The client writes. Returns how many octets the server takes.
    #[must_use]
    pub fn write(&self, octets: &[u8]) -> usize {
        let mut server = self.server();
        if server.full && !server.said.is_empty() {
            server.starved = true;
            return 0;
        }
        server.reading.received.push(octets);
        server.advance();
        octets.len()
    }

    /// The client reads.
    #[must_use]
    pub fn read(&self) -> Input {
        let mut server = self.server();
        match server.said.pop_front() {
            Some(octets) => {
                server
                    .heard
                    .push(String::from_utf8_lossy(&octets).into_owned());
                server.advance();
                Input::Octets(octets)
            }
            None if server.ended => Input::End,
            None => {
                server.starved = true;
                Input::Nothing
            }
        }
    }

    /// Whether the client could not go on since the last call.
    pub fn take_starved(&self) -> bool {
        std::mem::take(&mut self.server().starved)
    }

    /// What the server took as literals.
    #[must_use]
    pub fn stored(&self) -> Vec<String> {
        self.server().stored.clone()
    }

    /// Lines that the server took for commands and refused.
    #[must_use]
    pub fn misread(&self) -> Vec<String> {
        self.server().misread.clone()
    }

    /// Whether the client has read the OK to the command with our name `name`.
    #[must_use]
    pub fn heard_ok(&self, name: &str) -> bool {
        let server = self.server();
        let line = server.their_names(&format!("{name} OK"));
        server.heard.iter().any(|heard| heard.starts_with(&line))
    }

    /// All lines that were read and said.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        self.server().log.clone()
    }

    /// The client's text, with its tags replaced by our names for them.
    #[must_use]
    pub fn our_names(&self, text: &str) -> String {
        let server = self.server();
        let replace = |text: String, (ours, theirs): &(String, String)| text.replace(theirs, ours);
        server.tags.iter().fold(text.to_owned(), replace)
    }
}

impl Server {
    fn advance(&mut self) {
        while let Some(step) = self.steps.front().copied() {
            if !self.play(step) {
                return;
            }
            self.steps.pop_front();
        }
    }

    /// Plays the step as far as possible. Returns whether it is done.
    fn play(&mut self, step: Step) -> bool {
        match step {
            Step::Line(line) => return self.reads_line(line),
            Step::Literal(_) => return self.reads_literal(),
            Step::Says(text) => {
                let line = format!("{}\r\n", self.their_names(text));
                match &mut self.literal {
                    Some((_, body)) => body.push_str(&line),
                    None => self.say(line),
                }
            }
            Step::Part(text) => self.say(text.to_owned()),
            Step::Announces(text) => self.literal = Some((text.to_owned(), String::new())),
            Step::Rest(text) => {
                let (line, body) = self.literal.take().unwrap_or_default();
                let text = self.their_names(text);
                self.say(format!("{line}{{{}}}\r\n{body}{text}\r\n", body.len()));
            }
            Step::Full => self.full = true,
            Step::Ends => self.ended = true,
            Step::Note(_) => {}
        }
        true
    }

    fn say(&mut self, text: String) {
        self.log.push(format!("S: {text:?}"));
        self.said.push_back(text.into_bytes());
    }

    fn reads_line(&mut self, expected: &str) -> bool {
        if self.full && !self.said.is_empty() {
            return false;
        }
        // DONE is not a command.
        if !expected.contains(' ') {
            self.reading.framer.expect_line();
        }
        self.reading.framer.refuse();
        let Some(line) = self.take_line() else {
            return false;
        };
        let mut expected = expected.split(' ');
        let mut words = line.split(' ');
        let (name, tag) = (
            expected.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        );
        let same = |a: Option<&str>, b: Option<&str>| match (a, b) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            (a, b) => a.is_none() && b.is_none(),
        };
        let verb = expected.next();
        let fits = match verb {
            None => tag == name,
            Some(_) => same(verb, words.next()),
        };
        if !fits {
            self.say(format!("{tag} BAD out of place\r\n"));
            self.misread.push(line);
            return false;
        }
        if verb.is_some() {
            self.tags.push((name.to_owned(), tag.to_owned()));
        }
        true
    }

    /// The octets, and then what is left of the command's line.
    fn reads_literal(&mut self) -> bool {
        if self.full && !self.said.is_empty() {
            return false;
        }
        if self.reading.taken.is_none() {
            let accepted = self.reading.framer.accept(Delivery::Streamed);
            accepted.expect("what the steps have is small");
            self.reading.taken = Some(Vec::new());
        }
        loop {
            match self.frame() {
                Framed::Incomplete => return false,
                Framed::Piece(piece) => {
                    let octets = &self.reading.received.as_slice()[piece.range.clone()];
                    self.reading.taken.get_or_insert_default().extend(octets);
                    self.reading.received.cut(piece.range);
                }
                Framed::Skipped(range) => self.reading.received.cut(range),
                Framed::Announced(_) => break,
                Framed::Message(message) => {
                    self.reading.received.consume(message.len);
                    break;
                }
            }
        }
        let stored = self.reading.taken.take().unwrap_or_default();
        let stored = String::from_utf8_lossy(&stored).into_owned();
        self.log.push(format!("C: {stored:?} as a literal"));
        self.stored.push(stored);
        true
    }

    fn frame(&mut self) -> Framed {
        let framed = self.reading.framer.next(self.reading.received.as_slice());
        framed.expect("what clients say here is small")
    }

    /// A line, or a command up to its literal.
    fn take_line(&mut self) -> Option<String> {
        let line = loop {
            match self.frame() {
                Framed::Incomplete => return None,
                Framed::Message(message) => {
                    let line = self.reading.received.as_slice()[..message.len].to_vec();
                    self.reading.received.consume(message.len);
                    // The line of a refused command has been read already.
                    if !message.refused {
                        break line;
                    }
                }
                Framed::Announced(announced) => {
                    break self.reading.received.as_slice()[..announced.at].to_vec();
                }
                Framed::Piece(piece) => self.reading.received.cut(piece.range),
                Framed::Skipped(range) => self.reading.received.cut(range),
            }
        };
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']).to_owned();
        self.log.push(format!("C: {line}"));
        Some(line)
    }

    /// Replaces our name for a tag at the beginning of a line by the client's tag.
    fn their_names(&self, text: &str) -> String {
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        let known = self.tags.iter().find(|(ours, _)| ours == first);
        match known {
            Some((_, theirs)) => format!("{theirs} {rest}"),
            None => text.to_owned(),
        }
    }
}
