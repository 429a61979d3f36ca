//! The socket, with or without TLS: nothing here blocks but [`Transport::wait`] and the handshake.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustls::ClientConnection;

/// A non-blocking socket and what lies upon it.
pub(crate) struct Transport {
    socket: TcpStream,
    tls: Option<Box<ClientConnection>>,
}

impl Transport {
    pub(crate) fn new(socket: TcpStream) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        // Commands are small and wait for answers: Nagle's algorithm would hold them back.
        socket.set_nodelay(true)?;
        Ok(Self { socket, tls: None })
    }

    /// Reads what is there. A read that does not fill `space` has left nothing behind; 0 is the end.
    pub(crate) fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match &mut self.tls {
            None => self.socket.read(space),
            Some(tls) => read_tls(tls, &mut self.socket, space),
        }
    }

    /// Writes what goes. With TLS: what TLS takes, which is nothing as long as it has not got rid of what it took before.
    pub(crate) fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.flush()?;
        let taken = match &mut self.tls {
            None => return self.socket.write(octets),
            Some(tls) => tls.writer().write(octets)?,
        };
        match self.flush() {
            Err(error) if !is_for_later(&error) => Err(error),
            _ => Ok(taken),
        }
    }

    /// Writes what TLS has to say: `WouldBlock` if it does not all go.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if let Some(tls) = &mut self.tls {
            while tls.wants_write() {
                tls.write_tls(&mut self.socket)?;
            }
        }
        Ok(())
    }

    /// Whether TLS has octets for [`flush`](Self::flush).
    pub(crate) fn wants_flush(&self) -> bool {
        self.tls.as_ref().is_some_and(|tls| tls.wants_write())
    }

    /// Sleeps until the socket can be read, or written if that is asked for, but not longer than `span`.
    pub(crate) fn wait(&self, write: bool, span: Duration) -> io::Result<()> {
        let flags = match write {
            true => PollFlags::IN | PollFlags::OUT,
            false => PollFlags::IN,
        };
        // Not every system takes a longer one. An early end does no harm.
        let span = Timespec::try_from(span.min(Duration::from_secs(3600))).unwrap_or_default();
        match poll(&mut [PollFd::new(&self.socket, flags)], Some(&span)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts TLS upon the socket and shakes hands, until `end` at the latest.
    pub(crate) fn secure(&mut self, tls: ClientConnection, end: Instant) -> io::Result<()> {
        let mut tls = Box::new(tls);
        while tls.is_handshaking() {
            match tls.complete_io(&mut self.socket) {
                Ok(_) => {}
                Err(error) if is_for_later(&error) => {
                    let left = end.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Err(ErrorKind::TimedOut.into());
                    }
                    self.wait(tls.wants_write(), left)?;
                }
                Err(error) => return Err(error),
            }
        }
        self.tls = Some(tls);
        Ok(())
    }

    /// Says good-bye if that costs no waiting, and ends both directions.
    pub(crate) fn close(&mut self) {
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
        }
        // Nobody is left who would want to know.
        let _ = self.flush();
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

/// Whether the socket could not do it now, but may later.
pub(crate) fn is_for_later(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

fn read_tls(
    tls: &mut ClientConnection,
    socket: &mut TcpStream,
    space: &mut [u8],
) -> io::Result<usize> {
    let mut filled = 0;
    loop {
        let more = match tls.reader().read(&mut space[filled..]) {
            // The space is full, or the end.
            Ok(0) => return Ok(filled),
            Ok(octets) => {
                filled += octets;
                continue;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => receive(tls, socket),
            // No close_notify. IMAP says itself what is complete, and many servers do not bother.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(filled),
            Err(error) => Err(error),
        };
        match more {
            Ok(()) => {}
            // The error comes again when it is its turn.
            Err(_) if filled > 0 => return Ok(filled),
            Err(error) => return Err(error),
        }
    }
}

fn receive(tls: &mut ClientConnection, socket: &mut TcpStream) -> io::Result<()> {
    tls.read_tls(socket)?;
    if let Err(error) = tls.process_new_packets() {
        // The alert that tells the server why, if it goes.
        let _ = tls.write_tls(socket);
        return Err(io::Error::new(ErrorKind::InvalidData, error));
    }
    Ok(())
}
