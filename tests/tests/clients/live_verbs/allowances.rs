//! The complaints that are expected, and why.

use super::session::{Kind, Mode};

type Sessions = &'static [(Kind, Mode)];

const DOVECOT: Sessions = &[
    (Kind::Dovecot, Mode::Plain),
    (Kind::Dovecot24, Mode::Plain),
    (Kind::Dovecot24, Mode::Utf8),
];
const CYRUS: Sessions = &[
    (Kind::Cyrus, Mode::Plain),
    (Kind::Cyrus310, Mode::Plain),
    (Kind::Cyrus310, Mode::Imap4rev2),
    (Kind::Cyrus310, Mode::UidOnly),
];
const REV2: Sessions = &[(Kind::Cyrus310, Mode::Imap4rev2)];
const DOVECOT24_UTF8: Sessions = &[(Kind::Dovecot24, Mode::Utf8)];
const COURIER: Sessions = &[(Kind::Courier, Mode::Plain)];

/// Sessions, complaints that these have and all of which must come, and why. In a complaint `...` stands for anything.
type Allowance = (&'static [Sessions], &'static [&'static str], &'static str);

/// What the server does, and will go on doing.
const SERVERS: &[Allowance] = &[
    (
        &[CYRUS],
        &[
            "CREATE brace {5}: the server refused: NO Invalid mailbox name",
            "CREATE 100%: the server refused: NO Invalid mailbox name",
            "CREATE say \"hi\": the server refused: NO Invalid mailbox name",
            "CREATE back\\slash: the server refused: NO Invalid mailbox name",
        ],
        "not allowed in names",
    ),
    (
        &[CYRUS],
        &[
            "APPEND header without an end: the server refused: NO Message contains invalid header",
            "APPEND empty: the server refused: NO Zero-length message literal",
            "APPEND nul: the server refused: NO Message contains NUL characters",
        ],
        "not taken for a message",
    ),
    (
        &[DOVECOT],
        &["APPEND empty: the server refused: NO Can't save a zero byte message..."],
        "not taken for a message",
    ),
    (
        &[CYRUS],
        &[
            "BODY[] of eight-bit header: Some(\"From: \\\"JXrg\\\"...",
            "BODY[] of utf-8 header: Some(\"From: JXXrg...",
            "FETCH sections: header and text of eight-bit header are 307 octets, not 307",
            "FETCH sections: header and text of utf-8 header are 56 octets, not 56",
            "FETCH sections: BODY[]<3> of utf-8 header is...",
        ],
        "an X for each octet that is not ASCII",
    ),
    (
        &[CYRUS],
        &["FETCH sections: header and text of no boundary are 55 octets, not 75"],
        "BODY[TEXT] of a multipart without a boundary lacks its end",
    ),
    (
        &[DOVECOT],
        &[
            "BODY[] of nul: Some(...a\\\\x80b...",
            "FETCH sections: header and text of nul are 21 octets, not 21",
        ],
        "0x80 for NUL",
    ),
    (
        &[COURIER],
        &[
            "RFC822.SIZE of header without an end: Some(30), not 28",
            "RFC822.SIZE of empty: Some(2), not 0",
            "BODY[] of header without an end: ...",
            "BODY[] of empty: ...",
            "FETCH sections: header and text of header without an end are 30 octets, not 28",
            "FETCH sections: header and text of empty are 2 octets, not 0",
        ],
        "a line end where there is none",
    ),
    (
        &[COURIER],
        &["SELECT: UIDNEXT None"],
        "RFC 3501 section 6.3.1 requires it",
    ),
    (
        &[CYRUS],
        &["CREATE (USE): the server refused: NO SPECIAL-USE flag conflict"],
        "no such attribute: RFC 6154 section 3 wants the code USEATTR",
    ),
    (
        &[CYRUS],
        &["GETQUOTA: the server refused: NO Permission denied"],
        "for administrators; GETQUOTAROOT is for all",
    ),
    (
        &[REV2],
        &["RENAME ...: LIST has [\"...renamed\", \"...renamed\"]"],
        "the next LIST tells of the RENAME again",
    ),
    (
        &[CYRUS],
        &["UID SEARCH FUZZY SUBJECT plain: no SEARCH"],
        "found nothing, and does not say so",
    ),
    (
        &[DOVECOT24_UTF8],
        &[
            "CREATE Entw\u{fc}rfe: the server refused: NO Mailbox name is not valid mUTF-7...",
            "CREATE \u{65e5}\u{672c}\u{8a9e}: the server refused: NO Mailbox name is not valid mUTF-7...",
            "CREATE a & b: the server refused: NO Mailbox name is not valid mUTF-7...",
            "LIST of another session: &APY- is missing",
        ],
        "modified UTF-7 after ENABLE UTF8=ACCEPT (docs/decisions/0022)",
    ),
];

/// Whether the complaints are those that are expected.
pub(super) fn check(complaints: &[String], kind: Kind, mode: Mode) {
    let here = (kind, mode);
    let applies =
        |(sessions, ..): &&Allowance| sessions.iter().any(|sessions| sessions.contains(&here));
    let allowances = SERVERS.iter().filter(applies);
    let allowed: Vec<_> = allowances
        .flat_map(|(_, patterns, why)| patterns.iter().map(move |pattern| (*pattern, *why)))
        .collect();
    let mut wrong = Vec::new();
    for complaint in complaints {
        if !allowed.iter().any(|(pattern, _)| fits(pattern, complaint)) {
            wrong.push(format!("not expected: {complaint}"));
        }
    }
    for (pattern, why) in allowed {
        if !complaints.iter().any(|complaint| fits(pattern, complaint)) {
            wrong.push(format!(
                "holds no longer, so take it from `allowances`: {pattern} ({why})"
            ));
        }
    }
    assert!(wrong.is_empty(), "{kind:?} {mode:?}:\n{}", wrong.join("\n"));
}

/// Whether the parts of the pattern between `...` follow each other, from the first octet to the last.
fn fits(pattern: &str, complaint: &str) -> bool {
    let parts: Vec<&str> = pattern.split("...").collect();
    let [first, between @ .., last] = &parts[..] else {
        return pattern == complaint;
    };
    let Some(mut rest) = complaint.strip_prefix(first) else {
        return false;
    };
    for part in between {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[test]
fn patterns_fit_from_end_to_end() {
    assert!(fits("a...c", "abc") && fits("a...", "a") && fits("abc", "abc"));
    assert!(fits("a...b...c", "a1b2c") && !fits("a...b...c", "a1c"));
    assert!(!fits("abc", "abcd") && !fits("a...c", "abcd") && !fits("b...", "abc"));
}
