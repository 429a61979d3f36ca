//! What is counted.

use ::imap_machine::client::Config;

use crate::contenders::{Read, imap_machine};
use crate::inputs::{Rows, flags};
use crate::workloads::fetch::{READS, script};

/// One piece of work.
pub struct Work {
    /// Its name, here and in the file.
    pub name: &'static str,
    /// What one unit is.
    pub unit: &'static str,
    /// Two sizes, in units.
    pub sizes: (u32, u32),
    /// Everything that is not to be counted.
    pub prepare: fn(u32) -> Box<dyn FnMut()>,
}

/// All of them.
pub const ALL: &[Work] = &[
    Work {
        name: "W1",
        unit: "response",
        sizes: (1_000, 5_000),
        prepare: |rows| fetch(&flags::uniform(rows), Read::Flags),
    },
    Work {
        name: "W1mix",
        unit: "response",
        sizes: (1_000, 5_000),
        prepare: |rows| fetch(&flags::mixed(rows), Read::Plain),
    },
];

fn fetch(input: &Rows, read: Read) -> Box<dyn FnMut()> {
    let mut run = imap_machine::fetch(script(input, READS), Config::default(), read);
    let expected = input.tally;
    Box::new(move || assert_eq!(run(), expected))
}
