//! What the server said it can do, and when it has to be asked again.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// The server's capabilities (RFC 9051 section 7.2.2), as last announced.
///
/// They are unknown until the server says them. They become unknown again with STARTTLS and with authentication, unless the
/// response that ends the command carries a new list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    // Upper case, sorted, with spaces between them: the list is short and seldom looked at. `None`: not known.
    names: Option<Box<str>>,
}

/// Extensions that are a part of IMAP4rev2 (RFC 9051 appendix E).
const IN_IMAP4REV2: [&str; 13] = [
    "ENABLE",
    "ESEARCH",
    "IDLE",
    "LIST-STATUS",
    "LITERAL-",
    "MOVE",
    "NAMESPACE",
    "SASL-IR",
    "SEARCHRES",
    "SPECIAL-USE",
    "STATUS=SIZE",
    "UIDPLUS",
    "UNSELECT",
];

/// Those that do not wait for ENABLE: ENABLE itself, and the form of literals (RFC 9051 section 4.3).
const AT_ONCE: [&str; 2] = ["ENABLE", "LITERAL-"];

/// Whether this extension is a part of IMAP4rev2.
pub(crate) fn is_in_imap4rev2(name: &str) -> bool {
    let mut parts = IN_IMAP4REV2.iter();
    parts.any(|part| part.eq_ignore_ascii_case(name))
}

impl Capabilities {
    /// Whether there is a list that still holds.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.names.is_some()
    }

    /// Whether the server has announced `name`, itself or as a part of IMAP4rev2 (RFC 9051 appendix E); case does not matter.
    /// `false` when the list is not known.
    ///
    /// A server that announces IMAP4rev1 as well keeps to that until ENABLE IMAP4rev2 (appendix A), so of the parts of IMAP4rev2
    /// it has only those that do not wait for ENABLE. What holds after it:
    /// [`ClientConnection::supports`](crate::client::ClientConnection::supports).
    ///
    /// BINARY and LIST-EXTENDED are not among the parts. IMAP4rev2 has BINARY in FETCH, but not in APPEND (appendix B), and not
    /// several patterns in one LIST (appendix C).
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        let announced = |name: &str| self.iter().any(|known| known.eq_ignore_ascii_case(name));
        if announced(name) {
            return true;
        }
        let at_once = || AT_ONCE.iter().any(|part| part.eq_ignore_ascii_case(name));
        let holds_now = || at_once() || !announced("IMAP4REV1");
        is_in_imap4rev2(name) && announced("IMAP4REV2") && holds_now()
    }

    /// The names that were announced, in upper case, sorted; nothing when they are not known.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let names = self.names.as_deref().unwrap_or_default();
        names.split(' ').filter(|name| !name.is_empty())
    }

    /// The largest literal that may be sent without waiting (RFC 7888). With LITERAL+ this is `plus`, the caller's own bound.
    pub(crate) fn non_synchronizing(&self, plus: u64) -> Option<u64> {
        if self.has("LITERAL+") {
            Some(plus)
        } else if self.has("LITERAL-") {
            // RFC 7888 section 5.
            Some(plus.min(4096))
        } else {
            None
        }
    }

    /// Takes a list as it stands on the wire: names with spaces between them. A name that does not end within the first
    /// `limit` octets counts as not announced.
    pub(crate) fn learn(&mut self, list: &[u8], limit: usize) {
        let names = beginning(list.trim_ascii(), limit)
            .split(|octet| *octet == b' ')
            .filter(|name| !name.is_empty())
            .map(|name| String::from_utf8_lossy(name).to_ascii_uppercase());
        let mut names: Vec<String> = names.collect();
        names.sort_unstable();
        names.dedup();
        self.names = Some(names.join(" ").into());
    }

    pub(crate) fn forget(&mut self) {
        self.names = None;
    }
}

/// The names that end within the first `limit` octets.
fn beginning(list: &[u8], limit: usize) -> &[u8] {
    match list.split_at_checked(limit) {
        None | Some((_, [] | [b' ', ..])) => list.get(..limit).unwrap_or(list),
        Some((within, _)) => {
            let space = within.iter().rposition(|octet| *octet == b' ');
            within.get(..space.unwrap_or(0)).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_is_not_empty() {
        let mut capabilities = Capabilities::default();
        assert!(!capabilities.is_known() && !capabilities.has("IDLE"));
        capabilities.learn(b"", 1000);
        assert!(capabilities.is_known() && !capabilities.has("IDLE"));
        capabilities.learn(b"IMAP4rev1  idle LITERAL- ", 1000);
        assert!(capabilities.has("IDLE") && capabilities.has("idle"));
        assert_eq!(capabilities.iter().count(), 3);
        capabilities.forget();
        assert!(!capabilities.is_known());
    }

    #[test]
    fn imap4rev2_has_parts() {
        let has = |list: &[u8], name| {
            let mut capabilities = Capabilities::default();
            capabilities.learn(list, 1000);
            capabilities.has(name)
        };
        for name in ["move", "IDLE", "SASL-IR", "Enable", "STATUS=SIZE"] {
            assert!(has(b"imap4rev2", name), "{name}");
            assert!(!has(b"IMAP4rev1", name), "{name}");
        }
        for name in ["BINARY", "LIST-EXTENDED", "CONDSTORE", "IMAP4rev1"] {
            assert!(!has(b"IMAP4rev2", name), "{name}");
        }
        let both = b"IMAP4rev1 IMAP4rev2 IDLE";
        for (name, now) in [
            ("IDLE", true),
            ("ENABLE", true),
            ("LITERAL-", true),
            ("MOVE", false),
        ] {
            assert_eq!(has(both, name), now, "{name}");
        }
    }

    #[test]
    fn literal_minus_is_4096_at_most() {
        let mut capabilities = Capabilities::default();
        assert_eq!(capabilities.non_synchronizing(1 << 20), None);
        capabilities.learn(b"LITERAL-", 1000);
        assert_eq!(capabilities.non_synchronizing(1 << 20), Some(4096));
        assert_eq!(capabilities.non_synchronizing(100), Some(100));
        capabilities.learn(b"LITERAL- LITERAL+", 1000);
        assert_eq!(capabilities.non_synchronizing(1 << 20), Some(1 << 20));
    }

    #[test]
    fn a_list_is_cut_between_two_names() {
        for (limit, known) in [
            (0, ""),
            (3, ""),
            (4, "IDLE"),
            (5, "IDLE"),
            (12, "IDLE"),
            (13, "IDLE UIDPLUS_"),
            (14, "IDLE UIDPLUS_"),
            (15, "IDLE UIDPLUS_ X"),
            (99, "IDLE UIDPLUS_ X"),
        ] {
            let mut capabilities = Capabilities::default();
            capabilities.learn(b" IDLE UIDPLUS_ X", limit);
            let names: Vec<&str> = capabilities.iter().collect();
            assert_eq!(names.join(" "), known, "{limit}");
            assert!(capabilities.is_known());
        }
    }
}
