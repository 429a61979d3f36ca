//! Commands about quotas (RFC 9208 section 4.1).

use super::{Checked, named, typed};
use crate::client::answers::{Quotas, Required};
use crate::client::command::argument::{InvalidArgument, up_to_63_bits};
use crate::client::command::form::Command;
use crate::client::command::mailbox_argument::MailboxArgument;
use crate::client::command::profile::Profile;
use crate::client::command::table::{self, Row};
use crate::client::command::written::{CommandText, atom};

impl Command {
    /// `GETQUOTA` (section 4.1.1): what is used of a quota root, and how much there may be.
    ///
    /// Needs QUOTA.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::get_quota("")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 GETQUOTA \"\"\r\n");
    #[doc = example!(end)]
    pub fn get_quota(root: impl AsRef<[u8]>) -> Checked<Required<Quotas>> {
        let written = about(table::GETQUOTA, root.as_ref())?;
        Ok(typed(written, Profile::plain(table::GETQUOTA)))
    }

    /// `GETQUOTAROOT` (section 4.1.2): the quota roots of a mailbox, and the same about each.
    ///
    /// Needs QUOTA.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::get_quota_root("INBOX")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 GETQUOTAROOT INBOX\r\n");
    #[doc = example!(end)]
    pub fn get_quota_root(name: impl Into<MailboxArgument>) -> Checked<Required<Quotas>> {
        named(table::GETQUOTAROOT, name)
    }

    /// `SETQUOTA` (section 4.1.3): sets limits of resources by name, and removes all others. `STORAGE` is in units of 1,024 octets.
    ///
    /// Needs QUOTASET, or QUOTA of servers that are older than RFC 9208.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::set_quota("", [("STORAGE", 512), ("MESSAGE", 1000)])?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 SETQUOTA \"\" (STORAGE 512 MESSAGE 1000)\r\n");
    #[doc = example!(end)]
    pub fn set_quota<'a>(
        root: impl AsRef<[u8]>,
        limits: impl IntoIterator<Item = (&'a str, u64)>,
    ) -> Checked<Quotas> {
        let mut written = about(table::SETQUOTA, root.as_ref())?;
        written.text(b" (");
        for (index, (resource, limit)) in limits.into_iter().enumerate() {
            written.text(if index == 0 { b"" } else { b" " });
            written.text(atom(resource)?.as_bytes());
            written.text(b" ");
            written.number(up_to_63_bits(limit)?);
        }
        written.text(b")");
        Ok(typed(written, Profile::plain(table::SETQUOTA)))
    }
}

fn about(row: Row, root: &[u8]) -> Result<CommandText, InvalidArgument> {
    let mut written = CommandText::new(row.verb);
    written.text(b" ");
    written.astring(root)?;
    Ok(written)
}
