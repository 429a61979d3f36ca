//! The common commands: arguments in, values out. Each is [`Client::send`] with its command and this client's options.
//!
//! Sequence numbers and UIDs are written as sets: `"7"`, `"1,4:9"`, `"1:*"`.

use imap_machine::Capabilities;
use imap_machine::client::answers::{
    Appended, Counted, Done, Enabled, Fetched, Found, Identified, Listed, Selected,
};
use imap_machine::client::desk::CommandError;
use imap_machine::client::Command;
use imap_machine::imap_types::datetime::DateTime;
use imap_machine::imap_types::fetch::MacroOrMessageDataItemNames;
use imap_machine::imap_types::flag::{Flag, StoreType};
use imap_machine::imap_types::search::SearchKey;
use imap_machine::imap_types::status::StatusDataItemName;
use tokio::io::AsyncRead;

use crate::client::Client;
use crate::response::Response;
use crate::responses::Responses;

/// The session.
///
/// Each method sends its command at once and returns a future: of the value that the server answers with, or of a [`CommandError`]
/// that says how the command ended.
impl Client {
    /// `NOOP`: does nothing, and lets the server say what is new.
    pub fn noop(&self) -> Response<Done> {
        self.ask(Ok(Command::noop()))
    }

    /// `CAPABILITY`: asks the server what it can do. [`capabilities`](Self::capabilities) returns what it has said already.
    pub async fn capability(&self) -> Result<Capabilities, CommandError> {
        self.ask(Ok(Command::capability())).await?;
        Ok(self.capabilities())
    }

    /// `ID` (RFC 2971): says who we are, and returns what the server says about itself.
    pub fn id(&self, about_us: &[(&str, &str)]) -> Response<Identified> {
        self.ask(Command::id(about_us.iter().copied()))
    }

    /// `ENABLE` (RFC 5161): returns the extensions that it turned on.
    pub fn enable(&self, capabilities: &[&str]) -> Response<Enabled> {
        self.ask(Command::enable(capabilities))
    }

    /// `LOGOUT`: ends the session properly. The connection ends by itself then.
    pub fn logout(&self) -> Response<Done> {
        self.ask(Ok(Command::logout()))
    }
}

/// Mailboxes.
impl Client {
    /// `LIST`: mailboxes whose names match.
    pub fn list(&self, reference: &str, pattern: &str) -> Response<Listed> {
        self.ask(Command::list(reference, pattern))
    }

    /// `LSUB`: subscribed mailboxes whose names match.
    pub fn lsub(&self, reference: &str, pattern: &str) -> Response<Listed> {
        self.ask(Command::lsub(reference, pattern))
    }

    /// `SELECT`: opens a mailbox.
    pub fn select(&self, name: &str) -> Response<Selected> {
        self.ask(Command::select(name))
    }

    /// `EXAMINE`: opens a mailbox read-only.
    pub fn examine(&self, name: &str) -> Response<Selected> {
        self.ask(Command::examine(name))
    }

    /// `UNSELECT` (RFC 3691): leaves the mailbox.
    pub fn unselect(&self) -> Response<Done> {
        self.ask(Ok(Command::unselect()))
    }

    /// `CLOSE`: expunges, then leaves the mailbox. The connection stays.
    pub fn close_mailbox(&self) -> Response<Done> {
        self.ask(Ok(Command::close()))
    }

    /// `STATUS`: numbers about a mailbox that is not selected.
    pub fn status(
        &self,
        name: &str,
        items: impl Into<Vec<StatusDataItemName>>,
    ) -> Response<Counted> {
        self.ask(Command::status(name, items))
    }

    /// `CREATE`
    pub fn create(&self, name: &str) -> Response<Done> {
        self.ask(Command::create(name))
    }

    /// `DELETE`
    pub fn delete(&self, name: &str) -> Response<Done> {
        self.ask(Command::delete(name))
    }

    /// `RENAME`
    pub fn rename(&self, from: &str, to: &str) -> Response<Done> {
        self.ask(Command::rename(from, to))
    }

    /// `SUBSCRIBE`
    pub fn subscribe(&self, name: &str) -> Response<Done> {
        self.ask(Command::subscribe(name))
    }

    /// `UNSUBSCRIBE`
    pub fn unsubscribe(&self, name: &str) -> Response<Done> {
        self.ask(Command::unsubscribe(name))
    }

    /// `APPEND` of a message in memory.
    pub fn append(
        &self,
        name: &str,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        message: impl Into<Vec<u8>>,
    ) -> Response<Appended> {
        self.ask(Command::append(name, flags, date, message))
    }

    /// `APPEND` of a message of `size` octets, which is read while it is sent. Reading begins when the server has agreed to take
    /// it. Octets beyond `size` are not read.
    ///
    /// If the source ends early or fails, the result is [`CommandError::Source`], and the connection has to be closed. The same
    /// happens when the future is dropped in the middle of the message.
    pub fn append_stream(
        &self,
        name: &str,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        size: u64,
        message: impl AsyncRead + Send + 'static,
    ) -> Response<Appended> {
        let command = Command::append_streamed(name, flags, date, size);
        self.supply(command, size, Box::pin(message))
    }
}

/// Messages of the selected mailbox.
impl Client {
    /// `SEARCH`: sequence numbers of the messages that match all keys.
    pub fn search(&self, criteria: Vec<SearchKey<'static>>) -> Response<Found> {
        self.ask(Command::search(criteria))
    }

    /// `UID SEARCH`: UIDs of the messages that match all keys.
    pub fn uid_search(&self, criteria: Vec<SearchKey<'static>>) -> Response<Found> {
        self.ask(Command::uid_search(criteria))
    }

    /// `FETCH`, read into memory.
    pub fn fetch(
        &self,
        numbers: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Response<Fetched> {
        self.ask(Command::fetch(numbers, items))
    }

    /// `UID FETCH`, read into memory.
    pub fn uid_fetch(
        &self,
        uids: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Response<Fetched> {
        self.ask(Command::uid_fetch(uids, items))
    }

    /// `FETCH`, row by row as it arrives. Literals above [`Limits::inline_literal`](imap_machine::Limits::inline_literal) come in
    /// pieces, as [`Event::Literal`](imap_machine::client::Event::Literal).
    pub fn fetch_stream(
        &self,
        numbers: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Result<Responses, CommandError> {
        self.ask_stream(Command::fetch(numbers, items))
    }

    /// `UID FETCH`, row by row as it arrives; see [`fetch_stream`](Self::fetch_stream).
    pub fn uid_fetch_stream(
        &self,
        uids: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Result<Responses, CommandError> {
        self.ask_stream(Command::uid_fetch(uids, items))
    }

    /// `STORE`: changes flags, and returns the new ones.
    pub fn store(
        &self,
        numbers: &str,
        kind: StoreType,
        flags: Vec<Flag<'static>>,
    ) -> Response<Fetched> {
        self.ask(Command::store(numbers, kind, flags))
    }

    /// `UID STORE`: changes flags, and returns the new ones.
    pub fn uid_store(
        &self,
        uids: &str,
        kind: StoreType,
        flags: Vec<Flag<'static>>,
    ) -> Response<Fetched> {
        self.ask(Command::uid_store(uids, kind, flags))
    }

    /// `COPY`
    pub fn copy(&self, numbers: &str, to: &str) -> Response<Done> {
        self.ask(Command::copy(numbers, to))
    }

    /// `UID COPY`
    pub fn uid_copy(&self, uids: &str, to: &str) -> Response<Done> {
        self.ask(Command::uid_copy(uids, to))
    }

    /// `MOVE` (RFC 6851)
    pub fn r#move(&self, numbers: &str, to: &str) -> Response<Done> {
        self.ask(Command::r#move(numbers, to))
    }

    /// `UID MOVE` (RFC 6851)
    pub fn uid_move(&self, uids: &str, to: &str) -> Response<Done> {
        self.ask(Command::uid_move(uids, to))
    }

    /// `EXPUNGE`: removes the messages that are marked as deleted.
    pub fn expunge(&self) -> Response<Done> {
        self.ask(Ok(Command::expunge()))
    }

    /// `UID EXPUNGE` (RFC 4315): removes those of these messages that are marked as deleted.
    pub fn uid_expunge(&self, uids: &str) -> Response<Done> {
        self.ask(Command::uid_expunge(uids))
    }
}
