//! Reaching a host with several addresses, some of which may not answer (RFC 8305, "Happy Eyeballs").

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::Poll;

use imap_machine_connect::{CONNECTION_ATTEMPT_DELAY, interleaved};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// The first connection that succeeds.
pub(crate) async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let addresses = interleaved(lookup_host((host, port)).await?);
    race(addresses, TcpStream::connect).await
}

/// Starts an attempt with each address, when the attempt before it has failed or has had its head start. All go on until one
/// succeeds or all have failed.
async fn race<C, A>(addresses: Vec<SocketAddr>, attempt: impl Fn(SocketAddr) -> A) -> io::Result<C>
where
    A: Future<Output = io::Result<C>>,
{
    let mut addresses = addresses.into_iter();
    let mut attempts = Vec::new();
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    loop {
        attempts.extend(addresses.next().map(|address| Box::pin(attempt(address))));
        if attempts.is_empty() {
            return Err(failure);
        }
        let any = any_of(&mut attempts);
        let ended = match addresses.len() {
            0 => any.await,
            _ => match timeout(CONNECTION_ATTEMPT_DELAY, any).await {
                Ok(ended) => ended,
                Err(_) => continue,
            },
        };
        match ended {
            Ok(connection) => return Ok(connection),
            Err(error) => failure = error,
        }
    }
}

/// Waits for the first that ends, and removes it.
async fn any_of<A: Future>(attempts: &mut Vec<Pin<Box<A>>>) -> A::Output {
    poll_fn(|cx| {
        for index in 0..attempts.len() {
            if let Poll::Ready(output) = attempts[index].as_mut().poll(cx) {
                drop(attempts.remove(index));
                return Poll::Ready(output);
            }
        }
        Poll::Pending
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::Mutex;
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::*;

    /// The result of an attempt.
    #[derive(Clone, Copy)]
    enum Fate {
        Silence,
        Refused,
        StandsAfter(u64),
    }

    use Fate::{Refused, Silence, StandsAfter};

    /// The winner and its time, and when each attempt began. In milliseconds.
    async fn raced(fates: &[Fate]) -> (io::Result<(u16, u128)>, Vec<u128>) {
        let start = Instant::now();
        let begun = Mutex::new(Vec::new());
        let attempt = async |to: SocketAddr| {
            begun.lock().unwrap().push(start.elapsed().as_millis());
            let host = to.port();
            match fates[usize::from(host)] {
                Silence => pending().await,
                Refused => Err(io::Error::other(format!("{host} refuses"))),
                StandsAfter(millis) => {
                    sleep(Duration::from_millis(millis)).await;
                    Ok((host, start.elapsed().as_millis()))
                }
            }
        };
        let hosts = 0..u16::try_from(fates.len()).unwrap();
        let addresses = hosts.map(|host| SocketAddr::from(([127, 0, 0, 1], host)));
        let won = race(addresses.collect(), attempt).await;
        (won, begun.into_inner().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn silence_delays_the_next_and_does_not_prevent_it() {
        let (won, begun) = raced(&[Silence, Silence, StandsAfter(10), StandsAfter(0)]).await;
        assert_eq!((won.unwrap(), begun), ((2, 510), vec![0, 250, 500]));
    }

    #[tokio::test(start_paused = true)]
    async fn behind_a_refusal_the_next_begins_at_once() {
        let (won, begun) = raced(&[Refused, Refused, StandsAfter(30)]).await;
        assert_eq!((won.unwrap(), begun), ((2, 30), vec![0, 0, 0]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_one_goes_on_beside_the_next() {
        let (won, begun) = raced(&[StandsAfter(400), Silence, Silence]).await;
        assert_eq!((won.unwrap(), begun), ((0, 400), vec![0, 250]));
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_refusal_is_told() {
        let (won, _) = raced(&[Refused, Refused]).await;
        assert_eq!(won.unwrap_err().to_string(), "1 refuses");
        let (won, _) = raced(&[]).await;
        assert_eq!(won.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
