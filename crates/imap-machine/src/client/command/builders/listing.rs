//! Commands that list mailboxes (RFC 9051 section 6.3.9).

use alloc::vec::Vec;

use super::{Checked, naming, parenthesized, typed};
use crate::client::answers::Listed;
use crate::client::command::answers::Answers;
use crate::client::command::argument::InvalidArgument;
use crate::client::command::form::Command;
use crate::client::command::list_options::ListOptions;
use crate::client::command::mailbox_argument::MailboxArgument;
use crate::client::command::profile::Profile;
use crate::client::command::table;
use crate::client::command::written::CommandText;

impl Command {
    /// `LIST`, in its basic form. Such commands share the wire if no name can match two of their patterns:
    ///
    /// ```
    /// use imap_machine::client::Command;
    ///
    /// // A1 LIST "" Work/% and A2 LIST "" Private/%, both at once
    /// let lists = ["Work/%", "Private/%"].map(|pattern| Command::list("", pattern));
    /// ```
    ///
    /// If several are in flight, a line whose name can match none of them is in none of the values: it is news, for those who listen.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::list("", "Work/%")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 LIST \"\" Work/%\r\n");
    #[doc = example!(end)]
    pub fn list(
        reference: impl Into<MailboxArgument>,
        pattern: impl Into<MailboxArgument>,
    ) -> Checked<Listed> {
        Self::list_with(reference, [pattern.into()], &ListOptions::new())
    }

    /// `LIST` with [options](ListOptions), or with several patterns (RFC 5258).
    ///
    /// Needs LIST-EXTENDED for options or several patterns, and for what it returns LIST-STATUS, LIST-MYRIGHTS, LIST-METADATA or SPECIAL-USE.
    ///
    #[doc = example!(connected)]
    /// let returned = ListOptions::new().subscribed().return_children();
    /// connection.send(Command::list_with("", ["INBOX", "Work/%"], &returned)?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 LIST (SUBSCRIBED) \"\" (INBOX Work/%) RETURN (CHILDREN)\r\n");
    #[doc = example!(end)]
    pub fn list_with(
        reference: impl Into<MailboxArgument>,
        patterns: impl IntoIterator<Item = impl Into<MailboxArgument>>,
        options: &ListOptions,
    ) -> Checked<Listed> {
        let reference = reference.into();
        let patterns: Vec<MailboxArgument> = patterns.into_iter().map(Into::into).collect();
        let mut written = CommandText::new(table::LIST.verb);
        options.write_selection(&mut written)?;
        written.text(b" ");
        written.mailbox(&reference)?;
        written.text(b" ");
        write_patterns(&mut written, &patterns)?;
        options.write_returned(&mut written)?;
        let besides = options.answers();
        let profile = match besides == Answers::NONE {
            true => {
                let patterns = patterns.iter().map(MailboxArgument::octets);
                Profile::listing(reference.octets(), patterns)
            }
            // STATUS, MYRIGHTS and METADATA beside it may be those that another command has asked for.
            false => {
                let mut profile = Profile::plain(table::LIST);
                profile.answers = profile.answers | besides;
                profile
            }
        };
        Ok(typed(written, profile))
    }

    /// `LSUB` (RFC 3501 section 6.3.9): LIST of subscribed mailboxes.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::lsub("", "*")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 LSUB \"\" *\r\n");
    #[doc = example!(end)]
    pub fn lsub(
        reference: impl Into<MailboxArgument>,
        pattern: impl Into<MailboxArgument>,
    ) -> Checked<Listed> {
        let mut written = naming(table::LSUB, &reference.into())?;
        written.text(b" ");
        written.pattern(&pattern.into())?;
        Ok(typed(written, Profile::plain(table::LSUB)))
    }
}

fn write_patterns(
    written: &mut CommandText,
    patterns: &[MailboxArgument],
) -> Result<(), InvalidArgument> {
    match patterns {
        [pattern] => written.pattern(pattern),
        patterns => parenthesized(written, patterns, CommandText::pattern),
    }
}
