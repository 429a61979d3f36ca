//! Verbs of the session.

/// A part of [`verbs!`](crate::verbs).
#[doc(hidden)]
#[macro_export]
macro_rules! verbs_session {
    ($client:ty, $receiver:ty, $reply:ident, $example:ident) => {
        /// The session.
        impl $client {
            /// `NOOP`: does nothing, and lets the server say what is new.
            ///
            #[doc = $example!(server selected)]
            /// # C: A2 NOOP
            /// # S: * 19 EXISTS
            /// # S: A2 OK done
            #[doc = $example!(client selected)]
            #[doc = $example!(wait "client.noop()")]
            /// assert_eq!(client.mailbox().map(|inbox| inbox.exists()), Some(19));
            #[doc = $example!(end)]
            pub fn noop(self: $receiver) -> $reply<$crate::client::answers::Done> {
                self.ask(Ok($crate::client::Command::noop()))
            }

            /// `ID` (RFC 2971): says who we are. The value is what the server says about itself, as names and values.
            ///
            /// Needs ID: it is sent in any case, and a server without answers BAD.
            ///
            #[doc = $example!(server)]
            /// # C: A1 ID ("name" "mailer" "version" "1.0")
            /// # S: * ID ("name" "Dovecot" "support-url" NIL)
            /// # S: A1 OK done
            #[doc = $example!(client)]
            #[doc = $example!(wait
                        r#"let server = client.id(&[("name", "mailer"), ("version", "1.0")])"#
                    )]
            /// for (name, value) in &server.parameters {
            ///     println!("{name}: {}", value.as_deref().unwrap_or("not told"));
            /// }
            /// assert_eq!(server.value("name"), Some("Dovecot"));
            #[doc = $example!(end)]
            pub fn id(
                self: $receiver,
                about_us: &[(&str, &str)],
            ) -> $reply<$crate::client::answers::Identified> {
                self.ask($crate::client::Command::id(about_us.iter().copied()))
            }

            /// `ENABLE` (RFC 5161). The value is the extensions that it turned on. Names and text that are sent after it are written
            /// as these want it.
            ///
            /// Needs ENABLE, which IMAP4rev2 has: it is sent in any case, and a server without answers BAD. A name that is no
            /// `KnownExtension` and may change what is said is not sent: `CommandError::Misuse`.
            ///
            #[doc = $example!(server)]
            /// # C: A1 ENABLE QRESYNC UTF8=ACCEPT
            /// # S: * ENABLED QRESYNC
            /// # S: A1 OK done
            #[doc = $example!(client)]
            /// let wanted = [KnownExtension::QResync, KnownExtension::Utf8Accept];
            #[doc = $example!(wait "let enabled = client.enable(wanted)")]
            /// // A server passes over what it does not have.
            /// assert!(enabled.has("QRESYNC") && !enabled.has("UTF8=ACCEPT"));
            #[doc = $example!(end)]
            pub fn enable(
                self: $receiver,
                capabilities: impl IntoIterator<Item = impl AsRef<str>>,
            ) -> $reply<$crate::client::answers::Enabled> {
                self.ask($crate::client::Command::enable(capabilities))
            }
        }
    };
}
