//! Verbs of the session.

/// A part of [`verbs!`](crate::verbs).
#[doc(hidden)]
#[macro_export]
macro_rules! verbs_session {
    ($client:ty, $receiver:ty, $reply:ident) => {
        /// The session.
        impl $client {
            /// `NOOP`: does nothing, and lets the server say what is new.
            pub fn noop(self: $receiver) -> $reply<$crate::client::answers::Done> {
                self.ask(Ok($crate::client::Command::noop()))
            }

            /// `ID` (RFC 2971): says who we are. The value is what the server says about itself, as names and values.
            pub fn id(
                self: $receiver,
                about_us: &[(&str, &str)],
            ) -> $reply<$crate::client::answers::Identified> {
                self.ask($crate::client::Command::id(about_us.iter().copied()))
            }

            /// `ENABLE` (RFC 5161). The value is the extensions that it turned on. Names and text that are sent after it are written
            /// as these want it.
            pub fn enable(
                self: $receiver,
                capabilities: impl IntoIterator<Item = impl AsRef<str>>,
            ) -> $reply<$crate::client::answers::Enabled> {
                self.ask($crate::client::Command::enable(capabilities))
            }
        }
    };
}
