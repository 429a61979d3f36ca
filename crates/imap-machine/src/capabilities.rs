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

impl Capabilities {
    /// Whether there is a list that still holds.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.names.is_some()
    }

    /// Whether `name` is in the list; case does not matter. `false` when the list is not known.
    ///
    /// `IMAP4rev2` implies several extensions; the caller has to know which.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The names, in upper case, sorted; nothing when they are not known.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let names = self.names.as_deref().unwrap_or_default();
        names.split(' ').filter(|name| !name.is_empty())
    }

    /// The largest literal that may be sent without waiting (RFC 7888). With LITERAL+ this is `plus`, the caller's own bound.
    pub(crate) fn non_synchronizing(&self, plus: u64) -> Option<u64> {
        if self.has("LITERAL+") {
            Some(plus)
        } else if self.has("LITERAL-") || self.has("IMAP4REV2") {
            // RFC 7888 section 5; RFC 9051 section 4.3 for IMAP4rev2.
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
