//! Verbs about mailboxes.

/// A part of [`verbs!`](crate::verbs).
#[doc(hidden)]
#[macro_export]
macro_rules! verbs_mailboxes {
    ($client:ty, $receiver:ty, $reply:ident, $example:ident) => {
        /// Mailboxes.
        impl $client {
            /// `LIST`: mailboxes whose names match.
            ///
            #[doc = $example!(server)]
            /// # C: A1 LIST "" *
            /// # S: * LIST (\HasNoChildren) "/" INBOX
            /// # S: * LIST (\HasNoChildren \Sent) "/" "Sent Items"
            /// # S: * LIST (\HasNoChildren) "/" Trash
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let listed = client.list("", "*")"#)]
            /// for mailbox in &listed.mailboxes {
            ///     println!("{}: {:?}", mailbox.name, mailbox.role());
            /// }
            /// let sent = listed.with_role(Role::Sent).unwrap();
            /// assert_eq!(sent.name, "Sent Items");
            /// assert_eq!(sent.role_and_source(), Some((Role::Sent, RoleSource::SpecialUse)));
            /// // No attribute says what Trash is for, so its name does.
            /// let trash = listed.with_role(Role::Trash).unwrap();
            /// assert_eq!(trash.role_and_source(), Some((Role::Trash, RoleSource::Name)));
            #[doc = $example!(end)]
            pub fn list(
                self: $receiver,
                reference: impl Into<$crate::client::MailboxArgument>,
                pattern: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Listed> {
                self.ask($crate::client::Command::list(reference, pattern))
            }

            /// `LIST` with options, or with several patterns (RFC 5258).
            ///
            /// Needs LIST-EXTENDED for options or several patterns, and LIST-STATUS, LIST-MYRIGHTS, LIST-METADATA or SPECIAL-USE for what
            /// these return. It is sent in any case, and a server without answers BAD. With one pattern and no option it is `list`.
            ///
            #[doc = $example!(server)]
            /// # C: A1 LIST "" (INBOX Work/%) RETURN (STATUS (MESSAGES UNSEEN))
            /// # S: * LIST () "/" INBOX
            /// # S: * STATUS INBOX (MESSAGES 18 UNSEEN 2)
            /// # S: * LIST () "/" Work/Plans
            /// # S: * STATUS Work/Plans (MESSAGES 3 UNSEEN 0)
            /// # S: A1 OK done
            #[doc = $example!(client)]
            /// let options = ListOptions::new().return_status([StatusName::Messages, StatusName::Unseen]);
            #[doc = $example!(wait
                r#"let listed = client.list_with("", ["INBOX", "Work/%"], &options)"#
            )]
            /// for mailbox in &listed.mailboxes {
            ///     println!("{}: {:?} unseen", mailbox.name, mailbox.number(StatusName::Unseen));
            /// }
            /// assert_eq!(listed.mailboxes[0].number(StatusName::Unseen), Some(2));
            #[doc = $example!(end)]
            pub fn list_with(
                self: $receiver,
                reference: impl Into<$crate::client::MailboxArgument>,
                patterns: impl IntoIterator<Item = impl Into<$crate::client::MailboxArgument>>,
                options: &$crate::client::ListOptions,
            ) -> $reply<$crate::client::answers::Listed> {
                self.ask($crate::client::Command::list_with(
                    reference, patterns, options,
                ))
            }

            /// `LSUB`: subscribed mailboxes whose names match.
            ///
            /// Servers of IMAP4rev2 alone need not have it, and answer BAD then: `list_with` and `ListOptions::subscribed` is the same
            /// there.
            ///
            #[doc = $example!(server)]
            /// # C: A1 LSUB "" *
            /// # S: * LSUB () "/" INBOX
            /// # S: * LSUB (\Noselect) "/" Lists
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let listed = client.lsub("", "*")"#)]
            /// let names: Vec<_> = listed.mailboxes.iter().map(|mailbox| &mailbox.name).collect();
            /// assert_eq!(names, ["INBOX", "Lists"]);
            /// assert!(listed.mailboxes[1].has("\\Noselect"));
            #[doc = $example!(end)]
            pub fn lsub(
                self: $receiver,
                reference: impl Into<$crate::client::MailboxArgument>,
                pattern: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Listed> {
                self.ask($crate::client::Command::lsub(reference, pattern))
            }

            /// `SELECT`: opens a mailbox.
            ///
            #[doc = $example!(server)]
            /// # C: A1 SELECT INBOX
            /// # S: * 172 EXISTS
            /// # S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
            /// # S: * OK [PERMANENTFLAGS (\Deleted \Seen \*)] limited
            /// # S: * OK [UNSEEN 12] first
            /// # S: * OK [UIDVALIDITY 3857529045] valid
            /// # S: * OK [UIDNEXT 4392] next
            /// # S: * OK [HIGHESTMODSEQ 715194045007] highest
            /// # S: A1 OK [READ-WRITE] selected
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let inbox = client.select("INBOX")"#)]
            /// assert_eq!(inbox.exists, 172);
            /// assert_eq!(inbox.uids.validity, NonZeroU32::new(3857529045));
            /// assert_eq!(inbox.uids.next, NonZeroU32::new(4392));
            /// assert_eq!(inbox.highest_modseq, Some(715194045007));
            /// assert_eq!(inbox.access, Some(Access::ReadWrite));
            /// // The first message that has not been seen: only servers of IMAP4rev1 say it.
            /// assert_eq!(inbox.rev1.unseen, NonZeroU32::new(12));
            /// // The server has said nothing else.
            /// assert!(inbox.codes.is_empty() && inbox.unread.is_empty());
            #[doc = $example!(end)]
            pub fn select(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Selected> {
                self.ask($crate::client::Command::select(name))
            }

            /// `EXAMINE`: opens a mailbox read-only.
            ///
            #[doc = $example!(server)]
            /// # C: A1 EXAMINE Archive
            /// # S: * 231 EXISTS
            /// # S: * OK [UIDVALIDITY 38505] valid
            /// # S: A1 OK [READ-ONLY] examined
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let archive = client.examine("Archive")"#)]
            /// assert_eq!(archive.exists, 231);
            /// assert_eq!(archive.access, Some(Access::ReadOnly));
            #[doc = $example!(end)]
            pub fn examine(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Selected> {
                self.ask($crate::client::Command::examine(name))
            }

            /// `SELECT` with parameters (RFC 7162): mod-sequences, or what has changed since a known state.
            ///
            /// Needs CONDSTORE or QRESYNC: it is sent in any case, and a server without answers BAD. QRESYNC has to be enabled before
            /// (`enable`).
            ///
            #[doc = $example!(server)]
            /// # C: A1 ENABLE QRESYNC
            /// # S: * ENABLED QRESYNC
            /// # S: A1 OK done
            /// # C: A2 SELECT INBOX (QRESYNC (67890007 90060115194045000 41:211))
            /// # S: * 100 EXISTS
            /// # S: * OK [UIDVALIDITY 67890007] valid
            /// # S: * OK [HIGHESTMODSEQ 90060115205545359] highest
            /// # S: * VANISHED (EARLIER) 41,43:116
            /// # S: * 49 FETCH (UID 117 FLAGS (\Seen \Answered) MODSEQ (90060115194045001))
            /// # S: A2 OK [READ-WRITE] selected
            #[doc = $example!(client)]
            #[doc = $example!(wait "client.enable([KnownExtension::QResync])")]
            /// // What we know: UIDVALIDITY, the highest mod-sequence, and UIDs.
            /// let known = Resync::new(67890007, 90060115194045000).known("41:211");
            #[doc = $example!(wait
                r#"let inbox = client.select_with("INBOX", &SelectOptions::qresync(known))"#
            )]
            /// // What has changed since then, and which UIDs are gone.
            /// assert_eq!(inbox.changes.messages[0].uid, NonZeroU32::new(117));
            /// for (first, last) in &inbox.changes.vanished {
            ///     println!("{first} to {last}");
            /// }
            /// assert_eq!(inbox.changes.vanished.len(), 2);
            #[doc = $example!(end)]
            pub fn select_with(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                options: &$crate::client::SelectOptions,
            ) -> $reply<$crate::client::answers::Selected> {
                self.ask($crate::client::Command::select_with(name, options))
            }

            /// `EXAMINE` with parameters: see `select_with`.
            ///
            #[doc = $example!(server)]
            /// # C: A1 EXAMINE Archive (CONDSTORE)
            /// # S: * 231 EXISTS
            /// # S: * OK [HIGHESTMODSEQ 715194045007] highest
            /// # S: A1 OK [READ-ONLY] examined
            #[doc = $example!(client)]
            #[doc = $example!(wait
                r#"let archive = client.examine_with("Archive", &SelectOptions::condstore())"#
            )]
            /// assert_eq!(archive.highest_modseq, Some(715194045007));
            #[doc = $example!(end)]
            pub fn examine_with(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                options: &$crate::client::SelectOptions,
            ) -> $reply<$crate::client::answers::Selected> {
                self.ask($crate::client::Command::examine_with(name, options))
            }

            /// `UNSELECT` (RFC 3691): leaves the mailbox.
            ///
            /// Needs UNSELECT, which IMAP4rev2 has: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UNSELECT
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait "client.unselect()")]
            /// assert!(client.mailbox().is_none());
            #[doc = $example!(end)]
            pub fn unselect(self: $receiver) -> $reply<$crate::client::answers::Done> {
                self.ask(Ok($crate::client::Command::unselect()))
            }

            /// `CLOSE`: expunges, then leaves the mailbox. The connection stays.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 CLOSE
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait "client.close_mailbox()")]
            /// assert!(client.mailbox().is_none());
            #[doc = $example!(end)]
            pub fn close_mailbox(self: $receiver) -> $reply<$crate::client::answers::Done> {
                self.ask(Ok($crate::client::Command::close()))
            }

            /// `STATUS`: numbers about a mailbox that is not selected.
            ///
            /// `Size` needs STATUS=SIZE, which IMAP4rev2 has, `Deleted` IMAP4rev2 or QUOTA=RES-MESSAGE, `DeletedStorage`
            /// QUOTA=RES-STORAGE, `HighestModSeq` CONDSTORE, `AppendLimit` APPENDLIMIT, and `MailboxId` OBJECTID. They are sent in any case,
            /// and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 STATUS Archive (MESSAGES UNSEEN)
            /// # S: * STATUS Archive (MESSAGES 231 UNSEEN 4)
            /// # S: A1 OK done
            #[doc = $example!(client)]
            /// let items = [StatusName::Messages, StatusName::Unseen];
            #[doc = $example!(wait r#"let archive = client.status("Archive", items)"#)]
            /// assert_eq!(archive.number(StatusName::Unseen), Some(4));
            /// // Or all that the server has told, in its order.
            /// assert_eq!(archive.items, [StatusItem::Messages(231), StatusItem::Unseen(4)]);
            #[doc = $example!(end)]
            pub fn status(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                items: impl IntoIterator<Item = impl AsRef<str>>,
            ) -> $reply<$crate::client::answers::Required<$crate::client::answers::Counted>> {
                self.ask($crate::client::Command::status(name, items))
            }

            /// `CREATE`: makes a mailbox. The value is the code of the OK, if it has one.
            ///
            #[doc = $example!(server)]
            /// # C: A1 CREATE Work
            /// # S: A1 OK [MAILBOXID (F2212ea87)] created
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let code = client.create("Work")"#)]
            /// // Servers with OBJECTID say how they identify it.
            /// assert!(matches!(code, Some(Code::MailboxId(id)) if *id == *b"F2212ea87"));
            #[doc = $example!(end)]
            pub fn create(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::create(name))
            }

            /// `CREATE` of a mailbox that is used for something (RFC 6154).
            ///
            /// Needs CREATE-SPECIAL-USE: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 CREATE Outbox (USE (\Sent))
            /// # S: A1 OK created
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let code = client.create_for("Outbox", [Role::Sent])"#)]
            /// assert_eq!(code, None);
            #[doc = $example!(end)]
            pub fn create_for(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                uses: impl IntoIterator<Item = impl AsRef<str>>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::create_for(name, uses))
            }

            /// `DELETE`: removes a mailbox with its messages.
            ///
            #[doc = $example!(server)]
            /// # C: A1 DELETE Work
            /// # S: A1 NO [NONEXISTENT] no such mailbox
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let deleted = client.delete("Work")"#, ";")]
            /// // It was not there.
            /// let Err(CommandError::Refused(refused)) = deleted else { panic!() };
            /// assert_eq!(refused.reason(), Reason::NotThere);
            #[doc = $example!(end)]
            pub fn delete(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::delete(name))
            }

            /// `RENAME`: gives a mailbox another name. INBOX stays, and its messages move.
            ///
            #[doc = $example!(server)]
            /// # C: A1 RENAME Work Archive/Work
            /// # S: A1 NO [ALREADYEXISTS] there is one
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let renamed = client.rename("Work", "Archive/Work")"#, ";")]
            /// // There is such a mailbox.
            /// let Err(CommandError::Refused(refused)) = renamed else { panic!() };
            /// assert_eq!(refused.reason(), Reason::Exists);
            #[doc = $example!(end)]
            pub fn rename(
                self: $receiver,
                from: impl Into<$crate::client::MailboxArgument>,
                to: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::rename(from, to))
            }

            /// `SUBSCRIBE`: puts a name on the list of subscribed mailboxes.
            ///
            #[doc = $example!(server)]
            /// # C: A1 SUBSCRIBE Lists
            /// # S: A1 OK done
            /// # C: A2 LIST (SUBSCRIBED) "" *
            /// # S: * LIST (\Subscribed) "/" Lists
            /// # S: A2 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"client.subscribe("Lists")"#)]
            /// let subscribed = ListOptions::new().subscribed();
            #[doc = $example!(wait r#"let listed = client.list_with("", ["*"], &subscribed)"#)]
            /// assert!(listed.mailboxes[0].has("\\Subscribed"));
            #[doc = $example!(end)]
            pub fn subscribe(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::subscribe(name))
            }

            /// `UNSUBSCRIBE`: takes it off the list.
            ///
            #[doc = $example!(server)]
            /// # C: A1 UNSUBSCRIBE Lists
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let code = client.unsubscribe("Lists")"#)]
            /// assert_eq!(code, None);
            #[doc = $example!(end)]
            pub fn unsubscribe(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::unsubscribe(name))
            }

            /// `APPEND` of a message in memory.
            ///
            /// It is not sent if it is larger than the server takes, as far as APPENDLIMIT or a STATUS has said (`NotSent::TooLarge`), nor
            /// with a NUL octet to a server without BINARY (`NotSent::NulNotAccepted`). With LITERAL+ or LITERAL- a small one
            /// ([`Limits::non_synchronizing`](imap_machine::Limits::non_synchronizing)) goes out with its command; otherwise the client
            /// waits for the server's permission. A message that is `AppendMessage::catenate` needs CATENATE: a server without answers BAD,
            /// and no octet of its texts is sent.
            ///
            #[doc = $example!(server)]
            /// # C: A1 APPEND Drafts (\Draft) {22+}
            /// # C: Subject: hi\r\n\r\nhello\r\n
            /// # S: A1 OK [APPENDUID 38505 3955] stored
            #[doc = $example!(client)]
            /// let draft = AppendMessage::new("Subject: hi\r\n\r\nhello\r\n").flags([Flag::DRAFT]);
            #[doc = $example!(wait r#"let appended = client.append("Drafts", draft)"#)]
            /// if let Some((uid_validity, uid)) = appended.uid {
            ///     println!("It has the UID {uid}, as long as UIDVALIDITY is {uid_validity}");
            /// }
            /// assert_eq!(appended.uid.map(|(_, uid)| uid.get()), Some(3955));
            #[doc = $example!(end)]
            pub fn append(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                message: impl Into<$crate::client::AppendMessage>,
            ) -> $reply<$crate::client::answers::Appended> {
                self.ask($crate::client::Command::append(name, message))
            }
        }
    };
}
