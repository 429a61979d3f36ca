//! io-imap's blocking client.

use std::any::Any;
use std::io;
use std::time::Duration;

use io_imap::client::{ImapClient, ImapClientStd, ImapStream};
use io_imap::codec::imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItemName};
use io_imap::rfc3501::fetch::ImapMessageFetchOptions;
use io_imap::rfc3501::login::ImapLogin;

use super::imap_types_rows::read;
use super::link::{Link, Way};
use super::{Read, Run};
use crate::server::Script;
use crate::tally::Tally;

impl ImapStream for Link {
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn set_read_timeout(&self, span: Option<Duration>) -> io::Result<()> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Tcp(socket) => socket.set_read_timeout(span),
        }
    }
}

/// Logs in and selects.
fn open(way: Way, script: Script) -> ImapClientStd {
    let mut client = ImapClientStd::new(Link::open(way, script));
    client.greeting().expect("a greeting");
    let login = ImapLogin::new("user", "password", Default::default());
    client
        .run(login.expect("a good argument"))
        .expect("a login");
    let inbox = "INBOX".try_into().expect("a mailbox");
    client.select(inbox, Default::default()).expect("a mailbox");
    client
}

/// NOOPs one by one.
#[must_use]
pub fn noops(way: Way, script: Script, count: u32) -> Run {
    let mut client = open(way, script);
    Box::new(move || {
        for _ in 0..count {
            client.noop().expect("OK");
        }
        Tally::rows(count)
    })
}

/// A FETCH of flags.
#[must_use]
pub fn rows(way: Way, script: Script) -> Run {
    let mut client = open(way, script);
    Box::new(move || {
        let items = vec![MessageDataItemName::Uid, MessageDataItemName::Flags];
        let items = MacroOrMessageDataItemNames::MessageDataItemNames(items);
        let options = ImapMessageFetchOptions {
            uid: true,
            ..Default::default()
        };
        let set = "1:*".try_into().expect("a set");
        let rows = client.fetch(set, items, options).expect("rows");
        let mut tally = Tally::default();
        for items in rows.values() {
            read(items.as_ref(), Read::Flags, &mut tally);
        }
        tally
    })
}
