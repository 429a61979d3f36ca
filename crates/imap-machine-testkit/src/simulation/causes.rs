//! Which command each response belongs to: the server of a simulation knows, and the client has to find out.

use imap_machine::client::{Cause, CommandHandle, Event};
use imap_machine::codec::Untagged;

use super::responses::{answers, shown};
use super::world::World;
use crate::invariants::cause;
use crate::model::framing::{Whole, responses};
use crate::rule::{Broken, rule};

/// Compares the command for which a good server sent a response with the command that the client annotates it with.
///
/// Data that the server sent for a command belongs to that command. Data that it sent on its own account belongs to no command, or
/// to one that could have asked for it: the client cannot tell these apart.
///
/// # Errors
///
/// The response that was given to another command.
pub(super) fn told(world: &World) -> Result<(), Broken> {
    let subject = &world.subject;
    let record = world.server.record();
    let frames = responses(&world.history.config.limits, subject.received());
    let mut rest = frames.messages.iter();
    let (mut begin, mut pieces) = (0, Vec::new());
    for event in &subject.events {
        if let Event::Literal(_) = event {
            pieces.push(event);
        }
        if !answers(event) {
            continue;
        }
        let Some(response) = rest.next() else {
            return Ok(());
        };
        let sender = record.sender(begin);
        for event in pieces.drain(..).chain([event]) {
            is_for(world, event, response, sender)?;
        }
        if matches!(event, Event::Upgrade { .. }) {
            return Ok(());
        }
        let streamed = response.streamed.iter().map(|(_, octets)| octets.len());
        begin += response.octets.len() + streamed.sum::<usize>();
    }
    Ok(())
}

fn is_for(
    world: &World,
    event: &Event<'_>,
    response: &Whole,
    sender: Option<&str>,
) -> Result<(), Broken> {
    let Some(cause) = cause(event) else {
        return Ok(());
    };
    let taken = cause.handle();
    let fits = match sender {
        Some(tag) => taken.is_some_and(|handle| handle.to_string() == tag),
        None => taken.is_none_or(|handle| may_ask(world, handle, event)),
    };
    rule("data belongs to the command that asked", fits, || {
        let whose = match cause {
            Cause::Unsolicited => "unsolicited".to_owned(),
            cause => format!("{cause:?}"),
        };
        format!("{} for {sender:?} is {whose}", shown(response))
    })
}

/// Whether such a command could have asked for it.
fn may_ask(world: &World, handle: CommandHandle, event: &Event<'_>) -> bool {
    let verb = world.subject.coverage.verb(handle);
    // A raw command: any response may be its answer.
    if verb.starts_with('X') || verb == "UNAUTHENTICATE" {
        return true;
    }
    let verbs: &[&str] = match event {
        Event::Untagged {
            data: Untagged::Fetch(_),
            ..
        } => &["FETCH", "STORE", "SELECT", "EXAMINE"],
        Event::Untagged {
            data: Untagged::Expunge(_) | Untagged::Vanished(_),
            ..
        } => &["EXPUNGE", "MOVE"],
        Event::Untagged {
            data: Untagged::Exists(_) | Untagged::Recent(_),
            ..
        }
        | Event::Status { .. } => &["SELECT", "EXAMINE"],
        _ => &[],
    };
    verbs.iter().any(|asks| verb.ends_with(asks))
}
