//! The commands of which this client has its own form. `imap_machine::verbs` has the others.

use std::io::Read;
use std::time::Duration;

use imap_machine::Capabilities;
use imap_machine::client::desk::CommandError;
use imap_machine::client::{Command, MailboxArgument, MessageContent};
use imap_machine::imap_types::datetime::DateTime;
use imap_machine::imap_types::fetch::MacroOrMessageDataItemNames;
use imap_machine::imap_types::flag::Flag;

use crate::answers::{Answer, Appended};
use crate::client::Client;
use crate::idle::Idle;
use crate::responses::Responses;

/// What a typed method returns: the [value](Answer::Value) that the server answered with, or how the command ended instead.
pub type Answered<A> = Result<<A as Answer>::Value, CommandError>;

imap_machine::verbs!(Client, &mut Self, Answered);

/// The commands that need more than a value.
impl Client {
    /// `CAPABILITY`: asks the server what it can do. [`capabilities`](Self::capabilities) returns what it has said already.
    pub fn capability(&mut self) -> Result<Capabilities, CommandError> {
        self.run(Command::capability())?;
        Ok(self.capabilities().clone())
    }

    /// `LOGOUT`: ends the session properly. The connection is closed then.
    pub fn logout(&mut self) -> Result<(), CommandError> {
        self.run(Command::logout())?;
        // The server closes the connection; if it does not, `Timeouts::logout` ends it.
        while self.closed().is_none() {
            self.turn(None);
        }
        Ok(())
    }

    /// `IDLE` (RFC 2177) for this span: an iterator of what happens. The IDLE is refreshed before servers lose patience with it.
    /// A [deadline](Self::set_deadline) shorter than the span ends it with an error.
    pub fn idle(&mut self, span: Duration) -> Result<Idle<'_>, CommandError> {
        Idle::new(self, span)
    }

    /// `APPEND` of a message of `size` octets, which is read while it is sent. Reading begins when the server has agreed to take
    /// it. Octets beyond `size` are not read.
    ///
    /// If the source ends early or fails, the result is [`CommandError::Source`], and the connection has to be closed. While the
    /// source blocks, the connection is not served.
    pub fn append_stream(
        &mut self,
        name: impl Into<MailboxArgument>,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        size: u64,
        message: impl Read,
    ) -> Answered<Appended> {
        let content = MessageContent::default();
        self.append_stream_with(name, flags, date, (size, content), message)
    }

    /// [`append_stream`](Self::append_stream) of a message that holds NUL: the size, and what it holds.
    pub fn append_stream_with(
        &mut self,
        name: impl Into<MailboxArgument>,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        (size, content): (u64, MessageContent),
        message: impl Read,
    ) -> Answered<Appended> {
        let command = Command::append_streamed_with(name, flags, date, size, content)?;
        self.supply(command, message)
    }

    /// `FETCH`, row by row as it arrives. Literals above [`Limits::inline_literal`](imap_machine::Limits::inline_literal) come in
    /// pieces, as [`Event::Literal`](imap_machine::client::Event::Literal).
    pub fn fetch_stream(
        &mut self,
        numbers: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Result<Responses<'_>, CommandError> {
        self.stream(Command::fetch(numbers, items)?, self.options)
    }

    /// `UID FETCH`, row by row as it arrives; see [`fetch_stream`](Self::fetch_stream).
    pub fn uid_fetch_stream(
        &mut self,
        uids: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Result<Responses<'_>, CommandError> {
        self.stream(Command::uid_fetch(uids, items)?, self.options)
    }
}
