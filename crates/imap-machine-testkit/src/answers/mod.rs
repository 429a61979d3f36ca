//! Whether a typed answer has all that the server said: an oracle that reads nothing, and compares words.
//!
//! A response is *in a value* if each of its words is in one part of the value: of a mailbox in [`Listed`], of a message in
//! [`Fetched`], or of what stands alone. Words are what spaces, parentheses, quotes and backslashes leave. So
//!
//! * a number is in the value as itself, or as a member of a set;
//! * a flag, an attribute, a name of an item or of a code is in it by name;
//! * a string is in it without its quotes, and a literal octet by octet;
//! * the name of the response, and words that only say how to read it, are in no value.
//!
//! Four things are said and need not be there:
//!
//! * what a later response about the same replaces: the count of messages, the flags of a message;
//! * what the connection holds for everyone: capabilities, messages that are gone, an ALERT that listeners were told;
//! * the human text after a code that was read;
//! * what was about the mailbox that a SELECT has closed, as `[CLOSED]` says.
//!
//! All else has to be in `unread`, as an event that is the whole response, or in the error
//! [`Unreadable`]. A command that was refused has no value.
//!
//! [`Listed`]: imap_machine::client::answers::Listed
//! [`Fetched`]: imap_machine::client::answers::Fetched

mod extensions;
mod held;
mod part;
mod replaced;
mod words;

use imap_machine::client::answers::Unreadable;
use imap_machine::client::{Event, Outcome};
use imap_machine::codec::{ResponseText, StatusKind, Untagged};

use crate::model::framing::{Frames, Whole};
use crate::rule::{Broken, Checked, rule};
use crate::simulation::responses::answers;

pub use held::Held;
pub use part::Part;
use replaced::State;
use words::{Token, tokens};

/// A response that a command caused, and the event that told it.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The octets.
    pub response: &'a Whole,
    /// What the connection made of them. The last one is the command's outcome.
    pub event: &'a Event<'static>,
}

/// All responses of which these events tell, each with its event, in order.
pub fn said<'a>(
    responses: &'a Frames,
    events: &'a [Event<'static>],
) -> impl Iterator<Item = Said<'a>> {
    let events = events.iter().filter(|event| answers(event));
    let pairs = responses.messages.iter().zip(events);
    pairs.map(|(response, event)| Said { response, event })
}

/// Whether the end of a command, which was an OK, has all that it caused.
///
/// # Errors
///
/// The first response of which a word is neither in the value nor kept, or what is kept and was not said.
pub fn has_all<V: Held>(said: &[Said<'_>], end: &Result<V, Unreadable>) -> Result<(), Broken> {
    let (unread, parts) = match end {
        Ok(value) => (value.unread(), value.parts()),
        Err(unreadable) => (&unreadable.events[..], Vec::new()),
    };
    for (at, one) in said.iter().enumerate() {
        let is_kept = unread.iter().any(|kept| is_same(one.event, kept))
            || end
                .as_ref()
                .is_err_and(|it| completion(one.event) == Some(&it.text));
        let is_old = said[at + 1..].iter().any(|later| closes(later.event))
            && is_about_the_selected(one.event);
        if is_kept || is_old || is_held_for_everyone(one.event) {
            continue;
        }
        let mut told = one.told(&said[..at], &said[at + 1..]);
        // The item of a streamed literal may be unreadable, and so its row.
        let is_elsewhere = |word: &Token| parts.iter().any(|part| part.holds(word));
        told.retain(|word| !matches!(word, Token::Literal(_)) || !is_elsewhere(word));
        let lost = |part: &Part| told.iter().filter(|word| !part.holds(word)).count();
        let lost = parts.iter().map(lost).min().unwrap_or(told.len());
        rule(
            "an answer has all that the server said, or keeps it",
            lost == 0,
            || {
                let line = one.response.octets.escape_ascii();
                format!("{lost} words of {line} are not in {end:?}")
            },
        )?;
    }
    nothing_made_up(said, unread)
}

fn nothing_made_up(said: &[Said<'_>], unread: &[Event<'_>]) -> Checked {
    let was_said = |kept: &&Event<'_>| {
        let mut said = said.iter();
        matches!(kept, Event::Literal(_)) || said.any(|one| is_same(one.event, kept))
    };
    let stranger = unread.iter().find(|kept| !was_said(kept));
    rule("what an answer keeps was said", stranger.is_none(), || {
        format!("{stranger:?}")
    })
}

/// A tagged OK is kept as an untagged one.
fn is_same(said: &Event<'_>, kept: &Event<'_>) -> bool {
    match (said, kept) {
        (Event::Outcome { .. }, Event::Status { text, .. }) => completion(said) == Some(text),
        _ => said == kept,
    }
}

fn completion<'e>(event: &'e Event<'_>) -> Option<&'e ResponseText<'e>> {
    match event {
        Event::Outcome {
            outcome: Outcome::Ok(completion),
            ..
        } => Some(&completion.text),
        _ => None,
    }
}

/// RFC 7162 section 3.2.11: what came before was about the mailbox that was selected until then.
fn closes(event: &Event<'_>) -> bool {
    matches!(event, Event::Status { status: StatusKind::Ok, text, .. } if text.has_code("CLOSED"))
}

fn is_about_the_selected(event: &Event<'_>) -> bool {
    match event {
        Event::Untagged { data, .. } => matches!(
            data,
            Untagged::Exists(_)
                | Untagged::Recent(_)
                | Untagged::Flags(_)
                | Untagged::Fetch(_)
                | Untagged::Vanished(_)
        ),
        Event::Status { text, .. } => text.code_name().is_some(),
        Event::Literal(_) => true,
        _ => false,
    }
}

/// The connection has it, or has told all who listen.
fn is_held_for_everyone(event: &Event<'_>) -> bool {
    match event {
        Event::Untagged { data, .. } => match data {
            Untagged::Expunge(_) | Untagged::Capability(_) => true,
            Untagged::Vanished(vanished) => !vanished.earlier,
            _ => false,
        },
        event => completion(event).is_some_and(|text| {
            ["ALERT", "CAPABILITY"]
                .iter()
                .any(|code| text.has_code(code))
        }),
    }
}

impl Said<'_> {
    /// Its words, without those that say how to read the others and those that another response replaces.
    fn told(&self, earlier: &[Self], later: &[Self]) -> Vec<Token> {
        let tokens = self.tokens();
        let its = replaced::states(&tokens);
        let states = |said: &[Self]| -> Vec<State> {
            let states = said.iter().map(|one| replaced::states(&one.tokens()));
            states.flatten().collect()
        };
        let (earlier, later) = (states(earlier), states(later));
        let replaces = |state: &State| {
            let mut later = later.iter();
            later.any(|other| other.replaces(state))
                || earlier.iter().any(|other| other.is_higher_than(state))
        };
        let is_replaced = |at: usize| {
            its.iter()
                .any(|state| state.place.contains(&at) && replaces(state))
        };
        let form = form(&tokens);
        let left = tokens.iter().enumerate();
        let left = left.filter(|(at, _)| !form.contains(at) && !is_replaced(*at));
        left.map(|(_, token)| token.clone()).collect()
    }

    /// All words; of a status response that says OK with a code, the code.
    fn tokens(&self) -> Vec<Token> {
        let streamed = self.response.streamed.iter();
        let streamed: Vec<_> = streamed
            .map(|(mark, octets)| (mark.at, octets.as_slice()))
            .collect();
        let octets = &self.response.octets[..];
        match self.event {
            Event::Status {
                status: StatusKind::Ok,
                ..
            } => tokens(code(octets).unwrap_or(octets), &[]),
            Event::Outcome { .. } => tokens(code(octets).unwrap_or_default(), &[]),
            _ => tokens(octets, &streamed),
        }
    }
}

/// A status response up to the end of its code: the first bracket outside of parentheses, or else the first one.
fn code(response: &[u8]) -> Option<&[u8]> {
    // It is the first of the line, or comes after the tag and the status.
    let words = response.split(|octet| *octet == b' ');
    let mut words = words.filter(|word| !word.is_empty());
    let first = words.next()?;
    if !first.starts_with(b"[") && !words.nth(1)?.starts_with(b"[") {
        return None;
    }
    let begin = response.iter().position(|octet| *octet == b'[')?;
    let mut open = 0_usize;
    let mut ends = Vec::new();
    for (at, octet) in response.iter().enumerate().skip(begin) {
        match octet {
            b'(' => open += 1,
            b')' => open = open.saturating_sub(1),
            b']' => ends.push((open > 0, at)),
            _ => {}
        }
    }
    let (_, end) = ends.into_iter().min()?;
    Some(&response[..end])
}

/// The places of the words that say how to read the others.
fn form(tokens: &[Token]) -> Vec<usize> {
    let is = |at: usize, names: &[&str]| match tokens.get(at) {
        Some(Token::Word(word)) => names
            .iter()
            .any(|name| word.eq_ignore_ascii_case(name.as_bytes())),
        _ => false,
    };
    let number = tokens.get(1).is_some_and(
        |token| matches!(token, Token::Word(word) if word.iter().all(u8::is_ascii_digit)),
    );
    let (name, is_esearch) = (1 + usize::from(number), is(1, &["ESEARCH"]));
    let places = 0..tokens.len();
    let is_form = |at: &usize| {
        let names_itself = *at == 0 || *at == name || is(*at, &["NIL"]);
        let marks_uids = is_esearch && is(*at, &["TAG", "UID", "ALL"]);
        let is_tag = is_esearch && *at > 0 && is(*at - 1, &["TAG"]);
        // Some servers put commas between what ID tells.
        let is_comma = is(1, &["ID"]) && is(*at, &[","]);
        names_itself || is_comma || marks_uids || is_tag || *at == 3 && is(1, &["VANISHED"])
    };
    places.filter(is_form).collect()
}
