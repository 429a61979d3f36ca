//! Mailbox names, and how they are written on the wire: in modified UTF-7 (RFC 3501 section 5.1.3) or in UTF-8 (RFC 9051
//! section 5.1).

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str;

use bounded_static::ToStatic;

use super::octets::Octets;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// How mailbox names are encoded on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, ToStatic)]
pub enum NameEncoding {
    /// Modified UTF-7 (RFC 3501 section 5.1.3).
    #[default]
    ModifiedUtf7,
    /// UTF-8, once IMAP4rev2 or UTF8=ACCEPT is enabled (RFC 9051 section 5.1, RFC 6855 section 3).
    Utf8,
}

impl NameEncoding {
    /// A name from the wire as people write it. `None` if it is not valid in this form: then show it as it is, and name it to the
    /// server by its octets.
    ///
    /// ```
    /// use imap_machine::codec::NameEncoding;
    /// assert_eq!(NameEncoding::ModifiedUtf7.decode(b"R&-D").as_deref(), Some("R&D"));
    /// assert_eq!(NameEncoding::Utf8.decode(b"R&-D").as_deref(), Some("R&-D"));
    /// ```
    #[must_use]
    pub fn decode(self, wire: &[u8]) -> Option<String> {
        let wire = str::from_utf8(wire).ok()?;
        match self {
            Self::ModifiedUtf7 => decode_mailbox_name(wire),
            Self::Utf8 => Some(wire.to_owned()),
        }
    }

    /// A name as people write it, written in this form.
    #[must_use]
    pub fn encode(self, name: &str) -> Cow<'_, str> {
        match self {
            Self::ModifiedUtf7 if !is_the_same_in_both(name) => {
                Cow::Owned(encode_mailbox_name(name))
            }
            _ => Cow::Borrowed(name),
        }
    }
}

/// A mailbox name from the server.
///
/// Two names are equal if they are on the wire; INBOX is the same in upper and lower case (RFC 9051 section 5.1).
#[derive(Clone, ToStatic)]
pub struct MailboxName<'a> {
    wire: Octets<'a>,
    encoding: NameEncoding,
}

impl<'a> MailboxName<'a> {
    pub(crate) const fn new(wire: Octets<'a>, encoding: NameEncoding) -> Self {
        Self { wire, encoding }
    }

    /// The octets on the wire, without quotes.
    #[must_use]
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }

    /// How it is encoded on the wire.
    #[must_use]
    pub const fn encoding(&self) -> NameEncoding {
        self.encoding
    }

    /// The name as people write it. As on the wire if that is not what the encoding requires; octets that are not UTF-8 are
    /// replaced.
    #[must_use]
    pub fn to_str(&self) -> Cow<'_, str> {
        if self.is_inbox() {
            return Cow::Borrowed("INBOX");
        }
        let text = String::from_utf8_lossy(&self.wire);
        match self.encoding {
            NameEncoding::ModifiedUtf7 if text.contains('&') => {
                decode_mailbox_name(&text).map_or(text, Cow::Owned)
            }
            _ => text,
        }
    }

    /// The octets by which it is compared with others.
    pub(crate) fn normal(&self) -> &[u8] {
        match self.is_inbox() {
            true => b"INBOX",
            false => self.wire(),
        }
    }

    /// Whether it is the INBOX.
    #[must_use]
    pub fn is_inbox(&self) -> bool {
        self.wire.eq_ignore_ascii_case(b"INBOX")
    }
}

impl PartialEq for MailboxName<'_> {
    fn eq(&self, other: &MailboxName<'_>) -> bool {
        self.normal() == other.normal()
    }
}

impl Eq for MailboxName<'_> {}

/// As people [write it](MailboxName::to_str).
impl PartialEq<str> for MailboxName<'_> {
    fn eq(&self, other: &str) -> bool {
        self.to_str() == other
    }
}

/// As people [write it](MailboxName::to_str).
impl PartialEq<&str> for MailboxName<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.to_str() == *other
    }
}

impl Hash for MailboxName<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normal().hash(state);
    }
}

/// As people [write it](MailboxName::to_str).
impl fmt::Display for MailboxName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_str())
    }
}

impl fmt::Debug for MailboxName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_str(), f)
    }
}

/// Whether the name is written the same way in both forms.
pub(crate) fn is_the_same_in_both(name: &str) -> bool {
    name.chars()
        .all(|letter| is_direct(letter) && letter != '&')
}

/// A mailbox name as people write it, encoded for the wire: `Entwürfe` is `Entw&APw-rfe`, `R&D` is `R&-D`.
///
/// ```
/// use imap_machine::codec::encode_mailbox_name;
/// assert_eq!(encode_mailbox_name("Entwürfe"), "Entw&APw-rfe");
/// ```
#[must_use]
pub fn encode_mailbox_name(name: &str) -> String {
    let mut wire = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        if first == '&' {
            wire.push_str("&-");
        } else if is_direct(first) {
            wire.push(first);
        } else {
            let end = rest.find(is_direct).unwrap_or(rest.len());
            let (run, tail) = rest.split_at(end);
            encode_run(run, &mut wire);
            rest = tail;
            continue;
        }
        rest = &rest[first.len_utf8()..];
    }
    wire
}

fn is_direct(letter: char) -> bool {
    matches!(letter, ' '..='~')
}

fn encode_run(run: &str, wire: &mut String) {
    wire.push('&');
    let (mut bits, mut held) = (0_u32, 0_u32);
    for unit in run.encode_utf16() {
        bits = (bits << 16) | u32::from(unit);
        held += 16;
        while held >= 6 {
            held -= 6;
            wire.push(digit(bits >> held));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        wire.push(digit(bits << (6 - held)));
    }
    wire.push('-');
}

fn digit(value: u32) -> char {
    char::from(ALPHABET[(value & 63) as usize])
}

/// The readable form of a name from the wire, or `None` when it is not modified UTF-7: then show it as it is.
///
/// ```
/// use imap_machine::codec::decode_mailbox_name;
/// assert_eq!(decode_mailbox_name("Entw&APw-rfe").as_deref(), Some("Entwürfe"));
/// assert_eq!(decode_mailbox_name("R&D"), None);
/// ```
#[must_use]
pub fn decode_mailbox_name(wire: &str) -> Option<String> {
    let mut name = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some(shift) = rest.find('&') {
        let (direct, run) = rest.split_at(shift);
        name.push_str(direct);
        let (run, tail) = run[1..].split_once('-')?;
        match run {
            "" => name.push('&'),
            _ => decode_run(run, &mut name)?,
        }
        rest = tail;
    }
    name.push_str(rest);
    Some(name)
}

fn decode_run(run: &str, name: &mut String) -> Option<()> {
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut units = alloc::vec::Vec::with_capacity(run.len());
    for letter in run.bytes() {
        let value = memchr::memchr(letter, ALPHABET)?;
        bits = (bits << 6) | u32::try_from(value).ok()?;
        held += 6;
        if held >= 16 {
            held -= 16;
            units.push(u16::try_from((bits >> held) & 0xffff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    // The rest is padding: less than a digit, and all zero.
    if held >= 6 || bits != 0 {
        return None;
    }
    for letter in char::decode_utf16(units) {
        name.push(letter.ok()?);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_shown_and_compared_as_people_write_it() {
        let wire = Octets::from(&b"Entw&APw-rfe"[..]);
        let name = MailboxName::new(wire, NameEncoding::ModifiedUtf7);
        assert_eq!(name, "Entw\u{fc}rfe");
        assert_ne!(name, "Entw&APw-rfe");
        assert_eq!(format!("{name:<9}|"), "Entw\u{fc}rfe |");
    }

    #[test]
    fn examples_of_rfc_3501() {
        let wire = "~peter/mail/&U,BTFw-/&ZeVnLIqe-";
        let name = "~peter/mail/\u{53f0}\u{5317}/\u{65e5}\u{672c}\u{8a9e}";
        assert_eq!(decode_mailbox_name(wire).as_deref(), Some(name));
        assert_eq!(encode_mailbox_name(name), wire);
        assert_eq!(encode_mailbox_name("R&D"), "R&-D");
        for broken in ["&", "&Jjo", "&!-", "&A-", "&2AA-"] {
            assert_eq!(decode_mailbox_name(broken), None, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn both_forms_go_there_and_back(name in "[a-z&-]{0,9}|.{0,9}") {
            for form in [NameEncoding::ModifiedUtf7, NameEncoding::Utf8] {
                let wire = form.encode(&name);
                prop_assert_eq!(form.decode(wire.as_bytes()), Some(name.clone()));
            }
            let both = [NameEncoding::ModifiedUtf7, NameEncoding::Utf8].map(|form| form.encode(&name));
            prop_assert_eq!(both[0] == both[1], is_the_same_in_both(&name));
        }

        #[test]
        fn round_trip(name in any::<String>()) {
            let wire = encode_mailbox_name(&name);
            prop_assert!(wire.bytes().all(|octet| (0x20..0x7f).contains(&octet)));
            prop_assert_eq!(decode_mailbox_name(&wire), Some(name));
        }
    }
}
