//! One section of one message, octet by octet.

use alloc::format;
use alloc::string::String;
#[cfg(feature = "text")]
use alloc::{borrow::Cow, vec::Vec};
use core::mem;

use super::error::CommandError;
use crate::client::answers::Fetched;
use crate::client::command::{Command, InvalidArgument, Items, TypedCommand};
use crate::client::event::{Event, LiteralPiece};
use crate::codec::fetch::is_same_section;
use crate::codec::{Fetch, FetchItem, Octets, Untagged, Value};
#[cfg(feature = "text")]
use crate::text::{TransferDecoder, TransferEncoding};
use bounded_static::IntoBoundedStatic;

/// Makes octets of the events of a [`command`](Self::command), which asks for one section of one message. Adapters make a reader of it:
/// they [`read`](Self::read), and when that wants more they [`push`](Self::push) what comes next.
#[derive(Debug)]
pub struct SectionOctets {
    /// `BODY[1.2]`
    name: String,
    waiting: Octets<'static>,
    /// How many of them have been read.
    read: usize,
    came: Came,
    /// Once the command has ended. An error is told once.
    end: Option<Result<(), DownloadFailure>>,
    #[cfg(feature = "text")]
    decoder: TransferDecoder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    Nothing,
    /// The server says that it has no such section.
    Nil,
    /// As many octets of as many.
    Octets(u64, u64),
}

/// The command has succeeded, but the section is not there, or not whole.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DownloadError {
    /// The answer has no such section: there is no message with this UID.
    #[error("the server has sent no such message or section")]
    Missing,
    /// The section is NIL: the message has no such part.
    #[error("the message has no such part")]
    Nil,
    /// The answer ends in the middle of the section.
    #[error("the section ends too early")]
    Truncated,
    /// It is whole, but not encoded as it says. What could be decoded has been read.
    #[cfg(feature = "text")]
    #[error("the transfer encoding of the section is damaged")]
    Damaged,
}

/// Why a download has ended early. With the feature `std` it converts into a `std::io::Error` of a kind that says the same.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DownloadFailure {
    /// The command has not succeeded.
    #[error(transparent)]
    Command(CommandError),
    /// It has, and the section is not as it was asked for.
    #[error(transparent)]
    Section(DownloadError),
}

impl SectionOctets {
    /// `UID FETCH` of this section of this message, named as in [`Items::section`]: `""` is the whole message. It stays unread.
    pub fn command(
        uid: u32,
        section: &str,
    ) -> Result<(TypedCommand<Fetched>, Self), InvalidArgument> {
        let command = Command::uid_fetch(uid, Items::new().section(section))?;
        let octets = Self {
            name: format!("BODY[{section}]"),
            waiting: Octets::default(),
            read: 0,
            came: Came::Nothing,
            end: None,
            #[cfg(feature = "text")]
            decoder: TransferDecoder::new(TransferEncoding::Identity),
        };
        Ok((command, octets))
    }

    /// The same, without this transfer encoding, which the structure of the message [names](crate::codec::Content::transfer_encoding). It is
    /// taken off piece by piece, here, so no server has to know BINARY (RFC 3516).
    #[cfg(feature = "text")]
    #[must_use]
    pub fn decoded(self, encoding: TransferEncoding) -> Self {
        let decoder = TransferDecoder::new(encoding);
        Self { decoder, ..self }
    }

    /// Puts octets into `space`, and returns how many: 0 at the end of the section, or for a space without room. `None`: the next event has
    /// to be [pushed](Self::push) first.
    ///
    /// # Errors
    ///
    /// [`DownloadFailure`]. It is told once, where the octets end.
    pub fn read(&mut self, space: &mut [u8]) -> Option<Result<usize, DownloadFailure>> {
        let left = self.waiting.get(self.read..).unwrap_or_default();
        let len = left.len().min(space.len());
        for (place, octet) in space.iter_mut().zip(left) {
            *place = *octet;
        }
        self.read += len;
        if len > 0 || space.is_empty() {
            return Some(Ok(len));
        }
        let end = self.end.as_mut()?;
        Some(mem::replace(end, Ok(())).map(|()| 0))
    }

    /// Takes the next event of the command, or its error, or `None` when it has ended with OK.
    pub fn push(&mut self, next: Option<Result<Event<'static>, CommandError>>) {
        match next {
            Some(Ok(event)) => self.event(event),
            Some(Err(error)) => self.end = Some(Err(DownloadFailure::Command(error))),
            None => self.end = Some(self.whole().map_err(DownloadFailure::Section)),
        }
    }

    fn event(&mut self, event: Event<'static>) {
        match event {
            Event::Literal(piece) if self.is_asked_for(&piece.section) => self.piece(piece),
            Event::Untagged {
                data: Untagged::Fetch(fetch),
                ..
            } => self.row(&fetch),
            _ => {}
        }
    }

    /// How many octets of the section have come by now, as the server sends it: with its transfer encoding.
    #[must_use]
    pub const fn received(&self) -> u64 {
        match self.came {
            Came::Octets(came, _) => came,
            Came::Nothing | Came::Nil => 0,
        }
    }

    /// How many octets the section has, as the server sends it. Known as soon as the first of them have come.
    #[must_use]
    pub const fn size(&self) -> Option<u64> {
        match self.came {
            Came::Octets(_, size) => Some(size),
            Came::Nothing | Came::Nil => None,
        }
    }

    /// Whether the section has come whole.
    fn whole(&self) -> Result<(), DownloadError> {
        match self.came {
            Came::Nothing => Err(DownloadError::Missing),
            Came::Nil => Err(DownloadError::Nil),
            Came::Octets(came, size) if came < size => Err(DownloadError::Truncated),
            #[cfg(feature = "text")]
            Came::Octets(..) if self.decoder.is_damaged() => Err(DownloadError::Damaged),
            Came::Octets(..) => Ok(()),
        }
    }

    fn is_asked_for(&self, section: &[u8]) -> bool {
        is_same_section(section, self.name.as_bytes())
    }

    fn piece(&mut self, piece: LiteralPiece<'static>) {
        let before = self.received();
        // A section that comes once more is not read twice.
        if piece.offset == before {
            self.came = Came::Octets(before + piece.data.len() as u64, piece.size);
            self.wait(piece.data);
        }
    }

    fn row(&mut self, fetch: &Fetch<'_>) {
        for item in fetch.items() {
            let FetchItem::Section(section) = item else {
                continue;
            };
            // The octets of a streamed section have come.
            let is_new = matches!(self.came, Came::Nothing | Came::Nil);
            let is_streamed = matches!(section.value, Value::Streamed { .. });
            if is_streamed || !is_new || !self.is_asked_for(section.name) {
                continue;
            }
            match section.value.octets() {
                None => self.came = Came::Nil,
                Some(octets) => {
                    let size = octets.len() as u64;
                    self.came = Came::Octets(size, size);
                    self.wait(Octets::from(&*octets).into_static());
                }
            }
        }
    }

    fn wait(&mut self, octets: Octets<'static>) {
        #[cfg(feature = "text")]
        let octets = self.decode(octets);
        (self.waiting, self.read) = (octets, 0);
    }

    /// The octets without their encoding, and with the last ones those that waited for more.
    #[cfg(feature = "text")]
    fn decode(&mut self, octets: Octets<'static>) -> Octets<'static> {
        if self.decoder.is_identity() {
            return octets;
        }
        let mut decoded = Vec::new();
        self.decoder.push(&octets, &mut decoded);
        if matches!(self.came, Came::Octets(came, size) if came >= size) {
            self.decoder.finish(&mut decoded);
        }
        Octets::from(Cow::Owned(decoded))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::client::Config;
    use crate::client::command::CommandOptions;
    use crate::client::connection::ClientConnection;
    use crate::client::desk::{Desk, Item, Pace};
    use crate::client::event::Cause;
    use crate::codec::FetchNumber;
    use crate::error::ApiMisuse;
    use crate::instant::Instant;
    use core::task::{Poll, Waker};

    /// What is read, and how it ends, when the server says this.
    fn read(says: &str, inline: usize) -> (String, Result<(), DownloadError>) {
        read_as(says, inline, |octets| octets)
    }

    fn read_as(
        says: &str,
        inline: usize,
        form: impl FnOnce(SectionOctets) -> SectionOctets,
    ) -> (String, Result<(), DownloadError>) {
        let mut config = Config::default();
        config.limits.inline_literal = inline;
        let (now, options) = (Instant::ORIGIN, CommandOptions::default());
        let mut desk = Desk::new(ClientConnection::new(config, now), Pace::default());
        let select = Command::select("INBOX").unwrap();
        let _select = desk.send(select, options, now).unwrap();
        let (command, octets) = SectionOctets::command(7, "1.2").unwrap();
        let mut octets = form(octets);
        let handle = desk.stream(command, options, now).unwrap();
        let before = ["* PREAUTH hi\r\n", "* 9 EXISTS\r\nA1 OK\r\n"];
        let mut text = Vec::new();
        for block in before.into_iter().chain(says.split_inclusive('\n')) {
            desk.handle_input(block.as_bytes(), now);
            while desk.poll(now, |_| ()).is_some() {}
            let len = desk.transmit().len();
            desk.handle_transmitted(len, now);
            while let Poll::Ready(item) = desk.poll_next(handle, || now, Waker::noop()) {
                octets.push(match item {
                    Item::Event(event) => Some(Ok(event)),
                    Item::End(end) => end.err().map(Err),
                });
                let mut space = [0; 3];
                while let Some(read) = octets.read(&mut space) {
                    match read {
                        Ok(0) => return (String::from_utf8(text).unwrap(), Ok(())),
                        Ok(len) => text.extend_from_slice(&space[..len]),
                        Err(error) => {
                            // It is told once.
                            assert!(matches!(octets.read(&mut space), Some(Ok(0))));
                            let DownloadFailure::Section(error) = error else {
                                panic!("{error}");
                            };
                            return (String::from_utf8(text).unwrap(), Err(error));
                        }
                    }
                }
            }
        }
        panic!("{desk:?}");
    }

    #[test]
    fn the_error_of_the_command_is_told_where_its_octets_end() {
        let (_, mut octets) = SectionOctets::command(7, "").unwrap();
        let mut space = [0; 3];
        assert!(octets.read(&mut space).is_none());
        assert!(matches!(octets.read(&mut []), Some(Ok(0))));
        octets.wait(Octets::from(&b"half"[..]));
        octets.push(Some(Err(ApiMisuse::NotOpen.into())));
        assert!(matches!(octets.read(&mut space), Some(Ok(3))));
        assert!(matches!(octets.read(&mut space), Some(Ok(1))));
        let error = octets.read(&mut space).unwrap().unwrap_err();
        assert!(matches!(error, DownloadFailure::Command(_)));
        assert!(matches!(octets.read(&mut space), Some(Ok(0))));
    }

    #[test]
    fn a_section_is_read_once_and_whole() {
        for inline in [0, 1000] {
            for (says, text, end) in [
                ("BODY[1.2] {12}\r\nhello\r\nthere", "hello\r\nthere", Ok(())),
                ("BODY[1.2] \"hello\"", "hello", Ok(())),
                ("BODY[1.2] \"\"", "", Ok(())),
                ("BODY[1] {2}\r\nno BODY[1.2] {3}\r\nyes", "yes", Ok(())),
                (
                    "BODY[1.2] {2}\r\nab)\r\n* 3 FETCH (UID 7 BODY[1.2] {2}\r\nab",
                    "ab",
                    Ok(()),
                ),
                ("BODY[1.2] NIL", "", Err(DownloadError::Nil)),
                ("BODY[1] {2}\r\nno", "", Err(DownloadError::Missing)),
            ] {
                let says = format!("* 3 FETCH (UID 7 {says})\r\nA2 OK\r\n");
                let (read, ended) = read(&says, inline);
                assert_eq!((read.as_str(), ended), (text, end), "{says}");
            }
        }
        let nothing = (String::new(), Err(DownloadError::Missing));
        assert_eq!(read("A2 OK\r\n", 1000), nothing);
    }

    #[test]
    fn it_is_known_how_much_has_come() {
        let (_, mut octets) = SectionOctets::command(7, "").unwrap();
        assert_eq!((octets.received(), octets.size()), (0, None));
        for (offset, data, received) in [(0, "hel", 3), (3, "lo", 5), (0, "hel", 5)] {
            octets.event(Event::Literal(LiteralPiece {
                cause: Cause::Unsolicited,
                message: FetchNumber::Seq(1),
                uid: None,
                section: Octets::from(&b"BODY[]"[..]),
                origin: None,
                offset,
                size: 9,
                data: Octets::from(data.as_bytes()),
            }));
            assert_eq!((octets.received(), octets.size()), (received, Some(9)));
        }
        assert_eq!(octets.whole(), Err(DownloadError::Truncated));
    }

    #[cfg(feature = "text")]
    #[test]
    fn a_section_is_decoded_while_it_is_read() {
        use TransferEncoding::{Base64, Identity, QuotedPrintable};
        for inline in [0, 1000] {
            for (encoding, says, text, end) in [
                (Base64, "{12}\r\naGVs\r\nbG8=\r\n", "hello", Ok(())),
                (Base64, "\"aGVsbG8=\"", "hello", Ok(())),
                (
                    Base64,
                    "{9}\r\naGV*s\r\nbG",
                    "hell",
                    Err(DownloadError::Damaged),
                ),
                (
                    Base64,
                    "{9}\r\naGVs\r\nbG8",
                    "hello",
                    Err(DownloadError::Damaged),
                ),
                (
                    QuotedPrintable,
                    "{14}\r\na=\r\nb=3Dc \r\nd=",
                    "ab=c\r\nd",
                    Ok(()),
                ),
                (Identity, "{8}\r\naGVsbG8=", "aGVsbG8=", Ok(())),
                (Base64, "NIL", "", Err(DownloadError::Nil)),
            ] {
                let says = format!("* 3 FETCH (UID 7 BODY[1.2] {says})\r\nA2 OK\r\n");
                let read = read_as(&says, inline, |octets| octets.decoded(encoding));
                assert_eq!((read.0.as_str(), read.1), (text, end), "{says}");
            }
        }
    }
}
