//! Every command of imap-types.

use arbitrary::{Result, Unstructured};
use imap_codec::CommandCodec;
use imap_codec::encode::Encoder;
use imap_machine::client::Command;
use imap_machine::imap_types::IntoStatic;
use imap_machine::imap_types::command::{Command as Tagged, CommandBody};
use imap_machine::imap_types::core::Tag;
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
    let mut last = None;
    for part in parts(&meant) {
        match &part {
            Part::Text(text) => wire.text(text),
            Part::Literal(octets) => wire.literal(octets),
        }
        last = Some(part);
    }
    // The line end is part of the last text.
    assert!(matches!(last, Some(Part::Text(text)) if text.ends_with(b"\r\n")));
    wire.over();
    // imap-codec cannot read everything that it writes.
    if let Some(theirs) = read(&CommandCodec::default().encode(&meant).dump()) {
        let ours = read(&written.octets);
        let ours = ours.unwrap_or_else(|| panic!("cannot be read: {}", escape(&written.octets)));
        assert_eq!(parts(&ours), parts(&theirs));
    }
    Ok(())
}

/// An initial response goes only to servers that take one.
fn as_sent(body: CommandBody<'static>, server: Server) -> CommandBody<'static> {
    match body {
        CommandBody::Authenticate { mechanism, .. } if !server.initial_response => {
            CommandBody::authenticate(mechanism)
        }
        body => body,
    }
}
