//! Literals that are sent (RFC 9051 section 4.3, RFC 7888): announced, permitted, then written or supplied.
//!
//! ```text
//! text, {n+} and its octets ----------------------> written
//!   |                                                  ^
//!   +--{n}--> Announced --+--> octets in memory -------+
//!                |          \-> Wanting --supplied-----+
//!                +--NO, BAD--> the command is over: the octets never go out
//! ```

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::str;

use crate::capabilities::Capabilities;
use crate::client::command::is_astring_char;
use crate::client::extensions::{Extensions, KnownExtension};
use crate::codec::NameEncoding;
use crate::lexer::quoted;
use crate::limits::Limits;
use crate::outgoing::fragments::{Filled, Fragment, Fragments, Holds, Missing, SaysCharset};
use crate::outgoing::transmit::{JOIN, SEGMENT, Transmit};

/// Whether the octets may follow without permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Synchronizing,
    NonSynchronizing,
}

/// How far a command has been written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrittenTo {
    /// To its end.
    End,
    /// To the header of a literal, which needs the server's `+`.
    Header,
    /// To octets that the application has to supply.
    Supply,
}

/// What decides how the parts of a command are written.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) capabilities: &'a Capabilities,
    pub(crate) extensions: &'a Extensions,
    pub(crate) limits: &'a Limits,
}

/// Writes a command up to the point where it needs the server or the application.
pub(crate) fn advance(
    fragments: &mut Fragments,
    queue: &mut Transmit,
    terms: Terms<'_>,
) -> WrittenTo {
    while let Some(fragment) = fragments.pop_front() {
        match fragment {
            Fragment::Text(text) => queue.push_owned(text),
            // Only UTF-8 says how it is read (RFC 9755 section 3).
            Fragment::Utf8Charset(SaysCharset::WithoutUtf8) => {
                if terms.extensions.name_form() != NameEncoding::Utf8 {
                    queue.push(b"CHARSET UTF-8 ");
                }
            }
            Fragment::Utf8Charset(SaysCharset::Always) => queue.push(b"UTF-8 "),
            Fragment::ReturnAll => {
                if answers_by_tag(terms.capabilities, terms.extensions) {
                    queue.push(b"RETURN (ALL) ");
                }
            }
            Fragment::Name(name) => fragments.push_front(terms.name(&name)),
            Fragment::Utf8(string) => fragments.push_front(terms.string(string)),
            Fragment::Literal(holds, octets) => {
                let (form, mode) = terms.literal(holds, octets.len());
                queue.push(header(octets.len() as u64, form, mode).as_bytes());
                match mode {
                    Mode::NonSynchronizing => queue.push_owned(octets),
                    Mode::Synchronizing => {
                        fragments.push_front(Fragment::Text(octets));
                        return WrittenTo::Header;
                    }
                }
            }
            // A supplied literal always asks for permission, so that a refusal does not cost the whole transfer.
            Fragment::Supplied(holds, size) => {
                let form = terms.form(holds);
                queue.push(header(size, form, Mode::Synchronizing).as_bytes());
                let missing = Box::new(Missing::new(size));
                fragments.push_front(Fragment::Missing(missing));
                return WrittenTo::Header;
            }
            Fragment::Missing(missing) if missing.octets == 0 => {}
            Fragment::Missing(missing) => {
                fragments.push_front(Fragment::Missing(missing));
                return WrittenTo::Supply;
            }
        }
    }
    WrittenTo::End
}

/// Whether a SEARCH can ask for an answer that has its tag: ESEARCH (RFC 4731), which IMAP4rev2 includes.
pub(crate) fn answers_by_tag(capabilities: &Capabilities, extensions: &Extensions) -> bool {
    extensions.has(KnownExtension::Imap4Rev2) || capabilities.has("ESEARCH")
}

impl Terms<'_> {
    fn name(self, name: &str) -> Fragment {
        let form = self.extensions.name_form();
        let wire = form.encode(name);
        match wire.bytes().all(is_astring_char) && !wire.is_empty() {
            true => Fragment::Text(wire.into_owned().into_bytes()),
            false => self.string(wire.into_owned().into_bytes()),
        }
    }

    /// A string, quoted if the server can read that.
    fn string(self, string: Vec<u8>) -> Fragment {
        let quotable = match self.extensions.name_form() {
            NameEncoding::ModifiedUtf7 => string.is_ascii(),
            NameEncoding::Utf8 => str::from_utf8(&string).is_ok(),
        };
        let fits =
            string.len() <= quoted::LONGEST && memchr::memchr3(b'\r', b'\n', 0, &string).is_none();
        match quotable && fits {
            true => Fragment::Text(quoted::quote(&string)),
            false => Fragment::Literal(Holds::Text, string),
        }
    }

    fn form(self, holds: Holds) -> LiteralForm {
        match holds {
            Holds::Text | Holds::Guarded | Holds::Further => LiteralForm::Literal,
            Holds::BinaryMessage | Holds::Octets => LiteralForm::Literal8,
        }
    }

    /// How a literal of this size is announced, given the server's present capabilities.
    fn literal(self, holds: Holds, size: usize) -> (LiteralForm, Mode) {
        let form = self.form(holds);
        let most = self.limits.non_synchronizing;
        // A server that does not know literal8, or the command, must not take the octets for commands.
        let is_known = match holds {
            Holds::Text => true,
            Holds::Further => self.capabilities.has("MULTIAPPEND"),
            Holds::Guarded | Holds::BinaryMessage | Holds::Octets => false,
        };
        let mode = match self.capabilities.non_synchronizing(most) {
            Some(most) if size as u64 <= most && is_known => Mode::NonSynchronizing,
            _ => Mode::Synchronizing,
        };
        (form, mode)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LiteralForm {
    /// `{7}`
    Literal,
    /// `~{7}`, which may hold NUL (RFC 3516 section 4.4).
    Literal8,
}

/// The literal's header with its line end. The `+` is the same for LITERAL- (apple/swift-nio-imap#675).
fn header(size: u64, form: LiteralForm, mode: Mode) -> String {
    let tilde = match form {
        LiteralForm::Literal => "",
        LiteralForm::Literal8 => "~",
    };
    match mode {
        Mode::Synchronizing => format!("{tilde}{{{size}}}\r\n"),
        Mode::NonSynchronizing => format!("{tilde}{{{size}+}}\r\n"),
    }
}

/// A literal that the application is supplying, and the queue that its octets go to.
pub(crate) struct Supply<'a> {
    missing: &'a mut Missing,
    queue: &'a mut Transmit,
    /// How many octets may wait in the queue.
    limit: usize,
}

impl<'a> Supply<'a> {
    /// `None` if the command wants no octets.
    pub(crate) const fn new(
        fragments: &'a mut Fragments,
        queue: &'a mut Transmit,
        limit: usize,
    ) -> Option<Self> {
        match fragments.front_mut() {
            Some(Fragment::Missing(missing)) => Some(Self {
                missing,
                queue,
                limit,
            }),
            _ => None,
        }
    }

    fn room(&self) -> usize {
        room(self.missing, self.queue, self.limit)
    }

    /// Takes octets, and returns how many.
    pub(crate) fn push(self, octets: &[u8]) -> usize {
        let taken = octets.get(..self.room()).unwrap_or(octets);
        self.missing.octets = self.missing.octets.saturating_sub(taken.len() as u64);
        self.queue.push(taken);
        taken.len()
    }

    /// Where the application may put octets.
    pub(crate) fn space(self) -> &'a mut [u8] {
        let room = self.room();
        self.missing.space(room)
    }

    /// The application has put `octets` octets there. Returns how many are taken.
    pub(crate) fn fill(self, octets: usize) -> usize {
        let room = self.room();
        let filled = self.missing.fill(octets, room);
        let taken = filled.len();
        match filled {
            Filled::Whole(octets) => self.queue.push_owned(octets),
            Filled::Part(octets) => self.queue.push(octets),
        }
        taken
    }

    /// A buffer has been written. If it is no larger than a space may be, it becomes the next space.
    pub(crate) fn reuse(self, buffer: Vec<u8>) {
        let most = self.limit.min(SEGMENT);
        if buffer.len() >= JOIN && buffer.capacity() <= most {
            self.missing.reuse(buffer);
        }
    }
}

/// How many octets a command with these fragments takes now. `None` if it takes none.
pub(crate) fn wanted(fragments: &Fragments, queue: &Transmit, limit: usize) -> Option<usize> {
    match fragments.front() {
        Some(Fragment::Missing(missing)) => Some(room(missing, queue, limit)),
        _ => None,
    }
}

/// How many octets of its literal are still to come.
pub(crate) fn missing(fragments: &Fragments) -> u64 {
    match fragments.front() {
        Some(Fragment::Missing(missing)) => missing.octets,
        _ => 0,
    }
}

fn room(missing: &Missing, queue: &Transmit, limit: usize) -> usize {
    let room = (limit as u64).saturating_sub(queue.pending());
    usize::try_from(room.min(missing.octets)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use imap_codec::CommandCodec;
    use imap_codec::decode::Decoder;
    use imap_types::command::CommandBody;
    use imap_types::mailbox::Mailbox;
    use proptest::prelude::*;

    use super::*;
    use crate::client::command::Tag;
    use crate::client::{Command, CommandHandle, MailboxArgument};

    /// `CREATE` of this name, as it is written with `enabled`, and the octets of the name in it.
    fn created(name: &MailboxArgument, enabled: &str) -> (Vec<u8>, Vec<u8>) {
        let mut extensions = Extensions::default();
        extensions.learn(enabled.split_whitespace().map(str::as_bytes), 100);
        let handle = CommandHandle::new(1).unwrap();
        let create = Command::from(Command::create(name).unwrap());
        let (mut fragments, _) = create.tagged(Tag { handle, round: 0 });
        let mut queue = Transmit::default();
        let terms = Terms {
            capabilities: &Capabilities::default(),
            extensions: &extensions,
            limits: &Limits::default(),
        };
        while advance(&mut fragments, &mut queue, terms) != WrittenTo::End {}
        let mut written = Vec::new();
        while queue.pending() > 0 {
            written.extend_from_slice(queue.next());
            queue.advance(queue.next().len());
        }
        let (_, command) = CommandCodec::default().decode(&written).unwrap();
        let CommandBody::Create { mailbox } = command.body else {
            panic!("{command:?}");
        };
        let octets = match mailbox {
            Mailbox::Inbox => b"INBOX".to_vec(),
            Mailbox::Other(name) => name.as_ref().to_vec(),
        };
        (written, octets)
    }

    const FORMS: [(&str, NameEncoding); 3] = [
        ("", NameEncoding::ModifiedUtf7),
        ("UTF8=ACCEPT", NameEncoding::Utf8),
        ("IMAP4REV2", NameEncoding::Utf8),
    ];

    proptest! {
        #[test]
        fn names_are_read_as_they_were_meant(name in "[ -~]{0,9}|[a\u{e4}&\"\\\\\r\n-]{0,9}|[^\0]{0,9}") {
            for (enabled, form) in FORMS {
                let (written, octets) = created(&MailboxArgument::from(&name), enabled);
                let read = form.decode(&octets).unwrap();
                prop_assert!(read == name || read.eq_ignore_ascii_case("INBOX"));
                // What stands outside of literals is ASCII, as RFC 3501 section 9 wants it, until UTF-8 is enabled.
                prop_assert!(form == NameEncoding::Utf8 || written.is_ascii());
            }
        }

        #[test]
        fn names_from_the_wire_are_sent_octet_for_octet(
            wire in prop::collection::vec(1..=u8::MAX, 0..9)
        ) {
            for (enabled, _) in FORMS {
                let (_, octets) = created(&MailboxArgument::from_wire(wire.clone()), enabled);
                prop_assert!(octets == wire || wire.eq_ignore_ascii_case(b"INBOX"));
            }
        }
    }
}
