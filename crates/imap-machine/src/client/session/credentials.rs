//! Who logs in, and how it is proved.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::mechanism::{Mechanism, Mechanisms};
use super::messages::OneMessage;

/// The user to log in as. `Debug` shows no secret.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credentials {
    /// A user name and a password.
    Password {
        /// The user name.
        user: String,
        /// The password.
        password: String,
        /// How the server learns that we know it.
        method: Method,
    },
    /// A user name and a token of OAuth 2.0: OAUTHBEARER (RFC 7628) where the server offers it, else XOAUTH2.
    Token {
        /// The user name.
        user: String,
        /// The access token, without `Bearer`.
        token: String,
    },
    /// EXTERNAL (RFC 4422 appendix A): the server knows the user already, by the client's certificate.
    External {
        /// The user to act as. Empty: the one of the certificate.
        act_as: String,
    },
    /// ANONYMOUS (RFC 4505).
    Anonymous {
        /// What the server may write down about the visitor: an email address, or any text, or nothing.
        trace: String,
    },
    /// Mechanisms of one's own. They are tried whether they are offered or not.
    Sasl(Mechanisms),
}

/// How a password is proved.
///
/// | | best first |
/// |---|---|
/// | sends the password | AUTHENTICATE PLAIN with SASL-IR, LOGIN, AUTHENTICATE PLAIN, AUTHENTICATE LOGIN |
/// | keeps the password | SCRAM-SHA-256-PLUS or SCRAM-SHA-1-PLUS, SCRAM-SHA-256, SCRAM-SHA-1 |
///
/// All that send the password are equally strong, so round trips decide: one, one, two and three. LOGIN is never sent where the server
/// says LOGINDISABLED. What is not ASCII goes by AUTHENTICATE PLAIN where that is offered, since LOGIN does not say which charset it has.
///
/// SCRAM takes three round trips with SASL-IR and four without. The server proves that it knows the password as well, and with PLUS that no one
/// stands between. SCRAM needs randomness, which [`Plan::mechanisms`](super::Plan::mechanisms) brings in: the core alone has none. If the
/// server refuses one before it has got the proof, or one with PLUS, and gives no reason such as AUTHENTICATIONFAILED, the next one is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Method {
    /// In the fewest round trips: the password is sent. SCRAM only where the server takes nothing else. This is for connections
    /// with TLS, where only the server can read it.
    #[default]
    Offered,
    /// By the strongest that the server offers, SCRAM first. If it offers none, or cannot use what it offers, the password is
    /// sent.
    Strongest,
    /// By SCRAM only: the password is never sent.
    Scram,
    /// By SCRAM with PLUS only. Who can pretend to be the server gets nothing and cannot pass the login on. The others do without PLUS where it is
    /// refused, since not every server that offers it has the same binding.
    ScramPlus,
    /// LOGIN (RFC 9051 section 6.2.3).
    Login,
    /// AUTHENTICATE PLAIN (RFC 4616).
    Plain,
}

impl Credentials {
    /// A user name and a password, proved in the way that the server offers.
    #[must_use]
    pub fn password(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self::Password {
            user: user.into(),
            password: password.into(),
            method: Method::Offered,
        }
    }

    /// A user name and a token of OAuth 2.0.
    #[must_use]
    pub fn token(user: impl Into<String>, token: impl Into<String>) -> Self {
        Self::Token {
            user: user.into(),
            token: token.into(),
        }
    }

    /// One message of a SASL mechanism, not in base64.
    #[must_use]
    pub fn message(mechanism: impl Into<String>, initial: impl Into<Vec<u8>>) -> Self {
        let (name, initial) = (mechanism.into(), initial.into());
        Self::Sasl(Mechanisms::new(move |_| {
            let only = OneMessage::new(&*name, &*initial);
            let only: Box<dyn Mechanism> = Box::new(only);
            vec![only]
        }))
    }

    /// The same, with a password proved in this way.
    #[must_use]
    pub fn by(mut self, by: Method) -> Self {
        if let Self::Password { method, .. } = &mut self {
            *method = by;
        }
        self
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password { method, .. } => write!(f, "Password({method:?})"),
            Self::Token { .. } => f.write_str("Token"),
            Self::External { .. } => f.write_str("External"),
            Self::Anonymous { .. } => f.write_str("Anonymous"),
            Self::Sasl(_) => f.write_str("Sasl"),
        }
    }
}
