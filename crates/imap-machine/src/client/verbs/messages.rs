//! Verbs about messages.

/// A part of [`verbs!`](crate::verbs).
#[doc(hidden)]
#[macro_export]
macro_rules! verbs_messages {
    ($client:ty, $receiver:ty, $reply:ident, $stream:ty) => {
        /// Messages of the selected mailbox. Sequence numbers and UIDs are written as sets: `"7"`, `"1,4:9"`, `"1:*"`.
        impl $client {
            /// `FETCH`, read into memory.
            pub fn fetch(
                self: $receiver,
                numbers: impl Into<$crate::client::SequenceSet>,
                items: impl Into<$crate::client::Items>,
            ) -> $reply<$crate::client::answers::Fetched> {
                self.ask($crate::client::Command::fetch(numbers, items))
            }

            /// `UID FETCH`, read into memory.
            pub fn uid_fetch(
                self: $receiver,
                uids: impl Into<$crate::client::SequenceSet>,
                items: impl Into<$crate::client::Items>,
            ) -> $reply<$crate::client::answers::Fetched> {
                self.ask($crate::client::Command::uid_fetch(uids, items))
            }

            /// `STORE`: changes flags or labels. The value is what is new, and which messages were left out.
            pub fn store(
                self: $receiver,
                numbers: impl Into<$crate::client::SequenceSet>,
                store: impl Into<$crate::client::Store>,
            ) -> $reply<$crate::client::answers::Fetched> {
                self.ask($crate::client::Command::store(numbers, store))
            }

            /// `UID STORE`: changes flags or labels. The value is what is new, and which messages were left out.
            pub fn uid_store(
                self: $receiver,
                uids: impl Into<$crate::client::SequenceSet>,
                store: impl Into<$crate::client::Store>,
            ) -> $reply<$crate::client::answers::Fetched> {
                self.ask($crate::client::Command::uid_store(uids, store))
            }

            /// `COPY`. The value says where the copies are.
            pub fn copy(
                self: $receiver,
                numbers: impl Into<$crate::client::SequenceSet>,
                to: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Copied> {
                self.ask($crate::client::Command::copy(numbers, to))
            }

            /// `UID COPY`. The value says where the copies are.
            pub fn uid_copy(
                self: $receiver,
                uids: impl Into<$crate::client::SequenceSet>,
                to: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Copied> {
                self.ask($crate::client::Command::uid_copy(uids, to))
            }

            /// `MOVE` (RFC 6851). The value says where the messages are now.
            pub fn r#move(
                self: $receiver,
                numbers: impl Into<$crate::client::SequenceSet>,
                to: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Copied> {
                self.ask($crate::client::Command::r#move(numbers, to))
            }

            /// `UID MOVE` (RFC 6851). The value says where the messages are now.
            pub fn uid_move(
                self: $receiver,
                uids: impl Into<$crate::client::SequenceSet>,
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
                uids: impl Into<$crate::client::SequenceSet>,
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
                numbers: impl Into<$crate::client::SequenceSet>,
                items: impl Into<$crate::client::Items>,
            ) -> $stream {
                self.ask_stream($crate::client::Command::fetch(numbers, items)?)
            }

            /// `UID FETCH`, row by row; see [`fetch_stream`](Self::fetch_stream).
            pub fn uid_fetch_stream(
                self: $receiver,
                uids: impl Into<$crate::client::SequenceSet>,
                items: impl Into<$crate::client::Items>,
            ) -> $stream {
                self.ask_stream($crate::client::Command::uid_fetch(uids, items)?)
            }
        }
    };
}
