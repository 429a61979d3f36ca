//! Keeps what a server says, for `tests/responses/servers.txt`.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::thread::{self, JoinHandle};

/// A port that leads to the server, for one connection. What the server says goes to a file as well.
pub(super) struct Recorder {
    pub(super) port: u16,
    copying: Option<JoinHandle<()>>,
}

impl Recorder {
    /// `None` unless `IMAP_MACHINE_RECORD` names a folder.
    pub(super) fn start(server: u16, name: &str) -> Option<Self> {
        let folder = PathBuf::from(std::env::var_os("IMAP_MACHINE_RECORD")?);
        let mut file = File::create(folder.join(name)).unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let copying = thread::spawn(move || {
            let (client, _) = listener.accept().unwrap();
            let server = TcpStream::connect(("127.0.0.1", server)).unwrap();
            let (from_client, to_server) = (client.try_clone(), server.try_clone());
            let up = thread::spawn(move || {
                let to_server = to_server.unwrap();
                copy(from_client.unwrap(), |octets| {
                    (&to_server).write_all(octets).is_ok()
                });
                _ = to_server.shutdown(Shutdown::Write);
            });
            copy(server, |octets| {
                file.write_all(octets).unwrap();
                (&client).write_all(octets).is_ok()
            });
            _ = client.shutdown(Shutdown::Both);
            up.join().unwrap();
        });
        Some(Self {
            port,
            copying: Some(copying),
        })
    }
}

/// The file is whole when the session is over.
impl Drop for Recorder {
    fn drop(&mut self) {
        if let Some(copying) = self.copying.take() {
            _ = copying.join();
        }
    }
}

fn copy(mut from: TcpStream, mut to: impl FnMut(&[u8]) -> bool) {
    let mut octets = [0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut octets) {
        if !to(&octets[..count]) {
            break;
        }
    }
}
