//! Messages that are read while they are sent.

use imap_machine::client::desk::Pace;

use crate::both;
use crate::client::Client;
use crate::peer::{Peer, selected};

both! {
    a_server_that_agrees_at_once_gets_every_message,
}

const MESSAGES: u32 = 500;

/// The server's `+` may be there before the call has returned.
fn a_server_that_agrees_at_once_gets_every_message<C: Client>() {
    let agree = |mut peer: Peer| {
        for uid in 1..=MESSAGES {
            let tag = peer.expect("APPEND INBOX {5}");
            peer.say("+ go on\r\n");
            assert_eq!(peer.line(), "hello");
            peer.say(&format!("{tag} OK [APPENDUID 1 {uid}] stored\r\n"));
        }
        peer.line();
    };
    let mut client: C = selected(Pace::default(), 0, agree);
    for uid in 1..=MESSAGES {
        let appended = client.append_stream("INBOX", 5, b"hello".to_vec()).unwrap();
        assert_eq!(appended.uid.map(|(_, uid)| uid.get()), Some(uid));
    }
}
