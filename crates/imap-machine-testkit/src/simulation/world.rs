//! A connection, its application, its server, and what lies between them.

use std::time::Duration;

use imap_machine::Instant;
use imap_machine::client::{Config, TlsPolicy, Tracking};

use super::application::{Application, Care};
use super::history::{Breach, History};
use super::link::{Arrival, Link, Weather};
use super::server::{Manners, Server};
use super::step::Step;
use super::subject::Subject;
use crate::random::Random;
use crate::scenario::{End, Interruption};

/// What kind of world a seed makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Climate {
    /// The server.
    pub manners: Manners,
    /// The application.
    pub care: Care,
    /// The network.
    pub sky: Sky,
}

/// How the network behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sky {
    /// Everything arrives, sooner or later.
    Clear,
    /// Something stalls or breaks.
    Stormy,
}

pub(super) struct World {
    pub(super) climate: Climate,
    pub(super) subject: Subject,
    pub(super) application: Application,
    pub(super) server: Server,
    pub(super) history: History,
    random: Random,
    /// What the server says.
    pub(super) down: Link,
    /// What the client says.
    up: Link,
    act_at: Instant,
    happen_at: Instant,
    /// Events that the application has been told of.
    heard: usize,
}

/// What is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Next {
    /// Octets reach the client.
    Down,
    /// Octets reach the server.
    Up,
    Act,
    Happen,
    Deadline,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let climate = Climate {
            manners: *random.pick(&[
                Manners::Good,
                Manners::Good,
                Manners::Lapsing,
                Manners::Lapsing,
                Manners::Hostile,
            ]),
            care: *random.pick(&[Care::Careful, Care::Careful, Care::Careless]),
            sky: *random.pick(&[Sky::Clear, Sky::Clear, Sky::Stormy]),
        };
        let weather = |random: &mut Random| match climate.sky {
            Sky::Clear => Weather::any(random),
            Sky::Stormy => Weather::any(random).stormy(random),
        };
        let (down, up) = (weather(&mut random), weather(&mut random));
        let config = config(climate, &mut random);
        let ending = *random.pick(&Interruption::ALL);
        Self {
            climate,
            subject: Subject::new(&config),
            application: Application::new(climate.care, random.fork()),
            server: Server::new(climate.manners, &mut random),
            history: History {
                config,
                steps: Vec::new(),
                ending,
            },
            down: Link::new(down, random.next()),
            up: Link::new(up, random.next()),
            random,
            act_at: Instant::ORIGIN,
            happen_at: Instant::ORIGIN + Duration::from_millis(50),
            heard: 0,
        }
    }

    pub(super) fn breach(&self, broken: crate::invariants::Broken) -> Breach {
        Breach {
            broken,
            step: self.history.steps.len(),
        }
    }

    pub(super) fn next(&self) -> (Instant, Next) {
        let now = self.subject.now();
        // An adapter reads, and asks for the deadline, only after it has taken all events.
        let rests = self.subject.is_at_rest();
        let readable = rests && self.subject.connection.wants_read();
        let down = self.down.next().filter(|_| readable);
        let deadline = self.subject.connection.poll_timeout().filter(|_| rests);
        let all = [
            down.map(|at| (at, Next::Down)),
            self.up.next().map(|at| (at, Next::Up)),
            Some((self.act_at, Next::Act)),
            Some((self.happen_at, Next::Happen)),
            deadline.map(|deadline| (deadline.at, Next::Deadline)),
        ];
        let next = all.into_iter().flatten().min();
        let (at, next) = next.unwrap_or((now, Next::Act));
        (at.max(now), next)
    }

    pub(super) fn turn(&mut self, next: Next) -> Result<(), Breach> {
        let now = self.subject.now();
        match next {
            Next::Down => match self.down.receive(now) {
                Some(Arrival::Octets(octets)) => self.step(Step::Arrive(octets))?,
                Some(Arrival::End(end)) => self.step(Step::End(end))?,
                None => {}
            },
            Next::Up => {
                let said = match self.up.receive(now) {
                    Some(Arrival::Octets(octets)) => self.server.hear(&octets),
                    // The client has closed its side, so the server closes its own.
                    Some(Arrival::End(_)) => return self.server_leaves(),
                    None => Vec::new(),
                };
                self.server_says(&said);
                return Ok(());
            }
            Next::Act => {
                for step in self.application.act(&self.subject) {
                    self.step(step)?;
                    self.handle()?;
                }
                self.act_at = self.subject.now() + self.application.pause();
                return Ok(());
            }
            Next::Happen => {
                let said = self.server.happen();
                self.server_says(&said);
                self.happen_at = now + self.random.span(3_000) + Duration::from_millis(1);
                return Ok(());
            }
            Next::Deadline => {}
        }
        self.handle()
    }

    fn server_leaves(&mut self) -> Result<(), Breach> {
        self.down.end(End::Eof, self.subject.now());
        Ok(())
    }

    fn server_says(&mut self, said: &[u8]) {
        self.down.send(said, self.subject.now());
        if self.server.is_over() {
            self.down.end(End::Eof, self.subject.now());
        }
    }

    /// Takes events and writes output, as far as this application and this network do so.
    pub(super) fn handle(&mut self) -> Result<(), Breach> {
        loop {
            for step in self.application.handle(self.up.room()) {
                if !matches!(step, Step::Poll(0) | Step::Take(0)) {
                    self.step(step)?;
                }
            }
            let written = self.subject.take_written();
            if written.is_empty() {
                return Ok(());
            }
            self.up.send(&written, self.subject.now());
        }
    }

    pub(super) fn step(&mut self, step: Step) -> Result<(), Breach> {
        let happened = self.subject.step(&step);
        let at = self.history.steps.len();
        self.history.steps.push(step);
        for event in &self.subject.events[self.heard..] {
            self.application.heard(event);
        }
        self.heard = self.subject.events.len();
        happened.map_err(|broken| Breach { broken, step: at })
    }

    /// Whether nothing is on its way, in either direction.
    pub(super) fn is_calm(&self) -> bool {
        let quiet = self.down.next().is_none() && self.up.next().is_none();
        quiet && self.subject.is_at_rest() && self.subject.connection.transmit().is_empty()
    }
}

fn config(climate: Climate, random: &mut Random) -> Config {
    let mut config = Config::default();
    config.limits.inline_literal = *random.pick(&[0, 16, 16, 1 << 16]);
    config.limits.supply = *random.pick(&[1, 10, 100]);
    config.limits.non_synchronizing = *random.pick(&[0, 10, 1 << 16]);
    if random.chance(60) {
        config.tracking = Tracking::Messages;
    }
    if climate.manners != Manners::Good {
        if random.chance(20) {
            config.security = TlsPolicy::RequireStartTls;
        }
        if random.chance(20) {
            config.limits.line = 60;
            config.limits.literal = 30;
            config.limits.mailbox_blocks = 2;
        }
    }
    if random.chance(20) {
        config.limits.in_flight = 1 + random.below(3);
    }
    if climate.care == Care::Careless && random.chance(20) {
        config.limits.commands = 3;
    }
    config
}
