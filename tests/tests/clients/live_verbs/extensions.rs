//! Commands of extensions, as the server's capabilities offer them. Most have no type.

use imap_machine::client::{AppendMessage, CatenatePart, Command, Flag, Notify, NotifyEvent};

use imap_machine_tests::live::message;

use super::messages::Bag;
use super::session::{Mode, Session, raw};
use crate::client::Client;

/// The capability, the command, and a word that its answer has. `{box}` is the mailbox that is selected, `{top}` the one above it.
/// The word is empty if there is no answer.
type Offer = (&'static str, &'static str, &'static str);

const MAILBOXES: &[Offer] = &[
    ("", "LSUB \"\" \"{top}*\"", ""),
    ("XLIST", "XLIST \"\" \"{top}*\"", "XLIST"),
    ("STATUS=SIZE", "STATUS \"{box}\" (SIZE MESSAGES)", "SIZE"),
    ("OBJECTID", "STATUS \"{box}\" (MAILBOXID)", "MAILBOXID"),
    (
        "APPENDLIMIT",
        "STATUS \"{box}\" (APPENDLIMIT)",
        "APPENDLIMIT",
    ),
    (
        "URLAUTH",
        "GENURLAUTH \"imap://{user}@localhost/{url}/;uid=1;urlauth=user+{user}\" INTERNAL",
        "GENURLAUTH",
    ),
    (
        "URLAUTH",
        "URLFETCH \"imap://{user}@localhost/{url}/;uid=1;urlauth=user+{user}:internal:00\"",
        "",
    ),
];

/// What names messages by UID, or by nothing.
const UIDS: &[Offer] = &[
    ("SORT", "UID SORT (REVERSE DATE SUBJECT) UTF-8 ALL", "SORT"),
    (
        "ESORT",
        "UID SORT RETURN (COUNT ALL) (SIZE) UTF-8 ALL",
        "ESEARCH",
    ),
    (
        "THREAD=REFERENCES",
        "UID THREAD REFERENCES UTF-8 ALL",
        "THREAD",
    ),
    (
        "ESEARCH",
        "UID SEARCH RETURN (MIN MAX COUNT ALL) ALL",
        "ESEARCH",
    ),
    (
        "ESEARCH",
        "UID SEARCH RETURN () FROM \"not there\"",
        "ESEARCH",
    ),
    ("SEARCHRES", "UID SEARCH RETURN (SAVE) FLAGGED", ""),
    ("SEARCHRES", "UID FETCH $ (UID FLAGS)", "FETCH"),
    (
        "CONTEXT=SEARCH",
        "UID SEARCH RETURN (PARTIAL 1:3) ALL",
        "PARTIAL",
    ),
    ("WITHIN", "UID SEARCH YOUNGER 36000", "SEARCH"),
    ("SEARCH=FUZZY", "UID SEARCH FUZZY SUBJECT plain", "SEARCH"),
    ("SAVEDATE", "UID FETCH 1:* (UID SAVEDATE)", "SAVEDATE"),
    ("SAVEDATE", "UID SEARCH SAVEDSINCE 1-Jan-2020", "SEARCH"),
    ("PREVIEW", "UID FETCH 1:* (UID PREVIEW)", "PREVIEW"),
    ("PREVIEW", "UID FETCH 1:* (UID PREVIEW (LAZY))", "PREVIEW"),
    ("SNIPPET=FUZZY", "UID FETCH 1:* (UID SNIPPET)", "SNIPPET"),
    (
        "OBJECTID",
        "UID FETCH 1:* (UID EMAILID THREADID)",
        "EMAILID",
    ),
    (
        "CONDSTORE",
        "UID FETCH 1:* (UID MODSEQ) (CHANGEDSINCE 1)",
        "MODSEQ",
    ),
    ("CONDSTORE", "UID SEARCH MODSEQ 1", "MODSEQ"),
    (
        "BINARY",
        "UID FETCH 1 (UID BINARY.SIZE[1])",
        "BINARY.SIZE[1]",
    ),
    ("BINARY", "UID FETCH 1 (UID BINARY.PEEK[1])", "BINARY[1]"),
    (
        "BINARY",
        "UID FETCH 1 (UID BINARY.PEEK[]<2.3>)",
        "BINARY[]<2>",
    ),
    (
        "ANNOTATE-EXPERIMENT-1",
        "UID FETCH 1 (UID ANNOTATION (/comment (value.priv size.priv)))",
        "ANNOTATION",
    ),
    (
        "X-CREATEDMODSEQ",
        "UID FETCH 1 (UID CREATEDMODSEQ)",
        "CREATEDMODSEQ",
    ),
    (
        "MULTISEARCH",
        "ESEARCH IN (MAILBOXES \"{top}\" SUBTREE \"{box}\") RETURN (COUNT ALL) ALL",
        "ESEARCH",
    ),
];

/// What names messages by number.
const NUMBERS: &[Offer] = &[
    ("SORT", "SORT (ARRIVAL) US-ASCII ALL", "SORT"),
    (
        "SORT=DISPLAY",
        "SORT (DISPLAYFROM DISPLAYTO) UTF-8 ALL",
        "SORT",
    ),
    (
        "THREAD=ORDEREDSUBJECT",
        "THREAD ORDEREDSUBJECT UTF-8 ALL",
        "THREAD",
    ),
    ("THREAD=REFS", "THREAD REFS UTF-8 ALL", "THREAD"),
    ("ESEARCH", "SEARCH RETURN (MIN COUNT) UNSEEN", "ESEARCH"),
    (
        "ESORT",
        "SORT RETURN (MIN MAX) (SUBJECT) UTF-8 ALL",
        "ESEARCH",
    ),
];

pub(super) fn cases<C: Client>(session: &mut Session<C>, bag: &Bag) {
    session.ask("SUBSCRIBE", Command::subscribe(&bag.mailbox));
    offers(session, bag, MAILBOXES);
    offers(session, bag, UIDS);
    if session.mode != Mode::UidOnly {
        offers(session, bag, NUMBERS);
    }
    messages(session, bag);
}

/// What happens elsewhere is told.
pub(super) fn notify<C: Client>(session: &mut Session<C>, bag: &Bag) {
    if !session.has("NOTIFY") {
        return;
    }
    session.ask("SELECT", Command::select(&bag.mailbox));
    let before = session.exists();
    use NotifyEvent as E;
    let notify = Notify::new()
        .status()
        .selected([
            E::new_messages("UID FLAGS"),
            E::MessageExpunge,
            E::FlagChange,
        ])
        .subtree(
            [session.top.as_str()],
            [
                E::MessageNew,
                E::MessageExpunge,
                E::MailboxName,
                E::SubscriptionChange,
            ],
        );
    let notified = session.ask("NOTIFY", Command::notify(&notify));
    let told = notified.is_some_and(|notified| !notified.mailboxes.is_empty());
    session.expect(told, || "NOTIFY: no STATUS".to_owned());
    let elsewhere = session.below("copies");
    let mut another = session.another();
    for mailbox in [&bag.mailbox, &elsewhere] {
        let append = Command::append(mailbox, message("news", 1));
        another.run(append).unwrap();
    }
    another.run(Command::create(session.below("new"))).unwrap();
    another
        .run(Command::rename(
            session.below("new"),
            session.below("newer"),
        ))
        .unwrap();
    another
        .run(Command::subscribe(session.below("newer")))
        .unwrap();
    another.logout().unwrap();
    session.ask("NOOP", Ok(Command::noop()));
    let exists = session.exists();
    session.expect(exists == before + 1, || {
        format!("NOTIFY: {exists} exist, not {before} and one")
    });
    session.ask("NOTIFY NONE", Ok(Command::notify_none()));
}

fn offers<C: Client>(session: &mut Session<C>, bag: &Bag, offers: &[Offer]) {
    for (capability, command, answer) in offers {
        if !capability.is_empty() && !session.has(capability) {
            continue;
        }
        let line = command.replace("{box}", &bag.mailbox);
        let line = line.replace("{top}", &session.top);
        let line = line.replace("{user}", session.user());
        let line = line.replace("{url}", &in_url(&bag.mailbox));
        let told = session.stream(command, raw(&line));
        let word = answer.to_ascii_lowercase();
        let mut told = told.iter().map(|line| line.to_ascii_lowercase());
        let told = word.is_empty() || told.any(|line| line.contains(&word));
        session.expect(told, || format!("{command}: no {answer}"));
    }
}

pub(super) fn in_url(mailbox: &str) -> String {
    mailbox.replace(' ', "%20")
}

/// Several messages at once, and messages made of others, in a mailbox of their own.
fn messages<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let mailbox = session.below("made");
    session.ask("CREATE", Command::create(&mailbox));
    let message = || AppendMessage::new("Subject: literal\r\n\r\nA1 NOOP\r\n");
    let mut made = 0;
    if session.has("MULTIAPPEND") {
        let two = [message(), message().flags([Flag::SEEN])];
        let appended = session.ask("APPEND of two messages", Command::append_all(&mailbox, two));
        let uids = appended.map(|appended| appended.uids().count());
        session.expect(uids == Some(2), || {
            format!("APPEND of two messages: {uids:?}")
        });
        made += 2;
    }
    if let (true, Some(validity)) = (session.has("CATENATE"), bag.uid_validity) {
        let url = format!("/{};UIDVALIDITY={validity}/;UID=1", in_url(&bag.mailbox));
        let parts = [CatenatePart::url(url), CatenatePart::text("more\r\n")];
        let catenated = Command::append(&mailbox, AppendMessage::catenate(parts));
        session.ask("APPEND CATENATE", catenated);
        made += 1;
    }
    if session.has("REPLACE") && made > 0 {
        session.ask("SELECT", Command::select(&mailbox));
        let replaced = session.ask("UID REPLACE", Command::uid_replace(1, &mailbox, message()));
        let uids = replaced.map(|replaced| replaced.uids().count());
        session.expect(uids == Some(1), || format!("UID REPLACE: {uids:?}"));
        session.ask("SELECT", Command::select(&bag.mailbox));
    }
    let status = session.stream("STATUS", raw(&format!("STATUS \"{mailbox}\" (MESSAGES)")));
    let told = status
        .iter()
        .any(|line| line.contains(&format!("MESSAGES {made}")));
    session.expect(told, || format!("STATUS after {made} messages: {status:?}"));
}
