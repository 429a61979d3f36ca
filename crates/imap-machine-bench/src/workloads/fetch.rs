//! W1, W1mix, W2 and W4: a FETCH of many messages, every response read.

use ::imap_machine::client::Config;

use super::Settings;
use crate::contenders::{Contender, Read, Run, imap_machine, rows_alone};
#[cfg(feature = "table")]
use crate::contenders::{async_imap, imap, imap_codec, imap_next, io_imap};
use crate::inputs::{MESSAGES, Rows, bodies, envelopes, flags};
use crate::line::Line;
use crate::measure::{Entry, Work, side_by_side};
use crate::server::{Answer, Script};

/// The most octets that one read brings.
pub const READS: usize = 64 << 10;

/// W1.
pub fn flags(settings: Settings) -> Vec<Line> {
    let input = flags::uniform(settings.scaled(100_000));
    lines("W1", &input, entries(&input, READS, Read::Flags), settings)
}

/// W1mix.
pub fn mixed_flags(settings: Settings) -> Vec<Line> {
    let input = flags::mixed(settings.scaled(100_000));
    let entries = entries(&input, READS, Read::Plain);
    lines("W1mix", &input, entries, settings)
}

/// W2.
pub fn envelopes(settings: Settings) -> Vec<Line> {
    let (input, plain) = envelopes::envelopes(settings.scaled(10_000));
    let script = script(&input, READS);
    let mut entries = entries(&input, READS, Read::Heavy);
    let ours = [
        (
            Contender::ImapMachineLazy,
            imap_machine::fetch_lazily as fn(Script) -> Run,
        ),
        (Contender::ImapMachineWalk, imap_machine::fetch_walked),
    ];
    let ours = ours.map(|(who, fetch)| {
        let script = script.clone();
        Entry::new(who, move || fetch(script.clone())).expecting(plain)
    });
    entries.splice(1..1, ours);
    lines("W2", &input, entries, settings)
}

/// W4.
pub fn bodies(settings: Settings) -> Vec<Line> {
    let input = bodies::small(settings.scaled(10_000));
    lines("W4", &input, entries(&input, READS, Read::Body), settings)
}

fn lines(name: &str, input: &Rows, entries: Vec<Entry>, settings: Settings) -> Vec<Line> {
    let work = Work {
        name,
        unit: "response",
        units: u64::from(input.rows),
        expected: input.tally,
        entries,
    };
    side_by_side(&work, settings.rounds)
}

/// A server that answers with this.
#[must_use]
pub fn script(input: &Rows, chunk: usize) -> Script {
    Script {
        answer: Answer::from(&input.octets),
        ..Script::quiet(MESSAGES, chunk)
    }
}

/// All contenders that fetch, in reads of `chunk` octets.
#[must_use]
pub fn entries(input: &Rows, chunk: usize, read: Read) -> Vec<Entry> {
    let script = script(input, chunk);
    let ours = script.clone();
    let ours = move || imap_machine::fetch(ours.clone(), Config::default(), read);
    let mut entries = vec![Entry::new(Contender::ImapMachine, ours)];
    if chunk == READS && matches!(read, Read::Flags | Read::Plain) {
        let ours = script.clone();
        let many = move || imap_machine::fetch_rows(ours.clone(), read);
        entries.push(Entry::new(Contender::ImapMachineMany, many));
        let octets = input.octets.clone();
        let alone = move || rows_alone::rows_alone(octets.clone(), read);
        entries.push(Entry::new(Contender::ImapMachineRows, alone));
    }
    entries.extend(peers(&script, read));
    #[cfg(feature = "table")]
    if chunk == READS {
        let octets = input.octets.clone();
        let alone = move || imap_codec::fetch(octets.clone(), read);
        entries.push(Entry::new(Contender::ImapCodec, alone));
    }
    entries
}

/// The other engines.
#[cfg(feature = "table")]
pub fn peers(script: &Script, read: Read) -> Vec<Entry> {
    use Contender::{AsyncImap, Imap, ImapNext, IoImap};

    let entry = |who, fetch: fn(Script, Read) -> Run| {
        let script = script.clone();
        Entry::new(who, move || fetch(script.clone(), read))
    };
    vec![
        entry(ImapNext, imap_next::fetch),
        entry(IoImap, io_imap::fetch),
        entry(AsyncImap, async_imap::fetch),
        entry(Imap, imap::fetch),
    ]
}

/// No other engine is built.
#[cfg(not(feature = "table"))]
pub fn peers(_: &Script, _: Read) -> Vec<Entry> {
    Vec::new()
}
