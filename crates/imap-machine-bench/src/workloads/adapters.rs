//! The adapters, beside raw loops and the clients of other libraries: commands, rows, and one large body.

use super::Settings;
use super::fetch::{READS, script};
use super::remote_bodies::bodies;
use super::resident;
use crate::contenders::link::Way;
use crate::contenders::{Contender, Run, raw, std_client, tokio_client};
#[cfg(feature = "table")]
use crate::contenders::{async_imap, imap_next_stream, io_imap_client};
use crate::inputs::bodies::Large;
use crate::inputs::{MESSAGES, flags};
use crate::line::Line;
use crate::measure::{Entry, Work, side_by_side};
use crate::server::Script;
use crate::tally::Tally;

use Contender::{RawStd, RawTokio, Std, StdTyped, Tokio, TokioTyped};

/// NOOPs one by one.
pub fn noops(settings: Settings) -> Vec<Line> {
    let count = settings.scaled(10_000);
    let mut lines = Vec::new();
    for (name, way) in [("NOOP", Way::Memory), ("NOOP over TCP", Way::Tcp)] {
        let entry = |who, noops: fn(Way, Script, u32) -> Run| {
            Entry::new(who, move || {
                noops(way, Script::quiet(MESSAGES, READS), count)
            })
        };
        let entries = vec![
            entry(Tokio, tokio_client::noops),
            entry(Std, std_client::noops),
            entry(RawTokio, raw::tokio_noops),
            entry(RawStd, raw::std_noops),
        ];
        #[cfg(feature = "table")]
        let entries = {
            let mut entries = entries;
            entries.push(entry(Contender::AsyncImap, async_imap::noops));
            entries.push(entry(Contender::IoImapClient, io_imap_client::noops));
            if way == Way::Tcp {
                // It takes nothing but a socket.
                let noops = |_, script, count| imap_next_stream::noops(script, count);
                entries.push(entry(Contender::ImapNextStream, noops));
            }
            entries
        };
        let work = Work {
            name,
            unit: "command",
            units: u64::from(count),
            expected: Tally::rows(count),
            entries,
        };
        lines.extend(side_by_side(&work, settings.rounds));
    }
    lines
}

/// The rows of W1.
pub fn rows(settings: Settings) -> Vec<Line> {
    let input = flags::uniform(settings.scaled(100_000));
    let raw = raw::octets(input.octets.len());
    let mut lines = Vec::new();
    for (name, way) in [("Rows", Way::Memory), ("Rows over TCP", Way::Tcp)] {
        let entry = |who, fetch: fn(Way, Script) -> Run| {
            let script = script(&input, READS);
            Entry::new(who, move || fetch(way, script.clone()))
        };
        let entries = vec![
            entry(Tokio, tokio_client::stream),
            entry(TokioTyped, tokio_client::typed),
            entry(Std, std_client::stream),
            entry(StdTyped, std_client::typed),
            entry(RawTokio, raw::tokio_rows).expecting(raw),
            entry(RawStd, raw::std_rows).expecting(raw),
        ];
        #[cfg(feature = "table")]
        let entries = {
            let mut entries = entries;
            entries.push(entry(Contender::AsyncImap, async_imap::rows));
            entries.push(entry(Contender::IoImapClient, io_imap_client::rows));
            if way == Way::Tcp {
                let rows = |_, script| imap_next_stream::rows(script);
                entries.push(entry(Contender::ImapNextStream, rows));
            }
            entries
        };
        let work = Work {
            name,
            unit: "response",
            units: u64::from(input.rows),
            expected: input.tally,
            entries,
        };
        lines.extend(side_by_side(&work, settings.rounds));
    }
    lines
}

/// One body over TCP, in pieces as they come.
pub fn body(settings: Settings) -> Vec<Line> {
    let mebibytes = settings.scaled(256);
    let work = Work {
        name: "Body over TCP",
        unit: "MiB",
        units: u64::from(mebibytes),
        expected: Large::new(mebibytes).tally(),
        entries: bodies(mebibytes),
    };
    let mut lines = side_by_side(&work, settings.rounds);
    lines.extend(resident::lines("Body over TCP resident", mebibytes));
    lines
}
