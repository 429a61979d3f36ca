//! A literal that is never held: its octets are handed out or skipped as they arrive, and cut from the buffer.

use core::ops::Range;

/// How far such a literal has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct InPieces {
    /// Where it stands in the message. The pieces that have come were cut from the buffer here.
    pub(super) at: usize,
    pub(super) size: u64,
    /// How many of its octets have come.
    pub(super) offset: u64,
}

impl InPieces {
    pub(super) const fn new(at: usize, size: u64) -> Self {
        Self {
            at,
            size,
            offset: 0,
        }
    }

    pub(super) const fn missing(&self) -> u64 {
        self.size.saturating_sub(self.offset)
    }

    /// The octets of it that are in the input, and the rest of it; no rest when it ends with them. `None` if no octet has come.
    pub(super) fn arrived(self, input: &[u8]) -> Option<(Range<usize>, Option<Self>)> {
        let missing = usize::try_from(self.missing()).unwrap_or(usize::MAX);
        let len = input.len().saturating_sub(self.at).min(missing);
        if len == 0 {
            return None;
        }
        let rest = Self {
            // Lossless: no target has addresses of more than 64 bits.
            offset: self.offset.saturating_add(len as u64),
            ..self
        };
        let range = self.at..self.at.saturating_add(len);
        Some((range, (rest.missing() > 0).then_some(rest)))
    }
}
