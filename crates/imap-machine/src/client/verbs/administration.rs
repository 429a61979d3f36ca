//! Verbs about what belongs to mailboxes: namespaces, quotas, rights, annotations.

/// A part of [`verbs!`](crate::verbs).
#[doc(hidden)]
#[macro_export]
macro_rules! verbs_administration {
    ($client:ty, $receiver:ty, $reply:ident) => {
        /// Namespaces, quotas, rights and annotations of mailboxes.
        impl $client {
            /// `NAMESPACE` (RFC 2342): where mailboxes are.
            pub fn namespace(self: $receiver) -> $reply<$crate::client::answers::Namespaced> {
                self.ask(Ok($crate::client::Command::namespace()))
            }

            /// `GETQUOTA` (RFC 9208): what is used of a quota root.
            pub fn get_quota(
                self: $receiver,
                root: impl AsRef<[u8]>,
            ) -> $reply<$crate::client::answers::Quotas> {
                self.ask($crate::client::Command::get_quota(root))
            }

            /// `GETQUOTAROOT` (RFC 9208): the quota roots of a mailbox, and what is used of them.
            pub fn get_quota_root(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Quotas> {
                self.ask($crate::client::Command::get_quota_root(name))
            }

            /// `SETQUOTA` (RFC 9208): sets limits of resources by name, and removes all others.
            pub fn set_quota<'a>(
                self: $receiver,
                root: impl AsRef<[u8]>,
                limits: impl IntoIterator<Item = (&'a str, u64)>,
            ) -> $reply<$crate::client::answers::Quotas> {
                self.ask($crate::client::Command::set_quota(root, limits))
            }

            /// `SETACL` (RFC 4314): gives rights, or changes them by `+` or `-`.
            pub fn set_acl(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                identifier: impl AsRef<[u8]>,
                rights: &str,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::set_acl(name, identifier, rights))
            }

            /// `DELETEACL` (RFC 4314): takes all rights away.
            pub fn delete_acl(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                identifier: impl AsRef<[u8]>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::delete_acl(name, identifier))
            }

            /// `GETACL` (RFC 4314): who may do what with a mailbox.
            pub fn get_acl(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::AccessList> {
                self.ask($crate::client::Command::get_acl(name))
            }

            /// `LISTRIGHTS` (RFC 4314): which rights can be given to an identifier.
            pub fn list_rights(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                identifier: impl AsRef<[u8]>,
            ) -> $reply<$crate::client::answers::GrantableRights> {
                self.ask($crate::client::Command::list_rights(name, identifier))
            }

            /// `MYRIGHTS` (RFC 4314): what the user may do with a mailbox.
            pub fn my_rights(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::OwnRights> {
                self.ask($crate::client::Command::my_rights(name))
            }

            /// `GETMETADATA` (RFC 5464): annotations of a mailbox, or of the server if the name is empty.
            pub fn get_metadata(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                entries: impl IntoIterator<Item = impl AsRef<str>>,
            ) -> $reply<$crate::client::answers::Annotated> {
                self.ask($crate::client::Command::get_metadata(name, entries))
            }

            /// `GETMETADATA` with options.
            pub fn get_metadata_with(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                entries: impl IntoIterator<Item = impl AsRef<str>>,
                options: &$crate::client::MetadataOptions,
            ) -> $reply<$crate::client::answers::Annotated> {
                self.ask($crate::client::Command::get_metadata_with(
                    name, entries, options,
                ))
            }

            /// `SETMETADATA` (RFC 5464): sets annotations; `None` removes one.
            pub fn set_metadata<'a>(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                values: impl IntoIterator<Item = (&'a str, Option<&'a [u8]>)>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::set_metadata(name, values))
            }
        }
    };
}
