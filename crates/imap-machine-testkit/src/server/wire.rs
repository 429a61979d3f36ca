//! The socket: commands in, as framing cuts them, and buffered octets out.
//!
//! Output is flushed exactly when the next read would wait, so the answers to pipelined commands
//! leave together.

use super::Fault;
use imap_machine::framing::{
    Announced, Bounds, Delivery, Direction, Framed, Framer, Message, ReceiveBuffer,
};
use std::io::{self, BufWriter, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// How long a connection that is being closed waits for the client to close its side.
const LINGER: Duration = Duration::from_secs(1);

/// Octets that one read asks for.
const READ: usize = 8 << 10;

pub(super) struct Wire {
    reader: TcpStream,
    buffer: ReceiveBuffer,
    framer: Framer,
    writer: BufWriter<Chunked>,
}

/// What a client has sent. Its octets are [`Wire::octets`].
pub(super) enum Input {
    /// A command, or a line, up to its end.
    Message(Message),
    /// A command, up to a literal that has to be taken or declined.
    Literal(Announced),
}

impl Wire {
    /// `limit`: octets of one command.
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
        let bounds = Bounds {
            line: limit,
            literal: u64::MAX,
            inline_literal: limit,
            message: limit,
        };
        Ok(Wire {
            reader: stream,
            buffer: ReceiveBuffer::new(),
            framer: Framer::new(Direction::FromClient, bounds),
            writer: BufWriter::new(output),
        })
    }

    /// What comes next.
    ///
    /// # Errors
    ///
    /// `InvalidData` when the command grows over the limit, `UnexpectedEof` at the end.
    pub fn next(&mut self) -> io::Result<Input> {
        loop {
            match self.frame()? {
                Framed::Message(message) => return Ok(Input::Message(message)),
                Framed::Announced(literal) => return Ok(Input::Literal(literal)),
                Framed::Piece(piece) => self.buffer.cut(piece.range),
                Framed::Skipped(range) => self.buffer.cut(range),
                Framed::Incomplete => self.fill()?,
            }
        }
    }

    fn frame(&mut self) -> io::Result<Framed> {
        let framed = self.framer.next(self.buffer.as_slice());
        framed.map_err(|limit| io::Error::new(io::ErrorKind::InvalidData, limit))
    }

    /// What is held, from the beginning of the command on.
    pub fn octets(&self) -> &[u8] {
        self.buffer.as_slice()
    }

    /// The command has been read.
    pub fn consume(&mut self, message: Message) {
        self.buffer.consume(message.len);
    }

    /// A line that is no command comes next.
    pub fn expect_line(&mut self) {
        self.framer.expect_line();
    }

    /// Reads the line that was expected, without its CRLF. A bare LF is kept, where no parser likes
    /// it.
    pub fn line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            match self.next()? {
                Input::Message(message) => {
                    let line = without_line_end(&self.octets()[..message.len]).to_vec();
                    self.consume(message);
                    return Ok(line);
                }
                Input::Literal(_) => self.framer.refuse(),
            }
        }
    }

    /// Like [`Wire::line`], but gives up after `patience`. What has been read then is kept.
    pub fn poll_line(&mut self, patience: Duration) -> io::Result<Option<Vec<u8>>> {
        self.reader.set_read_timeout(Some(patience))?;
        let result = self.line();
        self.reader.set_read_timeout(None)?;
        match result {
            Ok(line) => Ok(Some(line)),
            // Which of the two a timeout is depends on the platform.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Takes a literal into the command. Whether it fits; if not, it has to be declined.
    pub fn keep_literal(&mut self, literal: &Announced) -> io::Result<bool> {
        let fits = self.framer.accept(Delivery::Buffered).is_ok();
        if fits {
            self.ask_for(literal)?;
        }
        Ok(fits)
    }

    /// Takes a literal apart from its command, and copies its octets.
    pub fn take_literal(&mut self, literal: &Announced, sink: &mut impl Write) -> io::Result<()> {
        let accepted = self.framer.accept(Delivery::Streamed);
        accepted.map_err(|limit| io::Error::new(io::ErrorKind::InvalidData, limit))?;
        self.ask_for(literal)?;
        let mut left = literal.size;
        while left > 0 {
            match self.frame()? {
                Framed::Piece(piece) => {
                    sink.write_all(&self.buffer.as_slice()[piece.range.clone()])?;
                    left -= piece.range.len() as u64;
                    self.buffer.cut(piece.range);
                }
                _ => self.fill()?,
            }
        }
        Ok(())
    }

    fn ask_for(&mut self, literal: &Announced) -> io::Result<()> {
        match literal.synchronizing {
            true => self.write_all(b"+ ready\r\n"),
            false => Ok(()),
        }
    }

    /// Refuses a literal. One that is on its way all the same is swallowed with the rest of its
    /// command (RFC 7888 section 4), so that what is read next is the next command.
    pub fn decline(&mut self) -> io::Result<()> {
        self.framer.refuse();
        self.line().map(drop)
    }

    /// Closes in order: what is unread when a socket closes would make the system reset the
    /// connection, and the client might never see the last answers.
    pub fn close(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        self.reader.shutdown(Shutdown::Write)?;
        let until = Instant::now() + LINGER;
        let mut unread = [0; 4096];
        while let Some(left) = until
            .checked_duration_since(Instant::now())
            .filter(|left| !left.is_zero())
        {
            self.reader.set_read_timeout(Some(left))?;
            if self.reader.read(&mut unread)? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// At least one octet, unless the stream fails.
    fn fill(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        loop {
            match self.reader.read(self.buffer.spare(READ)) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(octets) => {
                    self.buffer.advance(octets);
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// A bare LF is kept, where no parser likes it.
pub(super) fn without_line_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r\n").unwrap_or(line)
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
