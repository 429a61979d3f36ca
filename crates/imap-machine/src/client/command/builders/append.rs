//! APPEND (RFC 9051 section 6.3.12).

use super::{Checked, naming, typed};
use crate::client::answers::Appended;
use crate::client::command::form::Command;
use crate::client::command::mailbox_argument::MailboxArgument;
use crate::client::command::message::AppendMessage;
use crate::client::command::profile::Profile;
use crate::client::command::table;

impl Command {
    /// `APPEND` (section 6.3.12) of a message: its octets, or an [`AppendMessage`] with flags and a date, or one that is
    /// [supplied](AppendMessage::supplied) in pieces. How it is announced follows from what it holds.
    pub fn append(
        name: impl Into<MailboxArgument>,
        message: impl Into<AppendMessage>,
    ) -> Checked<Appended> {
        let mut written = naming(table::APPEND, &name.into())?;
        message.into().write(&mut written)?;
        Ok(typed(written, Profile::plain(table::APPEND)))
    }
}
