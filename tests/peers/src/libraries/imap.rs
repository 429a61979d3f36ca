//! imap (rust-imap), which blocks.

use std::io::{self, Read, Write};
use std::time::Duration;

use ::imap::extensions::idle::{SetReadTimeout, stop_on_any};
use ::imap::{Client, Error, Session};

use super::ONE_AT_A_TIME;
use crate::exchange::{Call, Done, Exchange, Library, MESSAGE};
use crate::server::{Input, Wire};

struct Transport {
    wire: Wire,
    rest: Vec<u8>,
    timer: bool,
}

impl Read for Transport {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            match self.wire.read() {
                Input::Octets(octets) => self.rest = octets,
                // A socket with a timer says this when the timer runs out. Without a timer it would block for ever.
                Input::Nothing if self.timer => return Err(io::ErrorKind::WouldBlock.into()),
                Input::Nothing => return Err(io::Error::other("waits for ever")),
                Input::End => return Ok(0),
            }
        }
        let size = self.rest.len().min(space.len());
        let octets: Vec<u8> = self.rest.drain(..size).collect();
        space[..size].copy_from_slice(&octets);
        Ok(size)
    }
}

impl Write for Transport {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match self.wire.write(octets) {
            0 => Err(io::Error::other("waits for ever")),
            written => Ok(written),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl SetReadTimeout for Transport {
    fn set_read_timeout(&mut self, timeout: Option<Duration>) -> ::imap::error::Result<()> {
        self.timer = timeout.is_some();
        Ok(())
    }
}

struct Imap {
    wire: Wire,
    session: Session<Transport>,
}

pub(super) fn open(wire: &Wire, _: &Exchange) -> Result<Box<dyn Library>, String> {
    let wire = wire.clone();
    let transport = Transport {
        wire: wire.clone(),
        rest: Vec::new(),
        timer: false,
    };
    let mut client = Client::new(transport);
    client.read_greeting().map_err(|error| error.to_string())?;
    let login = client.login("user", "password");
    let mut session = login.map_err(|(error, _)| error.to_string())?;
    session.select("INBOX").map_err(|error| error.to_string())?;
    Ok(Box::new(Imap { wire, session }))
}

fn done<T>(result: Result<T, Error>) -> Done {
    match result {
        Ok(_) => Done::Ok,
        Err(Error::No(_) | Error::Bad(_)) => Done::Refused,
        Err(error) => Done::Fails(error.to_string()),
    }
}

impl Library for Imap {
    fn call(&mut self, call: Call) -> Done {
        self.wire.take_starved();
        let session = &mut self.session;
        let finished = match call {
            Call::Noop => done(session.noop()),
            Call::Append => done(session.append("INBOX", MESSAGE.as_bytes()).finish()),
            // It returns when all of the answer is there, so nothing can be left untaken.
            Call::Fetch | Call::FetchUntaken => done(session.fetch("1", "(BODY.PEEK[])")),
            Call::Store => done(session.store("1", "+FLAGS (\\Seen)")),
            Call::Idle | Call::IdleUntilBye => return self.idle(call),
            Call::IdleStopAtOnce | Call::IdleStopInLine => {
                return Done::CannotSay("`wait_while()` blocks until a whole response has arrived");
            }
            Call::AppendBetweenIdles | Call::FetchAndAppend => {
                return Done::CannotSay(ONE_AT_A_TIME);
            }
        };
        match self.wire.take_starved() {
            true => Done::Waits(None),
            false => finished,
        }
    }
}

impl Imap {
    fn idle(&mut self, call: Call) -> Done {
        let mut handle = self.session.idle();
        let ended = handle.wait_while(stop_on_any);
        if self.wire.take_starved() {
            return Done::Waits(Some("until its own timer, 29 minutes, ends the wait"));
        }
        // Says DONE and reads the answer.
        drop(handle);
        if self.wire.take_starved() {
            return Done::Waits(Some(
                "`wait_while()` returns, then the drop of its handle says DONE and waits for an answer for ever",
            ));
        }
        match ended {
            // An error that shows the BYE counts as telling the application of it.
            Err(Error::Bye(_) | Error::Unexpected(_)) if call == Call::IdleUntilBye => Done::Ok,
            ended => done(ended),
        }
    }
}
