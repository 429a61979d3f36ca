//! Commands that no type describes: any arguments in any order.

use arbitrary::{Result, Unstructured};
use imap_machine::client::{Command, InvalidArgument, RawCommand};
use imap_machine::imap_types::command::CommandBody;
use imap_machine_testkit::scenario::escape;

use super::wire::{Wire, read};
use super::{Server, written};

const VERBS: [&str; 6] = ["X", "LOGIN", "UID SEARCH", "SELECT", "IDLE", "x-1"];
const MOST: usize = 6;

#[derive(Clone, Debug)]
enum Argument {
    Atom(String),
    String(Vec<u8>),
    Literal(Vec<u8>),
    Literal8(Vec<u8>),
    Verbatim(String),
}

pub(super) fn run(server: Server, input: &mut Unstructured<'_>) -> Result<()> {
    let verb = *input.choose(&VERBS)?;
    let mut command = Command::raw(verb).expect("a verb");
    let mut arguments = Vec::new();
    while !input.is_empty() && arguments.len() < MOST {
        let argument = argument(input)?;
        match add(command.clone(), &argument) {
            Ok(longer) => {
                command = longer;
                arguments.push(argument);
            }
            Err(_) => assert!(!is_plain(&argument), "refused: {argument:?}"),
        }
    }
    let Some(written) = written(server, &command.into(), &[]) else {
        return Ok(());
    };
    let mut wire = Wire::new(server, &written.octets);
    wire.text(format!("{} {verb}", written.tag).as_bytes());
    let mut opened = false;
    for argument in &arguments {
        let text = match argument {
            Argument::Atom(text) | Argument::Verbatim(text) => text.as_str(),
            Argument::String(_) | Argument::Literal(_) | Argument::Literal8(_) => "\"",
        };
        // Parentheses touch what they enclose. An empty argument changes nothing.
        if !opened && !text.starts_with(')') {
            wire.text(b" ");
        }
        opened = text.ends_with('(') || (text.is_empty() && opened);
        match argument {
            Argument::Literal8(octets) => {
                wire.text(b"~");
                wire.literal8(octets);
            }
            Argument::Atom(text) | Argument::Verbatim(text) => wire.text(text.as_bytes()),
            Argument::String(octets) => wire.string(octets),
            Argument::Literal(octets) => wire.guarded(octets),
        }
    }
    wire.end();
    if let ("LOGIN", [user, password]) = (verb, &arguments[..]) {
        if let (Some(user), Some(password)) = (octets(user), octets(password)) {
            is_login(&written.octets, user, password);
        }
    }
    Ok(())
}

fn argument(input: &mut Unstructured<'_>) -> Result<Argument> {
    Ok(match input.arbitrary::<u8>()? % 5 {
        0 => Argument::Atom(input.arbitrary()?),
        1 => Argument::String(input.arbitrary()?),
        2 => Argument::Literal(input.arbitrary()?),
        3 => Argument::Literal8(input.arbitrary()?),
        _ => Argument::Verbatim(input.arbitrary()?),
    })
}

fn add(
    command: RawCommand,
    argument: &Argument,
) -> std::result::Result<RawCommand, InvalidArgument> {
    match argument.clone() {
        Argument::Atom(text) => command.atom(&text),
        Argument::String(octets) => command.string(octets),
        Argument::Literal(octets) => command.literal(octets),
        Argument::Literal8(octets) => Ok(command.literal8(octets)),
        Argument::Verbatim(text) => command.verbatim(&text),
    }
}

/// Whether the argument must be accepted.
fn is_plain(argument: &Argument) -> bool {
    match argument {
        Argument::Atom(text) => {
            !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_alphanumeric())
        }
        Argument::Verbatim(text) => text.bytes().all(|octet| octet.is_ascii_alphanumeric()),
        Argument::String(octets) | Argument::Literal(octets) => !octets.contains(&0),
        Argument::Literal8(_) => true,
    }
}

fn octets(argument: &Argument) -> Option<&[u8]> {
    match argument {
        Argument::String(octets) | Argument::Literal(octets) => Some(octets),
        Argument::Literal8(_) | Argument::Atom(_) | Argument::Verbatim(_) => None,
    }
}

fn is_login(wire: &[u8], user: &[u8], password: &[u8]) {
    match read(wire).map(|command| command.body) {
        Some(CommandBody::Login {
            username,
            password: read,
        }) => {
            assert_eq!(username.as_ref(), user);
            assert_eq!(read.declassify().as_ref(), password);
        }
        other => panic!("{}: {other:?}", escape(wire)),
    }
}
