//! Mailboxes and messages. Every change of a mailbox has a number, so that a session can tell what
//! it has not told its client yet.

use super::body::Body;

/// The date of messages that come with none: fixed, so that runs are alike.
const DATE: &str = "01-Jan-2024 00:00:00 +0000";

pub(crate) const SYSTEM_FLAGS: [&str; 5] =
    ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"];

/// A message. Its mailbox gives it its UID.
#[derive(Clone, Debug)]
pub struct Message {
    /// System flags and keywords.
    pub flags: Vec<String>,
    /// An RFC 9051 `date-time`, without quotes.
    pub internal_date: String,
    /// Its octets.
    pub body: Body,
    uid: u32,
    /// The number of the change that gave this message its flags.
    pub(crate) change: u64,
}

impl Message {
    /// A message without flags, of a fixed date.
    #[must_use]
    pub fn new(body: Body) -> Self {
        Message {
            flags: Vec::new(),
            internal_date: DATE.to_owned(),
            body,
            uid: 0,
            change: 0,
        }
    }

    /// A text message with this subject, filled up to `size` octets.
    #[must_use]
    pub fn text(subject: &str, size: u64) -> Self {
        Message::new(Body::text(subject, size))
    }

    /// Its UID; 0 as long as it is in no mailbox.
    #[must_use]
    pub fn uid(&self) -> u32 {
        self.uid
    }

    /// Whether it has a flag, which is named in any case.
    #[must_use]
    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|one| one.eq_ignore_ascii_case(flag))
    }
}

/// A mailbox: messages in ascending order of their UIDs.
#[derive(Clone, Debug)]
pub struct Mailbox {
    pub(crate) name: String,
    pub(crate) uid_validity: u32,
    pub(crate) uid_next: u32,
    pub(crate) change: u64,
    messages: Vec<Message>,
}

impl Mailbox {
    /// An empty mailbox; `/` separates the levels of its name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Mailbox {
            name: name.into(),
            uid_validity: 0,
            uid_next: 1,
            change: 0,
            messages: Vec::new(),
        }
    }

    /// The mailbox with one more message.
    #[must_use]
    pub fn with(mut self, message: Message) -> Self {
        self.push(message);
        self
    }

    /// Its messages, in order.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    pub(crate) fn push(&mut self, message: Message) -> u32 {
        let uid = self.uid_next;
        self.uid_next += 1;
        self.change += 1;
        self.messages.push(Message {
            uid,
            change: self.change,
            ..message
        });
        uid
    }

    pub(crate) fn get(&self, uid: u32) -> Option<&Message> {
        self.messages.get(self.position(uid)?)
    }

    fn position(&self, uid: u32) -> Option<usize> {
        self.messages.binary_search_by_key(&uid, Message::uid).ok()
    }

    /// Changes the flags of a message and returns it; `None` when it is gone. `known` is the last change
    /// that the session has seen. It is updated if the session has missed no change before this one.
    pub(crate) fn store(
        &mut self,
        uid: u32,
        known: &mut u64,
        flags: &FlagChange,
    ) -> Option<Message> {
        let position = self.position(uid)?;
        let message = &mut self.messages[position];
        if flags.apply(message) {
            self.change += 1;
            if *known == message.change {
                *known = self.change;
            }
            message.change = self.change;
        }
        Some(message.clone())
    }

    pub(crate) fn remove(&mut self, unwanted: impl Fn(&Message) -> bool) {
        let before = self.messages.len();
        self.messages.retain(|message| !unwanted(message));
        if self.messages.len() != before {
            self.change += 1;
        }
    }
}

/// What STORE does to flags.
pub(crate) enum FlagChange {
    Replace(Vec<String>),
    Add(Vec<String>),
    Remove(Vec<String>),
}

impl FlagChange {
    /// Says whether anything changed.
    fn apply(&self, message: &mut Message) -> bool {
        let before = message.flags.clone();
        match self {
            FlagChange::Remove(flags) => {
                message
                    .flags
                    .retain(|flag| !flags.iter().any(|gone| gone.eq_ignore_ascii_case(flag)));
            }
            FlagChange::Add(flags) => add_flags(message, flags),
            FlagChange::Replace(flags) => {
                message.flags.clear();
                add_flags(message, flags);
            }
        }
        message.flags != before
    }
}

pub(crate) fn add_flags(message: &mut Message, flags: &[String]) {
    for flag in flags {
        if !message.has(flag) {
            let system = SYSTEM_FLAGS
                .iter()
                .find(|known| known.eq_ignore_ascii_case(flag));
            message
                .flags
                .push(system.map_or_else(|| flag.clone(), |known| (*known).to_owned()));
        }
    }
}

/// All mailboxes. UIDVALIDITY is never used twice, so it also tells a mailbox from its successor of
/// the same name.
pub(crate) struct Store {
    pub mailboxes: Vec<Mailbox>,
    next_validity: u32,
}

impl Store {
    pub fn new(mailboxes: Vec<Mailbox>) -> Self {
        let mut store = Store {
            mailboxes: Vec::new(),
            next_validity: 1,
        };
        for mailbox in mailboxes {
            store.add(mailbox);
        }
        store
    }

    pub fn add(&mut self, mailbox: Mailbox) {
        self.mailboxes.push(Mailbox {
            uid_validity: self.next_validity,
            ..mailbox
        });
        self.next_validity += 1;
    }

    pub fn find(&self, name: &str) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| mailbox.name == name)
    }

    pub fn find_mut(&mut self, name: &str) -> Option<&mut Mailbox> {
        self.mailboxes
            .iter_mut()
            .find(|mailbox| mailbox.name == name)
    }

    pub fn valid(&self, uid_validity: u32) -> Option<&Mailbox> {
        self.mailboxes
            .iter()
            .find(|mailbox| mailbox.uid_validity == uid_validity)
    }

    pub fn valid_mut(&mut self, uid_validity: u32) -> Option<&mut Mailbox> {
        self.mailboxes
            .iter_mut()
            .find(|mailbox| mailbox.uid_validity == uid_validity)
    }
}
