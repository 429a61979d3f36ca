//! How far a long transfer is: one line on the terminal, drawn over and over.

use std::io::{self, IsTerminal as _, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, ReadBuf};

use crate::style::octets;

/// A transfer that is done before this shows no progress.
const SOON: Duration = Duration::from_millis(500);
const AGAIN: Duration = Duration::from_millis(100);

pub struct Progress {
    total: u64,
    done: u64,
    begin: Instant,
    next: Instant,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Standard error is no terminal.
    Off,
    Waiting,
    Drawn,
}

impl Progress {
    pub fn new(total: u64) -> Self {
        let begin = Instant::now();
        Self {
            total,
            done: 0,
            begin,
            next: begin + SOON,
            state: match io::stderr().is_terminal() {
                true => State::Waiting,
                false => State::Off,
            },
        }
    }

    pub fn advance(&mut self, octets: u64) {
        self.done = self.done.saturating_add(octets);
        let now = Instant::now();
        if self.state != State::Off && now >= self.next {
            self.next = now + AGAIN;
            self.state = State::Drawn;
            // Without a terminal no one misses the line.
            let _ = write!(
                io::stderr(),
                "\r{}\x1b[K",
                line(self.done, self.total, now - self.begin)
            );
        }
    }
}

/// Clears the line.
impl Drop for Progress {
    fn drop(&mut self) {
        if self.state == State::Drawn {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

fn line(done: u64, total: u64, span: Duration) -> String {
    let percent = u128::from(done) * 100 / u128::from(total.max(1));
    let speed = done as f64 / span.as_secs_f64().max(0.001);
    format!(
        "{} of {}  {percent} %  {}/s",
        octets(done),
        octets(total),
        octets(speed as u64)
    )
}

/// A source whose reading is shown.
pub struct Metered<R> {
    reader: R,
    progress: Progress,
}

impl<R> Metered<R> {
    pub fn new(reader: R, total: u64) -> Self {
        let progress = Progress::new(total);
        Self { reader, progress }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Metered<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = space.filled().len();
        let polled = Pin::new(&mut self.reader).poll_read(cx, space);
        let octets = space.filled().len().saturating_sub(before);
        self.progress.advance(octets as u64);
        polled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_progress() {
        let two = Duration::from_secs(2);
        assert_eq!(
            line(1 << 20, 4 << 20, two),
            "1.0 MiB of 4.0 MiB  25 %  512.0 KiB/s"
        );
        assert_eq!(
            line(0, 0, Duration::ZERO),
            "0 octets of 0 octets  0 %  0 octets/s"
        );
    }
}
