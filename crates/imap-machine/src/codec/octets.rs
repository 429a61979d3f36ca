//! Octets of the server for which there is no better type.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;

use bounded_static::ToStatic;

// How many of them `Debug` shows.
const SHOWN: usize = 200;

/// Octets as received. `Debug` shows the beginning, as text.
#[derive(Clone, PartialEq, Eq, Hash, Default, ToStatic)]
pub struct Octets<'a>(Cow<'a, [u8]>);

impl Octets<'_> {
    /// A copy to keep.
    #[must_use]
    pub fn into_vec(self) -> Vec<u8> {
        self.0.into_owned()
    }

    /// A copy to change: to join the pieces of a literal, for example.
    pub fn to_mut(&mut self) -> &mut Vec<u8> {
        self.0.to_mut()
    }
}

impl<'a> From<&'a [u8]> for Octets<'a> {
    fn from(octets: &'a [u8]) -> Self {
        Self(Cow::Borrowed(octets))
    }
}

impl<'a> From<Cow<'a, [u8]>> for Octets<'a> {
    fn from(octets: Cow<'a, [u8]>) -> Self {
        Self(octets)
    }
}

impl Deref for Octets<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Octets<'_> {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Octets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.get(..SHOWN).unwrap_or(&self.0);
        write!(f, "\"{}\"", shown.escape_ascii())?;
        match self.0.len() - shown.len() {
            0 => Ok(()),
            more => write!(f, " and {more} octets more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn debug_is_text_and_bounded() {
        assert_eq!(
            format!("{:?}", Octets::from(&b"a\"\xff"[..])),
            r#""a\"\xff""#
        );
        let long = [b'x'; 1000];
        let shown = format!("{:?}", Octets::from(&long[..]));
        assert!(shown.len() < 250 && shown.ends_with("and 800 octets more"));
    }
}
