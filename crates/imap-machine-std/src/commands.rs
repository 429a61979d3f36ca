//! The common commands: arguments in, values out. Each is [`Client::run`] with its command.
//!
//! Sequence numbers and UIDs are written as sets: `"7"`, `"1,4:9"`, `"1:*"`.

use std::io::Read;
use std::time::Duration;

use imap_machine::Capabilities;
use imap_machine::client::Command;
use imap_machine::client::desk::CommandError;
use imap_machine::imap_types::datetime::DateTime;
use imap_machine::imap_types::fetch::MacroOrMessageDataItemNames;
use imap_machine::imap_types::flag::{Flag, StoreType};
use imap_machine::imap_types::search::SearchKey;
use imap_machine::imap_types::status::{StatusDataItem, StatusDataItemName};

use crate::answers::{Appended, FetchedMessage, Found, ListedMailbox, Selected};
use crate::client::Client;
use crate::idle::Idle;
use crate::responses::Responses;

type Answered<T> = Result<T, CommandError>;

/// The session.
///
/// Each method returns the value that the server answers with, or a [`CommandError`] that says how the command ended.
impl Client {
    /// `NOOP`: does nothing, and lets the server say what is new.
    pub fn noop(&mut self) -> Answered<()> {
        self.run(Command::noop())
    }

    /// `CAPABILITY`: asks the server what it can do. [`capabilities`](Self::capabilities) returns what it has said already.
    pub fn capability(&mut self) -> Answered<Capabilities> {
        self.run(Command::capability())?;
        Ok(self.capabilities().clone())
    }

    /// `ID` (RFC 2971): says who we are, and returns what the server says about itself.
    pub fn id(&mut self, about_us: &[(&str, &str)]) -> Answered<Vec<(String, Option<String>)>> {
        self.ask(Command::id(about_us.iter().copied()))
    }

    /// `ENABLE` (RFC 5161): returns the extensions that it turned on.
    pub fn enable(&mut self, capabilities: &[&str]) -> Answered<Vec<String>> {
        self.ask(Command::enable(capabilities))
    }

    /// `IDLE` (RFC 2177) for this span: an iterator of what happens. The IDLE is refreshed before servers lose patience with it.
    /// A [deadline](Self::set_deadline) shorter than the span ends it with an error.
    pub fn idle(&mut self, span: Duration) -> Answered<Idle<'_>> {
        Idle::new(self, span)
    }

    /// `LOGOUT`: ends the session properly. The connection is closed then.
    pub fn logout(&mut self) -> Answered<()> {
        self.run(Command::logout())?;
        // The server closes the connection; if it does not, `Timeouts::logout` ends it.
        while self.closed().is_none() {
            self.turn(None);
        }
        Ok(())
    }
}

/// Mailboxes.
impl Client {
    /// `LIST`: mailboxes whose names match.
    pub fn list(&mut self, reference: &str, pattern: &str) -> Answered<Vec<ListedMailbox>> {
        self.ask(Command::list(reference, pattern))
    }

    /// `LSUB`: subscribed mailboxes whose names match.
    pub fn lsub(&mut self, reference: &str, pattern: &str) -> Answered<Vec<ListedMailbox>> {
        self.ask(Command::lsub(reference, pattern))
    }

    /// `SELECT`: opens a mailbox.
    pub fn select(&mut self, name: &str) -> Answered<Selected> {
        self.ask(Command::select(name))
    }

    /// `EXAMINE`: opens a mailbox read-only.
    pub fn examine(&mut self, name: &str) -> Answered<Selected> {
        self.ask(Command::examine(name))
    }

    /// `UNSELECT` (RFC 3691): leaves the mailbox.
    pub fn unselect(&mut self) -> Answered<()> {
        self.run(Command::unselect())
    }

    /// `CLOSE`: expunges, then leaves the mailbox. The connection stays.
    pub fn close_mailbox(&mut self) -> Answered<()> {
        self.run(Command::close())
    }

    /// `STATUS`: numbers about a mailbox that is not selected.
    pub fn status(
        &mut self,
        name: &str,
        items: impl Into<Vec<StatusDataItemName>>,
    ) -> Answered<Vec<StatusDataItem>> {
        self.ask(Command::status(name, items))
    }

    /// `CREATE`
    pub fn create(&mut self, name: &str) -> Answered<()> {
        self.ask(Command::create(name))
    }

    /// `DELETE`
    pub fn delete(&mut self, name: &str) -> Answered<()> {
        self.ask(Command::delete(name))
    }

    /// `RENAME`
    pub fn rename(&mut self, from: &str, to: &str) -> Answered<()> {
        self.ask(Command::rename(from, to))
    }

    /// `SUBSCRIBE`
    pub fn subscribe(&mut self, name: &str) -> Answered<()> {
        self.ask(Command::subscribe(name))
    }

    /// `UNSUBSCRIBE`
    pub fn unsubscribe(&mut self, name: &str) -> Answered<()> {
        self.ask(Command::unsubscribe(name))
    }

    /// `APPEND` of a message in memory.
    pub fn append(
        &mut self,
        name: &str,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        message: impl Into<Vec<u8>>,
    ) -> Answered<Appended> {
        self.ask(Command::append(name, flags, date, message))
    }

    /// `APPEND` of a message of `size` octets, which is read while it is sent. Reading begins when the server has agreed to take
    /// it. Octets beyond `size` are not read.
    ///
    /// If the source ends early or fails, the result is [`CommandError::Source`], and the connection has to be closed. While the
    /// source blocks, the connection is not served.
    pub fn append_stream(
        &mut self,
        name: &str,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        size: u64,
        message: impl Read,
    ) -> Answered<Appended> {
        let command = Command::append_streamed(name, flags, date, size)?;
        self.supply(command, size, message)
    }
}

/// Messages of the selected mailbox.
impl Client {
    /// `SEARCH`: sequence numbers of the messages that match all keys.
    pub fn search(&mut self, criteria: Vec<SearchKey<'static>>) -> Answered<Found> {
        self.ask(Command::search(criteria))
    }

    /// `UID SEARCH`: UIDs of the messages that match all keys.
    pub fn uid_search(&mut self, criteria: Vec<SearchKey<'static>>) -> Answered<Found> {
        self.ask(Command::uid_search(criteria))
    }

    /// `FETCH`, read into memory.
    pub fn fetch(
        &mut self,
        numbers: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Answered<Vec<FetchedMessage>> {
        self.ask(Command::fetch(numbers, items))
    }

    /// `UID FETCH`, read into memory.
    pub fn uid_fetch(
        &mut self,
        uids: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Answered<Vec<FetchedMessage>> {
        self.ask(Command::uid_fetch(uids, items))
    }

    /// `FETCH`, row by row as it arrives. Literals above [`Limits::inline_literal`](imap_machine::Limits::inline_literal) come in
    /// pieces, as [`Event::Literal`](imap_machine::client::Event::Literal).
    pub fn fetch_stream(
        &mut self,
        numbers: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Answered<Responses<'_>> {
        self.stream(Command::fetch(numbers, items)?, self.options)
    }

    /// `UID FETCH`, row by row as it arrives; see [`fetch_stream`](Self::fetch_stream).
    pub fn uid_fetch_stream(
        &mut self,
        uids: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Answered<Responses<'_>> {
        self.stream(Command::uid_fetch(uids, items)?, self.options)
    }

    /// `STORE`: changes flags, and returns the new ones.
    pub fn store(
        &mut self,
        numbers: &str,
        kind: StoreType,
        flags: Vec<Flag<'static>>,
    ) -> Answered<Vec<FetchedMessage>> {
        self.ask(Command::store(numbers, kind, flags))
    }

    /// `UID STORE`: changes flags, and returns the new ones.
    pub fn uid_store(
        &mut self,
        uids: &str,
        kind: StoreType,
        flags: Vec<Flag<'static>>,
    ) -> Answered<Vec<FetchedMessage>> {
        self.ask(Command::uid_store(uids, kind, flags))
    }

    /// `COPY`
    pub fn copy(&mut self, numbers: &str, to: &str) -> Answered<()> {
        self.ask(Command::copy(numbers, to))
    }

    /// `UID COPY`
    pub fn uid_copy(&mut self, uids: &str, to: &str) -> Answered<()> {
        self.ask(Command::uid_copy(uids, to))
    }

    /// `MOVE` (RFC 6851)
    pub fn r#move(&mut self, numbers: &str, to: &str) -> Answered<()> {
        self.ask(Command::r#move(numbers, to))
    }

    /// `UID MOVE` (RFC 6851)
    pub fn uid_move(&mut self, uids: &str, to: &str) -> Answered<()> {
        self.ask(Command::uid_move(uids, to))
    }

    /// `EXPUNGE`: removes the messages that are marked as deleted.
    pub fn expunge(&mut self) -> Answered<()> {
        self.run(Command::expunge())
    }

    /// `UID EXPUNGE` (RFC 4315): removes those of these messages that are marked as deleted.
    pub fn uid_expunge(&mut self, uids: &str) -> Answered<()> {
        self.ask(Command::uid_expunge(uids))
    }
}
