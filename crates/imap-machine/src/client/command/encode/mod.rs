//! A command in the form in which it is sent.
//!
//! `send` encodes a command before it enters the queue: all of it or nothing (emersion/go-imap#562). Only what depends on the
//! server at the moment of sending is decided when the turn of the command comes: how a literal is announced (its capabilities),
//! and how names and other text are written (what is enabled). Until then these are fragments of their own (docs/decisions/0022).

mod by_hand;
mod search;
mod set;
mod store;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use imap_codec::CommandCodec;
use imap_codec::encode::{Encoder, Fragment as Encoded};
use imap_types::command::{Command as Tagged, CommandBody};
use imap_types::core::Tag as WireTag;

use super::form::{Command, Form};
use super::handle::Tag;
use super::mailbox_argument::Spellings;
use super::message::AppendMessage;
use crate::lexer::quoted;
use crate::outgoing::fragments::{Fragment, Fragments, Holds};

/// Encodes the whole command, with its tag and line end.
pub(crate) fn encode(command: Command, tag: Tag) -> Fragments {
    let names = command.names;
    match command.form {
        Form::Body(body) => encode_body(body, names, tag),
        Form::Append { body, message } => Fragments::from(append(body, names, message, tag)),
        Form::Raw(raw) => {
            let mut fragments = Fragments::from(raw.into_fragments());
            let mut start = Vec::new();
            tag.write(&mut start);
            start.push(b' ');
            if let Some(Fragment::Text(text)) = fragments.front_mut() {
                start.append(text);
                *text = start;
            }
            match fragments.back_mut() {
                Some(Fragment::Text(text)) => text.extend_from_slice(b"\r\n"),
                _ => fragments.push_back(Fragment::Text(b"\r\n".to_vec())),
            }
            fragments
        }
    }
}

fn encode_body(body: CommandBody<'static>, names: Spellings, tag: Tag) -> Fragments {
    if let Some(line) = by_hand::line(&body, tag) {
        return Fragments::from(Fragment::Text(line));
    }
    let (body, charset) = search::without_charset(body);
    let mut fragments = as_meant(by_codec(body, tag), names);
    search::insert_charset(&mut fragments, charset);
    Fragments::from(fragments)
}

/// The message stands in the place of the empty one of the body.
fn append(
    body: CommandBody<'static>,
    names: Spellings,
    message: AppendMessage,
    tag: Tag,
) -> Vec<Fragment> {
    let mut fragments = as_meant(by_codec(body, tag), names);
    let mut literals = fragments.iter_mut().rev();
    if let Some(place) = literals.find(|it| matches!(it, Fragment::Literal(..))) {
        *place = message.into_fragment();
    }
    fragments
}

fn by_codec(body: CommandBody<'static>, tag: Tag) -> Vec<Fragment> {
    let command = Tagged {
        tag: WireTag::unvalidated(tag.to_string()),
        // The initial response is sent only to servers that accept one (RFC 4959): see `exchange::authenticate`.
        body: match body {
            CommandBody::Authenticate { mechanism, .. } => CommandBody::authenticate(mechanism),
            body => body,
        },
    };
    let mut fragments = Vec::new();
    for fragment in CommandCodec::default().encode(&command) {
        match fragment {
            Encoded::Line { data } => fragments.push(Fragment::Text(data)),
            Encoded::Literal { data, .. } => {
                let holds = match fragments.last_mut() {
                    Some(Fragment::Text(text)) => cut_literal_header(text),
                    _ => Holds::Text,
                };
                fragments.push(Fragment::Literal(holds, data));
            }
        }
    }
    fragments
}

/// imap-codec announces a literal at the end of the text before it. Braces elsewhere belong to an argument.
fn cut_literal_header(text: &mut Vec<u8>) -> Holds {
    if let Some(header) = memchr::memrchr(b'{', text) {
        text.truncate(header);
    }
    match text.ends_with(b"~") {
        true => {
            text.pop();
            Holds::Octets
        }
        false => Holds::Text,
    }
}

/// What depends on the moment of sending becomes a fragment of its own: names as people write them, and text that is not ASCII,
/// which imap-codec writes in quotes or as a literal.
fn as_meant(fragments: Vec<Fragment>, names: Spellings) -> Vec<Fragment> {
    let mut literals = 0..;
    let mut meant = Vec::with_capacity(fragments.len());
    for fragment in fragments {
        match fragment {
            Fragment::Text(text) => push_text(&mut meant, text),
            Fragment::Literal(Holds::Text, octets) => {
                let by_people = literals.next().is_some_and(|index| names.by_people(index));
                meant.push(match String::from_utf8(octets) {
                    Ok(name) if by_people => Fragment::Name(name.into()),
                    Ok(text) if !text.is_ascii() => Fragment::Utf8(text.into_bytes()),
                    Ok(text) => Fragment::Literal(Holds::Text, text.into_bytes()),
                    Err(error) => Fragment::Literal(Holds::Text, error.into_bytes()),
                });
            }
            fragment => meant.push(fragment),
        }
    }
    meant
}

/// Takes quoted strings that are not ASCII out of the text: RFC 3501 section 9 does not have them.
fn push_text(fragments: &mut Vec<Fragment>, mut text: Vec<u8>) {
    let mut at = 0;
    while !text.is_ascii() {
        let rest = text.get(at..).unwrap_or_default();
        let Some(start) = memchr::memchr(b'"', rest).map(|start| at + start + 1) else {
            break;
        };
        let inside = text.get(start..).unwrap_or_default();
        let Some(string) = quoted::end(inside).and_then(|end| inside.get(..end)) else {
            break;
        };
        let end = start + string.len() + 1;
        if string.is_ascii() {
            at = end;
            continue;
        }
        let string = quoted::unescape(string).into_owned();
        let rest = text.split_off(end);
        text.truncate(start - 1);
        fragments.push(Fragment::Text(text));
        fragments.push(Fragment::Utf8(string));
        (text, at) = (rest, 0);
    }
    fragments.push(Fragment::Text(text));
}
