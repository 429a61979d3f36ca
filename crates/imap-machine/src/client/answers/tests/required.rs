//! Answers without the line that the server has to send.

use alloc::format;

use super::{end, read};
use crate::client::answers::{Answer, Unreadable};
use crate::client::desk::CommandError;
use crate::client::{Command, TypedCommand};

fn unreadable<A: Answer>(command: TypedCommand<A>, says: &str) -> Unreadable {
    match end(command, says, 1000) {
        Err(CommandError::Unreadable(unreadable)) => unreadable,
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("a value of {says}"),
    }
}

/// An OK alone, an OK after a line that is odd, and the line that begins the value.
fn is_required<A: Answer>(command: impl Fn() -> TypedCommand<A>, odd: &str, line: &str) {
    let silent = unreadable(command(), "A2 OK [XODD 7] done\r\n");
    assert_eq!(silent.events, []);
    assert!(silent.text.has_code("XODD"), "{silent:?}");
    let shown = format!("{silent}");
    assert!(
        shown.contains("did not answer it: [XODD 7] done"),
        "{shown}"
    );
    let kept = unreadable(command(), &format!("{odd}\r\nA2 OK done\r\n"));
    assert_eq!(kept.events.len(), 1, "{kept:?}");
    read(command(), &format!("{line}\r\nA2 OK done\r\n"), 1000);
}

#[test]
fn what_the_server_has_to_say_is_not_made_up() {
    let status = || Command::status("a", ["MESSAGES"]).unwrap();
    is_required(status, "* STATUS", "* STATUS a ()");
    is_required(|| Command::get_acl("a").unwrap(), "* ACL", "* ACL a");
    let batches = || Command::uid_batches(500).unwrap();
    let odd = "* UIDBATCHES (TAG \"A2\") 900:600,x";
    is_required(batches, odd, "* UIDBATCHES (TAG \"A2\")");
    let my_rights = || Command::my_rights("a").unwrap();
    is_required(my_rights, "* MYRIGHTS", "* MYRIGHTS a \"\"");
    let list_rights = || Command::list_rights("a", "b").unwrap();
    is_required(list_rights, "* LISTRIGHTS", "* LISTRIGHTS a b \"\"");
    is_required(Command::namespace, "* NAMESPACE", "* NAMESPACE NIL NIL NIL");
    let get_quota = || Command::get_quota("a").unwrap();
    is_required(get_quota, "* QUOTA", "* QUOTA a ()");
    let get_quota_root = || Command::get_quota_root("a").unwrap();
    is_required(get_quota_root, "* QUOTAROOT", "* QUOTAROOT a");
    let genurlauth = || Command::genurlauth([("imap://a", "INTERNAL")]).unwrap();
    is_required(genurlauth, "* GENURLAUTH", "* GENURLAUTH imap://a:x");
    let urlfetch = || Command::urlfetch(["imap://a"]).unwrap();
    is_required(urlfetch, "* URLFETCH", "* URLFETCH imap://a NIL");
}

/// Servers execute SETQUOTA without telling the quota.
#[test]
fn what_may_be_left_out_is_no_error() {
    let set = Command::set_quota("a", [("STORAGE", 7)]).unwrap();
    assert!(read(set, "A2 OK\r\n", 1000).quotas.is_empty());
    assert!(
        read(Command::list("", "*").unwrap(), "A2 OK\r\n", 1000)
            .mailboxes
            .is_empty()
    );
    let get = Command::get_metadata("a", ["/private/x"]).unwrap();
    assert!(read(get, "A2 OK\r\n", 1000).entries.is_empty());
}

/// A mailbox is the one that the first line names.
#[test]
fn lines_about_others_are_no_part_of_it() {
    let acl = Command::get_acl("a").unwrap();
    let acl = read(
        acl,
        "* ACL a x l\r\n* ACL b y l\r\n* ACL a z l\r\nA2 OK\r\n",
        1000,
    );
    assert_eq!((acl.entries.len(), acl.unread.len()), (2, 1));
    let mine = Command::my_rights("a").unwrap();
    let says = "* MYRIGHTS a l\r\n* MYRIGHTS a l\r\n* MYRIGHTS a r\r\nA2 OK\r\n";
    let mine = read(mine, says, 1000);
    assert_eq!((mine.rights.as_str(), mine.unread.len()), ("l", 1));
}
