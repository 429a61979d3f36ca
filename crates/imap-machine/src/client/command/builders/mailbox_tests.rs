//! What is written of commands about mailboxes that imap-types does not have.

use alloc::string::String;
use alloc::vec::Vec;

use crate::client::answers::Role;
use crate::client::command::answers::Answers;
use crate::client::command::written::TextPart;
use crate::client::{
    Command, InvalidArgument, ListOptions, MetadataDepth, MetadataOptions, StatusName, TypedCommand,
};
use crate::outgoing::fragments::{Fragment, Holds};

/// As it is written, with `{7}` before literals.
fn written<A>(command: Result<TypedCommand<A>, InvalidArgument>) -> String {
    let command = Command::from(command.unwrap());
    let mut octets = Vec::new();
    for part in command.written.fragments() {
        match part {
            TextPart::Text(text) => octets.extend_from_slice(text),
            TextPart::Other(Fragment::Name(name)) => octets.extend_from_slice(name.as_bytes()),
            TextPart::Other(Fragment::Literal(holds, literal)) => {
                let sign = if *holds == Holds::Octets { "~" } else { "" };
                octets.extend_from_slice(alloc::format!("{sign}{{{}}}", literal.len()).as_bytes());
                octets.extend_from_slice(literal);
            }
            TextPart::Other(_) => panic!("{command:?}"),
        }
    }
    String::from_utf8(octets).unwrap()
}

fn error<A>(command: Result<TypedCommand<A>, InvalidArgument>) -> InvalidArgument {
    command.map(|_| ()).unwrap_err()
}

#[test]
fn options_of_list() {
    let options = ListOptions::new();
    let with = |patterns: &[&str], options: &ListOptions| {
        let patterns = patterns.iter().copied();
        written(Command::list_with("", patterns, options))
    };
    assert_eq!(with(&["*"], &options), "LIST \"\" *");
    assert_eq!(with(&["a b", "%"], &options), "LIST \"\" (\"a b\" %)");
    let selection = options.clone().subscribed().remote().recursive_match();
    let selection = selection.special_use().subscribed();
    assert_eq!(
        with(&["%"], &selection),
        "LIST (SUBSCRIBED REMOTE RECURSIVEMATCH SPECIAL-USE) \"\" %"
    );
    let items = [StatusName::Messages, StatusName::Size];
    let returned = options.return_subscribed().return_children();
    let returned = returned.return_special_use().return_status(items);
    let returned = returned.return_my_rights();
    let returned = returned.return_metadata(["/shared/comment", "/private/a b"]);
    assert_eq!(
        with(&["%"], &returned),
        "LIST \"\" % RETURN (SUBSCRIBED CHILDREN SPECIAL-USE STATUS (MESSAGES SIZE) MYRIGHTS \
         METADATA (/shared/comment \"/private/a b\"))"
    );
    let list = |options| error(Command::list_with("", ["*"], &options));
    let new = ListOptions::new;
    let alone = InvalidArgument::RecursiveMatchAlone;
    assert_eq!(list(new().recursive_match()), alone);
    assert_eq!(list(new().remote().recursive_match()), alone);
    assert_eq!(list(new().return_status([""; 0])), InvalidArgument::Empty);
    assert_eq!(list(new().return_metadata([""; 0])), InvalidArgument::Empty);
    let not_an_atom = InvalidArgument::NotAnAtom;
    assert_eq!(list(new().return_status(["SIZE)"])), not_an_atom);
    let none = Command::list_with("", [""; 0], &new());
    assert_eq!(error(none), InvalidArgument::Empty);
}

/// STATUS, MYRIGHTS and METADATA beside LIST are its answer too.
#[test]
fn what_answers_a_list_follows_from_its_options() {
    let answers = |options: ListOptions| {
        let list = Command::from(Command::list_with("", ["a/%"], &options).unwrap());
        (list.profile.answers, list.profile.told().is_some())
    };
    let new = ListOptions::new;
    assert_eq!(answers(new().return_children()), (Answers::LIST, true));
    let status = answers(new().return_status(["MESSAGES"]));
    assert_eq!(status, (Answers::LIST | Answers::STATUS, false));
    let both = answers(new().return_my_rights().return_metadata(["/a"]));
    let expected = Answers::LIST | Answers::MY_RIGHTS | Answers::METADATA;
    assert_eq!(both, (expected, false));
}

#[test]
fn mailboxes_for_a_use() {
    let create = Command::create_for("a b", [Role::Sent, Role::Archive]);
    assert_eq!(written(create), "CREATE \"a b\" (USE (\\Sent \\Archive))");
    for wrong in ["Sent", "\\", "\\a b", ""] {
        let create = Command::create_for("a", [wrong]);
        assert_eq!(error(create), InvalidArgument::NotAnAttribute, "{wrong}");
    }
    let none = Command::create_for("a", [""; 0]);
    assert_eq!(error(none), InvalidArgument::Empty);
}

#[test]
fn rights() {
    assert_eq!(written(Command::get_acl("a b")), "GETACL \"a b\"");
    assert_eq!(written(Command::my_rights("inbox")), "MYRIGHTS INBOX");
    let list = Command::list_rights("a", "my group");
    assert_eq!(written(list), "LISTRIGHTS a \"my group\"");
    let delete = Command::delete_acl("a", "-carol");
    assert_eq!(written(delete), "DELETEACL a -carol");
    for (rights, expected) in [
        ("lrs", "SETACL a carol lrs"),
        ("+te", "SETACL a carol +te"),
        ("-0", "SETACL a carol -0"),
        ("", "SETACL a carol \"\""),
    ] {
        assert_eq!(written(Command::set_acl("a", "carol", rights)), expected);
    }
    for wrong in ["l r", "+-l", "L", "\u{e4}", "l\r\n"] {
        let set = Command::set_acl("a", "carol", wrong);
        assert_eq!(error(set), InvalidArgument::NotRights, "{wrong}");
    }
    let nul = Command::set_acl("a", "\0", "l");
    assert_eq!(error(nul), InvalidArgument::Nul);
}

#[test]
fn annotations_and_quotas() {
    let server = Command::get_metadata("", ["/shared/comment"]);
    assert_eq!(written(server), "GETMETADATA \"\" /shared/comment");
    let options = MetadataOptions::new().depth(MetadataDepth::All);
    let all = Command::get_metadata_with("a", ["/a"], &options);
    assert_eq!(written(all), "GETMETADATA (DEPTH infinity) a /a");
    let values = [("/a/b", Some(&b"x\0\xff"[..2])), ("/c", None)];
    let set = Command::set_metadata("INBOX", values);
    assert_eq!(written(set), "SETMETADATA INBOX (/a/b ~{2}x\0 /c NIL)");
    for wrong in [
        "", "/", "a", "/a/", "//a", "/a*", "/a%", "/\u{e4}", "/a\r\nb",
    ] {
        let get = Command::get_metadata("a", [wrong]);
        assert_eq!(error(get), InvalidArgument::NotAnEntry, "{wrong}");
        let set = Command::set_metadata("a", [(wrong, None)]);
        assert_eq!(error(set), InvalidArgument::NotAnEntry, "{wrong}");
        let list = ListOptions::new().return_metadata([wrong]);
        let list = Command::list_with("", ["*"], &list);
        assert_eq!(error(list), InvalidArgument::NotAnEntry, "{wrong}");
    }
    let none = Command::get_metadata("a", [""; 0]);
    assert_eq!(error(none), InvalidArgument::Empty);
    let none = Command::set_metadata("a", []);
    assert_eq!(error(none), InvalidArgument::Empty);
    let large = Command::set_quota("", [("STORAGE", 1 << 63)]);
    assert_eq!(error(large), InvalidArgument::OutOfRange);
    let set = Command::set_quota("a b", [("X-NUM-FOLDERS", 7), ("MESSAGE", 0)]);
    let expected = "SETQUOTA \"a b\" (X-NUM-FOLDERS 7 MESSAGE 0)";
    assert_eq!(written(set), expected);
}
