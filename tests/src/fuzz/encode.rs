//! Commands as they are sent. Octet by octet they are what imap-codec writes, except for the announcements of literals and text
//! that is not ASCII, and imap-codec reads the same command back.

mod body;
mod builders;
mod raw;
mod wire;

use arbitrary::Unstructured;
use imap_machine::Instant;
use imap_machine::client::{
    ClientConnection, Command, CommandHandle, CommandOptions, Config, Event, NotSent, Outcome,
    Phase,
};
use imap_machine::error::ApiMisuse;

use crate::watched::{Watched, sound};

/// What a server says it can do.
#[derive(Clone, Copy, Debug)]
struct Server {
    capabilities: &'static str,
    /// The largest non-synchronizing literal that it takes (RFC 7888).
    non_synchronizing: Option<u64>,
    /// Whether it takes an initial response (RFC 4959).
    initial_response: bool,
    /// Whether it takes NUL in a message (RFC 3516).
    binary: bool,
}

const SERVERS: [Server; 5] = [
    Server {
        capabilities: "IMAP4rev1",
        non_synchronizing: None,
        initial_response: false,
        binary: false,
    },
    Server {
        capabilities: "IMAP4rev1 LITERAL+",
        non_synchronizing: Some(u64::MAX),
        initial_response: false,
        binary: false,
    },
    Server {
        capabilities: "IMAP4rev1 LITERAL- SASL-IR",
        non_synchronizing: Some(4096),
        initial_response: true,
        binary: false,
    },
    Server {
        capabilities: "IMAP4rev1 SASL-IR",
        non_synchronizing: None,
        initial_response: true,
        binary: false,
    },
    Server {
        capabilities: "IMAP4rev1 LITERAL+ BINARY",
        non_synchronizing: Some(u64::MAX),
        initial_response: false,
        binary: true,
    },
];

/// Sends one command to one server.
///
/// # Panics
///
/// When the octets sent are not those that were meant.
pub fn run(input: &[u8]) {
    // An input that is too short makes no command.
    _ = command(&mut Unstructured::new(input));
}

fn command(input: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    let server = *input.choose(&SERVERS)?;
    match input.arbitrary::<u8>()? % 4 {
        0 | 1 => body::run(server, input),
        2 => builders::run(server, input),
        _ => raw::run(server, input),
    }
}

/// A command that has left whole.
struct Written {
    tag: String,
    octets: Vec<u8>,
}

/// Sends the command in the first state that allows it. `None`: no state does.
fn written(server: Server, command: &Command, supply: &[u8]) -> Option<Written> {
    let states = ["OK", "PREAUTH", "selected"];
    states.into_iter().find_map(|state| {
        let mut watched = connection(server, state);
        let (before, events) = (watched.written.len(), watched.events.len());
        let sent = sound(watched.send(command.clone(), CommandOptions::default()));
        let handle = sent.ok()?;
        if let Some(Event::Outcome { outcome, .. }) = watched.events.get(events) {
            let refused = match outcome {
                Outcome::NotSent(NotSent::WrongState { .. }) => true,
                Outcome::NotSent(NotSent::NulNotAccepted) => !server.binary,
                _ => false,
            };
            assert!(refused, "{command:?}: {outcome:?}");
            return None;
        }
        whole(&mut watched, handle, supply);
        Some(Written {
            tag: handle.to_string(),
            octets: watched.written.split_off(before),
        })
    })
}

fn connection(server: Server, state: &str) -> Watched {
    let mut watched = Watched::new(Config::default(), vec![]);
    let status = if state == "OK" { "OK" } else { "PREAUTH" };
    let greeting = format!("* {status} [CAPABILITY {}] hi\r\n", server.capabilities);
    sound(watched.hear(greeting.as_bytes()));
    if state == "selected" {
        let select = Command::select("INBOX").expect("a name");
        let sent = sound(watched.send(select, CommandOptions::default()));
        assert!(sent.is_ok(), "{sent:?}");
        sound(watched.hear(b"A1 OK done\r\n"));
    }
    watched
}

/// Lets the command be written whole: the server sends each `+`, and the application supplies its octets.
fn whole(watched: &mut Watched, handle: CommandHandle, mut supply: &[u8]) {
    loop {
        match phase(&watched.connection, handle) {
            Some(Phase::AwaitingContinuation) => sound(watched.hear(b"+ go on\r\n")),
            Some(Phase::Sending) => {
                let taken = watched.call(|connection, now| give(connection, handle, supply, now));
                let taken = sound(taken).expect("octets are wanted");
                assert!(taken > 0, "nothing is taken");
                supply = &supply[taken..];
            }
            Some(Phase::AwaitingCompletion) => break,
            phase => panic!("{phase:?}: {:?}", watched.events),
        }
    }
    assert!(supply.is_empty(), "{} octets too many", supply.len());
}

/// Supplies octets in one of the two ways.
fn give(
    connection: &mut ClientConnection,
    handle: CommandHandle,
    octets: &[u8],
    now: Instant,
) -> Result<usize, ApiMisuse> {
    if octets.len() % 2 == 0 {
        return connection.supply(handle, octets, now);
    }
    let space = connection.supply_space(handle)?;
    let given = space.len().min(octets.len());
    space[..given].copy_from_slice(&octets[..given]);
    connection.supplied(handle, given, now)
}

fn phase(connection: &ClientConnection, handle: CommandHandle) -> Option<Phase> {
    let mut progress = connection.commands();
    let progress = progress.find(|it| it.command.handle == handle);
    progress.map(|progress| progress.phase)
}
