//! Flags as arguments.

use super::argument::InvalidArgument;
use super::written::is_atom_char;
use crate::codec::Flag;

impl Flag<'_> {
    /// The flag as it is written: an atom, or `\` and an atom (RFC 9051 section 9, `flag`).
    pub(crate) fn check(&self) -> Result<&str, InvalidArgument> {
        let flag = self.as_str();
        let name = flag.strip_prefix('\\').unwrap_or(flag);
        match !name.is_empty() && name.bytes().all(is_atom_char) {
            true => Ok(flag),
            false => Err(InvalidArgument::NotAFlag),
        }
    }

    /// The same for a keyword (RFC 9051 section 9, `flag-keyword`).
    pub(crate) fn check_keyword(&self) -> Result<&str, InvalidArgument> {
        match self.is_system() {
            true => Err(InvalidArgument::NotAFlag),
            false => self.check(),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_servers_tell_is_not_all_that_can_be_set() {
        for flag in [
            "",
            "\\",
            "\\*",
            "\\\\Seen",
            "two words",
            "\"quoted\"",
            "a]",
            "caf\u{e9}",
            "a\r\nb",
            "(\\Seen)",
        ] {
            let refused = Err(InvalidArgument::NotAFlag);
            assert_eq!(Flag::from(flag).check(), refused, "{flag}");
        }
        assert_eq!(Flag::SEEN.check_keyword(), Err(InvalidArgument::NotAFlag));
        assert_eq!(Flag::JUNK.check_keyword(), Ok("$Junk"));
    }

    proptest! {
        #[test]
        fn a_flag_is_what_imap_types_takes_for_one(flag in "\\\\?[ -~\u{e9}]{0,4}") {
            let theirs = imap_types::flag::Flag::try_from(flag.as_str());
            // Only the server changes it, so they do not have it.
            prop_assume!(Flag::RECENT != flag.as_str());
            let theirs = theirs.map(|flag| flag.to_string()).ok();
            let flag = Flag::from(flag);
            let ours = flag.check().ok();
            prop_assert_eq!(ours.map(Flag::from), theirs.map(Flag::from));
        }
    }
}
