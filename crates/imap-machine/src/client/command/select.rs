//! The parameters of SELECT and EXAMINE.

use core::num::{NonZeroU32, NonZeroU64};

use super::argument::InvalidArgument;
use super::sequence_set::SequenceSet;
use super::written::CommandText;

/// The parameters of SELECT and EXAMINE (RFC 7162).
///
#[doc = example!(connected)]
/// // Before it: `Command::enable([KnownExtension::QResync])`.
/// let known = Resync::new(67_890_007, 90_060_115_194_045_000).known("41,43:211");
/// let select = Command::select_with("INBOX", &SelectOptions::qresync(known))?;
/// connection.send(select, options, now)?;
/// assert_eq!(
///     connection.transmit(),
///     b"A1 SELECT INBOX (QRESYNC (67890007 90060115194045000 41,43:211))\r\n"
/// );
#[doc = example!(end)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelectOptions {
    parameter: Option<SelectParameter>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum SelectParameter {
    CondStore,
    QResync(Resync),
}

/// What is known of a mailbox, so that the server says what has changed since (RFC 7162 section 3.2.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resync {
    uid_validity: u32,
    modseq: u64,
    known: Option<SequenceSet>,
    matched: Option<(SequenceSet, SequenceSet)>,
}

impl SelectOptions {
    /// `CONDSTORE`: rows have MODSEQ from now on (section 3.1.8).
    #[must_use]
    pub const fn condstore() -> Self {
        let parameter = Some(SelectParameter::CondStore);
        Self { parameter }
    }

    /// `QRESYNC`: the server tells what has changed and what is gone. It must have been [enabled](super::form::Command::enable).
    #[must_use]
    pub const fn qresync(known: Resync) -> Self {
        let parameter = Some(SelectParameter::QResync(known));
        Self { parameter }
    }

    pub(super) fn write(&self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        match &self.parameter {
            None => {}
            Some(SelectParameter::CondStore) => written.text(b" (CONDSTORE)"),
            Some(SelectParameter::QResync(known)) => known.write(written)?,
        }
        Ok(())
    }
}

impl Resync {
    /// The last UIDVALIDITY and the last HIGHESTMODSEQ. Neither may be 0.
    #[must_use]
    pub const fn new(uid_validity: u32, modseq: u64) -> Self {
        Self {
            uid_validity,
            modseq,
            known: None,
            matched: None,
        }
    }

    /// The UIDs that are known. Without them the server takes 1 to the highest that it has.
    #[must_use]
    pub fn known(mut self, uids: impl Into<SequenceSet>) -> Self {
        self.known = Some(uids.into());
        self
    }

    /// Some sequence numbers and the UIDs that they had, so that a server that has forgotten which messages are gone can leave out
    /// most of those that went long ago (section 3.2.5.2). Both in ascending order, and as many of one as of the other.
    #[must_use]
    pub fn matched(
        mut self,
        numbers: impl Into<SequenceSet>,
        uids: impl Into<SequenceSet>,
    ) -> Self {
        self.matched = Some((numbers.into(), uids.into()));
        self
    }

    fn write(&self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        if NonZeroU32::new(self.uid_validity).is_none() || NonZeroU64::new(self.modseq).is_none() {
            return Err(InvalidArgument::OutOfRange);
        }
        written.text(b" (QRESYNC (");
        written.number(self.uid_validity.into());
        written.text(b" ");
        written.number(self.modseq);
        if let Some(known) = &self.known {
            written.text(b" ");
            known.write(written.line())?;
        }
        if let Some((numbers, uids)) = &self.matched {
            written.text(b" (");
            numbers.write(written.line())?;
            written.text(b" ");
            uids.write(written.line())?;
            written.text(b")");
        }
        written.text(b"))");
        Ok(())
    }
}
