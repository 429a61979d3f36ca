//! The steps of connecting.

/// What has to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// Look up the addresses of [`Connecting::host`](crate::Connecting::host).
    Resolve,
    /// Connect to one of them: [`Attempts`](crate::Attempts).
    Reach,
    /// Put TLS on the transport: [`Connecting::tls`](crate::Connecting::tls).
    Handshake,
    /// Open the session: [`Connecting::session`](crate::Connecting::session).
    Open,
}
