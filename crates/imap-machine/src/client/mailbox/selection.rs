//! Which mailbox data belongs to: the selected one, or the one that a SELECT in progress is opening.

use alloc::boxed::Box;

use super::messages::Messages;
use super::stored::Extent;
use super::{Access, MailboxView};
use crate::client::command::{FlagChange, Scope};
use crate::codec::{Fetch, ResponseText, Untagged};
use crate::error::PeerMisbehaved;

/// The selected mailbox, and the next one.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    current: Option<MailboxView>,
    // Boxed, since a SELECT is seldom in progress.
    opening: Option<Box<Selecting>>,
    epoch: u64,
    boundary: Boundary,
}

/// Whether the server says where the data of the previous mailbox ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Boundary {
    #[default]
    NotKnown,
    /// It does. It has said `[CLOSED]`, or has enabled an extension that requires it (RFC 7162 section 3.2.11, RFC 9051
    /// section 7.1).
    Closed,
}

/// A SELECT or EXAMINE in progress.
#[derive(Debug)]
struct Selecting {
    view: MailboxView,
    seen: Seen,
}

/// Whether data can still be about the previous mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// It can: nothing of the new mailbox has come.
    Nothing,
    /// EXISTS or RECENT came without `[CLOSED]`. It is most likely about the new mailbox, but could be the last news of the old
    /// one. The last EXISTS counts, and none is a contradiction.
    Either,
    /// It cannot: `[CLOSED]` came, or no mailbox was selected before.
    New,
}

impl Selecting {
    /// EXISTS or RECENT came.
    fn begins(&mut self) {
        if self.seen == Seen::Nothing {
            self.seen = Seen::Either;
        }
    }
}

/// The effect of applying data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    Nothing,
    /// `[CLOSED]`: the previous mailbox is closed (RFC 7162 section 3.2.11).
    Closed,
}

impl Selection {
    pub(crate) const fn current(&self) -> Option<&MailboxView> {
        self.current.as_ref()
    }

    /// Counts renumberings: while this stays the same, a sequence number means the same message.
    pub(crate) const fn epoch(&self) -> u64 {
        self.epoch
    }

    pub(crate) fn exists(&self) -> u32 {
        self.current().map_or(0, MailboxView::exists)
    }

    /// An extension is enabled with which servers say `[CLOSED]`.
    pub(crate) const fn expect_closed(&mut self) {
        self.boundary = Boundary::Closed;
    }

    /// A SELECT or EXAMINE has been sent.
    pub(crate) fn open(&mut self, name: Box<str>, read_only: bool, blocks: Option<usize>) {
        let access = match read_only {
            true => Access::ReadOnly,
            false => Access::ReadWrite,
        };
        let seen = match self.current {
            Some(_) => Seen::Nothing,
            None => Seen::New,
        };
        let view = MailboxView::new(name, access, blocks);
        self.opening = Some(Box::new(Selecting { view, seen }));
    }

    /// It succeeded: the new mailbox replaces the old one, and nothing is merged.
    pub(crate) fn opened(&mut self, text: &ResponseText<'_>) {
        self.epoch += 1;
        self.current = self.opening.take().map(|opening| opening.view);
        if let Some(view) = &mut self.current {
            view.code(text);
        }
    }

    /// The last SELECT or EXAMINE was taken back before an octet of it had left.
    pub(crate) fn abandon(&mut self) {
        self.opening = None;
    }

    /// No mailbox is selected any more: CLOSE, UNSELECT, or a SELECT that failed.
    pub(crate) fn close(&mut self) -> Option<MailboxView> {
        self.epoch += 1;
        self.opening = None;
        self.current.take()
    }

    /// Whether data is certainly about the previous mailbox: a SELECT is in progress, and the `[CLOSED]` that this server says
    /// has not come.
    pub(crate) fn is_of_old(&self, data: &Untagged<'_>) -> bool {
        is_about_the_selected(data) && self.is_before_closed()
    }

    /// Whether a row of FETCH is about the previous mailbox.
    pub(crate) fn is_before_closed(&self) -> bool {
        let (Some(opening), Some(current)) = (&self.opening, &self.current) else {
            return false;
        };
        // Both RFCs require `[CLOSED]` when another mailbox is selected. When it is the same one, the server may leave it out.
        let is_another = !opening.view.name.eq_ignore_ascii_case(&current.name);
        self.boundary == Boundary::Closed && opening.seen != Seen::New && is_another
    }

    /// Whether no flags are known: they are not tracked, or no mailbox is selected.
    pub(crate) fn knows_no_flags(&self) -> bool {
        let messages = self.current().and_then(MailboxView::messages);
        messages.is_none()
    }

    /// A STORE, or a FETCH that sets `\Seen`, has changed flags of these messages, or may have.
    pub(crate) fn stored(&mut self, change: FlagChange, scope: Option<&Scope>, extent: &Extent) {
        if let Some(view) = &mut self.current {
            view.stored(change, scope, extent);
        }
    }

    /// Forgets the flags of a message: they may have changed since they were told.
    pub(crate) fn forget_flags(&mut self, number: u32) {
        if let Some(view) = &mut self.current {
            view.forget_flags(number);
        }
    }

    /// The view that rows of FETCH apply to, if it is certain.
    pub(crate) fn certain_subject(&mut self) -> Option<&mut MailboxView> {
        match self.is_certain() {
            true => self.subject(),
            false => None,
        }
    }

    /// Applies a row of FETCH. Most data is of this kind.
    pub(crate) fn apply_row(&mut self, fetch: &Fetch<'_>) -> Option<PeerMisbehaved> {
        let certain = self.is_certain();
        match self.subject() {
            Some(view) => view.fetch(fetch).filter(|_| certain),
            None => Some(PeerMisbehaved::NoMailboxSelected),
        }
    }

    /// Other untagged data.
    pub(crate) fn apply(&mut self, data: &Untagged<'_>) -> Option<PeerMisbehaved> {
        match data {
            Untagged::Exists(_) | Untagged::Recent(_) => {
                if let Some(opening) = &mut self.opening {
                    opening.begins();
                }
            }
            Untagged::Expunge(_) => self.epoch += 1,
            Untagged::Vanished(vanished) if !vanished.earlier => self.epoch += 1,
            _ => {}
        }
        let certain = self.is_certain();
        let Some(view) = self.subject() else {
            return match data {
                Untagged::Flags(_) => None,
                Untagged::Vanished(vanished) if vanished.earlier => None,
                data if is_about_the_selected(data) => Some(PeerMisbehaved::NoMailboxSelected),
                _ => None,
            };
        };
        let violation = match data {
            Untagged::Exists(count) if !certain => {
                view.begin_again(*count);
                None
            }
            Untagged::Exists(count) => view.exists_now(*count),
            Untagged::Recent(count) => {
                view.recent = *count;
                None
            }
            Untagged::Expunge(number) => view.expunge(*number),
            Untagged::Vanished(vanished) => view.vanish(vanished),
            // Rows are applied by `apply_row`; all else changes no view.
            _ => None,
        };
        if !certain {
            view.trust();
            return None;
        }
        if matches!(violation, Some(PeerMisbehaved::ExistsWentDown { .. })) {
            // It is not known which messages went, so no sequence number keeps its meaning.
            self.epoch += 1;
        }
        violation
    }

    /// The text of an untagged or tagged status response.
    pub(crate) fn apply_code(&mut self, text: &ResponseText<'_>) -> Applied {
        // Most texts have no code.
        if text.raw_code().is_none() {
            return Applied::Nothing;
        }
        if text.has_code("CLOSED") {
            if let Some(opening) = &mut self.opening {
                // All data before was about the old mailbox, even if it was applied to the new one.
                let view = &opening.view;
                let blocks = view.messages().map(Messages::max_blocks);
                opening.view = MailboxView::new(view.name.clone(), view.access, blocks);
                opening.seen = Seen::New;
            }
            self.boundary = Boundary::Closed;
            self.epoch += 1;
            self.current = None;
            return Applied::Closed;
        }
        match (&mut self.opening, &mut self.current) {
            // The codes before the OK of a SELECT describe the new mailbox (RFC 9051 section 6.3.2).
            (Some(opening), _) => opening.view.code(text),
            (None, Some(view)) => view.code(text),
            (None, None) => {}
        }
        Applied::Nothing
    }

    /// Whether it is certain which mailbox data is about.
    fn is_certain(&self) -> bool {
        let opening = self.opening.as_ref();
        opening.is_none_or(|opening| opening.seen != Seen::Either)
    }

    /// The mailbox that data is about. Without `[CLOSED]` the new mailbox begins with its EXISTS or RECENT. Until then EXPUNGE
    /// and FETCH are news of the old one.
    fn subject(&mut self) -> Option<&mut MailboxView> {
        match (self.opening.as_deref_mut(), &mut self.current) {
            (
                Some(Selecting {
                    seen: Seen::Nothing,
                    ..
                }),
                Some(current),
            ) => Some(current),
            (Some(opening), _) => Some(&mut opening.view),
            (None, current) => current.as_mut(),
        }
    }
}

/// All other data is about the session, or names its mailbox.
const fn is_about_the_selected(data: &Untagged<'_>) -> bool {
    matches!(
        data,
        Untagged::Exists(_)
            | Untagged::Recent(_)
            | Untagged::Expunge(_)
            | Untagged::Vanished(_)
            | Untagged::Fetch(_)
            | Untagged::Flags(_)
    )
}
