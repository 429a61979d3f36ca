//! imap-codec as the oracle of how arguments are written.

use alloc::format;
use alloc::vec::Vec;

use imap_codec::CommandCodec;
use imap_codec::decode::Decoder;
use imap_codec::encode::Encoder;
use imap_types::command::{Command, CommandBody};

use super::argument::InvalidArgument;
use super::written::{CommandText, TextPart};
use crate::lexer::quoted;
use crate::outgoing::fragments::{Fragment, SaysCharset};

/// How imap-codec writes a command, without its tag and line end.
pub(super) fn by_codec(body: CommandBody<'static>) -> Vec<u8> {
    let command = Command::new("A", body).expect("A is a tag");
    let line = CommandCodec::default().encode(&command).dump();
    let line = line.strip_prefix(b"A ").expect("the tag comes first");
    line.strip_suffix(b"\r\n").expect("the end").to_vec()
}

/// How imap-codec reads a command without its tag and line end.
pub(super) fn read(command: &[u8]) -> CommandBody<'static> {
    let line = [b"A ", command, b"\r\n"].concat();
    let (rest, command) = CommandCodec::default()
        .decode_static(&line)
        .unwrap_or_else(|error| panic!("{}: {error:?}", line.escape_ascii()));
    assert_eq!(rest, b"");
    command.body
}

/// What `write` writes after `before`. Text that is not ASCII is quoted, as when UTF-8 is enabled.
pub(super) fn written(
    before: &str,
    write: impl FnOnce(&mut CommandText) -> Result<(), InvalidArgument>,
) -> Result<Vec<u8>, InvalidArgument> {
    let mut written = CommandText::new(before);
    write(&mut written)?;
    let parts = written.fragments().map(|part| match part {
        TextPart::Text(text) => text.to_vec(),
        TextPart::Other(Fragment::Utf8(text)) => quoted::quote(text).to_vec(),
        TextPart::Other(Fragment::Name(name)) => quoted::quote(name.as_bytes()).to_vec(),
        TextPart::Other(Fragment::Literal(_, octets)) => {
            let header = format!("{{{}}}\r\n", octets.len());
            [header.as_bytes(), octets].concat()
        }
        TextPart::Other(Fragment::Utf8Charset(SaysCharset::Always)) => b"UTF-8 ".to_vec(),
        TextPart::Other(Fragment::Utf8Charset(_) | Fragment::ReturnAll) => Vec::new(),
        TextPart::Other(_) => unreachable!("no argument is written like that"),
    });
    Ok(parts.collect::<Vec<_>>().concat())
}

/// How a command is written, without its tag and line end, by [`written`].
pub(super) fn command(command: impl Into<super::form::Command>) -> alloc::string::String {
    let written = command.into().written;
    let octets = self::written("", |line| {
        line.append(written);
        Ok(())
    });
    let octets = octets.expect("it has been built");
    alloc::string::String::from_utf8_lossy(&octets).into_owned()
}
