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
    /// Not a flag (RFC 9051 section 9): an atom, or `\\` and an atom.
    #[error("not a flag such as \\Seen or $Forwarded")]
    NotAFlag,
    /// Not a date of the calendar, or not a time of the day, or no such zone.
    #[error("no such date or time")]
    NotADate,
    /// Not an item of FETCH, or a section or a part of one that there cannot be (RFC 9051 section 6.4.5).
    #[error("not an item of FETCH such as FLAGS or BODY.PEEK[1.2]<0.1024>")]
    NotAnItem,
    /// Not criteria of SEARCH (RFC 9051 section 6.4.4).
    #[error(
        "not search criteria: a quote or a parenthesis has no counterpart, or text that is not ASCII is not quoted"
    )]
    NotCriteria,
    /// A number that the argument cannot have.
    #[error("the number is out of range")]
    OutOfRange,
    /// `VANISHED` without `CHANGEDSINCE` (RFC 7162 section 3.2.6).
    #[error("VANISHED needs CHANGEDSINCE")]
    VanishedAlone,
    /// A charset that text cannot be written in here.
    #[error("not UTF-8, US-ASCII or ISO-8859-1: text cannot be written in another charset")]
    UnknownCharset,
    /// A letter that the charset does not have.
    #[error("the charset does not have all letters of the text")]
    NotInCharset,
    /// NOTIFY: MessageNew and MessageExpunge go together, FlagChange and AnnotationChange need both, and MessageNew has items for the
    /// selected mailbox only (RFC 5465 sections 5.2 to 5.4).
    #[error(
        "not events of NOTIFY: MessageNew and MessageExpunge go together, FlagChange needs both, and only the selected mailbox has items"
    )]
    NotEvents,
    /// Not an attribute of a mailbox: `\\` and an atom (RFC 9051 section 9, `mbx-list-flags`).
    #[error("not an attribute of a mailbox such as \\Sent")]
    NotAnAttribute,
    /// Not rights: letters and digits, with `+` or `-` before them in a change (RFC 4314 section 7).
    #[error("not rights such as lrs, +w or -te")]
    NotRights,
    /// Not the name of an annotation (RFC 5464 section 3.2): levels with `/` before each.
    #[error("not the name of an annotation such as /private/comment")]
    NotAnEntry,
    /// `RECURSIVEMATCH` that refers to no other selection (RFC 5258 section 3.1).
    #[error("RECURSIVEMATCH needs another selection such as SUBSCRIBED")]
    RecursiveMatchAlone,
    /// A list that must not be empty.
    #[error("at least one is needed")]
    Empty,
}

/// Mod-sequences and sizes have 63 bits (RFC 7162 section 7, RFC 9051 section 9, `number64`).
pub(super) const fn up_to_63_bits(number: u64) -> Result<u64, InvalidArgument> {
    match number <= i64::MAX as u64 {
        true => Ok(number),
        false => Err(InvalidArgument::OutOfRange),
    }
}

/// The same for a number that cannot be zero.
pub(super) const fn not_zero(number: u64) -> Result<u64, InvalidArgument> {
    match number {
        0 => Err(InvalidArgument::OutOfRange),
        number => up_to_63_bits(number),
    }
}

/// A range of `PARTIAL` (RFC 9394 section 4): both ends are counted from the first, or both from the last, with a minus.
pub(super) fn partial_range(from: i64, to: i64) -> Result<(), InvalidArgument> {
    let fits = |end: i64| end != 0 && u32::try_from(end.unsigned_abs()).is_ok();
    match fits(from) && fits(to) && (from < 0) == (to < 0) {
        true => Ok(()),
        false => Err(InvalidArgument::OutOfRange),
    }
}
