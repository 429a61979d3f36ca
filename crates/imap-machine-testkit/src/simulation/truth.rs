//! Compares what the client knows with what the server knows. Only the world knows both.

use imap_machine::Timer;
use imap_machine::client::{Event, Evidence, NotSent, Outcome, Refusal, Unknown};
use imap_machine::error::CloseReason;

use super::answered;
use super::causes;
use super::server::Manners;
use super::world::{Sky, World};
use crate::rule::{Broken, rule};

/// Checked before the end: neither side has given up, and when nothing is on the way, the client's mailbox is the one that the
/// server told it of.
///
/// # Errors
///
/// What differs.
pub(super) fn at_ease(world: &World) -> Result<(), Broken> {
    if world.climate.manners != Manners::Good {
        return Ok(());
    }
    for event in &world.subject.events {
        if let Event::Outcome { handle, outcome } = event {
            in_good_time(world, &handle.to_string(), outcome)?;
        }
    }
    same_mailbox(world)
}

fn same_mailbox(world: &World) -> Result<(), Broken> {
    let connection = &world.subject.connection;
    if !world.is_calm() || connection.open_commands() > 0 {
        return Ok(());
    }
    let (Some(view), Some(told)) = (connection.mailbox(), world.server.told()) else {
        return Ok(());
    };
    rule(
        "the client's mailbox has as many messages as the server says",
        usize::try_from(view.exists()) == Ok(told.len()),
        || format!("{} instead of {}", view.exists(), told.len()),
    )?;
    for (number, uid) in (1..).zip(&told) {
        let known = view.uid(number).map(std::num::NonZeroU32::get);
        rule(
            "a number names the same message on both sides",
            known.is_none_or(|known| known == *uid),
            || format!("{number} is {known:?} instead of {uid}"),
        )?;
    }
    Ok(())
}

/// Each answer has all that its command caused. In a good world each command ended as the server says, and did what it was meant to do.
///
/// # Errors
///
/// The command that did not.
pub(super) fn afterwards(world: &World) -> Result<(), Broken> {
    answered::whole(&world.subject, &world.history.config.limits)?;
    if world.climate.manners != Manners::Good {
        return Ok(());
    }
    causes::told(world)?;
    let record = world.server.record();
    for event in &world.subject.events {
        let blamed = matches!(event, Event::Untagged { violation, .. } if violation.is_some());
        rule("what a good server says breaks no rule", !blamed, || {
            format!("{event:?}")
        })?;
        let Event::Outcome { handle, outcome } = event else {
            continue;
        };
        let tag = handle.to_string();
        let seen = record.answers.get(&tag);
        let answer = seen.copied().flatten();
        let fits = match outcome {
            Outcome::Ok(completion) => match completion.evidence {
                Evidence::Tagged => answer == Some("OK"),
                // LOGOUT asks for the end of the connection, so that is its success.
                Evidence::ConnectionEnded => true,
            },
            Outcome::Refused { refusal, .. } => match refusal {
                Refusal::No => answer == Some("NO"),
                Refusal::Bad => answer == Some("BAD"),
            },
            Outcome::NotSent(_) => seen.is_none(),
            Outcome::Unknown(_) => true,
        };
        rule("a command ends as the server says", fits, || {
            format!("{tag}: {outcome:?}, and the server: {seen:?}")
        })?;
    }
    for (name, uid) in &world.application.meant {
        let Some(handle) = world.subject.handle(name) else {
            continue;
        };
        let hit = record.meant.get(&handle.to_string());
        rule(
            "a command by number is about the message it was meant for",
            hit.is_none_or(|hit| hit[..] == [uid.get()]),
            || format!("{handle}: {hit:?} instead of {uid}"),
        )?;
    }
    Ok(())
}

/// When nothing goes wrong, neither side gives up, and the client finds no fault with the server.
///
/// The application may be slow to answer, and a slow network may be too slow for LOGOUT, or for an IDLE to leave in time
/// (`docs/time.md`): those deadlines do not count.
fn in_good_time(world: &World, tag: &str, outcome: &Outcome<'_>) -> Result<(), Broken> {
    let fair = world.climate.sky == Sky::Clear && world.application.is_careful();
    let (Outcome::NotSent(NotSent::Closed(closed)) | Outcome::Unknown(Unknown::Closed(closed))) =
        outcome
    else {
        return Ok(());
    };
    let patient = match closed.reason() {
        // An IDLE, and those behind it: what waits for the `+` of a literal has left.
        CloseReason::TimedOut(Timer::Continuation) => matches!(outcome, Outcome::NotSent(_)),
        CloseReason::PeerMisbehaved(_)
        | CloseReason::TimedOut(Timer::Completion | Timer::Literal) => false,
        _ => true,
    };
    rule(
        "where nothing goes wrong neither side gives up",
        !fair || patient,
        || format!("{tag}: {outcome:?}"),
    )
}
