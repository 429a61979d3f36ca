use imap_machine::client::{Command, InvalidArgument};
use imap_machine::imap_types::auth::AuthMechanism;
use imap_machine::imap_types::command::{FetchModifier, SelectParameter, StoreModifier};
use imap_machine::imap_types::fetch::{Macro, MessageDataItemName};
use imap_machine::imap_types::flag::{Flag, StoreType};
use imap_machine::imap_types::search::SearchKey;
use imap_machine::imap_types::status::StatusDataItemName;

/// The password in all of [`COMMANDS`].
pub const SECRET: &str = "hunter2-hunter2";

type Built = Result<Command, InvalidArgument>;

/// Commands of all kinds. The most important ones come first.
pub const COMMANDS: &[fn() -> Built] = &[
    || Ok(Command::noop().into()),
    || Ok(Command::capability().into()),
    || Command::select("INBOX").map(Into::into),
    || Command::examine("Other").map(Into::into),
    || Ok(Command::close().into()),
    || Command::fetch("1:3", Macro::Fast).map(Into::into),
    || Command::uid_fetch("1:*", vec![body()]).map(Into::into),
    || Command::store("2", StoreType::Add, vec![Flag::Seen]).map(Into::into),
    || Command::search(vec![SearchKey::All]).map(Into::into),
    || Ok(Command::expunge().into()),
    || Command::append("x", vec![], None, "hello").map(Into::into),
    || Command::append_streamed("x", vec![], None, 300).map(Into::into),
    || Ok(Command::idle()),
    || Ok(Command::idle()),
    || Ok(Command::starttls().into()),
    || Ok(Command::compress().into()),
    || Command::login("user", SECRET).map(Into::into),
    || Command::authenticate_plain("user", SECRET).map(Into::into),
    || Ok(Command::authenticate(mechanism(), None).into()),
    || Ok(Command::raw("X")?.literal("lit")?.into()),
    || Ok(Command::logout().into()),
    || Ok(Command::unselect().into()),
    || Ok(Command::namespace()),
    || Ok(Command::authenticate(mechanism(), Some(SECRET.into())).into()),
    || Command::id([("name", "machine"), ("line\r\nend", "")]).map(Into::into),
    || Command::enable(["CONDSTORE", "UTF8=ACCEPT"]).map(Into::into),
    || Command::select_with("\u{e9}\"\\", vec![SelectParameter::CondStore]).map(Into::into),
    || Command::create("a\r\nb").map(Into::into),
    || Command::delete("a b").map(Into::into),
    || Command::rename("\u{1f4ec}", "INBOX").map(Into::into),
    || Command::subscribe("").map(Into::into),
    || Command::unsubscribe("x&").map(Into::into),
    || Command::list("", "*").map(Into::into),
    || Command::lsub("\u{e9}", "%").map(Into::into),
    || Command::status("INBOX", [StatusDataItemName::Messages]).map(Into::into),
    || Command::append("\u{e9}", vec![Flag::Draft], None, vec![b'x'; 5000]).map(Into::into),
    || Command::append_streamed("a\nb", vec![Flag::Seen], None, 0).map(Into::into),
    || Command::append_streamed("x", vec![], None, u64::MAX).map(Into::into),
    || Command::uid_expunge("1:4,9").map(Into::into),
    || Command::uid_search(vec![SearchKey::Unseen]).map(Into::into),
    || Command::uid_fetch_with("7", vec![body()], vec![since()]).map(Into::into),
    || Command::store_silent("1:*", StoreType::Replace, vec![]).map(Into::into),
    || Command::uid_store("3", StoreType::Remove, vec![Flag::Deleted]).map(Into::into),
    || {
        Command::uid_store_with("3", StoreType::Add, vec![Flag::Flagged], vec![unchanged()])
            .map(Into::into)
    },
    || Command::copy("1", "x").map(Into::into),
    || Command::r#move("1", "x").map(Into::into),
    || Command::uid_copy("1", "x").map(Into::into),
    || Command::uid_move("1", "a\nb").map(Into::into),
    || Ok(Command::raw("UNAUTHENTICATE")?.into()),
    || {
        Ok(Command::raw("SELECT")?
            .literal("x")?
            .verbatim("(CONDSTORE)")?
            .into())
    },
    || Ok(Command::raw("FETCH")?.verbatim("1:* (X)")?.into()),
    || {
        Ok(Command::raw("X")?
            .literal("")?
            .literal("two {3}")?
            .string("\r\n")?
            .into())
    },
];

fn body() -> MessageDataItemName<'static> {
    MessageDataItemName::BodyExt {
        section: None,
        partial: None,
        peek: true,
    }
}

fn mechanism() -> AuthMechanism<'static> {
    AuthMechanism::try_from("XMECH").unwrap_or(AuthMechanism::Plain)
}

fn since() -> FetchModifier {
    FetchModifier::ChangedSince(std::num::NonZeroU64::MIN)
}

fn unchanged() -> StoreModifier {
    StoreModifier::UnchangedSince(1)
}
