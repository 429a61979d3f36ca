//! What STORE changes.

use alloc::vec::Vec;
use core::fmt;

use super::argument::{InvalidArgument, up_to_63_bits};
use super::flag_change::FlagChange;
use super::mailbox_argument::MailboxArgument;
use super::written::{CommandText, atom};
use crate::codec::{Flag, SystemFlags};
use crate::lexer::number;

/// What STORE changes (RFC 9051 section 6.4.6): flags, or the labels of Gmail.
///
/// A flag that is not valid is refused when a command is built of it.
///
/// ```
/// use imap_machine::client::{Flag, Store};
///
/// // STORE 1 +FLAGS (\Seen $Forwarded)
/// let read_and_forwarded = Store::add([Flag::SEEN, Flag::FORWARDED]);
/// // STORE 1 (UNCHANGEDSINCE 12345) -FLAGS.SILENT (\Seen)
/// let unread = Store::remove(["\\Seen"]).silent().unchanged_since(12345);
/// // STORE 1 +X-GM-LABELS (holidays "to do")
/// let labelled = Store::add_labels(["holidays", "to do"]);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Store {
    operation: StoreOperation,
    target: StoreTarget,
    /// What stands between the parentheses.
    list: Result<CommandText, InvalidArgument>,
    /// Whether the server need not tell the new flags.
    is_silent: bool,
    unchanged_since: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StoreOperation {
    Add,
    Remove,
    Replace,
}

/// What a STORE is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StoreTarget {
    Flags(SystemFlags),
    Labels,
}

impl Store {
    /// `+FLAGS`: these flags as well.
    #[must_use]
    pub fn add<'f>(flags: impl IntoIterator<Item = impl Into<Flag<'f>>>) -> Self {
        Self::of_flags(StoreOperation::Add, flags)
    }

    /// `-FLAGS`: these flags no longer.
    #[must_use]
    pub fn remove<'f>(flags: impl IntoIterator<Item = impl Into<Flag<'f>>>) -> Self {
        Self::of_flags(StoreOperation::Remove, flags)
    }

    /// `FLAGS`: these flags and no other.
    #[must_use]
    pub fn replace<'f>(flags: impl IntoIterator<Item = impl Into<Flag<'f>>>) -> Self {
        Self::of_flags(StoreOperation::Replace, flags)
    }

    /// `+X-GM-LABELS`: these labels as well (Gmail's X-GM-EXT-1). A label is the name of a mailbox as people write it, or one of the
    /// server such as `\Inbox`.
    #[must_use]
    pub fn add_labels(labels: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self::of_labels(StoreOperation::Add, labels)
    }

    /// `-X-GM-LABELS`: these labels no longer.
    #[must_use]
    pub fn remove_labels(labels: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self::of_labels(StoreOperation::Remove, labels)
    }

    /// `X-GM-LABELS`: these labels and no other.
    #[must_use]
    pub fn replace_labels(labels: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self::of_labels(StoreOperation::Replace, labels)
    }

    /// `.SILENT`: the server need not tell the new flags.
    #[must_use]
    pub fn silent(self) -> Self {
        Self {
            is_silent: true,
            ..self
        }
    }

    /// `UNCHANGEDSINCE`: only messages whose mod-sequence is not larger than this one (RFC 7162 section 3.1.3). The others are
    /// in [`Fetched::modified`](crate::client::answers::Fetched::modified). Needs CONDSTORE: a server without answers BAD, and changes nothing.
    #[must_use]
    pub fn unchanged_since(self, modseq: u64) -> Self {
        Self {
            unchanged_since: Some(modseq),
            ..self
        }
    }

    fn of_flags<'f>(
        operation: StoreOperation,
        flags: impl IntoIterator<Item = impl Into<Flag<'f>>>,
    ) -> Self {
        let mut named = SystemFlags::NONE;
        let list = listed(flags, |list, flag| {
            let flag: Flag<'f> = flag.into();
            let flag = flag.check()?.as_bytes();
            named = named | SystemFlags::of(flag);
            list.text(flag);
            Ok(())
        });
        Self::new(operation, StoreTarget::Flags(named), list)
    }

    fn of_labels(
        operation: StoreOperation,
        labels: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Self {
        let list = listed(labels, |list, label| write_label(list, label.as_ref()));
        Self::new(operation, StoreTarget::Labels, list)
    }

    fn new(
        operation: StoreOperation,
        target: StoreTarget,
        list: Result<CommandText, InvalidArgument>,
    ) -> Self {
        Self {
            operation,
            target,
            list,
            is_silent: false,
            unchanged_since: None,
        }
    }

    /// Writes the command: what `begin` writes, up to the set, and what comes after it, from the space on:
    /// ` (UNCHANGEDSINCE 5) +FLAGS.SILENT (\Seen)`. The list is there already, so the rest is put before it.
    pub(crate) fn write(
        self,
        begin: impl FnOnce(&mut Vec<u8>) -> Result<(), InvalidArgument>,
    ) -> Result<CommandText, InvalidArgument> {
        let mut written = self.list?;
        written.text(b")");
        written.put_first(|line| {
            begin(line)?;
            if let Some(modseq) = self.unchanged_since {
                line.extend_from_slice(b" (UNCHANGEDSINCE ");
                number::push(line, up_to_63_bits(modseq)?);
                line.push(b')');
            }
            line.extend_from_slice(match self.operation {
                StoreOperation::Add => b" +",
                StoreOperation::Remove => b" -",
                StoreOperation::Replace => b" ",
            });
            line.extend_from_slice(match self.target {
                StoreTarget::Flags(_) => b"FLAGS",
                StoreTarget::Labels => b"X-GM-LABELS",
            });
            line.extend_from_slice(match self.is_silent {
                true => b".SILENT (",
                false => b" (",
            });
            Ok(())
        })?;
        Ok(written)
    }

    /// How the flags change.
    pub(crate) const fn change(&self) -> FlagChange {
        let change = match (self.target, self.operation) {
            (StoreTarget::Flags(flags), StoreOperation::Add) => FlagChange::add(flags),
            (StoreTarget::Flags(flags), StoreOperation::Remove) => FlagChange::remove(flags),
            (StoreTarget::Flags(flags), StoreOperation::Replace) => FlagChange::replace(flags),
            // Some labels are flags: `\Starred` is `\Flagged`.
            (StoreTarget::Labels, _) => return FlagChange::ANY,
        };
        match self.is_silent {
            true => change.silent(),
            false => change,
        }
    }

    /// Whether it is about labels, and answered with them.
    pub(crate) const fn is_about_labels(&self) -> bool {
        matches!(self.target, StoreTarget::Labels)
    }
}

/// Writes one after the other, with spaces between them.
fn listed<T>(
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut CommandText, T) -> Result<(), InvalidArgument>,
) -> Result<CommandText, InvalidArgument> {
    let mut list = CommandText::new("");
    for item in items {
        if !list.is_empty() {
            list.text(b" ");
        }
        write(&mut list, item)?;
    }
    Ok(list)
}

/// Labels are written like names of mailboxes, except for those of the server.
fn write_label(list: &mut CommandText, label: &str) -> Result<(), InvalidArgument> {
    match label.strip_prefix('\\').map(atom) {
        Some(Ok(_)) => {
            list.text(label.as_bytes());
            Ok(())
        }
        _ => list.mailbox(&MailboxArgument::from(label)),
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("operation", &self.operation)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;

    use imap_types::command::{CommandBody, StoreModifier};
    use imap_types::flag::{self, StoreResponse, StoreType};
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::oracle;
    use super::*;
    use crate::client::Command;

    fn written(store: Store) -> Result<String, InvalidArgument> {
        let written = oracle::written("", |written| {
            *written = store.write(|line| {
                line.extend_from_slice(b"STORE 1");
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(String::from_utf8(written).unwrap())
    }

    #[test]
    fn flags_and_labels() {
        for (store, expected) in [
            (Store::add([Flag::SEEN]), "+FLAGS (\\Seen)"),
            (Store::replace(Vec::<Flag<'_>>::new()), "FLAGS ()"),
            (
                Store::remove(["$Junk", "\\seen"])
                    .silent()
                    .unchanged_since(0),
                "(UNCHANGEDSINCE 0) -FLAGS.SILENT ($Junk \\seen)",
            ),
            (
                Store::add_labels(["\\Inbox", "plain", "two words", "gr\u{fc}n", "a\\b", ""]),
                "+X-GM-LABELS (\\Inbox plain \"two words\" \"gr\u{fc}n\" \"a\\\\b\" \"\")",
            ),
            (
                Store::replace_labels([""; 0]).silent(),
                "X-GM-LABELS.SILENT ()",
            ),
        ] {
            assert_eq!(
                written(store).unwrap(),
                alloc::format!("STORE 1 {expected}")
            );
        }
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        let refused = Err(InvalidArgument::NotAFlag);
        assert_eq!(written(Store::add(["\\Seen", "a b"]).silent()), refused);
        let refused = Err(InvalidArgument::Nul);
        assert_eq!(written(Store::add_labels(["a\0"])), refused);
        let refused = Err(InvalidArgument::OutOfRange);
        let since = Store::add([Flag::SEEN]).unchanged_since(1 << 63);
        assert_eq!(written(since), refused);
    }

    #[test]
    fn labels_may_be_any_flag() {
        let change = Store::remove_labels(["\\Starred"]).change();
        assert_eq!(change.of(0, SystemFlags::from_bits(0x7f)), None);
        assert!(Store::add_labels(["a"]).is_about_labels());
        assert!(!Store::add(["a"]).is_about_labels());
    }

    proptest! {
        #[test]
        fn as_imap_codec_writes_it_and_as_before(
            kind in select(vec![StoreType::Add, StoreType::Remove, StoreType::Replace]),
            names in prop::collection::vec(select(vec![
                "\\Seen", "\\Deleted", "\\Draft", "\\Answered", "\\Flagged", "\\Other", "$Junk", "word",
            ]), 0..5),
            is_silent in any::<bool>(),
            since in prop::option::of(1..=i64::MAX as u64),
        ) {
            let mut store = match kind {
                StoreType::Add => Store::add(&names),
                StoreType::Remove => Store::remove(names.clone()),
                StoreType::Replace => Store::replace(names.iter().copied()),
            };
            let mut response = StoreResponse::Answer;
            if is_silent {
                (store, response) = (store.silent(), StoreResponse::Silent);
            }
            let mut modifiers = vec![];
            if let Some(since) = since {
                store = store.unchanged_since(since);
                modifiers.push(StoreModifier::UnchangedSince(since));
            }
            let flags: Vec<_> = names.iter().map(|name| flag::Flag::try_from(*name).unwrap()).collect();
            let sequence_set = "1".try_into().unwrap();
            let body = CommandBody::Store { sequence_set, kind, response, flags, uid: false, modifiers };
            let change = Command::from(body.clone()).profile.change;
            prop_assert_eq!(Some(store.change()), change);
            let theirs = String::from_utf8(oracle::by_codec(body)).unwrap();
            prop_assert_eq!(written(store).unwrap(), theirs);
        }
    }
}
