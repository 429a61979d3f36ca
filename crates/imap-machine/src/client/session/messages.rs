//! The mechanisms that need no cryptography: PLAIN, LOGIN, OAUTHBEARER, XOAUTH2, EXTERNAL and ANONYMOUS.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::{fmt, mem};

use super::mechanism::{Mechanism, MechanismError};
use super::reason::ServerReason;
use crate::client::command::InvalidArgument;

/// A mechanism of one message.
pub(super) struct OneMessage {
    name: String,
    message: Vec<u8>,
    /// The answer to a further challenge, which tells why the server will refuse.
    consent: &'static [u8],
    reason: Option<ServerReason>,
}

impl OneMessage {
    pub(super) fn new(name: impl Into<String>, message: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            message: message.into(),
            consent: b"",
            reason: None,
        }
    }

    /// PLAIN (RFC 4616), as the user that logs in.
    pub(super) fn plain(user: &str, password: &str) -> Result<Self, InvalidArgument> {
        if user.contains('\0') || password.contains('\0') {
            return Err(InvalidArgument::Nul);
        }
        Ok(Self::new("PLAIN", format!("\0{user}\0{password}")))
    }

    /// OAUTHBEARER (RFC 7628 section 3.1).
    pub(super) fn oauthbearer(user: &str, token: &str) -> Result<Self, InvalidArgument> {
        check_token(user, token)?;
        let user = user.replace('=', "=3D").replace(',', "=2C");
        let message = format!("n,a={user},\x01auth=Bearer {token}\x01\x01");
        Ok(Self {
            consent: b"\x01",
            ..Self::new("OAUTHBEARER", message)
        })
    }

    /// XOAUTH2, which Google and Microsoft describe.
    pub(super) fn xoauth2(user: &str, token: &str) -> Result<Self, InvalidArgument> {
        check_token(user, token)?;
        let message = format!("user={user}\x01auth=Bearer {token}\x01\x01");
        Ok(Self::new("XOAUTH2", message))
    }
}

/// Control characters separate the parts of the message.
fn check_token(user: &str, token: &str) -> Result<(), InvalidArgument> {
    match user.chars().chain(token.chars()).any(char::is_control) {
        true => Err(InvalidArgument::LineEnd),
        false => Ok(()),
    }
}

impl Mechanism for OneMessage {
    fn name(&self) -> &str {
        &self.name
    }

    fn initial(&mut self) -> Result<Option<Vec<u8>>, MechanismError> {
        Ok(Some(mem::take(&mut self.message)))
    }

    fn answer(&mut self, challenge: &[u8]) -> Result<Vec<u8>, MechanismError> {
        if self.reason.is_some() {
            return Err(after_the_last());
        }
        // Who does not answer it waits for the refusal for ever (mscdex/node-imap#254).
        self.reason = Some(ServerReason::new(challenge));
        Ok(self.consent.to_vec())
    }

    fn finish(&mut self) -> Result<(), MechanismError> {
        Ok(())
    }

    fn reason(&self) -> Option<ServerReason> {
        self.reason.clone()
    }
}

impl fmt::Debug for OneMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// LOGIN, which draft-murchison-sasl-login describes: the server asks for the user name and then for the password. How it asks
/// differs from server to server.
pub(super) enum LoginMechanism {
    User { user: String, password: String },
    Password { password: String },
    Done,
}

impl LoginMechanism {
    pub(super) fn new(user: &str, password: &str) -> Self {
        Self::User {
            user: user.into(),
            password: password.into(),
        }
    }
}

impl Mechanism for LoginMechanism {
    fn name(&self) -> &'static str {
        "LOGIN"
    }

    fn initial(&mut self) -> Result<Option<Vec<u8>>, MechanismError> {
        Ok(None)
    }

    fn answer(&mut self, _: &[u8]) -> Result<Vec<u8>, MechanismError> {
        let (answer, next) = match mem::replace(self, Self::Done) {
            Self::User { user, password } => (user, Self::Password { password }),
            Self::Password { password } => (password, Self::Done),
            Self::Done => return Err(after_the_last()),
        };
        *self = next;
        Ok(answer.into_bytes())
    }

    fn finish(&mut self) -> Result<(), MechanismError> {
        match self {
            Self::Done => Ok(()),
            Self::User { .. } | Self::Password { .. } => Err(MechanismError::new(
                "the server said OK before it had asked for the password",
            )),
        }
    }

    fn may_be_unusable(&self) -> bool {
        !matches!(self, Self::Done)
    }
}

impl fmt::Debug for LoginMechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LOGIN")
    }
}

fn after_the_last() -> MechanismError {
    MechanismError::new("the server sent a challenge after the last message of the mechanism")
}
