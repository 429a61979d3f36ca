//! What is counted.

use ::imap_machine::client::Config;

use crate::contenders::queues::{self, Kind};
use crate::contenders::{Read, Run, imap_machine};
use crate::inputs::bodies::{self, Large};
use crate::inputs::{Rows, envelopes, flags, lines};
use crate::server::{Answer, Script};
use crate::tally::Tally;
use crate::workloads::fetch::{READS, script};
use crate::workloads::view;

/// One piece of work.
pub struct Work {
    /// Its name, here and in the file.
    pub name: &'static str,
    /// What one unit is.
    pub unit: &'static str,
    /// Two sizes, in units.
    pub sizes: (u32, u32),
    /// Everything that is not to be counted; what is to be, and what it must read.
    pub prepare: fn(u32) -> (Run, Tally),
}

const fn work(
    name: &'static str,
    unit: &'static str,
    sizes: (u32, u32),
    prepare: fn(u32) -> (Run, Tally),
) -> Work {
    Work {
        name,
        unit,
        sizes,
        prepare,
    }
}

/// More commands than fit into the widest window.
const WINDOWS: (u32, u32) = (5_000, 10_000);

/// All of them.
pub const ALL: &[Work] = &[
    work("W1", "response", (500, 2_500), |rows| {
        fetch(&flags::uniform(rows), READS, Read::Flags)
    }),
    work("W1mix", "response", (500, 2_500), |rows| {
        fetch(&flags::mixed(rows), READS, Read::Plain)
    }),
    work("W2", "response", (100, 500), |rows| {
        fetch(&envelopes::envelopes(rows).0, READS, Read::Heavy)
    }),
    work("W2-lazy", "response", (100, 500), lazy),
    work("W3", "MiB", (1, 3), body),
    work("W3-out", "MiB", (1, 3), append),
    work("W4", "response", (100, 500), |rows| {
        fetch(&bodies::small(rows), READS, Read::Body)
    }),
    work("W5", "command", (1_000, 3_000), |count| {
        stores(count, imap_machine::stores)
    }),
    work("W5-one-by-one", "command", (200, 1_000), |count| {
        stores(count, imap_machine::stores_one_by_one)
    }),
    work("W6-reads-of-1", "response", (50, 250), |rows| {
        fetch(&flags::uniform(rows), 1, Read::Flags)
    }),
    work("W6-search", "KiB", (50, 250), search),
    work("view-expunge", "EXPUNGE", (1_000, 3_000), |rows| {
        view::prepared(100_000, rows)
    }),
    work("queue-of-1000", "command", (500, 1_000), |count| {
        stores(count, imap_machine::stores)
    }),
    work("noop-window-16", "command", WINDOWS, |count| {
        queue(Kind::Noop, count, 16)
    }),
    work("noop-window-256", "command", WINDOWS, |count| {
        queue(Kind::Noop, count, 256)
    }),
    work("noop-window-4096", "command", WINDOWS, |count| {
        queue(Kind::Noop, count, 4_096)
    }),
    work("uid-fetch-window-16", "command", WINDOWS, |count| {
        queue(Kind::UidFetch, count, 16)
    }),
    work("uid-fetch-window-256", "command", WINDOWS, |count| {
        queue(Kind::UidFetch, count, 256)
    }),
    work("uid-fetch-window-4096", "command", WINDOWS, |count| {
        queue(Kind::UidFetch, count, 4_096)
    }),
    work("status-window-16", "command", WINDOWS, |count| {
        queue(Kind::Status, count, 16)
    }),
    work("status-window-256", "command", WINDOWS, |count| {
        queue(Kind::Status, count, 256)
    }),
    work("status-window-4096", "command", WINDOWS, |count| {
        queue(Kind::Status, count, 4_096)
    }),
    // One after the other, since each may renumber.
    work("copy", "command", (200, 1_000), |count| {
        queue(Kind::Copy, count, 256)
    }),
    // Far apart: what is moved when memory is given back counts by the octet, and must not be a few commands' share.
    work("queue-of-20000", "command", (20_000, 40_000), |count| {
        stores(count, imap_machine::stores)
    }),
];

fn fetch(input: &Rows, chunk: usize, read: Read) -> (Run, Tally) {
    let run = imap_machine::fetch(script(input, chunk), Config::default(), read);
    (run, input.tally)
}

fn lazy(rows: u32) -> (Run, Tally) {
    let (input, plain) = envelopes::envelopes(rows);
    (imap_machine::fetch_lazily(script(&input, READS)), plain)
}

fn body(mebibytes: u32) -> (Run, Tally) {
    let body = Large::new(mebibytes);
    let script = Script {
        answer: Answer::Body(body.clone()),
        ..Script::quiet(1, 16 << 10)
    };
    (
        imap_machine::fetch(script, Config::default(), Read::Body),
        body.tally(),
    )
}

fn append(mebibytes: u32) -> (Run, Tally) {
    let message = Large::new(mebibytes);
    (
        imap_machine::append(Script::quiet(1, 16 << 10), &message),
        message.tally(),
    )
}

fn stores(count: u32, stores: fn(Script, u32) -> Run) -> (Run, Tally) {
    (stores(Script::quiet(1, READS), count), Tally::rows(count))
}

fn queue(kind: Kind, count: u32, window: usize) -> (Run, Tally) {
    let run = queues::imap_machine(kind, count, window);
    (run, kind.tally(count))
}

fn search(kibibytes: u32) -> (Run, Tally) {
    let input = lines::search((kibibytes << 10) as usize);
    (imap_machine::search(script(&input, 1_460)), input.tally)
}
