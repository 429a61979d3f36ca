//! Commands about access to mailboxes (RFC 4314 section 3).

use super::{Checked, naming, typed};
use crate::client::answers::{AccessList, Done, GrantableRights, OwnRights, Required};
use crate::client::command::argument::InvalidArgument;
use crate::client::command::form::Command;
use crate::client::command::mailbox_argument::MailboxArgument;
use crate::client::command::profile::Profile;
use crate::client::command::table;

impl Command {
    /// `SETACL` (section 3.1): gives the rights to an identifier, which may be a user or a group. With `+` or `-` before them they
    /// are added or taken away.
    ///
    /// Needs ACL.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::set_acl("Work", "carol", "+lr")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 SETACL Work carol +lr\r\n");
    #[doc = example!(end)]
    pub fn set_acl(
        name: impl Into<MailboxArgument>,
        identifier: impl AsRef<[u8]>,
        rights: &str,
    ) -> Checked<Done> {
        let letters = rights.strip_prefix(['+', '-']).unwrap_or(rights);
        let is_right = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        if !letters.bytes().all(is_right) {
            return Err(InvalidArgument::NotRights);
        }
        let mut written = naming(table::SETACL, &name.into())?;
        written.text(b" ");
        written.astring(identifier.as_ref())?;
        written.text(b" ");
        written.astring(rights.as_bytes())?;
        Ok(typed(written, Profile::plain(table::SETACL)))
    }

    /// `DELETEACL` (section 3.2): takes all rights from an identifier.
    ///
    /// Needs ACL.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::delete_acl("Work", "carol")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 DELETEACL Work carol\r\n");
    #[doc = example!(end)]
    pub fn delete_acl(
        name: impl Into<MailboxArgument>,
        identifier: impl AsRef<[u8]>,
    ) -> Checked<Done> {
        let mut written = naming(table::DELETEACL, &name.into())?;
        written.text(b" ");
        written.astring(identifier.as_ref())?;
        Ok(typed(written, Profile::plain(table::DELETEACL)))
    }

    /// `GETACL` (section 3.3): who has which rights.
    ///
    /// Needs ACL.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::get_acl("Work")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 GETACL Work\r\n");
    #[doc = example!(end)]
    pub fn get_acl(name: impl Into<MailboxArgument>) -> Checked<Required<AccessList>> {
        let name = name.into();
        let written = naming(table::GETACL, &name)?;
        Ok(typed(written, Profile::naming(table::GETACL, &name)))
    }

    /// `LISTRIGHTS` (section 3.4): which rights can be given to an identifier.
    ///
    /// Needs ACL.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::list_rights("Work", "carol")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 LISTRIGHTS Work carol\r\n");
    #[doc = example!(end)]
    pub fn list_rights(
        name: impl Into<MailboxArgument>,
        identifier: impl AsRef<[u8]>,
    ) -> Checked<Required<GrantableRights>> {
        let name = name.into();
        let mut written = naming(table::LISTRIGHTS, &name)?;
        written.text(b" ");
        written.astring(identifier.as_ref())?;
        Ok(typed(written, Profile::naming(table::LISTRIGHTS, &name)))
    }

    /// `MYRIGHTS` (section 3.5): what the user may do.
    ///
    /// Needs ACL.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::my_rights("Work")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 MYRIGHTS Work\r\n");
    #[doc = example!(end)]
    pub fn my_rights(name: impl Into<MailboxArgument>) -> Checked<Required<OwnRights>> {
        let name = name.into();
        let written = naming(table::MYRIGHTS, &name)?;
        Ok(typed(written, Profile::naming(table::MYRIGHTS, &name)))
    }
}
