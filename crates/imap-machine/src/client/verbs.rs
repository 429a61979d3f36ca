//! The verbs of a client, described once for all adapters.

/// Writes the common commands as methods of a client, so that each is described here and not in every adapter.
///
/// `verbs!(Client, &Self, Response, Result<Responses, CommandError>)` writes methods such as
///
/// ```text
/// /// `SELECT`: opens a mailbox.
/// pub fn select(self: &Self, name: &str) -> Response<Selected> {
///     self.ask(Command::select(name))
/// }
/// ```
///
/// The first argument is the type, the second how its methods take `self`, the third what they return, of an
/// [`Answer`](crate::client::answers::Answer). The type has a method `ask`, which takes a
/// `Result<TypedCommand<A>, InvalidArgument>` and returns that. The fourth is what a method returns whose answer is read event by
/// event: a `Result`. A method `ask_stream` takes the command and returns that.
///
/// ```
/// use imap_machine::client::answers::{Answer, Fetched};
/// use imap_machine::client::{ClientConnection, Command, CommandHandle, CommandOptions, TypedCommand};
/// use imap_machine::client::{Config, InvalidArgument};
/// use imap_machine::Instant;
///
/// struct Client(ClientConnection);
///
/// type Sent<A> = Result<(CommandHandle, A), InvalidArgument>;
///
/// impl Client {
///     fn ask<A: Answer>(&mut self, command: Result<TypedCommand<A>, InvalidArgument>) -> Sent<A> {
///         let command = Command::from(command?);
///         let sent = self.0.send(command, CommandOptions::default(), Instant::ORIGIN);
///         // Too many commands are open: not here.
///         Ok((sent.unwrap(), A::default()))
///     }
///
///     fn ask_stream<A: Answer>(&mut self, command: TypedCommand<A>) -> Sent<A> {
///         self.ask(Ok(command))
///     }
/// }
///
/// imap_machine::verbs!(Client, &mut Self, Sent, Sent<Fetched>);
///
/// let mut client = Client(ClientConnection::new(Config::default(), Instant::ORIGIN));
/// let (handle, inbox) = client.select("INBOX")?;
/// assert_eq!(inbox.exists, 0);
/// # let _ = handle;
/// # Ok::<(), InvalidArgument>(())
/// ```
#[macro_export]
macro_rules! verbs {
    ($client:ty, $receiver:ty, $reply:ident, $stream:ty) => {
        /// The session.
        impl $client {
            /// `NOOP`: does nothing, and lets the server say what is new.
            pub fn noop(self: $receiver) -> $reply<$crate::client::answers::Done> {
                self.ask(Ok($crate::client::Command::noop()))
            }

            /// `ID` (RFC 2971): says who we are. The value is what the server says about itself, as names and values.
            pub fn id(
                self: $receiver,
                about_us: &[(&str, &str)],
            ) -> $reply<$crate::client::answers::Identified> {
                self.ask($crate::client::Command::id(about_us.iter().copied()))
            }

            /// `ENABLE` (RFC 5161). The value is the extensions that it turned on. Names and text that are sent after it are written
            /// as these want it.
            pub fn enable(
                self: $receiver,
                capabilities: &[&str],
            ) -> $reply<$crate::client::answers::Enabled> {
                self.ask($crate::client::Command::enable(capabilities))
            }
        }

        /// Mailboxes.
        impl $client {
            /// `LIST`: mailboxes whose names match.
            pub fn list(
                self: $receiver,
                reference: impl Into<$crate::client::MailboxArgument>,
                pattern: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Listed> {
                self.ask($crate::client::Command::list(reference, pattern))
            }

            /// `LSUB`: subscribed mailboxes whose names match.
            pub fn lsub(
                self: $receiver,
                reference: impl Into<$crate::client::MailboxArgument>,
                pattern: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Listed> {
                self.ask($crate::client::Command::lsub(reference, pattern))
            }

            /// `SELECT`: opens a mailbox.
            pub fn select(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Selected> {
                self.ask($crate::client::Command::select(name))
            }

            /// `EXAMINE`: opens a mailbox read-only.
            pub fn examine(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Selected> {
                self.ask($crate::client::Command::examine(name))
            }

            /// `UNSELECT` (RFC 3691): leaves the mailbox.
            pub fn unselect(self: $receiver) -> $reply<$crate::client::answers::Done> {
                self.ask(Ok($crate::client::Command::unselect()))
            }

            /// `CLOSE`: expunges, then leaves the mailbox. The connection stays.
            pub fn close_mailbox(self: $receiver) -> $reply<$crate::client::answers::Done> {
                self.ask(Ok($crate::client::Command::close()))
            }

            /// `STATUS`: numbers about a mailbox that is not selected.
            pub fn status(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                items: impl Into<Vec<$crate::imap_types::status::StatusDataItemName>>,
            ) -> $reply<$crate::client::answers::Counted> {
                self.ask($crate::client::Command::status(name, items))
            }

            /// `CREATE`
            pub fn create(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::create(name))
            }

            /// `DELETE`
            pub fn delete(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::delete(name))
            }

            /// `RENAME`
            pub fn rename(
                self: $receiver,
                from: impl Into<$crate::client::MailboxArgument>,
                to: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::rename(from, to))
            }

            /// `SUBSCRIBE`
            pub fn subscribe(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::subscribe(name))
            }

            /// `UNSUBSCRIBE`
            pub fn unsubscribe(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::unsubscribe(name))
            }

            /// `APPEND` of a message in memory.
            pub fn append(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                flags: Vec<$crate::imap_types::flag::Flag<'static>>,
                date: Option<$crate::imap_types::datetime::DateTime>,
                message: impl Into<Vec<u8>>,
            ) -> $reply<$crate::client::answers::Appended> {
                self.ask($crate::client::Command::append(name, flags, date, message))
            }
        }

        /// Messages of the selected mailbox. Sequence numbers and UIDs are written as sets: `"7"`, `"1,4:9"`, `"1:*"`.
        impl $client {
            /// `SEARCH`: sequence numbers of the messages that match all keys.
            pub fn search(
                self: $receiver,
                criteria: Vec<$crate::imap_types::search::SearchKey<'static>>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::search(criteria))
            }

            /// `UID SEARCH`: UIDs of the messages that match all keys.
            pub fn uid_search(
                self: $receiver,
                criteria: Vec<$crate::imap_types::search::SearchKey<'static>>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::uid_search(criteria))
            }

            /// `SEARCH` for text in this charset, which the caller has encoded: for servers that refuse UTF-8 with BADCHARSET.
            pub fn search_in(
                self: $receiver,
                charset: &str,
                criteria: Vec<$crate::imap_types::search::SearchKey<'static>>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::search_in(charset, criteria))
            }

            /// `UID SEARCH` for text in this charset: see `search_in`.
            pub fn uid_search_in(
                self: $receiver,
                charset: &str,
                criteria: Vec<$crate::imap_types::search::SearchKey<'static>>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::uid_search_in(charset, criteria))
            }

            /// `FETCH`, read into memory.
            pub fn fetch(
                self: $receiver,
                numbers: &str,
                items: impl Into<$crate::imap_types::fetch::MacroOrMessageDataItemNames<'static>>,
            ) -> $reply<$crate::client::answers::Fetched> {
                self.ask($crate::client::Command::fetch(numbers, items))
            }

            /// `UID FETCH`, read into memory.
            pub fn uid_fetch(
                self: $receiver,
                uids: &str,
                items: impl Into<$crate::imap_types::fetch::MacroOrMessageDataItemNames<'static>>,
            ) -> $reply<$crate::client::answers::Fetched> {
                self.ask($crate::client::Command::uid_fetch(uids, items))
            }

            /// `STORE`: changes flags. The value is the new ones.
            pub fn store(
                self: $receiver,
                numbers: &str,
                kind: $crate::imap_types::flag::StoreType,
                flags: Vec<$crate::imap_types::flag::Flag<'static>>,
            ) -> $reply<$crate::client::answers::Fetched> {
                self.ask($crate::client::Command::store(numbers, kind, flags))
            }

            /// `UID STORE`: changes flags. The value is the new ones.
            pub fn uid_store(
                self: $receiver,
                uids: &str,
                kind: $crate::imap_types::flag::StoreType,
                flags: Vec<$crate::imap_types::flag::Flag<'static>>,
            ) -> $reply<$crate::client::answers::Fetched> {
                self.ask($crate::client::Command::uid_store(uids, kind, flags))
            }

            /// `COPY`. The value says where the copies are.
            pub fn copy(
                self: $receiver,
                numbers: &str,
                to: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Copied> {
                self.ask($crate::client::Command::copy(numbers, to))
            }

            /// `UID COPY`. The value says where the copies are.
            pub fn uid_copy(
                self: $receiver,
                uids: &str,
                to: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Copied> {
                self.ask($crate::client::Command::uid_copy(uids, to))
            }

            /// `MOVE` (RFC 6851). The value says where the messages are now.
            pub fn r#move(
                self: $receiver,
                numbers: &str,
                to: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Copied> {
                self.ask($crate::client::Command::r#move(numbers, to))
            }

            /// `UID MOVE` (RFC 6851). The value says where the messages are now.
            pub fn uid_move(
                self: $receiver,
                uids: &str,
                to: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Copied> {
                self.ask($crate::client::Command::uid_move(uids, to))
            }

            /// `EXPUNGE`: removes the messages that are marked as deleted.
            pub fn expunge(self: $receiver) -> $reply<$crate::client::answers::Done> {
                self.ask(Ok($crate::client::Command::expunge()))
            }

            /// `UID EXPUNGE` (RFC 4315): removes those of these messages that are marked as deleted.
            pub fn uid_expunge(
                self: $receiver,
                uids: &str,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::uid_expunge(uids))
            }
        }

        /// Rows of messages as they arrive.
        impl $client {
            /// `FETCH`, row by row. Literals above [`Limits::inline_literal`]($crate::Limits::inline_literal) come in pieces, as
            /// [`Event::Literal`]($crate::client::Event::Literal).
            pub fn fetch_stream(
                self: $receiver,
                numbers: &str,
                items: impl Into<$crate::imap_types::fetch::MacroOrMessageDataItemNames<'static>>,
            ) -> $stream {
                self.ask_stream($crate::client::Command::fetch(numbers, items)?)
            }

            /// `UID FETCH`, row by row; see [`fetch_stream`](Self::fetch_stream).
            pub fn uid_fetch_stream(
                self: $receiver,
                uids: &str,
                items: impl Into<$crate::imap_types::fetch::MacroOrMessageDataItemNames<'static>>,
            ) -> $stream {
                self.ask_stream($crate::client::Command::uid_fetch(uids, items)?)
            }
        }
    };
}
