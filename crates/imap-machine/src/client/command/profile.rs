//! What a command requires, what it changes and how it is answered: one table for all commands.

use alloc::borrow::Cow;
use alloc::boxed::Box;

use imap_types::command::{CommandBody, FetchModifier};
use imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItemName};
use imap_types::mailbox::Mailbox;
use imap_types::search::SearchKey;

use super::answers::Answers;
use super::behaviors::{Behaviors, Requirements};
use super::flag_change::FlagChange;
use super::form::{Command, Form};
use super::mailbox_argument::{MailboxArgument, Spellings};
use super::raw::RawCommand;
use super::scope;
use super::scope::Scope;
use crate::state::State;

/// All that matters about a command besides its octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) verb: Cow<'static, str>,
    pub(crate) effect: Effect,
    pub(crate) answers: Answers,
    pub(crate) imposes: Requirements,
    /// Its behaviors while it is open; see [`Profile::exhibits`].
    pub(super) exhibits: Behaviors,
    pub(crate) allowed: Allowed,
    /// Whether it carries credentials.
    pub(crate) secret: bool,
    /// FETCH, STORE: the messages.
    pub(crate) scope: Option<Scope>,
    /// How the flags of those messages change.
    pub(crate) change: Option<FlagChange>,
    /// STATUS: the mailbox, since the answer names it.
    pub(crate) mailbox: Option<Mailbox<'static>>,
}

/// What the tagged OK of a command changes, or the conversation that the command is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    None,
    Authenticate,
    Login,
    Select {
        mailbox: Box<MailboxArgument>,
        read_only: bool,
    },
    Enable,
    Deselect,
    Idle,
    StartTls,
    Compress,
    Logout,
    Unauthenticate,
}

/// The states in which a command may be sent (RFC 9051 section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// Any state after the greeting.
    Always,
    BeforeLogin,
    AfterLogin,
    /// Only with a mailbox selected.
    Selected,
}

impl Profile {
    pub(crate) fn new(command: &Command) -> Self {
        let (effect, class, scope) = match &command.form {
            Form::Body(body) | Form::Append { body, .. } => {
                (effect(body, command.names), classify(body), scope(body))
            }
            Form::Raw(raw) => (raw_effect(raw), raw_class(raw), None),
        };
        // What is sent early is answered after the command that makes the session.
        let makes_session = class.exhibits.has(Behaviors::MAKES_SESSION);
        let is_answered = match class.answers == Answers::NONE || makes_session {
            true => Behaviors::NONE,
            false => Behaviors::IS_ANSWERED,
        };
        Self {
            verb: command.verb(),
            answers: class.answers,
            imposes: class.imposes | always_imposed(&effect),
            exhibits: class.exhibits | is_answered,
            allowed: class.allowed,
            secret: matches!(effect, Effect::Login | Effect::Authenticate),
            effect,
            scope,
            change: change(command, class.exhibits),
            mailbox: match &command.form {
                Form::Body(CommandBody::Status { mailbox, .. }) => Some(mailbox.clone()),
                _ => None,
            },
        }
    }

    /// Whether the answer of this command names a mailbox, and one other than `other` (see [`wire_name`]).
    pub(crate) fn is_elsewhere(&self, other: &[u8]) -> bool {
        let mailbox = self.mailbox.as_ref();
        mailbox.is_some_and(|mailbox| wire_name(mailbox) != other)
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
        match self.scope.is_none() || self.is_store() {
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

fn effect(body: &CommandBody<'static>, names: Spellings) -> Effect {
    match body {
        CommandBody::Authenticate { .. } => Effect::Authenticate,
        CommandBody::Login { .. } => Effect::Login,
        CommandBody::Select { mailbox, .. } => select(mailbox, names, false),
        CommandBody::Examine { mailbox, .. } => select(mailbox, names, true),
        CommandBody::Close | CommandBody::Unselect => Effect::Deselect,
        CommandBody::Idle => Effect::Idle,
        CommandBody::StartTLS => Effect::StartTls,
        CommandBody::Compress { .. } => Effect::Compress,
        CommandBody::Logout => Effect::Logout,
        CommandBody::Enable { .. } => Effect::Enable,
        _ => Effect::None,
    }
}

/// The effect of a raw command: that of any command with the same name.
fn raw_effect(raw: &RawCommand) -> Effect {
    let select = |read_only| Effect::Select {
        mailbox: raw.mailbox_argument().into(),
        read_only,
    };
    match raw.verb() {
        "AUTHENTICATE" => Effect::Authenticate,
        "LOGIN" => Effect::Login,
        "SELECT" => select(false),
        "EXAMINE" => select(true),
        "CLOSE" | "UNSELECT" => Effect::Deselect,
        "IDLE" => Effect::Idle,
        "STARTTLS" => Effect::StartTls,
        "COMPRESS" => Effect::Compress,
        "LOGOUT" => Effect::Logout,
        "UNAUTHENTICATE" => Effect::Unauthenticate,
        "ENABLE" => Effect::Enable,
        _ => Effect::None,
    }
}

/// Nothing is known about a raw command, so it shares the wire with no other. It may name messages if its name does so.
fn raw_class(raw: &RawCommand) -> Class {
    let numbers = match raw.verb() {
        "FETCH" | "STORE" | "COPY" | "MOVE" => Requirements::STABLE_NUMBERS,
        _ => Requirements::NONE,
    };
    Class {
        answers: Answers::ALL,
        imposes: ALONE | numbers,
        exhibits: HOLDS | RENUMBERS,
        allowed: Allowed::Always,
    }
}

/// The octets of the name, however it was written: as an atom, quoted or as a literal.
pub(super) fn wire_name<'a>(mailbox: &'a Mailbox<'_>) -> &'a [u8] {
    match mailbox {
        Mailbox::Inbox => b"INBOX",
        Mailbox::Other(name) => name.as_ref(),
    }
}

fn select(mailbox: &Mailbox<'static>, names: Spellings, read_only: bool) -> Effect {
    let mailbox = MailboxArgument::of_argument(mailbox, names).into();
    Effect::Select { mailbox, read_only }
}

fn scope(body: &CommandBody<'static>) -> Option<Scope> {
    match body {
        CommandBody::Fetch {
            sequence_set, uid, ..
        }
        | CommandBody::Store {
            sequence_set, uid, ..
        } => Some(Scope::new(sequence_set, *uid)),
        _ => None,
    }
}

fn change(command: &Command, exhibits: Behaviors) -> Option<FlagChange> {
    match &command.form {
        Form::Body(CommandBody::Store {
            kind,
            response,
            flags,
            ..
        }) => Some(FlagChange::of_store(*kind, *response, flags)),
        Form::Body(_) if exhibits.has(Behaviors::CHANGES_FLAGS) => Some(FlagChange::SEEN),
        Form::Raw(raw) => FlagChange::of_raw(raw),
        _ => None,
    }
}

/// Whether the command names messages by sequence number. A SEARCH may do without.
pub(crate) fn names_numbers(command: &Command) -> bool {
    match &command.form {
        Form::Body(body) => criteria(body).is_none_or(scope::names_numbers),
        _ => true,
    }
}

/// What SEARCH, SORT and THREAD look for.
fn criteria<'a>(body: &'a CommandBody<'static>) -> Option<&'a [SearchKey<'static>]> {
    match body {
        CommandBody::Search { criteria, .. } => Some(criteria.as_ref()),
        CommandBody::Sort {
            search_criteria, ..
        }
        | CommandBody::Thread {
            search_criteria, ..
        } => Some(search_criteria.as_ref()),
        _ => None,
    }
}

/// A row of the table: what a command is answered with, imposes and exhibits, and when it is allowed.
struct Class {
    answers: Answers,
    imposes: Requirements,
    exhibits: Behaviors,
    allowed: Allowed,
}

const SHARES: Requirements = Requirements::NONE;
const ALONE: Requirements = Requirements::SILENCE;
const BY_NUMBER: Requirements = Requirements::STABLE_NUMBERS;
const NOTHING: Behaviors = Behaviors::NONE;
const RENUMBERS: Behaviors = Behaviors::MAY_RENUMBER;
const HOLDS: Behaviors = Behaviors::HOLDS_WIRE;
const MAKES: Behaviors = Behaviors::MAKES_SESSION;

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
        Effect::None | Effect::Idle => ORDINARY,
        _ => ORDINARY | R::ALL_ANSWERED,
    }
}

/// The table of all commands. Sequence numbers stay as they are only during FETCH, STORE and SEARCH by number (RFC 9051
/// section 7.5.1).
#[rustfmt::skip]
fn classify(body: &CommandBody<'static>) -> Class {
    use Allowed::{AfterLogin, Always, BeforeLogin, Selected};
    use Answers as A;
    use CommandBody as C;
    let row = |answers, imposes, exhibits, allowed| Class { answers, imposes, exhibits, allowed };
    match body {
        C::Capability                           => row(A::CAPABILITY, SHARES, RENUMBERS, Always),
        C::Noop                                 => row(A::NONE, SHARES, RENUMBERS, Always),
        C::Id { .. }                            => row(A::ID, SHARES, RENUMBERS, Always),
        C::Logout | C::Compress { .. }          => row(A::NONE, ALONE, HOLDS | RENUMBERS, Always),
        C::StartTLS                             => row(A::NONE, ALONE, HOLDS, BeforeLogin),
        C::Authenticate { .. }                  => row(A::CAPABILITY, ALONE, HOLDS, BeforeLogin),
        C::Login { .. }                         => row(A::CAPABILITY, ALONE, MAKES, BeforeLogin),
        C::Select { .. } | C::Examine { .. }    => row(A::ALL, ALONE, MAKES | RENUMBERS, AfterLogin),
        C::Close | C::Unselect                  => row(A::NONE, ALONE, HOLDS | RENUMBERS, Selected),
        C::Idle                                 => row(A::NONE, ALONE, HOLDS | RENUMBERS, AfterLogin),
        C::Enable { .. }                        => row(A::ENABLED, ALONE, HOLDS | RENUMBERS, AfterLogin),
        C::List { .. }                          => row(A::LIST, SHARES, RENUMBERS, AfterLogin),
        C::Lsub { .. }                          => row(A::LSUB, SHARES, RENUMBERS, AfterLogin),
        C::Status { .. }                        => row(A::STATUS, SHARES, RENUMBERS, AfterLogin),
        C::GetQuota { .. } | C::GetQuotaRoot { .. } | C::SetQuota { .. }
                                                => row(A::QUOTA, SHARES, RENUMBERS, AfterLogin),
        C::GetMetadata { .. }                   => row(A::METADATA, SHARES, RENUMBERS, AfterLogin),
        C::Namespace                            => row(A::NAMESPACE, SHARES, RENUMBERS, AfterLogin),
        C::Check                                => row(A::NONE, SHARES, RENUMBERS, Selected),
        C::Expunge | C::ExpungeUid { .. }       => row(A::EXPUNGE, SHARES, RENUMBERS, Selected),
        C::Search { uid, .. }                   => searching(A::SEARCH, body, renumbers_by_uid(*uid)),
        // SORT and THREAD are not in the list of RFC 9051 section 7.5.1.
        C::Sort { .. }                          => searching(A::SORT, body, RENUMBERS),
        C::Thread { .. }                        => searching(A::THREAD, body, RENUMBERS),
        C::Copy { uid, .. }                     => row(A::NONE, numbers(*uid), RENUMBERS, Selected),
        C::Move { uid, .. }                     => row(A::EXPUNGE, numbers(*uid), RENUMBERS, Selected),
        C::Fetch { uid, macro_or_item_names, modifiers, .. } => fetching(*uid, macro_or_item_names, modifiers),
        C::Store { uid, .. } => row(
            Answers::STORED,
            numbers(*uid) | Requirements::NO_FLAG_READS,
            renumbers_by_uid(*uid) | Behaviors::CHANGES_FLAGS,
            Selected,
        ),
        // APPEND, CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE, SETMETADATA.
        _                                       => row(A::NONE, SHARES, RENUMBERS, AfterLogin),
    }
}

const fn numbers(uid: bool) -> Requirements {
    match uid {
        true => SHARES,
        false => BY_NUMBER,
    }
}

/// "EXPUNGE responses are permitted while UID FETCH, UID STORE, and UID SEARCH are in progress" (RFC 9051 section 7.5.1).
const fn renumbers_by_uid(uid: bool) -> Behaviors {
    match uid {
        true => RENUMBERS,
        false => NOTHING,
    }
}

/// SEARCH, SORT, THREAD. A UID SEARCH may still name messages by sequence number (RFC 9051 section 5.5).
fn searching(answers: Answers, body: &CommandBody<'static>, renumbers: Behaviors) -> Class {
    let by_uid = matches!(
        body,
        CommandBody::Search { uid: true, .. }
            | CommandBody::Sort { uid: true, .. }
            | CommandBody::Thread { uid: true, .. }
    );
    let criteria = criteria(body).unwrap_or_default();
    let imposes = numbers(by_uid && !scope::names_numbers(criteria));
    let (imposes, exhibits) = match scope::reads_flags(criteria) {
        true => (
            imposes | Requirements::NO_FLAG_CHANGES,
            renumbers | Behaviors::READS_FLAGS,
        ),
        false => (imposes, renumbers),
    };
    Class {
        answers,
        imposes,
        exhibits,
        allowed: Allowed::Selected,
    }
}

fn fetching(
    uid: bool,
    names: &MacroOrMessageDataItemNames<'static>,
    modifiers: &[FetchModifier],
) -> Class {
    let (items, sets_seen) = items(names);
    let (mut imposes, mut exhibits) = (numbers(uid), renumbers_by_uid(uid));
    if sets_seen {
        imposes = imposes | Requirements::NO_FLAG_READS;
        exhibits = exhibits | Behaviors::CHANGES_FLAGS;
    }
    // A change of flags changes the mod-sequence (RFC 7162 section 3.1).
    if items.has(Answers::FLAGS | Answers::MODSEQ) {
        imposes = imposes | Requirements::NO_FLAG_CHANGES;
        exhibits = exhibits | Behaviors::READS_FLAGS;
    }
    let earlier = match modifiers.contains(&FetchModifier::Vanished) {
        true => Answers::EARLIER,
        false => Answers::NONE,
    };
    Class {
        answers: items | Answers::UID | earlier,
        imposes,
        exhibits,
        allowed: Allowed::Selected,
    }
}

/// The items asked for, and whether reading them sets \Seen (RFC 9051 section 6.4.5).
fn items(names: &MacroOrMessageDataItemNames<'static>) -> (Answers, bool) {
    let expanded;
    let names = match names {
        MacroOrMessageDataItemNames::Macro(short) => {
            expanded = short.expand();
            expanded.as_slice()
        }
        MacroOrMessageDataItemNames::MessageDataItemNames(names) => names.as_slice(),
    };
    names
        .iter()
        .fold((Answers::NONE, false), |(set, seen), name| {
            let (item, sets_seen) = item(name);
            (set | item, seen | sets_seen)
        })
}

fn item(name: &MessageDataItemName<'_>) -> (Answers, bool) {
    use MessageDataItemName as Name;
    match name {
        Name::Uid => (Answers::UID, false),
        Name::Flags => (Answers::FLAGS, false),
        Name::ModSeq => (Answers::MODSEQ, false),
        Name::Rfc822Size => (Answers::SIZE, false),
        Name::InternalDate => (Answers::DATE, false),
        Name::Envelope => (Answers::ENVELOPE, false),
        Name::Body | Name::BodyStructure => (Answers::STRUCTURE, false),
        Name::Rfc822Header | Name::BinarySize { .. } => (Answers::SECTION, false),
        Name::Rfc822 | Name::Rfc822Text => (Answers::SECTION, true),
        Name::BodyExt { peek, .. } | Name::Binary { peek, .. } => (Answers::SECTION, !peek),
    }
}
