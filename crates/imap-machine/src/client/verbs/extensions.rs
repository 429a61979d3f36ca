//! Verbs of extensions.

/// A part of [`verbs!`](crate::verbs).
#[doc(hidden)]
#[macro_export]
macro_rules! verbs_extensions {
    ($client:ty, $receiver:ty, $reply:ident, $example:ident) => {
        /// Messages that are put into mailboxes, and extensions of the session.
        impl $client {
            /// `APPEND` of several messages in memory, of which all are stored or none (RFC 3502).
            ///
            /// Needs MULTIAPPEND for more than one message. Without it the second message waits for the server's permission; the server
            /// answers BAD in its place, and no octet of that message is sent. Sizes and NUL octets are as for `append`.
            ///
            #[doc = $example!(server)]
            /// # C: A1 APPEND Archive (\Seen) {5+}
            /// # C: a: b\n {6}
            /// # S: + go on
            /// # C: c: de\n
            /// # S: A1 OK [APPENDUID 38505 3955:3956] stored
            #[doc = $example!(client)]
            /// let first = AppendMessage::new("a: b\n").flags([Flag::SEEN]);
            #[doc = $example!(wait
                r#"let appended = client.append_all("Archive", [first, "c: de\n".into()])"#
            )]
            /// assert_eq!(appended.uids().map(u32::from).collect::<Vec<_>>(), [3955, 3956]);
            #[doc = $example!(end)]
            pub fn append_all(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                messages: impl IntoIterator<Item = impl Into<$crate::client::AppendMessage>>,
            ) -> $reply<$crate::client::answers::Appended> {
                self.ask($crate::client::Command::append_all(name, messages))
            }

            /// `REPLACE` (RFC 8508): puts a message into a mailbox, and expunges the one with this number.
            ///
            /// Needs REPLACE. The message always waits for the server's permission: a server without answers BAD in its place, and no octet
            /// of it is sent.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 REPLACE 4 Drafts {22}
            /// # S: + go on
            /// # C: Subject: hi\r\n\r\nhello\r\n
            /// # S: * OK [APPENDUID 38505 3956] stored
            /// # S: * 4 EXPUNGE
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait
                r#"let replaced = client.replace(4, "Drafts", "Subject: hi\r\n\r\nhello\r\n")"#
            )]
            /// assert_eq!(replaced.uids().map(u32::from).collect::<Vec<_>>(), [3956]);
            #[doc = $example!(end)]
            pub fn replace(
                self: $receiver,
                number: u32,
                name: impl Into<$crate::client::MailboxArgument>,
                message: impl Into<$crate::client::AppendMessage>,
            ) -> $reply<$crate::client::answers::Appended> {
                self.ask($crate::client::Command::replace(number, name, message))
            }

            /// `UID REPLACE` (RFC 8508): puts a message into a mailbox, and expunges the one with this UID.
            ///
            /// Needs REPLACE, as `replace` does.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 UID REPLACE 4375 Drafts (\Draft) {22}
            /// # S: + go on
            /// # C: Subject: hi\r\n\r\nhello\r\n
            /// # S: * OK [APPENDUID 38505 3956] stored
            /// # S: * 3 EXPUNGE
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            /// let draft = AppendMessage::new("Subject: hi\r\n\r\nhello\r\n").flags([Flag::DRAFT]);
            #[doc = $example!(wait r#"let replaced = client.uid_replace(4375, "Drafts", draft)"#)]
            /// assert_eq!(replaced.uid_validity, NonZeroU32::new(38505));
            /// assert_eq!(replaced.uids().map(u32::from).collect::<Vec<_>>(), [3956]);
            #[doc = $example!(end)]
            pub fn uid_replace(
                self: $receiver,
                uid: u32,
                name: impl Into<$crate::client::MailboxArgument>,
                message: impl Into<$crate::client::AppendMessage>,
            ) -> $reply<$crate::client::answers::Appended> {
                self.ask($crate::client::Command::uid_replace(uid, name, message))
            }

            /// `NOTIFY SET` (RFC 5465): what the server tells from now on. The value is how mailboxes stand, if that was asked for.
            ///
            /// Needs NOTIFY: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 NOTIFY SET STATUS (PERSONAL (MessageNew MessageExpunge))
            /// # S: * STATUS INBOX (MESSAGES 172 UIDNEXT 4392 UIDVALIDITY 1)
            /// # S: * STATUS Lists (MESSAGES 18 UIDNEXT 43 UIDVALIDITY 7)
            /// # S: A1 OK done
            #[doc = $example!(client)]
            /// let events = [NotifyEvent::MessageNew, NotifyEvent::MessageExpunge];
            /// let notify = Notify::new().status().personal(events);
            #[doc = $example!(wait "let notified = client.notify(&notify)")]
            /// for mailbox in &notified.mailboxes {
            ///     println!("{}: {:?} messages", mailbox.name, mailbox.number(StatusName::Messages));
            /// }
            /// // From now on a STATUS among the updates tells of each new message.
            /// assert_eq!(notified.mailboxes[1].number(StatusName::UidNext), Some(43));
            #[doc = $example!(end)]
            pub fn notify(
                self: $receiver,
                notify: &$crate::client::Notify,
            ) -> $reply<$crate::client::answers::Notified> {
                self.ask($crate::client::Command::notify(notify))
            }

            /// `NOTIFY NONE` (RFC 5465): the server tells nothing unasked.
            ///
            /// Needs NOTIFY: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 NOTIFY NONE
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait "let notified = client.notify_none()")]
            /// assert!(notified.mailboxes.is_empty());
            #[doc = $example!(end)]
            pub fn notify_none(self: $receiver) -> $reply<$crate::client::answers::Notified> {
                self.ask(Ok($crate::client::Command::notify_none()))
            }

            /// `LANGUAGE` (RFC 5255): the language of what the server says to people.
            ///
            /// Needs LANGUAGE: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 LANGUAGE de fr
            /// # S: * LANGUAGE (fr)
            /// # S: A1 OK fait
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let languages = client.language(["de", "fr"])"#)]
            /// assert_eq!(languages.tags, ["fr"]);
            #[doc = $example!(end)]
            pub fn language(
                self: $receiver,
                ranges: impl IntoIterator<Item = impl AsRef<str>>,
            ) -> $reply<$crate::client::answers::Languages> {
                self.ask($crate::client::Command::language(ranges))
            }

            /// `COMPARATOR` (RFC 5255): how text is compared.
            ///
            /// Needs I18NLEVEL=2: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 COMPARATOR "cz;*" "i;*"
            /// # S: * COMPARATOR i;basic (i;basic i;ascii-casemap)
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let collation = client.comparator(["cz;*", "i;*"])"#)]
            /// assert_eq!(collation.active.as_deref(), Some("i;basic"));
            /// assert_eq!(collation.matching, ["i;basic", "i;ascii-casemap"]);
            #[doc = $example!(end)]
            pub fn comparator(
                self: $receiver,
                orders: impl IntoIterator<Item = impl AsRef<str>>,
            ) -> $reply<$crate::client::answers::Collation> {
                self.ask($crate::client::Command::comparator(orders))
            }

            /// `UNAUTHENTICATE` (RFC 8437): back to the state before the login.
            ///
            /// Needs UNAUTHENTICATE: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 UNAUTHENTICATE
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait "client.unauthenticate()")]
            /// assert_eq!(client.state(), State::NotAuthenticated);
            #[doc = $example!(end)]
            pub fn unauthenticate(self: $receiver) -> $reply<$crate::client::answers::Done> {
                self.ask(Ok($crate::client::Command::unauthenticate()))
            }

            /// `GENURLAUTH` (RFC 4467): URLs that let others read what these name, each with a mechanism such as `INTERNAL`.
            ///
            /// Needs URLAUTH: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 GENURLAUTH imap://joe@example.com/INBOX/;uid=20;urlauth=anonymous INTERNAL
            /// # S: * GENURLAUTH "imap://joe@example.com/INBOX/;uid=20;urlauth=anonymous:internal:91354a"
            /// # S: A1 OK done
            #[doc = $example!(client)]
            /// let url = "imap://joe@example.com/INBOX/;uid=20;urlauth=anonymous";
            #[doc = $example!(wait r#"let authorized = client.genurlauth([(url, "INTERNAL")])"#)]
            /// assert_eq!(authorized.urls, [format!("{url}:internal:91354a")]);
            #[doc = $example!(end)]
            pub fn genurlauth<'a>(
                self: $receiver,
                urls: impl IntoIterator<Item = (&'a str, &'a str)>,
            ) -> $reply<$crate::client::answers::Required<$crate::client::answers::UrlAuthorizations>> {
                self.ask($crate::client::Command::genurlauth(urls))
            }

            /// `RESETKEY` (RFC 4467): authorized URLs of this mailbox are so no longer.
            ///
            /// Needs URLAUTH: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 RESETKEY INBOX
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let code = client.resetkey("INBOX")"#)]
            /// assert_eq!(code, None);
            #[doc = $example!(end)]
            pub fn resetkey(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::resetkey(name))
            }

            /// `URLFETCH` (RFC 4467): what authorized URLs name.
            ///
            /// Needs URLAUTH: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 URLFETCH imap://joe@example.com/INBOX/;uid=20;urlauth=anonymous:internal:91354a
            /// # S: * URLFETCH imap://joe@example.com/INBOX/;uid=20;urlauth=anonymous:internal:91354a "hello"
            /// # S: A1 OK done
            #[doc = $example!(client)]
            /// let url = "imap://joe@example.com/INBOX/;uid=20;urlauth=anonymous:internal:91354a";
            #[doc = $example!(wait "let fetched = client.urlfetch([url])")]
            /// for (url, text) in &fetched.texts {
            ///     println!("{url}: {:?} octets", text.as_ref().map(Vec::len));
            /// }
            /// assert_eq!(fetched.texts[0].1.as_deref(), Some(&b"hello"[..]));
            #[doc = $example!(end)]
            pub fn urlfetch(
                self: $receiver,
                urls: impl IntoIterator<Item = impl AsRef<str>>,
            ) -> $reply<$crate::client::answers::Required<$crate::client::answers::UrlTexts>> {
                self.ask($crate::client::Command::urlfetch(urls))
            }
        }
    };
}
