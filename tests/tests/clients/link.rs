//! A bad link between a client and a server: it stalls, passes on one octet at a time, and is cut, as a seed says.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// Numbers that are the same for the same seed (SplitMix64).
#[derive(Clone)]
pub struct Random(pub u64);

impl Random {
    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// The client's end of a link to this server. With `cut`, both directions end after the server has said this number of octets.
pub fn to(server: SocketAddr, seed: u64, cut: Option<u64>) -> TcpStream {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (ours, _) = listener.accept().unwrap();
    let server = TcpStream::connect(server).unwrap();
    for socket in [&ours, &server] {
        socket.set_nodelay(true).unwrap();
    }
    let directions = [
        (clone(&ours), clone(&server), Random(seed), u64::MAX),
        (server, ours, Random(!seed), cut.unwrap_or(u64::MAX)),
    ];
    for (from, to, random, left) in directions {
        thread::spawn(move || {
            // An error is the end of one of its sockets, as zero octets are.
            let _ = pass(&from, &to, random, left);
            for socket in [from, to] {
                let _ = socket.shutdown(Shutdown::Both);
            }
        });
    }
    client
}

fn clone(socket: &TcpStream) -> TcpStream {
    socket.try_clone().unwrap()
}

/// Passes octets on until one of the sockets has ended, or `left` have been passed on.
fn pass(
    mut from: &TcpStream,
    mut to: &TcpStream,
    mut random: Random,
    mut left: u64,
) -> std::io::Result<()> {
    let mut space = [0; 4096];
    loop {
        let read = from.read(&mut space)?;
        let read = read.min(usize::try_from(left).unwrap_or(usize::MAX));
        left -= read as u64;
        let mut rest = &space[..read];
        while !rest.is_empty() {
            let piece = match random.below(10) {
                0 => 1 + random.below(100),
                1 => {
                    thread::sleep(Duration::from_millis(random.below(5)));
                    u64::MAX
                }
                2 => {
                    let (single, others) = rest.split_at(rest.len().min(60));
                    for octet in single.chunks(1) {
                        to.write_all(octet)?;
                    }
                    rest = others;
                    continue;
                }
                _ => u64::MAX,
            };
            let piece = rest.len().min(usize::try_from(piece).unwrap_or(usize::MAX));
            to.write_all(&rest[..piece])?;
            rest = &rest[piece..];
        }
        if read == 0 || left == 0 {
            return Ok(());
        }
    }
}
