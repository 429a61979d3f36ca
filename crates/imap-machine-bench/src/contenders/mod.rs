//! The libraries, each driven as its documentation says.

pub mod absent;
#[cfg(feature = "table")]
pub mod async_imap;
pub mod copy;
pub mod distant;
#[cfg(feature = "table")]
pub mod imap;
#[cfg(feature = "table")]
pub mod imap_codec;
pub mod imap_machine;
mod imap_machine_rows;
#[cfg(feature = "table")]
pub mod imap_next;
#[cfg(feature = "table")]
pub mod imap_next_stream;
#[cfg(feature = "table")]
mod imap_proto_0_16;
#[cfg(feature = "table")]
mod imap_proto_0_17;
pub mod imap_types_rows;
#[cfg(feature = "table")]
pub mod io_imap;
#[cfg(feature = "table")]
pub mod io_imap_client;
pub mod link;
pub mod memory;
pub mod queues;
pub mod raw;
mod rows;
pub mod rows_alone;
pub mod std_client;
pub mod tokio_client;

use serde::Serialize;

use crate::tally::Tally;

/// Work that is ready to be measured: the session is open, the input is there.
pub type Run = Box<dyn FnMut() -> Tally>;

/// What an application reads of each FETCH.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// UID, FLAGS (each of them) and MODSEQ.
    Flags,
    /// All plain items that there are.
    Plain,
    /// UID, and every field of ENVELOPE and BODYSTRUCTURE.
    Heavy,
    /// UID and `BODY[]`.
    Body,
}

/// A contender: a library, or a way to use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "&'static str")]
pub enum Contender {
    /// This project.
    ImapMachine,
    /// This project, and an application that takes many rows with one call.
    ImapMachineMany,
    /// This project, and an application that does not ask for ENVELOPE and BODYSTRUCTURE although they are there.
    ImapMachineLazy,
    /// This project, and an application that goes through the items of each row, and reads none that is a list of fields.
    ImapMachineWalk,
    /// This project's framing and reading of rows, without a connection around them.
    ImapMachineRows,
    /// This project, with every message tracked by the mailbox view.
    ImapMachineView,
    /// This project, with at most 16 commands on the wire.
    ImapMachineNarrow,
    /// This project, with up to 4,096 commands on the wire.
    ImapMachineWide,
    /// imap-machine-tokio, its answers read as events.
    Tokio,
    /// imap-machine-tokio, its answers read as values.
    TokioTyped,
    /// imap-machine-std, its answers read as events.
    Std,
    /// imap-machine-std, its answers read as values.
    StdTyped,
    /// imap-next
    ImapNext,
    /// imap-next, with its stream for sockets of tokio.
    ImapNextStream,
    /// io-imap
    IoImap,
    /// io-imap, with its blocking client.
    IoImapClient,
    /// io-imap, with its coroutine that streams one body.
    IoImapStream,
    /// async-imap
    AsyncImap,
    /// imap, also called rust-imap
    Imap,
    /// imap-codec alone, without an engine.
    ImapCodec,
    /// No library: a loop on tokio that reads until the tagged line.
    RawTokio,
    /// No library: the same on blocking sockets.
    RawStd,
    /// No library: the server's own work, and the copies that a kernel would make.
    Copy,
}

impl Contender {
    /// The name of its package, or a name in its place.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ImapMachine => "imap-machine",
            Self::ImapMachineMany => "imap-machine (many rows)",
            Self::ImapMachineLazy => "imap-machine (lazy)",
            Self::ImapMachineWalk => "imap-machine (walked)",
            Self::ImapMachineRows => "(its rows alone)",
            Self::ImapMachineView => "imap-machine (view on)",
            Self::ImapMachineNarrow => "imap-machine (16)",
            Self::ImapMachineWide => "imap-machine (4,096)",
            Self::Tokio => "imap-machine-tokio",
            Self::TokioTyped => "imap-machine-tokio, values",
            Self::Std => "imap-machine-std",
            Self::StdTyped => "imap-machine-std, values",
            Self::ImapNext => "imap-next",
            Self::ImapNextStream => "imap-next (stream)",
            Self::IoImap => "io-imap",
            Self::IoImapClient => "io-imap (client)",
            Self::IoImapStream => "io-imap (stream)",
            Self::AsyncImap => "async-imap",
            Self::Imap => "imap",
            Self::ImapCodec => "imap-codec alone",
            Self::RawTokio => "(a raw loop, tokio)",
            Self::RawStd => "(a raw loop, std)",
            Self::Copy => "(the copies alone)",
        }
    }
}

impl From<Contender> for &'static str {
    fn from(contender: Contender) -> Self {
        contender.name()
    }
}
