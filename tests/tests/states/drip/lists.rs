//! The states: one for each thing that a command can wait for, and each conversation in each of its turns.

use imap_machine::client::{AppendMessage, Command, CommandOptions, SaslAnswer};

use super::*;

fn append() -> Command {
    Command::append("x", "hello").expect("a command").into()
}

fn streamed() -> Command {
    Command::append("x", AppendMessage::supplied(10))
        .expect("a command")
        .into()
}

fn select() -> Command {
    Command::select("x").expect("a command").into()
}

fn fetch() -> Command {
    Command::fetch("1", "BODY.PEEK[]")
        .expect("a command")
        .into()
}

fn authenticate() -> Command {
    Command::authenticate("XMECH", None)
        .expect("an atom")
        .into()
}

fn within(span: u64) -> CommandOptions {
    let mut options = CommandOptions::default();
    options.deadline = Some(seconds(span));
    options
}

fn refreshed() -> CommandOptions {
    let mut options = CommandOptions::default();
    options.refresh_idle = true;
    options
}

/// A state with commands in it, by what the transport takes of the last thing that is said.
pub(super) type State = (&'static str, fn(usize) -> Dripped);

fn anonymous() -> Dripped {
    Dripped::greeted("* OK\r\n")
}

fn known() -> Dripped {
    Dripped::greeted("* PREAUTH\r\n")
}

/// IDLE in the queue: after a SELECT that was given up.
fn after_a_dead_select() -> Dripped {
    known().sends_with(select(), within(1), 2).passes(2)
}

fn idling() -> Dripped {
    // A round, and its end.
    known()
        .sends(Command::idle(), IDLE + DONE)
        .says("+ idling\r\n")
}

const PLAIN: &[State] = &[
    ("no greeting", |room| {
        Dripped::greeted("")
            .room(room)
            .sends(Command::noop(), COMMAND)
    }),
    ("a command", |room| {
        known().room(room).sends(Command::noop(), COMMAND)
    }),
    ("a command with a deadline", |room| {
        known().room(room).sends_with(Command::noop(), within(7), 7)
    }),
    ("in the queue", |room| {
        let known = known().room(room).sends(select(), COMMAND);
        known.sends(Command::noop(), COMMAND)
    }),
    ("beside a tombstone", |room| {
        let known = known().sends(Command::noop(), 1).cancels(0);
        known.room(room).sends(Command::noop(), COMMAND)
    }),
    ("after BYE", |room| {
        let known = known().sends(Command::noop(), LOGOUT);
        known.room(room).says("* BYE enough\r\n")
    }),
    ("a new layer", |room| {
        let anonymous = anonymous().sends(Command::starttls(), UPGRADE);
        anonymous.room(room).says("A1 OK go on\r\n")
    }),
    ("in a literal of the server", |room| {
        let known = known()
            .sends(select(), COMMAND)
            .says("* 1 EXISTS\r\nA1 OK\r\n");
        let known = known.room(room).sends(fetch(), COMMAND);
        known.says("* 1 FETCH (BODY[] {900000}\r\nhello")
    }),
    ("in a literal that is held", |room| {
        let known = known().room(room).sends(Command::noop(), COMMAND);
        known.says("* LIST () \"/\" {900000}\r\nhello")
    }),
];

const LITERALS: &[State] = &[
    ("no +", |room| known().room(room).sends(append(), COMMAND)),
    ("no + and cancelled", |room| {
        known().room(room).sends(append(), 1).cancels(0)
    }),
    ("its literal", |room| {
        known().sends(append(), COMMAND).room(room).says("+ go\r\n")
    }),
    ("nothing supplied", |room| {
        known()
            .room(room)
            .sends(streamed(), COMMAND)
            .says("+ go\r\n")
    }),
    ("some supplied", |room| {
        let known = known().sends(streamed(), COMMAND).says("+ go\r\n");
        known.room(room).supplies(b"hel")
    }),
    ("all supplied", |room| {
        let known = known().sends(streamed(), COMMAND).says("+ go\r\n");
        known.room(room).supplies(b"hellohello")
    }),
];

const AUTHENTICATIONS: &[State] = &[
    ("no challenge", |room| {
        anonymous().room(room).sends(authenticate(), COMMAND)
    }),
    ("challenged", |room| {
        let anonymous = anonymous().sends(authenticate(), APPLICATION);
        anonymous.room(room).says("+ Zm9v\r\n")
    }),
    ("answered", |room| {
        let anonymous = anonymous()
            .sends(authenticate(), COMMAND)
            .says("+ Zm9v\r\n");
        anonymous
            .room(room)
            .answers(&SaslAnswer::Response(b"x".to_vec()))
    }),
    ("given up", |room| {
        let anonymous = anonymous()
            .sends(authenticate(), COMMAND)
            .says("+ Zm9v\r\n");
        anonymous.room(room).answers(&SaslAnswer::Cancel)
    }),
    ("cancelled, and another command", |room| {
        let anonymous = anonymous().sends(authenticate(), 1).room(room).cancels(0);
        anonymous.sends(Command::noop(), COMMAND)
    }),
];

const IDLES: &[State] = &[
    ("no +", |room| {
        known().room(room).sends(Command::idle(), SILENCE)
    }),
    ("no +, and done", |room| {
        known().room(room).sends(Command::idle(), SILENCE).done()
    }),
    ("in the queue", |room| {
        known()
            .room(room)
            .sends(Command::noop(), COMMAND)
            .sends(Command::idle(), COMMAND)
    }),
    ("in the queue, and done", |room| {
        let known = known().room(room).sends(Command::noop(), COMMAND);
        known.sends(Command::idle(), COMMAND).done()
    }),
    ("after a dead SELECT", |room| {
        after_a_dead_select()
            .room(room)
            .sends(Command::idle(), COMMAND)
    }),
    ("after a dead SELECT, and done", |room| {
        after_a_dead_select()
            .room(room)
            .sends(Command::idle(), COMMAND)
            .done()
    }),
    ("idling", |room| idling().room(room)),
    ("idling, and done", |room| idling().room(room).done()),
    ("idling in a literal, and done", |room| {
        idling()
            .says("* 1 FETCH (BODY[] {900000}\r\nx")
            .room(room)
            .done()
    }),
    ("a round that is refreshed and not answered", |room| {
        let known = known().sends_with(Command::idle(), refreshed(), IDLE + DONE);
        known.says("+ idling\r\n").room(room)
    }),
    ("the second round without its +", |room| {
        let known = known().sends_with(Command::idle(), refreshed(), IDLE + SILENCE + 1);
        let known = known.says("+ idling\r\n").passes(IDLE);
        known.room(room).says("A1 OK\r\n")
    }),
    ("another command wants the wire", |room| {
        let known = known().sends(Command::idle(), DONE).says("+ idling\r\n");
        known.room(room).sends(Command::noop(), DONE)
    }),
    ("cancelled, and another command", |room| {
        let known = known()
            .sends(Command::idle(), 1)
            .says("+ idling\r\n")
            .room(room);
        known.cancels(0).sends(Command::noop(), DONE)
    }),
];

const LOGOUTS: &[State] = &[
    ("alone", |room| {
        known().room(room).sends(Command::logout(), LOGOUT)
    }),
    ("after a command", |room| {
        known()
            .room(room)
            .sends(Command::noop(), SILENCE)
            .sends(Command::logout(), SILENCE)
    }),
    ("after an APPEND without +", |room| {
        known()
            .room(room)
            .sends(append(), SILENCE)
            .sends(Command::logout(), SILENCE)
    }),
    ("after a cancelled AUTHENTICATE", |room| {
        let anonymous = anonymous().sends(authenticate(), 1).cancels(0);
        anonymous.room(room).sends(Command::logout(), SILENCE)
    }),
    ("after IDLE", |room| {
        idling().room(room).sends(Command::logout(), SILENCE)
    }),
    ("after a dead SELECT", |room| {
        after_a_dead_select()
            .room(room)
            .sends(Command::logout(), SILENCE)
    }),
];

pub(super) const STATES: &[(&str, &[State])] = &[
    ("plain", PLAIN),
    ("literal", LITERALS),
    ("authenticate", AUTHENTICATIONS),
    ("idle", IDLES),
    ("logout", LOGOUTS),
];
