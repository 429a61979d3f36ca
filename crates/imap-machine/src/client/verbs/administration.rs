//! Verbs about what belongs to mailboxes: namespaces, quotas, rights, annotations.

/// A part of [`verbs!`](crate::verbs).
#[doc(hidden)]
#[macro_export]
macro_rules! verbs_administration {
    ($client:ty, $receiver:ty, $reply:ident, $example:ident) => {
        /// Namespaces, quotas, rights and annotations of mailboxes.
        impl $client {
            /// `NAMESPACE` (RFC 2342): where mailboxes are.
            ///
            /// Needs NAMESPACE, which IMAP4rev2 has: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 NAMESPACE
            /// # S: * NAMESPACE (("" "/")) (("~" "/")) NIL
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait "let namespaces = client.namespace()")]
            /// assert_eq!(namespaces.personal[0].prefix, "");
            /// assert_eq!(namespaces.personal[0].delimiter, Some('/'));
            /// // Mailboxes of other users begin with a tilde, and none are shared.
            /// assert_eq!(namespaces.other_users[0].prefix, "~");
            /// assert!(namespaces.shared.is_empty());
            #[doc = $example!(end)]
            pub fn namespace(
                self: $receiver,
            ) -> $reply<$crate::client::answers::Required<$crate::client::answers::Namespaced>>
            {
                self.ask(Ok($crate::client::Command::namespace()))
            }

            /// `GETQUOTA` (RFC 9208): what is used of a quota root.
            ///
            /// Needs QUOTA: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 GETQUOTA ""
            /// # S: * QUOTA "" (STORAGE 10 512)
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let quotas = client.get_quota("")"#)]
            /// // In units of 1,024 octets.
            /// let storage = quotas.resource("STORAGE").unwrap();
            /// assert_eq!((storage.usage, storage.limit), (10, 512));
            /// assert!(quotas.resource("MESSAGE").is_none());
            #[doc = $example!(end)]
            pub fn get_quota(
                self: $receiver,
                root: impl AsRef<[u8]>,
            ) -> $reply<$crate::client::answers::Required<$crate::client::answers::Quotas>> {
                self.ask($crate::client::Command::get_quota(root))
            }

            /// `GETQUOTAROOT` (RFC 9208): the quota roots of a mailbox, and what is used of them.
            ///
            /// Needs QUOTA: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 GETQUOTAROOT INBOX
            /// # S: * QUOTAROOT INBOX "#user/alice" "#shared"
            /// # S: * QUOTA "#user/alice" (STORAGE 10 512)
            /// # S: * QUOTA "#shared" (MESSAGE 42 1000)
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let quotas = client.get_quota_root("INBOX")"#)]
            /// assert_eq!(quotas.roots.len(), 2);
            /// for quota in &quotas.quotas {
            ///     println!("{:?}: {:?}", quota.root, quota.resources);
            /// }
            /// assert_eq!(quotas.resource("MESSAGE").unwrap().usage, 42);
            #[doc = $example!(end)]
            pub fn get_quota_root(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Required<$crate::client::answers::Quotas>> {
                self.ask($crate::client::Command::get_quota_root(name))
            }

            /// `SETQUOTA` (RFC 9208): sets limits of resources by name, and removes all others.
            ///
            /// Needs QUOTASET, or QUOTA of servers that are older than RFC 9208: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 SETQUOTA "" (STORAGE 512 MESSAGE 1000)
            /// # S: * QUOTA "" (STORAGE 10 512 MESSAGE 42 1000)
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait
                r#"let quotas = client.set_quota("", [("STORAGE", 512), ("MESSAGE", 1000)])"#
            )]
            /// assert_eq!(quotas.resource("MESSAGE").unwrap().limit, 1000);
            #[doc = $example!(end)]
            pub fn set_quota<'a>(
                self: $receiver,
                root: impl AsRef<[u8]>,
                limits: impl IntoIterator<Item = (&'a str, u64)>,
            ) -> $reply<$crate::client::answers::Quotas> {
                self.ask($crate::client::Command::set_quota(root, limits))
            }

            /// `SETACL` (RFC 4314): gives rights, or changes them by `+` or `-`.
            ///
            /// Needs ACL: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 SETACL Work carol +lr
            /// # S: A1 OK done
            #[doc = $example!(client)]
            /// // See the mailbox, and read it.
            #[doc = $example!(wait r#"let code = client.set_acl("Work", "carol", "+lr")"#)]
            /// assert_eq!(code, None);
            #[doc = $example!(end)]
            pub fn set_acl(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                identifier: impl AsRef<[u8]>,
                rights: &str,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::set_acl(name, identifier, rights))
            }

            /// `DELETEACL` (RFC 4314): takes all rights away.
            ///
            /// Needs ACL: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 DELETEACL Work carol
            /// # S: A1 NO [NOPERM] not yours
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let deleted = client.delete_acl("Work", "carol")"#, ";")]
            /// // We may not do this.
            /// let Err(CommandError::Refused(refused)) = deleted else { panic!() };
            /// assert_eq!(refused.reason(), Reason::Forbidden);
            #[doc = $example!(end)]
            pub fn delete_acl(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                identifier: impl AsRef<[u8]>,
            ) -> $reply<$crate::client::answers::Done> {
                self.ask($crate::client::Command::delete_acl(name, identifier))
            }

            /// `GETACL` (RFC 4314): who may do what with a mailbox.
            ///
            /// Needs ACL: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 GETACL Work
            /// # S: * ACL Work alice lrswipkxtea carol lr
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let list = client.get_acl("Work")"#)]
            /// for (identifier, rights) in &list.entries {
            ///     println!("{identifier:?}: {rights}");
            /// }
            /// assert!(list.rights_of("alice").is_some_and(|rights| rights.has('a')));
            /// assert_eq!(list.rights_of("carol").unwrap().as_str(), "lr");
            #[doc = $example!(end)]
            pub fn get_acl(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Required<$crate::client::answers::AccessList>>
            {
                self.ask($crate::client::Command::get_acl(name))
            }

            /// `LISTRIGHTS` (RFC 4314): which rights can be given to an identifier.
            ///
            /// Needs ACL: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 LISTRIGHTS Work carol
            /// # S: * LISTRIGHTS Work carol l r s wi te
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let rights = client.list_rights("Work", "carol")"#)]
            /// // She always has this one, and others can be given to her. Those of a group go together.
            /// assert_eq!(rights.required.as_str(), "l");
            /// assert_eq!(rights.optional[2].as_str(), "wi");
            #[doc = $example!(end)]
            pub fn list_rights(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                identifier: impl AsRef<[u8]>,
            ) -> $reply<$crate::client::answers::Required<$crate::client::answers::GrantableRights>>
            {
                self.ask($crate::client::Command::list_rights(name, identifier))
            }

            /// `MYRIGHTS` (RFC 4314): what the user may do with a mailbox.
            ///
            /// Needs ACL: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 MYRIGHTS Work
            /// # S: * MYRIGHTS Work lrs
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait r#"let mine = client.my_rights("Work")"#)]
            /// assert!(mine.rights.has('r') && !mine.rights.has('i'));
            #[doc = $example!(end)]
            pub fn my_rights(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
            ) -> $reply<$crate::client::answers::Required<$crate::client::answers::OwnRights>> {
                self.ask($crate::client::Command::my_rights(name))
            }

            /// `GETMETADATA` (RFC 5464): annotations of a mailbox, or of the server if the name is empty.
            ///
            /// Needs METADATA, or METADATA-SERVER for the empty name: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 GETMETADATA INBOX (/private/comment /shared/comment)
            /// # S: * METADATA INBOX (/private/comment "My own" /shared/comment NIL)
            /// # S: A1 OK done
            #[doc = $example!(client)]
            /// let entries = ["/private/comment", "/shared/comment"];
            #[doc = $example!(wait r#"let annotated = client.get_metadata("INBOX", entries)"#)]
            /// assert_eq!(annotated.value("/private/comment"), Some(&b"My own"[..]));
            /// assert_eq!(annotated.value("/shared/comment"), None);
            #[doc = $example!(end)]
            pub fn get_metadata(
                self: $receiver,
                name: impl Into<$crate::client::MailboxArgument>,
                entries: impl IntoIterator<Item = impl AsRef<str>>,
            ) -> $reply<$crate::client::answers::Annotated> {
                self.ask($crate::client::Command::get_metadata(name, entries))
            }

            /// `GETMETADATA` with options.
            ///
            /// Needs the same as `get_metadata`.
            ///
            #[doc = $example!(server)]
            /// # C: A1 GETMETADATA (MAXSIZE 1024 DEPTH infinity) INBOX /private
            /// # S: * METADATA INBOX (/private/comment "My own" /private/vendor/a "x")
            /// # S: A1 OK [METADATA LONGENTRIES 2199] done
            #[doc = $example!(client)]
            /// let options = MetadataOptions::new().max_size(1024).depth(MetadataDepth::All);
            #[doc = $example!(wait
                r#"let annotated = client.get_metadata_with("INBOX", ["/private"], &options)"#
            )]
            /// for entry in &annotated.entries {
            ///     println!("{}: {:?}", entry.name, entry.value);
            /// }
            /// assert_eq!(annotated.entries.len(), 2);
            /// // Values were left out. The largest of them has so many octets.
            /// assert_eq!(annotated.long_entries, Some(2199));
            #[doc = $example!(end)]
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
            ///
            /// Needs METADATA, or METADATA-SERVER for the empty name: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 SETMETADATA INBOX (/private/comment "My own" /shared/comment NIL)
            /// # S: A1 OK done
            #[doc = $example!(client)]
            /// let ours = ("/private/comment", Some(&b"My own"[..]));
            #[doc = $example!(wait
                r#"let code = client.set_metadata("INBOX", [ours, ("/shared/comment", None)])"#
            )]
            /// assert_eq!(code, None);
            #[doc = $example!(end)]
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
