//! What went wrong, sorted by who is to blame.
//!
//! * [`ApiMisuse`]: the caller's mistake. No octet from the network can cause it.
//! * [`PeerMisbehaved`]: the peer broke a rule; each variant names the clause.
//! * [`LimitExceeded`]: the peer wants more than [`Limits`](crate::Limits) allow.
//! * [`CloseReason`]: why a connection ended: one of these, or the fault of no one.
//!
//! A refused command is not an error: see [`Outcome`](crate::client::Outcome).

use alloc::boxed::Box;
use alloc::string::String;

use bounded_static::ToStatic;
use thiserror::Error;

pub use crate::framing::FramingError as LimitExceeded;
use crate::timer::Timer;
use crate::upgrade::Layer;

/// The caller's own mistake. Nothing has happened; the connection is as it was.
#[derive(Clone, Debug, Error, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApiMisuse {
    /// A command after [`Event::Closed`](crate::client::Event::Closed).
    #[error("the connection is closed; open a new one")]
    Closed,
    /// More open commands than [`Limits::commands`](crate::Limits::commands).
    #[error("{limit} commands are open already; wait for outcomes before sending more")]
    TooManyCommands {
        /// The limit.
        limit: usize,
    },
    /// The handle's command has had its outcome, or never existed here.
    #[error("this command is not open: it has had its outcome")]
    NotOpen,
    /// `answer` without a [`Event::Challenge`](crate::client::Event::Challenge) that is open.
    #[error("no challenge of this command is waiting for an answer")]
    NoChallenge,
    /// `done` for a command that is not IDLE.
    #[error("this command is not IDLE")]
    NotIdle,
    /// `supply`, `supply_space` or `supplied` for a command that takes no octets now.
    #[error("this command takes no literal octets now; see `wants_supply`")]
    NotSupplying,
    /// `handle_upgraded` without an [`Event::Upgrade`](crate::client::Event::Upgrade).
    #[error("no change of layer is under way")]
    NoUpgrade,
    /// ENABLE of an extension that may change what client and server say in a way that is not understood here (RFC 5161 section
    /// 3.1). [`Command::raw`](crate::client::Command::raw) sends it all the same.
    #[error(
        "{name} cannot be enabled: what it changes is not understood{}",
        hint(name)
    )]
    UnknownExtension {
        /// Its name.
        name: Box<str>,
    },
}

/// RFC 9755 section 6: the announcement is UTF8=ONLY, and what is enabled is UTF8=ACCEPT.
fn hint(name: &str) -> &'static str {
    match name.eq_ignore_ascii_case("UTF8=ONLY") {
        true => "; enable UTF8=ACCEPT",
        false => "",
    }
}

/// A rule that the peer broke.
#[derive(Clone, Debug, Error, PartialEq, Eq, Hash, ToStatic)]
#[non_exhaustive]
pub enum PeerMisbehaved {
    /// The first line is no greeting (RFC 9051 section 7.1). Its beginning is kept: servers put
    /// the reason there (`421 Server is busy`).
    #[error("not an IMAP greeting: {0:?}")]
    NotAGreeting(String),
    /// The first octets are a TLS record: this port speaks TLS from the start (RFC 8314).
    #[error("the server speaks TLS on this port from the first octet; connect with imaps://")]
    SpeaksTls,
    /// PREAUTH where TLS is required: STARTTLS is not possible any more (RFC 9051 sections 7.1.4 and
    /// 11.1).
    #[error("PREAUTH greeting before TLS: the connection cannot be secured any more")]
    PreauthBeforeTls,
    /// A tagged OK for a command before all of it was sent (RFC 9051 section 2.2.2).
    #[error("{tag} was completed with OK before it was sent")]
    EarlyOk {
        /// The tag.
        tag: String,
    },
    /// A tagged response for a command before any octet of it was sent (RFC 9051 section 2.2.2).
    #[error("{tag} was answered before it was sent")]
    AnsweredUnsent {
        /// The tag.
        tag: String,
    },
    /// Octets between the tagged OK of STARTTLS and the TLS handshake (RFC 9051 section 6.2.1): the
    /// mark of an injection.
    #[error("plain octets after the OK of STARTTLS: possible injection")]
    DataBehindStartTls,
    /// EXPUNGE while no command, or only FETCH, STORE or SEARCH, is in progress (RFC 9051
    /// section 7.5.1).
    #[error("EXPUNGE while message numbers must not change")]
    ExpungeOutOfPlace,
    /// EXPUNGED, as GNU Mailutils writes it, in place of EXPUNGE (RFC 9051 section 7.5.1).
    #[error("EXPUNGED in place of EXPUNGE")]
    ExpungeMisspelled,
    /// EXISTS, RECENT, EXPUNGE, VANISHED or FETCH while no mailbox is selected or being selected (RFC 9051 sections 7.4 and 7.5).
    #[error("no mailbox is selected")]
    NoMailboxSelected,
    /// A message number above the number of messages (RFC 9051 section 2.3.1.2).
    #[error("message number {number} of a mailbox with {exists} messages")]
    NumberOutOfRange {
        /// The number.
        number: u32,
        /// How many messages there are.
        exists: u32,
    },
    /// UIDs that do not ascend with message numbers (RFC 9051 section 2.3.1.1). The UID is ignored. Noticed only when
    /// messages are [tracked](crate::client::Tracking::Messages).
    #[error("message number {number} cannot have UID {uid}: UIDs do not ascend")]
    UidNotAscending {
        /// The message number.
        number: u32,
        /// The UID that the server gave it.
        uid: u32,
    },
    /// EXISTS with a smaller number than before (RFC 9051 section 7.4.1).
    #[error("EXISTS went down from {before} to {after}")]
    ExistsWentDown {
        /// The number of messages before.
        before: u32,
        /// The number announced.
        after: u32,
    },
}

/// Why a connection ended.
#[derive(Clone, Debug, Error, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseReason {
    /// LOGOUT, answered by the server.
    #[error("logged out")]
    LoggedOut,
    /// [`close`](crate::client::ClientConnection::close).
    #[error("closed by the application")]
    ClosedLocally,
    /// The server said BYE (RFC 9051 section 7.1.5).
    #[error("the server closed the connection: {0}")]
    Bye(String),
    /// The stream ended without BYE.
    #[error("the peer closed the connection without a word")]
    Eof,
    /// The transport failed; the adapter has the details.
    #[error("the transport failed")]
    Transport,
    /// A deadline of the connection passed.
    #[error("{}", patience(*.0))]
    TimedOut(Timer),
    /// A command was given up after a part of it had left. The peer would take the next octets for the rest of it.
    #[error("{tag} was given up half sent")]
    HalfSent {
        /// The command's tag.
        tag: String,
    },
    /// The new layer was refused or failed.
    #[error("{0} could not be set up")]
    UpgradeFailed(Layer),
    /// The peer wants more than the limits allow.
    #[error(transparent)]
    LimitExceeded(LimitExceeded),
    /// The peer broke a rule that cannot be mended.
    #[error(transparent)]
    PeerMisbehaved(PeerMisbehaved),
}

/// Whose patience ended, and what to do.
const fn patience(timer: Timer) -> &'static str {
    match timer {
        Timer::Greeting => {
            "the server sent no greeting in time; \
             if this port speaks TLS from the first octet (993 does), connect with imaps://"
        }
        Timer::Completion | Timer::Command => {
            "the server was silent for too long while a command was in progress"
        }
        Timer::Continuation => "the server was silent for too long while a command needed its +",
        Timer::Literal => "the peer stopped in the middle of a literal",
        Timer::Application => {
            "the application was silent for too long when it was its turn (see `answer` and `supply`)"
        }
        Timer::Idle | Timer::Done => "the server did not end IDLE in time",
        Timer::Logout => "the server did not answer LOGOUT in time",
        Timer::Upgrade => "the new layer was not set up in time",
    }
}
