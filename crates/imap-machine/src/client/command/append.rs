//! Short names for APPEND.

use alloc::vec::Vec;

use imap_types::command::CommandBody;
use imap_types::core::Literal;
use imap_types::datetime::DateTime;
use imap_types::extensions::binary::LiteralOrLiteral8;
use imap_types::flag::Flag;

use super::builders::Checked;
use super::form::{Command, Form};
use super::mailbox_argument::{MailboxArgument, Spellings};
use super::message::{AppendMessage, MessageContent, Source};
use super::typed::TypedCommand;
use crate::client::answers::Appended;

impl Command {
    /// `APPEND` (section 6.3.12) of a message in memory. How it is announced follows from [what it holds](MessageContent).
    pub fn append(
        name: impl Into<MailboxArgument>,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        message: impl Into<Vec<u8>>,
    ) -> Checked<Appended> {
        let octets = message.into();
        let content = MessageContent::of(&octets);
        let octets = Source::Memory(octets);
        append(name, flags, date, AppendMessage { content, octets })
    }

    /// `APPEND` of a message of `size` octets that is [supplied](crate::client::ClientConnection::supply) in pieces, or written
    /// [into the output](crate::client::ClientConnection::supply_space). It has no NUL.
    pub fn append_streamed(
        name: impl Into<MailboxArgument>,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        size: u64,
    ) -> Checked<Appended> {
        Self::append_streamed_with(name, flags, date, size, MessageContent::default())
    }

    /// [`append_streamed`](Self::append_streamed) of a message that holds more, which the caller has to say beforehand.
    pub fn append_streamed_with(
        name: impl Into<MailboxArgument>,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        size: u64,
        content: MessageContent,
    ) -> Checked<Appended> {
        let octets = Source::Pieces(size);
        append(name, flags, date, AppendMessage { content, octets })
    }
}

fn append(
    name: impl Into<MailboxArgument>,
    flags: Vec<Flag<'static>>,
    date: Option<DateTime>,
    message: AppendMessage,
) -> Checked<Appended> {
    let (mailbox, spelling) = name.into().into_argument()?;
    let empty = Literal::unvalidated(Vec::new());
    let body = CommandBody::Append {
        mailbox,
        flags,
        date,
        message: LiteralOrLiteral8::Literal(empty),
    };
    let form = Form::Append { body, message };
    let names = Spellings::of([spelling]);
    Ok(TypedCommand::new(Command { form, names }))
}
