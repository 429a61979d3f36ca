//! The settings of a connection. All policy is here; none is a cargo feature.

use super::timeouts::Timeouts;
use crate::limits::Limits;

/// The settings of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Config {
    /// Bounds on what the peer may cost.
    pub limits: Limits,
    /// How long each wait may take.
    pub timeouts: Timeouts,
    /// Whether TLS has to come first.
    pub security: TlsPolicy,
    /// How much is remembered of the selected mailbox.
    pub tracking: Tracking,
}

/// Whether TLS has to come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TlsPolicy {
    /// The transport is TLS already, or nothing is secret.
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
    /// Also UIDs and system flags by sequence number, as far as the server has sent them. This takes 5 octets for each known
    /// message, and one percent more for their blocks.
    Messages,
}
