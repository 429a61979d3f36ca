//! Lists of strings.

use alloc::borrow::Cow;
use core::fmt;

use bounded_static::ToStatic;

use crate::codec::fetch::Value;
use crate::codec::octets::Octets;
use crate::lexer::{Cursor, Element};

/// Strings with spaces between them, as the server sent them: names of quota roots, URLs.
#[derive(Clone, PartialEq, Eq, Hash, Default, ToStatic)]
pub struct Strings<'a>(Octets<'a>);

impl<'a> Strings<'a> {
    pub(crate) fn new(list: &'a [u8]) -> Self {
        Self(Octets::from(list))
    }

    /// The strings in the order received, without quotes.
    pub fn iter(&self) -> impl Iterator<Item = Cow<'_, [u8]>> {
        let mut cursor = Cursor::new(&self.0, 0, &[], usize::MAX);
        core::iter::from_fn(move || {
            loop {
                cursor.skip_spaces();
                if let Element::Token(token) = cursor.element()? {
                    return match Value::from_token(token)? {
                        Value::Nil => Some(Cow::Borrowed(&b"NIL"[..])),
                        value => value.octets(),
                    };
                }
            }
        })
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// All of them as received, with what is between them.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Strings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
