//! The scenario files, played through the driver: with an in-memory transport, and with a clock that moves on when the driver
//! sleeps.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use imap_machine::Instant;
use imap_machine::bounded_static::ToBoundedStatic;
use imap_machine::client::desk::{Desk, Pace};
use imap_machine::client::{ClientConnection, Config, Event};
use imap_machine_testkit::invariants::Broken;
use imap_machine_testkit::scenario::{self, Adapter, Wire};

use crate::clock::Clock;
use crate::driver::Driver;
use crate::layers::Layers;
use crate::transport::Ready;

// More turns than this without a pause are an endless loop.
const MOST_TURNS: usize = 100_000;

/// The time that the clock shows, and how often in a row there was nothing to do and no time to sleep.
#[derive(Default)]
struct Time {
    now: Duration,
    idle: usize,
}

struct Duplex {
    wire: Wire,
    time: Arc<Mutex<Time>>,
    /// Whether a layer is set up.
    upgrading: bool,
}

impl Layers for Duplex {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        self.wire.read(space)
    }

    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.wire.write(octets)
    }

    fn wants_flush(&self) -> bool {
        false
    }

    /// The whole span passes, unless there is something to do.
    fn wait(&mut self, wanted: Ready, span: Duration) -> io::Result<Ready> {
        let read = (wanted.read || self.upgrading) && self.wire.is_ready(false);
        let write = wanted.write && !self.wire.is_ready(false) && self.wire.is_ready(true);
        let mut time = self.time.lock().unwrap();
        match read || write {
            true => time.idle = 0,
            false if span.is_zero() => time.idle += 1,
            false => {
                time.now += span;
                time.idle = 0;
            }
        }
        Ok(Ready { read, write })
    }

    fn upgrade(&mut self) -> io::Result<()> {
        self.upgrading = true;
        Ok(())
    }

    fn upgraded(&mut self) -> io::Result<()> {
        if !self.upgrading {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let result = self.wire.upgraded();
        self.upgrading = result
            .as_ref()
            .is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        result
    }

    fn close(&mut self) {}
}

/// A driver that works until it would wait only for the next step of the scenario.
struct Driven {
    driver: Driver,
    heard: Vec<Event<'static>>,
    time: Arc<Mutex<Time>>,
}

impl Driven {
    fn new(config: Config, wire: Wire) -> Self {
        let time = Arc::new(Mutex::new(Time::default()));
        let shown = Arc::clone(&time);
        let clock = Clock::by(Box::new(move || shown.lock().unwrap().now));
        let connection = ClientConnection::new(config, clock.told());
        let desk = Desk::new(connection, Pace::default());
        let duplex = Duplex {
            wire,
            time: Arc::clone(&time),
            upgrading: false,
        };
        Self {
            driver: Driver::new(desk, clock, Box::new(duplex)),
            heard: Vec::new(),
            time,
        }
    }
}

impl Adapter for Driven {
    fn connection(&self) -> &ClientConnection {
        self.driver.desk.connection()
    }

    fn now(&self) -> Instant {
        self.driver.clock.now()
    }

    fn tell<R>(&mut self, call: impl FnOnce(&mut ClientConnection, Instant) -> R) -> R {
        let heard = &mut self.heard;
        while self.driver.deliver(|event| heard.push(event.to_static())) {}
        let now = self.driver.present();
        call(self.driver.desk.connection_mut(), now)
    }

    fn work(&mut self, until: Instant) -> Result<(), Broken> {
        for _ in 0..MOST_TURNS {
            // A closed connection is not waited for.
            if self.driver.desk.closed().is_some() {
                self.time.lock().unwrap().now = until - Instant::ORIGIN;
                return Ok(());
            }
            let before = self.heard.len();
            let heard = &mut self.heard;
            self.driver
                .turn(Some(until), |event| heard.push(event.to_static()));
            let mut time = self.time.lock().unwrap();
            if self.heard.len() > before {
                time.idle = 0;
            }
            // The first time, it may have been a deadline that was due.
            if time.idle > 1 {
                time.idle = 0;
                return Ok(());
            }
        }
        Err(Broken {
            rule: "the driver comes to rest",
            seen: format!("{:?}", self.driver.desk),
        })
    }

    fn take_events(&mut self) -> Vec<Event<'static>> {
        std::mem::take(&mut self.heard)
    }
}

/// Octets that arrive while TLS is set up go to the handshake, which fails. An adapter that went on reading would pass them to the
/// machine.
const OTHERWISE: [(&str, &str); 1] = [(
    "starttls/injected-late.imap",
    "> outcome a1 unknown upgrade-failed tls",
)];

#[test]
fn every_scenario_as_the_bare_machine_plays_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios");
    let report = scenario::run_folder_through(&folder, &OTHERWISE, Driven::new);
    println!("{report}");
    assert!(report.scenarios >= 40 && report.failed.is_empty());
    assert_eq!(report.otherwise, OTHERWISE.len());
}
