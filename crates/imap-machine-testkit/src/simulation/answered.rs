//! Typed answers: what the server said to each command is in the value that an adapter would return.
//!
//! The events of a life are folded again, as the desk does it, by the answer of the command's verb.

use imap_machine::bounded_static::ToBoundedStatic;
use imap_machine::client::answers::{
    Answer, Appended, Copied, Counted, Done, Enabled, Fetched, Found, Identified, Listed,
    Namespaced, Required, Selected, Uptake,
};
use imap_machine::client::{CommandHandle, Event, Outcome};

use super::subject::Subject;
use crate::answers::{Held, Said, has_all, said};
use crate::invariants::cause;
use crate::model::framing::responses;
use crate::rule::{Broken, Checked};

/// Looks at the answer of each command that ended with an OK.
///
/// # Errors
///
/// A response that a command caused, and that is neither in its value nor kept.
pub(super) fn whole(subject: &Subject, limits: &imap_machine::Limits) -> Checked {
    let frames = responses(limits, subject.received());
    // Octets after a change of layer belong to the new layer.
    let upgrade = subject
        .events
        .iter()
        .position(|event| matches!(event, Event::Upgrade { .. }));
    let events = &subject.events[..upgrade.unwrap_or(subject.events.len())];
    let all: Vec<Said<'_>> = said(&frames, events).collect();
    for event in events {
        if let Event::Outcome { handle, .. } = event {
            let handle = *handle;
            let its: Vec<_> = all
                .iter()
                .filter(|one| is_of(one.event, handle))
                .copied()
                .collect();
            let events: Vec<_> = events.iter().filter(|event| is_of(event, handle)).collect();
            let verb = subject.coverage.verb(handle).to_ascii_uppercase();
            of_verb(&verb, &its, &events)?;
        }
    }
    Ok(())
}

fn is_of(event: &Event<'_>, command: CommandHandle) -> bool {
    match event {
        Event::Outcome { handle, .. } => *handle == command,
        event => cause(event) == Some(imap_machine::client::Cause::Solicited(command)),
    }
}

fn of_verb(verb: &str, said: &[Said<'_>], events: &[&Event<'static>]) -> Checked {
    match verb.strip_prefix("UID ").unwrap_or(verb) {
        "LIST" | "LSUB" => is_whole::<Listed>(said, events),
        "STATUS" => is_whole::<Required<Counted>>(said, events),
        "NAMESPACE" => is_whole::<Required<Namespaced>>(said, events),
        "SEARCH" => is_whole::<Found>(said, events),
        "ID" => is_whole::<Identified>(said, events),
        "ENABLE" => is_whole::<Enabled>(said, events),
        "SELECT" | "EXAMINE" => is_whole::<Selected>(said, events),
        "FETCH" | "STORE" => is_whole::<Fetched>(said, events),
        "COPY" | "MOVE" => is_whole::<Copied>(said, events),
        "APPEND" => is_whole::<Appended>(said, events),
        // It is read as events.
        "IDLE" => Ok(()),
        _ => is_whole::<Done>(said, events),
    }
}

fn is_whole<A: Answer>(said: &[Said<'_>], events: &[&Event<'static>]) -> Result<(), Broken>
where
    A::Value: Held,
{
    let (mut answer, mut unread) = (A::default(), Vec::new());
    for event in events {
        match event {
            Event::Outcome {
                outcome: Outcome::Ok(completion),
                ..
            } => return has_all(said, &answer.finish(completion, unread)),
            Event::Outcome { .. } => return Ok(()),
            event if answer.event(event) == Uptake::Left => unread.push(event.to_static()),
            _ => {}
        }
    }
    Ok(())
}
