//! The walk along the items of a FETCH response.

use core::fmt;
use core::iter::FusedIterator;

use super::front::Front;
use super::item::FetchItem;
use crate::lexer::{Cursor, StreamedLiteral};

/// The items of a [`Fetch`](super::Fetch), read one by one.
///
/// Each step moves on by at least one octet. So there are never more items than octets, plus one [`FetchItem::Malformed`] that
/// may be empty.
#[derive(Clone)]
pub struct Items<'a> {
    line: &'a [u8],
    front: &'a Front,
    /// How many items of the front have been taken.
    taken: u8,
    /// Walks what follows the front. `None` after the last item.
    cursor: Option<Cursor<'a>>,
}

impl<'a> Items<'a> {
    pub(super) fn new(
        line: &'a [u8],
        front: &'a Front,
        streamed: &'a [StreamedLiteral],
        nesting: usize,
    ) -> Self {
        let cursor = || Cursor::new(line, front.end(), streamed, nesting);
        Self {
            line,
            front,
            taken: 0,
            cursor: (!front.is_whole()).then(cursor),
        }
    }

    fn walk(&mut self) -> Option<FetchItem<'a>> {
        let cursor = self.cursor.as_mut()?;
        cursor.skip_spaces();
        if cursor.skip_list_end() {
            cursor.skip_spaces();
            let after = cursor.rest();
            self.cursor = None;
            return (!after.is_empty()).then_some(FetchItem::Malformed(after));
        }
        let left = cursor.rest();
        let item = FetchItem::read(cursor);
        if item.is_none() {
            self.cursor = None;
        }
        Some(item.unwrap_or(FetchItem::Malformed(left)))
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = FetchItem<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self.front.item(self.taken, self.line) {
            Some(item) => {
                self.taken += 1;
                Some(item)
            }
            None if self.cursor.is_none() => None,
            None => self.walk(),
        }
    }
}

impl FusedIterator for Items<'_> {}

impl fmt::Debug for Items<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
