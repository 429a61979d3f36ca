//! What the adapters hold: a connection that idles, and the value of a row of flags.

use std::mem::size_of;

use ::imap_machine::client::answers::FetchedMessage;

use super::Settings;
use super::fetch::{READS, script};
use crate::alloc;
use crate::contenders::link::Way;
use crate::contenders::{Contender, std_client, tokio_client};
use crate::inputs::{MESSAGES, flags};
use crate::line::Line;
use crate::loopback::{self, Identity};
use crate::server::Script;

use Contender::{Std, StdTyped, Tokio, TokioTyped};

/// What has to be there once (a runtime, settings of TLS, tickets for the next session) is there after this number of connections.
const BEFORE: usize = 20;

/// Connections in IDLE with a mailbox selected, in octets of the heap for each, everything included.
pub fn idle(settings: Settings) -> Vec<Line> {
    let count = if settings.quick { 50 } else { 300 };
    let identity = Identity::new();
    let mut lines = Vec::new();
    for (work, identity) in [("IDLE over TCP", None), ("IDLE over TLS", Some(&identity))] {
        let server = || loopback::for_many(Script::quiet(MESSAGES, READS), identity);
        let address = server();
        let tokio = tokio_client::Idlers::new(identity);
        let before = tokio.idle(address, BEFORE);
        let (kept, heap) = alloc::count(|| tokio.idle(address, count));
        lines.push(each(work, Tokio, heap.kept, count));
        drop((before, kept));

        let address = server();
        let idlers = std_client::Idlers::new(identity);
        let before = idlers.idle(address, BEFORE);
        let (kept, heap) = alloc::count(|| idlers.idle(address, count));
        lines.push(each(work, Std, heap.kept, count));
        drop((before, kept));
    }
    lines
}

fn each(work: &str, who: Contender, kept: i64, count: usize) -> Line {
    Line::exact(work, who, "octets", kept as f64 / count as f64)
}

/// The value of a row of flags: itself and its heap, without the room that the vector around it has to spare.
pub fn values(_: Settings) -> Vec<Line> {
    let input = flags::uniform(10_000);
    let script = script(&input, READS);
    let size = size_of::<FetchedMessage>();
    let measured = |who, fetch: &mut dyn FnMut() -> Vec<FetchedMessage>| {
        let (rows, heap) = alloc::count(fetch);
        assert_eq!(rows.len(), 10_000);
        let own = heap.kept - (rows.capacity() * size) as i64;
        let octets = size as f64 + own as f64 / rows.len() as f64;
        Line::exact("Value of a row", who, "octets", octets)
    };
    let tokio = tokio_client::Session::open(Way::Memory, script.clone());
    let mut std = std_client::session(Way::Memory, script);
    vec![
        Line::exact(
            "Value of a row, without its heap",
            TokioTyped,
            "octets",
            size as f64,
        ),
        measured(TokioTyped, &mut || tokio.values()),
        measured(StdTyped, &mut || std_client::values(&mut std)),
    ]
}
