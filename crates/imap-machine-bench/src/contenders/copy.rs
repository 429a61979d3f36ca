//! No library: the cost of the server itself, and of the copies that a kernel would make.

use super::Run;
use crate::inputs::bodies::Large;
use crate::server::{Script, Server};
use crate::tally::{Tally, samples};

/// Reads a body into a buffer, and looks at its octets as all contenders do.
#[must_use]
pub fn fetch(script: Script, body: &Large) -> Run {
    let mut space = vec![0; script.chunk];
    let mut server = Server::new(script);
    while server.read(&mut space) > 0 {}
    server.take(b"a UID FETCH 1 BODY.PEEK[]\r\n");
    let size = body.size();
    let head = format!("* 1 FETCH (UID 2 BODY[] {{{size}}}\r\n").len();
    Box::new(move || {
        let mut tally = Tally::default();
        let read = server.read(&mut space[..head]);
        assert_eq!(read, head);
        let (mut offset, mut sum) = (0, 0);
        while offset < size {
            let octets = server.read(&mut space) as u64;
            let body = octets.min(size - offset);
            sum += samples(&space[..usize::try_from(body).unwrap_or_default()], offset);
            offset += body;
        }
        tally.add(2 + offset + sum);
        tally
    })
}

/// Reads a message into a buffer in pieces, and writes it from there.
#[must_use]
pub fn append(script: Script, message: &Large) -> Run {
    let message = message.clone();
    let mut buffer = vec![0; message.block.len()];
    let mut server = Server::new(script);
    Box::new(move || {
        server.take(format!("a APPEND INBOX {{{}+}}\r\n", message.size()).as_bytes());
        let mut offset = 0;
        while offset < message.size() {
            let octets = message.read(offset, &mut buffer);
            server.take(&buffer[..octets]);
            offset += octets as u64;
        }
        server.take(b"\r\n");
        let (octets, samples) = server.literal();
        let mut tally = Tally::default();
        tally.add(2 + octets + samples);
        tally
    })
}

/// `count` NOOPs that were made before, each when the one before has been answered.
#[must_use]
pub fn noops(script: Script, count: u32) -> Run {
    let mut space = vec![0; script.chunk];
    let mut server = Server::new(script);
    while server.read(&mut space) > 0 {}
    Box::new(move || {
        let mut tally = Tally::default();
        for _ in 0..count {
            server.take(b"A1 NOOP\r\n");
            tally.rows += u64::from(server.read(&mut space) > 0);
        }
        tally
    })
}

/// W5: `count` STOREs that were made before, and whose answers are not read.
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
