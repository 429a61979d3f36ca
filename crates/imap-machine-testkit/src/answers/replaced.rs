//! What a later response replaces.

use std::ops::Range;

use super::words::Token;

/// A fact that may change: the last one counts.
#[derive(Clone, Debug)]
pub(super) struct State {
    what: &'static str,
    /// The number and the UID of the message.
    about: [Option<Vec<u8>>; 2],
    /// Its words.
    pub(super) place: Range<usize>,
}

/// Codes of which the last one counts. Those of a line exclude each other.
const CODES: [&[&str]; 5] = [
    &["[PERMANENTFLAGS"],
    &["[UIDNEXT"],
    &["[UNSEEN"],
    &["[HIGHESTMODSEQ", "[NOMODSEQ"],
    &["[READ-ONLY", "[READ-WRITE"],
];

/// The highest counts.
const HIGHEST: &str = "MODSEQ of what was found";

impl State {
    /// Whether it is of the kind of which not the last counts, but the highest.
    pub(super) fn is_higher_than(&self, other: &Self) -> bool {
        self.what == HIGHEST && other.what == HIGHEST && self.about == other.about
    }

    pub(super) fn replaces(&self, other: &Self) -> bool {
        let mut ids = self.about.iter().zip(&other.about);
        let is_same =
            |(id, other): (&Option<Vec<u8>>, &Option<Vec<u8>>)| id == other && id.is_some();
        self.what == other.what && (self.about == [None, None] || ids.any(is_same))
    }
}

pub(super) fn states(tokens: &[Token]) -> Vec<State> {
    let is = |at: usize, name: &str| match tokens.get(at) {
        Some(Token::Word(word)) => word.eq_ignore_ascii_case(name.as_bytes()),
        _ => false,
    };
    let whole = |what| State {
        what,
        about: [None, None],
        place: 0..tokens.len(),
    };
    for what in ["EXISTS", "RECENT"] {
        if is(2, what) {
            return vec![whole(what)];
        }
    }
    if is(1, "FLAGS") {
        return vec![whole("FLAGS")];
    }
    for names in CODES {
        if names.iter().any(|name| is(2, name)) {
            return vec![whole(names[0])];
        }
    }
    if ["SEARCH", "ESEARCH", "SORT"].iter().any(|name| is(1, name)) {
        let at = (2..tokens.len()).find(|at| is(*at, "MODSEQ"));
        // One of several mailboxes has a MODSEQ of its own.
        let mailbox = (2..tokens.len()).find(|at| is(*at, "MAILBOX"));
        let mailbox = mailbox.and_then(|at| match tokens.get(at + 1)? {
            Token::Word(octets) | Token::Literal(octets) => Some(octets.clone()),
            Token::Open | Token::Close => None,
        });
        let state = |at| State {
            what: HIGHEST,
            about: [mailbox.clone(), None],
            place: at..at + 2,
        };
        return at.map(state).into_iter().collect();
    }
    match is(2, "FETCH") || is(2, "UIDFETCH") {
        true => of_message(tokens, is(2, "FETCH")),
        false => Vec::new(),
    }
}

fn of_message(tokens: &[Token], is_numbered: bool) -> Vec<State> {
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word(word)) => Some(word.clone()),
        _ => None,
    };
    let is = |at: usize, name: &str| {
        word(at).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
    };
    let number = word(1);
    let uid = (3..tokens.len()).find(|at| {
        let is_number = |word: Vec<u8>| word.iter().all(u8::is_ascii_digit);
        is(*at, "UID") && word(at + 1).is_some_and(is_number)
    });
    let about = match is_numbered {
        true => [number, uid.and_then(|at| word(at + 1))],
        false => [None, number],
    };
    let mut states = Vec::new();
    // A number may shift; a UID does not.
    if let ([Some(_), uid @ Some(_)], true) = (&about, is_numbered) {
        states.push(State {
            what: "number of a message",
            about: [None, uid.clone()],
            place: 1..2,
        });
    }
    for what in ["FLAGS", "MODSEQ", "X-GM-LABELS"] {
        let lists = (3..tokens.len()).filter(|at| is(*at, what));
        for at in lists.filter(|at| tokens.get(at + 1) == Some(&Token::Open)) {
            states.push(State {
                what,
                about: about.clone(),
                place: at..at + 1 + list(&tokens[at + 1..]),
            });
        }
    }
    states
}

/// How many tokens the list has that begins here.
fn list(tokens: &[Token]) -> usize {
    let mut open = 0_usize;
    let end = tokens.iter().position(|token| {
        match token {
            Token::Open => open += 1,
            Token::Close => open -= 1,
            Token::Word(_) | Token::Literal(_) => {}
        }
        open == 0
    });
    end.unwrap_or(tokens.len())
}
