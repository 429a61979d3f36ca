//! Commands about messages of the selected mailbox (RFC 9051 section 6.4).

use super::{Checked, typed};
use crate::client::answers::{Copied, Done, Fetched};
use crate::client::command::answers::Answers;
use crate::client::command::argument::InvalidArgument;
use crate::client::command::form::Command;
use crate::client::command::items::Items;
use crate::client::command::mailbox_argument::MailboxArgument;
use crate::client::command::profile::Profile;
use crate::client::command::sequence_set::SequenceSet;
use crate::client::command::store::Store;
use crate::client::command::table::{self, Row};
use crate::client::command::typed::TypedCommand;
use crate::client::command::written::CommandText;

impl Command {
    /// `UID EXPUNGE` (section 6.4.9).
    ///
    /// Needs UIDPLUS or IMAP4rev2.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::uid_expunge(4373)?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UID EXPUNGE 4373\r\n");
    #[doc = example!(end)]
    pub fn uid_expunge(uids: impl Into<SequenceSet>) -> Checked<Done> {
        let uids = uids.into();
        let written = about(table::UID_EXPUNGE, &uids)?;
        Ok(in_parts(written, Profile::plain(table::UID_EXPUNGE)))
    }

    /// `FETCH` (section 6.4.5).
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::fetch(1..=9, Items::new().uid().flags())?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 FETCH 1:9 (UID FLAGS)\r\n");
    #[doc = example!(end)]
    pub fn fetch(numbers: impl Into<SequenceSet>, items: impl Into<Items>) -> Checked<Fetched> {
        fetch(table::FETCH, numbers.into(), &items.into())
    }

    /// `UID FETCH` (section 6.4.9).
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::uid_fetch(4373, Items::new().section("1.2"))?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UID FETCH 4373 BODY.PEEK[1.2]\r\n");
    #[doc = example!(end)]
    pub fn uid_fetch(uids: impl Into<SequenceSet>, items: impl Into<Items>) -> Checked<Fetched> {
        fetch(table::UID_FETCH, uids.into(), &items.into())
    }

    /// `STORE` (section 6.4.6).
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::store("1,4:6", Store::add([Flag::SEEN]))?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 STORE 1,4:6 +FLAGS (\\Seen)\r\n");
    #[doc = example!(end)]
    pub fn store(numbers: impl Into<SequenceSet>, store: impl Into<Store>) -> Checked<Fetched> {
        change(table::STORE, numbers.into(), store.into())
    }

    /// `UID STORE` (section 6.4.9).
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::uid_store(4373, Store::remove([Flag::SEEN]).silent())?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UID STORE 4373 -FLAGS.SILENT (\\Seen)\r\n");
    #[doc = example!(end)]
    pub fn uid_store(uids: impl Into<SequenceSet>, store: impl Into<Store>) -> Checked<Fetched> {
        change(table::UID_STORE, uids.into(), store.into())
    }

    /// `COPY` (section 6.4.7).
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::copy(1..=9, "Archive")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 COPY 1:9 Archive\r\n");
    #[doc = example!(end)]
    pub fn copy(
        numbers: impl Into<SequenceSet>,
        to: impl Into<MailboxArgument>,
    ) -> Checked<Copied> {
        copy(table::COPY, numbers.into(), &to.into())
    }

    /// `UID COPY` (section 6.4.9).
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::uid_copy([4373, 4391], "Archive")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UID COPY 4373,4391 Archive\r\n");
    #[doc = example!(end)]
    pub fn uid_copy(
        uids: impl Into<SequenceSet>,
        to: impl Into<MailboxArgument>,
    ) -> Checked<Copied> {
        copy(table::UID_COPY, uids.into(), &to.into())
    }

    /// `MOVE` (section 6.4.8).
    ///
    /// Needs MOVE or IMAP4rev2. Without it, a [`Desk`](crate::client::desk::Desk), and so each client, sends nothing
    /// ([`NotSent::NoMove`](crate::client::NotSent::NoMove)).
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::r#move(1..=9, "Archive")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 MOVE 1:9 Archive\r\n");
    #[doc = example!(end)]
    pub fn r#move(
        numbers: impl Into<SequenceSet>,
        to: impl Into<MailboxArgument>,
    ) -> Checked<Copied> {
        copy(table::MOVE, numbers.into(), &to.into())
    }

    /// `UID MOVE` (section 6.4.9).
    ///
    /// Needs MOVE or IMAP4rev2. Without it, a [`Desk`](crate::client::desk::Desk), and so each client, sends UID COPY, UID STORE and
    /// UID EXPUNGE in its place.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::uid_move([4373, 4391], "Archive")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UID MOVE 4373,4391 Archive\r\n");
    #[doc = example!(end)]
    pub fn uid_move(
        uids: impl Into<SequenceSet>,
        to: impl Into<MailboxArgument>,
    ) -> Checked<Copied> {
        copy(table::UID_MOVE, uids.into(), &to.into())
    }
}

/// The verb and a set of messages.
fn about(row: Row, messages: &SequenceSet) -> Result<CommandText, InvalidArgument> {
    let mut written = CommandText::new(row.verb);
    written.text(b" ");
    messages.write(written.line())?;
    Ok(written)
}

fn fetch(row: Row, messages: SequenceSet, items: &Items) -> Checked<Fetched> {
    let mut written = about(row, &messages)?;
    written.text(b" ");
    items.write(&mut written)?;
    let earlier = match items.is_vanished() {
        true => Answers::EARLIER,
        false => Answers::NONE,
    };
    let answers = items.answers() | earlier;
    let ranges = messages.into_ranges()?;
    let profile = Profile::fetching(row, ranges, answers, items.sets_seen());
    Ok(in_parts(written, profile))
}

fn change(row: Row, messages: SequenceSet, store: Store) -> Checked<Fetched> {
    let (change, is_about_labels) = (store.change(), store.is_about_labels());
    let written = store.write(|line| {
        line.extend_from_slice(row.verb.as_bytes());
        line.push(b' ');
        messages.write(line)
    })?;
    let mut profile = Profile::storing(row, messages.into_ranges()?, change);
    if is_about_labels {
        // They are no flags: RFC 9051 says nothing of them, and they are answered with items of another name.
        profile.answers = profile.answers | Answers::OTHER_ITEM;
    }
    Ok(in_parts(written, profile))
}

fn copy(row: Row, messages: SequenceSet, to: &MailboxArgument) -> Checked<Copied> {
    let mut written = about(row, &messages)?;
    written.text(b" ");
    written.mailbox(to)?;
    let profile = Profile::plain(row);
    Ok(match row.verb == table::MOVE.verb {
        // What is moved first changes the numbers of the others.
        true => typed(written, profile),
        false => in_parts(written, profile),
    })
}

/// A command that does the same when it is sent in parts, for some of the messages each.
fn in_parts<A>(written: CommandText, mut profile: Profile) -> TypedCommand<A> {
    profile.divisible = true;
    typed(written, profile)
}
