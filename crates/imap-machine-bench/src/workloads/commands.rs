//! W5: 10,000 UID STOREs in memory; and the queue, with a million commands in it.

use super::Settings;
use crate::contenders::{Contender, Run, copy, imap_machine};
#[cfg(feature = "table")]
use crate::contenders::{async_imap, imap, imap_next, io_imap};
use crate::inputs::MESSAGES;
use crate::line::Line;
use crate::measure::{Entry, Work, side_by_side};
use crate::server::Script;
use crate::tally::Tally;

/// W5: all handed over at once, to the contenders that pipeline.
pub fn at_once(settings: Settings) -> Vec<Line> {
    let count = settings.scaled(10_000);
    let entries = vec![
        entry(Contender::ImapMachine, count, imap_machine::stores),
        #[cfg(feature = "table")]
        entry(Contender::ImapNext, count, imap_next::stores),
        // As many in one write as imap-machine has on the wire.
        entry(Contender::Copy, count, |script, count| {
            copy::stores(script, count, 256)
        }),
    ];
    lines("W5", count, entries, settings.rounds)
}

/// W5: each when the one before has ended.
pub fn one_by_one(settings: Settings) -> Vec<Line> {
    let count = settings.scaled(10_000);
    let entries = vec![
        entry(
            Contender::ImapMachine,
            count,
            imap_machine::stores_one_by_one,
        ),
        #[cfg(feature = "table")]
        entry(Contender::ImapNext, count, imap_next::stores_one_by_one),
        #[cfg(feature = "table")]
        entry(Contender::IoImap, count, io_imap::stores_one_by_one),
        #[cfg(feature = "table")]
        entry(Contender::AsyncImap, count, async_imap::stores_one_by_one),
        #[cfg(feature = "table")]
        entry(Contender::Imap, count, imap::stores_one_by_one),
        entry(Contender::Copy, count, |script, count| {
            copy::stores(script, count, 1)
        }),
    ];
    lines("W5 one by one", count, entries, settings.rounds)
}

/// The same number of commands by queues of 10,000, and by one of a million.
pub fn queue(settings: Settings) -> Vec<Line> {
    let large = settings.scaled(1_000_000);
    let small = large / 100;
    let many = move |script, count| repeated(script, count, 100);
    let short = vec![entry(Contender::ImapMachine, small, many)];
    let long = vec![entry(Contender::ImapMachine, large, imap_machine::stores)];
    let rounds = settings.rounds.min(3);
    let mut all = lines("Queue of 10,000", large, short, rounds);
    all.extend(lines("Queue of 1,000,000", large, long, rounds));
    all
}

fn repeated(script: Script, count: u32, times: u32) -> Run {
    let mut run = imap_machine::stores(script, count);
    Box::new(move || {
        let rows = (0..times).map(|_| run().rows).sum();
        Tally { rows, sum: 0 }
    })
}

fn lines(name: &str, count: u32, entries: Vec<Entry>, rounds: usize) -> Vec<Line> {
    let work = Work {
        name,
        unit: "command",
        units: u64::from(count),
        expected: Tally::rows(count),
        entries,
    };
    side_by_side(&work, rounds)
}

fn entry(who: Contender, count: u32, stores: impl Fn(Script, u32) -> Run + 'static) -> Entry {
    Entry::new(who, move || {
        stores(Script::quiet(MESSAGES, 64 << 10), count)
    })
}
