//! The builders of everyday commands, with any text as arguments.

use arbitrary::{Result, Unstructured};
use imap_machine::client::{AppendMessage, Command, InvalidArgument};
use imap_machine::codec::decode_mailbox_name;
use imap_machine::imap_types::command::CommandBody;
use imap_machine::imap_types::extensions::binary::LiteralOrLiteral8;
use imap_machine::imap_types::mailbox::Mailbox;
use imap_machine_testkit::scenario::escape;

use super::wire::read;
use super::{Server, written};

type Built = std::result::Result<Command, InvalidArgument>;

/// Builders whose one argument is the name of a mailbox.
const NAMED: [fn(&str) -> Built; 6] = [
    |name| Command::select(name).map(Into::into),
    |name| Command::examine(name).map(Into::into),
    |name| Command::create(name).map(Into::into),
    |name| Command::delete(name).map(Into::into),
    |name| Command::subscribe(name).map(Into::into),
    |name| Command::unsubscribe(name).map(Into::into),
];

pub(super) fn run(server: Server, input: &mut Unstructured<'_>) -> Result<()> {
    let which = input.arbitrary::<u8>()?;
    let (one, two): (String, String) = input.arbitrary()?;
    let message = input.bytes(input.len())?;
    let build = NAMED.get(usize::from(which));
    let (built, supply): (Built, &[u8]) = match (build, which % 6) {
        (Some(build), _) => (build(&one), &[]),
        (None, 0) => (Command::login(&one, &two).map(Into::into), &[]),
        (None, 1) => (Command::rename(&one, &two).map(Into::into), &[]),
        (None, 2) => (Command::copy("1:*", &one).map(Into::into), &[]),
        (None, 3) => (Command::append(&one, message).map(Into::into), &[]),
        (None, 4) => {
            let size = message.len() as u64;
            (
                Command::append(&one, AppendMessage::supplied(size)).map(Into::into),
                message,
            )
        }
        (None, _) => (
            Command::id([(one.as_str(), two.as_str())]).map(Into::into),
            &[],
        ),
    };
    let Ok(command) = built else {
        let nul = [one.as_bytes(), two.as_bytes(), message]
            .concat()
            .contains(&0);
        assert!(nul, "refused: {one:?} {two:?}");
        return Ok(());
    };
    let Some(written) = written(server, &command, supply) else {
        let nul = which % 6 == 3 && message.contains(&0) && !server.binary;
        assert!(nul, "in no state: {command:?}");
        return Ok(());
    };
    // The octets that an application supplies are not checked, and imap-codec does not read NUL.
    if supply.contains(&0) {
        return Ok(());
    }
    let Some(read) = read(&written.octets) else {
        panic!("cannot be read: {}", escape(&written.octets));
    };
    assert!(
        says(&read.body, &one, &two, message),
        "{}: {one:?} {two:?}",
        escape(&written.octets)
    );
    Ok(())
}

/// Whether the command that was read back is the one that was meant.
fn says(body: &CommandBody<'_>, one: &str, two: &str, written: &[u8]) -> bool {
    match body {
        CommandBody::Select { mailbox, .. }
        | CommandBody::Examine { mailbox, .. }
        | CommandBody::Create { mailbox }
        | CommandBody::Delete { mailbox }
        | CommandBody::Subscribe { mailbox }
        | CommandBody::Unsubscribe { mailbox }
        | CommandBody::Copy { mailbox, .. } => is_named(mailbox, one),
        CommandBody::Rename { from, to } => is_named(from, one) && is_named(to, two),
        CommandBody::Login { username, password } => {
            username.as_ref() == one.as_bytes() && password.declassify().as_ref() == two.as_bytes()
        }
        CommandBody::Append {
            mailbox, message, ..
        } => {
            let message = match message {
                LiteralOrLiteral8::Literal(literal) => literal.as_ref(),
                LiteralOrLiteral8::Literal8(literal) => &literal.data,
            };
            is_named(mailbox, one) && message == written
        }
        CommandBody::Id {
            parameters: Some(parameters),
        } => {
            let (name, value) = &parameters[0];
            let value = value.0.as_ref().map(AsRef::as_ref);
            name.as_ref() == one.as_bytes() && value == Some(two.as_bytes())
        }
        _ => false,
    }
}

fn is_named(mailbox: &Mailbox<'_>, name: &str) -> bool {
    match mailbox {
        Mailbox::Inbox => name.eq_ignore_ascii_case("INBOX"),
        Mailbox::Other(other) => {
            let wire = String::from_utf8_lossy(other.inner().as_ref());
            decode_mailbox_name(&wire).as_deref() == Some(name)
        }
    }
}
