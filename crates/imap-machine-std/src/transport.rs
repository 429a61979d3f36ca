//! The socket, with or without TLS: nothing here blocks but [`Transport::wait`].

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use imap_machine::Layer;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustls::ClientConnection;

use crate::tls::Tls;

/// A transport that octets can be read from and written to, and that can get a layer.
pub(crate) trait Transport: Send + Sync {
    /// Reads octets that are there. If `space` is not filled, there are no more; 0 is the end.
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize>;

    /// Writes without waiting. A layer takes nothing while it still has octets that it took before.
    fn write(&mut self, octets: &[u8]) -> io::Result<usize>;

    /// Writes the octets that the layer holds: `WouldBlock` if not all can be written.
    fn flush(&mut self) -> io::Result<()>;

    /// Whether the layer has octets for [`flush`](Self::flush).
    fn wants_flush(&self) -> bool;

    /// Sleeps until there is something to read, or until it can be written if `write`, but not longer than `span`.
    fn wait(&self, write: bool, span: Duration) -> io::Result<()>;

    /// Begins to set up a layer; [`upgraded`](Self::upgraded) ends it.
    fn upgrade(&mut self, layer: Layer) -> io::Result<()>;

    /// Goes on setting up the layer: `WouldBlock` until it is ready, and when none is being set up.
    fn upgraded(&mut self) -> io::Result<()>;

    /// Sends close_notify if that needs no waiting, and ends both directions.
    fn close(&mut self);
}

/// A non-blocking socket and the layer on it.
pub(crate) struct Socket {
    socket: TcpStream,
    tls: Tls,
    stack: Stack,
}

enum Stack {
    Plain,
    Handshake(Box<ClientConnection>),
    Tls(Box<ClientConnection>),
    /// A handshake failed; the octets below it have no meaning.
    Broken,
}

impl Socket {
    pub(crate) fn new(socket: TcpStream, tls: Tls) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        // Commands are small and wait for answers: Nagle's algorithm would hold them back.
        socket.set_nodelay(true)?;
        Ok(Self {
            socket,
            tls,
            stack: Stack::Plain,
        })
    }

    fn shake_hands(&mut self) -> io::Result<()> {
        let Stack::Handshake(tls) = &mut self.stack else {
            return Err(ErrorKind::WouldBlock.into());
        };
        while tls.is_handshaking() {
            tls.complete_io(&mut self.socket)?;
        }
        Ok(())
    }
}

impl Transport for Socket {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match &mut self.stack {
            Stack::Plain => self.socket.read(space),
            Stack::Tls(tls) => read_tls(tls, &mut self.socket, space),
            Stack::Handshake(_) | Stack::Broken => Err(ErrorKind::NotConnected.into()),
        }
    }

    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.flush()?;
        let taken = match &mut self.stack {
            Stack::Plain => return self.socket.write(octets),
            Stack::Tls(tls) => tls.writer().write(octets)?,
            Stack::Handshake(_) | Stack::Broken => return Err(ErrorKind::NotConnected.into()),
        };
        match self.flush() {
            Err(error) if !is_for_later(&error) => Err(error),
            _ => Ok(taken),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Stack::Tls(tls) = &mut self.stack {
            while tls.wants_write() {
                tls.write_tls(&mut self.socket)?;
            }
        }
        Ok(())
    }

    fn wants_flush(&self) -> bool {
        match &self.stack {
            Stack::Handshake(tls) | Stack::Tls(tls) => tls.wants_write(),
            Stack::Plain | Stack::Broken => false,
        }
    }

    fn wait(&self, write: bool, span: Duration) -> io::Result<()> {
        let flags = match write {
            true => PollFlags::IN | PollFlags::OUT,
            false => PollFlags::IN,
        };
        // Not every system takes a longer span. Waking up early does no harm.
        let span = Timespec::try_from(span.min(Duration::from_secs(3600))).unwrap_or_default();
        match poll(&mut [PollFd::new(&self.socket, flags)], Some(&span)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn upgrade(&mut self, layer: Layer) -> io::Result<()> {
        let below = std::mem::replace(&mut self.stack, Stack::Broken);
        let (Stack::Plain, Layer::Tls) = (below, layer) else {
            let message = format!("{layer} cannot be put under this connection");
            return Err(io::Error::new(ErrorKind::Unsupported, message));
        };
        self.stack = Stack::Handshake(Box::new(self.tls.begin()?));
        Ok(())
    }

    fn upgraded(&mut self) -> io::Result<()> {
        let shaken = self.shake_hands();
        if shaken.as_ref().is_err_and(is_for_later) {
            return shaken;
        }
        self.stack = match std::mem::replace(&mut self.stack, Stack::Broken) {
            Stack::Handshake(tls) if shaken.is_ok() => Stack::Tls(tls),
            _ => Stack::Broken,
        };
        shaken
    }

    fn close(&mut self) {
        if let Stack::Tls(tls) = &mut self.stack {
            tls.send_close_notify();
        }
        // The connection is over: an error matters to no one.
        let _ = self.flush();
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

/// Whether the socket can do it only later.
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
            // The space is full, or the stream has ended.
            Ok(0) => return Ok(filled),
            Ok(octets) => {
                filled += octets;
                continue;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => receive(tls, socket),
            // The end without close_notify. IMAP itself says what is complete, and many servers leave close_notify out.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(filled),
            Err(error) => Err(error),
        };
        match more {
            Ok(()) => {}
            // The error comes again with the next read.
            Err(_) if filled > 0 => return Ok(filled),
            Err(error) => return Err(error),
        }
    }
}

fn receive(tls: &mut ClientConnection, socket: &mut TcpStream) -> io::Result<()> {
    tls.read_tls(socket)?;
    if let Err(error) = tls.process_new_packets() {
        // The alert that tells the server why, if it can be written.
        let _ = tls.write_tls(socket);
        return Err(io::Error::new(ErrorKind::InvalidData, error));
    }
    Ok(())
}
