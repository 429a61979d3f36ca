//! The transport, and TLS that is put under the connection while it runs.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A transport that octets can be read from and written to.
pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A handshake in progress. It gives the transport with the new layer on it.
pub(crate) type Handshake = Pin<Box<dyn Future<Output = io::Result<Box<dyn Io>>> + Send>>;

/// Begins a handshake on a transport.
pub(crate) type Upgrade = Box<dyn FnOnce(Box<dyn Io>) -> Handshake + Send>;

/// A transport that can get a layer, once.
pub(crate) struct Transport {
    stack: Stack,
    /// Until it is used.
    upgrade: Option<Upgrade>,
    /// Whether octets may be in a buffer of a layer.
    unflushed: bool,
}

enum Stack {
    Stands(Box<dyn Io>),
    Handshake(Handshake),
    /// A handshake failed; the octets below it have no meaning.
    Broken,
}

impl Transport {
    pub(crate) fn new(transport: Box<dyn Io>, upgrade: Upgrade) -> Self {
        Self {
            stack: Stack::Stands(transport),
            upgrade: Some(upgrade),
            unflushed: false,
        }
    }

    /// Begins to set up the layer under the connection; [`poll_upgrade`](Self::poll_upgrade) ends it.
    pub(crate) fn upgrade(&mut self) -> io::Result<()> {
        let below = std::mem::replace(&mut self.stack, Stack::Broken);
        let (Stack::Stands(below), Some(upgrade)) = (below, self.upgrade.take()) else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        self.stack = Stack::Handshake(upgrade(below));
        Ok(())
    }

    /// Ready when the layer is in place or has failed. Pending otherwise, also when none is being set up.
    pub(crate) fn poll_upgrade(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Stack::Handshake(handshake) = &mut self.stack else {
            return Poll::Pending;
        };
        let shaken = ready!(handshake.as_mut().poll(cx));
        self.stack = Stack::Broken;
        self.stack = Stack::Stands(shaken?);
        Poll::Ready(Ok(()))
    }

    pub(crate) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream()?.poll_read(cx, space)
    }

    /// Writes, or flushes if there is nothing to write. Pending if it can do neither. Do not call it again after an error.
    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        if octets.is_empty() && !self.unflushed {
            return Poll::Pending;
        }
        self.unflushed = true;
        let Ok(stream) = self.stream() else {
            return Poll::Pending;
        };
        if !octets.is_empty() {
            return Poll::Ready(match ready!(stream.poll_write(cx, octets))? {
                0 => Err(io::ErrorKind::WriteZero.into()),
                written => Ok(written),
            });
        }
        ready!(stream.poll_flush(cx))?;
        self.unflushed = false;
        Poll::Pending
    }

    pub(crate) fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_shutdown(cx)
    }

    fn stream(&mut self) -> io::Result<Pin<&mut dyn Io>> {
        match &mut self.stack {
            Stack::Stands(stream) => Ok(Pin::new(stream)),
            Stack::Handshake(_) | Stack::Broken => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}
