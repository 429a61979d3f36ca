//! A server that does what RFC 9051 says, at once, and remembers what it has said.

use imap_machine::codec::NameEncoding;

use super::reader::Reader;
use super::record::{Gone, Record, vanished};
use crate::random::Random;
use crate::server::Body;
use crate::server::command::Refusal;
use crate::server::mailbox::{FlagChange, Mailbox, Message, Store};
use crate::server::view::View;

/// A server with a few mailboxes, one client, and other clients that change things.
pub(super) struct Model {
    pub(super) store: Store,
    pub(super) session: Session,
    pub(super) random: Random,
    pub(super) record: Record,
    pub(super) reader: Reader,
    pub(super) exchange: Exchange,
    pub(super) capabilities: String,
    /// A STATUS that was read and is answered after the next one.
    pub(super) held: Option<Vec<u8>>,
    /// Octets that were said and have been taken.
    pub(super) said: usize,
    pub(super) habits: Habits,
    /// What is to be said.
    pub(super) output: Vec<u8>,
}

/// What ENABLE can change.
pub(super) struct Habits {
    /// How it tells that messages have gone.
    pub(super) gone: Gone,
    /// How names of mailboxes are written.
    pub(super) names: NameEncoding,
    /// Whether it says that a SELECT closes the mailbox before (RFC 7162 section 3.2.11). A server always does, or never.
    pub(super) says_closed: bool,
}

pub(super) enum Session {
    NotAuthenticated,
    Authenticated,
    Selected(View),
    Over,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Exchange {
    None,
    Idle(String),
    /// How many challenges are still to come.
    Sasl(String, usize),
}

/// The text of a tagged OK, or why there is none. `None`: the command is not answered now.
pub(super) type Answer = Result<Option<String>, Refusal>;

pub(super) fn ok(text: &str) -> Answer {
    Ok(Some(text.to_owned()))
}

const CAPABILITIES: &[&str] = &[
    "LITERAL+",
    "LITERAL-",
    "SASL-IR",
    "IDLE",
    "UIDPLUS",
    "MOVE",
    "ENABLE",
    "STARTTLS",
    "UNSELECT",
    "COMPRESS=DEFLATE",
];

impl Model {
    pub(super) fn new(mut random: Random) -> Self {
        let messages = random.below(12);
        let inbox = (0..messages).fold(Mailbox::new("INBOX"), |inbox, _| {
            inbox.with(message(&mut random))
        });
        // Each of the last two has the name that the other one has in another form.
        let others = ["Archive", "a b", "R&D", "R&-D"].map(Mailbox::new);
        let mailboxes = [inbox].into_iter().chain(others).collect();
        let chosen = CAPABILITIES.iter().filter(|_| random.chance(50));
        let mut capabilities = vec!["IMAP4rev1"];
        capabilities.extend(chosen);
        Self {
            store: Store::new(mailboxes),
            session: Session::NotAuthenticated,
            capabilities: capabilities.join(" "),
            habits: Habits {
                gone: Gone::Expunge,
                names: NameEncoding::ModifiedUtf7,
                says_closed: random.chance(70),
            },
            random,
            record: Record::default(),
            reader: Reader::default(),
            exchange: Exchange::None,
            held: None,
            said: 0,
            output: Vec::new(),
        }
    }

    pub(super) const fn is_over(&self) -> bool {
        matches!(self.session, Session::Over)
    }

    pub(super) fn greet(&mut self) {
        let word = match self.random.below(16) {
            0 => {
                self.session = Session::Over;
                return self.say("* BYE not today");
            }
            1..8 => {
                self.session = Session::Authenticated;
                "PREAUTH"
            }
            _ => "OK",
        };
        let text = match self.random.chance(70) {
            true => format!("[CAPABILITY {}] ready", self.capabilities),
            false => "ready".to_owned(),
        };
        self.say(&format!("* {word} {text}"));
    }

    pub(super) fn say(&mut self, line: &str) {
        self.output.extend(line.as_bytes());
        self.output.extend(b"\r\n");
    }

    /// What the server has said since the last call.
    pub(super) fn take_output(&mut self) -> Vec<u8> {
        self.said += self.output.len();
        std::mem::take(&mut self.output)
    }

    /// Notes that what follows is said for the command with this tag, or for none.
    pub(super) fn speak_for(&mut self, tag: Option<&str>) {
        let at = self.said + self.output.len();
        self.record.speaks_for(at, tag);
    }

    /// Another client changes the mailboxes. A client that idles hears of it.
    pub(super) fn happen(&mut self) {
        let name = *self.random.pick(&["INBOX", "INBOX", "Archive"]);
        let new = message(&mut self.random);
        let Some(mailbox) = self.store.find_mut(name) else {
            return;
        };
        match self.random.below(3) {
            0 => _ = mailbox.push(new),
            1 => {
                let uids: Vec<_> = mailbox.messages().iter().map(Message::uid).collect();
                if !uids.is_empty() {
                    let gone = *self.random.pick(&uids);
                    mailbox.remove(|message| message.uid() == gone);
                }
            }
            _ => flag_any(mailbox, &mut self.random),
        }
        match &self.exchange {
            // RFC 2177 section 3: a server may end it by itself.
            Exchange::Idle(tag) if self.random.chance(10) => {
                let tag = tag.clone();
                self.exchange = Exchange::None;
                self.answer(&tag, ok("long enough"));
            }
            Exchange::Idle(_) => self.news(true),
            // RFC 9051 section 7.5.1: no EXPUNGE while no command is in progress.
            _ if self.random.chance(50) => self.news(false),
            _ => {}
        }
    }

    pub(super) fn news(&mut self, may_expunge: bool) {
        if let Session::Selected(view) = &mut self.session {
            let before = view.known.iter().map(|known| known.uid).collect();
            let news = view.news(&self.store, may_expunge);
            let news = match self.habits.gone {
                Gone::Expunge => news,
                Gone::Vanished => vanished(&news, before),
            };
            self.output.extend(news.as_bytes());
        }
    }

    /// The mailbox as the client has been told it is: the UIDs in the order of their numbers.
    pub(super) fn told(&self) -> Option<Vec<u32>> {
        match &self.session {
            Session::Selected(view) => Some(view.known.iter().map(|known| known.uid).collect()),
            _ => None,
        }
    }
}

pub(super) fn message(random: &mut Random) -> Message {
    let size = *random.pick(&[0, 1, 15, 16, 17, 40, 300]);
    let octets: Vec<u8> = b"A1 OK forged\r\n* BYE forged\r\n+ go\r\n"
        .iter()
        .copied()
        .cycle()
        .take(size)
        .collect();
    Message::new(Body::Bytes(octets.into()))
}

/// Some message gets a flag, or loses it.
fn flag_any(mailbox: &mut Mailbox, random: &mut Random) {
    let uids: Vec<_> = mailbox.messages().iter().map(Message::uid).collect();
    if uids.is_empty() {
        return;
    }
    let uid = *random.pick(&uids);
    let flag = (*random.pick(&["\\Seen", "\\Deleted", "\\Flagged", "keyword"])).to_owned();
    let change = match random.chance(50) {
        true => FlagChange::Add(vec![flag]),
        false => FlagChange::Remove(vec![flag]),
    };
    mailbox.store(uid, &mut 0, &change);
}
