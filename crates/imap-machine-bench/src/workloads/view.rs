//! The mailbox view: 100,000 EXPUNGEs in random order, from 1,000,000 messages whose UIDs are all known.

use super::Settings;
use super::fetch::READS;
use super::idle::tracking;
use crate::contenders::imap_machine::Session;
use crate::contenders::{Contender, Read};
use crate::inputs::{flags, lines};
use crate::measure::{Entry, Work, side_by_side};
use crate::report::Line;
use crate::server::{Answer, Script};

/// All of it.
pub fn expunges(settings: Settings) -> Vec<Line> {
    let messages = settings.scaled(1_000_000);
    let rows = flags::uniform(messages);
    let gone = lines::expunges(messages / 10, messages);
    let (units, expected) = (u64::from(gone.rows), gone.tally);
    let script = Script {
        answer: Answer::from(&rows.octets),
        ..Script::quiet(messages, READS)
    };
    let prepare = move || -> crate::contenders::Run {
        let mut session = Session::open(script.clone(), tracking());
        assert_eq!(session.fetch(Read::Flags), rows.tally);
        let gone = gone.clone();
        Box::new(move || session.expunge(&gone))
    };
    let work = Work {
        name: "View: EXPUNGE",
        unit: "EXPUNGE",
        units,
        expected,
        entries: vec![Entry::new(Contender::ImapMachineView, prepare)],
    };
    side_by_side(&work, settings.rounds.min(5))
}
