//! No library: a loop that writes a command and reads until the line with its tag, and understands nothing of what is between.

use std::io::{self, Read, Write};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Runtime;

use super::Run;
use super::link::{AsyncLink, Link, Way};
use super::tokio_client::runtime;
use crate::inputs::bodies::Large;
use crate::server::Script;
use crate::tally::{Tally, samples};

/// The most octets of one read.
const READ: usize = 64 << 10;

/// The end of every answer.
const END: &[u8] = b"A1 OK done\r\n";

/// A connection and what was read last.
struct Raw<T> {
    link: T,
    space: Vec<u8>,
}

/// The last octets that were read, for an end that came in two reads.
#[derive(Default)]
struct Tail {
    octets: Vec<u8>,
    read: u64,
}

impl Tail {
    /// Whether the answer ends with these octets.
    fn ends(&mut self, octets: &[u8]) -> bool {
        self.read += octets.len() as u64;
        if octets.len() >= END.len() {
            self.octets.clear();
        }
        self.octets.extend_from_slice(
            octets
                .get(octets.len().saturating_sub(END.len())..)
                .unwrap_or_default(),
        );
        self.octets.ends_with(END)
    }
}

impl Raw<AsyncLink> {
    async fn open(way: Way, script: Script) -> io::Result<Self> {
        let mut raw = Self {
            link: AsyncLink::open(way, script),
            space: vec![0; READ],
        };
        let _greeting = raw.link.read(&mut raw.space).await?;
        raw.run("A1 LOGIN user password\r\n").await?;
        raw.run("A1 SELECT INBOX\r\n").await?;
        Ok(raw)
    }

    /// How many octets the answer has.
    async fn run(&mut self, command: &str) -> io::Result<u64> {
        self.link.write_all(command.as_bytes()).await?;
        self.end().await
    }

    async fn end(&mut self) -> io::Result<u64> {
        let mut tail = Tail::default();
        loop {
            let octets = self.link.read(&mut self.space).await?;
            if octets == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if tail.ends(&self.space[..octets]) {
                return Ok(tail.read);
            }
        }
    }

    async fn body(&mut self, size: u64) -> io::Result<Tally> {
        self.link.write_all(FETCH).await?;
        self.link.read_exact(&mut self.space[..head(size)]).await?;
        let (mut offset, mut sum) = (0, 0);
        while offset < size {
            let most = most(&self.space, size - offset);
            let octets = self.link.read(&mut self.space[..most]).await?;
            sum += samples(&self.space[..octets], offset);
            offset += octets as u64;
        }
        self.end().await?;
        Ok(row(offset + sum))
    }
}

impl Raw<Link> {
    fn open(way: Way, script: Script) -> io::Result<Self> {
        let mut raw = Self {
            link: Link::open(way, script),
            space: vec![0; READ],
        };
        let _greeting = raw.link.read(&mut raw.space)?;
        raw.run("A1 LOGIN user password\r\n")?;
        raw.run("A1 SELECT INBOX\r\n")?;
        Ok(raw)
    }

    /// How many octets the answer has.
    fn run(&mut self, command: &str) -> io::Result<u64> {
        self.link.write_all(command.as_bytes())?;
        self.end()
    }

    fn end(&mut self) -> io::Result<u64> {
        let mut tail = Tail::default();
        loop {
            let octets = self.link.read(&mut self.space)?;
            if octets == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if tail.ends(&self.space[..octets]) {
                return Ok(tail.read);
            }
        }
    }

    fn body(&mut self, size: u64) -> io::Result<Tally> {
        self.link.write_all(FETCH)?;
        self.link.read_exact(&mut self.space[..head(size)])?;
        let (mut offset, mut sum) = (0, 0);
        while offset < size {
            let most = most(&self.space, size - offset);
            let octets = self.link.read(&mut self.space[..most])?;
            sum += samples(&self.space[..octets], offset);
            offset += octets as u64;
        }
        self.end()?;
        Ok(row(offset + sum))
    }
}

const FETCH: &[u8] = b"A1 UID FETCH 1:* (UID BODY.PEEK[])\r\n";

/// The octets of an answer before its body.
fn head(size: u64) -> usize {
    format!("* 1 FETCH (UID 2 BODY[] {{{size}}}\r\n").len()
}

fn most(space: &[u8], left: u64) -> usize {
    space.len().min(usize::try_from(left).unwrap_or(usize::MAX))
}

fn row(contents: u64) -> Tally {
    let mut tally = Tally::default();
    tally.add(2 + contents);
    tally
}

/// What a loop returns that has read these rows: how many octets they and the line with the tag have.
#[must_use]
pub const fn octets(rows: usize) -> Tally {
    Tally {
        rows: 0,
        sum: (rows + END.len()) as u64,
    }
}

fn opened(way: Way, script: Script) -> (Runtime, Raw<AsyncLink>) {
    let runtime = runtime();
    let raw = runtime.block_on(Raw::<AsyncLink>::open(way, script));
    (runtime, raw.expect("a session"))
}

/// NOOPs one by one, on tokio.
#[must_use]
pub fn tokio_noops(way: Way, script: Script, count: u32) -> Run {
    let (runtime, mut raw) = opened(way, script);
    Box::new(move || {
        runtime.block_on(async {
            for _ in 0..count {
                raw.run("A1 NOOP\r\n").await.expect("OK");
            }
        });
        Tally::rows(count)
    })
}

/// A FETCH, on tokio.
#[must_use]
pub fn tokio_rows(way: Way, script: Script) -> Run {
    let (runtime, mut raw) = opened(way, script);
    Box::new(move || {
        let sum = runtime.block_on(raw.run("A1 UID FETCH 1:* (UID FLAGS MODSEQ)\r\n"));
        let sum = sum.expect("OK");
        Tally { rows: 0, sum }
    })
}

/// A FETCH of one body, on tokio.
#[must_use]
pub fn tokio_body(way: Way, script: Script, body: &Large) -> Run {
    let (runtime, mut raw) = opened(way, script);
    let size = body.size();
    Box::new(move || runtime.block_on(raw.body(size)).expect("OK"))
}

/// NOOPs one by one, on blocking sockets.
#[must_use]
pub fn std_noops(way: Way, script: Script, count: u32) -> Run {
    let mut raw = Raw::<Link>::open(way, script).expect("a session");
    Box::new(move || {
        for _ in 0..count {
            raw.run("A1 NOOP\r\n").expect("OK");
        }
        Tally::rows(count)
    })
}

/// A FETCH, on blocking sockets.
#[must_use]
pub fn std_rows(way: Way, script: Script) -> Run {
    let mut raw = Raw::<Link>::open(way, script).expect("a session");
    Box::new(move || {
        let sum = raw.run("A1 UID FETCH 1:* (UID FLAGS MODSEQ)\r\n");
        let sum = sum.expect("OK");
        Tally { rows: 0, sum }
    })
}

/// A FETCH of one body, on blocking sockets.
#[must_use]
pub fn std_body(way: Way, script: Script, body: &Large) -> Run {
    let mut raw = Raw::<Link>::open(way, script).expect("a session");
    let size = body.size();
    Box::new(move || raw.body(size).expect("OK"))
}
