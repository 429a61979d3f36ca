//! Verbs that look for messages.

/// A part of [`verbs!`](crate::verbs).
#[doc(hidden)]
#[macro_export]
macro_rules! verbs_searches {
    ($client:ty, $receiver:ty, $reply:ident, $example:ident) => {
        /// Which messages there are. A search of the selected mailbox returns sequence numbers or UIDs.
        impl $client {
            /// `SEARCH`: sequence numbers of the messages that match all keys.
            ///
            /// Needs nothing. Text that is not ASCII is sent in UTF-8, and once more in a charset that the server has named if it answers
            /// `BADCHARSET`.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 SEARCH RETURN (ALL) UNSEEN SINCE "01-Nov-2026"
            /// # S: * ESEARCH (TAG "A2") ALL 3,7
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait
                "let found = client.search(Search::unseen().since(2026, 11, 1))"
            )]
            /// for number in found.numbers() {
            ///     println!("{number}");
            /// }
            /// assert_eq!(found.numbers().map(u32::from).collect::<Vec<_>>(), [3, 7]);
            #[doc = $example!(end)]
            pub fn search(
                self: $receiver,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::search(criteria))
            }

            /// `SEARCH RETURN` (RFC 4731): their lowest, highest or number, a part of them, or the result to be saved.
            ///
            /// Needs ESEARCH, which IMAP4rev2 has, and for some options more: `save` SEARCHRES, `partial` PARTIAL or CONTEXT=SEARCH,
            /// `update` and `context` CONTEXT=SEARCH. It is sent in any case, and a server without answers BAD. For text that is not ASCII
            /// see `search`.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 SEARCH RETURN (MIN COUNT) UNSEEN
            /// # S: * ESEARCH (TAG "A2") MIN 3 COUNT 5
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            /// let returns = SearchReturn::new().min().count();
            #[doc = $example!(wait "let found = client.search_with(Search::unseen(), &returns)")]
            /// assert_eq!(found.min, NonZeroU32::new(3));
            /// assert_eq!(found.count, Some(5));
            /// // The numbers themselves were not asked for.
            /// assert!(found.is_empty());
            #[doc = $example!(end)]
            pub fn search_with(
                self: $receiver,
                criteria: impl Into<$crate::client::Search>,
                returns: &$crate::client::SearchReturn,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::search_with(criteria, returns))
            }

            /// `UID SEARCH`: UIDs of the messages that match all keys.
            ///
            /// Needs nothing. Text that is not ASCII is sent in UTF-8, and once more in a charset that the server has named if it answers
            /// `BADCHARSET`.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UID SEARCH RETURN (ALL) UNSEEN SINCE "01-Nov-2026"
            /// # S: * ESEARCH (TAG "A2") UID ALL 4375,4387
            /// # S: A2 OK done
            /// # C: A3 UID FETCH 4375,4387 RFC822.SIZE
            /// # S: * 3 FETCH (UID 4375 RFC822.SIZE 2044)
            /// # S: * 7 FETCH (UID 4387 RFC822.SIZE 310)
            /// # S: A3 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait
                "let found = client.uid_search(Search::unseen().since(2026, 11, 1))"
            )]
            /// assert_eq!(found.numbers().map(u32::from).collect::<Vec<_>>(), [4375, 4387]);
            /// // A set of no messages cannot be sent.
            /// if !found.is_empty() {
            #[doc = $example!(wait r#"    let fetched = client.uid_fetch(&found, "RFC822.SIZE")"#)]
            ///     assert_eq!(fetched.messages[1].size, Some(310));
            /// }
            #[doc = $example!(end)]
            pub fn uid_search(
                self: $receiver,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::uid_search(criteria))
            }

            /// `UID SEARCH RETURN`: see `search_with`.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UID SEARCH RETURN (PARTIAL -1:-2) UNSEEN
            /// # S: * ESEARCH (TAG "A2") UID PARTIAL (-1:-2 4375,4387)
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            /// // The last two.
            /// let returns = SearchReturn::new().partial(-1, -2);
            #[doc = $example!(wait
                "let found = client.uid_search_with(Search::unseen(), &returns)"
            )]
            /// assert_eq!(found.partial, Some((-1, -2)));
            /// assert_eq!(found.numbers().map(u32::from).collect::<Vec<_>>(), [4375, 4387]);
            #[doc = $example!(end)]
            pub fn uid_search_with(
                self: $receiver,
                criteria: impl Into<$crate::client::Search>,
                returns: &$crate::client::SearchReturn,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::uid_search_with(criteria, returns))
            }

            /// `SEARCH` for text that is sent in this charset, for servers that refuse UTF-8 with BADCHARSET: `US-ASCII` or `ISO-8859-1`.
            ///
            /// A charset other than UTF-8 is the only one that is tried.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 SEARCH RETURN (ALL) CHARSET ISO-8859-1 SUBJECT {4+}
            /// # C: gr\xfcn
            /// # S: * ESEARCH (TAG "A2") ALL 3,7
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait
                r#"let found = client.search_in("ISO-8859-1", Search::all().subject("grün"))"#
            )]
            /// assert_eq!(found.numbers().map(u32::from).collect::<Vec<_>>(), [3, 7]);
            #[doc = $example!(end)]
            pub fn search_in(
                self: $receiver,
                charset: &str,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::search_in(charset, criteria))
            }

            /// `UID SEARCH` for text in this charset: see `search_in`.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UID SEARCH RETURN (ALL) CHARSET US-ASCII SUBJECT plan
            /// # S: * ESEARCH (TAG "A2") UID ALL 4375,4387
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait
                r#"let found = client.uid_search_in("US-ASCII", Search::all().subject("plan"))"#
            )]
            /// assert_eq!(found.numbers().map(u32::from).collect::<Vec<_>>(), [4375, 4387]);
            #[doc = $example!(end)]
            pub fn uid_search_in(
                self: $receiver,
                charset: &str,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::uid_search_in(charset, criteria))
            }

            /// `SORT` (RFC 5256): sequence numbers in this order.
            ///
            /// Needs SORT: it is sent in any case, and a server without answers BAD. `SortKey::DisplayFrom` and `DisplayTo` need
            /// SORT=DISPLAY. Text that is not ASCII is sent in UTF-8, and once more in a charset that the server has named if it answers
            /// `BADCHARSET`.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 SORT (REVERSE DATE) US-ASCII UNSEEN
            /// # S: * SORT 7 3 5
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait
                "let found = client.sort(SortBy::reverse(SortKey::Date), Search::unseen())"
            )]
            /// assert_eq!(found.numbers().map(u32::from).collect::<Vec<_>>(), [7, 3, 5]);
            #[doc = $example!(end)]
            pub fn sort(
                self: $receiver,
                by: impl Into<$crate::client::SortBy>,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::sort(by, criteria))
            }

            /// `SORT RETURN` (RFC 5267): a part of them, for example.
            ///
            /// Needs ESORT: it is sent in any case, and a server without answers BAD. See `search_with` for what its options need.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 SORT RETURN (COUNT PARTIAL 1:2) (SUBJECT REVERSE DATE) US-ASCII ALL
            /// # S: * ESEARCH (TAG "A2") COUNT 18 PARTIAL (1:2 7,3)
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            /// let by = SortBy::new(SortKey::Subject).then_reverse(SortKey::Date);
            /// let returns = SearchReturn::new().count().partial(1, 2);
            #[doc = $example!(wait "let found = client.sort_with(by, Search::all(), &returns)")]
            /// assert_eq!(found.count, Some(18));
            /// // The first two of them.
            /// assert_eq!(found.partial, Some((1, 2)));
            /// assert_eq!(found.numbers().map(u32::from).collect::<Vec<_>>(), [7, 3]);
            #[doc = $example!(end)]
            pub fn sort_with(
                self: $receiver,
                by: impl Into<$crate::client::SortBy>,
                criteria: impl Into<$crate::client::Search>,
                returns: &$crate::client::SearchReturn,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::sort_with(by, criteria, returns))
            }

            /// `UID SORT` (RFC 5256): UIDs in this order.
            ///
            /// Needs SORT: it is sent in any case, and a server without answers BAD. See `sort`.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UID SORT (SIZE) US-ASCII UNSEEN
            /// # S: * SORT 4387 4375
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait "let found = client.uid_sort(SortKey::Size, Search::unseen())")]
            /// assert_eq!(found.numbers().map(u32::from).collect::<Vec<_>>(), [4387, 4375]);
            #[doc = $example!(end)]
            pub fn uid_sort(
                self: $receiver,
                by: impl Into<$crate::client::SortBy>,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Found> {
                self.ask($crate::client::Command::uid_sort(by, criteria))
            }

            /// `UID SORT RETURN`: see `sort_with`.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UID SORT RETURN (PARTIAL 1:2) (REVERSE ARRIVAL) US-ASCII ALL
            /// # S: * ESEARCH (TAG "A2") UID PARTIAL (1:2 4391,4387)
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            /// // The two that arrived last.
            /// let (by, returns) = (SortBy::reverse(SortKey::Arrival), SearchReturn::new().partial(1, 2));
            #[doc = $example!(wait "let found = client.uid_sort_with(by, Search::all(), &returns)")]
            /// assert_eq!(found.numbers().map(u32::from).collect::<Vec<_>>(), [4391, 4387]);
            #[doc = $example!(end)]
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
            ///
            /// Needs `THREAD=` with the name of the algorithm: it is sent in any case, and a server without answers BAD. Text that is not
            /// ASCII is sent in UTF-8, and once more in a charset that the server has named if it answers `BADCHARSET`.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 THREAD REFERENCES US-ASCII ALL
            /// # S: * THREAD (2)(3 6 (4 7)(5))
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait
                "let threaded = client.thread(ThreadAlgorithm::References, Search::all())"
            )]
            /// for thread in threaded.threads() {
            ///     for member in thread {
            ///         println!("{}{:?}", "  ".repeat(member.depth), member.number);
            ///     }
            /// }
            /// let numbers = threaded.members.iter().filter_map(|member| member.number);
            /// assert_eq!(numbers.map(u32::from).collect::<Vec<_>>(), [2, 3, 6, 4, 7, 5]);
            /// // 5 stands at place 5, and answers 6 at place 2.
            /// assert_eq!(threaded.parent(5), Some(2));
            #[doc = $example!(end)]
            pub fn thread(
                self: $receiver,
                algorithm: impl AsRef<str>,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Threaded> {
                self.ask($crate::client::Command::thread(algorithm, criteria))
            }

            /// `UID THREAD` (RFC 5256): UIDs as threads.
            ///
            /// Needs `THREAD=` with the name of the algorithm: it is sent in any case, and a server without answers BAD. See `thread`.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UID THREAD ORDEREDSUBJECT US-ASCII ALL
            /// # S: * THREAD ((4375)(4387))
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait
                "let threaded = client.uid_thread(ThreadAlgorithm::OrderedSubject, Search::all())"
            )]
            /// // Both answer a message that is not in the mailbox.
            /// assert_eq!(threaded.members[0].number, None);
            /// assert_eq!(threaded.members[1].number, NonZeroU32::new(4375));
            /// assert_eq!(threaded.members[1].depth, 1);
            #[doc = $example!(end)]
            pub fn uid_thread(
                self: $receiver,
                algorithm: impl AsRef<str>,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::Threaded> {
                self.ask($crate::client::Command::uid_thread(algorithm, criteria))
            }

            /// `ESEARCH` (RFC 7377): UIDs in several mailboxes.
            ///
            /// Needs MULTISEARCH: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 ESEARCH IN (mailboxes (INBOX) subtree (Lists)) RETURN (ALL) UNSEEN
            /// # S: * ESEARCH (TAG "A1" MAILBOX INBOX UIDVALIDITY 1) UID ALL 4001,4003:4009
            /// # S: * ESEARCH (TAG "A1" MAILBOX Lists/rust UIDVALIDITY 7) UID ALL 12
            /// # S: A1 OK done
            #[doc = $example!(client)]
            /// let sources = SearchSources::mailboxes(["INBOX"]).and(SearchSources::subtree(["Lists"]));
            /// let returns = SearchReturn::new().all();
            #[doc = $example!(wait
                "let found = client.esearch(sources, &returns, Search::unseen())"
            )]
            /// for mailbox in &found.mailboxes {
            ///     println!("{}: {} messages", mailbox.name, mailbox.found.len());
            /// }
            /// let inbox = &found.mailboxes[0];
            /// assert_eq!((inbox.found.len(), inbox.uid_validity), (8, NonZeroU32::new(1)));
            #[doc = $example!(end)]
            pub fn esearch(
                self: $receiver,
                sources: $crate::client::SearchSources,
                returns: &$crate::client::SearchReturn,
                criteria: impl Into<$crate::client::Search>,
            ) -> $reply<$crate::client::answers::FoundInMailboxes> {
                self.ask($crate::client::Command::esearch(sources, returns, criteria))
            }

            /// `UIDBATCHES` (RFC 10022): UIDs as ranges with this many messages each, at least 500.
            ///
            /// Needs UIDBATCHES: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UIDBATCHES 2000
            /// # S: * UIDBATCHES (TAG "A2") 9100:4001,4000:1
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait "let batched = client.uid_batches(2000)")]
            /// assert_eq!(batched.batches, [4001..=9100, 1..=4000]);
            #[doc = $example!(end)]
            pub fn uid_batches(
                self: $receiver,
                size: u32,
            ) -> $reply<$crate::client::answers::Required<$crate::client::answers::Batched>> {
                self.ask($crate::client::Command::uid_batches(size))
            }

            /// `UIDBATCHES` with a range: some of them. The first one has the highest UIDs.
            ///
            /// Needs UIDBATCHES: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UIDBATCHES 500 1:1
            /// # S: * UIDBATCHES (TAG "A2") 9100:8101
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait "let batched = client.uid_batches_in(500, 1..=1)")]
            /// assert_eq!(batched.batches, [8101..=9100]);
            #[doc = $example!(end)]
            pub fn uid_batches_in(
                self: $receiver,
                size: u32,
                range: core::ops::RangeInclusive<u32>,
            ) -> $reply<$crate::client::answers::Required<$crate::client::answers::Batched>> {
                self.ask($crate::client::Command::uid_batches_in(size, range))
            }

            /// `CANCELUPDATE` (RFC 5267): no more updates of searches, which are named by their tags.
            ///
            /// Needs CONTEXT=SEARCH or CONTEXT=SORT: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UID SEARCH RETURN (ALL UPDATE) UNSEEN
            /// # S: * ESEARCH (TAG "A2") UID ALL 4375
            /// # S: A2 OK done
            /// # C: A3 CANCELUPDATE "A2"
            /// # S: A3 OK done
            #[doc = $example!(client selected)]
            /// let returns = SearchReturn::new().all().update();
            #[doc = $example!(wait
                "let found = client.uid_search_with(Search::unseen(), &returns)"
            )]
            /// // From now on ESEARCH responses with this tag tell what changes.
            /// assert_eq!(found.tag.as_deref(), Some(&b"A2"[..]));
            #[doc = $example!(wait "client.cancel_update(&found.tag)")]
            #[doc = $example!(end)]
            pub fn cancel_update(
                self: $receiver,
                tags: impl IntoIterator<Item = impl AsRef<[u8]>>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::cancel_update(tags))
            }
        }
    };
}
