//! Where the session stands: its protocol state, and what the server has said about itself and the mailbox.

use alloc::boxed::Box;

use super::append_limits::AppendLimits;
use super::extensions::{Extensions, KnownExtension};
use super::mailbox::{Applied, Selection};
use super::mailbox_news::MailboxNews;
use crate::capabilities::Capabilities;
use crate::codec::{ResponseText, Words};
use crate::state::{State, Transition};

/// What the connection knows of the session.
pub(crate) struct Standing {
    pub(crate) state: State,
    pub(crate) privacy: Privacy,
    pub(crate) capabilities: Capabilities,
    pub(crate) heard: Heard,
    pub(crate) extensions: Extensions,
    pub(crate) selection: Selection,
    pub(crate) news: MailboxNews,
    /// Boxed, since most connections have nothing of it.
    seldom: Option<Box<Seldom>>,
}

/// What servers seldom say.
#[derive(Default)]
pub(crate) struct Seldom {
    /// The last untagged NO or BAD.
    pub(crate) last_warning: Option<Box<str>>,
    pub(crate) append_limits: AppendLimits,
}

/// Whether the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Privacy {
    /// As far as this connection knows.
    Clear,
    /// STARTTLS was done.
    Tls,
}

/// When the present list of capabilities was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    BeforeLogin,
    /// Since the last LOGIN or AUTHENTICATE went out.
    SinceLogin,
}

impl Standing {
    pub(crate) fn new() -> Self {
        Self {
            state: State::Greeting,
            privacy: Privacy::Clear,
            capabilities: Capabilities::default(),
            heard: Heard::BeforeLogin,
            extensions: Extensions::default(),
            selection: Selection::default(),
            news: MailboxNews::default(),
            seldom: None,
        }
    }

    pub(crate) fn seldom(&self) -> Option<&Seldom> {
        self.seldom.as_deref()
    }

    pub(crate) fn seldom_mut(&mut self) -> Option<&mut Seldom> {
        self.seldom.as_deref_mut()
    }

    /// The same, to put something there.
    pub(crate) fn told_seldom(&mut self) -> &mut Seldom {
        self.seldom.get_or_insert_default()
    }

    pub(crate) fn apply(&mut self, transition: Transition) {
        // A transition out of place (a second LOGIN's OK, for instance) leaves the state as it is.
        self.state = self.state.next(transition).unwrap_or(self.state);
    }

    /// Learns what a response code says about the mailbox.
    pub(crate) fn learn_mailbox_code(&mut self, text: &ResponseText<'_>) {
        if self.selection.apply_code(text) == Applied::Closed {
            self.apply(Transition::Closed);
        }
    }

    /// Learns what a response code says about the server. `limit`: octets of a list of capabilities.
    pub(crate) fn learn_code(&mut self, text: &ResponseText<'_>, limit: usize) {
        if let Some(list) = text.code_arguments("CAPABILITY") {
            self.learn_list(list, limit);
        }
        if text.has_code("NOTIFICATIONOVERFLOW") {
            self.news = MailboxNews::Untold;
        }
    }

    /// Learns from `* ENABLED ...`. Nothing can be enabled before the login (RFC 5161 section 3.1).
    pub(crate) fn learn_enabled(&mut self, names: &Words<'_>, limit: usize) {
        if matches!(self.state, State::Authenticated | State::Selected) {
            self.extensions.learn(names.iter(), limit);
            let closes = [KnownExtension::QResync, KnownExtension::Imap4Rev2];
            if closes.into_iter().any(|it| self.extensions.has(it)) {
                self.selection.expect_closed();
            }
        }
    }

    /// Learns names of capabilities with spaces between them.
    pub(crate) fn learn_list(&mut self, list: &[u8], limit: usize) {
        self.capabilities.learn(list, limit);
        self.heard = Heard::SinceLogin;
    }
}
