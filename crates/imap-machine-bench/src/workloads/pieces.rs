//! W6: the same work however the octets are cut.

use super::Settings;
use super::fetch::entries;
use crate::contenders::{Contender, Read, Run, imap_machine};
#[cfg(feature = "table")]
use crate::contenders::{async_imap, imap, imap_codec, imap_next};
use crate::inputs::{Rows, flags, lines};
use crate::line::Line;
use crate::measure::{Entry, Work, side_by_side};
use crate::server::{Answer, Script};

/// W1 in reads of 1, 7, 1,460 and 65,536 octets.
pub fn reads(settings: Settings) -> Vec<Line> {
    let input = flags::uniform(settings.scaled(10_000));
    let sizes = [1, 7, 1_460, 65_536];
    let tables = sizes.map(|size| {
        let work = Work {
            name: &format!("W6 reads of {size}"),
            unit: "response",
            units: u64::from(input.rows),
            expected: input.tally,
            entries: entries(&input, size, Read::Flags),
        };
        side_by_side(&work, settings.rounds.min(5))
    });
    tables.concat()
}

/// One line of 4 MiB in reads of 1,460 octets: the answer to a SEARCH, and a text.
pub fn long_lines(settings: Settings) -> Vec<Line> {
    let octets = settings.scaled(4 << 20) as usize;
    let search = lines::search(octets);
    let text = lines::text(octets);
    let script = |input: &Rows| Script {
        answer: Answer::from(&input.octets),
        ..Script::quiet(1, 1_460)
    };
    let entry = |who, run: fn(Script) -> Run| {
        let script = script(&search);
        Entry::new(who, move || run(script.clone()))
    };
    let searchers = vec![
        entry(Contender::ImapMachine, imap_machine::search),
        #[cfg(feature = "table")]
        entry(Contender::ImapNext, imap_next::search),
        // Once, since it parses the line again from its beginning with every read.
        #[cfg(feature = "table")]
        entry(Contender::AsyncImap, async_imap::search).once(),
        #[cfg(feature = "table")]
        entry(Contender::Imap, imap::search),
        #[cfg(feature = "table")]
        alone(&search),
    ];
    let reader = script(&text);
    let reader = move || imap_machine::text(reader.clone());
    let readers = vec![Entry::new(Contender::ImapMachine, reader)];
    let mut all = line("W6 SEARCH of 4 MiB", &search, searchers, settings);
    all.extend(line("W6 text of 4 MiB", &text, readers, settings));
    all
}

#[cfg(feature = "table")]
fn alone(search: &Rows) -> Entry {
    let octets = search.octets.clone();
    Entry::new(Contender::ImapCodec, move || {
        imap_codec::search(octets.clone())
    })
}

fn line(name: &str, input: &Rows, entries: Vec<Entry>, settings: Settings) -> Vec<Line> {
    let work = Work {
        name,
        unit: "line",
        units: 1,
        expected: input.tally,
        entries,
    };
    side_by_side(&work, settings.rounds)
}
