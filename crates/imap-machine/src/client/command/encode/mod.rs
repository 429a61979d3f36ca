//! A command in the form in which it is sent.
//!
//! `send` encodes a command before it enters the queue: all of it or nothing (emersion/go-imap#562). Only how a literal is
//! announced is decided later, when its turn comes, since that depends on the server's capabilities at that moment.

mod by_hand;
mod set;
mod store;

use alloc::string::ToString;
use alloc::vec::Vec;

use imap_codec::CommandCodec;
use imap_codec::encode::{Encoder, Fragment as Encoded};
use imap_types::command::{Command as Tagged, CommandBody};
use imap_types::core::Tag as WireTag;

use super::form::{Command, Form};
use super::handle::Tag;
use crate::outgoing::fragments::{Fragment, Fragments};

/// Encodes the whole command, with its tag and line end.
pub(crate) fn encode(command: Command, tag: Tag) -> Fragments {
    match command.0 {
        Form::Body(body) => encode_body(body, tag),
        Form::Supplied { body, size } => {
            let mut fragments = encode_body(body, tag);
            if let Some(message) = fragments.last_literal() {
                *message = Fragment::Supplied(size);
            }
            fragments
        }
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

fn encode_body(body: CommandBody<'static>, tag: Tag) -> Fragments {
    match by_hand::line(&body, tag) {
        Some(line) => Fragments::from(Fragment::Text(line)),
        None => by_codec(body, tag),
    }
}

fn by_codec(body: CommandBody<'static>, tag: Tag) -> Fragments {
    let command = Tagged {
        tag: WireTag::unvalidated(tag.to_string()),
        // The initial response is sent only to servers that accept one (RFC 4959): see `exchange::authenticate`.
        body: match body {
            CommandBody::Authenticate { mechanism, .. } => CommandBody::authenticate(mechanism),
            body => body,
        },
    };
    let mut fragments = Fragments::default();
    for fragment in CommandCodec::default().encode(&command) {
        match fragment {
            Encoded::Line { data } => fragments.push_back(Fragment::Text(data)),
            Encoded::Literal { data, .. } => {
                if let Some(Fragment::Text(text)) = fragments.back_mut() {
                    cut_literal_header(text);
                }
                fragments.push_back(Fragment::Literal(data));
            }
        }
    }
    fragments
}

/// imap-codec announces a literal at the end of the text before it. Braces elsewhere belong to an argument.
fn cut_literal_header(text: &mut Vec<u8>) {
    if let Some(header) = memchr::memrchr(b'{', text) {
        text.truncate(header);
    }
}
