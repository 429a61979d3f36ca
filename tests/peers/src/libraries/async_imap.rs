//! async-imap, on tokio's traits.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use ::async_imap::error::Error;
use ::async_imap::extensions::idle::{Handle, IdleResponse};
use ::async_imap::{Client, Session};
use futures_util::{Stream, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::Runtime;

use super::ONE_AT_A_TIME;
use crate::exchange::{Call, Done, Exchange, Library, MESSAGE};
use crate::server::{Input, Wire};

#[derive(Debug)]
struct Transport {
    wire: Wire,
    rest: Vec<u8>,
}

impl AsyncRead for Transport {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.rest.is_empty() {
            match self.wire.read() {
                Input::Octets(octets) => self.rest = octets,
                Input::Nothing => return Poll::Pending,
                Input::End => return Poll::Ready(Ok(())),
            }
        }
        let size = self.rest.len().min(space.remaining());
        let octets: Vec<u8> = self.rest.drain(..size).collect();
        space.put_slice(&octets);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.wire.write(octets) {
            0 => Poll::Pending,
            written => Poll::Ready(Ok(written)),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

struct AsyncImap {
    wire: Wire,
    /// `None` after a call that took the session and did not give it back.
    session: Option<Session<Transport>>,
}

/// Drives a future until it is ready, or until nothing can wake it any more.
fn run<T>(wire: &Wire, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    wire.take_starved();
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return Some(value),
            Poll::Pending if wire.take_starved() => return None,
            Poll::Pending => {}
        }
    }
}

pub(super) fn open(wire: &Wire, _: &Exchange) -> Result<Box<dyn Library>, String> {
    let session = run(wire, async {
        let rest = Vec::new();
        let mut client = Client::new(Transport {
            wire: wire.clone(),
            rest,
        });
        client
            .read_response()
            .await
            .map_err(|error| error.to_string())?;
        let login = client.login("user", "password").await;
        let mut session = login.map_err(|(error, _)| error.to_string())?;
        session
            .select("INBOX")
            .await
            .map_err(|error| error.to_string())?;
        Ok::<_, String>(session)
    });
    let session = Some(session.ok_or("no session")??);
    Ok(Box::new(AsyncImap {
        wire: wire.clone(),
        session,
    }))
}

fn done<T>(result: Result<T, Error>) -> Done {
    match result {
        Ok(_) => Done::Ok,
        Err(Error::No(_) | Error::Bad(_)) => Done::Refused,
        Err(error) => Done::Fails(error.to_string()),
    }
}

/// The number of rows.
async fn count<T>(
    rows: Result<impl Stream<Item = Result<T, Error>>, Error>,
) -> Result<usize, Error> {
    let mut rows = pin!(rows?);
    let mut count = 0;
    while let Some(row) = rows.next().await {
        row?;
        count += 1;
    }
    Ok(count)
}

impl Library for AsyncImap {
    fn call(&mut self, call: Call) -> Done {
        let wire = self.wire.clone();
        let Some(session) = &mut self.session else {
            return Done::Fails("the session is gone with the error before".to_owned());
        };
        let finished = match call {
            Call::Noop => run(&wire, async { done(session.noop().await) }),
            Call::Append => run(&wire, async {
                done(session.append("INBOX", None, None, MESSAGE).await)
            }),
            Call::Fetch => run(&wire, async {
                done(count(session.fetch("1", "(BODY.PEEK[])").await).await)
            }),
            Call::FetchUntaken => run(&wire, async {
                done(session.fetch("1", "(BODY.PEEK[])").await)
            }),
            Call::Store => run(&wire, async {
                match count(session.store("1", "+FLAGS (\\Seen)").await).await {
                    Ok(1) => Done::Ok,
                    Ok(rows) => Done::Wrong(format!(
                        "completes, but hands out {rows} rows: what was left of the FETCH, and its own"
                    )),
                    Err(error) => done::<()>(Err(error)),
                }
            }),
            Call::Idle | Call::IdleUntilBye => return self.idle(call),
            Call::IdleStopInLine => return self.idle_stop_in_line(),
            Call::IdleStopAtOnce => {
                return Done::CannotSay("`init()` waits for the `+`, `done()` comes after it");
            }
            Call::AppendBetweenIdles | Call::FetchAndAppend => {
                return Done::CannotSay(ONE_AT_A_TIME);
            }
        };
        finished.unwrap_or(Done::Waits(None))
    }
}

impl AsyncImap {
    /// `init()`, `wait()`, `done()`, as its documentation has it.
    fn idle(&mut self, call: Call) -> Done {
        let runtime = standing_clock();
        let _inside = runtime.enter();
        let wire = self.wire.clone();
        let mut handle = self.session.take().expect("a session").idle();
        let news = run(&wire, async {
            handle.init().await?;
            let (news, _stop) = handle.wait();
            news.await
        });
        match news {
            None => {
                return Done::Waits(Some(
                    "the server's OK goes to the unsolicited responses, and `wait()` waits on until its own timer, 29 minutes, ends it",
                ));
            }
            Some(Err(error)) => return done::<()>(Err(error)),
            Some(Ok(IdleResponse::NewData(_))) if call == Call::IdleUntilBye => return Done::Ok,
            Some(Ok(_)) => {}
        }
        self.end(handle)
    }

    fn end(&mut self, handle: Handle<Transport>) -> Done {
        match run(&self.wire.clone(), handle.done()) {
            None => Done::Waits(None),
            Some(Ok(session)) => {
                self.session = Some(session);
                Done::Ok
            }
            Some(Err(error)) => done::<()>(Err(error)),
        }
    }

    fn idle_stop_in_line(&mut self) -> Done {
        let runtime = standing_clock();
        let _inside = runtime.enter();
        let wire = self.wire.clone();
        let mut handle = self.session.take().expect("a session").idle();
        if let Some(Err(error)) = run(&wire, handle.init()) {
            return done::<()>(Err(error));
        }
        // This future takes the beginning of the line. It is dropped while it waits for the rest.
        let (news, stop) = handle.wait();
        if run(&wire, news).is_some() {
            return Done::Fails("news out of half a line".to_owned());
        }
        drop(stop);
        self.end(handle)
    }
}

/// `wait()` sets a timer. The clock of this runtime stands still.
fn standing_clock() -> Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime")
}
