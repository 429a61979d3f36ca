//! How a client reaches its server: in memory, or over TCP on the loopback interface.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use imap_machine_std::{Ready, Transport};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::memory::Memory;
use crate::loopback;
use crate::server::Script;

/// Where the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In the client's own process and thread.
    Memory,
    /// At the other end of a socket, in a thread of its own.
    Tcp,
}

/// A transport of tokio.
#[derive(Debug)]
pub enum AsyncLink {
    /// See [`Way::Memory`].
    Memory(Box<Memory>),
    /// See [`Way::Tcp`].
    Tcp(tokio::net::TcpStream),
}

/// A transport that blocks, but for imap-machine-std.
#[derive(Debug)]
pub enum Link {
    /// See [`Way::Memory`].
    Memory(Box<Memory>),
    /// See [`Way::Tcp`].
    Tcp(TcpStream),
}

impl AsyncLink {
    /// Reaches a server. A runtime must be there.
    #[must_use]
    pub fn open(way: Way, script: Script) -> Self {
        match way {
            Way::Memory => Self::Memory(Box::new(Memory::new(script))),
            Way::Tcp => Self::Tcp(socket(script)),
        }
    }
}

/// A socket of tokio whose other end is a server. A runtime must be there.
#[must_use]
pub fn socket(script: Script) -> tokio::net::TcpStream {
    asynchronous(loopback::connect(script))
}

/// The same socket for tokio. A runtime must be there.
#[must_use]
pub fn asynchronous(socket: TcpStream) -> tokio::net::TcpStream {
    socket.set_nonblocking(true).expect("an option of sockets");
    tokio::net::TcpStream::from_std(socket).expect("a runtime")
}

impl Link {
    /// Reaches a server.
    #[must_use]
    pub fn open(way: Way, script: Script) -> Self {
        match way {
            Way::Memory => Self::Memory(Box::new(Memory::new(script))),
            Way::Tcp => Self::Tcp(loopback::connect(script)),
        }
    }
}

impl AsyncRead for AsyncLink {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Memory(memory) => Pin::new(&mut **memory).poll_read(cx, space),
            Self::Tcp(socket) => Pin::new(socket).poll_read(cx, space),
        }
    }
}

impl AsyncWrite for AsyncLink {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Memory(memory) => Pin::new(&mut **memory).poll_write(cx, octets),
            Self::Tcp(socket) => Pin::new(socket).poll_write(cx, octets),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Read for Link {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Memory(memory) => Transport::read(&mut **memory, space),
            Self::Tcp(socket) => Read::read(socket, space),
        }
    }
}

impl Write for Link {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Self::Memory(memory) => Transport::write(&mut **memory, octets),
            Self::Tcp(socket) => Write::write(socket, octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Transport for Link {
    fn begin(&mut self) -> io::Result<()> {
        match self {
            Self::Memory(memory) => memory.begin(),
            Self::Tcp(socket) => socket.begin(),
        }
    }

    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        Read::read(self, space)
    }

    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        Write::write(self, octets)
    }

    fn wait(&mut self, wanted: Ready, span: Duration) -> io::Result<Ready> {
        match self {
            Self::Memory(memory) => memory.wait(wanted, span),
            Self::Tcp(socket) => socket.wait(wanted, span),
        }
    }
}
