//! Clients of a server that is a round trip away.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ::imap_machine::client::CommandOptions;
use imap_machine_tokio::Client;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep};

use super::{Run, imap_machine, tokio_client};
use crate::server::{Script, Server};
use crate::tally::Tally;

/// The server as a transport of tokio.
struct Transport {
    server: Server,
    nap: Option<Pin<Box<Sleep>>>,
}

impl AsyncRead for Transport {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            if let Some(nap) = &mut self.nap {
                ready!(nap.as_mut().poll(cx));
                self.nap = None;
            }
            match self.server.arrives_in() {
                Some(Duration::ZERO) => {
                    let octets = self.server.read(space.initialize_unfilled());
                    space.advance(octets);
                    return Poll::Ready(Ok(()));
                }
                Some(wait) => self.nap = Some(Box::pin(sleep(wait))),
                // Nothing wakes this read: only a write brings an answer, and after a write the adapter reads again.
                None => return Poll::Pending,
            }
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.server.take(octets);
        cx.waker().wake_by_ref();
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// `count` STOREs through imap-machine-tokio, each by a task of its own that knows of no other.
#[must_use]
pub fn stores(script: Script, count: u32) -> Run {
    let runtime = tokio_client::runtime();
    let transport = Transport {
        server: Server::new(script),
        nap: None,
    };
    let client = runtime.block_on(tokio_client::open(transport));
    Box::new(move || store_each(&runtime, &client, count))
}

fn store_each(runtime: &Runtime, client: &Client, count: u32) -> Tally {
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for uid in 1..=count {
            let client = client.clone();
            tasks.spawn(async move {
                let store = imap_machine::store(uid);
                let done = client.send(store, CommandOptions::default());
                done.await.expect("OK");
            });
        }
        let mut stored = 0;
        while let Some(task) = tasks.join_next().await {
            task.expect("no panic");
            stored += 1;
        }
        Tally::rows(stored)
    })
}
