//! The name of a mailbox, as an argument.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str;

use imap_types::core::{AString, IString, Literal};
use imap_types::mailbox::{ListMailbox, Mailbox};

use super::argument::InvalidArgument;
use crate::client::answers::ListedMailbox;
use crate::codec::{MailboxName, NameEncoding, is_the_same_in_both};

/// The name of a mailbox, as an argument of a command.
///
/// It is a name as people write it, which a `&str` converts into: `Entwürfe`, `R&D`. How that is written on the wire depends on
/// what is enabled, and is decided when the command is sent. Or it is a name [as it stands on the wire](Self::from_wire).
///
/// Dovecot 2.4.1 confirms UTF8=ACCEPT, but goes on writing and requiring modified UTF-7. A name from its LIST converts into an
/// argument that it takes. Any other name is written for it with `from_wire(encode_mailbox_name(name))`.
///
/// ```
/// use imap_machine::client::{Command, MailboxArgument};
///
/// // A1 CREATE R&-D, or A1 CREATE "R&D" after ENABLE IMAP4rev2.
/// let create = Command::create("R&D")?;
/// // A name that is not valid modified UTF-7, as LIST gave it.
/// let delete = Command::delete(MailboxArgument::from_wire(b"A&B"))?;
/// # Ok::<(), imap_machine::client::InvalidArgument>(())
/// ```
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

    /// The name that is the first argument of a command.
    pub(super) fn of_argument(mailbox: &Mailbox<'_>, names: Spellings) -> Self {
        let octets: &[u8] = match mailbox {
            Mailbox::Inbox => b"INBOX",
            Mailbox::Other(name) => name.as_ref(),
        };
        let by_people = names.by_people(0).then(|| str::from_utf8(octets).ok());
        match by_people.flatten() {
            Some(name) => Self::from(name),
            None => Self::from_wire(octets),
        }
    }

    pub(super) fn as_people_write_it(&self) -> Option<&str> {
        match &self.0 {
            Spelled::ByPeople(name) => Some(name),
            Spelled::OnTheWire(_) => None,
        }
    }

    /// As it was given.
    pub(super) fn octets(&self) -> &[u8] {
        match &self.0 {
            Spelled::ByPeople(name) => name.as_bytes(),
            Spelled::OnTheWire(octets) => octets,
        }
    }

    /// The name as an argument, and how it is spelled.
    pub(super) fn into_argument(self) -> Result<(Mailbox<'static>, Spelling), InvalidArgument> {
        let (octets, spelling) = match self.0 {
            Spelled::ByPeople(name) if !is_the_same_in_both(&name) => {
                let mailbox = Mailbox::from(AString::String(literal(name.as_bytes())?));
                return Ok((mailbox, Spelling::ByPeople));
            }
            Spelled::ByPeople(name) => (name.into_bytes(), Spelling::Same),
            Spelled::OnTheWire(octets) => (octets, Spelling::OnTheWire),
        };
        let mailbox = Mailbox::try_from(octets).map_err(|_| InvalidArgument::Nul)?;
        match &mailbox {
            Mailbox::Other(other)
                if matches!(other.inner(), AString::String(IString::Literal(_))) =>
            {
                Ok((mailbox, spelling))
            }
            _ => Ok((mailbox, Spelling::Same)),
        }
    }

    /// The name, or names with wildcards, as an argument of LIST.
    pub(super) fn into_pattern(self) -> Result<(ListMailbox<'static>, Spelling), InvalidArgument> {
        let (octets, spelling) = match &self.0 {
            Spelled::ByPeople(name) => (name.as_bytes(), Spelling::ByPeople),
            Spelled::OnTheWire(octets) => (octets.as_slice(), Spelling::OnTheWire),
        };
        let text = str::from_utf8(octets).ok();
        let same = text.filter(|text| match spelling {
            Spelling::ByPeople => is_the_same_in_both(text),
            _ => text.bytes().all(|octet| (0x20..0x7f).contains(&octet)),
        });
        match same {
            Some(text) => {
                let pattern = ListMailbox::try_from(String::from(text));
                let pattern = pattern.map_err(|_| InvalidArgument::Nul)?;
                Ok((pattern, Spelling::Same))
            }
            None => Ok((ListMailbox::String(literal(octets)?), spelling)),
        }
    }
}

/// A literal, of which the encoder makes what is sent.
fn literal(octets: &[u8]) -> Result<IString<'static>, InvalidArgument> {
    let literal = Literal::try_from(Vec::from(octets)).map_err(|_| InvalidArgument::Nul)?;
    Ok(IString::Literal(literal))
}

/// How a name in the body of a command is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// The same in both forms of names, and no literal.
    Same,
    /// In a literal that is sent as it is.
    OnTheWire,
    /// In a literal, as people write it.
    ByPeople,
}

/// Which of the literals of a command are names as people write them. Names come before all other literals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spellings(u8);

impl Spellings {
    /// Names in the order of the command.
    pub(super) fn of<const N: usize>(names: [Spelling; N]) -> Self {
        let literals = names.into_iter().filter(|name| *name != Spelling::Same);
        Self(literals.enumerate().fold(0, |set, (index, name)| {
            set | u8::from(name == Spelling::ByPeople) << index
        }))
    }

    /// Whether the literal with this index is a name as people write it.
    pub(super) const fn by_people(self, index: usize) -> bool {
        index < 8 && self.0 & (1 << index) != 0
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_differ_are_left_to_the_moment_of_sending() {
        for (name, spelling) in [
            ("plain", Spelling::Same),
            ("two words", Spelling::Same),
            ("inbox", Spelling::Same),
            ("", Spelling::Same),
            ("R&D", Spelling::ByPeople),
            ("Entw\u{fc}rfe", Spelling::ByPeople),
            ("a\tb", Spelling::ByPeople),
        ] {
            let argument = MailboxArgument::from(name).into_argument().unwrap();
            assert_eq!(argument.1, spelling, "{name}");
            let pattern = MailboxArgument::from(name).into_pattern().unwrap();
            assert_eq!(pattern.1, spelling, "{name}");
        }
        assert!(MailboxArgument::from("a\0b").into_argument().is_err());
        for (wire, spelling) in [
            (&b"A&B"[..], Spelling::Same),
            (b"\xff", Spelling::OnTheWire),
        ] {
            let name = MailboxArgument::from_wire(wire);
            assert_eq!(name.clone().into_argument().unwrap().1, spelling);
            assert_eq!(name.into_pattern().unwrap().1, spelling);
        }
    }

    #[test]
    fn literals_are_counted_and_other_names_are_not() {
        use Spelling::{ByPeople, OnTheWire, Same};
        let set = |names: [Spelling; 2]| {
            let set = Spellings::of(names);
            [0, 1].map(|index| set.by_people(index))
        };
        assert_eq!(set([Same, ByPeople]), [true, false]);
        assert_eq!(set([OnTheWire, ByPeople]), [false, true]);
        assert_eq!(set([ByPeople, ByPeople]), [true, true]);
        assert_eq!(set([ByPeople, OnTheWire]), [true, false]);
        assert!(!Spellings::default().by_people(0) && !Spellings::default().by_people(9));
    }
}
