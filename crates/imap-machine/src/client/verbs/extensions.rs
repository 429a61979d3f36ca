//! Verbs of extensions.

/// A part of [`verbs!`](crate::verbs).
#[doc(hidden)]
#[macro_export]
macro_rules! verbs_extensions {
    ($client:ty, $receiver:ty, $reply:ident) => {
        /// Messages that are put into mailboxes, and extensions of the session.
        impl $client {
            /// `APPEND` of several messages in memory, of which all are stored or none (RFC 3502).
            pub fn append_all(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                messages: impl IntoIterator<Item = impl Into<$crate::client::AppendMessage>>,
            ) -> $reply<$crate::client::answers::Appended> {
                self.ask($crate::client::Command::append_all(name, messages))
            }

            /// `REPLACE` (RFC 8508): puts a message into a mailbox, and expunges the one with this number.
            pub fn replace(
                self: $receiver,
                number: u32,
                name: impl Into<$crate::client::MailboxArgument>,
                message: impl Into<$crate::client::AppendMessage>,
            ) -> $reply<$crate::client::answers::Appended> {
                self.ask($crate::client::Command::replace(number, name, message))
            }

            /// `UID REPLACE` (RFC 8508): puts a message into a mailbox, and expunges the one with this UID.
            pub fn uid_replace(
                self: $receiver,
                uid: u32,
                name: impl Into<$crate::client::MailboxArgument>,
                message: impl Into<$crate::client::AppendMessage>,
            ) -> $reply<$crate::client::answers::Appended> {
                self.ask($crate::client::Command::uid_replace(uid, name, message))
            }

            /// `NOTIFY SET` (RFC 5465): what the server tells from now on. The value is how mailboxes stand, if that was asked for.
            pub fn notify(
                self: $receiver,
                notify: &$crate::client::Notify,
            ) -> $reply<$crate::client::answers::Notified> {
                self.ask($crate::client::Command::notify(notify))
            }

            /// `NOTIFY NONE` (RFC 5465): the server tells nothing unasked.
            pub fn notify_none(self: $receiver) -> $reply<$crate::client::answers::Notified> {
                self.ask(Ok($crate::client::Command::notify_none()))
            }

            /// `LANGUAGE` (RFC 5255): the language of what the server says to people.
            pub fn language(
                self: $receiver,
                ranges: impl IntoIterator<Item = impl AsRef<str>>,
            ) -> $reply<$crate::client::answers::Languages> {
                self.ask($crate::client::Command::language(ranges))
            }

            /// `COMPARATOR` (RFC 5255): how text is compared.
            pub fn comparator(
                self: $receiver,
                orders: impl IntoIterator<Item = impl AsRef<str>>,
            ) -> $reply<$crate::client::answers::Collation> {
                self.ask($crate::client::Command::comparator(orders))
            }

            /// `UNAUTHENTICATE` (RFC 8437): back to the state before the login.
            pub fn unauthenticate(self: $receiver) -> $reply<$crate::client::answers::Done> {
                self.ask(Ok($crate::client::Command::unauthenticate()))
            }

            /// `GENURLAUTH` (RFC 4467): URLs that let others read what these name, each with a mechanism such as `INTERNAL`.
            pub fn genurlauth<'a>(
                self: $receiver,
                urls: impl IntoIterator<Item = (&'a str, &'a str)>,
            ) -> $reply<$crate::client::answers::UrlAuthorizations> {
                self.ask($crate::client::Command::genurlauth(urls))
            }

            /// `RESETKEY` (RFC 4467): authorized URLs of this mailbox are so no longer.
            pub fn resetkey(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::resetkey(name))
            }

            /// `URLFETCH` (RFC 4467): what authorized URLs name.
            pub fn urlfetch(
                self: $receiver,
                urls: impl IntoIterator<Item = impl AsRef<str>>,
            ) -> $reply<$crate::client::answers::UrlTexts> {
                self.ask($crate::client::Command::urlfetch(urls))
            }
        }
    };
}
