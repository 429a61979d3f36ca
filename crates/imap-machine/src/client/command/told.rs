//! The mailboxes that the answer of a command names: how answers of one kind are told apart (docs/decisions/0026).

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::mailbox_argument::MailboxArgument;

/// The mailboxes that an answer names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ToldMailboxes {
    /// This one, as it stands on the wire.
    One(Box<[u8]>),
    /// LIST: those whose names begin with this.
    Beginning(Box<[u8]>),
}

impl ToldMailboxes {
    pub(super) fn one(name: &MailboxArgument) -> Self {
        Self::One(name.told().into())
    }

    /// What the names that LIST finds begin with: what all patterns begin with, in lower case. NUL stands for the end of a name.
    ///
    /// "The returned mailbox names MUST match the supplied mailbox name pattern(s)" (RFC 9051 section 6.3.9). With a reference
    /// they are interpreted, and an empty pattern asks for the root: nothing is known of the names then.
    pub(super) fn listed<'a>(
        reference: &[u8],
        patterns: impl IntoIterator<Item = &'a [u8]>,
    ) -> Self {
        let begin = patterns.into_iter().map(beginning);
        let common = begin.reduce(|one, other| {
            let common = one.iter().zip(&other).take_while(|(a, b)| a == b);
            let common = common.count();
            one.into_iter().take(common).collect()
        });
        let common = common.filter(|_| reference.is_empty());
        Self::Beginning(common.unwrap_or_default().into())
    }

    /// Whether a name in an answer may be one of them.
    pub(crate) fn may_be(&self, name: &[u8]) -> bool {
        match self {
            Self::One(one) => **one == *name,
            Self::Beginning(beginning) => match beginning.split_last() {
                Some((0, whole)) => name.eq_ignore_ascii_case(whole),
                _ => {
                    let begins = name.get(..beginning.len());
                    begins.is_some_and(|begins| begins.eq_ignore_ascii_case(beginning))
                }
            },
        }
    }

    /// Whether no name can be one of both. If that is not known, it is false.
    pub(super) fn is_apart(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::One(one), Self::One(other)) => one != other,
            (Self::Beginning(one), Self::Beginning(other)) => {
                !one.starts_with(other) && !other.starts_with(one)
            }
            _ => false,
        }
    }
}

/// What the names that match begin with. INBOX is the same in upper and lower case (RFC 9051 section 5.1), and to some servers every
/// name is. It ends before a letter whose form depends on what is enabled.
fn beginning(pattern: &[u8]) -> Vec<u8> {
    let is_fixed = |octet: &u8| matches!(octet, b' '..=b'~') && !b"*%&".contains(octet);
    let mut fixed: Vec<u8> = pattern.iter().copied().take_while(is_fixed).collect();
    fixed.make_ascii_lowercase();
    if fixed.len() == pattern.len() && !pattern.is_empty() {
        fixed.push(0);
    }
    fixed
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use proptest::prelude::*;

    use super::*;

    fn listed(patterns: &[&str]) -> ToldMailboxes {
        ToldMailboxes::listed(b"", patterns.iter().map(|pattern| pattern.as_bytes()))
    }

    #[test]
    fn what_names_begin_with() {
        let beginning = |patterns: &[&str]| match listed(patterns) {
            ToldMailboxes::Beginning(beginning) => String::from_utf8(beginning.to_vec()).unwrap(),
            one => panic!("{one:?}"),
        };
        assert_eq!(beginning(&["Work/%"]), "work/");
        assert_eq!(beginning(&["Work"]), "work\0");
        assert_eq!(beginning(&["Work", "Work"]), "work\0");
        assert_eq!(beginning(&["Work", "Work/%"]), "work");
        assert_eq!(beginning(&["a", "b"]), "");
        assert_eq!(beginning(&[""]), "");
        // Entw&APw-rfe, or in UTF-8: decided when it is sent.
        assert_eq!(beginning(&["Entw\u{fc}rfe"]), "entw");
        assert_eq!(beginning(&["R&D/%"]), "r");
        let interpreted = ToldMailboxes::listed(b"~", [&b"a"[..]]);
        assert_eq!(interpreted, ToldMailboxes::Beginning(Box::default()));
    }

    /// As in RFC 9051 section 6.3.9, with `/` between levels.
    fn matches(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern.split_first(), name.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) if matches(rest, name) => true,
            (Some((b'%', rest)), _) if matches(rest, name) => true,
            (Some((b'*', _)), Some((_, names))) => matches(pattern, names),
            (Some((b'%', _)), Some((letter, names))) => *letter != b'/' && matches(pattern, names),
            (Some((a, rest)), Some((b, names))) => {
                a.eq_ignore_ascii_case(b) && matches(rest, names)
            }
            _ => false,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn patterns_that_match_one_name_are_not_apart(
            one in prop::collection::vec("[aAb/%*]{1,4}", 1..3),
            other in "[aAb/%*]{1,4}",
            name in "[aAb/]{1,4}",
        ) {
            let one: Vec<_> = one.iter().map(String::as_str).collect();
            let (ours, theirs) = (listed(&one), listed(&[&other]));
            let name = name.as_bytes();
            let matched = one.iter().any(|pattern| matches(pattern.as_bytes(), name));
            prop_assert!(!matched || ours.may_be(name));
            prop_assert!(!(ours.may_be(name) && theirs.may_be(name) && ours.is_apart(&theirs)));
        }
    }
}
