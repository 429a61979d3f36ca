//! Commands that are written by hand.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::argument::InvalidArgument;
use super::behaviors::Requirements;
use super::flag_change::FlagChange;
use super::form::Command;
use super::mailbox_argument::MailboxArgument;
use super::profile::{Effect, Profile};
use super::table;
use super::written::{CommandText, TextPart};
use crate::client::mailbox_news::MailboxNews;
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
    written: CommandText,
    /// What it behaves like, if the caller says so.
    like: Option<Profile>,
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
            written: CommandText::new(verb),
            like: None,
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
                self.written.fragment(Fragment::Name(name.into()));
                Ok(self)
            }
            None => self.string(name.octets()),
        }
    }

    /// Adds a literal (section 4.3). It always waits for the server's permission: a server that does not know the command must not
    /// take the octets for commands of their own.
    pub fn literal(mut self, value: impl Into<Vec<u8>>) -> Result<Self, InvalidArgument> {
        let value = value.into();
        if memchr::memchr(0, &value).is_some() {
            return Err(InvalidArgument::Nul);
        }
        self.separate(None);
        let literal = Fragment::Literal(Holds::Guarded, value);
        self.written.fragment(literal);
        Ok(self)
    }

    /// Adds a literal8, `~{7}`, which may hold NUL (RFC 3516 section 4.4). It always waits for the server's permission, as a
    /// [literal](Self::literal) does.
    #[must_use]
    pub fn literal8(mut self, value: impl Into<Vec<u8>>) -> Self {
        self.separate(None);
        let literal = Fragment::Literal(Holds::Octets, value.into());
        self.written.fragment(literal);
        self
    }

    /// Adds a literal of `size` octets that are [supplied](crate::client::ClientConnection::supply) in pieces. They have no NUL.
    #[must_use]
    pub fn supplied(mut self, size: u64) -> Self {
        self.separate(None);
        self.written.fragment(Fragment::Supplied(Holds::Text, size));
        self
    }

    /// Says what the command does by naming one that does the same: what it requires of others in progress, how it affects them,
    /// which untagged data answer it, which messages it is about. Without this it has the wire for itself.
    ///
    /// ```
    /// use imap_machine::client::Command;
    ///
    /// // Such a LIST may be in flight together with anything but another LIST: `*` matches what any other matches.
    /// let like = Command::list("", "*")?;
    /// let list = Command::raw("RLIST")?.string("")?.string("*")?.behaves_like(like);
    /// # Ok::<(), imap_machine::client::InvalidArgument>(())
    /// ```
    #[must_use]
    pub fn behaves_like(mut self, other: impl Into<Command>) -> Self {
        self.like = Some(other.into().profile);
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

    /// The mailbox that the first argument names.
    fn mailbox_argument(&self) -> MailboxArgument {
        let mut parts = self.written.fragments();
        let first = match (parts.next(), parts.next()) {
            (Some(TextPart::Text(text)), Some(TextPart::Other(Fragment::Name(name))))
                if text.len() <= self.verb.len() + 1 =>
            {
                return MailboxArgument::from(String::from(&**name));
            }
            (Some(TextPart::Text(text)), next) => self.first_argument(text, next.as_ref()),
            _ => Vec::new(),
        };
        MailboxArgument::from_wire(first)
    }

    /// The first argument, without its quotes.
    fn first_argument(&self, text: &[u8], next: Option<&TextPart<'_>>) -> Vec<u8> {
        let text = text.get(self.verb.len()..).unwrap_or_default();
        match (text.trim_ascii(), next) {
            (b"", Some(TextPart::Other(Fragment::Literal(_, literal)))) => literal.clone(),
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

    /// The verb, with the command of `UID` if that was written as an argument.
    fn whole_verb(&self) -> String {
        let second = match self.written.fragments().next() {
            Some(TextPart::Text(text)) if self.verb == "UID" => self.first_argument(text, None),
            _ => return self.verb.clone(),
        };
        let second = String::from_utf8_lossy(&second).to_ascii_uppercase();
        alloc::format!("UID {second}")
    }

    /// Nothing is known about a raw command, so it shares the wire with no other. It may name messages if its name does so. It has the
    /// effect of any command with the same name.
    fn profile(&self) -> Profile {
        let select = |read_only| Effect::Select {
            mailbox: self.mailbox_argument().into(),
            read_only,
        };
        let effect = match self.verb.as_str() {
            "AUTHENTICATE" => Effect::Authenticate(None),
            "LOGIN" => Effect::Login,
            "SELECT" => select(false),
            "EXAMINE" => select(true),
            "CLOSE" | "UNSELECT" => Effect::Deselect,
            "IDLE" => Effect::Idle,
            "STARTTLS" => Effect::StartTls,
            "COMPRESS" => Effect::Compress,
            "LOGOUT" => Effect::Logout,
            "UNAUTHENTICATE" => Effect::Unauthenticate,
            "NOTIFY" => Effect::Notify(self.notified()),
            "ENABLE" => Effect::Enable { unknown: None },
            _ => Effect::None,
        };
        let mut profile = match &self.like {
            Some(like) if effect == Effect::None => like.clone(),
            _ => Profile::new(table::RAW, effect),
        };
        if self.like.is_none() {
            let by_number = matches!(self.verb.as_str(), "FETCH" | "STORE" | "COPY" | "MOVE");
            if by_number {
                profile.imposes = profile.imposes | Requirements::STABLE_NUMBERS;
            }
            let stores = matches!(self.whole_verb().as_str(), "STORE" | "UID STORE");
            profile.change = stores.then_some(FlagChange::ANY);
        }
        profile.verb = self.verb.clone().into();
        profile.divisible = false;
        profile
    }

    /// What a NOTIFY makes of the news of the selected mailbox.
    fn notified(&self) -> MailboxNews {
        let texts = self.written.fragments().map(|part| match part {
            TextPart::Text(text) => text.to_ascii_uppercase(),
            TextPart::Other(_) => Vec::new(),
        });
        let text = texts.collect::<Vec<_>>().concat();
        let has = |word: &[u8]| memchr::memmem::find(&text, word).is_some();
        match (has(b"(SELECTED-DELAYED ("), has(b"(SELECTED (")) {
            (true, _) => MailboxNews::Delayed,
            (false, true) => MailboxNews::AtOnce,
            (false, false) => MailboxNews::Untold,
        }
    }

    fn argument(mut self, octets: &[u8]) -> Self {
        self.separate(octets.first());
        self.written.text(octets);
        self
    }

    /// The space between two arguments. `next`: how the second begins, if it is text.
    fn separate(&mut self, next: Option<&u8>) {
        if self.written.line().last() != Some(&b'(') && next != Some(&b')') {
            self.written.text(b" ");
        }
    }
}

impl From<RawCommand> for Command {
    fn from(raw: RawCommand) -> Self {
        let profile = raw.profile();
        Self::new(raw.written, profile)
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
            Vec::from(literal.written).as_slice(),
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
        let fragments = Vec::from(append.written);
        let texts = fragments.iter().map(|fragment| match fragment {
            Fragment::Text(text) => text.as_slice(),
            Fragment::Literal(Holds::Octets, octets) => octets,
            _ => b"?",
        });
        let texts: Vec<_> = texts.collect();
        assert_eq!(texts, [&b"APPEND x UTF8 ("[..], b"\0", b") (a)"]);
    }

    /// The result does not depend on how the verb and its arguments are cut.
    #[test]
    fn a_store_by_hand_may_change_anything() {
        let change = |verb, arguments| {
            let raw = RawCommand::new(verb).unwrap().verbatim(arguments).unwrap();
            raw.profile().change
        };
        assert_eq!(change("store", "1 FLAGS ()"), Some(FlagChange::ANY));
        assert_eq!(change("UID STORE", "1 FLAGS ()"), Some(FlagChange::ANY));
        assert_eq!(change("uid", "store 1 FLAGS ()"), Some(FlagChange::ANY));
        assert_eq!(change("UID", "FETCH 1 FLAGS"), None);
    }

    #[test]
    fn what_is_like_another_command_shares_the_wire_as_that_does() {
        let raw = || {
            RawCommand::new("UID SEARCH")
                .unwrap()
                .verbatim("X")
                .unwrap()
        };
        let like = Command::from(Command::noop());
        let noop = raw().behaves_like(like.clone()).profile();
        assert_eq!(noop.imposes, like.profile.imposes);
        assert_eq!(noop.verb, "UID SEARCH");
        assert!(raw().profile().imposes.has(Requirements::SILENCE));
        // What changes the session does so in any case.
        let select = RawCommand::new("SELECT").unwrap().behaves_like(like);
        assert!(select.profile().selects());
    }
}
