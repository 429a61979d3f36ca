use imap_machine::client::{
    AppendMessage, Command, Flag, InvalidArgument, Items, ListOptions, Search, SelectOptions,
    StatusName, Store,
};

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
    || Command::fetch("1:3", "FAST").map(Into::into),
    || Command::uid_fetch("1:*", "BODY.PEEK[]").map(Into::into),
    || Command::store("2", Store::add([Flag::SEEN])).map(Into::into),
    || Command::search(Search::all()).map(Into::into),
    || Ok(Command::expunge().into()),
    || Command::append("x", "hello").map(Into::into),
    || Command::append("x", AppendMessage::supplied(300)).map(Into::into),
    || Ok(Command::idle()),
    || Ok(Command::idle()),
    || Ok(Command::starttls().into()),
    || Ok(Command::compress().into()),
    || Command::login("user", SECRET).map(Into::into),
    || Command::authenticate_plain("user", SECRET).map(Into::into),
    || Command::authenticate("XMECH", None).map(Into::into),
    || Ok(Command::raw("X")?.literal("lit")?.into()),
    || Ok(Command::logout().into()),
    || Ok(Command::unselect().into()),
    || Ok(Command::namespace().into()),
    || Command::authenticate("XMECH", Some(SECRET.into())).map(Into::into),
    || Command::id([("name", "machine"), ("line\r\nend", "")]).map(Into::into),
    || Command::enable(["CONDSTORE", "UTF8=ACCEPT"]).map(Into::into),
    || Command::select_with("\u{e9}\"\\", &SelectOptions::condstore()).map(Into::into),
    || Command::create("a\r\nb").map(Into::into),
    || Command::delete("a b").map(Into::into),
    || Command::rename("\u{1f4ec}", "INBOX").map(Into::into),
    || Command::subscribe("").map(Into::into),
    || Command::unsubscribe("x&").map(Into::into),
    || Command::list("", "*").map(Into::into),
    || Command::lsub("\u{e9}", "%").map(Into::into),
    || Command::status("INBOX", [StatusName::Messages]).map(Into::into),
    || {
        Command::append(
            "\u{e9}",
            AppendMessage::new(vec![b'x'; 5000]).flags([Flag::DRAFT]),
        )
        .map(Into::into)
    },
    || Command::append("a\nb", AppendMessage::supplied(0).flags([Flag::SEEN])).map(Into::into),
    || Command::append("x", AppendMessage::supplied(u64::MAX)).map(Into::into),
    || Command::uid_expunge("1:4,9").map(Into::into),
    || Command::uid_search(Search::unseen()).map(Into::into),
    || Command::uid_fetch("7", Items::from("BODY.PEEK[]").changed_since(1)).map(Into::into),
    || Command::store("1:*", Store::replace([""; 0]).silent()).map(Into::into),
    || Command::uid_store("3", Store::remove([Flag::DELETED])).map(Into::into),
    || Command::uid_store("3", Store::add([Flag::FLAGGED]).unchanged_since(1)).map(Into::into),
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
    || {
        let options = ListOptions::new().subscribed().return_status(["SIZE"]);
        Command::list_with("", ["A/%", "\u{e9}"], &options).map(Into::into)
    },
    || Command::list("", "A/%").map(Into::into),
    || Command::my_rights("\u{e9}").map(Into::into),
    || Command::set_metadata("x", [("/a", Some(&b"a\0b"[..]))]).map(Into::into),
];
