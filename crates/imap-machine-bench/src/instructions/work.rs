//! What is counted.

use ::imap_machine::client::Config;

use crate::contenders::link::Way;
use crate::contenders::queues::{self, Kind};
use crate::contenders::{Read, Run, absent, copy, imap_machine, std_client, tokio_client};
use crate::inputs::bodies::{self, Large};
use crate::inputs::{Rows, envelopes, flags, lines};
use crate::server::{Answer, Script};
use crate::tally::Tally;
use crate::workloads::fetch::{READS, script};
use crate::workloads::view;

use Job::{Client, Fetch, Many, Other, Queue, Stores};

/// One piece of work.
pub struct Work {
    /// Its name, here and in the file.
    pub name: &'static str,
    /// What one unit is.
    pub unit: &'static str,
    /// Two sizes, in units.
    pub sizes: (u32, u32),
    job: Job,
}

/// What is done.
#[derive(Clone, Copy)]
enum Job {
    /// A FETCH of these rows, in reads of this number of octets.
    Fetch(fn(u32) -> Rows, usize, Read),
    /// The same in the largest reads, many rows with one call.
    Many(fn(u32) -> Rows, Read),
    /// STOREs, or NOOPs.
    Stores(fn(Script, u32) -> Run),
    /// Commands of one kind, of which this number is on the wire.
    Queue(Kind, usize),
    /// This FETCH of flags by a client.
    Client(fn(Way, Script) -> Run),
    /// What stands alone.
    Other(fn(u32) -> (Run, Tally)),
}

impl Work {
    /// Does everything that is not counted. Returns what is counted, and what it must read.
    pub fn prepare(&self, size: u32) -> (Run, Tally) {
        match self.job {
            Fetch(rows, chunk, read) => {
                let input = rows(size);
                let script = script(&input, chunk);
                (
                    imap_machine::fetch(script, Config::default(), read),
                    input.tally,
                )
            }
            Many(rows, read) => {
                let input = rows(size);
                let script = script(&input, READS);
                (imap_machine::fetch_rows(script, read), input.tally)
            }
            Stores(stores) => (stores(Script::quiet(1, READS), size), Tally::rows(size)),
            Queue(kind, window) => (queues::imap_machine(kind, size, window), kind.tally(size)),
            Client(fetch) => {
                let input = flags::uniform(size);
                let run = fetch(Way::Memory, script(&input, READS));
                (run, input.tally)
            }
            Other(prepare) => prepare(size),
        }
    }
}

const fn work(name: &'static str, unit: &'static str, sizes: (u32, u32), job: Job) -> Work {
    Work {
        name,
        unit,
        sizes,
        job,
    }
}

const fn window(name: &'static str, kind: Kind, window: usize) -> Work {
    // More commands than fit into the widest window.
    work(name, "command", (5_000, 10_000), Queue(kind, window))
}

/// All pieces of work.
#[rustfmt::skip]
pub const ALL: &[Work] = &[
    work("W1", "response", (500, 2_500), Fetch(flags::uniform, READS, Read::Flags)),
    work("W1mix", "response", (500, 2_500), Fetch(flags::mixed, READS, Read::Plain)),
    work("W1-many", "response", (500, 2_500), Many(flags::uniform, Read::Flags)),
    work("W1mix-many", "response", (500, 2_500), Many(flags::mixed, Read::Plain)),
    work("W1-uid-last", "response", (500, 2_500), Fetch(flags::uid_last, READS, Read::Flags)),
    work("W1-many-uid-last", "response", (500, 2_500), Many(flags::uid_last, Read::Flags)),
    // What a row does not have, asked of one row after the other.
    work("absent", "accessor", (2_500, 12_500), Other(absent)),
    work("absent-uid-last", "accessor", (500, 2_500), Other(absent_uid_last)),
    work("W2", "response", (100, 500), Fetch(|rows| envelopes::envelopes(rows).0, READS, Read::Heavy)),
    work("W2-lazy", "response", (100, 500), Other(|rows| plain(rows, imap_machine::fetch_lazily))),
    work("W2-walk", "response", (100, 500), Other(|rows| plain(rows, imap_machine::fetch_walked))),
    work("W2-uid-last", "response", (100, 500), Fetch(|rows| envelopes::uid_last(rows).0, READS, Read::Heavy)),
    work("W2-uid-last-lazy", "response", (100, 500), Other(|rows| plain_uid_last(rows, imap_machine::fetch_lazily))),
    work("W2-uid-last-walk", "response", (100, 500), Other(|rows| plain_uid_last(rows, imap_machine::fetch_walked))),
    work("W3", "MiB", (1, 3), Other(body)),
    work("W3-out", "MiB", (1, 3), Other(append)),
    work("W4", "response", (100, 500), Fetch(bodies::small, READS, Read::Body)),
    work("W5", "command", (1_000, 3_000), Stores(imap_machine::stores)),
    work("W5-in-place", "command", (1_000, 3_000), Stores(imap_machine::stores_in_place)),
    work("W5-one-by-one", "command", (200, 1_000), Stores(imap_machine::stores_one_by_one)),
    work("W6-reads-of-1", "response", (50, 250), Fetch(flags::uniform, 1, Read::Flags)),
    work("W6-search", "KiB", (50, 250), Other(search)),
    work("view-expunge", "EXPUNGE", (1_000, 3_000), Other(|rows| view::prepared(100_000, rows))),
    work("queue-of-1000", "command", (500, 1_000), Stores(imap_machine::stores)),
    window("noop-window-16", Kind::Noop, 16),
    window("noop-window-256", Kind::Noop, 256),
    window("noop-window-4096", Kind::Noop, 4_096),
    window("uid-fetch-window-16", Kind::UidFetch, 16),
    window("uid-fetch-window-256", Kind::UidFetch, 256),
    window("uid-fetch-window-4096", Kind::UidFetch, 4_096),
    window("status-window-16", Kind::Status, 16),
    window("status-window-256", Kind::Status, 256),
    window("status-window-4096", Kind::Status, 4_096),
    // One after the other, since each may renumber.
    work("copy", "command", (200, 1_000), Queue(Kind::Copy, 256)),
    // Two sizes far apart: when memory is given back, the move costs by the octet, and a few commands must not bear it.
    work("queue-of-20000", "command", (20_000, 40_000), Stores(imap_machine::stores)),
    // What the server takes of the two that follow.
    work("noop-server", "command", (200, 1_000), Stores(copy::noops)),
    work("tokio-noop", "command", (200, 1_000), Stores(|script, count| tokio_client::noops(Way::Memory, script, count))),
    work("std-noop", "command", (200, 1_000), Stores(|script, count| std_client::noops(Way::Memory, script, count))),
    // Sizes of many reads: what the first ones cost is spread over more rows.
    work("tokio-row-stream", "response", (2_500, 12_500), Client(tokio_client::stream)),
    work("tokio-row-typed", "response", (2_500, 12_500), Client(tokio_client::typed)),
    work("std-row-stream", "response", (2_500, 12_500), Client(std_client::stream)),
    work("std-row-typed", "response", (2_500, 12_500), Client(std_client::typed)),
];

fn plain(rows: u32, fetch: fn(Script) -> Run) -> (Run, Tally) {
    let (input, plain) = envelopes::envelopes(rows);
    (fetch(script(&input, READS)), plain)
}

fn plain_uid_last(rows: u32, fetch: fn(Script) -> Run) -> (Run, Tally) {
    let (input, plain) = envelopes::uid_last(rows);
    (fetch(script(&input, READS)), plain)
}

/// Five accessors of each row, for items that it does not have.
fn absent(accessors: u32) -> (Run, Tally) {
    absent::absent(&flags::uniform(accessors / absent::ACCESSORS))
}

/// The same of rows with ENVELOPE and BODYSTRUCTURE, whose UID the connection had to find after them.
fn absent_uid_last(accessors: u32) -> (Run, Tally) {
    let (input, _) = envelopes::uid_last(accessors / absent::ACCESSORS);
    absent::absent_of_heavy(script(&input, READS))
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

fn search(kibibytes: u32) -> (Run, Tally) {
    let input = lines::search((kibibytes << 10) as usize);
    (imap_machine::search(script(&input, 1_460)), input.tally)
}
