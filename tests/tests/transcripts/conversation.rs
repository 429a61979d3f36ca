//! A transcript as steps: what the server said, message by message, and what the client did.

use imap_machine_testkit::scenario;

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Step {
    /// The server sent this in a row.
    Server(Vec<Message>),
    /// The client began a command.
    Issue(Issue),
    /// The client went on with AUTHENTICATE or IDLE: a line, without its end.
    Line(Vec<u8>),
}

/// One response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The octets, line ends and literals included.
    pub octets: Vec<u8>,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Continuation,
    /// `tag OK`
    Tagged {
        tag: String,
        status: String,
    },
    /// `* OK`
    Status(String),
    Data,
}

/// A command of the client's.
#[derive(Clone, Debug)]
pub struct Issue {
    pub tag: String,
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug)]
pub enum Part {
    Text(Vec<u8>),
    Literal {
        /// As announced.
        size: u64,
        /// The octets that were sent.
        octets: Vec<u8>,
    },
}

/// Reads a file of `S:` and `C:` lines. `S:` lines in a row are one block.
pub fn parse(text: &str) -> Vec<Step> {
    let mut client = Client::default();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.peek() {
        let side = line.get(..2).expect("a side").to_owned();
        let mut octets = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with(&side)) {
            octets.extend(line_octets(line[2..].strip_prefix(' ').unwrap_or_default()));
        }
        match side.as_str() {
            "S:" => client.steps.push(Step::Server(messages(&octets))),
            "C:" => client.take(&octets),
            other => panic!("{other} is no side"),
        }
    }
    client.steps
}

/// The octets of a line of the file. A single backslash at the end means that no CRLF follows.
fn line_octets(text: &str) -> Vec<u8> {
    let backslashes = text.bytes().rev().take_while(|octet| *octet == b'\\');
    let (text, end) = match backslashes.count() % 2 {
        1 => (&text[..text.len() - 1], &b""[..]),
        _ => (text, &b"\r\n"[..]),
    };
    let mut octets = scenario::unescape(text).expect("escapes");
    octets.extend_from_slice(end);
    octets
}

/// Where the first line of `octets` ends.
fn line_end(octets: &[u8]) -> Option<usize> {
    let end = octets.iter().position(|octet| *octet == b'\n');
    end.map(|at| at + 1)
}

/// Cuts the server's octets into responses (RFC 9051 section 4.3: a literal belongs to its line).
fn messages(mut octets: &[u8]) -> Vec<Message> {
    let mut messages = Vec::new();
    while !octets.is_empty() {
        let first = line_end(octets).expect("a whole line");
        let kind = kind(&octets[..first]);
        let mut end = first;
        // Data opens literals, and status text does not.
        while let (Kind::Data, Some(size)) = (&kind, literal(&octets[..end])) {
            let after = end + usize::try_from(size).expect("a small literal");
            end = after + line_end(&octets[after..]).expect("a whole response");
        }
        let (message, rest) = octets.split_at(end);
        messages.push(Message {
            octets: message.to_vec(),
            kind,
        });
        octets = rest;
    }
    messages
}

fn kind(line: &[u8]) -> Kind {
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_ascii_whitespace();
    let first = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default().to_owned();
    let is_status = matches!(second.as_str(), "OK" | "NO" | "BAD" | "BYE" | "PREAUTH");
    match first {
        "+" => Kind::Continuation,
        "*" if is_status => Kind::Status(second),
        "*" => Kind::Data,
        tag if is_status => Kind::Tagged {
            tag: tag.to_owned(),
            status: second,
        },
        _ => Kind::Data,
    }
}

/// The size that the header at the end of a line announces.
fn literal(line: &[u8]) -> Option<u64> {
    let line = line.strip_suffix(b"}\r\n")?;
    let open = line.iter().rposition(|octet| *octet == b'{')?;
    let digits = std::str::from_utf8(&line[open + 1..]).ok()?;
    digits.strip_suffix('+').unwrap_or(digits).parse().ok()
}

#[derive(Default)]
struct Client {
    steps: Vec<Step>,
    /// The command whose literal is to come, and its size.
    waiting: Option<(usize, u64)>,
}

impl Client {
    fn take(&mut self, mut octets: &[u8]) {
        while !octets.is_empty() {
            let waiting = self.waiting.take();
            match waiting.filter(|(index, _)| !self.is_refused(*index)) {
                Some((index, size)) => {
                    let len = usize::try_from(size)
                        .unwrap_or(usize::MAX)
                        .min(octets.len());
                    let (literal, rest) = octets.split_at(len);
                    self.fill(index, literal);
                    octets = self.text(index, rest);
                }
                None => octets = self.line(octets),
            }
        }
    }

    /// Whether the server answered the command before all of it was sent.
    fn is_refused(&self, index: usize) -> bool {
        let Step::Issue(issue) = &self.steps[index] else {
            return false;
        };
        let later = self.steps[index..].iter();
        let mut messages = later.flat_map(|step| match step {
            Step::Server(messages) => messages.as_slice(),
            _ => &[],
        });
        messages
            .any(|message| matches!(&message.kind, Kind::Tagged { tag, .. } if *tag == issue.tag))
    }

    /// Takes the first line of a command, or a line in an exchange. Returns what follows it.
    fn line<'a>(&mut self, octets: &'a [u8]) -> &'a [u8] {
        let end = line_end(octets).unwrap_or(octets.len());
        let Some(tag) = command_tag(&octets[..end]) else {
            let line = &octets[..end];
            self.steps.push(Step::Line(line.trim_ascii_end().to_vec()));
            return &octets[end..];
        };
        let begins = tag.len() + 1;
        self.steps.push(Step::Issue(Issue {
            tag,
            parts: Vec::new(),
        }));
        self.text(self.steps.len() - 1, &octets[begins..])
    }

    /// Takes the text of a command up to its end or its next literal. Returns what follows it.
    fn text<'a>(&mut self, index: usize, octets: &'a [u8]) -> &'a [u8] {
        let end = line_end(octets).unwrap_or(octets.len());
        let (line, rest) = octets.split_at(end);
        let Step::Issue(issue) = &mut self.steps[index] else {
            panic!("no command");
        };
        let Some(size) = literal(line) else {
            issue.parts.push(Part::Text(line.trim_ascii().to_vec()));
            return rest;
        };
        let open = line.iter().rposition(|octet| *octet == b'{');
        let text = line[..open.unwrap_or_default()].trim_ascii();
        issue.parts.push(Part::Text(text.to_vec()));
        let octets = Vec::new();
        issue.parts.push(Part::Literal { size, octets });
        self.waiting = Some((index, size));
        rest
    }

    /// The octets of the literal that was announced last.
    fn fill(&mut self, index: usize, literal: &[u8]) {
        if let Step::Issue(issue) = &mut self.steps[index] {
            if let Some(Part::Literal { octets, .. }) = issue.parts.last_mut() {
                *octets = literal.to_vec();
            }
        }
    }
}

/// The tag, if the line begins a command: a short word and another.
fn command_tag(line: &[u8]) -> Option<String> {
    let line = std::str::from_utf8(line).ok()?;
    let (tag, rest) = line.split_once(' ')?;
    let tag_like = tag.len() <= 4 && tag.bytes().all(|octet| octet.is_ascii_alphanumeric());
    (tag_like && rest.starts_with(|verb: char| verb.is_ascii_uppercase())).then(|| tag.to_owned())
}
