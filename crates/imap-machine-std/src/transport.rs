//! The socket, with or without TLS: nothing here blocks but [`Transport::wait`].

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use imap_machine::Layer;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustls::ClientConnection;

use crate::tls::Tls;

/// Whatever octets can be read from and written to, and that can get a layer.
pub(crate) trait Transport: Send + Sync {
    /// Reads what is there. A read that does not fill `space` has left nothing behind; 0 is the end.
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize>;

    /// Writes what goes. With a layer: what the layer takes, which is nothing as long as it has not got rid of what it took
    /// before.
    fn write(&mut self, octets: &[u8]) -> io::Result<usize>;

    /// Writes what the layer has to say: `WouldBlock` if it does not all go.
    fn flush(&mut self) -> io::Result<()>;

    /// Whether the layer has octets for [`flush`](Self::flush).
    fn wants_flush(&self) -> bool;

    /// Sleeps until it can be read, or written if that is asked for, but not longer than `span`.
    fn wait(&self, write: bool, span: Duration) -> io::Result<()>;

    /// Begins to put a layer upon it; [`upgraded`](Self::upgraded) ends it.
    fn upgrade(&mut self, layer: Layer) -> io::Result<()>;

    /// Goes on with the layer: `WouldBlock` until it stands, and when none is being set up.
    fn upgraded(&mut self) -> io::Result<()>;

    /// Says good-bye if that costs no waiting, and ends both directions.
    fn close(&mut self);
}

/// A non-blocking socket and what lies upon it.
pub(crate) struct Socket {
    socket: TcpStream,
    tls: Tls,
    stack: Stack,
}

enum Stack {
    Plain,
    Handshake(Box<ClientConnection>),
    Tls(Box<ClientConnection>),
    /// A handshake failed; the octets below mean nothing any more.
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
        // Not every system takes a longer one. An early end does no harm.
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
