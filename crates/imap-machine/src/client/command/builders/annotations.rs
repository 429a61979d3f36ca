//! Commands about annotations of mailboxes and of the server (RFC 5464).

use alloc::vec::Vec;

use super::{Checked, naming, parenthesized, typed};
use crate::client::answers::{Annotated, Done};
use crate::client::command::argument::InvalidArgument;
use crate::client::command::form::Command;
use crate::client::command::mailbox_argument::MailboxArgument;
use crate::client::command::metadata_options::{MetadataOptions, write_entries, write_entry};
use crate::client::command::profile::Profile;
use crate::client::command::table;
use crate::client::command::written::CommandText;
use crate::outgoing::fragments::{Fragment, Holds};

impl Command {
    /// `GETMETADATA` (section 4.2): annotations of a mailbox by name. Those of the server have the mailbox `""`.
    ///
    /// Needs METADATA, or METADATA-SERVER for the empty name.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::get_metadata("", ["/shared/comment", "/shared/admin"])?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 GETMETADATA \"\" (/shared/comment /shared/admin)\r\n");
    #[doc = example!(end)]
    pub fn get_metadata(
        name: impl Into<MailboxArgument>,
        entries: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Checked<Annotated> {
        Self::get_metadata_with(name, entries, &MetadataOptions::new())
    }

    /// `GETMETADATA` with [options](MetadataOptions).
    ///
    #[doc = example!(connected)]
    /// let limits = MetadataOptions::new().max_size(1024).depth(MetadataDepth::All);
    /// connection.send(Command::get_metadata_with("INBOX", ["/shared"], &limits)?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 GETMETADATA (MAXSIZE 1024 DEPTH infinity) INBOX /shared\r\n");
    #[doc = example!(end)]
    pub fn get_metadata_with(
        name: impl Into<MailboxArgument>,
        entries: impl IntoIterator<Item = impl AsRef<str>>,
        options: &MetadataOptions,
    ) -> Checked<Annotated> {
        let name = name.into();
        let entries: Vec<_> = entries.into_iter().collect();
        let mut written = CommandText::new(table::GETMETADATA.verb);
        options.write(&mut written);
        written.text(b" ");
        written.mailbox(&name)?;
        written.text(b" ");
        match entries.as_slice() {
            [entry] => write_entry(&mut written, entry.as_ref())?,
            entries => write_entries(&mut written, entries)?,
        }
        Ok(typed(written, Profile::naming(table::GETMETADATA, &name)))
    }

    /// `SETMETADATA` (section 4.3): sets annotations of a mailbox, or of the server if its name is `""`. `None` removes one. A value
    /// is octets of any kind; one with NUL goes as a literal8, which the server must be able to read (RFC 3516).
    ///
    /// Needs METADATA, or METADATA-SERVER for the empty name.
    ///
    #[doc = example!(connected)]
    /// let ours = ("/private/comment", Some(&b"My own"[..]));
    /// connection.send(Command::set_metadata("INBOX", [ours, ("/shared/comment", None)])?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 SETMETADATA INBOX (/private/comment \"My own\" /shared/comment NIL)\r\n");
    #[doc = example!(end)]
    pub fn set_metadata<'a>(
        name: impl Into<MailboxArgument>,
        values: impl IntoIterator<Item = (&'a str, Option<&'a [u8]>)>,
    ) -> Checked<Done> {
        let mut written = naming(table::SETMETADATA, &name.into())?;
        written.text(b" ");
        parenthesized(&mut written, values, |written, (entry, value)| {
            write_entry(written, entry)?;
            written.text(b" ");
            write_value(written, value)
        })?;
        Ok(typed(written, Profile::plain(table::SETMETADATA)))
    }
}

fn write_value(written: &mut CommandText, value: Option<&[u8]>) -> Result<(), InvalidArgument> {
    match value {
        None => written.text(b"NIL"),
        Some(octets) if octets.contains(&0) => {
            written.fragment(Fragment::Literal(Holds::Octets, octets.to_vec()));
        }
        Some(octets) => written.string(octets)?,
    }
    Ok(())
}
