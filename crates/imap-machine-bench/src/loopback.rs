//! The server behind a socket of the loopback interface, in a thread of its own. What the thread does is not counted.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use crate::server::{Script, Server};

/// The most octets of one read or write.
const PIECES: usize = 64 << 10;

/// A socket whose other end is a server that has said its greeting.
///
/// # Panics
///
/// When there is no loopback interface.
#[must_use]
pub fn connect(script: Script) -> TcpStream {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let (socket, _) = listener.accept().expect("a client");
        serve(socket, Server::new(script));
    });
    let socket = TcpStream::connect(address).expect("a server");
    socket.set_nodelay(true).expect("an option of TCP");
    socket
}

/// Until the client goes.
fn serve(mut socket: TcpStream, mut server: Server) {
    socket.set_nodelay(true).expect("an option of TCP");
    let mut space = vec![0; PIECES];
    loop {
        loop {
            let octets = server.read(&mut space);
            if octets == 0 {
                break;
            }
            if socket.write_all(&space[..octets]).is_err() {
                return;
            }
        }
        match socket.read(&mut space) {
            Ok(0) | Err(_) => return,
            Ok(octets) => server.take(&space[..octets]),
        }
    }
}
