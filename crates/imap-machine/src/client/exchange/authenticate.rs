//! AUTHENTICATE (RFC 9051 section 6.2.2): whose turn it is. The mechanism is the application's.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::{fmt, mem};

use imap_codec::decode::Decoder;
use imap_codec::encode::Encoder;
use imap_codec::{AuthenticateDataCodec, ResponseCodec};
use imap_types::auth::AuthenticateData;
use imap_types::response::{CommandContinuationRequest, Response};

use super::{Cue, Step};
use crate::client::command::{CommandHandle, Fragment};
use crate::client::waiting::Waiting;
use crate::codec::trim_line_end;
use crate::timer::{Deadline, Timer};
use crate::{Instant, Timeouts};

const CANCEL: Step = Step::Ask(Cow::Borrowed(b"*\r\n"));

/// Whose turn it is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Authenticate {
    /// Not sent yet, with an initial response.
    Unsent { initial: Vec<u8> },
    /// The server's turn; its first, empty, challenge is answered with this.
    Holding { initial: Vec<u8> },
    /// The server's turn.
    AwaitingChallenge,
    /// The application's turn since then.
    Challenged { since: Instant },
    /// It was given up: whatever the server asks, the answer is `*`.
    Cancelled,
}

impl Authenticate {
    pub(crate) fn new(initial: Option<&[u8]>) -> Self {
        match initial {
            Some(initial) => Self::Unsent {
                initial: initial.to_vec(),
            },
            None => Self::AwaitingChallenge,
        }
    }

    /// The line is about to be written. The initial response goes with it if the server takes it there (RFC 4959), else
    /// it waits for the first challenge.
    pub(crate) fn begin(&mut self, line: Option<&mut Fragment>, sasl_ir: bool) {
        let Self::Unsent { initial } = self else {
            return;
        };
        match line {
            Some(Fragment::Text(line)) if sasl_ir => {
                let mut whole: Vec<u8> = trim_line_end(line).to_vec();
                whole.extend(initial_argument(initial));
                *line = whole;
                *self = Self::AwaitingChallenge;
            }
            _ => {
                let initial = mem::take(initial);
                *self = Self::Holding { initial };
            }
        }
    }

    pub(super) fn advance(&mut self, cue: Cue<'_>, now: Instant) -> Step {
        match (&mut *self, cue) {
            (_, Cue::Written | Cue::Left) => Step::Wait,
            (Self::Holding { initial }, Cue::Plus { bare: true }) => {
                let line = encode_base64(initial);
                *self = Self::AwaitingChallenge;
                Step::Ask(Cow::Owned(line))
            }
            (Self::Cancelled, Cue::Plus { .. }) => CANCEL,
            (_, Cue::Plus { .. }) => {
                *self = Self::Challenged { since: now };
                Step::Challenge
            }
            (Self::Challenged { .. }, Cue::Answer(answer)) => {
                *self = Self::AwaitingChallenge;
                Step::Ask(Cow::Owned(answer.line()))
            }
            // `*` now if it is our turn, else when the server asks (RFC 9051 section 6.2.2).
            (Self::Challenged { .. }, Cue::Stop) => {
                *self = Self::Cancelled;
                CANCEL
            }
            (_, Cue::Stop) => {
                *self = Self::Cancelled;
                Step::Wait
            }
            (_, Cue::Answer(_) | Cue::TimeIsUp | Cue::Completed) => Step::Misplaced,
        }
    }

    /// Octets of the server are no answer of the application.
    pub(super) fn bound(&self, timeouts: &Timeouts) -> Option<Deadline> {
        match self {
            Self::Challenged { since } => Some(Deadline {
                at: *since + timeouts.application,
                timer: Timer::Application,
            }),
            _ => None,
        }
    }

    pub(super) const fn waiting(&self, handle: CommandHandle) -> Option<Waiting> {
        match self {
            Self::Challenged { .. } => Some(Waiting::Answer(handle)),
            _ => None,
        }
    }
}

/// The application's part of a SASL exchange.
#[derive(Clone, PartialEq, Eq)]
pub enum Answer {
    /// The response, not yet in base64.
    Response(Vec<u8>),
    /// `*`: give up. The server answers with a tagged BAD.
    Cancel,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Response(_) => "Response(..)",
            Self::Cancel => "Cancel",
        })
    }
}

impl Answer {
    /// The line that goes out.
    fn line(&self) -> Vec<u8> {
        match self {
            Self::Response(response) => encode_base64(response),
            Self::Cancel => b"*\r\n".to_vec(),
        }
    }
}

/// The initial response as an argument of the command, its line end included. An empty one is `=`
/// (RFC 4959 section 3).
fn initial_argument(initial: &[u8]) -> Vec<u8> {
    match initial.is_empty() {
        true => b" =\r\n".to_vec(),
        false => {
            let mut argument = b" ".to_vec();
            argument.extend(encode_base64(initial));
            argument
        }
    }
}

fn encode_base64(response: &[u8]) -> Vec<u8> {
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
        assert_eq!(Answer::Response(b"\0a\0b".to_vec()).line(), b"AGEAYg==\r\n");
        assert_eq!(Answer::Response(Vec::new()).line(), b"\r\n");
        assert_eq!(decode_base64(b"AGEAYg=="), Some(b"\0a\0b".to_vec()));
        assert_eq!(decode_base64(b""), Some(Vec::new()));
        assert_eq!(decode_base64(b"go ahead, please"), None);
        assert_eq!(initial_argument(b""), b" =\r\n");
        assert_eq!(initial_argument(b"x"), b" eA==\r\n");
    }
}
