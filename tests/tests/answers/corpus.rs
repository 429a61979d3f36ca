//! No typed answer drops a line of its command: whatever the server says, the value has it, or keeps it as it was said.

use std::task::{Poll, Waker};

use imap_machine::Instant;
use imap_machine::bounded_static::ToBoundedStatic;
use imap_machine::client::answers::{
    Answer, Appended, Copied, Counted, Enabled, Fetched, Found, Identified, Listed, Selected,
};
use imap_machine::client::desk::{CommandError, Desk, Pace};
use imap_machine::client::{
    Cause, ClientConnection, Command, CommandHandle, CommandOptions, Config, Event, Flag, Search,
    StatusName, Store, TypedCommand,
};
use imap_machine::codec::Untagged;
use imap_machine_testkit::scenario;
use imap_machine_tests::field;
use imap_machine_tests::responses;

const NOW: Instant = Instant::ORIGIN;

/// What the value has of the line, and what it keeps of it.
trait Trace: Clone + std::fmt::Debug {
    fn unread(&mut self) -> &mut Vec<Event<'static>>;

    /// Whether anything was read into it.
    fn has_read(&self) -> bool;
}

macro_rules! trace {
    ($($value:ty),+) => {
        $(impl Trace for $value {
            fn unread(&mut self) -> &mut Vec<Event<'static>> {
                &mut self.unread
            }

            fn has_read(&self) -> bool {
                let mut read = self.clone();
                read.unread().clear();
                read != Self::default()
            }
        })+
    };
}

impl Trace for Counted {
    fn unread(&mut self) -> &mut Vec<Event<'static>> {
        &mut self.unread
    }

    fn has_read(&self) -> bool {
        !self.items.is_empty()
    }
}

trace!(
    Appended,
    Copied, Enabled, Fetched, Found, Identified, Listed, Selected
);

/// What the connection said to be caused by the command, and how the command ended.
fn play<A: Answer>(
    command: TypedCommand<A>,
    line: &[u8],
    literal: usize,
) -> (Vec<Event<'static>>, Result<A::Value, CommandError>) {
    let mut config = Config::default();
    config.limits.inline_literal = literal;
    let mut desk = Desk::new(ClientConnection::new(config, NOW), Pace::default());
    let options = CommandOptions::default();
    let select = Command::select("INBOX").unwrap();
    let _select = desk.send(select, options, NOW).unwrap();
    let ticket = desk.send(command, options, NOW).unwrap();
    let mut caused = Vec::new();
    let greeting: &[u8] = b"* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi\r\n";
    let selected = b"* 20000 EXISTS\r\nA1 OK\r\n";
    for octets in [greeting, selected, line, b"A2 OK done\r\n"] {
        desk.handle_input(octets, NOW);
        let mut watch = |event: &Event<'_>| {
            if is_caused(event, ticket.handle()) {
                caused.push(event.to_static());
            }
        };
        while desk.poll(NOW, &mut watch).is_some() {}
        let written = desk.transmit().len();
        desk.handle_transmitted(written, NOW);
    }
    match desk.poll_answer(&ticket, Waker::noop()) {
        Poll::Ready(end) => (caused, end),
        Poll::Pending => panic!("{}: {desk:?}", scenario::escape(line)),
    }
}

fn is_caused(event: &Event<'_>, handle: CommandHandle) -> bool {
    let cause = match event {
        Event::Status { cause, .. }
        | Event::Untagged { cause, .. }
        | Event::Unrecognized { cause, .. } => *cause,
        Event::Literal(piece) => piece.cause,
        _ => return false,
    };
    cause == Cause::Solicited(handle)
}

/// Each line that the command caused is in its value or kept by it. Returns whether there was one.
fn is_whole<A: Answer>(command: &TypedCommand<A>, line: &[u8]) -> bool
where
    A::Value: Trace,
{
    let mut any = false;
    for literal in [1 << 20, 2] {
        let (caused, end) = play(command.clone(), line, literal);
        let Some(first) = caused.first() else {
            continue;
        };
        any = true;
        let shown = scenario::escape(line);
        let mut value = match end {
            Ok(value) => value,
            Err(CommandError::Unreadable(unreadable)) => {
                assert_eq!(unreadable.events, caused, "{shown}");
                continue;
            }
            Err(error) => panic!("{shown}: {error}"),
        };
        let (kept, has_read) = (value.unread().clone(), value.has_read());
        assert!(
            kept.iter().all(|event| caused.contains(event)),
            "{shown}: {kept:?}"
        );
        let says_nothing = is_empty(line) || caused.iter().all(is_in_view);
        assert!(
            has_read || says_nothing || kept == caused,
            "{command:?}: of {shown}, which is {first:?}, nothing is left",
        );
        let lost = lost_word(line, &format!("{value:?}"));
        if let Some(lost) = lost.filter(|_| kept.is_empty()) {
            panic!("{command:?}: {lost:?} of {shown} is not in {value:?}");
        }
    }
    any
}

/// A word of LIST, STATUS, ID or ENABLED that is in no part of the value. Values of these show all that they hold, except for names
/// on the wire, which are octets.
fn lost_word(line: &[u8], shown: &str) -> Option<String> {
    const READ: [&str; 5] = ["* LIST", "* LSUB", "* STATUS", "* ID", "* ENABLED"];
    let line = std::str::from_utf8(line).ok()?;
    let upper = line.to_uppercase();
    if !READ.iter().any(|read| upper.starts_with(read)) || line.contains(['&', '\\', '{']) {
        return None;
    }
    let shown = shown.to_uppercase().replace(['-', '_'], "");
    // The name of the response; the mailbox of STATUS is the one that was asked about.
    let (upper, skipped) = match upper.starts_with("* STATUS") {
        true => (upper.rsplit_once(" (").map_or("", |(_, items)| items), 0),
        false => (upper.as_str(), 2),
    };
    let words = upper.split(|letter: char| letter.is_whitespace() || "()[]{}\",".contains(letter));
    let mut words = words.filter(|word| !word.is_empty()).skip(skipped);
    let lost = words.find(|word| {
        let word = word.replace(['-', '_'], "");
        !["NIL", "/", "."].contains(&word.as_str()) && !shown.contains(&word)
    });
    lost.map(str::to_owned)
}

/// What a MOVE removes is in the mailbox view.
fn is_in_view(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::Untagged {
            data: Untagged::Expunge(_) | Untagged::Vanished(_),
            ..
        }
    )
}

/// Data that says that there is none.
fn is_empty(line: &[u8]) -> bool {
    let line = line.trim_ascii().to_ascii_uppercase();
    [
        &b"* SEARCH"[..],
        b"* SORT",
        b"* ENABLED",
        b"* ESEARCH (TAG \"A2\")",
        b"* ID NIL",
        b"* ID ()",
        b"* FLAGS ()",
        b"* 0 RECENT",
        b"* 0 EXISTS",
    ]
    .contains(&&line[..])
        || line.starts_with(b"* OK [PERMANENTFLAGS ()]")
        || line.starts_with(b"* OK [CLOSED]")
        || line.starts_with(b"* STATUS") && line.ends_with(b"()")
}

#[test]
fn no_line_is_dropped() {
    let status = vec![StatusName::Messages];
    let mut caused = [0_usize; 14];
    let mut lines = responses::all();
    for file in ["reported.txt", "more.txt"] {
        lines.extend(field::cases(file).into_iter().map(|case| case.octets));
    }
    for line in lines
        .iter()
        .filter(|line| line.starts_with(b"* ") || line.starts_with(b"["))
    {
        // The end of the connection.
        if line.len() > 5 && line[2..5].eq_ignore_ascii_case(b"BYE") {
            continue;
        }
        let seen = Command::uid_store("1:*", Store::add([Flag::SEEN]));
        for (count, was) in caused.iter_mut().zip([
            is_whole(&Command::list("", "*").unwrap(), line),
            is_whole(&Command::lsub("", "*").unwrap(), line),
            is_whole(&Command::status("INBOX", status.clone()).unwrap(), line),
            is_whole(&Command::search(Search::all()).unwrap(), line),
            is_whole(&Command::uid_search(Search::all()).unwrap(), line),
            is_whole(&Command::id([("name", "x")]).unwrap(), line),
            is_whole(&Command::enable(["CONDSTORE"]).unwrap(), line),
            is_whole(&Command::select("Work").unwrap(), line),
            is_whole(&Command::fetch("1:*", "FULL").unwrap(), line),
            is_whole(&Command::uid_fetch("1:*", "FULL").unwrap(), line),
            is_whole(&seen.unwrap(), line),
            is_whole(&Command::uid_copy("1:*", "Work").unwrap(), line),
            is_whole(&Command::uid_move("1:*", "Work").unwrap(), line),
            is_whole(&Command::append("Work", *b"x").unwrap(), line),
        ]) {
            *count += usize::from(was);
        }
    }
    println!("{} lines, caused by a command: {caused:?}", lines.len());
    assert!(lines.len() > 200);
    // Each command has caused some; APPEND only what names its tag.
    assert!(caused.iter().all(|count| *count > 0), "{caused:?}");
}
