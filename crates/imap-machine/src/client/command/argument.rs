//! Values that cannot be arguments.

use thiserror::Error;

/// A value that cannot be an argument of an IMAP command. Nothing has been sent.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InvalidArgument {
    /// NUL cannot be sent, not even in a literal (RFC 9051 section 4.3).
    #[error("a NUL octet cannot be sent")]
    Nul,
    /// CR or LF (or NUL) would end the line.
    #[error("CR, LF and NUL cannot stand in a command line")]
    LineEnd,
    /// Not an atom (RFC 9051 section 9).
    #[error(
        "not an atom: empty, or with spaces, quotes, parentheses, wildcards or control characters"
    )]
    NotAnAtom,
    /// The server would take it for the header of a literal.
    #[error("arguments must not end in `}}`: use `literal` to send one")]
    LiteralHeader,
    /// Not a sequence set (RFC 9051 section 9): `1`, `1,4:7`, `2:*`.
    #[error("not a set of message numbers or UIDs such as 1,4:7 or 2:*")]
    NotASet,
    /// A list that must not be empty.
    #[error("at least one is needed")]
    Empty,
}
