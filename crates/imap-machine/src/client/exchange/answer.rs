//! The lines of a SASL exchange (RFC 9051 section 6.2.2), in base64.

use alloc::vec::Vec;
use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The application's part of a SASL exchange.
#[derive(Clone, PartialEq, Eq)]
pub enum SaslAnswer {
    /// The response, not yet in base64.
    Response(Vec<u8>),
    /// `*`: give up. The server answers with a tagged BAD.
    Cancel,
}

impl fmt::Debug for SaslAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Response(_) => "Response(..)",
            Self::Cancel => "Cancel",
        })
    }
}

impl SaslAnswer {
    /// The line to send.
    pub(super) fn line(&self) -> Vec<u8> {
        match self {
            Self::Response(response) => encode_base64(response),
            Self::Cancel => b"*\r\n".to_vec(),
        }
    }
}

/// The initial response as an argument of the command, including the line end. An empty response is written `=` (RFC 4959
/// section 3).
pub(super) fn initial_argument(initial: &[u8]) -> Vec<u8> {
    match initial.is_empty() {
        true => b" =\r\n".to_vec(),
        false => {
            let mut argument = b" ".to_vec();
            argument.extend(encode_base64(initial));
            argument
        }
    }
}

pub(super) fn encode_base64(response: &[u8]) -> Vec<u8> {
    let mut line = STANDARD.encode(response).into_bytes();
    line.extend(b"\r\n");
    line
}

pub(crate) fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_both_ways() {
        assert_eq!(
            SaslAnswer::Response(b"\0a\0b".to_vec()).line(),
            b"AGEAYg==\r\n"
        );
        assert_eq!(SaslAnswer::Response(Vec::new()).line(), b"\r\n");
        assert_eq!(decode_base64(b"AGEAYg=="), Some(b"\0a\0b".to_vec()));
        assert_eq!(decode_base64(b""), Some(Vec::new()));
        assert_eq!(decode_base64(b"go ahead, please"), None);
        assert_eq!(initial_argument(b""), b" =\r\n");
        assert_eq!(initial_argument(b"x"), b" eA==\r\n");
    }
}
