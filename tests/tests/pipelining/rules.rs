//! The rules of RFC 9051 section 5.5 (RFC 3501 section 5.5 has the same), in the words of the RFC, about commands as they
//! stand on the wire.

use std::collections::BTreeSet;

/// A command as it was written.
#[derive(Clone, Debug)]
pub struct Line {
    pub tag: String,
    verb: String,
    uid: bool,
    arguments: Vec<String>,
    /// It was given up, and the server has not answered it.
    pub abandoned: bool,
    /// It may be sent before it is known whether the session that it is for comes about.
    pub early: bool,
}

/// Why two commands must not be in progress together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ambiguity {
    /// "If the client sends any command other than FETCH, STORE, or SEARCH, it MUST wait for the completion result response
    /// before sending a command with message sequence numbers", and "if the client sends a UID command".
    Numbers,
    /// "When a command would affect the results of another command", such as "a FETCH that would cause \Seen flags to be set and
    /// a SEARCH UNSEEN".
    Flags,
    /// The same for a command that changes the session, which changes the meaning of all later commands.
    Session,
    /// "Any command continuation request responses and command continuations MUST be negotiated before any subsequent command is
    /// initiated."
    Continuation,
}

const SESSION: &[&str] = &[
    "LOGIN",
    "AUTHENTICATE",
    "STARTTLS",
    "COMPRESS",
    "SELECT",
    "EXAMINE",
    "CLOSE",
    "UNSELECT",
    "UNAUTHENTICATE",
    "LOGOUT",
];

const FLAG_KEYS: &[&str] = &[
    "ANSWERED",
    "DELETED",
    "DRAFT",
    "FLAGGED",
    "KEYWORD",
    "NEW",
    "SEEN",
    "UNANSWERED",
    "UNDELETED",
    "UNDRAFT",
    "UNFLAGGED",
    "UNKEYWORD",
    "UNSEEN",
    "MODSEQ",
];

/// Search keys with a number of their own.
const NUMBERED_KEYS: &[&str] = &["UID", "LARGER", "SMALLER", "MODSEQ", "OLDER", "YOUNGER"];

impl Line {
    /// Reads the first line of a command. `None` for a later line of one.
    pub fn read(line: &str) -> Option<Self> {
        let mut words = line
            .split([' ', '(', ')', '\r', '\n'])
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_uppercase);
        let tag = words.next()?;
        let number = tag.strip_prefix('A')?;
        number.parse::<u64>().ok()?;
        let first = words.next()?;
        let uid = first == "UID";
        let verb = if uid { words.next()? } else { first };
        Some(Self {
            tag,
            verb,
            uid,
            arguments: words.collect(),
            abandoned: false,
            early: false,
        })
    }

    fn is_one_of(&self, verbs: &[&str]) -> bool {
        verbs.contains(&self.verb.as_str())
    }

    /// "Servers are prohibited from sending EXPUNGE responses while any of those commands are in progress", but "EXPUNGE
    /// responses are permitted while UID FETCH, UID STORE, and UID SEARCH are in progress".
    pub fn forbids_expunge(&self) -> bool {
        !self.uid && self.is_one_of(&["FETCH", "STORE", "SEARCH"])
    }

    /// Whether numbering begins anew with it.
    pub fn selects(&self) -> bool {
        self.is_one_of(&["SELECT", "EXAMINE"])
    }

    /// Whether it logs in or selects, so that others can be about the session that it makes.
    fn makes_session(&self) -> bool {
        self.is_one_of(&["LOGIN", "SELECT", "EXAMINE"])
    }

    /// Whether message sequence numbers are among the arguments.
    pub fn has_numbers(&self) -> bool {
        match self.verb.as_str() {
            "FETCH" | "STORE" | "COPY" | "MOVE" => !self.uid,
            "SEARCH" | "SORT" | "THREAD" => {
                let keys = self.arguments.iter().zip(self.arguments.iter().skip(1));
                let first = self.arguments.first().is_some_and(|word| is_set(word));
                first
                    || keys
                        .into_iter()
                        .any(|(key, word)| !NUMBERED_KEYS.contains(&key.as_str()) && is_set(word))
            }
            _ => false,
        }
    }

    /// STORE, and a FETCH that sets \Seen (RFC 9051 section 6.4.5).
    fn changes_flags(&self) -> bool {
        let sets_seen = |item: &String| {
            ["BODY[", "BINARY["].iter().any(|it| item.starts_with(it))
                || ["RFC822", "RFC822.TEXT"].contains(&item.as_str())
        };
        match self.verb.as_str() {
            "STORE" => true,
            "FETCH" => self.arguments.iter().any(sets_seen),
            _ => false,
        }
    }

    fn reads_flags(&self) -> bool {
        let has = |words: &[&str]| self.arguments.iter().any(|it| words.contains(&it.as_str()));
        match self.verb.as_str() {
            "FETCH" => has(&["FLAGS", "MODSEQ", "ALL", "FAST", "FULL"]),
            "SEARCH" | "SORT" | "THREAD" => has(FLAG_KEYS),
            _ => false,
        }
    }

    /// The messages it names. `None`: it may be any.
    fn messages(&self) -> Option<BTreeSet<u32>> {
        match (self.verb.as_str(), self.arguments.first()) {
            ("FETCH" | "STORE", Some(set)) if !set.contains('*') => Some(expand(set)),
            _ => None,
        }
    }

    fn shares_messages(&self, other: &Self) -> bool {
        match (self.messages(), other.messages()) {
            (Some(ours), Some(theirs)) if self.uid == other.uid => !ours.is_disjoint(&theirs),
            _ => true,
        }
    }

    /// An unknown verb, which may do anything.
    fn is_unknown(&self) -> bool {
        self.verb.starts_with('X')
    }

    /// Why this command must not be written while `other` is in progress.
    pub fn ambiguous_after(&self, other: &Self) -> Option<Ambiguity> {
        if other.is_one_of(&["IDLE", "AUTHENTICATE"]) {
            return Some(Ambiguity::Continuation);
        }
        // A command that was given up may never be answered, so it holds up only what changes the session.
        let changes = match other.abandoned {
            true => self.verb != "LOGOUT" && (self.is_one_of(SESSION) || other.is_one_of(SESSION)),
            false if self.early && other.makes_session() => {
                self.is_one_of(SESSION) || self.is_unknown()
            }
            false => [self, other]
                .iter()
                .any(|it| it.is_one_of(SESSION) || it.is_unknown()),
        };
        if changes {
            return Some(Ambiguity::Session);
        }
        if self.has_numbers() && !other.forbids_expunge() {
            return Some(Ambiguity::Numbers);
        }
        let affects = |one: &Self, another: &Self| one.changes_flags() && another.reads_flags();
        let flags = affects(self, other) || affects(other, self);
        (flags && self.shares_messages(other)).then_some(Ambiguity::Flags)
    }
}

fn is_set(word: &str) -> bool {
    word.bytes()
        .all(|octet| octet.is_ascii_digit() || b":,*".contains(&octet))
}

fn expand(set: &str) -> BTreeSet<u32> {
    let number = |text: &str| text.parse::<u32>().expect("a number");
    let ranges = set.split(',').map(|range| match range.split_once(':') {
        Some((first, last)) => (number(first), number(last)),
        None => (number(range), number(range)),
    });
    ranges
        .flat_map(|(first, last)| first.min(last)..=first.max(last))
        .collect()
}

/// What the RFC says about its own examples.
#[test]
fn examples_of_the_rfc() {
    let ambiguity = |lines: &[&str]| {
        let lines: Vec<_> = lines
            .iter()
            .enumerate()
            .map(|(at, line)| Line::read(&format!("A{at} {line}\r\n")).unwrap())
            .collect();
        lines
            .iter()
            .enumerate()
            .flat_map(|(at, line)| lines[..at].iter().map(move |other| (line, other)))
            .find_map(|(line, other)| line.ambiguous_after(other))
    };
    let (fetch, store) = ("FETCH 1 UID", "STORE 2 +FLAGS (\\Seen)");
    assert_eq!(ambiguity(&[fetch, store, "SEARCH TEXT x", "NOOP"]), None);
    assert_eq!(ambiguity(&[store, "COPY 1 x", "EXPUNGE"]), None);
    let numbers = Some(Ambiguity::Numbers);
    assert_eq!(ambiguity(&[fetch, "NOOP", store]), numbers);
    assert_eq!(ambiguity(&[store, "COPY 1 x", fetch]), numbers);
    assert_eq!(ambiguity(&["COPY 1 x", "COPY 1 x"]), numbers);
    assert_eq!(ambiguity(&["UID FETCH 1 UID", "FETCH 1 UID"]), numbers);
    assert_eq!(ambiguity(&["UID SEARCH UID 5", "UID SEARCH ALL"]), None);
    assert_eq!(ambiguity(&["UID SEARCH ALL", "UID SEARCH 5"]), numbers);
    let flags = Some(Ambiguity::Flags);
    assert_eq!(ambiguity(&["FETCH 1 BODY[]", "SEARCH UNSEEN"]), flags);
    assert_eq!(ambiguity(&["FETCH 1 BODY.PEEK[]", "SEARCH UNSEEN"]), None);
    assert_eq!(ambiguity(&[store, "FETCH 1:3 FLAGS"]), flags);
    assert_eq!(ambiguity(&[store, "FETCH 3 FLAGS"]), None);
    assert_eq!(ambiguity(&["NOOP", "CLOSE"]), Some(Ambiguity::Session));
    assert_eq!(ambiguity(&["IDLE", "NOOP"]), Some(Ambiguity::Continuation));
}
