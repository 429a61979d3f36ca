//! What one connection is allowed and expected to do. All policy is here; nothing is a cargo feature.

use super::timeouts::Timeouts;
use crate::limits::Limits;

/// The settings of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Config {
    /// What the peer may cost.
    pub limits: Limits,
    /// How long things may take.
    pub timeouts: Timeouts,
    /// What happens before TLS.
    pub security: Security,
    /// How much is remembered of the selected mailbox.
    pub tracking: Tracking,
}

/// What happens before TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Security {
    /// The transport is TLS already, or nothing needs to be secret.
    #[default]
    AsIs,
    /// STARTTLS has to come first: LOGIN and AUTHENTICATE are not sent before it, and a PREAUTH greeting
    /// ends the connection (RFC 9051 section 11.1).
    RequireStartTls,
}

/// How much the [`MailboxView`](super::MailboxView) remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Tracking {
    /// The mailbox's own data: name, counts, UIDVALIDITY, UIDNEXT, HIGHESTMODSEQ.
    #[default]
    Counts,
    /// UIDs and system flags by sequence number as well, as far as the server has sent them: 5 octets for
    /// each known message, and one percent more for the blocks they stand in.
    Messages,
}
