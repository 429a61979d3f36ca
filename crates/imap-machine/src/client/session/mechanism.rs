//! What a login by SASL is (RFC 4422), without I/O, clock and randomness.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use super::reason::ServerReason;
use crate::capabilities::Capabilities;

/// A mechanism of SASL (RFC 4422) for one login. [`Opening`](super::Opening) asks it, and puts what it says into AUTHENTICATE: messages
/// are octets here, and base64 on the wire.
///
/// ```text
/// initial, if the client speaks first
/// answer, for each challenge of the server      Err: the login is cancelled with `*`
/// finish, when the server has said OK           Err: there is no session
/// ```
///
/// `Debug` must not show secrets.
pub trait Mechanism: fmt::Debug + Send + Sync {
    /// Its name, such as `PLAIN`: an atom (RFC 9051 section 9).
    fn name(&self) -> &str;

    /// The initial response; `None` when the server speaks first. Called once, before anything is sent.
    ///
    /// # Errors
    ///
    /// [`MechanismError`]: it cannot be used. The next one is tried, if there is one.
    fn initial(&mut self) -> Result<Option<Vec<u8>>, MechanismError>;

    /// The answer to a challenge. A challenge in which the server says why it will refuse is answered as well, so that the refusal comes:
    /// [`reason`](Self::reason).
    ///
    /// # Errors
    ///
    /// [`MechanismError`]: the challenge is wrong. The login ends.
    fn answer(&mut self, challenge: &[u8]) -> Result<Vec<u8>, MechanismError>;

    /// The server has said OK. What it had to prove must have been verified by now.
    ///
    /// # Errors
    ///
    /// [`MechanismError`]: it was not. The login has failed, whatever the server says.
    fn finish(&mut self) -> Result<(), MechanismError>;

    /// Whether a refusal now may mean that the server cannot use the mechanism, since it has not seen a proof of who the user is, or not
    /// one that it can check. The next mechanism is tried then, if the server gives no reason.
    fn may_be_unusable(&self) -> bool {
        false
    }

    /// What the server told in a challenge about why it will refuse.
    fn reason(&self) -> Option<ServerReason> {
        None
    }
}

/// Why a [`Mechanism`] cannot be used, or does not accept what the server said. It never contains secrets.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub struct MechanismError(Cow<'static, str>);

impl MechanismError {
    /// With this explanation for people.
    #[must_use]
    pub fn new(why: impl Into<Cow<'static, str>>) -> Self {
        Self(why.into())
    }
}

/// Makes mechanisms for logins: each login needs fresh ones. It is shown what the server offers, and says which ones can be used there,
/// the best first. Clones are the same, and only those are equal.
#[derive(Clone)]
pub struct Mechanisms(Arc<Make>);

type Make = dyn Fn(&Capabilities) -> Vec<Box<dyn Mechanism>> + Send + Sync;

impl Mechanisms {
    /// Made by this function.
    pub fn new(
        make: impl Fn(&Capabilities) -> Vec<Box<dyn Mechanism>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(make))
    }

    /// Those for a server that offers this.
    #[must_use]
    pub fn make(&self, offered: &Capabilities) -> Vec<Box<dyn Mechanism>> {
        (self.0)(offered)
    }
}

impl PartialEq for Mechanisms {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Mechanisms {}

impl fmt::Debug for Mechanisms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mechanisms")
    }
}
