//! Commands that are written by hand.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::argument::InvalidArgument;
use super::mailbox_argument::MailboxArgument;
use crate::lexer::quoted;
use crate::outgoing::fragments::{Fragment, Holds};

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
        let quotable = value.len() <= quoted::LONGEST
            && value.iter().all(|octet| (0x20..0x7f).contains(octet));
        match quotable {
            true => Ok(self.argument(&quoted::quote(value))),
            false => self.literal(value),
        }
    }

    /// Adds the name of a mailbox. How it is written is decided when the command is sent; see [`MailboxArgument`].
    pub fn mailbox(mut self, name: impl Into<MailboxArgument>) -> Result<Self, InvalidArgument> {
        let name = name.into();
        match name.as_people_write_it() {
            Some(name) if name.contains('\0') => Err(InvalidArgument::Nul),
            Some(name) => {
                self.separate(None);
                self.fragments.push(Fragment::Name(name.into()));
                Ok(self)
            }
            None => self.string(name.octets()),
        }
    }

    /// Adds a literal (section 4.3). It waits for the server's permission if that is needed.
    pub fn literal(mut self, value: impl Into<Vec<u8>>) -> Result<Self, InvalidArgument> {
        let value = value.into();
        if memchr::memchr(0, &value).is_some() {
            return Err(InvalidArgument::Nul);
        }
        self.separate(None);
        self.fragments.push(Fragment::Literal(Holds::Text, value));
        Ok(self)
    }

    /// Adds a literal8, `~{7}`, which may hold NUL (RFC 3516 section 4.4). It always waits for the server's permission: a server
    /// that does not know literal8 must not take the octets for commands.
    #[must_use]
    pub fn literal8(mut self, value: impl Into<Vec<u8>>) -> Self {
        self.separate(None);
        let literal = Fragment::Literal(Holds::Octets, value.into());
        self.fragments.push(literal);
        self
    }

    /// Adds arguments as they are: parentheses, sets, nested lists. They must not contain CR, LF or NUL, nor end like the header
    /// of a literal.
    ///
    /// There is a space between two arguments, but none after `(` and none before `)`:
    ///
    /// ```
    /// use imap_machine::client::Command;
    ///
    /// // A1 APPEND INBOX UTF8 (~{7}, the octets, and )
    /// let append = Command::raw("APPEND")?.mailbox("INBOX")?;
    /// let append = append.verbatim("UTF8 (")?.literal8("message").verbatim(")")?;
    /// # Ok::<(), imap_machine::client::InvalidArgument>(())
    /// ```
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

    /// The mailbox that the first argument names.
    pub(super) fn mailbox_argument(&self) -> MailboxArgument {
        let verb = self.verb.len() + 1;
        match self.fragments.as_slice() {
            [Fragment::Text(text), Fragment::Name(name), ..] if text.len() <= verb => {
                MailboxArgument::from(String::from(&**name))
            }
            _ => MailboxArgument::from_wire(self.first_argument()),
        }
    }

    /// The first argument, without its quotes.
    fn first_argument(&self) -> Vec<u8> {
        let text = match self.fragments.first() {
            Some(Fragment::Text(text)) => text.get(self.verb.len()..).unwrap_or_default(),
            _ => &[],
        };
        match (text.trim_ascii(), self.fragments.get(1)) {
            (b"", Some(Fragment::Literal(_, literal))) => literal.clone(),
            (text, _) => match text.strip_prefix(b"\"") {
                Some(inside) => unquoted(inside),
                None => text
                    .split(|octet| *octet == b' ')
                    .next()
                    .unwrap_or_default()
                    .to_vec(),
            },
        }
    }

    /// Whether this word is the first argument.
    pub(super) fn begins_with(&self, word: &str) -> bool {
        self.first_argument().eq_ignore_ascii_case(word.as_bytes())
    }

    pub(super) fn into_fragments(self) -> Vec<Fragment> {
        self.fragments
    }

    fn argument(mut self, octets: &[u8]) -> Self {
        self.separate(octets.first());
        self.text(octets);
        self
    }

    /// The space between two arguments. `next`: how the second begins, if it is text.
    fn separate(&mut self, next: Option<&u8>) {
        let after = match self.fragments.last() {
            Some(Fragment::Text(text)) => text.last(),
            _ => None,
        };
        if after != Some(&b'(') && next != Some(&b')') {
            self.text(b" ");
        }
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
    use crate::codec::NameEncoding;

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
            [_, Fragment::Literal(..)]
        ));
    }

    #[test]
    fn first_arguments() {
        let select = || RawCommand::new("SELECT").unwrap();
        let name = |raw: RawCommand| {
            let name = raw.mailbox_argument();
            name.readable(NameEncoding::ModifiedUtf7).into_owned()
        };
        assert_eq!(name(select().atom("INBOX").unwrap()), "INBOX");
        let quoted = select()
            .string("a \"b\" \\")
            .unwrap()
            .verbatim("(CONDSTORE)")
            .unwrap();
        assert_eq!(name(quoted), "a \"b\" \\");
        assert_eq!(name(select().literal(*b"x y").unwrap()), "x y");
        assert_eq!(name(select()), "");
        assert_eq!(name(select().string("R&-D").unwrap()), "R&D");
        assert_eq!(name(select().mailbox("R&-D").unwrap()), "R&-D");
        let other = select().atom("x").unwrap().mailbox("y").unwrap();
        assert_eq!(name(other), "x");
    }

    #[test]
    fn parentheses_touch_what_they_enclose() {
        let append = RawCommand::new("APPEND").unwrap().atom("x").unwrap();
        let append = append.verbatim("UTF8 (").unwrap().literal8(*b"\0");
        let append = append.verbatim(")").unwrap().verbatim("(a)").unwrap();
        let texts = append.fragments.iter().map(|fragment| match fragment {
            Fragment::Text(text) => text.as_slice(),
            Fragment::Literal(Holds::Octets, octets) => octets,
            _ => b"?",
        });
        let texts: Vec<_> = texts.collect();
        assert_eq!(texts, [&b"APPEND x UTF8 ("[..], b"\0", b") (a)"]);
    }
}
