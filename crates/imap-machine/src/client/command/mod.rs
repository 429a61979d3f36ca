//! Commands: what they are, what they require, how they are sent and how they end.

mod answers;
mod argument;
mod behaviors;
mod body;
mod builders;
mod criteria;
mod date;
mod deadlines;
mod entry;
mod flag;
mod flag_change;
mod form;
mod handle;
pub(in crate::client) mod in_order;
mod index;
mod item;
mod items;
mod mailbox_argument;
mod message;
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
mod select;
mod sequence_set;
mod status_name;
mod store;
mod table;
mod typed;
mod written;

pub use argument::InvalidArgument;
pub use date::AppendDate;
pub use form::Command;
pub use handle::{CommandHandle, Tag};
pub use items::Items;
pub use mailbox_argument::MailboxArgument;
pub use message::AppendMessage;
pub use options::CommandOptions;
pub use outcome::{Completion, Evidence, NotSent, Outcome, Refusal, Unknown};
pub use pipeline::{Blocked, Why};
pub use raw::RawCommand;
pub use search::Search;
pub use select::{Resync, SelectOptions};
pub use sequence_set::SequenceSet;
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
