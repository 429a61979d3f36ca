//! Plays the server's side of a transcript. Our connection sends the client's commands.

use imap_machine::client::{
    Command, CommandHandle, CommandOptions, Config, Event, Outcome, Phase, SaslAnswer,
};
use imap_machine_testkit::invariants::Broken;

use super::conversation::{Issue, Kind, Message, Step};
use imap_machine_tests::watched::Watched;

/// How the server's octets arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// In as few reads as the conversation allows.
    Whole,
    /// One octet a read.
    Octets,
    /// Cut once, before this octet of the stream.
    At(usize),
    /// Cut at random by this seed.
    Seeded(u64),
}

/// What is played and how.
#[derive(Clone, Copy)]
pub struct Play<'a> {
    pub steps: &'a [Step],
    pub config: Config,
    /// One for each [`Step::Issue`].
    pub commands: &'a [Command],
    pub cut: Cut,
    /// The stream ends before this octet.
    pub end: Option<usize>,
}

/// A command and its two names.
pub struct Sent {
    pub tag: String,
    pub handle: CommandHandle,
}

pub struct Replay<'a> {
    play: Play<'a>,
    pub watched: Watched,
    pub sent: Vec<Sent>,
    /// What the server has said, with our tags.
    pub said: Vec<Message>,
    /// Octets the server has sent.
    pub position: usize,
    random: u64,
}

/// The play ends the stream here.
struct Ended;

type Step1 = Result<Result<(), Ended>, Broken>;

fn broken(seen: String) -> Broken {
    Broken {
        rule: "the transcript can be played",
        seen,
    }
}

/// Plays it all, and ends the stream.
pub fn play(play: Play<'_>) -> Result<Replay<'_>, Broken> {
    let mut replay = Replay {
        play,
        watched: Watched::new(play.config, vec![]),
        sent: Vec::new(),
        said: Vec::new(),
        position: 0,
        random: match play.cut {
            Cut::Seeded(seed) => seed,
            _ => 0,
        },
    };
    for step in play.steps {
        let went = match step {
            Step::Server(messages) => replay.server(messages)?,
            Step::Issue(issue) => replay.issue(issue).map(Ok)?,
            Step::Line(line) => replay.line(line).map(Ok)?,
        };
        if went.is_err() {
            break;
        }
    }
    replay.watched.end()?;
    Ok(replay)
}

impl Replay<'_> {
    /// Plays what the server says. An answer to a command that our connection still holds back is kept until it is sent, with the
    /// data before its tagged response.
    fn server(&mut self, messages: &[Message]) -> Step1 {
        let mut answers: Vec<&[Message]> = messages
            .split_inclusive(|message| matches!(message.kind, Kind::Tagged { .. }))
            .collect();
        while !answers.is_empty() {
            let (now, later): (Vec<_>, Vec<_>) =
                answers.iter().partition(|answer| !self.is_early(answer));
            if now.is_empty() {
                let diagnosis = self.watched.connection.diagnosis(self.watched.now);
                return Err(broken(format!("{answers:?}, but: {diagnosis}")));
            }
            let mut read = Vec::new();
            for message in now.into_iter().flatten() {
                let message = self.ours(message);
                read.extend_from_slice(&message.octets);
                self.said.push(message);
            }
            if self.arrive(&read)?.is_err() {
                return Ok(Err(Ended));
            }
            answers = later;
        }
        Ok(Ok(()))
    }

    /// Whether this answers a command that has not been sent.
    fn is_early(&self, answer: &[Message]) -> bool {
        let Some(Kind::Tagged { tag, .. }) = answer.last().map(|message| &message.kind) else {
            return false;
        };
        let mut commands = self.watched.connection.commands();
        self.sent_as(tag).is_some_and(|handle| {
            commands.any(|it| it.command.handle == handle && it.phase == Phase::Queued)
        })
    }

    fn sent_as(&self, tag: &str) -> Option<CommandHandle> {
        let sent = self.sent.iter().find(|sent| sent.tag == tag)?;
        Some(sent.handle)
    }

    /// The response with our tag for the transcript's.
    fn ours(&self, message: &Message) -> Message {
        let mut message = message.clone();
        if let Kind::Tagged { tag, status } = &message.kind {
            if let Some(handle) = self.sent_as(tag) {
                let ours = handle.to_string();
                message.octets.splice(..tag.len(), ours.bytes());
                let status = status.clone();
                message.kind = Kind::Tagged { tag: ours, status };
            }
            return message;
        }
        // RFC 4466: the correlator of ESEARCH.
        let text = String::from_utf8_lossy(&message.octets);
        let correlator = text.split_once("* ESEARCH (TAG \"");
        if let Some((tag, rest)) = correlator.and_then(|(_, rest)| rest.split_once('"')) {
            if let Some(handle) = self.sent_as(tag) {
                message.octets = format!("* ESEARCH (TAG \"{handle}\"{rest}").into_bytes();
            }
        }
        message
    }

    /// Octets arrive, cut as this play cuts them.
    fn arrive(&mut self, mut octets: &[u8]) -> Step1 {
        let left = self.play.end.map(|end| end.saturating_sub(self.position));
        let ends = left.is_some_and(|left| left < octets.len());
        if let Some(left) = left.filter(|_| ends) {
            octets = &octets[..left];
        }
        while !octets.is_empty() {
            let (piece, rest) = octets.split_at(self.next_len(octets.len()));
            self.position += piece.len();
            self.watched.hear(piece)?;
            octets = rest;
        }
        Ok(if ends { Err(Ended) } else { Ok(()) })
    }

    fn next_len(&mut self, left: usize) -> usize {
        match self.play.cut {
            Cut::Whole => left,
            Cut::Octets => 1,
            Cut::At(at) => match at.checked_sub(self.position) {
                None | Some(0) => left,
                Some(before) => before.min(left),
            },
            Cut::Seeded(_) => {
                // A linear congruential generator is good enough for cuts.
                let random = self.random.wrapping_mul(6_364_136_223_846_793_005);
                self.random = random.wrapping_add(1_442_695_040_888_963_407);
                let random = usize::try_from(self.random >> 33).unwrap_or(0);
                1 + random % left.min(if random % 4 == 0 { 400 } else { 9 })
            }
        }
    }

    fn issue(&mut self, issue: &Issue) -> Result<(), Broken> {
        let command = self.play.commands[self.sent.len()].clone();
        let sent = self.watched.send(command, CommandOptions::default())?;
        let handle = sent.map_err(|misuse| broken(format!("{}: {misuse}", issue.tag)))?;
        let tag = issue.tag.clone();
        self.sent.push(Sent { tag, handle });
        Ok(())
    }

    /// Plays a line of the client: `DONE`, or an answer to a challenge.
    fn line(&mut self, line: &[u8]) -> Result<(), Broken> {
        let handle = self.sent.last().map(|sent| sent.handle);
        let handle = handle.ok_or_else(|| broken("a line without a command".to_owned()))?;
        let said = match line {
            b"DONE" => self.watched.call(|it, now| it.done(handle, now))?,
            line => {
                let answer = answer(line);
                self.watched
                    .call(|it, now| it.answer(handle, &answer, now))?
            }
        };
        said.map_err(|misuse| {
            let line = String::from_utf8_lossy(line);
            broken(format!("{line}: {misuse}"))
        })
    }

    /// The responses that have arrived to their end.
    pub fn arrived(&self) -> usize {
        let mut end = 0;
        let whole = self.said.iter().take_while(|message| {
            end += message.octets.len();
            end <= self.position
        });
        whole.count()
    }

    /// How this command ended; every command has one end.
    pub fn outcome(&self, handle: CommandHandle) -> Result<&Outcome<'static>, String> {
        let mut outcomes = self.watched.events.iter().filter_map(|event| match event {
            Event::Outcome {
                handle: of,
                outcome,
            } if *of == handle => Some(outcome),
            _ => None,
        });
        match (outcomes.next(), outcomes.next()) {
            (Some(outcome), None) => Ok(outcome),
            (first, second) => Err(format!("{handle}: {first:?}, {second:?}")),
        }
    }
}

/// An answer to a challenge. `*` cancels. Our API sends base64 only, so a line that is not base64 is sent as its base64.
fn answer(line: &[u8]) -> SaslAnswer {
    match line {
        b"*" => SaslAnswer::Cancel,
        line => SaslAnswer::Response(decode_base64(line).unwrap_or_else(|| line.to_vec())),
    }
}

fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut octets) = (0_u32, 0, Vec::new());
    for letter in text.iter().filter(|letter| **letter != b'=') {
        let value = LETTERS.iter().position(|known| known == letter)?;
        bits = (bits << 6) | u32::try_from(value).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            octets.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    Some(octets)
}
