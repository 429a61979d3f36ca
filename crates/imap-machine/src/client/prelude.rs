//! The names that a program with a client needs: values, settings and errors.
//!
//! The adapters export them together with their own. What only the author of an adapter needs is not among them.

pub use crate::client::desk::{
    CommandError, DownloadError, Overflow, Pace, Reason, Refused, SourceError, Update,
};
pub use crate::client::session::{
    Credentials, Mechanism, MechanismError, Mechanisms, Method, OpenError, OpenStep, ServerReason,
};
pub use crate::client::{
    Access, AppendDate, AppendMessage, Behind, Blocked, CatenatePart, Cause, Certainty, Challenge,
    Closed, Command, CommandHandle, CommandOptions, Completion, Config, Diagnosis, Event, Evidence,
    Extensions, Failure, Flag, InvalidArgument, Items, KnownExtension, ListOptions, LiteralPiece,
    Loggable, MailboxArgument, MailboxView, Messages, MetadataDepth, MetadataOptions, Named,
    NotSent, Notify, NotifyEvent, Outcome, Phase, Place, Progress, RawCommand, Refusal, Resync,
    Rows, SaslAnswer, Search, SearchReturn, SearchSources, SelectOptions, SequenceSet, SortBy,
    SortKey, StatusName, Store, ThreadAlgorithm, Timeouts, TlsPolicy, Tracking, TypedCommand,
    Unknown, UploadProgress, Waiting, Why, answers,
};
pub use crate::codec::{
    Code, MailboxName, NameEncoding, Octets, ResponseText, StatusItem, Untagged,
};
pub use crate::{Capabilities, Deadline, Instant, Layer, Limits, State, Timer, Transition};
