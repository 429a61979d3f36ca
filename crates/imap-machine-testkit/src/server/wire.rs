//! The socket: lines and counted octets in, buffered octets out.
//!
//! Output is flushed exactly when the next read would wait, so the answers to pipelined commands
//! leave together.

use super::Fault;
use super::command::Literal;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// How long a connection that is being closed waits for the client to close its side.
const LINGER: Duration = Duration::from_secs(1);

pub(super) struct Wire {
    reader: BufReader<TcpStream>,
    writer: BufWriter<Chunked>,
    /// Octets of one command.
    limit: usize,
}

impl Wire {
    pub fn new(stream: TcpStream, limit: usize, faults: &[Fault]) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        let chunk = faults.iter().find_map(|fault| match fault {
            Fault::ChunkWrites(octets) => Some((*octets).max(1)),
            Fault::CloseAfter(_) | Fault::Silent(_) => None,
        });
        let output = Chunked {
            stream: stream.try_clone()?,
            chunk,
        };
        Ok(Wire {
            reader: BufReader::new(stream),
            writer: BufWriter::new(output),
            limit,
        })
    }

    /// Reads the rest of a line to the end of `text`, without its CRLF. A bare LF is kept, where no
    /// parser likes it.
    ///
    /// # Errors
    ///
    /// `InvalidData` when `text` grows over the limit, `UnexpectedEof` at the end.
    pub fn read_line(&mut self, text: &mut Vec<u8>) -> io::Result<()> {
        loop {
            let available = self.fill()?;
            let newline = available.iter().position(|&octet| octet == b'\n');
            let taken = newline.map_or(available.len(), |at| at + 1);
            text.extend_from_slice(&available[..taken]);
            self.reader.consume(taken);
            if text.len() > self.limit {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "command too long",
                ));
            }
            if newline.is_some() {
                if text.ends_with(b"\r\n") {
                    text.truncate(text.len() - 2);
                }
                return Ok(());
            }
        }
    }

    /// Like [`Wire::read_line`], but gives up after `patience` and says whether the line is
    /// complete. What was read is in `text`; call again to go on.
    pub fn poll_line(&mut self, text: &mut Vec<u8>, patience: Duration) -> io::Result<bool> {
        self.reader.get_ref().set_read_timeout(Some(patience))?;
        let result = self.read_line(text);
        self.reader.get_ref().set_read_timeout(None)?;
        match result {
            Ok(()) => Ok(true),
            // Which of the two a timeout is depends on the platform.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                ) =>
            {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Whether a literal of this size still fits into the command.
    pub fn has_room(&self, text: &[u8], literal: &Literal) -> bool {
        literal.size <= self.limit.saturating_sub(text.len()) as u64
    }

    /// Takes a literal: asks for it if the client waits to be asked, and copies its octets.
    pub fn take_literal(&mut self, literal: &Literal, sink: &mut impl Write) -> io::Result<()> {
        if literal.synchronizing {
            self.write_all(b"+ ready\r\n")?;
        }
        let mut left = literal.size;
        while left > 0 {
            let available = self.fill()?;
            let taken = available
                .len()
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            sink.write_all(&available[..taken])?;
            self.reader.consume(taken);
            left -= taken as u64;
        }
        Ok(())
    }

    /// Refuses a literal. One that is on its way all the same is swallowed with the rest of its
    /// command (RFC 7888 section 4), so that the next line read is the next command.
    pub fn decline(&mut self, literal: &Literal) -> io::Result<()> {
        let mut next = Some(*literal);
        while let Some(unasked) = next.filter(|literal| !literal.synchronizing) {
            self.take_literal(&unasked, &mut io::sink())?;
            let mut line = Vec::new();
            self.read_line(&mut line)?;
            next = Literal::ending(&line);
        }
        Ok(())
    }

    /// Closes in order: what is unread when a socket closes would make the system reset the
    /// connection, and the client might never see the last answers.
    pub fn close(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        let stream = self.reader.get_mut();
        stream.shutdown(Shutdown::Write)?;
        let until = Instant::now() + LINGER;
        let mut unread = [0; 4096];
        while let Some(left) = until
            .checked_duration_since(Instant::now())
            .filter(|left| !left.is_zero())
        {
            stream.set_read_timeout(Some(left))?;
            if stream.read(&mut unread)? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// At least one octet, unless the stream fails.
    fn fill(&mut self) -> io::Result<&[u8]> {
        while self.reader.buffer().is_empty() {
            self.writer.flush()?;
            match self.reader.fill_buf() {
                Ok([]) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                Ok(_) | Err(_) => {}
            }
        }
        Ok(self.reader.buffer())
    }
}

impl Write for Wire {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.writer.write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

struct Chunked {
    stream: TcpStream,
    chunk: Option<usize>,
}

impl Write for Chunked {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let chunk = self.chunk.unwrap_or(octets.len()).min(octets.len());
        self.stream.write(&octets[..chunk])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
