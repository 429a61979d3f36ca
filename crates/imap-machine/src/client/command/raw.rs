//! Commands that are written by hand.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::argument::InvalidArgument;
use crate::lexer::quoted;
use crate::outgoing::fragments::Fragment;

/// A command written by hand: any verb, any arguments.
///
/// Every argument is checked for CR, LF and NUL, so that no value can end the line and begin another command. A raw command has
/// the wire for itself, since nothing is known about its answer and what it changes.
///
/// ```
/// use imap_machine::client::Command;
///
/// // A1 XLIST "" "*"
/// let command = Command::raw("XLIST")?.string("")?.string("*")?;
/// // A2 SEARCH RETURN (COUNT) UNSEEN
/// let search = Command::raw("SEARCH")?.verbatim("RETURN (COUNT) UNSEEN")?;
/// assert!(Command::raw("NOOP\r\nA2 LOGOUT").is_err());
/// # Ok::<(), imap_machine::client::InvalidArgument>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct RawCommand {
    verb: String,
    // Without tag and line end.
    fragments: Vec<Fragment>,
}

impl RawCommand {
    pub(super) fn new(verb: &str) -> Result<Self, InvalidArgument> {
        // A verb may be two words: UID FETCH.
        let words = verb.split(' ').all(is_atom);
        if !words {
            return Err(InvalidArgument::NotAnAtom);
        }
        Ok(Self {
            verb: verb.to_ascii_uppercase(),
            fragments: [Fragment::Text(verb.as_bytes().to_vec())].into(),
        })
    }

    /// Adds an atom: a word without spaces, quotes, parentheses and the like (RFC 9051 section 4.1).
    pub fn atom(self, atom: &str) -> Result<Self, InvalidArgument> {
        match is_atom(atom) {
            true => Ok(self.argument(atom.as_bytes())),
            false => Err(InvalidArgument::NotAnAtom),
        }
    }

    /// Adds a string (section 4.3): quoted if possible, otherwise as a literal.
    pub fn string(self, value: impl AsRef<[u8]>) -> Result<Self, InvalidArgument> {
        let value = value.as_ref();
        let quotable =
            value.len() <= 1000 && value.iter().all(|octet| (0x20..0x7f).contains(octet));
        if !quotable {
            return self.literal(value);
        }
        let mut quoted = Vec::with_capacity(value.len() + 2);
        quoted.push(b'"');
        for octet in value {
            if matches!(octet, b'"' | b'\\') {
                quoted.push(b'\\');
            }
            quoted.push(*octet);
        }
        quoted.push(b'"');
        Ok(self.argument(&quoted))
    }

    /// Adds a literal (section 4.3). It waits for the server's permission if that is needed.
    pub fn literal(mut self, value: impl Into<Vec<u8>>) -> Result<Self, InvalidArgument> {
        let value = value.into();
        if memchr::memchr(0, &value).is_some() {
            return Err(InvalidArgument::Nul);
        }
        self.text(b" ");
        self.fragments.push(Fragment::Literal(value));
        Ok(self)
    }

    /// Adds arguments as they are: parentheses, sets, nested lists. They must not contain CR, LF or NUL, nor end like the header
    /// of a literal.
    pub fn verbatim(self, arguments: &str) -> Result<Self, InvalidArgument> {
        if arguments.contains(['\r', '\n', '\0']) {
            return Err(InvalidArgument::LineEnd);
        }
        match arguments.ends_with('}') {
            true => Err(InvalidArgument::LiteralHeader),
            false => Ok(self.argument(arguments.as_bytes())),
        }
    }

    pub(super) fn verb(&self) -> &str {
        &self.verb
    }

    /// The first argument, without its quotes.
    pub(super) fn first_argument(&self) -> String {
        let text = match self.fragments.first() {
            Some(Fragment::Text(text)) => text.get(self.verb.len()..).unwrap_or_default(),
            _ => &[],
        };
        let argument = match (text.trim_ascii(), self.fragments.get(1)) {
            (b"", Some(Fragment::Literal(literal))) => literal.clone(),
            (text, _) => match text.strip_prefix(b"\"") {
                Some(inside) => unquoted(inside),
                None => text
                    .split(|octet| *octet == b' ')
                    .next()
                    .unwrap_or_default()
                    .to_vec(),
            },
        };
        String::from_utf8_lossy(&argument).into_owned()
    }

    pub(super) fn into_fragments(self) -> Vec<Fragment> {
        self.fragments
    }

    fn argument(mut self, octets: &[u8]) -> Self {
        self.text(b" ");
        self.text(octets);
        self
    }

    fn text(&mut self, octets: &[u8]) {
        match self.fragments.last_mut() {
            Some(Fragment::Text(text)) => text.extend_from_slice(octets),
            _ => self.fragments.push(Fragment::Text(octets.to_vec())),
        }
    }
}

/// The octets before the closing quote, without escapes.
fn unquoted(inside: &[u8]) -> Vec<u8> {
    let end = quoted::end(inside).unwrap_or(inside.len());
    quoted::unescape(inside.get(..end).unwrap_or_default()).into_owned()
}

fn is_atom(word: &str) -> bool {
    !word.is_empty()
        && word.bytes().all(|octet| {
            octet.is_ascii_graphic() && !matches!(octet, b'(' | b')' | b'{' | b'"' | b'%' | b'*')
        })
}

impl fmt::Debug for RawCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawCommand({})", self.verb)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_argument_can_begin_a_command_of_its_own() {
        let raw = || RawCommand::new("X").unwrap();
        assert!(RawCommand::new("NOOP\r\nA2 LOGOUT").is_err() && RawCommand::new("").is_err());
        assert!(raw().atom("a\nb").is_err() && raw().atom("a b").is_err());
        assert!(raw().verbatim("(a)\r\nA2 LOGOUT").is_err());
        assert_eq!(
            raw().verbatim("{5}").err(),
            Some(InvalidArgument::LiteralHeader)
        );
        assert_eq!(raw().string("a\0b").err(), Some(InvalidArgument::Nul));
        // Only a literal can contain line ends.
        let literal = raw().string("a\r\nb").unwrap();
        assert!(matches!(
            literal.fragments.as_slice(),
            [_, Fragment::Literal(_)]
        ));
    }

    #[test]
    fn first_arguments() {
        let select = || RawCommand::new("SELECT").unwrap();
        assert_eq!(select().atom("INBOX").unwrap().first_argument(), "INBOX");
        let quoted = select()
            .string("a \"b\" \\")
            .unwrap()
            .verbatim("(CONDSTORE)")
            .unwrap();
        assert_eq!(quoted.first_argument(), "a \"b\" \\");
        assert_eq!(select().literal(*b"x y").unwrap().first_argument(), "x y");
        assert_eq!(select().first_argument(), "");
    }
}
