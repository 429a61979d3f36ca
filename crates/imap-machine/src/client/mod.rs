//! The client role.
//!
//! [`ClientConnection`] is the machine; the other items are what it takes and gives.

pub mod answers;
mod append_limits;
mod clock;
mod closed;
mod command;
mod config;
mod connection;
mod continuation;
pub mod desk;
mod diagnosis;
mod due;
mod ending;
mod event;
mod exchange;
mod extensions;
mod issue;
mod machine;
mod mailbox;
mod mailbox_news;
mod output;
pub mod prelude;
mod respond;
mod routing;
mod sending;
pub mod session;
mod standing;
mod streaming;
mod timeouts;
mod verbs;
mod verdicts;
mod waiting;

pub use crate::codec::Flag;
pub use closed::{Closed, Failure};
pub use command::{
    AppendDate, AppendMessage, Blocked, CatenatePart, Command, CommandHandle, CommandOptions,
    Completion, Evidence, InvalidArgument, Items, ListOptions, MailboxArgument, MetadataDepth,
    MetadataOptions, NotSent, Notify, NotifyEvent, Outcome, RawCommand, Refusal, Resync, Search,
    SearchReturn, SearchSources, SelectOptions, SequenceSet, SortBy, SortKey, StatusName, Store,
    ThreadAlgorithm, TypedCommand, Unknown, Why,
};
pub use config::{Config, TlsPolicy, Tracking};
pub use connection::ClientConnection;
pub use diagnosis::{Behind, Diagnosis, Named, Phase, Place, Progress, UploadProgress};
pub use event::{Cause, Challenge, Event, LiteralPiece, Loggable};
pub use exchange::answer::SaslAnswer;
pub use extensions::{Extensions, KnownExtension};
pub use mailbox::{Access, Certainty, MailboxView, Messages};
pub use respond::Rows;
pub use timeouts::Timeouts;
pub use waiting::Waiting;
