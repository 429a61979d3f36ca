//! The messages of a server (RFC 5802 section 7).

use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::str;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use imap_machine::client::session::MechanismError;

/// How often the server may want the password to be hashed. With fewer than 4,096 (RFC 7677 section 4), who pretends to be the server
/// would find the password by guessing; a million take about a second, during which nothing else is done.
const ITERATIONS: RangeInclusive<u32> = 4_096..=1_000_000;

/// `server-first-message`
#[derive(Debug)]
pub(super) struct ServerFirst<'a> {
    /// The client's nonce and the server's.
    pub(super) nonce: &'a str,
    pub(super) salt: Vec<u8>,
    pub(super) iterations: NonZeroU32,
}

/// `server-final-message`
#[derive(Debug)]
pub(super) enum ServerFinal<'a> {
    Signature(Vec<u8>),
    Error(&'a str),
}

impl<'a> ServerFirst<'a> {
    /// `ours` is the client's nonce.
    pub(super) fn read(message: &'a str, ours: &str) -> Result<Self, MechanismError> {
        let mut attributes = message.split(',');
        let mut next = |name| {
            let attribute: Option<&'a str> = attributes.next();
            attribute.and_then(|attribute| attribute.strip_prefix(name))
        };
        // `m=` in the place of `r=` is an extension that has to be understood.
        let nonce = next("r=").ok_or_else(|| wrong("nonce"))?;
        let salt = next("s=").and_then(decoded).ok_or_else(|| wrong("salt"))?;
        let iterations: u32 = next("i=")
            .and_then(|count| count.parse().ok())
            .ok_or_else(|| wrong("iteration count"))?;
        if nonce.strip_prefix(ours).is_none_or(str::is_empty) {
            return Err(MechanismError::new(
                "the server did not add to the nonce that it was sent",
            ));
        }
        let allowed = ITERATIONS.contains(&iterations);
        let iterations = NonZeroU32::new(iterations).filter(|_| allowed);
        Ok(Self {
            nonce,
            salt,
            iterations: iterations.ok_or_else(|| {
                let (least, most) = ITERATIONS.into_inner();
                let why = format!("the iteration count of the server is not {least} to {most}");
                MechanismError::new(why)
            })?,
        })
    }
}

impl<'a> ServerFinal<'a> {
    pub(super) fn read(message: &'a str) -> Result<Self, MechanismError> {
        let first = message.split(',').next().unwrap_or_default();
        if let Some(error) = first.strip_prefix("e=") {
            return Ok(Self::Error(error));
        }
        let signature = first.strip_prefix("v=").and_then(decoded);
        signature
            .map(Self::Signature)
            .ok_or_else(|| wrong("signature"))
    }
}

pub(super) fn text(message: &[u8]) -> Result<&str, MechanismError> {
    str::from_utf8(message)
        .map_err(|_| MechanismError::new("the message of the server is not UTF-8"))
}

fn wrong(what: &str) -> MechanismError {
    MechanismError::new(format!(
        "the message of the server has no {what} where it belongs"
    ))
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

pub(super) fn base64(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}
