//! W8: a queue of each kind of command, at windows of 16, 256 and 4,096; and commands that are given up in a long queue.

use super::Settings;
use crate::contenders::Contender;
#[cfg(feature = "table")]
use crate::contenders::queues::imap_next;
use crate::contenders::queues::{CANCELLED, Kind, cancelled, imap_machine};
use crate::line::Line;
use crate::measure::{Entry, Work, side_by_side};
use crate::tally::Tally;

/// The work of W8: its names, and the kinds of commands.
pub const KINDS: &[(&str, Kind)] = &[
    ("W8 NOOP", Kind::Noop),
    ("W8 UID FETCH", Kind::UidFetch),
    ("W8 STATUS", Kind::Status),
    ("W8 SEARCH", Kind::Search),
    ("W8 COPY", Kind::Copy),
    ("W8 UID STORE", Kind::UidStore),
];

/// 20,000 commands of each kind.
pub fn each_kind(settings: Settings) -> Vec<Line> {
    let of = |(name, kind): &(&str, Kind)| queue(name, *kind, settings);
    KINDS.iter().flat_map(of).collect()
}

fn queue(name: &str, kind: Kind, settings: Settings) -> Vec<Line> {
    let count = settings.scaled(20_000);
    let ours = |who, window| Entry::new(who, move || imap_machine(kind, count, window));
    let work = Work {
        name,
        unit: "command",
        units: u64::from(count),
        expected: kind.tally(count),
        entries: vec![
            ours(Contender::ImapMachine, 256),
            ours(Contender::ImapMachineNarrow, 16),
            ours(Contender::ImapMachineWide, 4_096),
            #[cfg(feature = "table")]
            Entry::new(Contender::ImapNext, move || imap_next(kind, count)),
        ],
    };
    side_by_side(&work, settings.rounds)
}

/// The same number of commands given up in queues of two lengths.
pub fn given_up(settings: Settings) -> Vec<Line> {
    let of = |name, queued| {
        let work = Work {
            name,
            unit: "command",
            units: 2 * u64::from(CANCELLED),
            expected: Tally::rows(2 * CANCELLED),
            entries: vec![Entry::new(Contender::ImapMachine, move || {
                cancelled(queued)
            })],
        };
        side_by_side(&work, settings.rounds.min(5))
    };
    let mut lines = of("W8 given up, of 10,000", 10_000);
    lines.extend(of("W8 given up, of 200,000", 200_000));
    lines
}
