//! The options of LIST.

use alloc::string::String;
use alloc::vec::Vec;

use super::answers::Answers;
use super::argument::InvalidArgument;
use super::metadata_options::write_entries;
use super::written::{CommandText, atom};

/// The options of LIST (RFC 5258): which mailboxes it selects, and what it returns about them.
///
#[doc = example!(connected)]
/// let items = [StatusName::Messages, StatusName::Unseen];
/// let wanted = ListOptions::new().subscribed().return_special_use().return_status(items);
/// connection.send(Command::list_with("", ["INBOX", "Work/%"], &wanted)?, options, now)?;
/// let written = "A1 LIST (SUBSCRIBED) \"\" (INBOX Work/%) RETURN (SPECIAL-USE STATUS (MESSAGES UNSEEN))\r\n";
/// assert_eq!(connection.transmit(), written.as_bytes());
#[doc = example!(end)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListOptions {
    selection: Vec<&'static str>,
    returned: Vec<Returned>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Returned {
    Word(&'static str),
    Status(Vec<String>),
    MyRights,
    Metadata(Vec<String>),
}

const RECURSIVE_MATCH: &str = "RECURSIVEMATCH";
const REMOTE: &str = "REMOTE";

impl ListOptions {
    /// None: LIST in its basic form.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// `SUBSCRIBED`: mailboxes that are subscribed to, also those that do not exist (section 3.1).
    #[must_use]
    pub fn subscribed(self) -> Self {
        self.select("SUBSCRIBED")
    }

    /// `REMOTE`: also mailboxes on other servers (section 3.1).
    #[must_use]
    pub fn remote(self) -> Self {
        self.select(REMOTE)
    }

    /// `RECURSIVEMATCH`: also mailboxes with children that are selected. Their
    /// [`child_info`](crate::client::answers::ListedMailbox::child_info) says what these are (section 3.1).
    #[must_use]
    pub fn recursive_match(self) -> Self {
        self.select(RECURSIVE_MATCH)
    }

    /// `SPECIAL-USE`: only mailboxes that are used for something (RFC 6154 section 2).
    #[must_use]
    pub fn special_use(self) -> Self {
        self.select("SPECIAL-USE")
    }

    /// `SUBSCRIBED`: whether each is subscribed to (section 3.2).
    #[must_use]
    pub fn return_subscribed(self) -> Self {
        self.returning(Returned::Word("SUBSCRIBED"))
    }

    /// `CHILDREN`: whether each has children (section 3.2).
    #[must_use]
    pub fn return_children(self) -> Self {
        self.returning(Returned::Word("CHILDREN"))
    }

    /// `SPECIAL-USE`: what each is used for (RFC 6154 section 2). See [`role`](crate::client::answers::ListedMailbox::role).
    #[must_use]
    pub fn return_special_use(self) -> Self {
        self.returning(Returned::Word("SPECIAL-USE"))
    }

    /// `STATUS`: these [items](super::status_name::StatusName) about each, or any others by name (RFC 5819). See
    /// [`status`](crate::client::answers::ListedMailbox::status).
    #[must_use]
    pub fn return_status(self, items: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let items = items.into_iter().map(|item| item.as_ref().into());
        self.returning(Returned::Status(items.collect()))
    }

    /// `MYRIGHTS`: the user's rights to each (RFC 8440). See
    /// [`my_rights`](crate::client::answers::ListedMailbox::my_rights).
    #[must_use]
    pub fn return_my_rights(self) -> Self {
        self.returning(Returned::MyRights)
    }

    /// `METADATA`: these annotations of each (RFC 9590). See
    /// [`metadata`](crate::client::answers::ListedMailbox::metadata).
    #[must_use]
    pub fn return_metadata(self, entries: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let entries = entries.into_iter().map(|entry| entry.as_ref().into());
        self.returning(Returned::Metadata(entries.collect()))
    }

    fn select(mut self, option: &'static str) -> Self {
        if !self.selection.contains(&option) {
            self.selection.push(option);
        }
        self
    }

    fn returning(mut self, option: Returned) -> Self {
        if !self.returned.contains(&option) {
            self.returned.push(option);
        }
        self
    }

    /// The data besides LIST that answers it.
    pub(super) fn answers(&self) -> Answers {
        self.returned.iter().fold(Answers::NONE, |answers, option| {
            answers
                | match option {
                    Returned::Word(_) => Answers::NONE,
                    Returned::Status(_) => Answers::STATUS,
                    Returned::MyRights => Answers::MY_RIGHTS,
                    Returned::Metadata(_) => Answers::METADATA,
                }
        })
    }

    /// What stands before the reference.
    pub(super) fn write_selection(&self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        if self.selection.is_empty() {
            return Ok(());
        }
        // "The RECURSIVEMATCH option MUST NOT occur as the only selection option (or only with REMOTE)" (RFC 5258 section 3.1).
        let refers = |option: &&str| ![RECURSIVE_MATCH, REMOTE].contains(option);
        if self.selection.contains(&RECURSIVE_MATCH) && !self.selection.iter().any(refers) {
            return Err(InvalidArgument::RecursiveMatchAlone);
        }
        written.text(b" (");
        written.text(self.selection.join(" ").as_bytes());
        written.text(b")");
        Ok(())
    }

    /// What stands after the patterns.
    pub(super) fn write_returned(&self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        let mut before = &b" RETURN ("[..];
        for option in &self.returned {
            written.text(before);
            option.write(written)?;
            before = b" ";
        }
        if !self.returned.is_empty() {
            written.text(b")");
        }
        Ok(())
    }
}

impl Returned {
    fn write(&self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        match self {
            Self::Word(word) => written.text(word.as_bytes()),
            Self::MyRights => written.text(b"MYRIGHTS"),
            Self::Status(items) if items.is_empty() => return Err(InvalidArgument::Empty),
            Self::Status(items) => {
                written.text(b"STATUS (");
                for (index, item) in items.iter().enumerate() {
                    written.text(if index == 0 { b"" } else { b" " });
                    written.text(atom(item)?.as_bytes());
                }
                written.text(b")");
            }
            Self::Metadata(entries) => {
                written.text(b"METADATA ");
                write_entries(written, entries)?;
            }
        }
        Ok(())
    }
}
