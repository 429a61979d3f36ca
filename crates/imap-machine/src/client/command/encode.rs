//! A command as it goes onto the wire.
//!
//! Encoding happens in `send`, before a command enters the queue: all of it or nothing
//! (emersion/go-imap#562). Only how a literal is announced is decided when its turn comes, since
//! that depends on what the server can do then.

use alloc::collections::VecDeque;
use alloc::string::ToString;
use alloc::vec::Vec;

use imap_codec::CommandCodec;
use imap_codec::encode::{Encoder, Fragment as Encoded};
use imap_types::command::{Command as Tagged, CommandBody};
use imap_types::core::Tag as WireTag;

use super::{Command, Form, Tag};

/// A part of a command.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Fragment {
    /// Octets that need no permission.
    Text(Vec<u8>),
    /// A literal; its header is written when its turn comes.
    Literal(Vec<u8>),
    /// A literal of this size whose octets the application supplies; not announced yet.
    Supplied(u64),
    /// The same, announced: this many octets are missing.
    Missing(u64),
}

/// All of a command, its tag and line end included.
pub(crate) fn encode(command: &Command, tag: Tag) -> VecDeque<Fragment> {
    match &command.0 {
        Form::Body(body) => encode_body(body, tag),
        Form::Supplied { body, size } => {
            let mut fragments = encode_body(body, tag);
            let message = fragments
                .iter_mut()
                .rev()
                .find(|fragment| matches!(fragment, Fragment::Literal(_)));
            if let Some(message) = message {
                *message = Fragment::Supplied(*size);
            }
            fragments
        }
        Form::Raw(raw) => {
            let mut fragments = VecDeque::from(raw.fragments().to_vec());
            let mut start = (tag.to_string() + " ").into_bytes();
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

fn encode_body(body: &CommandBody<'static>, tag: Tag) -> VecDeque<Fragment> {
    let command = Tagged {
        tag: WireTag::unvalidated(tag.to_string()),
        // An initial response goes out only to servers that take one (RFC 4959): see
        // `exchange::authenticate`.
        body: match body {
            CommandBody::Authenticate { mechanism, .. } => {
                CommandBody::authenticate(mechanism.clone())
            }
            body => body.clone(),
        },
    };
    CommandCodec::default()
        .encode(&command)
        .map(|fragment| match fragment {
            Encoded::Line { data } => Fragment::Text(without_literal_header(data)),
            Encoded::Literal { data, .. } => Fragment::Literal(data),
        })
        .collect()
}

/// imap-codec announces literals in the text before them.
fn without_literal_header(mut text: Vec<u8>) -> Vec<u8> {
    if text.ends_with(b"}\r\n") {
        if let Some(header) = memchr::memrchr(b'{', &text) {
            text.truncate(header);
        }
    }
    text
}
