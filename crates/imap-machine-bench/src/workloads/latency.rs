//! W5: 200 UID STOREs to a server that is 20 ms away. The application does not pipeline by hand.

use std::time::{Duration, Instant};

use super::Settings;
use crate::contenders::{Contender, Run, async_imap, distant, imap, imap_next, io_imap};
use crate::inputs::MESSAGES;
use crate::line::Line;
use crate::server::Script;
use crate::tally::Tally;

const ROUND_TRIP: Duration = Duration::from_millis(20);
const COMMANDS: u32 = 200;

/// Wall time, in round trips. With imap-machine-tokio each STORE is a task of its own; with imap-next all are enqueued; the
/// others have one way.
pub fn stores(settings: Settings) -> Vec<Line> {
    let line = |who, stores: fn(Script, u32) -> Run, rounds: usize| Line {
        work: "W5 20 ms away".to_owned(),
        contender: who,
        unit: "round trips".to_owned(),
        rounds: (0..rounds).map(|_| round_trips(stores)).collect(),
        heap: None,
    };
    let rounds = settings.rounds;
    vec![
        line(Contender::ImapMachine, distant::stores, rounds),
        line(Contender::ImapNext, imap_next::stores, rounds),
        line(Contender::IoImap, io_imap::stores_one_by_one, 1),
        line(Contender::AsyncImap, async_imap::stores_one_by_one, 1),
        line(Contender::Imap, imap::stores_one_by_one, 1),
    ]
}

fn round_trips(stores: fn(Script, u32) -> Run) -> f64 {
    let script = Script {
        round_trip: Some(ROUND_TRIP),
        ..Script::quiet(MESSAGES, 64 << 10)
    };
    let mut run = stores(script, COMMANDS);
    let begin = Instant::now();
    assert_eq!(run(), Tally::rows(COMMANDS));
    begin.elapsed().as_secs_f64() / ROUND_TRIP.as_secs_f64()
}
