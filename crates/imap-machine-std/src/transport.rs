//! What the client needs of a transport, and sockets, which have it.

use std::io::{self, Read, Write};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::AsFd;
use rustix::io::ioctl_fionbio;
use rustix::net::sockopt::set_tcp_nodelay;
use rustix::net::{Shutdown, shutdown};

/// A stream of octets that can be read and written without waiting, and waited for: a socket, a tunnel, a test's pipe.
///
/// Every socket is one: `TcpStream`, `UnixStream`, and those of other crates. TLS is put on top of it where the URL says so.
pub trait Transport: Send {
    /// Called once, before anything else. A socket stops to block here.
    ///
    /// # Errors
    ///
    /// It cannot be used.
    fn begin(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Reads octets that are there. If `space` is not filled there are no more; 0 is the end.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) when there are none. Any other error is the end of the connection.
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize>;

    /// Writes octets that can be written without waiting.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) when none can. After any other error nothing is written any more.
    fn write(&mut self, octets: &[u8]) -> io::Result<usize>;

    /// Sleeps until it is ready in one of these directions, but not longer than `span`. Waking up early does no harm.
    ///
    /// # Errors
    ///
    /// The connection ends.
    fn wait(&mut self, wanted: Ready, span: Duration) -> io::Result<Ready>;

    /// Ends both directions.
    fn close(&mut self) {}
}

/// Directions of a transport: those that are waited for, or those that are ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ready {
    /// There are octets, the end, or an error to read.
    pub read: bool,
    /// Octets can be written.
    pub write: bool,
}

impl<S: AsFd + Read + Write + Send> Transport for S {
    fn begin(&mut self) -> io::Result<()> {
        // Commands are small and wait for answers: Nagle's algorithm would hold them back. Only TCP has it.
        let _ = set_tcp_nodelay(&*self, true);
        Ok(ioctl_fionbio(&*self, true)?)
    }

    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        Read::read(self, space)
    }

    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        Write::write(self, octets)
    }

    fn wait(&mut self, wanted: Ready, span: Duration) -> io::Result<Ready> {
        let mut flags = PollFlags::empty();
        flags.set(PollFlags::IN, wanted.read);
        flags.set(PollFlags::OUT, wanted.write);
        if flags.is_empty() {
            // poll(2) would not sleep if the other end has gone.
            thread::sleep(span);
            return Ok(Ready::default());
        }
        // Not every system takes a longer span.
        let span = Timespec::try_from(span.min(Duration::from_secs(3600))).unwrap_or_default();
        let mut polled = [PollFd::new(self, flags)];
        match poll(&mut polled, Some(&span)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let ready = polled[0].revents();
        // An error or the end shows when it is read or written.
        let ended = ready.intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL);
        Ok(Ready {
            read: wanted.read && (ended || ready.contains(PollFlags::IN)),
            write: wanted.write && (ended || ready.contains(PollFlags::OUT)),
        })
    }

    fn close(&mut self) {
        // The connection is over: an error matters to no one.
        let _ = shutdown(&*self, Shutdown::Both);
    }
}
