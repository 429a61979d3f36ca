//! What opening a session has to do.

use alloc::string::String;
use alloc::vec::Vec;

use super::credentials::Credentials;
use super::mechanism::Mechanisms;

/// What opening a session has to do.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Plan {
    /// STARTTLS before anything else. Goes together with
    /// [`TlsPolicy::RequireStartTls`](crate::client::TlsPolicy::RequireStartTls).
    pub starttls: bool,
    /// The user to log in as. No login when this is `None` or when the greeting is PREAUTH.
    pub credentials: Option<Credentials>,
    /// The mechanisms that prove the password of [`Credentials::Password`] and do not send it. The core has none, since they need
    /// randomness. [`Method`](super::Method) says when they are used.
    pub mechanisms: Option<Mechanisms>,
    /// Names and values of ID (RFC 2971), sent after the login if the server has ID. It takes one round trip.
    ///
    /// `None`: only to Coremail (163.com, 126.com, yeah.net), which refuses SELECT without it ("Unsafe Login"), and then with our name alone.
    pub id: Option<Vec<(String, String)>>,
    /// COMPRESS (RFC 4978) if the server offers it. The adapter has to be able to put the layer under the connection.
    pub compress: bool,
}

impl Plan {
    /// Logs in, without STARTTLS.
    #[must_use]
    pub const fn login(credentials: Credentials) -> Self {
        Self {
            starttls: false,
            credentials: Some(credentials),
            mechanisms: None,
            id: None,
            compress: false,
        }
    }
}
