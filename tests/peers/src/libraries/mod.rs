//! The libraries: one file each, the way their own documentation drives them.

mod async_imap;
mod imap;
mod imap_codec;
mod imap_machine;
mod imap_next;
mod io_imap;

use crate::exchange::Open;

/// Name on crates.io and how it is opened, in the order in which they are shown.
pub const ALL: [(&str, Open); 6] = [
    ("imap-machine", imap_machine::open),
    ("imap-next", imap_next::open),
    ("io-imap", io_imap::open),
    ("async-imap", async_imap::open),
    ("imap", imap::open),
    ("imap-codec", imap_codec::open),
];

const ONE_AT_A_TIME: &str = "one command at a time, so no other can be asked for";
