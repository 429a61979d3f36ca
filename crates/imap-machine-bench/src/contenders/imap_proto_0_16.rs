//! What imap (rust-imap) hands out.

pub use self::rows::{envelope_octets, structure_octets};
use ::imap_proto;

#[path = "imap_proto_rows.rs"]
mod rows;
