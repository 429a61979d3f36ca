//! `SASLprep` (RFC 4013): names and passwords that look the same become the same octets.

use imap_machine::client::session::MechanismError;
use zeroize::Zeroizing;

/// The text as it goes into SCRAM.
#[cfg(feature = "saslprep")]
pub(super) fn prepared(text: &str) -> Result<Zeroizing<String>, MechanismError> {
    match stringprep::saslprep(text) {
        Ok(prepared) => Ok(Zeroizing::new(prepared.into_owned())),
        Err(_) => Err(prohibited()),
    }
}

/// The text as it goes into SCRAM. Most text that is not ASCII needs tables.
#[cfg(not(feature = "saslprep"))]
pub(super) fn prepared(text: &str) -> Result<Zeroizing<String>, MechanismError> {
    if !text.is_ascii() {
        return Err(MechanismError::new(
            "a user name or password that is not ASCII needs the feature `saslprep`",
        ));
    }
    match text.bytes().any(|octet| octet.is_ascii_control()) {
        true => Err(prohibited()),
        false => Ok(Zeroizing::new(text.to_owned())),
    }
}

fn prohibited() -> MechanismError {
    MechanismError::new("the user name or password has a character that SASLprep prohibits")
}
