//! LIST with options, namespaces, quotas, rights and annotations.

use imap_machine::client::answers::{Listed, ListedMailbox, Role};
use imap_machine::client::{
    Command, ListOptions, MailboxArgument, MetadataDepth, MetadataOptions, StatusName,
};
use imap_machine::codec::StatusItem;

use super::messages::Bag;
use super::session::{Kind, Mode, Session};
use crate::client::Client;

const COMMENT: &str = "/private/comment";

pub(super) fn cases<C: Client>(session: &mut Session<C>, bag: &Bag) {
    if session.has("NAMESPACE") {
        let namespaces = session.ask("NAMESPACE", Ok(Command::namespace()));
        let prefix = namespaces.and_then(|all| Some(all.personal.first()?.prefix.clone()));
        let expected = if session.kind == Kind::Courier {
            "INBOX."
        } else {
            ""
        };
        session.expect(prefix.as_deref() == Some(expected), || {
            format!("NAMESPACE: {prefix:?}")
        });
    }
    if session.has("QUOTA") {
        quotas(session, bag);
    }
    if session.has("ACL") {
        rights(session, bag);
    }
    if session.has("METADATA") {
        annotations(session, bag);
    }
    session.ask("SUBSCRIBE", Command::subscribe(&bag.mailbox));
    lists(session, bag);
    lists_at_once(session, bag);
    if session.has("CREATE-SPECIAL-USE") {
        let name = session.below("special");
        session.ask("CREATE (USE)", Command::create_for(name, ["\\X-Odd"]));
    }
}

/// The mailbox of the list.
fn entry<'l>(listed: Option<&'l Listed>, name: &str) -> Option<&'l ListedMailbox> {
    let mut all = listed?.mailboxes.iter();
    all.find(|mailbox| mailbox.name == name)
}

fn list<C: Client>(
    session: &mut Session<C>,
    what: &str,
    patterns: &[&str],
    options: &ListOptions,
) -> Option<Listed> {
    let patterns = patterns.iter().copied();
    session.ask(what, Command::list_with("", patterns, options))
}

fn lists<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let new = ListOptions::new;
    let top = session.top.clone();
    let all = format!("{top}*");
    if session.has("LIST-EXTENDED") {
        let options = new().return_subscribed().return_children();
        let listed = list(session, "LIST of two patterns", &[&top, &all], &options);
        let mailbox = entry(listed.as_ref(), &bag.mailbox);
        let subscribed = mailbox.is_some_and(|it| it.has("\\Subscribed"));
        session.expect(subscribed, || format!("LIST of two patterns: {mailbox:?}"));
        let listed = list(session, "LIST (SUBSCRIBED)", &[&all], &new().subscribed());
        let found = entry(listed.as_ref(), &bag.mailbox).is_some();
        session.expect(found, || format!("LIST (SUBSCRIBED): {listed:?}"));
        // After ENABLE IMAP4rev2 Cyrus 3.10.2 ends the session here without a word.
        if session.mode != Mode::Imap4rev2 {
            let options = new().subscribed().recursive_match().return_children();
            let listed = list(session, "LIST (RECURSIVEMATCH)", &[&top], &options);
            let mailbox = entry(listed.as_ref(), &top);
            let info = mailbox.and_then(|mailbox| mailbox.child_info.as_deref());
            session.expect(info == Some(&["SUBSCRIBED".to_owned()]), || {
                format!("LIST (RECURSIVEMATCH): {listed:?}")
            });
        }
    }
    if session.has("LIST-STATUS") {
        let options = new().return_status([StatusName::Messages, StatusName::UidNext]);
        let listed = list(session, "LIST-STATUS", &[&all], &options);
        let mailbox = entry(listed.as_ref(), &bag.mailbox);
        let status = mailbox.map(|mailbox| mailbox.status.clone());
        let status = status.unwrap_or_default();
        let messages = u32::try_from(bag.mails.len()).expect("there are a few");
        session.expect(status.contains(&StatusItem::Messages(messages)), || {
            format!("LIST-STATUS: {status:?}")
        });
    }
    if session.has("LIST-MYRIGHTS") {
        let options = new().return_my_rights();
        let listed = list(session, "LIST-MYRIGHTS", &[&all], &options);
        let mailbox = entry(listed.as_ref(), &bag.mailbox);
        let rights = mailbox.and_then(|mailbox| mailbox.my_rights.clone());
        session.expect(rights.as_ref().is_some_and(|it| it.has('r')), || {
            format!("LIST-MYRIGHTS: {rights:?}")
        });
    }
    if session.has("LIST-METADATA") {
        let value = [(COMMENT, Some(&b"listed"[..]))];
        session.ask("SETMETADATA", Command::set_metadata(&bag.mailbox, value));
        let options = new().return_metadata([COMMENT]);
        let listed = list(session, "LIST-METADATA", &[&all], &options);
        let mailbox = entry(listed.as_ref(), &bag.mailbox);
        let value = mailbox.and_then(|mailbox| mailbox.metadata.first()?.value.clone());
        session.expect(value.as_deref() == Some(b"listed"), || {
            format!("LIST-METADATA: {value:?}")
        });
    }
    if session.has("SPECIAL-USE") {
        let options = new().return_special_use();
        list(session, "LIST-SPECIAL-USE", &["%"], &options);
        list(session, "LIST (SPECIAL-USE)", &["%"], &new().special_use());
    }
    let listed = list(session, "LIST", &["INBOX"], &new());
    let inbox = listed.as_ref().and_then(|it| it.with_role(Role::Inbox));
    session.expect(inbox.is_some(), || format!("LIST INBOX: {listed:?}"));
}

/// LISTs that are in flight together, each with the mailbox that it asks for.
fn lists_at_once<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let names = [bag.mailbox.clone(), "INBOX".to_owned(), session.top.clone()];
    let lists = names.iter().map(|name| Command::list("", name).unwrap());
    let streams: Vec<_> = lists
        .map(|list| session.client.begin(list, crate::client::OPTIONS))
        .collect();
    for (name, mut stream) in names.iter().zip(streams) {
        let mut lines = 0;
        while let Some(event) = session.client.next(&mut stream) {
            let event = event.expect("LIST is not refused");
            let is_list = matches!(event, imap_machine::client::Event::Untagged { .. });
            lines += usize::from(is_list);
        }
        session.expect(lines == 1, || format!("LISTs at once: {lines} of {name}"));
    }
}

fn quotas<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let quotas = session.ask("GETQUOTAROOT", Command::get_quota_root(&bag.mailbox));
    let root = quotas
        .as_ref()
        .and_then(|quotas| quotas.roots.first().cloned());
    // Courier has no quota for this user, and says so.
    session.expect(root.is_some() || session.kind == Kind::Courier, || {
        format!("GETQUOTAROOT: {quotas:?}")
    });
    let Some(root) = root else {
        return;
    };
    if let Some(quotas) = session.ask("GETQUOTA", Command::get_quota(&root)) {
        let told = quotas.quotas.iter().any(|quota| quota.root == root);
        session.expect(told, || format!("GETQUOTA: {quotas:?}"));
    }
}

fn rights<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let name = || MailboxArgument::from(&bag.mailbox);
    let mine = session.ask("MYRIGHTS", Command::my_rights(name()));
    session.expect(mine.as_ref().is_some_and(|it| it.rights.has('r')), || {
        format!("MYRIGHTS: {mine:?}")
    });
    let list = session.ask("LISTRIGHTS", Command::list_rights(name(), "carol"));
    session.expect(
        list.as_ref().is_some_and(|it| !it.optional.is_empty()),
        || format!("LISTRIGHTS: {list:?}"),
    );
    for (rights, letter, expected) in [("lr", 'r', true), ("+s", 's', true), ("-r", 'r', false)] {
        session.ask("SETACL", Command::set_acl(name(), "carol", rights));
        let acl = session.ask("GETACL", Command::get_acl(name()));
        let has = acl
            .as_ref()
            .and_then(|acl| Some(acl.rights_of("carol")?.has(letter)));
        session.expect(has == Some(expected), || {
            format!("GETACL after SETACL {rights}: {acl:?}")
        });
    }
    session.ask("DELETEACL", Command::delete_acl(name(), "carol"));
    let acl = session.ask("GETACL", Command::get_acl(name()));
    let left = acl.as_ref().and_then(|acl| acl.rights_of("carol").cloned());
    session.expect(left.is_none(), || {
        format!("GETACL after DELETEACL: {acl:?}")
    });
}

/// What is set comes back.
fn annotations<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let literal = b"first line\r\nand \"second\"";
    for value in [&b"a \"quoted\" comment"[..], literal] {
        let set = Command::set_metadata(&bag.mailbox, [(COMMENT, Some(value))]);
        session.ask("SETMETADATA", set);
        let get = Command::get_metadata(&bag.mailbox, [COMMENT]);
        let annotated = session.ask("GETMETADATA", get);
        let told = annotated.as_ref().and_then(|it| it.value(COMMENT));
        session.expect(told == Some(value), || {
            format!("GETMETADATA: {annotated:?}")
        });
    }
    let all = MetadataOptions::new().depth(MetadataDepth::All);
    let get = Command::get_metadata_with(&bag.mailbox, [COMMENT], &all);
    let annotated = session.ask("GETMETADATA (DEPTH infinity)", get);
    let told = annotated.as_ref().and_then(|it| it.value(COMMENT));
    session.expect(told == Some(literal), || {
        format!("GETMETADATA DEPTH: {annotated:?}")
    });
    let small = MetadataOptions::new().max_size(5);
    let get = Command::get_metadata_with(&bag.mailbox, [COMMENT], &small);
    let annotated = session.ask("GETMETADATA (MAXSIZE 5)", get);
    let left_out = annotated
        .as_ref()
        .is_some_and(|it| it.value(COMMENT).is_none());
    session.expect(left_out, || format!("GETMETADATA MAXSIZE: {annotated:?}"));
    let server = Command::get_metadata("", ["/shared/comment"]);
    session.ask("GETMETADATA of the server", server);
    let remove = Command::set_metadata(&bag.mailbox, [(COMMENT, None)]);
    session.ask("SETMETADATA NIL", remove);
    let get = Command::get_metadata(&bag.mailbox, [COMMENT]);
    let annotated = session.ask("GETMETADATA", get);
    let gone = annotated
        .as_ref()
        .is_some_and(|it| it.value(COMMENT).is_none());
    session.expect(gone, || format!("GETMETADATA after NIL: {annotated:?}"));
}
