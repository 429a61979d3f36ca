//! The table of all commands: what each is answered with, requires of others in progress, and how it affects them.
//!
//! Sequence numbers stay as they are only during FETCH, STORE and SEARCH by number (RFC 9051 section 7.5.1); during any other
//! command the server may send EXPUNGE. "The server may begin processing another command before it has finished the current one,
//! unless that is ambiguous" (section 5.5): two commands are ambiguous together if both are answered with the same kind of data, or
//! if one changes what the other reads.

use super::answers::Answers as A;
use super::behaviors::{Behaviors, Requirements};

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) verb: &'static str,
    pub(super) answers: A,
    pub(super) imposes: Requirements,
    pub(super) exhibits: Behaviors,
    pub(super) allowed: Allowed,
}

/// The states in which a command may be sent (RFC 9051 section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// Any state after the greeting.
    Always,
    BeforeLogin,
    AfterLogin,
    /// Only with a mailbox selected.
    Selected,
}

use Allowed::{AfterLogin, Always, BeforeLogin, Selected};

const SHARES: Requirements = Requirements::NONE;
const ALONE: Requirements = Requirements::SILENCE;
const BY_NUMBER: Requirements = Requirements::STABLE_NUMBERS;
const KEEPS: Behaviors = Behaviors::NONE;
const RENUMBERS: Behaviors = Behaviors::MAY_RENUMBER;
const HOLDS: Behaviors = Behaviors::HOLDS_WIRE.with(Behaviors::MAY_RENUMBER);
const HOLDS_AND_KEEPS: Behaviors = Behaviors::HOLDS_WIRE;
const LOGS_IN: Behaviors = Behaviors::MAKES_SESSION;
const SELECTS: Behaviors = Behaviors::MAKES_SESSION.with(Behaviors::MAY_RENUMBER);
const CHANGES_FLAGS: Behaviors = Behaviors::CHANGES_FLAGS;
const ITEMS: A = A::UID;

const fn row(
    verb: &'static str,
    answers: A,
    imposes: Requirements,
    exhibits: Behaviors,
    allowed: Allowed,
) -> Row {
    Row {
        verb,
        answers,
        imposes,
        exhibits,
        allowed,
    }
}

impl Row {
    pub(super) fn is_by_uid(&self) -> bool {
        self.verb.starts_with("UID ")
    }
}

/// A command of imap-types that is not in the table: it is about no message, and has no untagged answer.
pub(super) const fn unknown(verb: &'static str) -> Row {
    row(verb, A::NONE, SHARES, RENUMBERS, AfterLogin)
}

/// What is written by hand: nothing is known about it.
pub(super) const RAW: Row = row("", A::ALL, ALONE, HOLDS, Always);

// Any state.
pub(super) const CAPABILITY: Row = row("CAPABILITY", A::CAPABILITY, SHARES, RENUMBERS, Always);
pub(super) const NOOP: Row = row("NOOP", A::NONE, SHARES, RENUMBERS, Always);
pub(super) const ID: Row = row("ID", A::ID, SHARES, RENUMBERS, Always);
pub(super) const LOGOUT: Row = row("LOGOUT", A::NONE, ALONE, HOLDS, Always);
// Valid in all states (RFC 5255 section 5).
pub(super) const LANGUAGE: Row = row("LANGUAGE", A::LANGUAGE, SHARES, RENUMBERS, Always);
pub(super) const COMPRESS: Row = row("COMPRESS", A::NONE, ALONE, HOLDS, Always);

// Before login.
pub(super) const STARTTLS: Row = row("STARTTLS", A::NONE, ALONE, HOLDS_AND_KEEPS, BeforeLogin);
pub(super) const AUTHENTICATE: Row = row(
    "AUTHENTICATE",
    A::CAPABILITY,
    ALONE,
    HOLDS_AND_KEEPS,
    BeforeLogin,
);
pub(super) const LOGIN: Row = row("LOGIN", A::CAPABILITY, ALONE, LOGS_IN, BeforeLogin);

// After login.
pub(super) const ENABLE: Row = row("ENABLE", A::ENABLED, ALONE, HOLDS, AfterLogin);
pub(super) const IDLE: Row = row("IDLE", A::NONE, ALONE, HOLDS, AfterLogin);
pub(super) const SELECT: Row = row("SELECT", A::ALL, ALONE, SELECTS, AfterLogin);
pub(super) const EXAMINE: Row = row("EXAMINE", A::ALL, ALONE, SELECTS, AfterLogin);
// "If the server detects a possible ambiguity, it MUST execute commands to completion in the order given by the client" (RFC 9051
// section 5.5): so what makes, renames or removes a mailbox, or changes its rights, is on the wire beside what asks about it.
pub(super) const CREATE: Row = row("CREATE", A::NONE, SHARES, RENUMBERS, AfterLogin);
pub(super) const DELETE: Row = row("DELETE", A::NONE, SHARES, RENUMBERS, AfterLogin);
pub(super) const RENAME: Row = row("RENAME", A::NONE, SHARES, RENUMBERS, AfterLogin);
pub(super) const SUBSCRIBE: Row = row("SUBSCRIBE", A::NONE, SHARES, RENUMBERS, AfterLogin);
pub(super) const UNSUBSCRIBE: Row = row("UNSUBSCRIBE", A::NONE, SHARES, RENUMBERS, AfterLogin);
// "The returned mailbox names MUST match the supplied mailbox name pattern(s)" (RFC 9051 section 6.3.9): two LISTs whose patterns can
// match no name both share the wire, if nothing but LIST answers them (docs/decisions/0026). `Profile::listing`. An LSUB of `%` may
// also be answered with a name that is not subscribed (RFC 3501 section 6.3.9), so there is one at a time.
pub(super) const LIST: Row = row("LIST", A::LIST, SHARES, RENUMBERS, AfterLogin);
pub(super) const LSUB: Row = row("LSUB", A::LSUB, SHARES, RENUMBERS, AfterLogin);
// One for each mailbox, since the answer names it: `Profile::naming`. So are MYRIGHTS, GETACL, LISTRIGHTS and GETMETADATA.
pub(super) const STATUS: Row = row("STATUS", A::STATUS, SHARES, RENUMBERS, AfterLogin);
pub(super) const NAMESPACE: Row = row("NAMESPACE", A::NAMESPACE, SHARES, RENUMBERS, AfterLogin);
pub(super) const APPEND: Row = row("APPEND", A::NONE, SHARES, RENUMBERS, AfterLogin);
// QUOTA names a quota root, and GETQUOTAROOT does not know which will come: "the list of quota roots for the mailbox in an untagged
// QUOTAROOT response. For each listed quota root, it also returns the [...] usage and limits in an untagged QUOTA response" (RFC 9208
// section 4.1.2). So there is one at a time, and SETQUOTA, which may be answered with QUOTA (section 4.1.3), counts as one.
pub(super) const GETQUOTA: Row = row("GETQUOTA", A::QUOTA, SHARES, RENUMBERS, AfterLogin);
pub(super) const GETQUOTAROOT: Row = row("GETQUOTAROOT", A::QUOTA, SHARES, RENUMBERS, AfterLogin);
pub(super) const SETQUOTA: Row = row("SETQUOTA", A::QUOTA, SHARES, RENUMBERS, AfterLogin);
// Each of the answers names the mailbox (RFC 4314 sections 3.6 to 3.8). SETACL and DELETEACL have no data
// of their own (sections 3.1, 3.2).
pub(super) const SETACL: Row = row("SETACL", A::NONE, SHARES, RENUMBERS, AfterLogin);
pub(super) const DELETEACL: Row = row("DELETEACL", A::NONE, SHARES, RENUMBERS, AfterLogin);
pub(super) const GETACL: Row = row("GETACL", A::ACL, SHARES, RENUMBERS, AfterLogin);
pub(super) const LISTRIGHTS: Row = row("LISTRIGHTS", A::LIST_RIGHTS, SHARES, RENUMBERS, AfterLogin);
pub(super) const MYRIGHTS: Row = row("MYRIGHTS", A::MY_RIGHTS, SHARES, RENUMBERS, AfterLogin);
// METADATA names the mailbox, which is empty for the server's own (RFC 5464 section 4.4.1). SETMETADATA has no data of
// its own (section 4.3).
pub(super) const GETMETADATA: Row = row("GETMETADATA", A::METADATA, SHARES, RENUMBERS, AfterLogin);
pub(super) const SETMETADATA: Row = row("SETMETADATA", A::NONE, SHARES, RENUMBERS, AfterLogin);
// It resets the state of the connection (RFC 8437 section 3).
pub(super) const UNAUTHENTICATE: Row = row("UNAUTHENTICATE", A::NONE, ALONE, HOLDS, AfterLogin);
// RFC 5255 section 4.7. It changes what SEARCH, SORT and THREAD find.
pub(super) const COMPARATOR: Row = row("COMPARATOR", A::COMPARATOR, ALONE, HOLDS, AfterLogin);
// With STATUS, a STATUS for each mailbox comes before the tagged OK (RFC 5465 section 4), and what others are told
// meanwhile changes.
pub(super) const NOTIFY: Row = row("NOTIFY", A::STATUS, ALONE, HOLDS, AfterLogin);
// RFC 4467 section 7.
pub(super) const GENURLAUTH: Row = row("GENURLAUTH", A::URLS, SHARES, RENUMBERS, AfterLogin);
pub(super) const RESETKEY: Row = row("RESETKEY", A::NONE, SHARES, RENUMBERS, AfterLogin);
pub(super) const URLFETCH: Row = row("URLFETCH", A::URLS, SHARES, RENUMBERS, AfterLogin);

// It needs no selected mailbox, and its answers have its tag (RFC 7377 section 2.1). It is not in the list of RFC 9051 section 7.5.1, so
// the server may send EXPUNGE.
pub(super) const ESEARCH: Row = row("ESEARCH", A::ESEARCH, SHARES, RENUMBERS, AfterLogin);

// With a mailbox selected.
pub(super) const CHECK: Row = row("CHECK", A::NONE, SHARES, RENUMBERS, Selected);
pub(super) const CLOSE: Row = row("CLOSE", A::NONE, ALONE, HOLDS, Selected);
pub(super) const UNSELECT: Row = row("UNSELECT", A::NONE, ALONE, HOLDS, Selected);
pub(super) const EXPUNGE: Row = row("EXPUNGE", A::EXPUNGE, SHARES, RENUMBERS, Selected);
pub(super) const UID_EXPUNGE: Row = row("UID EXPUNGE", A::EXPUNGE, SHARES, RENUMBERS, Selected);
pub(super) const COPY: Row = row("COPY", A::NONE, BY_NUMBER, RENUMBERS, Selected);
pub(super) const UID_COPY: Row = row("UID COPY", A::NONE, SHARES, RENUMBERS, Selected);
pub(super) const MOVE: Row = row("MOVE", A::EXPUNGE, BY_NUMBER, RENUMBERS, Selected);
pub(super) const UID_MOVE: Row = row("UID MOVE", A::EXPUNGE, SHARES, RENUMBERS, Selected);
// The message is appended and the other one expunged (RFC 8508 section 3), with APPENDUID in
// an untagged OK before the EXPUNGE (section 4.3).
pub(super) const REPLACE: Row = row("REPLACE", A::EXPUNGE, BY_NUMBER, RENUMBERS, Selected);
pub(super) const UID_REPLACE: Row = row("UID REPLACE", A::EXPUNGE, SHARES, RENUMBERS, Selected);
// A SEARCH with RETURN is answered with its tag: `Profile::answered_by_tag`.
// What they look for decides the rest: `Profile::searching`. SORT and THREAD are not in the list of RFC 9051 section 7.5.1.
pub(super) const SEARCH: Row = row("SEARCH", A::SEARCH, BY_NUMBER, KEEPS, Selected);
pub(super) const UID_SEARCH: Row = row("UID SEARCH", A::SEARCH, SHARES, RENUMBERS, Selected);
pub(super) const SORT: Row = row("SORT", A::SORT, BY_NUMBER, RENUMBERS, Selected);
pub(super) const UID_SORT: Row = row("UID SORT", A::SORT, SHARES, RENUMBERS, Selected);
pub(super) const THREAD: Row = row("THREAD", A::THREAD, BY_NUMBER, RENUMBERS, Selected);
pub(super) const UID_THREAD: Row = row("UID THREAD", A::THREAD, SHARES, RENUMBERS, Selected);
// Which items they ask for decides the rest: `Profile::fetching`. "EXPUNGE responses are permitted while UID FETCH, UID STORE, and
// UID SEARCH are in progress" (RFC 9051 section 7.5.1).
pub(super) const FETCH: Row = row("FETCH", ITEMS, BY_NUMBER, KEEPS, Selected);
pub(super) const UID_FETCH: Row = row("UID FETCH", ITEMS, SHARES, RENUMBERS, Selected);
pub(super) const STORE: Row = row(
    "STORE",
    A::STORED,
    BY_NUMBER.with(Requirements::NO_FLAG_READS),
    CHANGES_FLAGS,
    Selected,
);
pub(super) const UID_STORE: Row = row(
    "UID STORE",
    A::STORED,
    Requirements::NO_FLAG_READS,
    RENUMBERS.with(CHANGES_FLAGS),
    Selected,
);
// It names UIDs, and has its tag in its answer (RFC 10022). It is not in the list of RFC 9051 section 7.5.1.
pub(super) const UIDBATCHES: Row = row("UIDBATCHES", A::UID_BATCHES, SHARES, RENUMBERS, Selected);
// RFC 5267 section 4.3.2. It names its searches by their tags.
pub(super) const CANCELUPDATE: Row = row("CANCELUPDATE", A::NONE, SHARES, RENUMBERS, Selected);
