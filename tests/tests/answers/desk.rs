//! One command and its answer, at a desk.

use std::task::{Poll, Waker};

use imap_machine::bounded_static::ToBoundedStatic;
use imap_machine::client::answers::{Answer, Unreadable};
use imap_machine::client::desk::{CommandError, Desk, Listener, Pace, Update};
use imap_machine::client::{
    Cause, ClientConnection, Command, CommandHandle, CommandOptions, Config, Event, TypedCommand,
};
use imap_machine::{Instant, Limits};
use imap_machine_testkit::answers::{Held, Said, has_all, said};
use imap_machine_testkit::model::framing::{Frames, responses};

const NOW: Instant = Instant::ORIGIN;

/// A desk, and all that it has heard and said.
pub struct Played<A: Answer> {
    desk: Desk,
    listener: Listener,
    by_rows: bool,
    limits: Limits,
    received: Vec<u8>,
    pub events: Vec<Event<'static>>,
    pub news: Vec<Event<'static>>,
    pub handle: CommandHandle,
    pub end: Option<Result<A::Value, CommandError>>,
}

/// Sends `command` as A2, in a mailbox of 20,000 messages, and lets the server say this.
pub fn play<A: Answer>(
    command: TypedCommand<A>,
    inline_literal: usize,
    by_rows: bool,
    said: &[&[u8]],
) -> Played<A> {
    let mut config = Config::default();
    config.limits.inline_literal = inline_literal;
    let mut desk = Desk::new(ClientConnection::new(config, NOW), Pace::default());
    let listener = desk.listen();
    let options = CommandOptions::default();
    let select = Command::select("INBOX").unwrap();
    let _select = desk.send(select, options, NOW).unwrap();
    let ticket = desk.send(command, options, NOW).unwrap();
    let mut played = Played {
        desk,
        listener,
        by_rows,
        limits: config.limits,
        received: Vec::new(),
        events: Vec::new(),
        news: Vec::new(),
        handle: ticket.handle(),
        end: None,
    };
    played.hear(b"* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi\r\n");
    played.hear(b"* 20000 EXISTS\r\nA1 OK\r\n");
    said.iter().for_each(|octets| played.hear(octets));
    if let Poll::Ready(end) = played.desk.poll_answer(&ticket, Waker::noop()) {
        played.end = Some(end);
    }
    played
}

impl<A: Answer> Played<A> {
    fn hear(&mut self, octets: &[u8]) {
        self.received.extend_from_slice(octets);
        self.desk.handle_input(octets, NOW);
        let events = &mut self.events;
        let mut observe = |event: &Event<'_>| events.push(event.to_static());
        loop {
            let rows = self.by_rows && self.desk.poll_rows(NOW, &mut observe) > 0;
            if !rows && self.desk.poll(NOW, &mut observe).is_none() {
                break;
            }
        }
        while let Poll::Ready(Some(update)) = self.desk.poll_news(&self.listener, Waker::noop()) {
            match update {
                Update::Event(event) => self.news.push(event),
                Update::Missed(count) => panic!("{count} events were not told"),
            }
        }
        let written = self.desk.transmit().len();
        self.desk.handle_transmitted(written, NOW);
    }

    /// The responses among what was heard.
    pub fn responses(&self) -> Frames {
        responses(&self.limits, &self.received)
    }

    /// Whether the event is about the command.
    pub fn is_caused(&self, event: &Event<'_>) -> bool {
        match event {
            Event::Outcome { handle, .. } => *handle == self.handle,
            event => cause(event) == Some(Cause::Solicited(self.handle)),
        }
    }
}

impl<A: Answer> Played<A>
where
    A::Value: Held + Clone,
{
    /// Whether the answer has all. `None` if the command was refused or has not ended.
    pub fn has_all(&self, responses: &Frames) -> Option<Result<(), String>> {
        let end = match self.end.as_ref()? {
            Ok(value) => Ok(value.clone()),
            Err(CommandError::Unreadable(unreadable)) => Err(Unreadable::clone(unreadable)),
            Err(_) => return None,
        };
        let caused: Vec<Said<'_>> = said(responses, &self.events)
            .filter(|one| self.is_caused(one.event))
            .collect();
        let all = has_all(&caused, &end);
        Some(all.map_err(|broken| format!("{}: {}", broken.rule, broken.seen)))
    }
}

/// Whose an event is; `None` if it can be no one's.
pub fn cause(event: &Event<'_>) -> Option<Cause> {
    match event {
        Event::Status { cause, .. }
        | Event::Untagged { cause, .. }
        | Event::Unrecognized { cause, .. } => Some(*cause),
        Event::Literal(piece) => Some(piece.cause),
        _ => None,
    }
}
