//! What a command needs, what it changes and what it answers: one table for all commands.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use core::ops::{BitAnd, BitOr};

use imap_types::command::{CommandBody, FetchModifier};
use imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItemName};
use imap_types::mailbox::Mailbox;
use imap_types::search::SearchKey;

use super::{Command, FlagChange, Form, RawCommand, Scope, scope};
use crate::State;

/// What there is to know about a command besides its octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) verb: Cow<'static, str>,
    pub(crate) effect: Effect,
    pub(crate) answers: Answers,
    pub(crate) traits: Traits,
    /// FETCH, STORE: which messages.
    pub(crate) scope: Option<Scope>,
    /// What happens to the flags of those messages.
    pub(crate) change: Option<FlagChange>,
    /// STATUS: which mailbox, since its answer says so.
    pub(crate) mailbox: Option<Mailbox<'static>>,
}

/// What the tagged OK of a command changes, and what it has of a protocol of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    None,
    Authenticate,
    Login,
    Select { mailbox: String, read_only: bool },
    Deselect,
    Idle,
    StartTls,
    Compress,
    Logout,
    Unauthenticate,
}

/// Traits that matter to other commands (RFC 9051 section 5.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Traits(u16);

impl Traits {
    pub(crate) const NONE: Self = Self(0);
    /// Has the wire for itself.
    pub(crate) const BARRIER: Self = Self(1);
    /// Names messages by sequence number.
    pub(crate) const USES_NUMBERS: Self = Self(2);
    /// The server may send EXPUNGE while it is in progress.
    pub(crate) const MAY_RENUMBER: Self = Self(4);
    /// Changes flags of the messages in its scope.
    pub(crate) const CHANGES_FLAGS: Self = Self(8);
    /// Only allowed with a mailbox selected.
    pub(crate) const NEEDS_SELECTED: Self = Self(16);
    /// Carries credentials.
    pub(crate) const CREDENTIALS: Self = Self(32);
    /// Allowed in any state after the greeting.
    pub(crate) const ANY_STATE: Self = Self(64);
    /// Allowed before authentication only.
    pub(crate) const BEFORE_LOGIN: Self = Self(128);
    /// Its answer depends on flags, of the messages in its scope or of any.
    pub(crate) const READS_FLAGS: Self = Self(256);

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Traits {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Kinds of untagged data, as a set: what a command may be answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Answers(u32);

impl Answers {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const CAPABILITY: Self = Self(1);
    pub(crate) const LIST: Self = Self(1 << 1);
    pub(crate) const LSUB: Self = Self(1 << 2);
    pub(crate) const STATUS: Self = Self(1 << 3);
    pub(crate) const SEARCH: Self = Self(1 << 4);
    pub(crate) const SORT: Self = Self(1 << 5);
    pub(crate) const THREAD: Self = Self(1 << 6);
    pub(crate) const ENABLED: Self = Self(1 << 7);
    pub(crate) const QUOTA: Self = Self(1 << 8);
    pub(crate) const ID: Self = Self(1 << 9);
    pub(crate) const METADATA: Self = Self(1 << 10);
    pub(crate) const NAMESPACE: Self = Self(1 << 11);
    pub(crate) const EXPUNGE: Self = Self(1 << 12);
    /// FLAGS, EXISTS, RECENT and the codes of SELECT.
    pub(crate) const MAILBOX: Self = Self(1 << 13);
    /// A line that cannot be read.
    pub(crate) const UNRECOGNIZED: Self = Self(1 << 14);
    /// `VANISHED (EARLIER)` (RFC 7162 section 3.2.10.1).
    pub(crate) const EARLIER: Self = Self(1 << 15);
    // From here on: items of FETCH.
    pub(crate) const UID: Self = Self(1 << 16);
    pub(crate) const FLAGS: Self = Self(1 << 17);
    pub(crate) const MODSEQ: Self = Self(1 << 18);
    pub(crate) const SIZE: Self = Self(1 << 19);
    pub(crate) const DATE: Self = Self(1 << 20);
    pub(crate) const ENVELOPE: Self = Self(1 << 21);
    pub(crate) const STRUCTURE: Self = Self(1 << 22);
    pub(crate) const SECTION: Self = Self(1 << 23);
    pub(crate) const OTHER_ITEM: Self = Self(1 << 24);

    const ITEMS: Self = Self(0x1ff << 16);
    pub(crate) const ALL: Self = Self(u32::MAX);

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn is_fetch(self) -> bool {
        self.has(Self::ITEMS)
    }

    /// Items that tell one FETCH from another: UID comes with all of them.
    pub(crate) fn telling(self) -> Self {
        let items = self & Self::ITEMS;
        match Self(items.0 & !Self::UID.0) {
            Self::NONE => items,
            telling => telling,
        }
    }

    pub(crate) const fn count(self) -> u32 {
        self.0.count_ones()
    }
}

impl BitOr for Answers {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Answers {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Profile {
    pub(crate) fn new(command: &Command) -> Self {
        let (effect, answers, traits, scope) = match &command.0 {
            Form::Body(body) | Form::Supplied { body, .. } => {
                let (answers, traits) = classify(body);
                (effect(body), answers, traits, scope(body))
            }
            Form::Raw(raw) => {
                let effect = raw_effect(raw);
                // Nothing is known about it, so it shares the wire with nobody.
                let traits = Traits::BARRIER | Traits::MAY_RENUMBER | Traits::ANY_STATE;
                let secret = match effect {
                    Effect::Login | Effect::Authenticate => Traits::CREDENTIALS,
                    _ => Traits::NONE,
                };
                let traits = traits | secret | raw_numbers(raw);
                (effect, Answers::ALL, traits, None)
            }
        };
        Self {
            verb: verb(command),
            effect,
            answers,
            traits,
            scope,
            change: change(command, traits),
            mailbox: match &command.0 {
                Form::Body(CommandBody::Status { mailbox, .. }) => Some(mailbox.clone()),
                _ => None,
            },
        }
    }

    /// Whether the answer of this command says that it is about another mailbox than `other`.
    pub(crate) fn is_elsewhere(&self, other: &Mailbox<'_>) -> bool {
        let mailbox = self.mailbox.as_ref();
        mailbox.is_some_and(|mailbox| wire_name(mailbox) != wire_name(other))
    }

    /// Whether the command may be sent in this state (RFC 9051 section 6).
    pub(crate) fn allowed_in(&self, state: State) -> bool {
        match state {
            State::Greeting => false,
            State::Logout => matches!(self.effect, Effect::Logout),
            _ if self.traits.has(Traits::ANY_STATE) => true,
            State::NotAuthenticated => self.traits.has(Traits::BEFORE_LOGIN),
            _ if self.traits.has(Traits::BEFORE_LOGIN) => false,
            State::Authenticated => !self.traits.has(Traits::NEEDS_SELECTED),
            State::Selected => true,
        }
    }

    /// STORE or UID STORE.
    pub(crate) fn is_store(&self) -> bool {
        self.answers == Answers::FLAGS | Answers::MODSEQ | Answers::UID
            && self.traits.has(Traits::CHANGES_FLAGS)
    }

    pub(crate) fn is_uid_store(&self) -> bool {
        self.is_store() && !self.traits.has(Traits::USES_NUMBERS)
    }

    /// Whether flags change without a word of the server.
    pub(crate) fn is_silent(&self) -> bool {
        self.change.is_some_and(FlagChange::is_silent)
    }

    /// Whether numbering begins anew with this command.
    pub(crate) const fn selects(&self) -> bool {
        matches!(self.effect, Effect::Select { .. })
    }
}

pub(super) fn verb(command: &Command) -> Cow<'static, str> {
    match &command.0 {
        Form::Raw(raw) => Cow::Owned(raw.verb().to_string()),
        Form::Body(body) | Form::Supplied { body, .. } => Cow::Borrowed(match body {
            CommandBody::Fetch { uid: true, .. } => "UID FETCH",
            CommandBody::Store { uid: true, .. } => "UID STORE",
            CommandBody::Copy { uid: true, .. } => "UID COPY",
            CommandBody::Move { uid: true, .. } => "UID MOVE",
            CommandBody::Search { uid: true, .. } => "UID SEARCH",
            CommandBody::Sort { uid: true, .. } => "UID SORT",
            CommandBody::Thread { uid: true, .. } => "UID THREAD",
            CommandBody::ExpungeUid { .. } => "UID EXPUNGE",
            body => body.name(),
        }),
    }
}

fn effect(body: &CommandBody<'static>) -> Effect {
    match body {
        CommandBody::Authenticate { .. } => Effect::Authenticate,
        CommandBody::Login { .. } => Effect::Login,
        CommandBody::Select { mailbox, .. } => select(mailbox, false),
        CommandBody::Examine { mailbox, .. } => select(mailbox, true),
        CommandBody::Close | CommandBody::Unselect => Effect::Deselect,
        CommandBody::Idle => Effect::Idle,
        CommandBody::StartTLS => Effect::StartTls,
        CommandBody::Compress { .. } => Effect::Compress,
        CommandBody::Logout => Effect::Logout,
        _ => Effect::None,
    }
}

/// A command written by hand changes what any other of that name changes.
fn raw_effect(raw: &RawCommand) -> Effect {
    let select = |read_only| Effect::Select {
        mailbox: readable_name(raw.first_argument()),
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
        _ => Effect::None,
    }
}

/// Nor does it name messages otherwise.
fn raw_numbers(raw: &RawCommand) -> Traits {
    match raw.verb() {
        "FETCH" | "STORE" | "COPY" | "MOVE" => Traits::USES_NUMBERS,
        _ => Traits::NONE,
    }
}

/// The name without regard to how it was written: atom, quoted or literal.
fn wire_name<'a>(mailbox: &'a Mailbox<'_>) -> &'a [u8] {
    match mailbox {
        Mailbox::Inbox => b"INBOX",
        Mailbox::Other(name) => name.as_ref(),
    }
}

fn select(mailbox: &Mailbox<'static>, read_only: bool) -> Effect {
    let mailbox = readable_name(String::from_utf8_lossy(wire_name(mailbox)).into_owned());
    Effect::Select { mailbox, read_only }
}

fn readable_name(wire: String) -> String {
    crate::codec::decode_mailbox_name(&wire).unwrap_or(wire)
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

fn change(command: &Command, traits: Traits) -> Option<FlagChange> {
    match &command.0 {
        Form::Body(CommandBody::Store {
            kind,
            response,
            flags,
            ..
        }) => Some(FlagChange::of_store(*kind, *response, flags)),
        Form::Body(_) if traits.has(Traits::CHANGES_FLAGS) => Some(FlagChange::SEEN),
        Form::Raw(raw) => FlagChange::of_raw(raw),
        _ => None,
    }
}

/// Whether the command names messages by number at all: a SEARCH may do without.
pub(crate) fn names_numbers(command: &Command) -> bool {
    match &command.0 {
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

/// What criteria add to a command: one that answers with UIDs may still ask by number (RFC 9051 section 5.5).
fn searching(body: &CommandBody<'static>) -> Traits {
    let criteria = criteria(body).unwrap_or_default();
    let numbers = match scope::names_numbers(criteria) {
        true => Traits::USES_NUMBERS,
        false => Traits::NONE,
    };
    match scope::reads_flags(criteria) {
        true => numbers | Traits::READS_FLAGS,
        false => numbers,
    }
}

/// What a command is answered with, and its traits. FETCH, STORE and SEARCH by number are the only ones
/// during which numbers stay as they are (RFC 9051 section 7.5.1).
fn classify(body: &CommandBody<'static>) -> (Answers, Traits) {
    use Answers as A;
    use Traits as T;
    let by_number = |uid: bool| match uid {
        true => T::MAY_RENUMBER | T::NEEDS_SELECTED,
        false => T::USES_NUMBERS | T::NEEDS_SELECTED,
    };
    let on_messages = |uid: bool| by_number(uid) | T::MAY_RENUMBER;
    match body {
        CommandBody::Capability => (A::CAPABILITY, T::ANY_STATE | T::MAY_RENUMBER),
        CommandBody::Noop => (A::NONE, T::ANY_STATE | T::MAY_RENUMBER),
        CommandBody::Id { .. } => (A::ID, T::ANY_STATE | T::MAY_RENUMBER),
        CommandBody::Logout | CommandBody::Compress { .. } => {
            (A::NONE, T::ANY_STATE | T::BARRIER | T::MAY_RENUMBER)
        }
        CommandBody::StartTLS => (A::NONE, T::BARRIER | T::BEFORE_LOGIN),
        CommandBody::Authenticate { .. } | CommandBody::Login { .. } => {
            (A::CAPABILITY, T::BARRIER | T::BEFORE_LOGIN | T::CREDENTIALS)
        }
        CommandBody::Select { .. } | CommandBody::Examine { .. } => {
            (A::ALL, T::BARRIER | T::MAY_RENUMBER)
        }
        CommandBody::Close | CommandBody::Unselect => {
            (A::NONE, T::BARRIER | T::NEEDS_SELECTED | T::MAY_RENUMBER)
        }
        CommandBody::Idle => (A::NONE, T::BARRIER | T::MAY_RENUMBER),
        CommandBody::List { .. } => (A::LIST, T::MAY_RENUMBER),
        CommandBody::Lsub { .. } => (A::LSUB, T::MAY_RENUMBER),
        CommandBody::Status { .. } => (A::STATUS, T::MAY_RENUMBER),
        CommandBody::Enable { .. } => (A::ENABLED, T::BARRIER | T::MAY_RENUMBER),
        CommandBody::GetQuota { .. }
        | CommandBody::GetQuotaRoot { .. }
        | CommandBody::SetQuota { .. } => (A::QUOTA, T::MAY_RENUMBER),
        CommandBody::GetMetadata { .. } => (A::METADATA, T::MAY_RENUMBER),
        CommandBody::Namespace => (A::NAMESPACE, T::MAY_RENUMBER),
        CommandBody::Check => (A::NONE, T::MAY_RENUMBER | T::NEEDS_SELECTED),
        CommandBody::Expunge | CommandBody::ExpungeUid { .. } => {
            (A::EXPUNGE, T::MAY_RENUMBER | T::NEEDS_SELECTED)
        }
        CommandBody::Search { uid, .. } => (A::SEARCH, by_number(*uid) | searching(body)),
        // SORT and THREAD are not in the list of RFC 9051 section 7.5.1.
        CommandBody::Sort { uid, .. } => (A::SORT, on_messages(*uid) | searching(body)),
        CommandBody::Thread { uid, .. } => (A::THREAD, on_messages(*uid) | searching(body)),
        CommandBody::Copy { uid, .. } => (A::NONE, on_messages(*uid)),
        CommandBody::Move { uid, .. } => (A::EXPUNGE, on_messages(*uid)),
        CommandBody::Fetch {
            uid,
            macro_or_item_names,
            modifiers,
            ..
        } => {
            let (answers, traits) = fetching(macro_or_item_names, modifiers);
            (answers, by_number(*uid) | traits)
        }
        CommandBody::Store { uid, .. } => (
            A::FLAGS | A::MODSEQ | A::UID,
            by_number(*uid) | T::CHANGES_FLAGS,
        ),
        // APPEND, CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE, SETMETADATA.
        _ => (A::NONE, T::MAY_RENUMBER),
    }
}

fn fetching(
    names: &MacroOrMessageDataItemNames<'static>,
    modifiers: &[FetchModifier],
) -> (Answers, Traits) {
    let (items, sets_seen) = items(names);
    let changes = match sets_seen {
        true => Traits::CHANGES_FLAGS,
        false => Traits::NONE,
    };
    // Whatever changes flags changes the mod-sequence (RFC 7162 section 3.1).
    let reads = match items.has(Answers::FLAGS | Answers::MODSEQ) {
        true => Traits::READS_FLAGS,
        false => Traits::NONE,
    };
    let earlier = match modifiers.contains(&FetchModifier::Vanished) {
        true => Answers::EARLIER,
        false => Answers::NONE,
    };
    (items | Answers::UID | earlier, changes | reads)
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
