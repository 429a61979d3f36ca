//! Commands that name messages by number (RFC 9051 section 5.5).

/// Whether a command names messages by number, and whether those are still the messages that were meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// It names none.
    None,
    Fresh,
    /// Messages have gone since (RFC 9051 section 5.5).
    Stale,
}

impl Numbers {
    pub(super) fn of(verb: &str) -> Self {
        match verb {
            "FETCH" | "STORE" | "COPY" | "MOVE" => Self::Fresh,
            _ => Self::None,
        }
    }
}
