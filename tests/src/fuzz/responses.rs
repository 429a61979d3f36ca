//! Any octets from a server: no line is lost, the cuts change nothing, and what imap-codec reads in a line is what its event
//! says.

use imap_machine::Limits;
use imap_machine::client::{Command, CommandOptions, Config, Event, Tracking};
use imap_machine::codec::Untagged;
use imap_machine::framing::Bounds;
use imap_machine_testkit::model::framing::{Whole, frames};
use imap_machine_testkit::scenario::{self, Names, escape};

use crate::agreement;
use crate::described;
use crate::watched::{Watched, sound};

/// How many octets of an input choose the connection and the cuts; the server's octets follow.
pub const HEAD: usize = 2;

// The naive framer takes quadratic time.
const LONGEST: usize = 4096;

/// What the connection waits for.
const SETTINGS: [fn() -> Command; 4] = [
    || Command::noop().into(),
    Command::idle,
    || {
        Command::authenticate("PLAIN", None)
            .expect("an atom")
            .into()
    },
    || Command::logout().into(),
];

/// Plays one stream three times: whole, line by line, and in pieces.
///
/// # Panics
///
/// When a line is lost, the events depend on the cuts, or imap-codec reads something else.
pub fn run(input: &[u8]) {
    let Some((&[setting, cut], stream)) = input.split_first_chunk() else {
        return;
    };
    let stream = &stream[..stream.len().min(LONGEST)];
    let line_by_line = line_by_line(setting, stream);
    let whole = heard(setting, &[stream]);
    assert_eq!(whole, line_by_line, "whole, or line by line");
    let pieces: Vec<&[u8]> = stream.chunks(1 + usize::from(cut)).collect();
    assert_eq!(heard(setting, &pieces), whole, "cut or not");
}

/// A connection with a mailbox selected that waits for something.
fn connection(setting: u8) -> Watched {
    let mut config = Config::default();
    if setting & 4 != 0 {
        config.limits.inline_literal = 8;
    }
    if setting & 8 != 0 {
        config.tracking = Tracking::Messages;
    }
    if reads_little(setting) {
        config.limits.nesting = 2;
        config.limits.capabilities = 20;
    }
    let mut watched = Watched::new(config, vec![]);
    let waits_for = SETTINGS[usize::from(setting % 4)]();
    let greeting: &[u8] = match setting % 4 {
        2 => b"* OK ready\r\n",
        _ => b"* PREAUTH ready\r\n",
    };
    sound(watched.hear(greeting));
    let mut send = |command| {
        let sent = sound(watched.send(command, CommandOptions::default()));
        assert!(sent.is_ok(), "{sent:?}");
    };
    if setting % 4 != 2 {
        send(Command::select("INBOX").expect("a name").into());
    }
    send(waits_for);
    if setting % 4 != 2 {
        sound(watched.hear(b"* 20000 EXISTS\r\nA1 OK done\r\n"));
    }
    watched
}

/// Whether the limits are low, so that a line may stay undecoded that imap-codec reads.
const fn reads_little(setting: u8) -> bool {
    setting & 16 != 0
}

fn heard(setting: u8, pieces: &[&[u8]]) -> Vec<Event<'static>> {
    let mut watched = connection(setting);
    for piece in pieces {
        sound(watched.hear(piece));
    }
    sound(watched.end());
    joined(watched.events)
}

fn line_by_line(setting: u8, stream: &[u8]) -> Vec<Event<'static>> {
    let mut watched = connection(setting);
    let mut rest = stream;
    for message in frames(bounds(setting), stream).messages {
        let (line, left) = rest.split_at(octets(&message));
        rest = left;
        let before = watched.events.len();
        sound(watched.hear(line));
        let Some(event) = watched.events.get(before..).and_then(response) else {
            assert!(watched.watch.is_closed(), "lost: {}", escape(line));
            break;
        };
        inside(event);
        let comparable = message.streamed.is_empty() && !reads_little(setting);
        let theirs = agreement::decode(line).filter(|_| comparable);
        if let Some(theirs) = theirs {
            assert!(
                agreement::agree(event, &theirs),
                "{}\n{event:?}\n{theirs:?}",
                escape(line)
            );
        }
    }
    sound(watched.hear(rest));
    sound(watched.end());
    joined(watched.events)
}

/// Reads all that an event lends as a view.
fn inside(event: &Event<'_>) {
    let _ = scenario::event(event, &Names::default());
    let Event::Untagged {
        data: Untagged::Fetch(row),
        ..
    } = event
    else {
        return;
    };
    let _ = (row.defects(), described::row(row));
    if let Some(envelope) = row.envelope() {
        let _ = (format!("{:?}", envelope.fields()), envelope.to_imap_types());
    }
    if let Some(structure) = row.body_structure() {
        let parts = structure.parts();
        for part in &parts {
            let _ = part.decode_text(parts.section(part).as_bytes());
            let number = parts.number(part);
            let found = number.and_then(|number| parts.part(&number));
            assert!(found.is_none_or(|found| found == part));
        }
        let text = parts.text_part();
        assert!(text.is_none_or(|text| text.is_empty() && !text.is_attachment()));
        let _ = structure.to_imap_types();
    }
}

/// The event of the response itself. Its pieces come before it, and the end of the connection after it.
fn response<'e>(events: &'e [Event<'static>]) -> Option<&'e Event<'static>> {
    events
        .iter()
        .find(|event| !matches!(event, Event::Literal(_)))
}

/// How many octets the message has, its streamed literals included.
fn octets(message: &Whole) -> usize {
    let streamed = message.streamed.iter().map(|(_, octets)| octets.len());
    message.octets.len() + streamed.sum::<usize>()
}

fn bounds(setting: u8) -> Bounds {
    let limits = Limits::default();
    Bounds {
        line: limits.line,
        literal: limits.literal,
        inline_literal: if setting & 4 != 0 {
            8
        } else {
            limits.inline_literal
        },
        message: limits.message,
    }
}

/// Joins the pieces of each literal, since they depend on the cuts.
fn joined(events: Vec<Event<'static>>) -> Vec<Event<'static>> {
    let mut all: Vec<Event<'static>> = Vec::new();
    for event in events {
        if let (Some(Event::Literal(before)), Event::Literal(piece)) = (all.last_mut(), &event) {
            if piece.offset > 0 && before.offset + before.data.len() as u64 == piece.offset {
                before.data.to_mut().extend_from_slice(&piece.data);
                continue;
            }
        }
        all.push(event);
    }
    all
}
