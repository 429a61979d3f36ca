//! The server in memory as a transport of the adapters. It answers at once, so a read that comes after a write brings the answer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use imap_machine_std::{Ready, Transport};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::server::{Script, Server};

/// The transport.
#[derive(Debug)]
pub struct Memory(Server);

impl Memory {
    /// A server that has said its greeting.
    #[must_use]
    pub fn new(script: Script) -> Self {
        Self(Server::new(script))
    }
}

impl AsyncRead for Memory {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let most = space.remaining();
        match self.0.read_into(most, |octets| space.put_slice(octets)) {
            // Nothing wakes this read: only a write brings an answer, and after a write a client reads again.
            0 => Poll::Pending,
            _ => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncWrite for Memory {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.take(octets);
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Transport for Memory {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match self.0.read(space) {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            octets => Ok(octets),
        }
    }

    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.take(octets);
        Ok(octets.len())
    }

    fn wait(&mut self, wanted: Ready, _: Duration) -> io::Result<Ready> {
        Ok(wanted)
    }
}
