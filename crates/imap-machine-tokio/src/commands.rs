//! The common commands: arguments in, values out. Each is [`Client::run`] with its command and its answer.
//!
//! Sequence numbers and UIDs are written as sets: `"7"`, `"1,4:9"`, `"1:*"`.

use imap_machine::Capabilities;
use imap_machine::client::session::answers::{
    Appended, Counted, Done, Enabled, Fetched, FetchedMessage, Found, Identified, Listed,
    ListedMailbox, Selected,
};
use imap_machine::client::{Command, CommandOptions};
use imap_machine::imap_types::datetime::DateTime;
use imap_machine::imap_types::fetch::MacroOrMessageDataItemNames;
use imap_machine::imap_types::flag::{Flag, StoreType};
use imap_machine::imap_types::search::SearchKey;
use imap_machine::imap_types::status::{StatusDataItem, StatusDataItemName};
use tokio::io::AsyncRead;

use crate::client::Client;
use crate::error::CommandError;
use crate::idle::Idle;
use crate::responses::Responses;

type Answered<T> = Result<T, CommandError>;

/// The session.
///
/// Each method returns the value that the server answers with, or a [`CommandError`] that says how the command ended.
impl Client {
    /// `NOOP`: does nothing, and lets the server say what is new.
    pub async fn noop(&self) -> Answered<()> {
        self.ask::<Done>(Ok(Command::noop())).await
    }

    /// `CAPABILITY`: asks the server what it can do. [`capabilities`](Self::capabilities) returns what it has said already.
    pub async fn capability(&self) -> Answered<Capabilities> {
        self.ask::<Done>(Ok(Command::capability())).await?;
        self.capabilities().await
    }

    /// `ID` (RFC 2971): says who we are, and returns what the server says about itself.
    pub async fn id(&self, about_us: &[(&str, &str)]) -> Answered<Vec<(String, Option<String>)>> {
        self.ask::<Identified>(Command::id(about_us.iter().copied()))
            .await
    }

    /// `ENABLE` (RFC 5161): returns the extensions that it turned on.
    pub async fn enable(&self, capabilities: &[&str]) -> Answered<Vec<String>> {
        self.ask::<Enabled>(Command::enable(capabilities)).await
    }

    /// `IDLE` (RFC 2177).
    pub fn idle(&self, options: CommandOptions) -> Idle {
        Idle::new(self.send(Command::idle(), options))
    }

    /// `LOGOUT`: ends the session properly. The connection ends by itself then.
    pub async fn logout(&self) -> Answered<()> {
        self.ask::<Done>(Ok(Command::logout())).await
    }
}

/// Mailboxes.
impl Client {
    /// `LIST`: mailboxes whose names match.
    pub async fn list(&self, reference: &str, pattern: &str) -> Answered<Vec<ListedMailbox>> {
        self.ask::<Listed>(Command::list(reference, pattern)).await
    }

    /// `LSUB`: subscribed mailboxes whose names match.
    pub async fn lsub(&self, reference: &str, pattern: &str) -> Answered<Vec<ListedMailbox>> {
        self.ask::<Listed>(Command::lsub(reference, pattern)).await
    }

    /// `SELECT`: opens a mailbox.
    pub async fn select(&self, name: &str) -> Answered<Selected> {
        self.ask::<Selected>(Command::select(name)).await
    }

    /// `EXAMINE`: opens a mailbox read-only.
    pub async fn examine(&self, name: &str) -> Answered<Selected> {
        self.ask::<Selected>(Command::examine(name)).await
    }

    /// `UNSELECT` (RFC 3691): leaves the mailbox.
    pub async fn unselect(&self) -> Answered<()> {
        self.ask::<Done>(Ok(Command::unselect())).await
    }

    /// `CLOSE`: expunges, then leaves the mailbox. The connection stays.
    pub async fn close_mailbox(&self) -> Answered<()> {
        self.ask::<Done>(Ok(Command::close())).await
    }

    /// `STATUS`: numbers about a mailbox that is not selected.
    pub async fn status(
        &self,
        name: &str,
        items: impl Into<Vec<StatusDataItemName>>,
    ) -> Answered<Vec<StatusDataItem>> {
        self.ask::<Counted>(Command::status(name, items)).await
    }

    /// `CREATE`
    pub async fn create(&self, name: &str) -> Answered<()> {
        self.ask::<Done>(Command::create(name)).await
    }

    /// `DELETE`
    pub async fn delete(&self, name: &str) -> Answered<()> {
        self.ask::<Done>(Command::delete(name)).await
    }

    /// `RENAME`
    pub async fn rename(&self, from: &str, to: &str) -> Answered<()> {
        self.ask::<Done>(Command::rename(from, to)).await
    }

    /// `SUBSCRIBE`
    pub async fn subscribe(&self, name: &str) -> Answered<()> {
        self.ask::<Done>(Command::subscribe(name)).await
    }

    /// `UNSUBSCRIBE`
    pub async fn unsubscribe(&self, name: &str) -> Answered<()> {
        self.ask::<Done>(Command::unsubscribe(name)).await
    }

    /// `APPEND` of a message in memory.
    pub async fn append(
        &self,
        name: &str,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        message: impl Into<Vec<u8>>,
    ) -> Answered<Appended> {
        self.ask::<Appended>(Command::append(name, flags, date, message))
            .await
    }

    /// `APPEND` of a message of `size` octets, which is read while it is sent. Reading begins when the server has agreed to take
    /// it. Octets beyond `size` are not read.
    ///
    /// If the source ends early or fails, the result is [`CommandError::Source`], and the connection has to be closed. The same
    /// happens when the future is dropped in the middle of the message.
    pub async fn append_stream(
        &self,
        name: &str,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        size: u64,
        message: impl AsyncRead + Send + 'static,
    ) -> Answered<Appended> {
        let command = Command::append_streamed(name, flags, date, size);
        let responses = self.supply(command, size, Box::pin(message))?;
        responses.read::<Appended>().await
    }
}

/// Messages of the selected mailbox.
impl Client {
    /// `SEARCH`: sequence numbers of the messages that match all keys.
    pub async fn search(&self, criteria: Vec<SearchKey<'static>>) -> Answered<Found> {
        self.ask::<Found>(Command::search(criteria)).await
    }

    /// `UID SEARCH`: UIDs of the messages that match all keys.
    pub async fn uid_search(&self, criteria: Vec<SearchKey<'static>>) -> Answered<Found> {
        self.ask::<Found>(Command::uid_search(criteria)).await
    }

    /// `FETCH`, read into memory.
    pub async fn fetch(
        &self,
        numbers: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Answered<Vec<FetchedMessage>> {
        self.ask::<Fetched>(Command::fetch(numbers, items)).await
    }

    /// `UID FETCH`, read into memory.
    pub async fn uid_fetch(
        &self,
        uids: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Answered<Vec<FetchedMessage>> {
        self.ask::<Fetched>(Command::uid_fetch(uids, items)).await
    }

    /// `FETCH`, row by row as it arrives. Literals above [`Limits::inline_literal`](imap_machine::Limits::inline_literal) come in
    /// pieces, as [`Event::Literal`](imap_machine::client::Event::Literal).
    pub fn fetch_stream(
        &self,
        numbers: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Answered<Responses> {
        self.stream(Command::fetch(numbers, items))
    }

    /// `UID FETCH`, row by row as it arrives; see [`fetch_stream`](Self::fetch_stream).
    pub fn uid_fetch_stream(
        &self,
        uids: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Answered<Responses> {
        self.stream(Command::uid_fetch(uids, items))
    }

    /// `STORE`: changes flags, and returns the new ones.
    pub async fn store(
        &self,
        numbers: &str,
        kind: StoreType,
        flags: Vec<Flag<'static>>,
    ) -> Answered<Vec<FetchedMessage>> {
        self.ask::<Fetched>(Command::store(numbers, kind, flags))
            .await
    }

    /// `UID STORE`: changes flags, and returns the new ones.
    pub async fn uid_store(
        &self,
        uids: &str,
        kind: StoreType,
        flags: Vec<Flag<'static>>,
    ) -> Answered<Vec<FetchedMessage>> {
        self.ask::<Fetched>(Command::uid_store(uids, kind, flags))
            .await
    }

    /// `COPY`
    pub async fn copy(&self, numbers: &str, to: &str) -> Answered<()> {
        self.ask::<Done>(Command::copy(numbers, to)).await
    }

    /// `UID COPY`
    pub async fn uid_copy(&self, uids: &str, to: &str) -> Answered<()> {
        self.ask::<Done>(Command::uid_copy(uids, to)).await
    }

    /// `MOVE` (RFC 6851)
    pub async fn r#move(&self, numbers: &str, to: &str) -> Answered<()> {
        self.ask::<Done>(Command::r#move(numbers, to)).await
    }

    /// `UID MOVE` (RFC 6851)
    pub async fn uid_move(&self, uids: &str, to: &str) -> Answered<()> {
        self.ask::<Done>(Command::uid_move(uids, to)).await
    }

    /// `EXPUNGE`: removes the messages that are marked as deleted.
    pub async fn expunge(&self) -> Answered<()> {
        self.ask::<Done>(Ok(Command::expunge())).await
    }

    /// `UID EXPUNGE` (RFC 4315): removes those of these messages that are marked as deleted.
    pub async fn uid_expunge(&self, uids: &str) -> Answered<()> {
        self.ask::<Done>(Command::uid_expunge(uids)).await
    }
}
