//! What async-imap hands out.

pub use self::rows::{envelope_octets, structure_octets};
use async_imap::imap_proto;

#[path = "imap_proto_rows.rs"]
mod rows;
