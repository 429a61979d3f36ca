//! The switch of the layer below: TLS or compression, at an exact octet.
//!
//! From the tagged OK of STARTTLS or COMPRESS until the adapter says that the new layer stands, no octet is read and none is
//! written. Octets that are already buffered after that OK are an attack under STARTTLS (RFC 9051 section 11.1), and the first
//! compressed data under COMPRESS (RFC 4978).

use core::fmt;

use bounded_static::ToStatic;

/// The layer to put under the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToStatic)]
pub enum Layer {
    /// TLS, after STARTTLS (RFC 9051 section 6.2.1).
    Tls,
    /// Raw DEFLATE in both directions, after COMPRESS (RFC 4978).
    Deflate,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tls => "TLS",
            Self::Deflate => "DEFLATE",
        })
    }
}
