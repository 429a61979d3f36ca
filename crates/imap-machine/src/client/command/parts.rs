//! Commands that are sent in parts, or in another form.

use alloc::vec::Vec;
use core::ops::Range;
use core::str;

use super::argument::InvalidArgument;
use super::form::Command;
use super::profile::{About, Profile};
use super::scope::Scope;
use super::sequence_set::SequenceSet;
use super::store::Store;
use super::table;
use super::written::TextPart;
use crate::codec::Flag;

impl Command {
    /// The command, or, if it names so many messages that its line is longer than `most` octets, several that do the same for some of
    /// them each. They are answered one by one. Only FETCH, STORE, COPY and their UID forms, UID MOVE and UID EXPUNGE can be split, and
    /// only between the ranges of their set.
    ///
    /// A [`Desk`](crate::client::desk::Desk) does it by itself, and makes one answer of all.
    ///
    /// ```
    /// use imap_machine::client::{Command, Items};
    ///
    /// // A1 UID FETCH 1,3,5 FLAGS and A2 UID FETCH 7,9 FLAGS
    /// let fetch = Command::from(Command::uid_fetch([1, 3, 5, 7, 9], Items::new().flags())?);
    /// assert_eq!(fetch.split(21).len(), 2);
    /// # Ok::<(), imap_machine::client::InvalidArgument>(())
    /// ```
    #[must_use]
    pub fn split(self, most: usize) -> Vec<Self> {
        let set = self.set().filter(|_| self.is_longer(most));
        let Some((place, messages)) = set else {
            return Vec::from([self]);
        };
        let beside = self.written.line_length() - place.len();
        let sets = messages.split(most.saturating_sub(beside)).into_iter();
        sets.map(|set| self.about(set)).collect()
    }

    /// Whether its line is longer than `most` octets, and it can be split.
    pub(crate) fn is_longer(&self, most: usize) -> bool {
        self.profile.divisible && self.written.line_length() > most
    }

    /// The same for those of its messages whose UIDs are lower. `None` if there is none, or if it does not name UIDs.
    pub(crate) fn below(&self, uid: u32) -> Option<Self> {
        let by_uid = self.verb().starts_with("UID ");
        let (_, messages) = self.set().filter(|_| by_uid)?;
        Some(self.about(messages.below(uid)?))
    }

    /// Whether it names a set of messages and can be sent in parts.
    pub(crate) const fn is_about_messages(&self) -> bool {
        self.profile.divisible
    }

    /// Whether it looks for text that is not ASCII.
    pub(crate) fn searches_text(&self) -> bool {
        self.written.has_charset()
    }

    /// Whether it is MOVE or UID MOVE.
    pub(crate) fn moves(&self) -> bool {
        matches!(&**self.verb(), "MOVE" | "UID MOVE")
    }

    /// UID MOVE as three commands, for a server that has UIDPLUS and no MOVE (RFC 6851 section 3.3): the second is sent when the first
    /// has succeeded, and the third after the second. `None` for other commands: EXPUNGE would remove other messages as well.
    pub(crate) fn as_copy(&self) -> Option<[Self; 3]> {
        let (_, uids) = self.set().filter(|_| self.moves())?;
        let mut copy = self.clone();
        let verb = 0..table::UID_MOVE.verb.len();
        copy.written.replace(verb, table::UID_COPY.verb.as_bytes());
        copy.profile = Profile {
            divisible: true,
            ..Profile::plain(table::UID_COPY)
        };
        let mark = || {
            let deleted = Store::add([Flag::DELETED]).silent();
            Ok::<_, InvalidArgument>([
                Self::from(Self::uid_store(&uids, deleted)?),
                Self::from(Self::uid_expunge(&uids)?),
            ])
        };
        let [mark, expunge] = mark().ok()?;
        Some([copy, mark, expunge])
    }

    /// The set of its messages, and where it is written: after the verb. `None` if it cannot be sent in parts.
    fn set(&self) -> Option<(Range<usize>, SequenceSet)> {
        let Some(TextPart::Text(text)) = self.written.fragments().next() else {
            return None;
        };
        let start = self.verb().len() + 1;
        let set = text.get(start..).filter(|_| self.profile.divisible)?;
        let set = set.split(|octet| *octet == b' ').next()?;
        let messages = SequenceSet::from(str::from_utf8(set).ok()?);
        Some((start..start + set.len(), messages))
    }

    /// The same about other messages.
    fn about(&self, messages: SequenceSet) -> Self {
        let mut command = self.clone();
        let mut set = Vec::new();
        if let (Ok(()), Some((place, _))) = (messages.write(&mut set), self.set()) {
            command.written.replace(place, &set);
        }
        if let (Some(scope), Ok(ranges)) = (self.profile.scope(), messages.into_ranges()) {
            command.profile.about = About::Messages(Scope::new(ranges, scope.is_by_uid()));
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::MailboxArgument;

    #[test]
    fn parts_are_the_commands_that_would_be_built() {
        let store = |set: &str| {
            Command::from(
                Command::uid_store(set, Store::add(["a", "b"]).unchanged_since(7)).unwrap(),
            )
        };
        let whole = store("1,3,5,7:9");
        assert_eq!(whole.clone().split(100), core::slice::from_ref(&whole));
        let parts = [store("1,3"), store("5"), store("7:9")];
        assert_eq!(whole.split(parts[0].written.line_length()), parts);
        // Names that are written later stay.
        let copy = |set: &str| Command::from(Command::uid_copy(set, "\u{e9}").unwrap());
        assert_eq!(copy("1,3").split(1), [copy("1"), copy("3")]);
        // What is moved first changes the numbers of the others.
        let moves = Command::from(Command::r#move("1,3", "x").unwrap());
        assert_eq!(moves.clone().split(1), [moves]);
        let noop = Command::from(Command::noop());
        assert_eq!(noop.clone().split(0), [noop]);
    }

    #[test]
    fn the_rest_of_a_command() {
        let fetch = |set: &str| Command::from(Command::uid_fetch(set, "FLAGS").unwrap());
        assert_eq!(fetch("5:*").below(9), Some(fetch("5:8")));
        assert_eq!(fetch("5:*").below(5), None);
        let by_number = Command::from(Command::fetch("5:*", "FLAGS").unwrap());
        assert_eq!(by_number.below(9), None);
    }

    #[test]
    fn a_move_by_copy() {
        let moves =
            Command::from(Command::uid_move("4,6", MailboxArgument::from("\u{e9}")).unwrap());
        let expected = [
            Command::uid_copy("4,6", "\u{e9}").unwrap().into(),
            Command::uid_store("4,6", Store::add([Flag::DELETED]).silent())
                .unwrap()
                .into(),
            Command::from(Command::uid_expunge("4,6").unwrap()),
        ];
        assert_eq!(moves.as_copy(), Some(expected));
        assert_eq!(
            Command::from(Command::r#move("4", "x").unwrap()).as_copy(),
            None
        );
        assert_eq!(
            Command::from(Command::uid_copy("4", "x").unwrap()).as_copy(),
            None
        );
    }
}
