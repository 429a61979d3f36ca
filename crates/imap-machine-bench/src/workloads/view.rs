//! The mailbox view: 100,000 EXPUNGEs in random order, from 1,000,000 messages whose UIDs are all known.

use super::Settings;
use super::fetch::READS;
use super::idle::tracking;
use crate::contenders::imap_machine::Session;
use crate::contenders::{Contender, Read, Run};
use crate::inputs::{Rows, flags, lines};
use crate::line::Line;
use crate::measure::{Entry, Work, side_by_side};
use crate::server::{Answer, Script};
use crate::tally::Tally;

/// All of it.
pub fn expunges(settings: Settings) -> Vec<Line> {
    let messages = settings.scaled(1_000_000);
    let rows = flags::uniform(messages);
    let gone = lines::expunges(messages / 10, messages);
    let (units, expected) = (u64::from(gone.rows), gone.tally);
    let work = Work {
        name: "View: EXPUNGE",
        unit: "EXPUNGE",
        units,
        expected,
        entries: vec![Entry::new(Contender::ImapMachineView, move || {
            after(&rows, &gone)
        })],
    };
    side_by_side(&work, settings.rounds.min(5))
}

/// `gone` EXPUNGEs from a mailbox of `messages` messages, and what must be read of them.
#[must_use]
pub fn prepared(messages: u32, gone: u32) -> (Run, Tally) {
    let gone = lines::expunges(gone, messages);
    (after(&flags::uniform(messages), &gone), gone.tally)
}

/// The EXPUNGEs, after all rows have been read.
fn after(rows: &Rows, gone: &Rows) -> Run {
    let script = Script {
        answer: Answer::from(&rows.octets),
        ..Script::quiet(rows.rows, READS)
    };
    let mut session = Session::open(script, tracking());
    assert_eq!(session.fetch(Read::Flags), rows.tally);
    let gone = gone.clone();
    Box::new(move || session.expunge(&gone))
}
