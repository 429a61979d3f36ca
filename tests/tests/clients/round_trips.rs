//! How often the server is waited for. It answers when it has got all that a round trip brings, and a client that waits for an answer in
//! between would wait for ever.

use imap_machine::client::{Command, Search};
use imap_machine_std::{Connector, Credentials};

use crate::both;
use crate::client::{Client, OPTIONS};
use crate::peer::{Peer, over};

both! {
    a_session_takes_two_round_trips_where_the_greeting_has_capabilities,
    a_session_takes_three_round_trips_where_it_has_none,
    what_may_be_lost_after_a_login_waits_for_its_ok,
    searches_of_many_tasks_take_one_round_trip_with_esearch,
    searches_take_a_round_trip_each_without_it,
}

const CAPABILITIES: &str = "CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN";

fn alice() -> Connector {
    let connector = Connector::new("imap://localhost").unwrap();
    connector.credentials(Credentials::password("alice", "secret"))
}

/// SELECT and FETCH come together.
fn select_and_fetch(peer: &mut Peer) {
    let select = peer.expect("SELECT INBOX");
    let fetch = peer.expect("UID FETCH 1:9 FLAGS");
    peer.say(&format!(
        "* 1 EXISTS\r\n{select} OK [READ-WRITE] selected\r\n"
    ));
    peer.say(&format!(
        "* 1 FETCH (UID 7 FLAGS ())\r\n{fetch} OK fetched\r\n"
    ));
}

fn fetches_with_its_select<C: Client>(mut client: C) {
    let select = Command::select("INBOX").unwrap();
    let fetch = Command::uid_fetch("1:9", "FLAGS").unwrap();
    let select = client.send(select, OPTIONS);
    let fetch = client.send(fetch, OPTIONS.early());
    assert_eq!(client.wait(select).unwrap().exists, 1);
    assert_eq!(client.wait(fetch).unwrap().messages.len(), 1);
}

fn a_session_takes_two_round_trips_where_the_greeting_has_capabilities<C: Client>() {
    let client: C = over(&alice(), |mut peer| {
        peer.say(&format!("* OK [{CAPABILITIES}] ready\r\n"));
        let tag = peer.expect("AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==");
        peer.say(&format!("{tag} OK [CAPABILITY IMAP4rev1 IDLE] in\r\n"));
        select_and_fetch(&mut peer);
    });
    fetches_with_its_select(client);
}

fn a_session_takes_three_round_trips_where_it_has_none<C: Client>() {
    let client: C = over(&alice(), |mut peer| {
        peer.say("* OK ready\r\n");
        let tag = peer.expect("CAPABILITY");
        peer.say(&format!("* CAPABILITY IMAP4rev1\r\n{tag} OK\r\n"));
        let login = peer.expect("LOGIN alice secret");
        let ask = peer.expect("CAPABILITY");
        peer.say(&format!("{login} OK in\r\n"));
        peer.say(&format!("* CAPABILITY IMAP4rev1 IDLE\r\n{ask} OK\r\n"));
        select_and_fetch(&mut peer);
    });
    fetches_with_its_select(client);
}

/// Three round trips as well: Courier, which has no SASL-IR, loses what comes with a LOGIN.
fn what_may_be_lost_after_a_login_waits_for_its_ok<C: Client>() {
    let client: C = over(&alice(), |mut peer| {
        peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n");
        let login = peer.expect("LOGIN alice secret");
        peer.say(&format!("{login} OK in\r\n"));
        let ask = peer.expect("CAPABILITY");
        peer.say(&format!("* CAPABILITY IMAP4rev1 IDLE\r\n{ask} OK\r\n"));
        select_and_fetch(&mut peer);
    });
    fetches_with_its_select(client);
}

/// How many searches are sent at once.
const SEARCHES: u32 = 200;

/// Sends the searches, and waits for all of them. Each finds another UID.
fn searches<C: Client>(mut client: C) {
    client.run(Command::select("INBOX")).unwrap();
    let sent: Vec<_> = (1..=SEARCHES)
        .map(|uid| {
            let search = Command::uid_search(Search::all().uid(uid)).unwrap();
            (uid, client.send(search, OPTIONS))
        })
        .collect();
    for (uid, sent) in sent {
        let found = client.wait(sent).unwrap();
        let uids: Vec<_> = found.numbers().map(u32::from).collect();
        assert_eq!(uids, [uid]);
    }
}

fn opened(peer: &mut Peer, capabilities: &str) {
    peer.say(&format!("* PREAUTH [CAPABILITY {capabilities}] ready\r\n"));
    let select = peer.expect("SELECT INBOX");
    peer.say(&format!("* 1 EXISTS\r\n{select} OK selected\r\n"));
}

/// The server answers nothing before it has all of them, and then the last one first.
fn searches_of_many_tasks_take_one_round_trip_with_esearch<C: Client>() {
    let connector = Connector::new("imap://localhost").unwrap();
    let client: C = over(&connector, |mut peer| {
        opened(&mut peer, "IMAP4rev1 ESEARCH");
        let expect = |uid| peer.expect(&format!("UID SEARCH RETURN (ALL) UID {uid}"));
        let tags: Vec<_> = (1..=SEARCHES).map(expect).collect();
        for (uid, tag) in (1..=SEARCHES).rev().zip(tags.into_iter().rev()) {
            peer.say(&format!(
                "* ESEARCH (TAG \"{tag}\") UID ALL {uid}\r\n{tag} OK found\r\n"
            ));
        }
    });
    searches(client);
}

/// Nothing is to be read before a search is answered: the next one is sent after that.
fn searches_take_a_round_trip_each_without_it<C: Client>() {
    let connector = Connector::new("imap://localhost").unwrap();
    let client: C = over(&connector, |mut peer| {
        opened(&mut peer, "IMAP4rev1");
        for uid in 1..=SEARCHES {
            let tag = peer.expect(&format!("UID SEARCH UID {uid}"));
            assert!(
                peer.has_read_all(),
                "another one came before {tag} was answered"
            );
            peer.say(&format!("* SEARCH {uid}\r\n{tag} OK found\r\n"));
        }
    });
    searches(client);
}
