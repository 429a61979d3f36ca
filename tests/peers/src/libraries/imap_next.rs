//! imap-next: a state machine without I/O, in the loop of its examples. It sends commands and hands out responses. The
//! application has to find out from the tag which command a response ends.

use std::collections::BTreeMap;

use ::imap_next::client::{Client, Event, Options};
use ::imap_next::imap_types::command::{Command, CommandBody};
use ::imap_next::imap_types::core::Tag;
use ::imap_next::imap_types::extensions::binary::LiteralOrLiteral8;
use ::imap_next::imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItemName};
use ::imap_next::imap_types::flag::{Flag, StoreResponse, StoreType};
use ::imap_next::imap_types::response::{Status, StatusKind};
use ::imap_next::{Interrupt, Io, State};

use crate::exchange::{Call, Done, Exchange, Library, MESSAGE};
use crate::server::{Input, Wire};

struct ImapNext {
    wire: Wire,
    client: Client,
    tags: usize,
    greeted: bool,
    idle_sent: bool,
    idling: bool,
    bye: bool,
    ended: BTreeMap<String, Done>,
}

/// Where [`ImapNext::step`] stands.
#[derive(PartialEq, Eq)]
enum Step {
    Went,
    Starved,
    End,
    Failed(String),
}

pub(super) fn open(wire: &Wire, _: &Exchange) -> Result<Box<dyn Library>, String> {
    let mut library = ImapNext {
        wire: wire.clone(),
        client: Client::new(Options::default()),
        tags: 0,
        greeted: false,
        idle_sent: false,
        idling: false,
        bye: false,
        ended: BTreeMap::new(),
    };
    while !library.greeted {
        if library.step() != Step::Went {
            return Err("no greeting".to_owned());
        }
    }
    let login = CommandBody::login("user", "password").map_err(|error| format!("{error:?}"))?;
    let select = CommandBody::select("INBOX").map_err(|error| format!("{error:?}"))?;
    for body in [login, select] {
        if library.run(body) != Done::Ok {
            return Err("no session".to_owned());
        }
    }
    Ok(Box::new(library))
}

impl ImapNext {
    fn enqueue(&mut self, body: CommandBody<'static>) -> String {
        self.tags += 1;
        let name = format!("N{}", self.tags);
        let tag = Tag::try_from(name.clone()).expect("a tag");
        self.client.enqueue_command(Command { tag, body });
        name
    }

    /// Once around the loop.
    fn step(&mut self) -> Step {
        match self.client.next() {
            Ok(event) => self.note(event),
            Err(Interrupt::Io(Io::NeedMoreInput)) => return self.read(),
            Err(Interrupt::Io(Io::Output(octets))) => {
                let mut left = &octets[..];
                // Its `Stream` reads while it writes.
                while !left.is_empty() {
                    match self.wire.write(left) {
                        0 => match self.read() {
                            Step::Went => {}
                            stuck => return stuck,
                        },
                        written => left = &left[written..],
                    }
                }
            }
            Err(Interrupt::Error(error)) => return Step::Failed(error.to_string()),
        }
        Step::Went
    }

    fn read(&mut self) -> Step {
        match self.wire.read() {
            Input::Octets(octets) => self.client.enqueue_input(&octets),
            Input::Nothing => return Step::Starved,
            Input::End => return Step::End,
        }
        Step::Went
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::GreetingReceived { .. } => self.greeted = true,
            Event::IdleCommandSent { .. } => self.idle_sent = true,
            Event::IdleAccepted { .. } => self.idling = true,
            Event::IdleDoneSent { .. } => self.idling = false,
            Event::StatusReceived {
                status: Status::Tagged(tagged),
            }
            | Event::CommandRejected {
                status: Status::Tagged(tagged),
                ..
            }
            | Event::IdleRejected {
                status: Status::Tagged(tagged),
                ..
            } => {
                let done = match tagged.body.kind {
                    StatusKind::Ok => Done::Ok,
                    StatusKind::No | StatusKind::Bad => Done::Refused,
                };
                self.ended.insert(tagged.tag.as_ref().to_owned(), done);
            }
            Event::StatusReceived {
                status: Status::Bye(_),
            } => self.bye = true,
            _ => {}
        }
    }

    /// Goes around the loop until `so` returns a result.
    fn until(&mut self, so: impl Fn(&Self) -> Option<Done>) -> Done {
        loop {
            if let Some(done) = so(self) {
                return done;
            }
            match self.step() {
                Step::Went => {}
                Step::Starved => return Done::Waits(None),
                Step::End => {
                    return Done::CannotSay("the application reads, and sees the end itself");
                }
                Step::Failed(error) => return Done::Fails(error),
            }
        }
    }

    fn completion(&mut self, tag: &str) -> Done {
        self.until(|library| library.ended.get(tag).cloned())
    }

    fn run(&mut self, body: CommandBody<'static>) -> Done {
        let tag = self.enqueue(body);
        self.completion(&tag)
    }

    fn idle_stop_at_once(&mut self) -> Done {
        let tag = self.enqueue(CommandBody::Idle);
        self.idle_sent = false;
        self.until(|library| library.idle_sent.then_some(Done::Ok));
        let taken = self.client.set_idle_done().is_some();
        match self.completion(&tag) {
            Done::Waits(_) if !taken => Done::Waits(Some(
                "`set_idle_done()` before the `+` returns `None` and is not remembered; unless the application asks again, for ever",
            )),
            done => done,
        }
    }

    fn idle_stop_in_line(&mut self) -> Done {
        let tag = self.enqueue(CommandBody::Idle);
        // Goes on until all that the server says before DONE has been read.
        self.until(|_| None);
        match self.client.set_idle_done() {
            Some(_) => self.completion(&tag),
            None => Done::Fails("`set_idle_done()` returns `None`".to_owned()),
        }
    }

    fn append_between_idles(&mut self) -> Done {
        let idle = self.enqueue(CommandBody::Idle);
        self.idling = false;
        self.until(|library| library.idling.then_some(Done::Ok));
        let append = self.enqueue(append());
        self.enqueue(CommandBody::Idle);
        if self.client.set_idle_done().is_none() {
            return Done::Fails("`set_idle_done()` returns `None`".to_owned());
        }
        match self.completion(&idle) {
            Done::Ok => self.completion(&append),
            done => done,
        }
    }
}

fn append() -> CommandBody<'static> {
    CommandBody::Append {
        mailbox: "INBOX".try_into().expect("a mailbox"),
        flags: Vec::new(),
        date: None,
        message: LiteralOrLiteral8::Literal(MESSAGE.try_into().expect("a literal")),
    }
}

fn fetch() -> CommandBody<'static> {
    let body = MessageDataItemName::BodyExt {
        section: None,
        partial: None,
        peek: true,
    };
    let items = MacroOrMessageDataItemNames::MessageDataItemNames(vec![body]);
    CommandBody::fetch("1", items, false).expect("a set")
}

fn store() -> CommandBody<'static> {
    let flags = vec![Flag::Seen];
    CommandBody::store("1", StoreType::Add, StoreResponse::Answer, flags, false).expect("a set")
}

impl Library for ImapNext {
    fn call(&mut self, call: Call) -> Done {
        match call {
            Call::Noop => self.run(CommandBody::Noop),
            Call::Append => self.run(append()),
            // All responses come as events, one by one. The application ignores those of this FETCH.
            Call::Fetch | Call::FetchUntaken => self.run(fetch()),
            Call::Store => self.run(store()),
            Call::Idle => self.run(CommandBody::Idle),
            Call::IdleUntilBye => {
                self.enqueue(CommandBody::Idle);
                self.until(|library| library.bye.then_some(Done::Ok))
            }
            Call::IdleStopAtOnce => self.idle_stop_at_once(),
            Call::IdleStopInLine => self.idle_stop_in_line(),
            Call::AppendBetweenIdles => self.append_between_idles(),
            Call::FetchAndAppend => {
                let fetch = self.enqueue(fetch());
                let append = self.enqueue(append());
                match self.completion(&append) {
                    Done::Ok => self.completion(&fetch),
                    done => done,
                }
            }
        }
    }
}
