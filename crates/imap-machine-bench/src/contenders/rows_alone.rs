//! What is the least that reading rows can cost here: framing and reading, without a connection around them.

use std::sync::Arc;

use imap_machine::client::Config;
use imap_machine::codec::Fetch;
use imap_machine::framing::{Bounds, Direction, Framed, Framer};

use super::imap_machine::row_reader;
use super::{Read, Run};
use crate::tally::Tally;

/// Frames and reads rows of plain items, and does nothing else: no copies, no tags, no commands, no events. A
/// connection around this cannot be faster.
#[must_use]
pub fn rows_alone(octets: Arc<Vec<u8>>, read: Read) -> Run {
    let limits = Config::default().limits;
    let bounds = Bounds {
        line: limits.line,
        literal: limits.literal,
        inline_literal: limits.inline_literal,
        message: limits.message,
    };
    let row = row_reader(read);
    Box::new(move || {
        let mut tally = Tally::default();
        let mut framer = Framer::new(Direction::FromServer, bounds);
        let mut rest = octets.as_slice();
        while let Framed::Message(message) = framer.next(rest).expect("it is within the limits") {
            let (line, left) = rest.split_at(message.len);
            tally.row(row(&Fetch::parse(line, &[]).expect("a row")));
            rest = left;
        }
        tally
    })
}
