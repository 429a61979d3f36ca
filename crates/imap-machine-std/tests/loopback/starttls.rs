//! TLS that begins in the middle.

use std::time::Duration;

use imap_machine_std::imap_machine::Layer;
use imap_machine_std::imap_machine::client::{NotSent, Waiting};
use imap_machine_std::imap_machine::error::CloseReason;
use imap_machine_std::{Command, CommandError, CommandOptions, Config, Connector, over};

use crate::peer::{self, Peer, within};

/// Says OK to everything.
fn agree(mut peer: Peer) {
    loop {
        let line = peer.line();
        let Some((tag, command)) = line.split_once(' ') else {
            return;
        };
        if command == "CAPABILITY" {
            peer.say("* CAPABILITY IMAP4rev1\r\n");
        }
        peer.say(&format!("{tag} OK done\r\n"));
    }
}

#[test]
fn a_session_begins_in_clear_and_goes_on_under_tls() {
    within(60, || {
        let (socket, root) = peer::start_starttls(agree);
        let connector = Connector::new("imap+starttls://localhost").unwrap();
        let mut client = over(&connector.roots(vec![root]), socket).unwrap();
        client.noop().unwrap();
        client.logout().unwrap();
    });
}

#[test]
fn a_handshake_that_does_not_end_delays_no_call() {
    within(60, || {
        let socket = peer::start(|mut peer| {
            peer.say("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n");
            peer.line();
            peer.say("A1 OK go on\r\n");
            peer.wait();
        });
        let mut config = Config::default();
        config.timeouts.upgrade = Duration::from_secs(5);
        let connector = Connector::new("imap://localhost").unwrap();
        let mut client = over(&connector.config(config), socket).unwrap();
        let options = CommandOptions::default();
        let starttls = client.send(Command::starttls(), options).unwrap();
        let upgrading = Waiting::Upgrade(Layer::Tls);
        while client.connection().waiting() != upgrading {
            // Reads what has come, and does not wait.
            let _ = client.updates().count();
        }
        let noop = client.send(Command::noop(), options).unwrap();
        assert_eq!(client.connection().waiting(), upgrading);

        let error = client.wait(starttls).unwrap_err();
        assert!(matches!(error, CommandError::Unknown(_)), "{error:?}");
        let error = client.wait(noop).unwrap_err();
        let CommandError::NotSent(NotSent::Closed(closed)) = error else {
            panic!("{error:?}");
        };
        let failed = CloseReason::UpgradeFailed(Layer::Tls);
        assert_eq!(*closed.reason(), failed);
    });
}
