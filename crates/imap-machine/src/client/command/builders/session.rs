//! Commands about the session (RFC 9051 sections 6.1 and 6.2).

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Checked, bare, typed};
use crate::client::answers::{Done, Enabled, Identified};
use crate::client::command::argument::InvalidArgument;
use crate::client::command::form::Command;
use crate::client::command::profile::{Effect, Profile};
use crate::client::command::table;
use crate::client::command::typed::TypedCommand;
use crate::client::command::written::{CommandText, atom};
use crate::client::exchange::authenticate::InitialResponse;

impl Command {
    /// `CAPABILITY` (RFC 9051 section 6.1.1).
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::capability(), options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 CAPABILITY\r\n");
    #[doc = example!(end)]
    #[must_use]
    pub fn capability() -> TypedCommand<Done> {
        bare(table::CAPABILITY)
    }

    /// `NOOP` (section 6.1.2).
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::noop(), options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 NOOP\r\n");
    #[doc = example!(end)]
    #[must_use]
    pub fn noop() -> TypedCommand<Done> {
        bare(table::NOOP)
    }

    /// `LOGOUT` (section 6.1.3).
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::logout(), options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 LOGOUT\r\n");
    #[doc = example!(end)]
    #[must_use]
    pub fn logout() -> TypedCommand<Done> {
        TypedCommand::new(Self::bare(table::LOGOUT, Effect::Logout))
    }

    /// `STARTTLS` (section 6.2.1). Ends when the adapter says that TLS is in place.
    ///
    /// Needs STARTTLS.
    ///
    #[doc = example!(greeted)]
    /// connection.send(Command::starttls(), options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 STARTTLS\r\n");
    #[doc = example!(end)]
    #[must_use]
    pub fn starttls() -> TypedCommand<Done> {
        TypedCommand::new(Self::bare(table::STARTTLS, Effect::StartTls))
    }

    /// `COMPRESS DEFLATE` (RFC 4978). Ends when the adapter says that the layer is in place.
    ///
    /// Needs COMPRESS=DEFLATE.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::compress(), options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 COMPRESS DEFLATE\r\n");
    #[doc = example!(end)]
    #[must_use]
    pub fn compress() -> TypedCommand<Done> {
        let mut written = CommandText::new(table::COMPRESS.verb);
        written.text(b" DEFLATE");
        typed(written, Profile::new(table::COMPRESS, Effect::Compress))
    }

    /// `LOGIN` (section 6.2.3).
    ///
    #[doc = example!(greeted)]
    /// connection.send(Command::login("alice", "se cret")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 LOGIN alice \"se cret\"\r\n");
    #[doc = example!(end)]
    pub fn login(user: &str, password: &str) -> Checked<Done> {
        let mut written = CommandText::new(table::LOGIN.verb);
        for argument in [user, password] {
            written.text(b" ");
            written.astring(argument.as_bytes())?;
        }
        Ok(typed(written, Profile::new(table::LOGIN, Effect::Login)))
    }

    /// `AUTHENTICATE` (section 6.2.2) with this mechanism. The initial response is sent with the command if the server accepts that
    /// (RFC 4959). Otherwise it answers the server's first challenge, which is empty.
    ///
    #[doc = example!(greeted)]
    /// connection.send(Command::authenticate("XOAUTH2", Some(b"message".to_vec()))?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 AUTHENTICATE XOAUTH2 bWVzc2FnZQ==\r\n");
    #[doc = example!(end)]
    pub fn authenticate(mechanism: &str, initial: Option<Vec<u8>>) -> Checked<Done> {
        let mut written = CommandText::new(table::AUTHENTICATE.verb);
        written.text(b" ");
        written.text(atom(mechanism)?.as_bytes());
        let initial = initial.map(|initial| Box::new(InitialResponse(initial)));
        let effect = Effect::Authenticate(initial);
        Ok(typed(written, Profile::new(table::AUTHENTICATE, effect)))
    }

    /// `AUTHENTICATE PLAIN` (RFC 4616).
    ///
    #[doc = example!(greeted)]
    /// connection.send(Command::authenticate_plain("alice", "secret")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==\r\n");
    #[doc = example!(end)]
    pub fn authenticate_plain(user: &str, password: &str) -> Checked<Done> {
        if user.contains('\0') || password.contains('\0') {
            return Err(InvalidArgument::Nul);
        }
        let message = alloc::format!("\0{user}\0{password}").into_bytes();
        Self::authenticate("PLAIN", Some(message))
    }

    /// `ID` (RFC 2971): who we are, as names and values. NIL if there are none.
    ///
    /// Needs ID.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::id([("name", "mailer"), ("version", "1.0")])?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 ID (\"name\" \"mailer\" \"version\" \"1.0\")\r\n");
    #[doc = example!(end)]
    pub fn id<'a>(about_us: impl IntoIterator<Item = (&'a str, &'a str)>) -> Checked<Identified> {
        let mut written = CommandText::new(table::ID.verb);
        let mut before = &b" ("[..];
        for (name, value) in about_us {
            written.text(before);
            written.string(name.as_bytes())?;
            written.text(b" ");
            written.string(value.as_bytes())?;
            before = b" ";
        }
        written.text(match before {
            b" (" => b" NIL",
            _ => b")",
        });
        Ok(typed(written, Profile::plain(table::ID)))
    }

    /// `ENABLE` (section 6.3.1), of a [`KnownExtension`](crate::client::KnownExtension) or one that changes nothing in what is said.
    /// [`send`](crate::client::ClientConnection::send) refuses others.
    ///
    /// Needs ENABLE or IMAP4rev2.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::enable([KnownExtension::QResync])?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 ENABLE QRESYNC\r\n");
    #[doc = example!(end)]
    pub fn enable(names: impl IntoIterator<Item = impl AsRef<str>>) -> Checked<Enabled> {
        let mut written = CommandText::new(table::ENABLE.verb);
        let names: Vec<_> = names.into_iter().collect();
        if names.is_empty() {
            return Err(InvalidArgument::Empty);
        }
        for name in &names {
            written.text(b" ");
            written.text(atom(name.as_ref())?.as_bytes());
        }
        let effect = Effect::enabling(names);
        Ok(typed(written, Profile::new(table::ENABLE, effect)))
    }

    /// `IDLE` (section 6.3.13, RFC 2177). It ends with [`done`](crate::client::ClientConnection::done), when another command has to
    /// be sent, when its time is up, or when the server ends it.
    ///
    /// Needs IDLE or IMAP4rev2.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::idle(), options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 IDLE\r\n");
    #[doc = example!(end)]
    #[must_use]
    pub fn idle() -> Self {
        Self::bare(table::IDLE, Effect::Idle)
    }
}
