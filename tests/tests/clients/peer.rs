//! The other end of a socket, which does what its case says on a thread of its own.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use imap_machine::client::Command;
use imap_machine::client::desk::Pace;
use imap_machine_std::Connector;
use rustix::net::sockopt;

use crate::client::Client;

/// What each buffer of the sockets holds, in octets: little, so that what has been said is soon at the client.
const BUFFER: usize = 64 << 10;

pub struct Peer(BufReader<TcpStream>);

impl Peer {
    /// One line, without its end; empty when the client has gone.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        // A client that was cut off is one that has gone.
        let _ = self.0.read_line(&mut line);
        line.trim_end().to_owned()
    }

    /// Whether nothing has come after the last line.
    pub fn has_read_all(&self) -> bool {
        self.0.buffer().is_empty()
    }

    /// The next command, which has to be this one; its tag.
    pub fn expect(&mut self, command: &str) -> String {
        let line = self.line();
        let (tag, rest) = line.split_once(' ').unwrap_or_default();
        assert_eq!(rest, command);
        tag.to_owned()
    }

    pub fn say(&mut self, text: &str) {
        // A client that has gone hears nothing.
        let _ = self.writer().write_all(text.as_bytes());
    }

    pub fn writer(&mut self) -> &mut TcpStream {
        self.0.get_mut()
    }

    /// Completes every command that comes. FETCH is answered with `rows` rows that have `octets` octets of body each.
    pub fn serve(mut self, rows: u32, octets: usize) {
        loop {
            let line = self.line();
            let Some((tag, command)) = line.split_once(' ') else {
                return;
            };
            if command.contains("FETCH") {
                let body = "x".repeat(octets);
                for number in 1..=rows {
                    self.say(&format!(
                        "* {number} FETCH (UID {number} BODY[] {{{octets}}}\r\n{body})\r\n"
                    ));
                }
            }
            self.say(&format!("{tag} OK done\r\n"));
        }
    }
}

/// A client of a server that does what `script` says, from its greeting on.
pub fn over<C: Client>(connector: &Connector, script: impl FnOnce(Peer) + Send + 'static) -> C {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let socket = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    for socket in [&socket, &server] {
        sockopt::set_socket_recv_buffer_size(socket, BUFFER).unwrap();
        sockopt::set_socket_send_buffer_size(socket, BUFFER).unwrap();
        socket.set_nodelay(true).unwrap();
    }
    thread::spawn(move || script(Peer(BufReader::new(server))));
    C::over(connector, socket).unwrap()
}

/// One that has a mailbox with `exists` messages open. `script` is what its server does from then on.
pub fn selected<C: Client>(
    pace: Pace,
    exists: u32,
    script: impl FnOnce(Peer) + Send + 'static,
) -> C {
    let connector = Connector::new("imap://localhost").unwrap().pace(pace);
    let mut client: C = over(&connector, move |mut peer| {
        peer.say("* PREAUTH [CAPABILITY IMAP4rev1 IDLE] ready\r\n");
        let tag = peer.expect("SELECT INBOX");
        peer.say(&format!("* {exists} EXISTS\r\n{tag} OK selected\r\n"));
        script(peer);
    });
    client.run(Command::select("INBOX")).unwrap();
    client
}
