//! imap (rust-imap), which blocks. It returns the rows of a FETCH as one collection.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use imap::types::{Fetch, Flag};
use imap::{Client, Session};

use super::imap_proto_0_16::{envelope_octets, structure_octets};
use super::{Read, Run};
use crate::inputs::bodies::Large;
use crate::server::{Script, Server};
use crate::tally::{FlagRow, Tally, flag, samples};

/// The server as a transport. It is shared, so that the run can ask the server afterwards.
#[derive(Clone, Debug)]
struct Transport(Arc<Mutex<Server>>);

impl Transport {
    fn server(&self) -> std::sync::MutexGuard<'_, Server> {
        self.0.lock().expect("no panic while it is locked")
    }
}

impl io::Read for Transport {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        Ok(self.server().read(space))
    }
}

impl Write for Transport {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.server().take(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn session(script: Script) -> (Transport, Session<Transport>) {
    let transport = Transport(Arc::new(Mutex::new(Server::new(script))));
    let mut client = Client::new(transport.clone());
    client.read_greeting().expect("a greeting");
    let login = client.login("user", "password");
    let mut session = login.map_err(|(error, _)| error).expect("a login");
    session.select("INBOX").expect("a mailbox");
    (transport, session)
}

/// A FETCH, its rows read like this.
#[must_use]
pub fn fetch(script: Script, what: Read) -> Run {
    let (_, mut session) = session(script);
    Box::new(move || {
        let mut tally = Tally::default();
        let rows = session.uid_fetch("1:*", "(UID FLAGS)").expect("an answer");
        for row in rows.iter() {
            read(row, what, &mut tally);
        }
        tally
    })
}

/// W3 outwards: the message whole.
#[must_use]
pub fn append(script: Script, message: &Large) -> Run {
    let (transport, mut session) = session(script);
    let message = message.whole();
    Box::new(move || {
        session.append("INBOX", &message).finish().expect("OK");
        let (octets, samples) = transport.server().literal();
        let mut tally = Tally::default();
        tally.add(2 + octets + samples);
        tally
    })
}

/// `UID SEARCH ALL`: how many numbers, and their sum.
#[must_use]
pub fn search(script: Script) -> Run {
    let (_, mut session) = session(script);
    Box::new(move || {
        let mut tally = Tally::default();
        tally.numbers(session.uid_search("ALL").expect("an answer"));
        tally
    })
}

/// An idle session, before or after a FETCH of what the script has to say.
#[must_use]
pub fn idle(script: Script, fetched: bool) -> Session<impl io::Read + Write> {
    let (transport, mut session) = session(script);
    if fetched {
        drop(session.uid_fetch("1:*", "(UID FLAGS)").expect("an answer"));
    }
    transport.server().hush();
    session
}

/// W5: `count` STOREs, one by one. The library has no other way.
#[must_use]
pub fn stores_one_by_one(script: Script, count: u32) -> Run {
    let (transport, mut session) = session(script);
    Box::new(move || {
        for uid in 1..=count {
            session
                .uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)")
                .expect("OK");
        }
        Tally::rows(transport.server().stores())
    })
}

fn read(fetch: &Fetch<'_>, read: Read, tally: &mut Tally) {
    match read {
        Read::Flags | Read::Plain => tally.row(plain_row(fetch)),
        Read::Heavy => tally.add(heavy_row(fetch)),
        Read::Body => tally.add(body_row(fetch)),
    }
}

fn plain_row(fetch: &Fetch<'_>) -> FlagRow {
    FlagRow {
        uid: fetch.uid.unwrap_or_default(),
        flags: fetch.flags().iter().map(fetched_flag).sum(),
        modseq: fetch.mod_seq().unwrap_or_default(),
        size: u64::from(fetch.size.unwrap_or_default()),
        dates: u64::from(fetch.internal_date().is_some()),
    }
}

fn fetched_flag(fetched: &Flag<'_>) -> u64 {
    match fetched {
        Flag::Seen => flag(b"\\Seen"),
        Flag::Answered => flag(b"\\Answered"),
        Flag::Flagged => flag(b"\\Flagged"),
        Flag::Deleted => flag(b"\\Deleted"),
        Flag::Draft => flag(b"\\Draft"),
        Flag::Recent => flag(b"\\Recent"),
        Flag::MayCreate => flag(b"\\*"),
        Flag::Custom(name) => flag(name.as_bytes()),
        _ => 0,
    }
}

fn heavy_row(fetch: &Fetch<'_>) -> u64 {
    let uid = u64::from(fetch.uid.unwrap_or_default());
    let envelope = fetch.envelope().map_or(0, envelope_octets);
    let structure = fetch.bodystructure().map_or(0, structure_octets);
    uid + envelope + structure
}

fn body_row(fetch: &Fetch<'_>) -> u64 {
    let uid = u64::from(fetch.uid.unwrap_or_default());
    let body = fetch.body().unwrap_or_default();
    uid + body.len() as u64 + samples(body, 0)
}
