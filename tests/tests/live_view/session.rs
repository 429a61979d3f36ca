//! A connection to a real server, with a watch that checks every step.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use imap_machine::client::{
    Command, CommandHandle, CommandOptions, Config, Event, Outcome, Refusal, Tracking,
};
use imap_machine_tests::live::{PASSWORD, Server};
use imap_machine_tests::watched::Watched;

/// One connection. Its watch compares it with the model as well.
pub(super) struct Session {
    pub(super) watched: Watched,
    stream: TcpStream,
    written: usize,
}

impl Session {
    pub(super) fn new(server: &Server) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        let mut config = Config::default();
        config.tracking = Tracking::Messages;
        let mut session = Self {
            watched: Watched::new(config, vec![]),
            stream,
            written: 0,
        };
        session.hear_until(|event| matches!(event, Event::Greeting { .. }));
        session.ok(Command::login("alice", PASSWORD).unwrap());
        session.ok(Command::capability());
        session
    }

    pub(super) fn has(&self, capability: &str) -> bool {
        self.watched.connection.capabilities().has(capability)
    }

    pub(super) fn exists(&self) -> u32 {
        let view = self.watched.connection.mailbox();
        view.map_or(0, |view| view.exists())
    }

    pub(super) fn send(&mut self, command: impl Into<Command>) -> CommandHandle {
        let command = command.into();
        let shown = format!("{command:?}");
        let sent = self.watched.send(command, CommandOptions::default());
        let handle = sent.unwrap_or_else(|broken| panic!("{shown}: {broken:?}"));
        self.flush();
        handle.unwrap()
    }

    fn flush(&mut self) {
        let new = &self.watched.written[self.written..];
        self.stream.write_all(new).unwrap();
        self.written = self.watched.written.len();
    }

    /// Reads what the server says in a moment. Returns whether it said anything.
    fn hear(&mut self) -> bool {
        let mut octets = [0; 16 << 10];
        match self.stream.read(&mut octets) {
            Ok(0) => panic!(
                "the server has closed: {:?} after {}",
                self.watched.events.last(),
                self.last_words()
            ),
            Ok(count) => {
                let heard = self.watched.hear(&octets[..count]);
                heard.unwrap_or_else(|broken| panic!("{broken:?}"));
                self.flush();
                true
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                false
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Waits for an event. Returns all events up to it.
    fn hear_until(&mut self, is_it: impl Fn(&Event<'_>) -> bool) -> Vec<Event<'static>> {
        let mut silence = 0;
        loop {
            if let Some(at) = self.watched.events.iter().position(&is_it) {
                return self.watched.events.drain(..=at).collect();
            }
            match self.hear() {
                true => silence = 0,
                false => silence += 1,
            }
            assert!(
                silence < 600,
                "30 s of silence; the last was {:?}",
                self.watched.events.last()
            );
        }
    }

    /// The events of a command up to its outcome, which is OK or NO.
    pub(super) fn finish(&mut self, handle: CommandHandle) -> Vec<Event<'static>> {
        let events = self.hear_until(
            |event| matches!(event, Event::Outcome { handle: done, .. } if *done == handle),
        );
        let sound = match events.last() {
            Some(Event::Outcome { outcome, .. }) => matches!(
                outcome,
                Outcome::Ok(_)
                    | Outcome::NotSent(_)
                    | Outcome::Refused {
                        refusal: Refusal::No,
                        ..
                    }
            ),
            _ => false,
        };
        assert!(sound, "{:?} after {}", events.last(), self.last_words());
        events
    }

    fn last_words(&self) -> String {
        let written = &self.watched.written;
        let last = &written[written.len().saturating_sub(1_500)..];
        String::from_utf8_lossy(last).into_owned()
    }

    pub(super) fn run(&mut self, command: impl Into<Command>) -> Vec<Event<'static>> {
        let handle = self.send(command);
        self.finish(handle)
    }

    pub(super) fn ok(&mut self, command: impl Into<Command>) -> Vec<Event<'static>> {
        let command = command.into();
        let shown = format!("{command:?}");
        let events = self.run(command);
        let ok = matches!(
            events.last(),
            Some(Event::Outcome {
                outcome: Outcome::Ok(_),
                ..
            })
        );
        assert!(ok, "{shown}: {:?}", events.last());
        events
    }

    pub(super) fn idle(&mut self) {
        let handle = self.send(Command::idle());
        self.hear_until(|event| matches!(event, Event::Idling { .. }));
        self.hear();
        let done = self
            .watched
            .call(|connection, now| connection.done(handle, now));
        done.unwrap_or_else(|broken| panic!("{broken:?}")).unwrap();
        self.flush();
        self.finish(handle);
    }
}
