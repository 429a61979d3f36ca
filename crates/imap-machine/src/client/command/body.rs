//! Commands of imap-types, encoded by imap-codec.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::slice;

use imap_codec::CommandCodec;
use imap_codec::encode::{Encoder, Fragment as Encoded};
use imap_types::command::{Command as Tagged, CommandBody, FetchModifier};
use imap_types::core::{Charset, Tag};
use imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItemName};
use imap_types::flag::{Flag, StoreResponse, StoreType};
use imap_types::mailbox::{ListMailbox, Mailbox};
use imap_types::search::SearchKey;

use super::answers::Answers;
use super::flag_change::FlagChange;
use super::form::Command;
use super::mailbox_argument::MailboxArgument;
use super::message::AppendMessage;
use super::profile::{Effect, Profile};
use super::sequence_set::{MessageRanges, SequenceSet};
use super::table::{self, Row};
use super::upload::Upload;
use super::written::CommandText;
use crate::client::exchange::authenticate::InitialResponse;
use crate::codec::SystemFlags;
use crate::lexer::quoted;
use crate::outgoing::fragments::{Fragment, Holds, SaysCharset};

/// Names of mailboxes are sent as they stand in it, since nothing says whether they are encoded. Numbers in sets of messages are
/// sent in their order.
impl From<CommandBody<'static>> for Command {
    fn from(mut body: CommandBody<'static>) -> Self {
        let message = AppendMessage::taken_from(&mut body);
        let mut profile = profile(&body);
        if let (Some(message), CommandBody::Append { mailbox, .. }) = (&message, &body) {
            let mailbox = MailboxArgument::from_wire(wire_name(mailbox));
            profile.effect = Effect::Upload(Upload::new(mailbox, message.size()));
        }
        if let CommandBody::Authenticate {
            initial_response, ..
        } = &mut body
        {
            let initial = initial_response.take();
            let initial = initial.map(|it| InitialResponse(it.declassify().to_vec()));
            profile.effect = Effect::Authenticate(initial.map(Box::new));
        }
        let search = charset(&mut body);
        let mut fragments = as_meant(by_codec(body));
        if let Some(says) = search {
            insert_before_criteria(&mut fragments, says);
        }
        if let Some(message) = message {
            // The message stands in the place of the empty one of the body.
            let mut literals = fragments.iter_mut().rev();
            if let Some(place) = literals.find(|it| matches!(it, Fragment::Literal(..))) {
                message
                    .into_fragment()
                    .into_iter()
                    .for_each(|it| *place = it);
            }
        }
        Self {
            written: CommandText::from(fragments),
            profile,
        }
    }
}

fn by_codec(body: CommandBody<'static>) -> Vec<Fragment> {
    const TAG: &str = "A";
    let command = Tagged {
        tag: Tag::unvalidated(TAG),
        body,
    };
    let mut fragments = Vec::new();
    for fragment in CommandCodec::default().encode(&command) {
        match fragment {
            Encoded::Line { mut data } => {
                if fragments.is_empty() {
                    data.drain(..TAG.len() + 1);
                }
                fragments.push(Fragment::Text(data));
            }
            Encoded::Literal { data, .. } => {
                let holds = match fragments.last_mut() {
                    Some(Fragment::Text(text)) => cut_literal_header(text),
                    _ => Holds::Text,
                };
                fragments.push(Fragment::Literal(holds, data));
            }
        }
    }
    if let Some(Fragment::Text(text)) = fragments.last_mut() {
        let end = text.trim_ascii_end().len();
        text.truncate(end);
    }
    fragments
}

/// imap-codec announces a literal at the end of the text before it. Braces elsewhere belong to an argument.
fn cut_literal_header(text: &mut Vec<u8>) -> Holds {
    if let Some(header) = memchr::memrchr(b'{', text) {
        text.truncate(header);
    }
    match text.ends_with(b"~") {
        true => {
            text.pop();
            Holds::Octets
        }
        false => Holds::Text,
    }
}

/// Text that is not ASCII, which imap-codec writes in quotes or as a literal, becomes a fragment of its own: its form depends on
/// the moment of sending.
fn as_meant(fragments: Vec<Fragment>) -> Vec<Fragment> {
    let mut meant = Vec::with_capacity(fragments.len());
    for fragment in fragments {
        match fragment {
            Fragment::Text(text) => push_text(&mut meant, text),
            Fragment::Literal(Holds::Text, octets) => {
                meant.push(match String::from_utf8(octets) {
                    Ok(text) if !text.is_ascii() => Fragment::Utf8(text.into_bytes()),
                    Ok(text) => Fragment::Literal(Holds::Text, text.into_bytes()),
                    Err(error) => Fragment::Literal(Holds::Text, error.into_bytes()),
                });
            }
            fragment => meant.push(fragment),
        }
    }
    meant
}

/// Takes quoted strings that are not ASCII out of the text: RFC 3501 section 9 does not have them.
fn push_text(fragments: &mut Vec<Fragment>, mut text: Vec<u8>) {
    let mut at = 0;
    while !text.is_ascii() {
        let rest = text.get(at..).unwrap_or_default();
        let Some(start) = memchr::memchr(b'"', rest).map(|start| at + start + 1) else {
            break;
        };
        let inside = text.get(start..).unwrap_or_default();
        let Some(string) = quoted::end(inside).and_then(|end| inside.get(..end)) else {
            break;
        };
        let end = start + string.len() + 1;
        if string.is_ascii() {
            at = end;
            continue;
        }
        let string = quoted::unescape(string).into_owned();
        let rest = text.split_off(end);
        text.truncate(start - 1);
        fragments.push(Fragment::Text(text));
        fragments.push(Fragment::Utf8(string));
        (text, at) = (rest, 0);
    }
    fragments.push(Fragment::Text(text));
}

/// Whether a SEARCH says its charset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// A charset of its own.
    AsWritten,
    /// UTF-8, if it has text that is not ASCII.
    IfNeeded,
    Utf8,
}

/// Takes `CHARSET UTF-8` out of a SEARCH: it must not be said when UTF8=ACCEPT is enabled (RFC 9755 section 3). `None` if it is another
/// command.
fn charset(body: &mut CommandBody<'static>) -> Option<Says> {
    let CommandBody::Search { charset, .. } = body else {
        return None;
    };
    let is_utf8 = |charset: &Charset<'_>| charset.as_ref().eq_ignore_ascii_case("UTF-8");
    Some(match charset {
        None => Says::IfNeeded,
        Some(said) if is_utf8(said) => {
            *charset = None;
            Says::Utf8
        }
        Some(_) => Says::AsWritten,
    })
}

/// Puts after the verb of a SEARCH what is decided when it is sent.
fn insert_before_criteria(fragments: &mut Vec<Fragment>, says: Says) {
    let is_said = match says {
        Says::AsWritten => false,
        Says::IfNeeded => fragments.iter().any(|it| matches!(it, Fragment::Utf8(_))),
        Says::Utf8 => true,
    };
    let Some(Fragment::Text(text)) = fragments.first_mut() else {
        return;
    };
    const VERB: &[u8] = b"SEARCH ";
    let Some(at) = memchr::memmem::find(text, VERB) else {
        return;
    };
    let criteria = text.split_off(at + VERB.len());
    let charset = is_said.then_some(Fragment::Utf8Charset(SaysCharset::WithoutUtf8));
    let inserted = [
        Some(Fragment::ReturnAll),
        charset,
        Some(Fragment::Text(criteria)),
    ];
    fragments.splice(1..1, inserted.into_iter().flatten());
}

fn profile(body: &CommandBody<'static>) -> Profile {
    use CommandBody as C;
    let with = Profile::new;
    match body {
        C::Capability => Profile::plain(table::CAPABILITY),
        C::Noop => Profile::plain(table::NOOP),
        C::Id { .. } => Profile::plain(table::ID),
        C::Logout => with(table::LOGOUT, Effect::Logout),
        C::Compress { .. } => with(table::COMPRESS, Effect::Compress),
        C::StartTLS => with(table::STARTTLS, Effect::StartTls),
        C::Authenticate { .. } => with(table::AUTHENTICATE, Effect::Authenticate(None)),
        C::Login { .. } => with(table::LOGIN, Effect::Login),
        C::Select { mailbox, .. } => with(table::SELECT, select(mailbox, false)),
        C::Examine { mailbox, .. } => with(table::EXAMINE, select(mailbox, true)),
        C::Close => with(table::CLOSE, Effect::Deselect),
        C::Unselect => with(table::UNSELECT, Effect::Deselect),
        C::Idle => with(table::IDLE, Effect::Idle),
        C::Enable { capabilities } => {
            let names = capabilities.as_ref().iter().map(ToString::to_string);
            with(table::ENABLE, Effect::enabling(names))
        }
        C::Status { mailbox, .. } => naming(table::STATUS, mailbox),
        C::GetMetadata { mailbox, .. } => naming(table::GETMETADATA, mailbox),
        C::List {
            reference,
            mailbox_wildcard,
        } => Profile::listing(wire_name(reference), [pattern(mailbox_wildcard)]),
        C::Search { criteria, uid, .. } => {
            searching([table::SEARCH, table::UID_SEARCH], *uid, criteria.as_ref())
        }
        C::Sort {
            search_criteria,
            uid,
            ..
        } => searching(
            [table::SORT, table::UID_SORT],
            *uid,
            search_criteria.as_ref(),
        ),
        C::Thread {
            search_criteria,
            uid,
            ..
        } => searching(
            [table::THREAD, table::UID_THREAD],
            *uid,
            search_criteria.as_ref(),
        ),
        C::Fetch {
            sequence_set,
            macro_or_item_names,
            uid,
            modifiers,
        } => fetching(ranges(sequence_set), macro_or_item_names, *uid, modifiers),
        C::Store {
            sequence_set,
            kind,
            response,
            flags,
            uid,
            ..
        } => {
            let row = [table::STORE, table::UID_STORE][usize::from(*uid)];
            Profile::storing(row, ranges(sequence_set), change(*kind, *response, flags))
        }
        body => Profile::plain(row(body)),
    }
}

/// The row of a command whose arguments do not matter.
fn row(body: &CommandBody<'_>) -> Row {
    use CommandBody as C;
    match body {
        C::Lsub { .. } => table::LSUB,
        C::Create { .. } => table::CREATE,
        C::Delete { .. } => table::DELETE,
        C::Rename { .. } => table::RENAME,
        C::Subscribe { .. } => table::SUBSCRIBE,
        C::Unsubscribe { .. } => table::UNSUBSCRIBE,
        C::Append { .. } => table::APPEND,
        C::Namespace => table::NAMESPACE,
        C::GetQuota { .. } => table::GETQUOTA,
        C::GetQuotaRoot { .. } => table::GETQUOTAROOT,
        C::SetQuota { .. } => table::SETQUOTA,
        C::SetMetadata { .. } => table::SETMETADATA,
        C::Check => table::CHECK,
        C::Expunge => table::EXPUNGE,
        C::ExpungeUid { .. } => table::UID_EXPUNGE,
        C::Copy { uid: false, .. } => table::COPY,
        C::Copy { uid: true, .. } => table::UID_COPY,
        C::Move { uid: false, .. } => table::MOVE,
        C::Move { uid: true, .. } => table::UID_MOVE,
        other => table::unknown(other.name()),
    }
}

fn select(mailbox: &Mailbox<'static>, read_only: bool) -> Effect {
    let mailbox = MailboxArgument::from_wire(wire_name(mailbox)).into();
    Effect::Select { mailbox, read_only }
}

/// The octets of the name, however it was written: as an atom, quoted or as a literal.
fn wire_name<'a>(mailbox: &'a Mailbox<'_>) -> &'a [u8] {
    match mailbox {
        Mailbox::Inbox => b"INBOX",
        Mailbox::Other(name) => name.as_ref(),
    }
}

fn pattern<'a>(pattern: &'a ListMailbox<'_>) -> &'a [u8] {
    match pattern {
        ListMailbox::Token(pattern) => pattern.as_ref(),
        ListMailbox::String(pattern) => pattern.as_ref(),
    }
}

fn naming(row: Row, mailbox: &Mailbox<'_>) -> Profile {
    Profile::naming(row, &MailboxArgument::from_wire(wire_name(mailbox)))
}

fn ranges(set: &imap_types::sequence::SequenceSet) -> MessageRanges {
    SequenceSet::from(set)
        .into_ranges()
        .unwrap_or(MessageRanges::ANY)
}

fn searching(rows: [Row; 2], uid: bool, criteria: &[SearchKey<'_>]) -> Profile {
    let names_numbers = any_key(criteria, |key| matches!(key, SearchKey::SequenceSet(_)));
    // RFC 9051 section 6.4.4. Only the server changes `\Recent`.
    let reads_flags = any_key(criteria, |key| {
        matches!(
            key,
            SearchKey::Answered
                | SearchKey::Deleted
                | SearchKey::Draft
                | SearchKey::Flagged
                | SearchKey::Keyword(_)
                | SearchKey::New
                | SearchKey::Seen
                | SearchKey::Unanswered
                | SearchKey::Undeleted
                | SearchKey::Undraft
                | SearchKey::Unflagged
                | SearchKey::Unkeyword(_)
                | SearchKey::Unseen
        )
    });
    Profile::searching(rows[usize::from(uid)], names_numbers, reads_flags)
}

fn any_key(criteria: &[SearchKey<'_>], is: fn(&SearchKey<'_>) -> bool) -> bool {
    criteria.iter().any(|key| match key {
        SearchKey::And(keys) => any_key(keys.as_ref(), is),
        SearchKey::Not(key) => any_key(slice::from_ref(key), is),
        SearchKey::Or(one, other) => {
            any_key(slice::from_ref(one), is) || any_key(slice::from_ref(other), is)
        }
        key => is(key),
    })
}

fn fetching(
    messages: MessageRanges,
    names: &MacroOrMessageDataItemNames<'static>,
    uid: bool,
    modifiers: &[FetchModifier],
) -> Profile {
    let names = match names {
        MacroOrMessageDataItemNames::Macro(short) => Cow::Owned(short.expand()),
        MacroOrMessageDataItemNames::MessageDataItemNames(names) => Cow::Borrowed(names),
    };
    let items = names.iter().map(item);
    let (items, sets_seen) = items.fold((Answers::NONE, false), |(set, seen), (item, sets)| {
        (set | item, seen | sets)
    });
    let earlier = match modifiers.contains(&FetchModifier::Vanished) {
        true => Answers::EARLIER,
        false => Answers::NONE,
    };
    let row = [table::FETCH, table::UID_FETCH][usize::from(uid)];
    Profile::fetching(row, messages, items | earlier, sets_seen)
}

/// What an item is answered with, and whether reading it sets `\Seen` (RFC 9051 section 6.4.5).
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

fn change(kind: StoreType, response: StoreResponse, flags: &[Flag<'_>]) -> FlagChange {
    let flags = flags.iter();
    let flags = flags.map(|flag| SystemFlags::of(flag.to_string().as_bytes()));
    let flags = flags.fold(SystemFlags::NONE, |all, flag| all | flag);
    let change = match kind {
        StoreType::Add => FlagChange::add(flags),
        StoreType::Remove => FlagChange::remove(flags),
        StoreType::Replace => FlagChange::replace(flags),
    };
    match response {
        StoreResponse::Answer => change,
        StoreResponse::Silent => change.silent(),
    }
}
