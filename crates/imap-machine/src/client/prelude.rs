//! The names that a program with a client needs: values, settings and errors.
//!
//! The adapters export them together with their own. What only the author of an adapter needs is not among them.

pub use crate::capabilities::Capabilities;
pub use crate::client::answers;
pub use crate::client::closed::Closed;
pub use crate::client::command::{
    AppendDate, AppendMessage, CatenatePart, Command, CommandHandle, CommandOptions, Completion,
    InvalidArgument, Items, ListOptions, MailboxArgument, MetadataDepth, MetadataOptions, NotSent,
    Notify, NotifyEvent, Outcome, Resync, Search, SearchReturn, SearchSources, SelectOptions,
    SequenceSet, SortBy, SortKey, StatusName, Store, ThreadAlgorithm, TypedCommand, Unknown,
};
pub use crate::client::config::Config;
pub use crate::client::desk::{
    CommandError, DownloadError, Overflow, Pace, Reason, Refused, SourceError, Update,
};
pub use crate::client::diagnosis::{Diagnosis, UploadProgress};
pub use crate::client::event::Event;
pub use crate::client::exchange::answer::SaslAnswer;
pub use crate::client::extensions::{Extensions, KnownExtension};
pub use crate::client::mailbox::{Access, MailboxView};
pub use crate::client::session::{Credentials, Method, OpenError};
pub use crate::codec::{Code, Flag, MailboxName, Octets, StatusItem, Untagged};
pub use crate::state::State;
