//! Verbs that look for messages.

/// A part of [`verbs!`](crate::verbs).
#[doc(hidden)]
#[macro_export]
macro_rules! verbs_searches {
    ($client:ty, $receiver:ty, $reply:ident) => {
        /// Which messages there are. A search of the selected mailbox returns sequence numbers or UIDs.
        impl $client {
            /// `SEARCH`: sequence numbers of the messages that match all keys.
            pub fn search(
                self: $receiver,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::search(criteria))
            }

            /// `SEARCH RETURN` (RFC 4731): their lowest, highest or number, a part of them, or the result to be saved.
            pub fn search_with(
                self: $receiver,
                criteria: impl Into<$crate::client::Search>,
                returns: &$crate::client::SearchReturn,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::search_with(criteria, returns))
            }

            /// `UID SEARCH`: UIDs of the messages that match all keys.
            pub fn uid_search(
                self: $receiver,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::uid_search(criteria))
            }

            /// `UID SEARCH RETURN`: see `search_with`.
            pub fn uid_search_with(
                self: $receiver,
                criteria: impl Into<$crate::client::Search>,
                returns: &$crate::client::SearchReturn,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::uid_search_with(criteria, returns))
            }

            /// `SEARCH` for text that is sent in this charset, for servers that refuse UTF-8 with BADCHARSET: `US-ASCII` or `ISO-8859-1`.
            pub fn search_in(
                self: $receiver,
                charset: &str,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::search_in(charset, criteria))
            }

            /// `UID SEARCH` for text in this charset: see `search_in`.
            pub fn uid_search_in(
                self: $receiver,
                charset: &str,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::uid_search_in(charset, criteria))
            }

            /// `SORT` (RFC 5256): sequence numbers in this order.
            pub fn sort(
                self: $receiver,
                by: impl Into<$crate::client::SortBy>,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::sort(by, criteria))
            }

            /// `SORT RETURN` (RFC 5267): a part of them, for example.
            pub fn sort_with(
                self: $receiver,
                by: impl Into<$crate::client::SortBy>,
                criteria: impl Into<$crate::client::Search>,
                returns: &$crate::client::SearchReturn,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::sort_with(by, criteria, returns))
            }

            /// `UID SORT` (RFC 5256): UIDs in this order.
            pub fn uid_sort(
                self: $receiver,
                by: impl Into<$crate::client::SortBy>,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::uid_sort(by, criteria))
            }

            /// `UID SORT RETURN`: see `sort_with`.
            pub fn uid_sort_with(
                self: $receiver,
                by: impl Into<$crate::client::SortBy>,
                criteria: impl Into<$crate::client::Search>,
                returns: &$crate::client::SearchReturn,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::uid_sort_with(
                    by, criteria, returns,
                ))
            }

            /// `THREAD` (RFC 5256): sequence numbers as threads.
            pub fn thread(
                self: $receiver,
                algorithm: impl AsRef<str>,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Threaded> {
                self.ask($crate::client::Command::thread(algorithm, criteria))
            }

            /// `UID THREAD` (RFC 5256): UIDs as threads.
            pub fn uid_thread(
                self: $receiver,
                algorithm: impl AsRef<str>,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Threaded> {
                self.ask($crate::client::Command::uid_thread(algorithm, criteria))
            }

            /// `ESEARCH` (RFC 7377): UIDs in several mailboxes.
            pub fn esearch(
                self: $receiver,
                sources: $crate::client::SearchSources,
                returns: &$crate::client::SearchReturn,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::FoundInMailboxes> {
                self.ask($crate::client::Command::esearch(sources, returns, criteria))
            }

            /// `UIDBATCHES` (RFC 10022): UIDs as ranges with this many messages each, at least 500.
            pub fn uid_batches(
                self: $receiver,
                size: u32,
            ) -> $reply<$crate::client::answers::Batched> {
                self.ask($crate::client::Command::uid_batches(size))
            }

            /// `UIDBATCHES` with a range: some of them. The first one has the highest UIDs.
            pub fn uid_batches_in(
                self: $receiver,
                size: u32,
                range: core::ops::RangeInclusive<u32>,
            ) -> $reply<$crate::client::answers::Batched> {
                self.ask($crate::client::Command::uid_batches_in(size, range))
            }

            /// `CANCELUPDATE` (RFC 5267): no more updates of searches, which are named by their tags.
            pub fn cancel_update(
                self: $receiver,
                tags: impl IntoIterator<Item = impl AsRef<[u8]>>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::cancel_update(tags))
            }
        }
    };
}
