//! Framing as a connection uses it: a buffer, a framer, and octets that arrive in any pieces. The naive framer and the reader that
//! checks the contract are in the testkit.

mod client;
mod properties;
mod rules;
mod work;

use imap_machine::framing::Bounds;
use imap_machine_testkit::model::framing::{Frames, Reader};

/// Bounds that no small input reaches.
const WIDE: Bounds = Bounds {
    line: 1 << 20,
    literal: 1 << 40,
    inline_literal: 1 << 10,
    message: 1 << 20,
};

fn receive(bounds: Bounds, octets: &[u8]) -> Frames {
    let mut reader = Reader::new(bounds);
    reader.push(octets);
    reader.frames().clone()
}

fn receive_octet_by_octet(bounds: Bounds, octets: &[u8]) -> Frames {
    let mut reader = Reader::new(bounds);
    for octet in octets {
        reader.push(std::slice::from_ref(octet));
    }
    reader.frames().clone()
}
