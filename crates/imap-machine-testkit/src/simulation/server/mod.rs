//! The server of a simulated life: a model that does everything right, and lapses that spoil what it says.

mod commands;
mod lapses;
mod model;
mod reader;
mod record;
mod selected;

use crate::random::Random;

use lapses::Lapses;
use model::Model;
pub use record::Record;

/// How far a server can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manners {
    /// It does what RFC 9051 says.
    Good,
    /// Now and then it does not.
    Lapsing,
    /// Nothing it says can be relied on.
    Hostile,
}

/// A server of a simulation.
pub(super) struct Server {
    model: Model,
    lapses: Lapses,
}

impl Server {
    pub(super) fn new(manners: Manners, random: &mut Random) -> Self {
        let often = match manners {
            Manners::Good => 0,
            Manners::Lapsing => 2 + random.below(15),
            Manners::Hostile => 70,
        };
        Self {
            model: Model::new(random.fork()),
            lapses: Lapses::new(random.fork(), often),
        }
    }

    /// The greeting.
    pub(super) fn greet(&mut self) -> Vec<u8> {
        self.model.greet();
        self.said()
    }

    /// Takes what the client wrote. Returns what the server says to it.
    pub(super) fn hear(&mut self, octets: &[u8]) -> Vec<u8> {
        self.model.hear(octets);
        self.said()
    }

    /// Lets something happen in the mailboxes, or a lapse. Returns what the server says about it.
    pub(super) fn happen(&mut self) -> Vec<u8> {
        self.model.happen();
        let mut said = self.said();
        said.extend(self.lapses.outburst(&self.tags()));
        said
    }

    fn said(&mut self) -> Vec<u8> {
        let said = self.model.take_output();
        let tags = self.tags();
        self.lapses.garble(&said, &tags)
    }

    fn tags(&self) -> Vec<String> {
        let mut tags: Vec<_> = self.model.record.answers.keys().cloned().collect();
        tags.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        tags
    }

    /// Whether it has closed its side.
    pub(super) const fn is_over(&self) -> bool {
        self.model.is_over()
    }

    /// What it has seen and said.
    pub(super) const fn record(&self) -> &Record {
        &self.model.record
    }

    /// The UIDs of the selected mailbox, as far as the client has been told.
    pub(super) fn told(&self) -> Option<Vec<u32>> {
        self.model.told()
    }
}
