//! A transport and the TLS on it: nothing here blocks but [`Layers::wait`].

use std::io::{self, ErrorKind, Read, Write};
use std::mem;
use std::time::Duration;

use imap_machine_connect::{Tls, TlsError};
use rustls::ClientConnection;

use crate::transport::{Ready, Transport};

/// What the driver needs: a transport that can get a layer.
pub(crate) trait Layers: Send {
    /// [`Transport::read`]
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize>;

    /// [`Transport::write`]. A layer takes nothing while it still has octets that it took before.
    fn write(&mut self, octets: &[u8]) -> io::Result<usize>;

    /// Whether the layer has octets that it took. Every [`write`](Self::write) writes them first.
    fn wants_flush(&self) -> bool;

    /// [`Transport::wait`], also for what a handshake reads.
    fn wait(&mut self, wanted: Ready, span: Duration) -> io::Result<Ready>;

    /// Begins to set up TLS; [`upgraded`](Self::upgraded) ends it.
    fn upgrade(&mut self) -> io::Result<()>;

    /// Goes on setting up TLS: `WouldBlock` until it is ready, and when none is being set up.
    fn upgraded(&mut self) -> io::Result<()>;

    /// Sends close_notify if that needs no waiting, and ends both directions.
    fn close(&mut self);
}

pub(crate) struct Stack {
    below: Below,
    tls: Tls,
    layer: Top,
}

enum Top {
    Plain,
    Handshake(Box<ClientConnection>),
    Tls(Box<ClientConnection>),
    /// A handshake failed; the octets below it have no meaning.
    Broken,
}

/// The transport as rustls wants it.
struct Below {
    transport: Box<dyn Transport>,
    /// Whether the last read took all there was.
    dry: bool,
}

impl Stack {
    pub(crate) fn new(mut transport: Box<dyn Transport>, tls: Tls) -> io::Result<Self> {
        transport.begin()?;
        let dry = false;
        Ok(Self {
            below: Below { transport, dry },
            tls,
            layer: Top::Plain,
        })
    }

    /// Writes the octets that the layer holds: `WouldBlock` if not all can be written.
    fn flush(&mut self) -> io::Result<()> {
        if let Top::Handshake(tls) | Top::Tls(tls) = &mut self.layer {
            while tls.wants_write() {
                tls.write_tls(&mut self.below)?;
            }
        }
        Ok(())
    }
}

impl Layers for Stack {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match &mut self.layer {
            Top::Plain => self.below.read(space),
            Top::Tls(tls) => read_tls(tls, &mut self.below, space),
            Top::Handshake(_) | Top::Broken => Err(ErrorKind::NotConnected.into()),
        }
    }

    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.flush()?;
        if octets.is_empty() {
            return Ok(0);
        }
        let taken = match &mut self.layer {
            Top::Plain => return self.below.write(octets),
            Top::Tls(tls) => tls.writer().write(octets)?,
            Top::Handshake(_) | Top::Broken => return Err(ErrorKind::NotConnected.into()),
        };
        match self.flush() {
            Err(error) if !is_for_later(&error) => Err(error),
            _ => Ok(taken),
        }
    }

    fn wants_flush(&self) -> bool {
        match &self.layer {
            Top::Handshake(tls) | Top::Tls(tls) => tls.wants_write(),
            Top::Plain | Top::Broken => false,
        }
    }

    fn wait(&mut self, mut wanted: Ready, span: Duration) -> io::Result<Ready> {
        wanted.read |= matches!(self.layer, Top::Handshake(_));
        self.below.transport.wait(wanted, span)
    }

    fn upgrade(&mut self) -> io::Result<()> {
        let Top::Plain = mem::replace(&mut self.layer, Top::Broken) else {
            return Err(ErrorKind::Unsupported.into());
        };
        let tls = ClientConnection::new(self.tls.config()?, self.tls.name()?);
        self.layer = Top::Handshake(Box::new(tls.map_err(TlsError::Other)?));
        Ok(())
    }

    fn upgraded(&mut self) -> io::Result<()> {
        let mut tls = match mem::replace(&mut self.layer, Top::Broken) {
            Top::Handshake(tls) => tls,
            other => {
                self.layer = other;
                return Err(ErrorKind::WouldBlock.into());
            }
        };
        let shaken = shake_hands(&mut tls, &mut self.below);
        match &shaken {
            Ok(()) => {
                self.tls.shaken(&tls);
                self.layer = Top::Tls(tls);
            }
            Err(error) if is_for_later(error) => self.layer = Top::Handshake(tls),
            Err(_) => {}
        }
        shaken
    }

    fn close(&mut self) {
        if let Top::Tls(tls) = &mut self.layer {
            tls.send_close_notify();
        }
        // The connection is over: an error matters to no one.
        let _ = self.flush();
        self.below.transport.close();
    }
}

impl Read for Below {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let octets = self.transport.read(space)?;
        self.dry = octets < space.len();
        Ok(octets)
    }
}

impl Write for Below {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.transport.write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether it can be done only later.
pub(crate) fn is_for_later(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

fn shake_hands(tls: &mut ClientConnection, below: &mut Below) -> io::Result<()> {
    while tls.is_handshaking() {
        tls.complete_io(below)?;
    }
    Ok(())
}

fn read_tls(tls: &mut ClientConnection, below: &mut Below, space: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    below.dry = false;
    loop {
        let more = match tls.reader().read(&mut space[filled..]) {
            // The space is full, or the stream has ended.
            Ok(0) => return Ok(filled),
            Ok(octets) => {
                filled += octets;
                continue;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock && !below.dry => {
                receive(tls, below)
            }
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

fn receive(tls: &mut ClientConnection, below: &mut Below) -> io::Result<()> {
    tls.read_tls(below)?;
    if let Err(error) = tls.process_new_packets() {
        // The alert that tells the server why, if it can be written.
        let _ = tls.write_tls(below);
        return Err(io::Error::new(ErrorKind::InvalidData, error));
    }
    Ok(())
}
