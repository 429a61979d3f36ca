//! How far a desk has come with opening its session.

use crate::client::session::{OpenError, Opening};

/// How far opening has come. A desk has no entrance when the session was opened without it, and when the result has been taken.
pub(super) enum Entrance {
    Opening(Opening),
    Over(Result<(), OpenError>),
}

impl Entrance {
    pub(super) const fn is_over(&self) -> bool {
        matches!(self, Self::Over(_))
    }
}
