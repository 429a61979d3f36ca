//! The name of a mailbox, as an argument.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::client::answers::ListedMailbox;
use crate::codec::{MailboxName, NameEncoding};

/// The name of a mailbox, as an argument of a command.
///
/// It is a name as people write it, which a `&str` converts into: `Entwürfe`, `R&D`. How that is written on the wire depends on
/// what is enabled, and is decided when the command is sent. Or it is a name [as it stands on the wire](Self::from_wire).
///
/// Dovecot 2.4.1 confirms UTF8=ACCEPT, but goes on writing and requiring modified UTF-7. A name from its LIST converts into an
/// argument that it takes. Any other name is written for it with `from_wire(encode_mailbox_name(name))`.
///
#[doc = example!(connected)]
/// connection.send(Command::create("R&D")?, options, now)?;
/// // After ENABLE IMAP4rev2 it would be "R&D".
/// assert_eq!(connection.transmit(), b"A1 CREATE R&-D\r\n");
/// // A name that is not valid modified UTF-7, as LIST gave it.
/// let delete = Command::delete(MailboxArgument::from_wire(b"A&B"))?;
#[doc = example!(end)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MailboxArgument(Spelled);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Spelled {
    ByPeople(String),
    OnTheWire(Vec<u8>),
}

impl MailboxArgument {
    /// A name as it stands on the wire, without quotes: it is sent octet for octet, whether it is valid or not. Use it for a
    /// name that the server has told in LIST and that cannot be decoded.
    #[must_use]
    pub fn from_wire(octets: impl Into<Vec<u8>>) -> Self {
        Self(Spelled::OnTheWire(octets.into()))
    }

    /// A name as people write it, if it can be told in this form. A name on the wire that is not valid is shown as it is.
    #[must_use]
    pub fn readable(&self, form: NameEncoding) -> Cow<'_, str> {
        match &self.0 {
            Spelled::ByPeople(name) => Cow::Borrowed(name),
            Spelled::OnTheWire(octets) => match form.decode(octets) {
                Some(name) => Cow::Owned(name),
                None => String::from_utf8_lossy(octets),
            },
        }
    }

    pub(super) fn as_people_write_it(&self) -> Option<&str> {
        match &self.0 {
            Spelled::ByPeople(name) => Some(name),
            Spelled::OnTheWire(_) => None,
        }
    }

    /// As answers name it, if it is not one of those whose form is decided when it is sent.
    pub(super) fn told(&self) -> &[u8] {
        match self.octets() {
            inbox if inbox.eq_ignore_ascii_case(b"INBOX") => b"INBOX",
            octets => octets,
        }
    }

    /// As answers name it while names have this form.
    pub(crate) fn told_in(&self, form: NameEncoding) -> Cow<'_, [u8]> {
        match &self.0 {
            Spelled::ByPeople(name) if !name.eq_ignore_ascii_case("INBOX") => {
                match form.encode(name) {
                    Cow::Borrowed(name) => Cow::Borrowed(name.as_bytes()),
                    Cow::Owned(name) => Cow::Owned(name.into_bytes()),
                }
            }
            _ => Cow::Borrowed(self.told()),
        }
    }

    /// As it was given.
    pub(super) fn octets(&self) -> &[u8] {
        match &self.0 {
            Spelled::ByPeople(name) => name.as_bytes(),
            Spelled::OnTheWire(octets) => octets,
        }
    }
}

impl From<&str> for MailboxArgument {
    fn from(name: &str) -> Self {
        Self::from(String::from(name))
    }
}

impl From<String> for MailboxArgument {
    fn from(name: String) -> Self {
        Self(Spelled::ByPeople(name))
    }
}

impl From<&String> for MailboxArgument {
    fn from(name: &String) -> Self {
        Self::from(name.as_str())
    }
}

impl From<&Self> for MailboxArgument {
    fn from(name: &Self) -> Self {
        name.clone()
    }
}

/// The name in the octets of the server, in which it is the same mailbox whether they are valid or not. They mean another one
/// after an ENABLE that changes how names are written.
impl From<&MailboxName<'_>> for MailboxArgument {
    fn from(name: &MailboxName<'_>) -> Self {
        Self::from_wire(name.wire())
    }
}

/// As from a [`MailboxName`].
impl From<&ListedMailbox> for MailboxArgument {
    fn from(mailbox: &ListedMailbox) -> Self {
        let wire = mailbox.wire_name.as_deref();
        Self::from_wire(wire.unwrap_or(mailbox.name.as_bytes()))
    }
}

impl fmt::Debug for MailboxArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Spelled::ByPeople(name) => write!(f, "MailboxArgument({name:?})"),
            Spelled::OnTheWire(wire) => write!(f, "MailboxArgument(wire {})", wire.escape_ascii()),
        }
    }
}
