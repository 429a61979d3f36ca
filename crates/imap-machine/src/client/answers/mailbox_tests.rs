//! Answers to commands about mailboxes.

use alloc::string::ToString;
use core::task::{Poll, Waker};

use super::tests::read;
use super::*;
use crate::Instant;
use crate::client::desk::{Desk, Pace};
use crate::client::{
    ClientConnection, Command, CommandOptions, Config, ListOptions, MetadataOptions, StatusName,
};
use crate::codec::StatusItem;

fn listed(says: &str) -> Listed {
    let options = ListOptions::new().return_status(["MESSAGES"]);
    let options = options.return_my_rights().return_metadata(["/a", "/b"]);
    let list = Command::list_with("", ["*"], &options).unwrap();
    read(list, &alloc::format!("{says}A2 OK\r\n"), 1000)
}

#[test]
fn lines_beside_list_are_about_its_mailboxes() {
    let listed = listed(
        "* LIST () \"/\" inbox\r\n\
         * STATUS INBOX (MESSAGES 3)\r\n\
         * LIST (\\HasChildren) \"/\" Entw&APw-rfe (CHILDINFO (\"SUBSCRIBED\") OLDNAME (\"a&APw-\"))\r\n\
         * MYRIGHTS Entw&APw-rfe lrs\r\n\
         * LIST () \"/\" \"a b\"\r\n\
         * METADATA \"a b\" (/a NIL)\r\n\
         * METADATA \"a b\" (/b {2}\r\nxy)\r\n\
         * STATUS \"Entw&APw-rfe\" (MESSAGES 4 SIZE 5)\r\n\
         * STATUS \"a b\" (MESSAGES 5)\r\n",
    );
    assert_eq!(listed.unread, []);
    let [inbox, drafts, last] = &listed.mailboxes[..] else {
        panic!("{listed:?}");
    };
    assert_eq!(inbox.status, [StatusItem::Messages(3)]);
    assert_eq!((&inbox.my_rights, &inbox.child_info), (&None, &None));
    let both = [StatusItem::Messages(4), StatusItem::Size(5)];
    assert_eq!(drafts.status, both);
    assert!(
        drafts
            .my_rights
            .as_ref()
            .is_some_and(|rights| rights.has('s') && !rights.has('x'))
    );
    assert_eq!(drafts.old_name.as_deref(), Some("a\u{fc}"));
    assert_eq!(
        drafts.child_info.as_deref(),
        Some(&["SUBSCRIBED".into()][..])
    );
    assert_eq!(last.status, [StatusItem::Messages(5)]);
    let metadata: Vec<_> = last
        .metadata
        .iter()
        .map(|it| (&*it.name, it.value.as_deref()))
        .collect();
    assert_eq!(metadata, [("/a", None), ("/b", Some(&b"xy"[..]))]);
}

#[test]
fn lines_about_no_mailbox_of_the_list_are_kept() {
    let listed = listed(
        "* LIST () \"/\" a\r\n\
         * STATUS b (MESSAGES 3)\r\n\
         * MYRIGHTS b l\r\n\
         * METADATA b (/a \"x\")\r\n\
         * METADATA a /a\r\n",
    );
    assert_eq!(listed.mailboxes.len(), 1);
    assert_eq!(listed.unread.len(), 4);
    assert!(listed.mailboxes[0].metadata.is_empty());
}

#[test]
fn statuses_after_all_lists_find_their_mailboxes() {
    let lists = (0..2000).map(|n| alloc::format!("* LIST () \"/\" box{n}\r\n"));
    let statuses = (0..2000).rev();
    let statuses = statuses.map(|n| alloc::format!("* STATUS box{n} (MESSAGES {n})\r\n"));
    let listed = listed(&lists.chain(statuses).collect::<String>());
    assert!(listed.unread.is_empty());
    for (n, mailbox) in (0..).zip(&listed.mailboxes) {
        assert_eq!(mailbox.status, [StatusItem::Messages(n)]);
    }
}

#[test]
fn attributes_say_more_than_names_of_other_mailboxes() {
    let list = "* LIST () \"/\" Sent\r\n* LIST (\\Sent) \"/\" Outbox\r\n* LIST () \"/\" Junk\r\n";
    let listed = listed(list);
    let with_role = |role| listed.with_role(role).map(|mailbox| &*mailbox.name);
    assert_eq!(with_role(Role::Sent), Some("Outbox"));
    assert_eq!(with_role(Role::Junk), Some("Junk"));
    assert_eq!(with_role(Role::Trash), None);
}

#[test]
fn where_mailboxes_are() {
    let says = "* NAMESPACE ((\"INBOX.\" \".\")(\"\" NIL)) NIL \
        ((\"&APw-/\" \"/\" \"TRANSLATION\" (\"Shared\")))\r\nA2 OK\r\n";
    let namespaces = read(Command::namespace(), says, 1000);
    let prefixes = |roots: &[NamespaceRoot]| {
        let roots = roots
            .iter()
            .map(|root| (root.prefix.clone(), root.delimiter));
        roots.collect::<Vec<_>>()
    };
    let personal = [("INBOX.".into(), Some('.')), (String::new(), None)];
    assert_eq!(prefixes(&namespaces.personal), personal);
    assert_eq!(namespaces.other_users, []);
    let [shared] = &namespaces.shared[..] else {
        panic!("{namespaces:?}");
    };
    assert_eq!(shared.prefix, "\u{fc}/");
    assert_eq!(shared.wire_prefix.as_deref(), Some(&b"&APw-/"[..]));
    assert_eq!(shared.extensions[0].0, "TRANSLATION");
    assert!(namespaces.unread.is_empty());
}

#[test]
fn what_is_used_of_quotas() {
    let says = "* QUOTAROOT INBOX \"\" #user\r\n* QUOTA \"\" (STORAGE 10 512 MESSAGE 3 9)\r\n\
        * QUOTA #user ()\r\nA2 OK\r\n";
    let quotas = read(Command::get_quota_root("INBOX").unwrap(), says, 1000);
    let roots: Vec<&[u8]> = quotas.roots.iter().map(|root| &**root).collect();
    assert_eq!(roots, [&b""[..], b"#user"]);
    assert_eq!(quotas.quotas.len(), 2);
    let message = quotas.resource("message").unwrap();
    assert_eq!((message.usage, message.limit), (3, 9));
    assert_eq!(quotas.resource("X"), None);
    assert!(quotas.unread.is_empty());
}

#[test]
fn a_resource_without_its_numbers_is_kept() {
    let get = || Command::get_quota("ROOT").unwrap();
    let quotas = read(
        get(),
        "* QUOTA ROOT (STORAGE 10 512 MESSAGE 3)\r\nA2 OK\r\n",
        1000,
    );
    assert_eq!(quotas.quotas[0].resources.len(), 1);
    assert_eq!(quotas.unread.len(), 1);
    // Courier, if nothing is limited.
    let quotas = read(get(), "* QUOTA \"ROOT\"\r\nA2 OK\r\n", 1000);
    assert_eq!(&*quotas.quotas[0].root, b"ROOT");
    assert_eq!(quotas.unread, []);
}

#[test]
fn who_may_do_what() {
    let says = "* ACL Work \"my group\" lrs -carol x\r\nA2 OK\r\n";
    let acl = read(Command::get_acl("Work").unwrap(), says, 1000);
    assert_eq!(acl.rights_of("my group").map(Rights::as_str), Some("lrs"));
    assert_eq!(acl.rights_of("-carol").map(Rights::as_str), Some("x"));
    assert_eq!(acl.rights_of("carol"), None);
    let says = "* LISTRIGHTS Work carol la r sw\r\nA2 OK\r\n";
    let list = Command::list_rights("Work", "carol").unwrap();
    let list = read(list, says, 1000);
    assert_eq!(list.required.as_str(), "la");
    let optional: Vec<_> = list.optional.iter().map(Rights::as_str).collect();
    assert_eq!(optional, ["r", "sw"]);
    let mine = Command::my_rights("Work").unwrap();
    let mine = read(mine, "* MYRIGHTS work lr\r\nA2 OK\r\n", 1000);
    assert_eq!(mine.rights.to_string(), "lr");
}

#[test]
fn annotations_and_what_was_left_out() {
    let options = MetadataOptions::new().max_size(5);
    let get = || Command::get_metadata_with("a", ["/private/comment", "/b"], &options).unwrap();
    let says = "* METADATA a (/private/comment \"x\" /b NIL)\r\n* METADATA a /c\r\n\
        A2 OK [METADATA LONGENTRIES 2199] done\r\n";
    let annotated = read(get(), says, 1000);
    assert_eq!(annotated.value("/PRIVATE/comment"), Some(&b"x"[..]));
    assert_eq!(annotated.value("/b"), None);
    assert_eq!(annotated.entries.len(), 2);
    assert_eq!(annotated.long_entries, Some(2199));
    assert_eq!(annotated.unread.len(), 1);
    assert_eq!(read(get(), "A2 OK\r\n", 1000).long_entries, None);
}

/// Each is answered with its own names, in whatever order the server sends them (docs/decisions/0026).
#[test]
fn two_hundred_lists_take_one_round_trip() {
    let (now, options) = (Instant::ORIGIN, CommandOptions::default());
    let mut desk = Desk::new(
        ClientConnection::new(Config::default(), now),
        Pace::default(),
    );
    desk.handle_input(b"* PREAUTH hi\r\n", now);
    let list = |n: usize| Command::list("", alloc::format!("box{n}/%")).unwrap();
    let tickets: Vec<_> = (0..200)
        .map(|n| desk.send(list(n), options, now).unwrap())
        .collect();
    while desk.poll(now, |_| ()).is_some() {}
    let mut sent = 0;
    while !desk.transmit().is_empty() {
        sent += memchr::memchr_iter(b'\n', desk.transmit()).count();
        desk.handle_transmitted(desk.transmit().len(), now);
    }
    assert_eq!(sent, 200);
    let mut says = String::new();
    for n in (0..200).rev() {
        says += &alloc::format!("* LIST () \"/\" \"box{n}/x\"\r\nA{} OK\r\n", n + 1);
    }
    desk.handle_input(says.as_bytes(), now);
    while desk.poll(now, |_| ()).is_some() {}
    for (n, ticket) in tickets.iter().enumerate() {
        let Poll::Ready(Ok(listed)) = desk.poll_answer(ticket, Waker::noop()) else {
            panic!("{desk:?}");
        };
        let names: Vec<_> = listed.into_iter().map(|mailbox| mailbox.name).collect();
        assert_eq!(names, [alloc::format!("box{n}/x")]);
    }
}

#[test]
fn numbers_of_status_have_names() {
    let items = "MESSAGES 1 RECENT 2 UIDNEXT 3 UIDVALIDITY 4 UNSEEN 5 DELETED 6 DELETED-STORAGE 7 \
                 SIZE 8 HIGHESTMODSEQ 9 APPENDLIMIT NIL MAILBOXID (1) X-A 12 X-B b";
    let says = alloc::format!("* STATUS a ({items})\r\nA2 OK\r\n");
    let status = Command::status("a", ["MESSAGES"]).unwrap();
    let counted = read(status, &says, 1000);
    let names = items.split(' ').step_by(2);
    let numbers: Vec<_> = names.map(|name| counted.number(name)).collect();
    let (told, others) = numbers.split_at(9);
    assert!(told.iter().copied().eq((1..=9).map(Some)), "{told:?}");
    assert_eq!(others, [None, None, Some(12), None]);
    assert_eq!(counted.number(StatusName::UidNext), Some(3));
    assert_eq!(counted.number("unseen"), Some(5));
    assert_eq!(counted.number("X-C"), None);
    let listed = listed("* LIST () \"/\" a\r\n* STATUS a (MESSAGES 4)\r\n");
    assert_eq!(listed.mailboxes[0].number(StatusName::Messages), Some(4));
    assert_eq!(listed.mailboxes[0].number(StatusName::Unseen), None);
}

#[test]
fn what_a_server_says_of_itself_has_names() {
    let id = Command::id([]).unwrap();
    let says = "* ID (\"Name\" \"Dovecot\" \"os\" NIL)\r\nA2 OK\r\n";
    let server = read(id, says, 1000);
    assert_eq!(server.value("name"), Some("Dovecot"));
    assert_eq!((server.value("os"), server.value("version")), (None, None));
}
