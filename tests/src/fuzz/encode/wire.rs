//! Compares the octets that were sent with those that were meant.

use imap_codec::CommandCodec;
use imap_codec::decode::Decoder;
use imap_codec::encode::{Encoder, Fragment};
use imap_machine::imap_types::IntoStatic;
use imap_machine::imap_types::command::Command as Tagged;
use imap_machine_testkit::scenario::escape;

use super::Server;

/// The octets of one command, read from the front.
pub(super) struct Wire<'w> {
    whole: &'w [u8],
    rest: &'w [u8],
    server: Server,
}

impl<'w> Wire<'w> {
    pub(super) const fn new(server: Server, octets: &'w [u8]) -> Self {
        Self {
            whole: octets,
            rest: octets,
            server,
        }
    }

    /// These octets come next.
    pub(super) fn text(&mut self, octets: &[u8]) {
        let rest = self.rest.strip_prefix(octets);
        self.rest = rest.unwrap_or_else(|| self.differs(octets));
    }

    /// This text comes next. What it has in quotes is a literal if it is not ASCII (RFC 3501 section 9).
    pub(super) fn quoted_text(&mut self, text: &[u8]) {
        let mut direct = Vec::new();
        let mut octets = text.iter();
        while let Some(octet) = octets.next() {
            if *octet != b'"' {
                direct.push(*octet);
                continue;
            }
            let mut string = Vec::new();
            while let Some(octet) = octets.next().filter(|octet| **octet != b'"') {
                let escaped = (*octet == b'\\').then(|| octets.next()).flatten();
                string.push(*escaped.unwrap_or(octet));
            }
            self.text(&std::mem::take(&mut direct));
            match string.is_ascii() {
                true => self.string(&string),
                false => self.literal(&string),
            }
        }
        self.text(&direct);
    }

    /// A literal8 comes next, without its `~`. It always waits.
    pub(super) fn literal8(&mut self, octets: &[u8]) {
        self.guarded(octets);
    }

    /// A literal comes next that waits in any case.
    pub(super) fn guarded(&mut self, octets: &[u8]) {
        self.text(format!("{{{}}}\r\n", octets.len()).as_bytes());
        self.text(octets);
    }

    /// A literal comes next, announced in a way that the server takes.
    pub(super) fn literal(&mut self, octets: &[u8]) {
        let size = octets.len() as u64;
        let waits = format!("{{{size}}}\r\n");
        let flows = format!("{{{size}+}}\r\n");
        match self.rest.starts_with(flows.as_bytes()) {
            true => {
                let most = self.server.non_synchronizing;
                let taken = most.is_some_and(|most| size <= most);
                assert!(taken, "{:?}: {}", self.server, escape(self.whole));
                self.text(flows.as_bytes());
            }
            false => self.text(waits.as_bytes()),
        }
        self.text(octets);
    }

    /// A string of a raw command comes next: quoted, or a literal that waits.
    pub(super) fn string(&mut self, octets: &[u8]) {
        if !self.rest.starts_with(b"\"") {
            return self.guarded(octets);
        }
        let mut quoted = vec![b'"'];
        for octet in octets {
            if matches!(octet, b'"' | b'\\') {
                quoted.push(b'\\');
            }
            quoted.push(*octet);
        }
        quoted.push(b'"');
        self.text(&quoted);
    }

    /// The line ends, and nothing follows.
    pub(super) fn end(mut self) {
        self.text(b"\r\n");
        self.over();
    }

    /// Nothing follows.
    pub(super) fn over(self) {
        assert!(self.rest.is_empty(), "too much: {}", escape(self.rest));
    }

    fn differs(&self, expected: &[u8]) -> ! {
        let (whole, expected) = (escape(self.whole), escape(expected));
        panic!("{whole}: {} instead of {expected}", escape(self.rest))
    }
}

/// What imap-codec reads, if it reads all of it.
pub(super) fn read(octets: &[u8]) -> Option<Tagged<'static>> {
    match CommandCodec::default().decode(octets) {
        Ok(([], command)) => Some(command.into_static()),
        _ => None,
    }
}

/// What imap-codec writes, with its literals as parts of their own and without their announcements.
pub(super) fn parts(command: &Tagged<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    for fragment in CommandCodec::default().encode(command) {
        match fragment {
            Fragment::Line { data } => parts.push(Part::Text(data)),
            Fragment::Literal { data, .. } => {
                if let Some(Part::Text(text)) = parts.last_mut() {
                    let header = text.iter().rposition(|octet| *octet == b'{');
                    text.truncate(header.expect("the literal is announced"));
                }
                parts.push(Part::Literal(data));
            }
        }
    }
    parts
}

/// A part of a command.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(Vec<u8>),
    Literal(Vec<u8>),
}
