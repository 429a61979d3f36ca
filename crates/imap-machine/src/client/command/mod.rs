//! Commands: what they are, what they require, how they are sent and how they end.

#[macro_use]
mod example;

mod answers;
mod argument;
mod behaviors;
mod body;
mod builders;
mod catenate;
mod charset;
mod criteria;
mod date;
mod deadlines;
mod entries;
mod entry;
mod flag;
mod flag_change;
mod form;
mod handle;
pub(in crate::client) mod in_order;
mod index;
mod item;
mod items;
mod list_options;
mod mailbox_argument;
mod message;
mod metadata_options;
mod notify;
mod options;
#[cfg(test)]
mod oracle;
mod outcome;
mod parts;
mod pipeline;
mod profile;
mod queue;
mod raw;
mod scope;
mod search;
mod search_return;
mod search_sources;
mod select;
mod sequence_set;
mod sort;
mod status_name;
mod store;
mod table;
mod told;
mod typed;
mod upload;
mod written;

pub use argument::InvalidArgument;
pub use catenate::CatenatePart;
pub use date::AppendDate;
pub use form::Command;
pub use handle::{CommandHandle, Tag};
pub use items::Items;
pub use list_options::ListOptions;
pub use mailbox_argument::MailboxArgument;
pub use message::AppendMessage;
pub use metadata_options::{MetadataDepth, MetadataOptions};
pub use notify::{Notify, NotifyEvent};
pub use options::CommandOptions;
pub use outcome::{Completion, Evidence, NotSent, Outcome, Refusal, Unknown};
pub use pipeline::{Blocked, Why};
pub use raw::RawCommand;
pub use search::Search;
pub use search_return::SearchReturn;
pub use search_sources::SearchSources;
pub use select::{Resync, SelectOptions};
pub use sequence_set::SequenceSet;
pub use sort::{SortBy, SortKey, ThreadAlgorithm};
pub use status_name::StatusName;
pub use store::Store;
pub use typed::TypedCommand;

pub(crate) use answers::Answers;
pub(crate) use entry::{Entry, Interest, Numbering, Transit};
pub(crate) use flag_change::FlagChange;
#[cfg(test)]
pub(crate) use index::tests::{Run, history};
pub(crate) use profile::{Effect, Profile};
pub(crate) use queue::Commands;
pub(crate) use scope::{MessageNumbers, Scope};
pub(crate) use sequence_set::joined;
pub(crate) use written::is_astring_char;
