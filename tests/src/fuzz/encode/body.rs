//! Every command of imap-types.

use arbitrary::{Result, Unstructured};
use imap_codec::CommandCodec;
use imap_codec::encode::Encoder;
use imap_machine::client::Command;
use imap_machine::imap_types::IntoStatic;
use imap_machine::imap_types::command::{Command as Tagged, CommandBody};
use imap_machine::imap_types::core::{Charset, LiteralMode, Tag};
use imap_machine::imap_types::extensions::binary::{Literal8, LiteralOrLiteral8};
use imap_machine_testkit::scenario::escape;

use super::wire::{Part, Wire, parts, read};
use super::{Server, written};

pub(super) fn run(server: Server, input: &mut Unstructured<'_>) -> Result<()> {
    let body = input.arbitrary::<CommandBody<'_>>()?.into_static();
    let Some(written) = written(server, &Command::from(body.clone()), &[]) else {
        return Ok(());
    };
    let meant = Tagged {
        tag: Tag::try_from(written.tag).expect("a tag"),
        body: as_sent(body, server),
    };
    let mut wire = Wire::new(server, &written.octets);
    let (mut last, mut ascii) = (None, true);
    for part in parts(&meant) {
        let literal8 = matches!(&last, Some(Part::Text(text)) if text.ends_with(b"~"));
        match &part {
            Part::Text(text) => {
                ascii &= text.is_ascii();
                wire.quoted_text(text);
            }
            Part::Literal(octets) if literal8 => wire.literal8(octets),
            Part::Literal(octets) => wire.literal(octets),
        }
        last = Some(part);
    }
    // The line end is part of the last text.
    assert!(matches!(last, Some(Part::Text(text)) if text.ends_with(b"\r\n")));
    wire.over();
    // To imap-codec a quoted string and a literal are two values.
    if !ascii {
        return Ok(());
    }
    // imap-codec cannot read everything that it writes.
    if let Some(theirs) = read(&CommandCodec::default().encode(&meant).dump()) {
        let ours = read(&written.octets);
        let ours = ours.unwrap_or_else(|| panic!("cannot be read: {}", escape(&written.octets)));
        assert_eq!(parts(&ours), parts(&theirs));
    }
    Ok(())
}

/// An initial response goes only to servers that take one. A message with NUL is a literal8, and SEARCH for text that is not
/// ASCII says so.
fn as_sent(body: CommandBody<'static>, server: Server) -> CommandBody<'static> {
    let searches_text = search_has_text(&body);
    match body {
        CommandBody::Append {
            mailbox,
            flags,
            date,
            message: LiteralOrLiteral8::Literal(message),
        } if message.as_ref().contains(&0) => CommandBody::Append {
            mailbox,
            flags,
            date,
            message: LiteralOrLiteral8::Literal8(Literal8 {
                data: message.into_inner(),
                mode: LiteralMode::Sync,
            }),
        },
        CommandBody::Search {
            charset,
            criteria,
            uid,
        } => {
            let utf8 = charset.as_ref().map(Charset::as_ref);
            let utf8 = utf8.map_or(searches_text, |said| said.eq_ignore_ascii_case("UTF-8"));
            let charset = match utf8 {
                true => Some(Charset::try_from("UTF-8").expect("an atom")),
                false => charset,
            };
            CommandBody::Search {
                charset,
                criteria,
                uid,
            }
        }
        CommandBody::Authenticate { mechanism, .. } if !server.initial_response => {
            CommandBody::authenticate(mechanism)
        }
        body => body,
    }
}

/// Whether the criteria of a SEARCH have UTF-8 that is not ASCII.
fn search_has_text(body: &CommandBody<'static>) -> bool {
    if !matches!(body, CommandBody::Search { .. }) {
        return false;
    }
    let command = Tagged {
        tag: Tag::try_from("A").expect("a tag"),
        body: body.clone(),
    };
    parts(&command).into_iter().any(|part| match part {
        Part::Text(octets) | Part::Literal(octets) => {
            !octets.is_ascii() && std::str::from_utf8(&octets).is_ok()
        }
    })
}
