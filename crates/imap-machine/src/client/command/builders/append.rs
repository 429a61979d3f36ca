//! APPEND (RFC 9051 section 6.3.12) and REPLACE (RFC 8508).

use super::{Checked, naming, typed};
use crate::client::answers::Appended;
use crate::client::command::argument::{InvalidArgument, not_zero};
use crate::client::command::form::Command;
use crate::client::command::mailbox_argument::MailboxArgument;
use crate::client::command::message::AppendMessage;
use crate::client::command::profile::{Effect, Profile};
use crate::client::command::table::{self, Row};
use crate::client::command::upload::Upload;
use crate::client::command::written::CommandText;
use crate::outgoing::fragments::Holds;

impl Command {
    /// `APPEND` (section 6.3.12) of a message: its octets, or an [`AppendMessage`] with flags and a date, or one that is
    /// [supplied](AppendMessage::supplied) in pieces. How it is announced follows from what it holds.
    ///
    /// It is not sent if it is larger than what the server takes, as far as that is known
    /// ([`NotSent::TooLarge`](crate::client::NotSent::TooLarge)).
    ///
    #[doc = example!(connected)]
    /// let message = AppendMessage::new("Subject: hi\r\n\r\nhello\r\n").flags([Flag::DRAFT]);
    /// connection.send(Command::append("Drafts", message)?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 APPEND Drafts (\\Draft) {22+}\r\nSubject: hi\r\n\r\nhello\r\n\r\n");
    #[doc = example!(end)]
    pub fn append(
        name: impl Into<MailboxArgument>,
        message: impl Into<AppendMessage>,
    ) -> Checked<Appended> {
        Self::append_all(name, [message.into()])
    }

    /// `APPEND` of several messages, of which all are stored or none (RFC 3502, MULTIAPPEND). At least one.
    ///
    /// If several are [supplied](AppendMessage::supplied), their octets come one after the other.
    ///
    /// Needs MULTIAPPEND, if there are several.
    ///
    #[doc = example!(connected)]
    /// let first = AppendMessage::new("a: b\n").flags([Flag::SEEN]);
    /// connection.send(Command::append_all("Archive", [first, "c: de\n".into()])?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 APPEND Archive (\\Seen) {5+}\r\na: b\n {6}\r\n");
    #[doc = example!(end)]
    pub fn append_all(
        name: impl Into<MailboxArgument>,
        messages: impl IntoIterator<Item = impl Into<AppendMessage>>,
    ) -> Checked<Appended> {
        let name = name.into();
        let mut written = naming(table::APPEND, &name)?;
        let mut largest = None;
        for message in messages {
            let message = match largest {
                None => message.into(),
                Some(_) => message.into().guarded(Holds::Further),
            };
            largest = largest.max(Some(message.size()));
            message.write(&mut written)?;
        }
        let upload = Upload::new(name, largest.ok_or(InvalidArgument::Empty)?);
        let profile = Profile::new(table::APPEND, Effect::Upload(upload));
        Ok(typed(written, profile))
    }

    /// `REPLACE` (RFC 8508): puts a message into a mailbox and expunges the one with this number, both or neither.
    ///
    /// Its octets always wait for the server's permission: Cyrus 3.10 refuses the command and then executes octets that follow at once.
    ///
    /// Needs REPLACE.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::replace(4, "Drafts", "Subject: hi\r\n\r\nhello\r\n")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 REPLACE 4 Drafts {22}\r\n");
    #[doc = example!(end)]
    pub fn replace(
        number: u32,
        name: impl Into<MailboxArgument>,
        message: impl Into<AppendMessage>,
    ) -> Checked<Appended> {
        replace(table::REPLACE, number, name.into(), message.into())
    }

    /// `UID REPLACE` (RFC 8508): see [`replace`](Self::replace).
    ///
    /// Needs REPLACE.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::uid_replace(4375, "Drafts", "Subject: hi\r\n\r\nhello\r\n")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UID REPLACE 4375 Drafts {22}\r\n");
    #[doc = example!(end)]
    pub fn uid_replace(
        uid: u32,
        name: impl Into<MailboxArgument>,
        message: impl Into<AppendMessage>,
    ) -> Checked<Appended> {
        replace(table::UID_REPLACE, uid, name.into(), message.into())
    }
}

fn replace(
    row: Row,
    number: u32,
    name: MailboxArgument,
    message: AppendMessage,
) -> Checked<Appended> {
    let mut written = CommandText::new(row.verb);
    written.text(b" ");
    written.number(not_zero(number.into())?);
    written.text(b" ");
    written.mailbox(&name)?;
    let profile = Profile::new(row, Effect::Upload(Upload::new(name, message.size())));
    message.guarded(Holds::Guarded).write(&mut written)?;
    Ok(typed(written, profile))
}
