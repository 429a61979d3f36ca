//! D: pure reads.

use super::ClientConnection;
use crate::capabilities::{Capabilities, is_in_imap4rev2};
use crate::client::command::CommandHandle;
use crate::client::config::Config;
use crate::client::diagnosis::{Diagnosis, Progress, UploadProgress};
use crate::client::extensions::{Extensions, KnownExtension};
use crate::client::machine::Life;
use crate::client::mailbox::MailboxView;
use crate::client::waiting::Waiting;
use crate::instant::Instant;
use crate::state::State;

impl ClientConnection {
    /// Whether to read. `false` while the layer below changes, and after the end.
    #[must_use]
    pub fn wants_read(&self) -> bool {
        self.is_receiving() && self.may_read()
    }

    /// The command that wants literal octets from [`supply`](Self::supply) or [`supply_space`](Self::supply_space), and how
    /// many it takes now.
    #[must_use]
    pub fn wants_supply(&self) -> Option<(CommandHandle, usize)> {
        self.machine.wants_supply()
    }

    /// How many octets of the literal that it is supplying the application still has.
    pub(crate) fn missing_octets(&self) -> u64 {
        self.machine.missing_octets()
    }

    /// How far a command has been written: for a long message, how much of it. `None` when the command has ended.
    #[must_use]
    pub fn upload(&self, handle: CommandHandle) -> Option<UploadProgress> {
        self.machine.upload(handle)
    }

    /// Its settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.machine.config
    }

    /// The protocol state (RFC 9051 section 3).
    #[must_use]
    pub fn state(&self) -> State {
        self.machine.standing.state
    }

    /// What the server can do, as far as it has said. Never sends anything.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        &self.machine.standing.capabilities
    }

    /// Whether the server has announced this extension, or has it with IMAP4rev2, as far as that is announced
    /// ([`Capabilities::has`]) or enabled. Never sends anything.
    #[must_use]
    pub fn supports(&self, extension: &str) -> bool {
        let part = self.enabled().has(KnownExtension::Imap4Rev2) && is_in_imap4rev2(extension);
        part || self.capabilities().has(extension)
    }

    /// What is enabled (RFC 5161). Never sends anything.
    #[must_use]
    pub fn enabled(&self) -> &Extensions {
        &self.machine.standing.extensions
    }

    /// The selected mailbox.
    #[must_use]
    pub fn mailbox(&self) -> Option<&MailboxView> {
        self.machine.standing.selection.current()
    }

    /// What is being waited for.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        self.machine.waiting(self.receive.need())
    }

    /// What is being waited for, in words for people, as of `now`.
    #[must_use]
    pub fn diagnosis(&self, now: Instant) -> Diagnosis {
        self.machine.diagnosis(self.receive.need(), now)
    }

    /// Each open command and how far it has come, in the order of [`send`](Self::send).
    pub fn commands(&self) -> impl Iterator<Item = Progress> + '_ {
        self.machine.progress()
    }

    /// The number of open commands: those without an outcome yet.
    #[must_use]
    pub fn open_commands(&self) -> usize {
        self.machine.commands.open()
    }

    /// Octets received and not yet released, and the memory held for them.
    #[must_use]
    pub fn received_octets(&self) -> (usize, usize) {
        (self.receive.held(), self.receive.capacity())
    }

    /// Octets waiting to be written.
    #[must_use]
    pub fn unsent_octets(&self) -> u64 {
        self.machine.output.queue.pending()
    }

    /// Whether the connection has ended, and the last events tell it.
    pub(crate) fn is_ending(&self) -> bool {
        self.machine.is_over()
    }

    /// Whether [`Event::Closed`](crate::client::Event::Closed) has been delivered.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.machine.life, Life::Over)
    }
}
