//! The scenario files, played through the driver: with an in-memory transport, and with a clock of tokio that moves only when
//! everything sleeps.

use std::future::poll_fn;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use imap_machine::Instant;
use imap_machine::bounded_static::ToBoundedStatic;
use imap_machine::client::desk::{Desk, Pace};
use imap_machine::client::{ClientConnection, Config, Event};
use imap_machine_testkit::invariants::Broken;
use imap_machine_testkit::scenario::{self, Adapter, Wire};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::{Builder, Runtime};

use crate::clock::Clock;
use crate::driver::Driver;
use crate::observer::{Observer, Observers};
use crate::state::State;
use crate::transport::{Transport, Upgrade};

// More polls in a row than this, without a pause, are an endless loop.
const MOST_POLLS: usize = 100_000;

/// Records what happens.
struct Recorder(Arc<Mutex<Vec<Event<'static>>>>);

impl Observer for Recorder {
    fn event(&mut self, event: &Event<'_>, _: Instant) {
        self.0.lock().unwrap().push(event.to_static());
    }
}

struct Duplex(Wire);

impl AsyncRead for Duplex {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = self.0.poll_read(cx, space.initialize_unfilled());
        read.map_ok(|octets| space.advance(octets))
    }
}

impl AsyncWrite for Duplex {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll_write(cx, octets)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Whether the driver has to be polled again, and how that is made known.
struct Alarm {
    rings: AtomicBool,
    sleeper: Mutex<Waker>,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.rings.store(true, Ordering::Relaxed);
        self.sleeper.lock().unwrap().wake_by_ref();
    }
}

/// A driver that is polled only when it is woken.
struct Driven<'r> {
    runtime: &'r Runtime,
    driver: Driver,
    state: State,
    alarm: Arc<Alarm>,
    heard: Arc<Mutex<Vec<Event<'static>>>>,
    closed: bool,
}

impl<'r> Driven<'r> {
    fn new(runtime: &'r Runtime, config: Config, wire: Wire) -> Self {
        let _runtime = runtime.enter();
        let layer = wire.clone();
        let upgrade: Upgrade = Box::new(|below| {
            Box::pin(async move {
                poll_fn(|cx| layer.poll_upgraded(cx)).await?;
                Ok(below)
            })
        });
        let clock = Clock::start();
        let heard = Arc::default();
        let recorder = Recorder(Arc::clone(&heard));
        let connection = ClientConnection::new(config, clock.now());
        let desk = Desk::new(connection, Pace::default());
        let observers = Observers(Some(Box::new(recorder)));
        let state = State::new(desk, clock, observers);
        let alarm = Alarm {
            rings: AtomicBool::new(true),
            sleeper: Mutex::new(Waker::noop().clone()),
        };
        Self {
            runtime,
            driver: Driver::new(Transport::new(Box::new(Duplex(wire)), upgrade)),
            state,
            alarm: Arc::new(alarm),
            heard,
            closed: false,
        }
    }

    /// Polls in the same way as the runtime.
    fn poll(&mut self) {
        let waker = Waker::from(Arc::clone(&self.alarm));
        let mut cx = Context::from_waker(&waker);
        let polled = self.driver.poll(&mut self.state, &mut cx);
        // A future that has been ready is not polled again.
        self.closed = polled.is_ready();
    }
}

impl Adapter for Driven<'_> {
    fn connection(&self) -> &ClientConnection {
        self.state.desk.connection()
    }

    fn now(&self) -> Instant {
        let _runtime = self.runtime.enter();
        self.state.clock.now()
    }

    fn tell<R>(&mut self, call: impl FnOnce(&mut ClientConnection, Instant) -> R) -> R {
        let _runtime = self.runtime.enter();
        let now = self.state.clock.now();
        let told = call(self.state.desk.connection_mut(), now);
        if !self.closed {
            self.poll();
        }
        told
    }

    fn work(&mut self, until: Instant) -> Result<(), Broken> {
        let runtime = self.runtime;
        runtime.block_on(async {
            let span = until.saturating_since(self.state.clock.now());
            let mut sleep = Box::pin(tokio::time::sleep(span));
            let mut polls = 0;
            poll_fn(|cx| {
                self.alarm.sleeper.lock().unwrap().clone_from(cx.waker());
                let rings = self.alarm.rings.swap(false, Ordering::Relaxed);
                if !rings || self.closed {
                    return sleep.as_mut().poll(cx).map(Ok);
                }
                self.poll();
                polls += 1;
                if polls > MOST_POLLS {
                    return Poll::Ready(Err(Broken {
                        rule: "the driver comes to rest",
                        seen: format!("{:?}", self.state.desk),
                    }));
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            })
            .await
        })
    }

    fn take_events(&mut self) -> Vec<Event<'static>> {
        std::mem::take(&mut self.heard.lock().unwrap())
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
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios");
    let report = scenario::run_folder_through(&folder, &OTHERWISE, |config, wire| {
        Driven::new(&runtime, config, wire)
    });
    println!("{report}");
    assert!(report.scenarios >= 40 && report.failed.is_empty());
    assert_eq!(report.otherwise, OTHERWISE.len());
}
