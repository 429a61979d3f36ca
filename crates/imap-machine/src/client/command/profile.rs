//! What a command requires, what it changes and how it is answered.

use alloc::borrow::Cow;
use alloc::boxed::Box;

use super::answers::Answers;
use super::behaviors::{Behaviors, Requirements};
use super::flag_change::FlagChange;
use super::mailbox_argument::MailboxArgument;
use super::scope::Scope;
use super::sequence_set::MessageRanges;
use super::table::{self, Allowed, Row};
use super::told::ToldMailboxes;
use super::upload::Upload;
use crate::client::exchange::authenticate::InitialResponse;
use crate::client::extensions::KnownExtension;
use crate::client::mailbox_news::MailboxNews;
use crate::state::State;

/// All that matters about a command besides its octets. It begins as a row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) verb: Cow<'static, str>,
    pub(crate) effect: Effect,
    pub(crate) answers: Answers,
    pub(crate) imposes: Requirements,
    /// Its behaviors while it is open; see [`Profile::exhibits`].
    pub(super) exhibits: Behaviors,
    pub(crate) allowed: Allowed,
    /// Whether it names messages by sequence number, if its answer depends on numbers at all. A SEARCH may do without.
    pub(crate) names_numbers: bool,
    /// Whether it does the same in parts, for some of its messages each. The set of its messages comes after the verb.
    pub(super) divisible: bool,
    /// How the flags of messages change.
    pub(crate) change: Option<FlagChange>,
    pub(super) about: About,
}

/// What a command is about, as far as that tells its answers from those of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// Neither messages nor mailboxes, or it is not known which.
    Anything,
    /// FETCH, STORE: these messages.
    Messages(Scope),
    /// Its answer names these mailboxes.
    Mailboxes(ToldMailboxes),
}

/// What the tagged OK of a command changes, or the conversation that the command is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    None,
    /// APPEND and REPLACE change nothing in the session.
    Upload(Box<Upload>),
    /// With what answers the first challenge, or goes with the command if the server accepts that (RFC 4959).
    Authenticate(Option<Box<InitialResponse>>),
    Login,
    Select {
        mailbox: Box<MailboxArgument>,
        read_only: bool,
    },
    Enable {
        /// The first name that may change what is said in a way that is not understood.
        unknown: Option<Box<Box<str>>>,
    },
    Deselect,
    Idle,
    StartTls,
    Compress,
    Logout,
    Unauthenticate,
    /// NOTIFY, and what it makes of the news of the selected mailbox.
    Notify(MailboxNews),
}

impl Effect {
    /// ENABLE of these names.
    pub(super) fn enabling(names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut names = names.into_iter();
        let unknown = names.find(|name| !KnownExtension::may_enable(name.as_ref()));
        Self::Enable {
            unknown: unknown.map(|name| Box::new(name.as_ref().into())),
        }
    }
}

impl Profile {
    pub(super) fn new(row: Row, effect: Effect) -> Self {
        // What is sent early is answered after the command that makes the session.
        let makes_session = row.exhibits.has(Behaviors::MAKES_SESSION);
        let is_answered = match row.answers == Answers::NONE || makes_session {
            true => Behaviors::NONE,
            false => Behaviors::IS_ANSWERED,
        };
        Self {
            verb: Cow::Borrowed(row.verb),
            answers: row.answers,
            imposes: row.imposes | always_imposed(&effect),
            exhibits: row.exhibits | is_answered,
            allowed: row.allowed,
            names_numbers: true,
            effect,
            divisible: false,
            change: None,
            about: About::Anything,
        }
    }

    pub(super) fn plain(row: Row) -> Self {
        Self::new(row, Effect::None)
    }

    /// SEARCH, SORT, THREAD. A UID SEARCH may still name messages by sequence number (RFC 9051 section 5.5).
    pub(super) fn searching(row: Row, names_numbers: bool, reads_flags: bool) -> Self {
        let mut profile = Self::plain(row);
        profile.names_numbers = names_numbers;
        if names_numbers {
            profile.imposes = profile.imposes | Requirements::STABLE_NUMBERS;
        }
        if reads_flags {
            profile.reads_flags();
        }
        profile
    }

    /// FETCH, for these items.
    pub(super) fn fetching(
        row: Row,
        messages: MessageRanges,
        items: Answers,
        sets_seen: bool,
    ) -> Self {
        let mut profile = Self::plain(row);
        profile.answers = row.answers | items;
        profile.about = About::Messages(Scope::new(messages, row.is_by_uid()));
        // RFC 9051 section 6.4.5: a body that is not peeked at.
        if sets_seen {
            profile.change = Some(FlagChange::SEEN);
            profile.imposes = profile.imposes | Requirements::NO_FLAG_READS;
            profile.exhibits = profile.exhibits | Behaviors::CHANGES_FLAGS;
        }
        // A change of flags changes the mod-sequence (RFC 7162 section 3.1).
        if items.has(Answers::FLAGS | Answers::MODSEQ) {
            profile.reads_flags();
        }
        profile
    }

    /// STORE.
    pub(super) fn storing(row: Row, messages: MessageRanges, change: FlagChange) -> Self {
        let mut profile = Self::plain(row);
        profile.about = About::Messages(Scope::new(messages, row.is_by_uid()));
        profile.change = Some(change);
        profile
    }

    fn reads_flags(&mut self) {
        self.imposes = self.imposes | Requirements::NO_FLAG_CHANGES;
        self.exhibits = self.exhibits | Behaviors::READS_FLAGS;
    }

    /// Whether it carries credentials.
    pub(crate) const fn is_secret(&self) -> bool {
        matches!(self.effect, Effect::Login | Effect::Authenticate(_))
    }

    /// A command whose answer names this mailbox.
    pub(super) fn naming(row: Row, name: &MailboxArgument) -> Self {
        let mut profile = Self::plain(row);
        profile.about = About::Mailboxes(ToldMailboxes::one(name));
        profile
    }

    /// LIST, with nothing but lines of LIST for an answer.
    pub(super) fn listing<'a>(
        reference: &[u8],
        patterns: impl IntoIterator<Item = &'a [u8]>,
    ) -> Self {
        let mut profile = Self::plain(table::LIST);
        profile.about = About::Mailboxes(ToldMailboxes::listed(reference, patterns));
        profile
    }

    /// FETCH, STORE: the messages.
    pub(crate) const fn scope(&self) -> Option<&Scope> {
        match &self.about {
            About::Messages(scope) => Some(scope),
            About::Anything | About::Mailboxes(_) => None,
        }
    }

    /// The mailboxes that its answer names, if it names any and they are known.
    pub(crate) const fn told(&self) -> Option<&ToldMailboxes> {
        match &self.about {
            About::Mailboxes(told) => Some(told),
            About::Anything | About::Messages(_) => None,
        }
    }

    /// Whether an answer that names this mailbox may be for this command.
    pub(crate) fn may_be_about(&self, mailbox: &[u8]) -> bool {
        self.told().is_none_or(|told| told.may_be(mailbox))
    }

    /// Lets the command be sent before the session that it is for is known.
    pub(crate) fn hasten(&mut self) {
        self.imposes = self.imposes.without(Requirements::KNOWN_SESSION);
    }

    /// Whether it may be sent before the session that it is for is known.
    pub(crate) const fn is_early(&self) -> bool {
        !self.imposes.has(Requirements::KNOWN_SESSION)
    }

    /// Whether the command may be sent in this state (RFC 9051 section 6).
    pub(crate) fn allowed_in(&self, state: State) -> bool {
        match (state, self.allowed) {
            (State::Greeting, _) => false,
            (State::Logout, _) => matches!(self.effect, Effect::Logout),
            (_, Allowed::Always) => true,
            (State::NotAuthenticated, allowed) => allowed == Allowed::BeforeLogin,
            (State::Authenticated, allowed) => allowed == Allowed::AfterLogin,
            (State::Selected, allowed) => allowed != Allowed::BeforeLogin,
        }
    }

    /// Whether it names messages by sequence number.
    pub(crate) const fn uses_numbers(&self) -> bool {
        self.imposes.has(Requirements::STABLE_NUMBERS)
    }

    /// STORE or UID STORE.
    pub(super) fn is_store(&self) -> bool {
        self.answers == Answers::STORED && self.exhibits.has(Behaviors::CHANGES_FLAGS)
    }

    /// FETCH: the items by which its rows are told from those of other FETCHes.
    pub(super) fn asks_for(&self) -> Answers {
        match self.scope().is_none() || self.is_store() {
            true => Answers::NONE,
            false => self.answers.telling(),
        }
    }

    /// Whether it changes flags without a response that tells the new ones.
    pub(crate) fn is_silent(&self) -> bool {
        self.change.is_some_and(FlagChange::is_silent)
    }

    /// Whether sequence numbers mean something else after this command.
    pub(crate) const fn selects(&self) -> bool {
        matches!(self.effect, Effect::Select { .. })
    }
}

/// What every row imposes because of its effect. A command that changes the session waits for every answer, also those of
/// commands that were given up. LOGOUT does not wait for commands that were given up.
fn always_imposed(effect: &Effect) -> Requirements {
    use Requirements as R;
    const ORDINARY: R = R::FREE_WIRE
        .with(R::KNOWN_SESSION)
        .with(R::SETTLED_SESSION)
        .with(R::OWN_ANSWER);
    match effect {
        Effect::Logout => R::FREE_WIRE | R::KNOWN_SESSION,
        Effect::None | Effect::Upload(_) | Effect::Idle => ORDINARY,
        _ => ORDINARY | R::ALL_ANSWERED,
    }
}
