//! Verbs about mailboxes.

/// A part of [`verbs!`](crate::verbs).
#[doc(hidden)]
#[macro_export]
macro_rules! verbs_mailboxes {
    ($client:ty, $receiver:ty, $reply:ident) => {
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

            /// `LIST` with options, or with several patterns (RFC 5258).
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
                items: impl IntoIterator<Item = impl AsRef<str>>,
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

            /// `CREATE` of a mailbox that is used for something (RFC 6154).
            pub fn create_for(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                uses: impl IntoIterator<Item = impl AsRef<str>>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::create_for(name, uses))
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
                message: impl Into<$crate::client::AppendMessage>,
            ) -> $reply<$crate::client::answers::Appended> {
                self.ask($crate::client::Command::append(name, message))
            }
        }
    };
}
