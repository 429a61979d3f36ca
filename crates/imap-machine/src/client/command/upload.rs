//! What a command puts into a mailbox, as far as limits of the server are about it.

use alloc::boxed::Box;

use super::mailbox_argument::MailboxArgument;

/// Messages on their way into a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Upload {
    pub(crate) mailbox: MailboxArgument,
    /// The size of the largest message, in octets.
    pub(crate) largest: u64,
}

impl Upload {
    pub(super) fn new(mailbox: MailboxArgument, largest: u64) -> Box<Self> {
        // It is written in one way.
        let mailbox = match mailbox.told() {
            b"INBOX" => MailboxArgument::from_wire(*b"INBOX"),
            _ => mailbox,
        };
        Box::new(Self { mailbox, largest })
    }
}
