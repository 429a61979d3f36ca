//! How often the server is waited for. It answers when it has got all that a round trip brings, and a client that waits for an answer in
//! between would wait for ever.

use imap_machine::client::Command;
use imap_machine_std::{Connector, Credentials};

use crate::both;
use crate::client::{Client, OPTIONS};
use crate::peer::{Peer, over};

both! {
    a_session_takes_two_round_trips_where_the_greeting_has_capabilities,
    a_session_takes_three_round_trips_where_it_has_none,
    what_may_be_lost_after_a_login_waits_for_its_ok,
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
