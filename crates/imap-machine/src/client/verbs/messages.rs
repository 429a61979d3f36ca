//! Verbs about messages.

/// A part of [`verbs!`](crate::verbs).
#[doc(hidden)]
#[macro_export]
macro_rules! verbs_messages {
    ($client:ty, $receiver:ty, $reply:ident, $stream:ty, $example:ident) => {
        /// Messages of the selected mailbox. Sequence numbers and UIDs are written as sets: `"7"`, `"1,4:9"`, `"1:*"`.
        ///
        /// Methods with sequence numbers send nothing when these may name other messages by now (`NotSent::StaleSequenceNumbers`), or when
        /// UIDONLY is enabled (`NotSent::UidOnly`). Those with UIDs are never affected.
        ///
        /// A set that is too long for one line ([`Limits::command_line`](imap_machine::Limits::command_line)) is sent in parts, and what a
        /// server with MESSAGELIMIT leaves out of a set of UIDs is asked for again. The value is of all of them. A MOVE by sequence numbers
        /// and what is read row by row are one command.
        impl $client {
            /// `FETCH`, read into memory.
            ///
            /// Items of extensions (`Items` says which) are sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 FETCH 1:2 (UID FLAGS RFC822.SIZE)
            /// # S: * 1 FETCH (UID 4373 FLAGS (\Seen $Work) RFC822.SIZE 2044)
            /// # S: * 2 FETCH (UID 4374 FLAGS () RFC822.SIZE 310)
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait r#"let fetched = client.fetch("1:2", "UID FLAGS RFC822.SIZE")"#)]
            /// for message in &fetched.messages {
            ///     println!("{}: {:?}, {:?} octets", message.number, message.flags, message.size);
            /// }
            /// let first = &fetched.messages[0];
            /// assert_eq!((first.uid, first.size), (NonZeroU32::new(4373), Some(2044)));
            /// assert!(first.flags.as_ref().is_some_and(|flags| flags.contains(Flag::SEEN)));
            #[doc = $example!(end)]
            pub fn fetch(
                self: $receiver,
                numbers: impl Into<$crate::client::SequenceSet>,
                items: impl Into<$crate::client::Items>,
            ) -> $reply<$crate::client::answers::Fetched> {
                self.ask($crate::client::Command::fetch(numbers, items))
            }

            /// `UID FETCH`, read into memory.
            ///
            /// Items of extensions (`Items` says which) are sent in any case, and a server without answers BAD.
            ///
            /// `uids` may be what a search has found: `&found`. An empty set is not sent: `CommandError::Argument` of `NotASet`.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UID FETCH 4391 (ENVELOPE BODY.PEEK[TEXT])
            /// # S: * 17 FETCH (UID 4391 ENVELOPE ("Fri, 27 Nov 2026 20:00:00 +0000" "Plans" (("Ann" NIL "ann" "example.org")) NIL NIL NIL NIL NIL NIL "<1@example.org>") BODY[TEXT] {7}
            /// # S: hello\r\n)
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait
                r#"let fetched = client.uid_fetch(4391, Items::new().envelope().section("TEXT"))"#
            )]
            /// let message = &fetched.messages[0];
            /// let envelope = message.envelope().unwrap().fields();
            /// assert_eq!(envelope.subject.unwrap().text().as_deref(), Some("Plans"));
            /// let sender = envelope.from.unwrap().iter().next().unwrap();
            /// assert_eq!(sender.mailbox.unwrap().text().as_deref(), Some("ann"));
            /// assert_eq!(message.section("BODY[TEXT]"), Some(&b"hello\r\n"[..]));
            #[doc = $example!(end)]
            pub fn uid_fetch(
                self: $receiver,
                uids: impl Into<$crate::client::SequenceSet>,
                items: impl Into<$crate::client::Items>,
            ) -> $reply<$crate::client::answers::Fetched> {
                self.ask($crate::client::Command::uid_fetch(uids, items))
            }

            /// `STORE`: changes flags or labels. The value is what is new, and which messages were left out.
            ///
            /// `unchanged_since` needs CONDSTORE, and labels need X-GM-EXT-1: they are sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 STORE 1:2 +FLAGS (\Seen)
            /// # S: * 1 FETCH (FLAGS (\Seen $Work))
            /// # S: * 2 FETCH (FLAGS (\Seen))
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait r#"let stored = client.store("1:2", Store::add([Flag::SEEN]))"#)]
            /// for message in &stored.messages {
            ///     println!("{}: {:?}", message.number, message.flags);
            /// }
            /// assert!(stored.messages[0].flags.as_ref().is_some_and(|flags| flags.contains("$Work")));
            #[doc = $example!(end)]
            pub fn store(
                self: $receiver,
                numbers: impl Into<$crate::client::SequenceSet>,
                store: impl Into<$crate::client::Store>,
            ) -> $reply<$crate::client::answers::Fetched> {
                self.ask($crate::client::Command::store(numbers, store))
            }

            /// `UID STORE`: changes flags or labels. The value is what is new, and which messages were left out.
            ///
            /// `unchanged_since` needs CONDSTORE, and labels need X-GM-EXT-1: they are sent in any case, and a server without answers BAD.
            ///
            /// `uids` may be what a search has found: `&found`. An empty set is not sent: `CommandError::Argument` of `NotASet`.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UID STORE 4373,4391 (UNCHANGEDSINCE 715194045007) +FLAGS (\Deleted)
            /// # S: * 1 FETCH (UID 4373 FLAGS (\Deleted) MODSEQ (715194045008))
            /// # S: A2 OK [MODIFIED 4391] done
            #[doc = $example!(client selected)]
            /// let deleted = Store::add([Flag::DELETED]).unchanged_since(715194045007);
            #[doc = $example!(wait "let stored = client.uid_store([4373, 4391], deleted)")]
            /// assert_eq!(stored.messages[0].modseq, Some(715194045008));
            /// // Someone else has changed this one, so it is as it was.
            /// let (first, last) = stored.modified[0];
            /// assert_eq!((first.get(), last.get()), (4391, 4391));
            #[doc = $example!(end)]
            pub fn uid_store(
                self: $receiver,
                uids: impl Into<$crate::client::SequenceSet>,
                store: impl Into<$crate::client::Store>,
            ) -> $reply<$crate::client::answers::Fetched> {
                self.ask($crate::client::Command::uid_store(uids, store))
            }

            /// `COPY`. The value says where the copies are.
            ///
            /// Without UIDPLUS the server does not say where they are, and the value is empty.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 COPY 1:2 Archive
            /// # S: A2 OK [COPYUID 38505 4373:4374 11:12] done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait r#"let copied = client.copy("1:2", "Archive")"#)]
            /// for (here, there) in copied.pairs() {
            ///     println!("{here} is {there} there");
            /// }
            /// assert_eq!(copied.pairs().collect::<Vec<_>>(), [(4373, 11), (4374, 12)]);
            /// assert_eq!(copied.uid_validity, NonZeroU32::new(38505));
            #[doc = $example!(end)]
            pub fn copy(
                self: $receiver,
                numbers: impl Into<$crate::client::SequenceSet>,
                to: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Copied> {
                self.ask($crate::client::Command::copy(numbers, to))
            }

            /// `UID COPY`. The value says where the copies are.
            ///
            /// Without UIDPLUS the server does not say where they are, and the value is empty.
            ///
            /// `uids` may be what a search has found: `&found`. An empty set is not sent: `CommandError::Argument` of `NotASet`.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UID COPY 4373,4391 Archive
            /// # S: A2 OK [COPYUID 38505 4373,4391 11:12] done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait r#"let copied = client.uid_copy([4373, 4391], "Archive")"#)]
            /// assert_eq!(copied.pairs().collect::<Vec<_>>(), [(4373, 11), (4391, 12)]);
            #[doc = $example!(end)]
            pub fn uid_copy(
                self: $receiver,
                uids: impl Into<$crate::client::SequenceSet>,
                to: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Copied> {
                self.ask($crate::client::Command::uid_copy(uids, to))
            }

            /// `MOVE` (RFC 6851). The value says where the messages are now.
            ///
            /// Needs MOVE: to a server that has said what it can do and does not have it, nothing is sent, and the error is
            /// `NotSent::NoMove`. `uid_move` does without.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 MOVE 1 Archive
            /// # S: * OK [COPYUID 38505 4373 11] copied
            /// # S: * 1 EXPUNGE
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait r#"let moved = client.r#move(1, "Archive")"#)]
            /// assert_eq!(moved.pairs().collect::<Vec<_>>(), [(4373, 11)]);
            /// assert_eq!(client.mailbox().map(|inbox| inbox.exists()), Some(17));
            #[doc = $example!(end)]
            pub fn r#move(
                self: $receiver,
                numbers: impl Into<$crate::client::SequenceSet>,
                to: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Copied> {
                self.ask($crate::client::Command::r#move(numbers, to))
            }

            /// `UID MOVE` (RFC 6851). The value says where the messages are now.
            ///
            /// Without MOVE, the client sends UID COPY, UID STORE `+FLAGS.SILENT (\Deleted)` and UID EXPUNGE, each when the one before it
            /// has succeeded. If the second or third fails, the messages are in both mailboxes: `CommandError::NotRemoved`. That needs
            /// UIDPLUS; without it nothing is sent, and the error is `NotSent::NoMove`.
            ///
            /// `uids` may be what a search has found: `&found`. An empty set is not sent: `CommandError::Argument` of `NotASet`.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UID MOVE 4373 Archive
            /// # S: * OK [COPYUID 38505 4373 11] copied
            /// # S: * 1 EXPUNGE
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait r#"let moved = client.uid_move(4373, "Archive")"#)]
            /// assert_eq!(moved.pairs().collect::<Vec<_>>(), [(4373, 11)]);
            #[doc = $example!(end)]
            pub fn uid_move(
                self: $receiver,
                uids: impl Into<$crate::client::SequenceSet>,
                to: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Copied> {
                self.ask($crate::client::Command::uid_move(uids, to))
            }

            /// `EXPUNGE`: removes the messages that are marked as deleted.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 EXPUNGE
            /// # S: * 3 EXPUNGE
            /// # S: * 3 EXPUNGE
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait "client.expunge()")]
            /// // Two are gone.
            /// assert_eq!(client.mailbox().map(|inbox| inbox.exists()), Some(16));
            #[doc = $example!(end)]
            pub fn expunge(self: $receiver) -> $reply<$crate::client::answers::Done> {
                self.ask(Ok($crate::client::Command::expunge()))
            }

            /// `UID EXPUNGE` (RFC 4315): removes those of these messages that are marked as deleted.
            ///
            /// Needs UIDPLUS, which IMAP4rev2 has: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UID EXPUNGE 4373
            /// # S: * 1 EXPUNGE
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait "client.uid_expunge(4373)")]
            /// assert_eq!(client.mailbox().map(|inbox| inbox.exists()), Some(17));
            #[doc = $example!(end)]
            pub fn uid_expunge(
                self: $receiver,
                uids: impl Into<$crate::client::SequenceSet>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::uid_expunge(uids))
            }
        }

        /// Rows of messages as they arrive.
        impl $client {
            /// `FETCH`, row by row. Literals above [`Limits::inline_literal`](imap_machine::Limits::inline_literal) come in pieces, as
            /// [`Event::Literal`](imap_machine::client::Event::Literal).
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 FETCH 1:2 (UID FLAGS)
            /// # S: * 1 FETCH (UID 4373 FLAGS (\Seen))
            /// # S: * 2 FETCH (UID 4374 FLAGS ())
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            /// let mut uids = Vec::new();
            /// let mut rows = client.fetch_stream("1:2", "UID FLAGS")?;
            #[doc = $example!(wait "while let Some(event) = rows.next()", " {")]
            ///     if let Event::Untagged { data: Untagged::Fetch(row), .. } = event? {
            ///         uids.extend(row.uid());
            ///     }
            /// }
            /// assert_eq!(uids, [4373, 4374].map(|uid| NonZeroU32::new(uid).unwrap()));
            #[doc = $example!(end)]
            pub fn fetch_stream(
                self: $receiver,
                numbers: impl Into<$crate::client::SequenceSet>,
                items: impl Into<$crate::client::Items>,
            ) -> $stream {
                self.ask_stream($crate::client::Command::fetch(numbers, items)?)
            }

            /// `UID FETCH`, row by row; see [`fetch_stream`](Self::fetch_stream).
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UID FETCH 4391 BODY.PEEK[]
            /// # S: * 17 FETCH (UID 4391 BODY[] {100000}
            /// # S: \(100000*x))
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            /// let mut octets = 0;
            /// let mut rows = client.uid_fetch_stream(4391, Items::new().section(""))?;
            #[doc = $example!(wait "while let Some(event) = rows.next()", " {")]
            ///     if let Event::Literal(piece) = event? {
            ///         println!("{} of {} octets", piece.data.len(), piece.size);
            ///         octets += piece.data.len();
            ///     }
            /// }
            /// assert_eq!(octets, 100_000);
            #[doc = $example!(end)]
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
