//! UIDBATCHES (RFC 10022).

use core::ops::RangeInclusive;

use super::{Checked, typed};
use crate::client::answers::{Batched, Required};
use crate::client::command::argument::InvalidArgument;
use crate::client::command::form::Command;
use crate::client::command::profile::Profile;
use crate::client::command::table;
use crate::client::command::written::CommandText;

/// A server may refuse smaller ones (RFC 10022).
const SMALLEST: u32 = 500;

impl Command {
    /// `UIDBATCHES` (RFC 10022): the UIDs of the selected mailbox as ranges with `size` messages each, at least 500. The last batch
    /// may have fewer. Ask once, and keep the answer: each new question costs the server a walk through the mailbox.
    ///
    /// Needs UIDBATCHES.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::uid_batches(2000)?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UIDBATCHES 2000\r\n");
    /// assert!(Command::uid_batches(499).is_err());
    #[doc = example!(end)]
    ///
    /// # Errors
    ///
    /// `OutOfRange` if `size` is below 500.
    pub fn uid_batches(size: u32) -> Checked<Required<Batched>> {
        batches(size, None)
    }

    /// `UIDBATCHES` with a range (RFC 10022): only these of the batches. The first one, 1, has the highest UIDs.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::uid_batches_in(1000, 1..=3)?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UIDBATCHES 1000 1:3\r\n");
    #[doc = example!(end)]
    ///
    /// # Errors
    ///
    /// `OutOfRange` if `size` is below 500, or if the range is empty or begins with zero.
    pub fn uid_batches_in(size: u32, range: RangeInclusive<u32>) -> Checked<Required<Batched>> {
        batches(size, Some(range))
    }
}

fn batches(size: u32, range: Option<RangeInclusive<u32>>) -> Checked<Required<Batched>> {
    if size < SMALLEST {
        return Err(InvalidArgument::OutOfRange);
    }
    let mut written = CommandText::new(table::UIDBATCHES.verb);
    written.text(alloc::format!(" {size}").as_bytes());
    if let Some(range) = range {
        let (first, last) = range.into_inner();
        if first == 0 || first > last {
            return Err(InvalidArgument::OutOfRange);
        }
        written.text(alloc::format!(" {first}:{last}").as_bytes());
    }
    Ok(typed(written, Profile::plain(table::UIDBATCHES)))
}
