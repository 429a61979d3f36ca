//! What readers of responses have to know.

use super::mailbox_name::NameEncoding;

/// What a reader has to know beside the octets.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Context {
    /// See [`Limits::nesting`](crate::Limits::nesting).
    pub(crate) nesting: usize,
    /// How mailbox names are encoded.
    pub(crate) names: NameEncoding,
}
