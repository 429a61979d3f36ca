//! Rows of one cause, one after the other: the commands are looked at again only when a row differs in what decides.

use super::fetch_cause;
use crate::client::command::{Commands, Scope};
use crate::client::event::Cause;
use crate::codec::{Fetch, FetchNumber};

/// The cause of a plain row, and of those that follow it. Meanwhile no command comes or goes.
pub(crate) struct Lane<'c> {
    commands: &'c Commands,
    exists: u32,
    cause: Cause,
    alike: Alike,
}

/// Rows that have the cause of the lane: every command in flight asks about all of these messages, or about none of them.
struct Alike {
    numbers: (u32, u32),
    /// Zero stands for a row without UID.
    uids: (u32, u32),
    /// The sets of items that have been decided about, a bit for each.
    items: u64,
}

impl<'c> Lane<'c> {
    /// The lane of this row.
    pub(crate) fn of(commands: &'c Commands, row: &Fetch<'_>, exists: u32) -> Self {
        Self {
            commands,
            exists,
            cause: fetch_cause(commands, row, exists),
            alike: Alike::to(row, commands, exists),
        }
    }

    pub(crate) const fn cause(&self) -> Cause {
        self.cause
    }

    /// Whether a plain row has the same cause.
    #[inline]
    pub(crate) fn takes(&mut self, row: &Fetch<'_>) -> bool {
        let is_alike = self.alike.items & items(row) != 0 && self.alike.spans(row);
        is_alike || self.takes_another(row)
    }

    #[inline(never)] // Rows are many, and most are alike.
    fn takes_another(&mut self, row: &Fetch<'_>) -> bool {
        let takes = fetch_cause(self.commands, row, self.exists) == self.cause;
        match self.alike.spans(row) {
            true if takes => self.alike.items |= items(row),
            false if takes => self.alike = Alike::to(row, self.commands, self.exists),
            _ => {}
        }
        takes
    }
}

impl Alike {
    /// The rows that are like this one.
    fn to(row: &Fetch<'_>, commands: &Commands, exists: u32) -> Self {
        let mut alike = Self {
            numbers: (0, u32::MAX),
            uids: match uid(row) {
                0 => (0, 0),
                _ => (1, u32::MAX),
            },
            items: items(row),
        };
        if !commands.are_few() {
            // To compare with each of them would cost more than to look them up for each row.
            alike.numbers = (1, 0);
        }
        for entry in commands.in_flight().filter(|_| commands.are_few()) {
            if let Some(scope) = entry.profile.scope() {
                alike.narrow(scope, row, exists);
            }
        }
        alike
    }

    /// Keeps the messages that are in the scope if this one is, and outside if this one is.
    fn narrow(&mut self, scope: &Scope, row: &Fetch<'_>, exists: u32) {
        let (number, uid) = (number(row), uid(row));
        if scope.has_star() {
            let last = match number >= exists {
                true => (exists, u32::MAX),
                false => (0, exists - 1),
            };
            self.numbers = common(self.numbers, last);
        }
        match scope.is_by_uid() {
            true if uid == 0 => {}
            true => self.uids = common(self.uids, scope.stretch_around(uid)),
            false => self.numbers = common(self.numbers, scope.stretch_around(number)),
        }
    }

    #[inline]
    fn spans(&self, row: &Fetch<'_>) -> bool {
        let within = |(first, last), name| first <= name && name <= last;
        within(self.numbers, number(row)) && within(self.uids, uid(row))
    }
}

#[inline]
fn number(row: &Fetch<'_>) -> u32 {
    match row.number() {
        FetchNumber::Seq(number) => number,
        FetchNumber::Uid(_) => 0,
    }
}

#[inline]
fn uid(row: &Fetch<'_>) -> u32 {
    row.uid().map_or(0, core::num::NonZeroU32::get)
}

/// A bit for the set of the row's items. There are five kinds, and the lowest bit of their set is not used.
#[inline]
fn items(row: &Fetch<'_>) -> u64 {
    1 << (row.front_kinds() & 0x3f)
}

fn common(one: (u32, u32), other: (u32, u32)) -> (u32, u32) {
    (one.0.max(other.0), one.1.min(other.1))
}
