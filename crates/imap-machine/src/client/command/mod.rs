//! Commands: what they are, what they require, how they are sent and how they end.

mod answers;
mod append;
mod argument;
mod behaviors;
mod builders;
mod deadlines;
mod encode;
mod entry;
mod flag_change;
mod form;
mod handle;
pub(in crate::client) mod in_order;
mod index;
mod mailbox_argument;
mod message;
mod options;
mod outcome;
mod pipeline;
mod profile;
mod queue;
mod raw;
mod scope;
mod typed;

pub use argument::InvalidArgument;
pub use form::Command;
pub use handle::{CommandHandle, Tag};
pub use mailbox_argument::MailboxArgument;
pub use message::MessageContent;
pub use options::CommandOptions;
pub use outcome::{Completion, Evidence, NotSent, Outcome, Refusal, Unknown};
pub use pipeline::{Blocked, Why};
pub use raw::RawCommand;
pub use typed::TypedCommand;

pub(crate) use answers::Answers;
pub(crate) use encode::encode;
pub(crate) use entry::{Entry, Interest, Numbering, Transit};
pub(crate) use flag_change::FlagChange;
pub(crate) use form::Form;
#[cfg(test)]
pub(crate) use index::tests::{Run, history};
pub(crate) use profile::{Effect, Profile, names_numbers};
pub(crate) use queue::Commands;
pub(crate) use scope::{MessageNumbers, Scope, joined};
