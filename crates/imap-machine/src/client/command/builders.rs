//! Short names for common commands.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use imap_types::auth::AuthMechanism;
use imap_types::command::{CommandBody, FetchModifier, SelectParameter, StoreModifier};
use imap_types::core::{AString, Atom, Charset, IString, NString, Vec1};
use imap_types::extensions::compress::CompressionAlgorithm;
use imap_types::extensions::enable::CapabilityEnable;
use imap_types::fetch::MacroOrMessageDataItemNames;
use imap_types::flag::{Flag, StoreResponse, StoreType};
use imap_types::mailbox::Mailbox;
use imap_types::search::SearchKey;
use imap_types::sequence::SequenceSet;
use imap_types::status::StatusDataItemName;

use super::argument::InvalidArgument;
use super::form::{Command, Form};
use super::mailbox_argument::{MailboxArgument, Spelling, Spellings};
use super::raw::RawCommand;
use super::typed::TypedCommand;
use crate::client::answers::{
    Copied, Counted, Done, Enabled, Fetched, Found, Identified, Listed, Selected,
};

pub(super) type Checked<A> = Result<TypedCommand<A>, InvalidArgument>;

impl Command {
    /// `CAPABILITY` (RFC 9051 section 6.1.1).
    #[must_use]
    pub fn capability() -> TypedCommand<Done> {
        typed(CommandBody::Capability)
    }

    /// `NOOP` (section 6.1.2).
    #[must_use]
    pub fn noop() -> TypedCommand<Done> {
        typed(CommandBody::Noop)
    }

    /// `LOGOUT` (section 6.1.3).
    #[must_use]
    pub fn logout() -> TypedCommand<Done> {
        typed(CommandBody::Logout)
    }

    /// `STARTTLS` (section 6.2.1). Ends when the adapter says that TLS is in place.
    #[must_use]
    pub fn starttls() -> TypedCommand<Done> {
        typed(CommandBody::StartTLS)
    }

    /// `COMPRESS DEFLATE` (RFC 4978). Ends when the adapter says that the layer is in place.
    #[must_use]
    pub fn compress() -> TypedCommand<Done> {
        let algorithm = CompressionAlgorithm::Deflate;
        typed(CommandBody::Compress { algorithm })
    }

    /// `LOGIN` (section 6.2.3).
    pub fn login(user: &str, password: &str) -> Checked<Done> {
        let body = CommandBody::login(text(user)?, text(password)?);
        body.map(typed).map_err(|_| InvalidArgument::Nul)
    }

    /// `AUTHENTICATE` (section 6.2.2). The initial response is sent with the command if the server accepts that (RFC 4959).
    /// Otherwise it answers the server's first challenge, which is empty.
    #[must_use]
    pub fn authenticate(
        mechanism: AuthMechanism<'static>,
        initial: Option<Vec<u8>>,
    ) -> TypedCommand<Done> {
        match initial {
            Some(initial) => typed(CommandBody::authenticate_with_ir(mechanism, initial)),
            None => typed(CommandBody::authenticate(mechanism)),
        }
    }

    /// `AUTHENTICATE PLAIN` (RFC 4616).
    pub fn authenticate_plain(user: &str, password: &str) -> Checked<Done> {
        if user.contains('\0') || password.contains('\0') {
            return Err(InvalidArgument::Nul);
        }
        let message = alloc::format!("\0{user}\0{password}").into_bytes();
        Ok(Self::authenticate(AuthMechanism::Plain, Some(message)))
    }

    /// `ID` (RFC 2971): who we are, as names and values. NIL if there are none.
    pub fn id<'a>(about_us: impl IntoIterator<Item = (&'a str, &'a str)>) -> Checked<Identified> {
        let mut parameters = Vec::new();
        for (name, value) in about_us {
            let name = IString::try_from(String::from(name));
            let value = NString::try_from(String::from(value));
            let (Ok(name), Ok(value)) = (name, value) else {
                return Err(InvalidArgument::Nul);
            };
            parameters.push((name, value));
        }
        let parameters = (!parameters.is_empty()).then_some(parameters);
        Ok(typed(CommandBody::Id { parameters }))
    }

    /// `ENABLE` (section 6.3.1), of an [`KnownExtension`](crate::client::KnownExtension) or one that changes nothing in what is said.
    /// [`send`](crate::client::ClientConnection::send) refuses others.
    pub fn enable(names: impl IntoIterator<Item = impl AsRef<str>>) -> Checked<Enabled> {
        let mut capabilities = Vec::new();
        for name in names {
            let name = Atom::try_from(name.as_ref().to_string());
            let name = name.map_err(|_| InvalidArgument::NotAnAtom)?;
            capabilities.push(CapabilityEnable::from(name));
        }
        let capabilities = Vec1::try_from(capabilities).map_err(|_| InvalidArgument::Empty)?;
        Ok(typed(CommandBody::Enable { capabilities }))
    }

    /// `SELECT` (section 6.3.2).
    pub fn select(name: impl Into<MailboxArgument>) -> Checked<Selected> {
        Self::select_with(name, Vec::new())
    }

    /// `SELECT` with parameters: CONDSTORE, QRESYNC (RFC 7162).
    pub fn select_with(
        name: impl Into<MailboxArgument>,
        parameters: Vec<SelectParameter>,
    ) -> Checked<Selected> {
        named(name, |mailbox| CommandBody::Select {
            mailbox,
            parameters,
        })
    }

    /// `EXAMINE` (section 6.3.3): SELECT, read-only.
    pub fn examine(name: impl Into<MailboxArgument>) -> Checked<Selected> {
        named(name, |mailbox| CommandBody::Examine {
            mailbox,
            parameters: Vec::new(),
        })
    }

    /// `CREATE` (section 6.3.4).
    pub fn create(name: impl Into<MailboxArgument>) -> Checked<Done> {
        named(name, |mailbox| CommandBody::Create { mailbox })
    }

    /// `DELETE` (section 6.3.5).
    pub fn delete(name: impl Into<MailboxArgument>) -> Checked<Done> {
        named(name, |mailbox| CommandBody::Delete { mailbox })
    }

    /// `RENAME` (section 6.3.6).
    pub fn rename(
        from: impl Into<MailboxArgument>,
        to: impl Into<MailboxArgument>,
    ) -> Checked<Done> {
        let ((from, one), (to, other)) = (argument(from)?, argument(to)?);
        let body = CommandBody::Rename { from, to };
        Ok(spelled(body, Spellings::of([one, other])))
    }

    /// `SUBSCRIBE` (section 6.3.7).
    pub fn subscribe(name: impl Into<MailboxArgument>) -> Checked<Done> {
        named(name, |mailbox| CommandBody::Subscribe { mailbox })
    }

    /// `UNSUBSCRIBE` (section 6.3.8).
    pub fn unsubscribe(name: impl Into<MailboxArgument>) -> Checked<Done> {
        named(name, |mailbox| CommandBody::Unsubscribe { mailbox })
    }

    /// `LIST` (section 6.3.9), in its basic form.
    pub fn list(
        reference: impl Into<MailboxArgument>,
        pattern: impl Into<MailboxArgument>,
    ) -> Checked<Listed> {
        let (reference, one) = argument(reference)?;
        let (mailbox_wildcard, other) = pattern.into().into_pattern()?;
        let body = CommandBody::List {
            reference,
            mailbox_wildcard,
        };
        Ok(spelled(body, Spellings::of([one, other])))
    }

    /// `LSUB` (RFC 3501 section 6.3.9): LIST of subscribed mailboxes.
    pub fn lsub(
        reference: impl Into<MailboxArgument>,
        pattern: impl Into<MailboxArgument>,
    ) -> Checked<Listed> {
        let (reference, one) = argument(reference)?;
        let (mailbox_wildcard, other) = pattern.into().into_pattern()?;
        let body = CommandBody::Lsub {
            reference,
            mailbox_wildcard,
        };
        Ok(spelled(body, Spellings::of([one, other])))
    }

    /// `STATUS` (section 6.3.11).
    pub fn status(
        name: impl Into<MailboxArgument>,
        items: impl Into<Vec<StatusDataItemName>>,
    ) -> Checked<Counted> {
        let items = items.into();
        if items.is_empty() {
            return Err(InvalidArgument::Empty);
        }
        named(name, |mailbox| CommandBody::Status {
            mailbox,
            item_names: items.into(),
        })
    }

    /// `NAMESPACE` (section 6.3.10).
    #[must_use]
    pub fn namespace() -> Self {
        CommandBody::Namespace.into()
    }

    /// `IDLE` (section 6.3.13, RFC 2177). It ends with [`done`](crate::client::ClientConnection::done), when another command has to
    /// be sent, when its time is up, or when the server ends it.
    #[must_use]
    pub fn idle() -> Self {
        CommandBody::Idle.into()
    }

    /// `CLOSE` (section 6.4.1): expunges, then leaves the mailbox.
    #[must_use]
    pub fn close() -> TypedCommand<Done> {
        typed(CommandBody::Close)
    }

    /// `UNSELECT` (section 6.4.2): leaves the mailbox.
    #[must_use]
    pub fn unselect() -> TypedCommand<Done> {
        typed(CommandBody::Unselect)
    }

    /// `EXPUNGE` (section 6.4.3).
    #[must_use]
    pub fn expunge() -> TypedCommand<Done> {
        typed(CommandBody::Expunge)
    }

    /// `UID EXPUNGE` (section 6.4.9).
    pub fn uid_expunge(uids: &str) -> Checked<Done> {
        let sequence_set = set(uids)?;
        Ok(typed(CommandBody::ExpungeUid { sequence_set }))
    }

    /// `SEARCH` (section 6.4.4): answers with sequence numbers.
    ///
    /// If it looks for text that is not ASCII, it says `CHARSET UTF-8`, except when IMAP4rev2 or UTF8=ACCEPT is enabled, where that
    /// goes without saying and must not be said (RFC 9755 section 3). A server that cannot search in UTF-8 refuses with `BADCHARSET`,
    /// as Exchange does: [`search_in`](Self::search_in) is for that.
    pub fn search(criteria: Vec<SearchKey<'static>>) -> Checked<Found> {
        search(None, criteria, false)
    }

    /// `SEARCH CHARSET`: the text in the criteria is in this charset. The caller has encoded it.
    ///
    /// After `BADCHARSET (US-ASCII)` only words that are ASCII can be looked for. Nothing here leaves out letters or words by itself: that
    /// would find other messages than those that were asked for.
    pub fn search_in(charset: &str, criteria: Vec<SearchKey<'static>>) -> Checked<Found> {
        search(Some(charset), criteria, false)
    }

    /// `UID SEARCH` (section 6.4.9): answers with UIDs. See [`search`](Self::search) for text that is not ASCII.
    pub fn uid_search(criteria: Vec<SearchKey<'static>>) -> Checked<Found> {
        search(None, criteria, true)
    }

    /// `UID SEARCH CHARSET`: see [`search_in`](Self::search_in).
    pub fn uid_search_in(charset: &str, criteria: Vec<SearchKey<'static>>) -> Checked<Found> {
        search(Some(charset), criteria, true)
    }

    /// `FETCH` (section 6.4.5).
    pub fn fetch(
        numbers: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Checked<Fetched> {
        fetch(numbers, items.into(), false, Vec::new())
    }

    /// `UID FETCH` (section 6.4.9).
    pub fn uid_fetch(
        uids: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Checked<Fetched> {
        fetch(uids, items.into(), true, Vec::new())
    }

    /// `UID FETCH` with modifiers: CHANGEDSINCE, VANISHED (RFC 7162).
    pub fn uid_fetch_with(
        uids: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
        modifiers: Vec<FetchModifier>,
    ) -> Checked<Fetched> {
        fetch(uids, items.into(), true, modifiers)
    }

    /// `STORE` (section 6.4.6).
    pub fn store(numbers: &str, kind: StoreType, flags: Vec<Flag<'static>>) -> Checked<Fetched> {
        store(
            numbers,
            kind,
            StoreResponse::Answer,
            flags,
            false,
            Vec::new(),
        )
    }

    /// `STORE ....SILENT`: the server need not tell the new flags (section 6.4.6).
    pub fn store_silent(
        numbers: &str,
        kind: StoreType,
        flags: Vec<Flag<'static>>,
    ) -> Checked<Fetched> {
        store(
            numbers,
            kind,
            StoreResponse::Silent,
            flags,
            false,
            Vec::new(),
        )
    }

    /// `UID STORE` (section 6.4.9).
    pub fn uid_store(uids: &str, kind: StoreType, flags: Vec<Flag<'static>>) -> Checked<Fetched> {
        store(uids, kind, StoreResponse::Answer, flags, true, Vec::new())
    }

    /// `UID STORE ....SILENT` (sections 6.4.6 and 6.4.9).
    pub fn uid_store_silent(
        uids: &str,
        kind: StoreType,
        flags: Vec<Flag<'static>>,
    ) -> Checked<Fetched> {
        store(uids, kind, StoreResponse::Silent, flags, true, Vec::new())
    }

    /// `UID STORE` with modifiers: UNCHANGEDSINCE (RFC 7162).
    pub fn uid_store_with(
        uids: &str,
        kind: StoreType,
        flags: Vec<Flag<'static>>,
        modifiers: Vec<StoreModifier>,
    ) -> Checked<Fetched> {
        store(uids, kind, StoreResponse::Answer, flags, true, modifiers)
    }

    /// `COPY` (section 6.4.7).
    pub fn copy(numbers: &str, to: impl Into<MailboxArgument>) -> Checked<Copied> {
        let sequence_set = set(numbers)?;
        named(to, |mailbox| CommandBody::Copy {
            sequence_set,
            mailbox,
            uid: false,
        })
    }

    /// `UID COPY` (section 6.4.9).
    pub fn uid_copy(uids: &str, to: impl Into<MailboxArgument>) -> Checked<Copied> {
        let sequence_set = set(uids)?;
        named(to, |mailbox| CommandBody::Copy {
            sequence_set,
            mailbox,
            uid: true,
        })
    }

    /// `MOVE` (section 6.4.8).
    pub fn r#move(numbers: &str, to: impl Into<MailboxArgument>) -> Checked<Copied> {
        let sequence_set = set(numbers)?;
        named(to, |mailbox| CommandBody::Move {
            sequence_set,
            mailbox,
            uid: false,
        })
    }

    /// `UID MOVE` (section 6.4.9).
    pub fn uid_move(uids: &str, to: impl Into<MailboxArgument>) -> Checked<Copied> {
        let sequence_set = set(uids)?;
        named(to, |mailbox| CommandBody::Move {
            sequence_set,
            mailbox,
            uid: true,
        })
    }

    /// Any command: `verb`, then its arguments, added one by one.
    pub fn raw(verb: &str) -> Result<RawCommand, InvalidArgument> {
        RawCommand::new(verb)
    }
}

fn typed<A>(body: CommandBody<'static>) -> TypedCommand<A> {
    TypedCommand::new(body)
}

fn text(value: &str) -> Result<AString<'static>, InvalidArgument> {
    AString::try_from(String::from(value)).map_err(|_| InvalidArgument::Nul)
}

fn argument(
    name: impl Into<MailboxArgument>,
) -> Result<(Mailbox<'static>, Spelling), InvalidArgument> {
    name.into().into_argument()
}

/// A command about one mailbox.
fn named<A>(
    name: impl Into<MailboxArgument>,
    body: impl FnOnce(Mailbox<'static>) -> CommandBody<'static>,
) -> Checked<A> {
    let (mailbox, spelling) = argument(name)?;
    Ok(spelled(body(mailbox), Spellings::of([spelling])))
}

fn spelled<A>(body: CommandBody<'static>, names: Spellings) -> TypedCommand<A> {
    let form = Form::Body(body);
    TypedCommand::new(Command { form, names })
}

fn set(numbers: &str) -> Result<SequenceSet, InvalidArgument> {
    SequenceSet::try_from(numbers).map_err(|_| InvalidArgument::NotASet)
}

fn search(charset: Option<&str>, criteria: Vec<SearchKey<'static>>, uid: bool) -> Checked<Found> {
    let criteria = Vec1::try_from(criteria).map_err(|_| InvalidArgument::Empty)?;
    let charset = charset.map(|name| Charset::try_from(name.to_string()));
    let charset = charset
        .transpose()
        .map_err(|_| InvalidArgument::NotAnAtom)?;
    Ok(typed(CommandBody::search(charset, criteria, uid)))
}

fn fetch(
    numbers: &str,
    macro_or_item_names: MacroOrMessageDataItemNames<'static>,
    uid: bool,
    modifiers: Vec<FetchModifier>,
) -> Checked<Fetched> {
    if let MacroOrMessageDataItemNames::MessageDataItemNames(names) = &macro_or_item_names {
        if names.is_empty() {
            return Err(InvalidArgument::Empty);
        }
    }
    let sequence_set = set(numbers)?;
    Ok(typed(CommandBody::Fetch {
        sequence_set,
        macro_or_item_names,
        uid,
        modifiers,
    }))
}

fn store(
    numbers: &str,
    kind: StoreType,
    response: StoreResponse,
    flags: Vec<Flag<'static>>,
    uid: bool,
    modifiers: Vec<StoreModifier>,
) -> Checked<Fetched> {
    let sequence_set = set(numbers)?;
    Ok(typed(CommandBody::Store {
        sequence_set,
        kind,
        response,
        flags,
        uid,
        modifiers,
    }))
}
