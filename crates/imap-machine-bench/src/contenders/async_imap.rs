//! async-imap on tokio's traits. The transport is never pending, so the future is polled without a runtime.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use async_imap::types::{Fetch, Flag};
use async_imap::{Client, Session};
use futures_util::StreamExt;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::Runtime;

use super::imap_proto_0_17::{envelope_octets, structure_octets};
use super::link::{AsyncLink, Way};
use super::tokio_client::runtime;
use super::{Read, Run};
use crate::inputs::bodies::Large;
use crate::server::{Script, Server};
use crate::tally::{FlagRow, Tally, flag, samples};

/// The server as a transport. It is shared, so that the run can ask the server afterwards.
#[derive(Clone, Debug)]
pub struct Transport(Arc<Mutex<Server>>);

impl Transport {
    fn server(&self) -> std::sync::MutexGuard<'_, Server> {
        self.0.lock().expect("no panic while it is locked")
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let octets = self.server().read(space.initialize_unfilled());
        space.advance(octets);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.server().take(octets);
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Logs in and selects, over any transport.
pub async fn open<T>(transport: T) -> Session<T>
where
    T: AsyncRead + AsyncWrite + Unpin + std::fmt::Debug + Send,
{
    let mut client = Client::new(transport);
    client.read_response().await.expect("a greeting");
    let login = client.login("user", "password").await;
    let mut session = login.map_err(|(error, _)| error).expect("a login");
    session.select("INBOX").await.expect("a mailbox");
    session
}

/// Sends a `UID STORE` and takes its answer.
pub async fn store<T>(session: &mut Session<T>, uid: u32)
where
    T: AsyncRead + AsyncWrite + Unpin + std::fmt::Debug + Send,
{
    let rows = session
        .uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)")
        .await;
    let mut rows = pin!(rows.expect("an answer"));
    while let Some(row) = rows.next().await {
        row.expect("a row");
    }
}

fn now<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("async-imap waits for nothing"),
    }
}

fn session(script: Script) -> (Transport, Session<Transport>) {
    let transport = Transport(Arc::new(Mutex::new(Server::new(script))));
    (transport.clone(), now(open(transport)))
}

/// A FETCH, its rows read like this.
#[must_use]
pub fn fetch(script: Script, what: Read) -> Run {
    let (_, mut session) = session(script);
    Box::new(move || now(fetched(&mut session, what)))
}

async fn fetched<T>(session: &mut Session<T>, what: Read) -> Tally
where
    T: AsyncRead + AsyncWrite + Unpin + std::fmt::Debug + Send,
{
    let mut tally = Tally::default();
    let rows = session.uid_fetch("1:*", "(UID FLAGS)").await;
    let mut rows = pin!(rows.expect("an answer"));
    while let Some(row) = rows.next().await {
        read(&row.expect("a row"), what, &mut tally);
    }
    tally
}

/// A session over a link, and the runtime that drives it.
fn linked(way: Way, script: Script) -> (Runtime, Session<AsyncLink>) {
    let runtime = runtime();
    let session = runtime.block_on(async { open(AsyncLink::open(way, script)).await });
    (runtime, session)
}

/// NOOPs one by one, on a runtime.
#[must_use]
pub fn noops(way: Way, script: Script, count: u32) -> Run {
    let (runtime, mut session) = linked(way, script);
    Box::new(move || {
        runtime.block_on(async {
            for _ in 0..count {
                session.noop().await.expect("OK");
            }
        });
        Tally::rows(count)
    })
}

/// A FETCH of flags, on a runtime.
#[must_use]
pub fn rows(way: Way, script: Script) -> Run {
    let (runtime, mut session) = linked(way, script);
    Box::new(move || runtime.block_on(fetched(&mut session, Read::Flags)))
}

/// W3 outwards: the message whole.
#[must_use]
pub fn append(script: Script, message: &Large) -> Run {
    let (transport, mut session) = session(script);
    let message = message.whole();
    Box::new(move || {
        now(session.append("INBOX", None, None, &message)).expect("OK");
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
        tally.numbers(now(session.uid_search("ALL")).expect("an answer"));
        tally
    })
}

/// An idle session, before or after a FETCH of what the script has to say.
#[must_use]
pub fn idle(script: Script, fetched: bool) -> Session<Transport> {
    let (transport, mut session) = session(script);
    if fetched {
        now(async {
            let rows = session.uid_fetch("1:*", "(UID FLAGS)").await;
            let mut rows = pin!(rows.expect("an answer"));
            while let Some(row) = rows.next().await {
                row.expect("a row");
            }
        });
    }
    transport.server().hush();
    session
}

/// W5: `count` STOREs, one by one. The library has no other way.
#[must_use]
pub fn stores_one_by_one(script: Script, count: u32) -> Run {
    let (transport, mut session) = session(script);
    Box::new(move || {
        now(async {
            for uid in 1..=count {
                store(&mut session, uid).await;
            }
        });
        Tally::rows(transport.server().stores())
    })
}

fn read(fetch: &Fetch, read: Read, tally: &mut Tally) {
    match read {
        Read::Flags | Read::Plain => tally.row(plain_row(fetch)),
        Read::Heavy => tally.add(heavy_row(fetch)),
        Read::Body => tally.add(body_row(fetch)),
    }
}

fn plain_row(fetch: &Fetch) -> FlagRow {
    FlagRow {
        uid: fetch.uid.unwrap_or_default(),
        flags: fetch.flags().map(|flag| fetched_flag(&flag)).sum(),
        modseq: fetch.modseq.unwrap_or_default(),
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
    }
}

fn heavy_row(fetch: &Fetch) -> u64 {
    let uid = u64::from(fetch.uid.unwrap_or_default());
    let envelope = fetch.envelope().map_or(0, envelope_octets);
    let structure = fetch.bodystructure().map_or(0, structure_octets);
    uid + envelope + structure
}

fn body_row(fetch: &Fetch) -> u64 {
    let uid = u64::from(fetch.uid.unwrap_or_default());
    let body = fetch.body().unwrap_or_default();
    uid + body.len() as u64 + samples(body, 0)
}
