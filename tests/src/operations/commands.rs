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
    || Ok(Command::noop()),
    || Ok(Command::capability()),
    || Command::select("INBOX"),
    || Command::examine("Other"),
    || Ok(Command::close()),
    || Command::fetch("1:3", Macro::Fast),
    || Command::uid_fetch("1:*", vec![body()]),
    || Command::store("2", StoreType::Add, vec![Flag::Seen]),
    || Command::search(vec![SearchKey::All]),
    || Ok(Command::expunge()),
    || Command::append("x", vec![], None, "hello"),
    || Command::append_streamed("x", vec![], None, 300),
    || Ok(Command::idle()),
    || Ok(Command::idle()),
    || Ok(Command::starttls()),
    || Ok(Command::compress()),
    || Command::login("user", SECRET),
    || Command::authenticate_plain("user", SECRET),
    || Ok(Command::authenticate(mechanism(), None)),
    || Ok(Command::raw("X")?.literal("lit")?.into()),
    || Ok(Command::logout()),
    || Ok(Command::unselect()),
    || Ok(Command::namespace()),
    || Ok(Command::authenticate(mechanism(), Some(SECRET.into()))),
    || Command::id([("name", "machine"), ("line\r\nend", "")]),
    || Command::enable(["CONDSTORE", "UTF8=ACCEPT"]),
    || Command::select_with("\u{e9}\"\\", vec![SelectParameter::CondStore]),
    || Command::create("a\r\nb"),
    || Command::delete("a b"),
    || Command::rename("\u{1f4ec}", "INBOX"),
    || Command::subscribe(""),
    || Command::unsubscribe("x&"),
    || Command::list("", "*"),
    || Command::lsub("\u{e9}", "%"),
    || Command::status("INBOX", [StatusDataItemName::Messages]),
    || Command::append("\u{e9}", vec![Flag::Draft], None, vec![b'x'; 5000]),
    || Command::append_streamed("a\nb", vec![Flag::Seen], None, 0),
    || Command::append_streamed("x", vec![], None, u64::MAX),
    || Command::uid_expunge("1:4,9"),
    || Command::uid_search(vec![SearchKey::Unseen]),
    || Command::uid_fetch_with("7", vec![body()], vec![since()]),
    || Command::store_silent("1:*", StoreType::Replace, vec![]),
    || Command::uid_store("3", StoreType::Remove, vec![Flag::Deleted]),
    || Command::uid_store_with("3", StoreType::Add, vec![Flag::Flagged], vec![unchanged()]),
    || Command::copy("1", "x"),
    || Command::r#move("1", "x"),
    || Command::uid_copy("1", "x"),
    || Command::uid_move("1", "a\nb"),
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
