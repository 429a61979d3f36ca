//! The server's part of a conversation, on a socket.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use super::octets::escape;
use super::{Action, Scenario, Step};

/// How long it waits for the rest of a `C:` block.
const PATIENCE: Duration = Duration::from_secs(5);

/// Plays the `S:` lines of a conversation on the loopback, for the first client that connects, and returns the URL of that server.
///
/// Each block of `C:` lines has to arrive before it goes on. If something else arrives, or not all of it, the server says so with a
/// BYE, and closes. After the last line it is silent. All other lines mean nothing here.
///
/// ```
/// use std::io::{BufRead, BufReader, Write};
/// use std::net::TcpStream;
///
/// let url = imap_machine_testkit::scenario::serve("S: * OK ready\nC: A1 NOOP\nS: A1 OK done")?;
/// let mut client = TcpStream::connect(url.trim_start_matches("imap://"))?;
/// client.write_all(b"A1 NOOP\r\n")?;
/// let lines: Vec<_> = BufReader::new(client).lines().take(2).collect::<Result<_, _>>()?;
/// assert_eq!(lines, ["* OK ready", "A1 OK done"]);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// The conversation is not in the format, or there is no socket to be had.
pub fn serve(conversation: &str) -> io::Result<String> {
    let parsed = Scenario::parse(conversation);
    let steps = parsed.map_err(io::Error::other)?.steps;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("imap://{}", listener.local_addr()?);
    thread::spawn(move || {
        // A client that has gone needs no server.
        let _ = listener
            .accept()
            .and_then(|(socket, _)| play(socket, &steps));
    });
    Ok(url)
}

fn play(mut socket: TcpStream, steps: &[Step]) -> io::Result<()> {
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    for step in steps {
        match &step.action {
            Action::Server(octets) => socket.write_all(octets)?,
            Action::Client(expected) => {
                let got = read(&mut socket, expected)?;
                if got != *expected {
                    let (expected, got) = (escape(expected), escape(&got));
                    write!(socket, "* BYE expected {expected}, got {got}\r\n")?;
                    socket.shutdown(Shutdown::Write)?;
                    break;
                }
            }
            Action::End(_) => return Ok(()),
            _ => {}
        }
    }
    // Closing a socket that has not been read to its end would take away what was written.
    socket.set_read_timeout(None)?;
    io::copy(&mut socket, &mut io::sink()).map(drop)
}

/// As many octets as are expected; fewer if one of them is another, or does not come.
fn read(socket: &mut TcpStream, expected: &[u8]) -> io::Result<Vec<u8>> {
    let mut got = Vec::new();
    while got.len() < expected.len() && expected.starts_with(&got) {
        let mut space = vec![0; expected.len() - got.len()];
        match socket.read(&mut space) {
            Ok(0) => break,
            Ok(len) => got.extend_from_slice(&space[..len]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(conversation: &str, client: &[u8]) -> String {
        let url = serve(conversation).unwrap();
        let mut socket = TcpStream::connect(url.trim_start_matches("imap://")).unwrap();
        socket.write_all(client).unwrap();
        let mut said = String::new();
        socket.read_to_string(&mut said).unwrap();
        said
    }

    #[test]
    fn it_goes_on_when_it_has_heard_what_was_expected() {
        let conversation = "S: * OK ready\nC: A1 NOOP\nS: A1 OK done\nS: <EOF>";
        let said = said(conversation, b"A1 NOOP\r\n");
        assert_eq!(said, "* OK ready\r\nA1 OK done\r\n");
    }

    #[test]
    fn it_says_what_was_otherwise() {
        let said = said("C: A1 NOOP\nS: A1 OK done", b"A1 NOOK\r\n");
        assert_eq!(said, "* BYE expected A1 NOOP\\r\\n, got A1 NOOK\\r\\n\r\n");
    }
}
