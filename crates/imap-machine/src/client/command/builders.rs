//! Short names for common commands.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use imap_types::auth::AuthMechanism;
use imap_types::command::{CommandBody, FetchModifier, SelectParameter, StoreModifier};
use imap_types::core::{AString, Atom, IString, Literal, NString, Vec1};
use imap_types::datetime::DateTime;
use imap_types::extensions::binary::LiteralOrLiteral8;
use imap_types::extensions::compress::CompressionAlgorithm;
use imap_types::extensions::enable::CapabilityEnable;
use imap_types::fetch::MacroOrMessageDataItemNames;
use imap_types::flag::{Flag, StoreResponse, StoreType};
use imap_types::mailbox::{ListMailbox, Mailbox};
use imap_types::search::SearchKey;
use imap_types::sequence::SequenceSet;
use imap_types::status::StatusDataItemName;

use super::argument::InvalidArgument;
use super::form::{Command, Form};
use super::raw::RawCommand;
use super::typed::TypedCommand;
use crate::client::answers::{
    Appended, Copied, Counted, Done, Enabled, Fetched, Found, Identified, Listed, Selected,
};
use crate::codec::encode_mailbox_name;

type Checked<A> = Result<TypedCommand<A>, InvalidArgument>;

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

    /// `ENABLE` (section 6.3.1).
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
    pub fn select(name: &str) -> Checked<Selected> {
        Self::select_with(name, Vec::new())
    }

    /// `SELECT` with parameters: CONDSTORE, QRESYNC (RFC 7162).
    pub fn select_with(name: &str, parameters: Vec<SelectParameter>) -> Checked<Selected> {
        let mailbox = mailbox(name)?;
        Ok(typed(CommandBody::Select {
            mailbox,
            parameters,
        }))
    }

    /// `EXAMINE` (section 6.3.3): SELECT, read-only.
    pub fn examine(name: &str) -> Checked<Selected> {
        let mailbox = mailbox(name)?;
        let parameters = Vec::new();
        Ok(typed(CommandBody::Examine {
            mailbox,
            parameters,
        }))
    }

    /// `CREATE` (section 6.3.4).
    pub fn create(name: &str) -> Checked<Done> {
        mailbox(name).map(|mailbox| typed(CommandBody::Create { mailbox }))
    }

    /// `DELETE` (section 6.3.5).
    pub fn delete(name: &str) -> Checked<Done> {
        mailbox(name).map(|mailbox| typed(CommandBody::Delete { mailbox }))
    }

    /// `RENAME` (section 6.3.6).
    pub fn rename(from: &str, to: &str) -> Checked<Done> {
        let (from, to) = (mailbox(from)?, mailbox(to)?);
        Ok(typed(CommandBody::Rename { from, to }))
    }

    /// `SUBSCRIBE` (section 6.3.7).
    pub fn subscribe(name: &str) -> Checked<Done> {
        mailbox(name).map(|mailbox| typed(CommandBody::Subscribe { mailbox }))
    }

    /// `UNSUBSCRIBE` (section 6.3.8).
    pub fn unsubscribe(name: &str) -> Checked<Done> {
        mailbox(name).map(|mailbox| typed(CommandBody::Unsubscribe { mailbox }))
    }

    /// `LIST` (section 6.3.9), in its basic form.
    pub fn list(reference: &str, pattern: &str) -> Checked<Listed> {
        let reference = mailbox(reference)?;
        let pattern = ListMailbox::try_from(encode_mailbox_name(pattern));
        let mailbox_wildcard = pattern.map_err(|_| InvalidArgument::Nul)?;
        Ok(typed(CommandBody::List {
            reference,
            mailbox_wildcard,
        }))
    }

    /// `LSUB` (RFC 3501 section 6.3.9): LIST of subscribed mailboxes.
    pub fn lsub(reference: &str, pattern: &str) -> Checked<Listed> {
        let reference = mailbox(reference)?;
        let pattern = ListMailbox::try_from(encode_mailbox_name(pattern));
        let mailbox_wildcard = pattern.map_err(|_| InvalidArgument::Nul)?;
        Ok(typed(CommandBody::Lsub {
            reference,
            mailbox_wildcard,
        }))
    }

    /// `STATUS` (section 6.3.11).
    pub fn status(name: &str, items: impl Into<Vec<StatusDataItemName>>) -> Checked<Counted> {
        let items = items.into();
        if items.is_empty() {
            return Err(InvalidArgument::Empty);
        }
        let mailbox = mailbox(name)?;
        let item_names = items.into();
        Ok(typed(CommandBody::Status {
            mailbox,
            item_names,
        }))
    }

    /// `NAMESPACE` (section 6.3.10).
    #[must_use]
    pub fn namespace() -> Self {
        CommandBody::Namespace.into()
    }

    /// `APPEND` (section 6.3.12) of a message in memory.
    pub fn append(
        name: &str,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        message: impl Into<Vec<u8>>,
    ) -> Checked<Appended> {
        let message = Literal::try_from(message.into()).map_err(|_| InvalidArgument::Nul)?;
        append_body(name, flags, date, message).map(typed)
    }

    /// `APPEND` of a message of `size` octets that is [supplied](crate::client::ClientConnection::supply) in pieces, or written
    /// [into the output](crate::client::ClientConnection::supply_space).
    pub fn append_streamed(
        name: &str,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        size: u64,
    ) -> Checked<Appended> {
        let empty = Literal::unvalidated(Vec::new());
        let body = append_body(name, flags, date, empty)?;
        Ok(TypedCommand::new(Command(Form::Supplied { body, size })))
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
    pub fn search(criteria: Vec<SearchKey<'static>>) -> Checked<Found> {
        search(criteria, false)
    }

    /// `UID SEARCH` (section 6.4.9): answers with UIDs.
    pub fn uid_search(criteria: Vec<SearchKey<'static>>) -> Checked<Found> {
        search(criteria, true)
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
    pub fn copy(numbers: &str, to: &str) -> Checked<Copied> {
        let (sequence_set, mailbox) = (set(numbers)?, mailbox(to)?);
        Ok(typed(CommandBody::Copy {
            sequence_set,
            mailbox,
            uid: false,
        }))
    }

    /// `UID COPY` (section 6.4.9).
    pub fn uid_copy(uids: &str, to: &str) -> Checked<Copied> {
        let (sequence_set, mailbox) = (set(uids)?, mailbox(to)?);
        Ok(typed(CommandBody::Copy {
            sequence_set,
            mailbox,
            uid: true,
        }))
    }

    /// `MOVE` (section 6.4.8).
    pub fn r#move(numbers: &str, to: &str) -> Checked<Copied> {
        let (sequence_set, mailbox) = (set(numbers)?, mailbox(to)?);
        Ok(typed(CommandBody::Move {
            sequence_set,
            mailbox,
            uid: false,
        }))
    }

    /// `UID MOVE` (section 6.4.9).
    pub fn uid_move(uids: &str, to: &str) -> Checked<Copied> {
        let (sequence_set, mailbox) = (set(uids)?, mailbox(to)?);
        Ok(typed(CommandBody::Move {
            sequence_set,
            mailbox,
            uid: true,
        }))
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

fn mailbox(name: &str) -> Result<Mailbox<'static>, InvalidArgument> {
    Mailbox::try_from(encode_mailbox_name(name)).map_err(|_| InvalidArgument::Nul)
}

fn set(numbers: &str) -> Result<SequenceSet, InvalidArgument> {
    SequenceSet::try_from(numbers).map_err(|_| InvalidArgument::NotASet)
}

fn append_body(
    name: &str,
    flags: Vec<Flag<'static>>,
    date: Option<DateTime>,
    message: Literal<'static>,
) -> Result<CommandBody<'static>, InvalidArgument> {
    Ok(CommandBody::Append {
        mailbox: mailbox(name)?,
        flags,
        date,
        message: LiteralOrLiteral8::Literal(message),
    })
}

fn search(criteria: Vec<SearchKey<'static>>, uid: bool) -> Checked<Found> {
    let criteria = Vec1::try_from(criteria).map_err(|_| InvalidArgument::Empty)?;
    Ok(typed(CommandBody::search(None, criteria, uid)))
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
