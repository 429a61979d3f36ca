//! The lines of a SASL exchange (RFC 9051 section 6.2.2), in base64.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use imap_codec::decode::Decoder;
use imap_codec::encode::Encoder;
use imap_codec::{AuthenticateDataCodec, ResponseCodec};
use imap_types::auth::AuthenticateData;
use imap_types::response::{CommandContinuationRequest, Response};

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
    AuthenticateDataCodec::default()
        .encode(&AuthenticateData::r#continue(Cow::Borrowed(response)))
        .dump()
}

pub(crate) fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let mut line = b"+ ".to_vec();
    line.extend_from_slice(text);
    line.extend_from_slice(b"\r\n");
    match ResponseCodec::default().decode(&line) {
        Ok((
            [],
            Response::CommandContinuationRequest(CommandContinuationRequest::Base64(octets)),
        )) => Some(octets.into_owned()),
        _ => None,
    }
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
