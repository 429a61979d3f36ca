//! W7: what a connection holds while nothing happens, in octets: itself, and its heap.

use std::mem::size_of;
use std::sync::Arc;

use ::imap_machine::client::{ClientConnection, Config, Tracking};

use super::Settings;
use crate::alloc;
use crate::contenders::imap_machine::Session;
use crate::contenders::{Contender, Read};
#[cfg(feature = "table")]
use crate::contenders::{async_imap, imap, imap_next, io_imap};
use crate::inputs::bodies::Large;
use crate::inputs::{MESSAGES, flags};
use crate::line::Line;
use crate::server::{Answer, Script};

/// A mailbox of 100,000 messages is selected; and the same after all UIDs were fetched, and after a body of 256 MiB.
pub fn connections(settings: Settings) -> Vec<Line> {
    let body = Answer::Body(Large::new(settings.scaled(256)));
    let nothing = Answer::Octets(Default::default());
    let rows = Answer::from(&flags::uniform(MESSAGES).octets);
    let (body, rows) = ((&body, Read::Body), (&rows, Read::Flags));
    let (counts, messages) = (Config::default(), tracking());
    let ours = Contender::ImapMachine;
    let view = Contender::ImapMachineView;
    let known = |answers: &[Answered<'_>]| held(messages, answers) - held(messages, &[]);
    let per_message = |octets: f64| octets / f64::from(MESSAGES);
    let size = size_of::<ClientConnection>() as f64;
    let mut lines = vec![
        octets("W7 without its heap", ours, size),
        octets("W7 idle", ours, held(counts, &[])),
        octets("W7 idle", view, held(messages, &[])),
    ];
    lines.extend(peers("W7 idle", &nothing, false));
    lines.push(octets("W7 after the body", ours, held(counts, &[body])));
    lines.push(octets("W7 after the body", view, held(messages, &[body])));
    lines.extend(peers("W7 after the body", body.0, true));
    for (work, answers) in [
        ("W7 each UID known", &[rows][..]),
        ("W7 each UID known, after the body", &[rows, body]),
    ] {
        let each = per_message(known(answers));
        lines.push(Line::exact(work, view, "octets/message", each));
    }
    lines
}

pub(super) fn tracking() -> Config {
    let mut config = Config::default();
    config.tracking = Tracking::Messages;
    config
}

fn octets(work: &str, who: Contender, octets: f64) -> Line {
    Line::exact(work, who, "octets", octets)
}

/// An answer of the server, and how it is read.
type Answered<'a> = (&'a Answer, Read);

/// What a connection holds that has fetched these. Many connections share their settings, so those are not counted.
fn held(config: Config, answers: &[Answered<'_>]) -> f64 {
    let config = Arc::new(config);
    kept(|| {
        let script = Script::quiet(MESSAGES, 16 << 10);
        let mut session = Session::open(script, config.clone()).handing_over();
        for (answer, read) in answers {
            session.set_answer((*answer).clone());
            session.fetch(*read);
        }
        session.into_connection()
    })
}

/// What `open` returns, and its heap.
fn kept<T>(open: impl FnOnce() -> T) -> f64 {
    let (connection, heap) = alloc::count(open);
    drop(connection);
    heap.kept as f64 + size_of::<T>() as f64
}

/// The other engines: io-imap keeps only its framer between two commands.
#[cfg(feature = "table")]
fn peers(work: &str, answer: &Answer, fetched: bool) -> Vec<Line> {
    use std::sync::Mutex;

    use crate::server::Server;

    let script = |answer: &Answer| Script {
        answer: answer.clone(),
        ..Script::quiet(MESSAGES, 16 << 10)
    };
    // These two own their transport, and with it the server, which does not count as theirs.
    let transport = (size_of::<Mutex<Server>>() + 2 * size_of::<usize>()) as f64;
    let next = kept(|| {
        let mut session = imap_next::Session::open(script(answer));
        if fetched {
            session.fetch(Read::Body);
        }
        session.into_client()
    });
    let io = kept(|| {
        let mut session = io_imap::Session::open(script(answer));
        if fetched {
            session.fetch(Read::Body);
        }
        session.into_fragmentizer()
    });
    let asynchronous = kept(|| async_imap::idle(script(answer), fetched));
    let blocking = kept(|| imap::idle(script(answer), fetched));
    vec![
        octets(work, Contender::ImapNext, next),
        octets(work, Contender::IoImap, io),
        octets(work, Contender::AsyncImap, asynchronous - transport),
        octets(work, Contender::Imap, blocking - transport),
    ]
}

/// No other engine is built.
#[cfg(not(feature = "table"))]
fn peers(_: &str, _: &Answer, _: bool) -> Vec<Line> {
    Vec::new()
}
