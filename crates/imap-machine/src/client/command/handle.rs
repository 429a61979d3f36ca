//! The two names of a command: its handle, and its tag on the wire.

use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU64;

use bounded_static::ToStatic;

use crate::lexer::number;

/// Our name of a command, from [`send`] until its outcome. Handles ascend in the order of `send`, and none is used twice on a
/// connection.
///
/// [`send`]: crate::client::ClientConnection::send
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ToStatic)]
pub struct CommandHandle(NonZeroU64);

impl CommandHandle {
    /// That of a connection's first command.
    pub(crate) const FIRST: Self = Self(NonZeroU64::MIN);
    /// No connection comes so far.
    pub(crate) const LAST: Self = Self(NonZeroU64::MAX);

    pub(crate) fn new(number: u64) -> Option<Self> {
        NonZeroU64::new(number).map(Self)
    }

    pub(crate) const fn number(self) -> u64 {
        self.0.get()
    }

    pub(crate) const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// As its tag begins: `A7`.
impl fmt::Display for CommandHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "A{}", self.0)
    }
}

/// A command's name on the wire (RFC 9051 section 2.2.1): `A7`. A refreshed IDLE has had several: `A7`, `A7.1`, `A7.2`.
///
/// Tags are the handle's number with a letter before it, so they can be neither `+`, `*` nor one of
/// the words OK, NO, BAD, BYE and DONE.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tag {
    pub(crate) handle: CommandHandle,
    pub(crate) round: u32,
}

impl Tag {
    /// Reads one of our tags.
    pub(crate) fn parse(tag: &[u8]) -> Option<Self> {
        let digits = tag.strip_prefix(b"A")?;
        let (handle, length) = number::leading(digits)?;
        let round = match digits.get(length..)? {
            [] => 0,
            [b'.', round @ ..] => u32::try_from(number::whole(round)?).ok()?,
            _ => return None,
        };
        // Only as `Display` writes it: `A07` is not the tag of `A7`.
        if digits.starts_with(b"0") {
            return None;
        }
        let handle = CommandHandle::new(handle)?;
        Some(Self { handle, round })
    }
}

impl Tag {
    /// The tag under which the command is sent once more.
    pub(crate) const fn next_round(self) -> Self {
        Self {
            handle: self.handle,
            round: self.round.saturating_add(1),
        }
    }

    /// Appends the tag as `Display` writes it.
    pub(crate) fn write(self, line: &mut Vec<u8>) {
        line.push(b'A');
        number::push(line, self.handle.number());
        if self.round > 0 {
            line.push(b'.');
            number::push(line, self.round.into());
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.handle)?;
        match self.round {
            0 => Ok(()),
            round => write!(f, ".{round}"),
        }
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn tags_are_read_back() {
        for (handle, round) in [(1, 0), (7, 2), (u64::MAX, u32::MAX)] {
            let tag = Tag {
                handle: CommandHandle::new(handle).expect("it is not zero"),
                round,
            };
            assert_eq!(Tag::parse(tag.to_string().as_bytes()), Some(tag));
            let mut written = Vec::new();
            tag.write(&mut written);
            assert_eq!(written, tag.to_string().as_bytes());
        }
        for foreign in [
            "", "A", "a1", "B1", "A01", "A1x", "A1.", "A1.x", "DONE", "A0",
        ] {
            assert_eq!(Tag::parse(foreign.as_bytes()), None, "{foreign}");
        }
    }
}
