//! Nobody: what the server itself costs, and the copies that a kernel would make.

use super::Run;
use crate::inputs::bodies::Large;
use crate::server::{Script, Server};
use crate::tally::{Tally, samples};

/// Reads of a body into a buffer, where its octets are looked at as all others look at them.
#[must_use]
pub fn fetch(script: Script) -> Run {
    let mut space = vec![0; script.chunk];
    let mut server = Server::new(script);
    while server.read(&mut space) > 0 {}
    server.take(b"a UID FETCH 1 BODY.PEEK[]\r\n");
    // The head of the response and the body come in reads of their own.
    let head = b"* 1 FETCH (UID 2 BODY[] {268435456}\r\n".len();
    let tail = b")\r\na OK done\r\n".len() as u64;
    Box::new(move || {
        let mut tally = Tally::default();
        let (mut octets, mut sum) = (0, 0);
        let mut rest = head;
        while rest > 0 {
            let read = server.read(&mut space[..rest]);
            rest -= read;
            if space[..read].contains(&b'\n') {
                break;
            }
        }
        loop {
            let read = server.read(&mut space);
            if read == 0 {
                break;
            }
            sum += samples(&space[..read], octets);
            octets += read as u64;
        }
        tally.add(2 + octets - tail + sum);
        tally
    })
}

/// Writes of a message, by pieces.
#[must_use]
pub fn append(script: Script, message: Large) -> Run {
    let mut server = Server::new(script);
    Box::new(move || {
        server.take(format!("a APPEND INBOX {{{}+}}\r\n", message.size()).as_bytes());
        for _ in 0..message.times {
            for piece in message.block.chunks(16 << 10) {
                server.take(piece);
            }
        }
        server.take(b"\r\n");
        let (octets, samples) = server.literal();
        let mut tally = Tally::default();
        tally.add(2 + octets + samples);
        tally
    })
}

/// W5: `count` STOREs that cost nothing to make, and whose answers nobody reads.
#[must_use]
pub fn stores(script: Script, count: u32, at_a_time: usize) -> Run {
    let commands: Vec<Vec<u8>> = (1..=count)
        .map(|uid| format!("A{uid} UID STORE {uid} +FLAGS.SILENT (\\Seen)\r\n").into_bytes())
        .collect();
    let commands: Vec<Vec<u8>> = commands.chunks(at_a_time).map(<[_]>::concat).collect();
    let mut space = vec![0; script.chunk];
    let mut server = Server::new(script);
    while server.read(&mut space) > 0 {}
    Box::new(move || {
        for command in &commands {
            server.take(command);
            while server.read(&mut space) > 0 {}
        }
        Tally::rows(server.stores())
    })
}
