//! The verbs of `imapscope run`, with a server that knows their commands by heart: what is sent, shown and told of errors.

mod common;

use common::script::scripted;
use common::{Ran, imapscope};
use serde_json::{Value, json};

/// A verb, its command, and what the server says before the OK.
struct Case {
    arguments: &'static [&'static str],
    sent: &'static str,
    says: &'static str,
    ok: &'static str,
    /// A line that cannot be read in its place, if it has one.
    odd: &'static str,
}

fn case(
    arguments: &'static [&'static str],
    sent: &'static str,
    says: &'static str,
    odd: &'static str,
) -> Case {
    let ok = "TAG OK done\r\n";
    Case {
        arguments,
        sent,
        says,
        ok,
        odd,
    }
}

impl Case {
    fn run(&self, more: &[&str], answer: &str) -> Ran {
        let url = scripted(&[(self.sent, answer)]);
        let before = ["run", &url, "--timeout", "10"];
        imapscope(&[&before, self.arguments, more].concat())
    }

    /// It shows this to people and this to machines. What cannot be read, and a NO, is a failure that is told.
    #[track_caller]
    fn shows(&self, people: &str, machine: &[Value]) {
        let answer = format!("{}{}", self.says, self.ok);
        let ran = self.run(&[], &answer).done();
        assert_eq!(ran.stdout, people);
        let ran = self.run(&["--json"], &answer).done();
        assert_eq!(ran.objects(), machine);
        if !self.odd.is_empty() {
            let ran = self.run(&[], &format!("{}\r\n{}", self.odd, self.ok));
            ran.failed(&["not read: ", "could not be read"]);
        }
        let ran = self.run(&[], "TAG NO [XODD 7] not you\r\n");
        let ran = ran.failed(&["the server refused: NO [XODD 7] not you"]);
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn sort() {
    let sort = case(
        &["sort", "INBOX", "-date,subject", "ALL"],
        "UID SORT (REVERSE DATE SUBJECT) US-ASCII ALL",
        "* SORT 9 2 4\r\n",
        "* SORT 9 x",
    );
    let found = json!({ "event": "found", "mailbox": "INBOX", "uids": [9, 2, 4] });
    sort.shows("9\n2\n4\n", &[found]);
}

#[test]
fn thread() {
    let thread = case(
        &["thread", "INBOX", "ALL"],
        "UID THREAD REFERENCES US-ASCII ALL",
        "* THREAD (4 7 (9)(11))(2)\r\n",
        "* THREAD (4 x)",
    );
    let member = |uid: u32, depth: u32| json!({ "uid": uid, "depth": depth });
    let thread_of =
        |members: &[Value]| json!({ "event": "thread", "mailbox": "INBOX", "members": members });
    let first = [member(4, 0), member(7, 1), member(9, 2), member(11, 2)];
    thread.shows(
        "4\n  7\n    9\n    11\n2\n",
        &[thread_of(&first), thread_of(&[member(2, 0)])],
    );
}

#[test]
fn copy_and_move() {
    for (verb, sent, event) in [
        (
            &["copy", "INBOX", "4:5", "Archive"],
            "UID COPY 4:5 Archive",
            "copied",
        ),
        (
            &["move", "INBOX", "4:5", "Archive"],
            "UID MOVE 4:5 Archive",
            "moved",
        ),
    ] {
        let mut copy = case(verb, sent, "", "* OK [COPYUID 9 4:5 20] odd");
        copy.ok = "TAG OK [COPYUID 9 4:5 20:21] done\r\n";
        let uids = json!([[4, 20], [5, 21]]);
        let copied =
            json!({ "event": event, "mailbox": "Archive", "uid_validity": 9, "uids": uids });
        copy.shows("4 -> 20\n5 -> 21\n", &[copied]);
        copy.ok = "TAG OK done\r\n";
        let ran = copy.run(&[], copy.ok).done();
        assert_eq!(ran.stdout, format!("{event} to Archive\n"));
    }
}

#[test]
fn namespace() {
    let namespace = case(
        &["namespace"],
        "NAMESPACE",
        "* NAMESPACE ((\"\" \"/\")) NIL ((\"Shared/\" NIL \"X\" (\"y\")))\r\n",
        "* NAMESPACE x",
    );
    let root = |kind: &str, prefix: &str, delimiter: Option<char>, extensions: Value| {
        json!({
            "event": "namespace", "kind": kind, "prefix": prefix, "delimiter": delimiter, "extensions": extensions,
        })
    };
    let shared = json!([["X", "(\"y\")"]]);
    let roots = [
        root("personal", "", Some('/'), json!([])),
        root("shared", "Shared/", None, shared),
    ];
    namespace.shows(
        "personal     /  \"\"\nshared       -  \"Shared/\"\n",
        &roots,
    );
    let ran = namespace.run(&[], "TAG OK done\r\n");
    ran.failed(&["the server executed the command, and did not answer it: done"]);
}

#[test]
fn quota() {
    let says = "* QUOTA \"\" (STORAGE 10 512 MESSAGE 3 9)\r\n";
    let resource = |name: &str, usage: u32, limit: u32| json!({ "event": "quota", "root": "", "resource": name, "usage": usage, "limit": limit });
    let both = [resource("STORAGE", 10, 512), resource("MESSAGE", 3, 9)];
    for (arguments, sent) in [
        (&["quota"][..], "GETQUOTAROOT INBOX"),
        (&["quota", "--root", ""], "GETQUOTA \"\""),
        (
            &["quota", "--root", "", "--set", "STORAGE=512", "MESSAGE=9"],
            "SETQUOTA \"\" (STORAGE 512 MESSAGE 9)",
        ),
    ] {
        let quota = case(arguments, sent, says, "* QUOTA \"\" (STORAGE 10)");
        quota.shows(
            "\"\" STORAGE      10 of 512\n\"\" MESSAGE      3 of 9\n",
            &both,
        );
    }
}

#[test]
fn rights() {
    let rights = case(
        &["acl", "INBOX"],
        "MYRIGHTS INBOX",
        "* MYRIGHTS INBOX lr\r\n",
        "* MYRIGHTS INBOX l x",
    );
    let mine = json!({ "event": "my-rights", "mailbox": "INBOX", "rights": "lr" });
    rights.shows("my own rights: lr\n", &[mine]);
    // Who administers the mailbox sees those of others.
    let url = scripted(&[
        ("MYRIGHTS INBOX", "* MYRIGHTS INBOX lra\r\nTAG OK\r\n"),
        ("GETACL INBOX", "* ACL INBOX bob lr -eve x\r\nTAG OK\r\n"),
    ]);
    let ran = imapscope(&["run", &url, "acl", "INBOX"]).done();
    let expected = "my own rights: lra\nbob                  lr\n-eve                 x\n";
    assert_eq!(ran.stdout, expected);
}

#[test]
fn annotations() {
    let metadata = case(
        &["metadata", "INBOX", "/private/comment"],
        "GETMETADATA (DEPTH infinity) INBOX /private/comment",
        "* METADATA INBOX (/private/comment \"mine\" /private/x NIL)\r\n",
        "* METADATA INBOX (/private/comment (x))",
    );
    let one = |name: &str, value: Option<&str>| json!({ "event": "annotation", "name": name, "value": value });
    let both = [
        one("/private/comment", Some("mine")),
        one("/private/x", None),
    ];
    let people = "/private/comment               \"mine\"\n/private/x                     none\n";
    metadata.shows(people, &both);
}

/// What was done is said in one line.
#[test]
fn what_is_done_with_mailboxes() {
    let cases = [
        (&["create", "New"][..], "CREATE New", "created", "New"),
        (
            &["create", "New", "--use", "\\Sent"],
            "CREATE New (USE (\\Sent))",
            "created",
            "New",
        ),
        (
            &["rename", "Old", "New"],
            "RENAME Old New",
            "renamed",
            "New",
        ),
        (&["delete", "Old"], "DELETE Old", "deleted", "Old"),
        (&["subscribe", "New"], "SUBSCRIBE New", "subscribed", "New"),
        (
            &["unsubscribe", "New"],
            "UNSUBSCRIBE New",
            "unsubscribed",
            "New",
        ),
        (
            &["acl", "INBOX", "bob", "+lr"],
            "SETACL INBOX bob +lr",
            "acl-changed",
            "INBOX",
        ),
        (
            &["acl", "INBOX", "bob", "none"],
            "DELETEACL INBOX bob",
            "acl-changed",
            "INBOX",
        ),
        (
            &["metadata", "INBOX", "/private/x="],
            "SETMETADATA INBOX (/private/x NIL)",
            "metadata-set",
            "INBOX",
        ),
    ];
    for (arguments, sent, event, mailbox) in cases {
        let done = case(arguments, sent, "", "");
        let object = json!({ "event": event, "mailbox": mailbox });
        done.shows(&format!("{event}: {mailbox}\n"), &[object]);
    }
}

#[test]
fn status() {
    let status = case(
        &["status", "Work", "MESSAGES", "UIDNEXT"],
        "STATUS Work (MESSAGES UIDNEXT)",
        "* STATUS Work (MESSAGES 3 UIDNEXT 9)\r\n",
        "* STATUS Work (MESSAGES x)",
    );
    let items = json!({ "messages": 3, "uidnext": 9 });
    let object = json!({ "event": "mailbox-status", "mailbox": "Work", "items": items });
    status.shows("messages         3\nuidnext          9\n", &[object]);
}

#[test]
fn notify() {
    let notify = case(
        &["notify", "INBOX", "--for", "0.3"],
        "NOTIFY SET STATUS (SELECTED-DELAYED (MessageNew (UID FLAGS) MessageExpunge FlagChange)) \
         (PERSONAL (MessageNew MessageExpunge MailboxName SubscriptionChange))",
        "* STATUS Other (MESSAGES 7)\r\n",
        "* STATUS Other (MESSAGES x)",
    );
    let answer = format!("{}{}", notify.says, notify.ok);
    let ran = notify.run(&[], &answer).done();
    let expected = "Other                           {\"messages\":7}\n\
        3 messages; waiting for news (Ctrl-C ends it)\n4 messages\nOther: {\"messages\":8}\n";
    assert_eq!(ran.stdout, expected);
    let ran = notify.run(&["--json"], &answer).done();
    let events: Vec<_> = ran.objects().iter().map(|it| it["event"].clone()).collect();
    assert_eq!(events.len(), 4, "{events:?}");
    assert_eq!(events[0], "mailbox-status");
    let ran = notify.run(&[], &format!("{}\r\n{}", notify.odd, notify.ok));
    ran.failed(&["not read: "]);
    let ran = notify.run(&[], "TAG NO [NOTIFICATIONOVERFLOW] too much\r\n");
    ran.failed(&["NO [NOTIFICATIONOVERFLOW] too much"]);
}
