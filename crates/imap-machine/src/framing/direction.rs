//! Which end wrote the octets. `from_server` and `from_client` know what that means; the framer does not.

use super::from_client;
use super::from_server::ResponseSoFar;
use super::line_end::LineEnd;

/// Which end wrote what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// A server: responses. Their literals are never asked about, and large values of FETCH items are handed out in pieces.
    FromServer,
    /// A client: commands. Each literal is announced, and the reader [accepts](super::Framer::accept) or
    /// [refuses](super::Framer::refuse) it.
    FromClient,
}

impl Direction {
    /// The message that begins with this line, which is given without its line end.
    pub(super) fn begin(self, first_line: &[u8]) -> Head {
        match self {
            Self::FromServer => Head::Response(ResponseSoFar::begin(first_line)),
            Self::FromClient => Head::Command,
        }
    }
}

/// What the lines of the current message have said so far.
#[derive(Clone, Copy, Debug)]
pub(super) enum Head {
    Response(ResponseSoFar),
    Command,
}

impl Head {
    /// What the end of `line` means. Lines are given in order, the first included, without their line ends.
    pub(super) fn line_end(&mut self, line: &[u8]) -> LineEnd {
        match self {
            Self::Response(response) => response.line_end(line),
            Self::Command => from_client::line_end(line),
        }
    }
}
