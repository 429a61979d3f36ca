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
use imap_machine::client::{ClientConnection, CommandHandle, Config, Event};
use imap_machine_testkit::invariants::Broken;
use imap_machine_testkit::scenario::{self, Adapter, Wire};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::{Builder, Runtime};

use crate::application::{Acted, Application};
use crate::clock::Clock;
use crate::driver::Driver;
use crate::observer::Observers;
use crate::transport::{Handshake, Io, Transport};

// More polls in a row than this, without a pause, are an endless loop.
const MOST_POLLS: usize = 100_000;

/// The application: it makes one call, and records what it hears.
struct Script<'a, F> {
    call: Option<F>,
    heard: &'a mut Vec<Event<'static>>,
}

impl<F: FnOnce(&mut ClientConnection, Instant)> Application for Script<'_, F> {
    fn event(&mut self, event: &Event<'_>) -> Option<CommandHandle> {
        self.heard.push(event.to_static());
        None
    }

    fn act(&mut self, core: &mut ClientConnection, now: Instant, _: &mut Context<'_>) -> Acted {
        match self.call.take() {
            Some(call) => {
                call(core, now);
                Acted::Something
            }
            None => Acted::Nothing,
        }
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
    alarm: Arc<Alarm>,
    heard: Vec<Event<'static>>,
    closed: bool,
}

impl<'r> Driven<'r> {
    fn new(runtime: &'r Runtime, config: Config, wire: Wire) -> Self {
        let _runtime = runtime.enter();
        let layer = wire.clone();
        let upgrade = Box::new(move |_, below: Box<dyn Io>| {
            let stands: Handshake = Box::pin(async move {
                poll_fn(|cx| layer.poll_upgraded(cx)).await?;
                Ok(below)
            });
            Ok(stands)
        });
        let clock = Clock::start();
        let driver = Driver {
            core: ClientConnection::new(config, clock.now()),
            transport: Transport::new(Box::new(Duplex(wire)), upgrade),
            clock,
            observers: Observers::default(),
            failure: None,
        };
        let alarm = Alarm {
            rings: AtomicBool::new(true),
            sleeper: Mutex::new(Waker::noop().clone()),
        };
        Self {
            runtime,
            driver,
            alarm: Arc::new(alarm),
            heard: Vec::new(),
            closed: false,
        }
    }

    /// Polls in the same way as the runtime.
    fn poll(&mut self, call: Option<impl FnOnce(&mut ClientConnection, Instant)>) {
        let waker = Waker::from(Arc::clone(&self.alarm));
        let heard = &mut self.heard;
        let mut script = Script { call, heard };
        let polled = self
            .driver
            .poll(&mut script, &mut Context::from_waker(&waker));
        // A future that has been ready is not polled again.
        self.closed = polled.is_ready();
    }
}

impl Adapter for Driven<'_> {
    fn connection(&self) -> &ClientConnection {
        &self.driver.core
    }

    fn now(&self) -> Instant {
        let _runtime = self.runtime.enter();
        self.driver.clock.now()
    }

    fn tell<R>(&mut self, call: impl FnOnce(&mut ClientConnection, Instant) -> R) -> R {
        let _runtime = self.runtime.enter();
        if self.closed {
            return call(&mut self.driver.core, self.driver.clock.now());
        }
        let mut result = None;
        self.poll(Some(|core: &mut _, now| result = Some(call(core, now))));
        result.unwrap()
    }

    fn work(&mut self, until: Instant) -> Result<(), Broken> {
        let runtime = self.runtime;
        runtime.block_on(async {
            let span = until.saturating_since(self.driver.clock.now());
            let mut sleep = Box::pin(tokio::time::sleep(span));
            let mut polls = 0;
            poll_fn(|cx| {
                self.alarm.sleeper.lock().unwrap().clone_from(cx.waker());
                let rings = self.alarm.rings.swap(false, Ordering::Relaxed);
                if !rings || self.closed {
                    return sleep.as_mut().poll(cx).map(Ok);
                }
                self.poll(None::<fn(&mut _, _)>);
                polls += 1;
                if polls > MOST_POLLS {
                    return Poll::Ready(Err(Broken {
                        rule: "the driver comes to rest",
                        seen: format!("{:?}", self.driver.core),
                    }));
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            })
            .await
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
