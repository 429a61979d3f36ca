//! The walk along the items of a FETCH response.
//!
//! Parentheses between items mean nothing but that the list has ended: some servers put an item into parentheses of its own
//! (jstedfast/MailKit#943), some close the list and go on (paperless-ngx/paperless-ngx#13412).

use alloc::vec::Vec;
use core::fmt;
use core::iter::FusedIterator;
use core::num::NonZeroU32;

use super::defects;
use super::front::Front;
use super::item::FetchItem;
use super::tail::{Kinds, LongLists, Tail};
use crate::codec::defect::{Defect, DefectKind, Notes};
use crate::lexer::{Cursor, StreamedLiteral};

/// The items of a [`Fetch`](super::Fetch), read one by one.
///
/// Each step moves on by at least one octet. So there are never more items than octets, plus one [`FetchItem::Malformed`] that
/// may be empty.
#[derive(Clone)]
pub struct FetchItems<'a> {
    line: &'a [u8],
    front: &'a Front,
    /// How many items of the front have been taken.
    taken: u8,
    /// Walks what follows the front. `None` after the last item.
    walk: Option<ItemWalk<'a>>,
}

#[derive(Clone)]
struct ItemWalk<'a> {
    cursor: Cursor<'a>,
    /// How many parentheses are open. It begins with 1, that of the list.
    open: usize,
    /// Whether the list has ended.
    closed: bool,
    /// How many spaces the grammar has before the next item.
    spaces: usize,
    lists: LongLists,
    notes: Notes,
}

impl<'a> FetchItems<'a> {
    pub(super) fn new(
        line: &'a [u8],
        front: &'a Front,
        streamed: &'a [StreamedLiteral],
        nesting: usize,
    ) -> Self {
        let cursor = Cursor::new(line, front.end(), streamed, nesting);
        Self {
            line,
            front,
            taken: 0,
            walk: (!front.is_whole()).then(|| {
                let lists = front.tail().lists();
                ItemWalk::new(cursor, lists, Notes::dropped())
            }),
        }
    }
}

/// Looks for a UID from the end of the front on, where the cursor is. Returns also what was learned on the way.
pub(super) fn find_uid(cursor: Cursor<'_>) -> (Option<NonZeroU32>, Tail) {
    let mut walk = ItemWalk::new(cursor, LongLists::UNKNOWN, Notes::dropped());
    let mut kinds = Kinds::NONE;
    let uid = loop {
        let Some(item) = walk.next() else { break None };
        kinds = kinds.and(item.kinds());
        match item {
            FetchItem::Uid(uid) => break Some(uid),
            FetchItem::Malformed(_) => break None,
            _ => {}
        }
    };
    // What follows the UID is not known, unless it is the end.
    if uid.is_some() && !matches!(walk.cursor.rest(), b")") {
        kinds = Kinds::ALL;
    }
    (uid, Tail::new(kinds, walk.lists))
}

/// What breaks the grammar in a list. The cursor is after its opening parenthesis.
pub(super) fn defects(cursor: Cursor<'_>) -> Vec<Defect> {
    let mut walk = ItemWalk::new(cursor, LongLists::UNKNOWN, Notes::kept());
    while let Some(item) = walk.next() {
        if let FetchItem::Malformed(_) = item {
            break;
        }
    }
    walk.notes.take()
}

impl<'a> ItemWalk<'a> {
    const fn new(cursor: Cursor<'a>, lists: LongLists, notes: Notes) -> Self {
        Self {
            cursor,
            open: 1,
            closed: false,
            spaces: 0,
            lists,
            notes,
        }
    }

    /// The next item. Nothing may be asked for after [`FetchItem::Malformed`].
    fn next(&mut self) -> Option<FetchItem<'a>> {
        loop {
            let start = self.cursor.position();
            self.cursor.skip_spaces();
            let at = self.cursor.position();
            match self.cursor.peek() {
                Some(b')') => {
                    self.space(start, 0);
                    self.close();
                }
                Some(b'(') => {
                    self.space(start, self.spaces);
                    self.notes.add(DefectKind::Form, at);
                    _ = self.cursor.token();
                    self.open = self.open.saturating_add(1);
                    self.spaces = 0;
                }
                Some(_) => {
                    self.space(start, self.spaces);
                    return Some(self.item(at));
                }
                None if self.open > 0 => {
                    self.notes.add(DefectKind::Unclosed, at);
                    return Some(FetchItem::Malformed(b""));
                }
                None => {
                    self.space(start, 0);
                    return None;
                }
            }
        }
    }

    fn close(&mut self) {
        if self.open == 0 {
            self.notes.add(DefectKind::Excess, self.cursor.position());
        }
        self.open = self.open.saturating_sub(1);
        self.closed |= self.open == 0;
        _ = self.cursor.skip_list_end();
        self.spaces = 1;
    }

    fn item(&mut self, at: usize) -> FetchItem<'a> {
        let left = self.cursor.rest();
        if self.closed {
            self.notes.add(DefectKind::Excess, at);
        }
        self.spaces = 1;
        match FetchItem::read(&mut self.cursor, &mut self.lists) {
            Some(item) => {
                if self.notes.are_kept() {
                    defects::of_item(&item, self.cursor, at, &mut self.notes);
                }
                item
            }
            None => {
                self.notes.add(DefectKind::Unclosed, at);
                FetchItem::Malformed(left)
            }
        }
    }

    fn space(&mut self, start: usize, spaces: usize) {
        if self.notes.are_kept() && self.cursor.position() - start != spaces {
            self.notes.add(DefectKind::Space, start);
        }
    }
}

impl<'a> Iterator for FetchItems<'a> {
    type Item = FetchItem<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(item) = self.front.item(self.taken, self.line) {
            self.taken += 1;
            return Some(item);
        }
        let item = self.walk.as_mut()?.next();
        if matches!(item, None | Some(FetchItem::Malformed(_))) {
            self.walk = None;
        }
        item
    }
}

impl FusedIterator for FetchItems<'_> {}

impl fmt::Debug for FetchItems<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
