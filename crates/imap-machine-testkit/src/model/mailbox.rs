//! A mailbox as a list of messages, to which the server's news are applied one by one.

use std::collections::BTreeMap;
use std::mem;
use std::num::NonZeroU32;

use imap_machine::client::{Access, Certainty, MailboxView, Messages};
use imap_machine::codec::{Fetch, FetchNumber, SystemFlags, Untagged, Vanished};

use super::stored::{self, Hit, Place, Store};
use crate::rule::{Broken, rule};

// In a large mailbox this number of messages is compared, evenly spread.
const COMPARED: usize = 500;

/// A selected mailbox (RFC 9051 section 6.3.2).
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// The name it was selected by; `None` as long as no octet of it has been written.
    pub name: Option<String>,
    access: Access,
    exists: u32,
    recent: u32,
    told: Told,
    counts: Certainty,
    /// How many times messages have been renumbered.
    renumbered: u64,
    /// By sequence number: the messages about which something is known. Only with tracking.
    messages: Option<BTreeMap<u32, Message>>,
    knowledge: Knowledge,
    order: Order,
    /// VANISHED came since the view was last looked at.
    vanished: bool,
}

/// A SELECT or EXAMINE under way.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    pub(super) mailbox: Mailbox,
    pub(super) begun: Begun,
}

/// Whether the server has begun to speak of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begun {
    No,
    /// The server said EXISTS or RECENT, but it is not certain for which mailbox.
    Maybe,
    Yes,
}

/// What response codes have told of it.
#[derive(Clone, Debug)]
struct Told {
    uid_validity: Option<NonZeroU32>,
    uid_next: Option<NonZeroU32>,
    unseen: Option<NonZeroU32>,
    highest_modseq: Option<u64>,
    /// The flags that STORE can change.
    permanent: SystemFlags,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Message {
    uid: Option<NonZeroU32>,
    flags: Option<SystemFlags>,
}

/// Whether UIDs ascend as the server tells them (RFC 9051 section 2.3.1.1 says they must).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Kept,
    /// The view ignores a UID that does not ascend.
    Broken,
}

/// How far UIDs can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Knowledge {
    /// The view cannot be seen yet: the mailbox is being opened.
    Unseen,
    /// The view keeps every UID that the server has told.
    Complete,
    /// The view has no room for all UIDs.
    Doubtful,
    /// VANISHED came while UIDs were missing, so it is not known how many messages are gone.
    Lost,
}

impl Mailbox {
    /// A mailbox about which the server has not said anything yet.
    #[must_use]
    pub fn new(name: Option<String>, access: Access, tracked: bool) -> Self {
        Self {
            name,
            access,
            exists: 0,
            recent: 0,
            told: Told {
                uid_validity: None,
                uid_next: None,
                unseen: None,
                highest_modseq: None,
                permanent: stored::all(),
            },
            counts: Certainty::Exact,
            renumbered: 0,
            messages: tracked.then(BTreeMap::new),
            knowledge: Knowledge::Unseen,
            order: Order::Kept,
            vanished: false,
        }
    }

    /// The same mailbox with nothing known of it.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self::new(self.name.clone(), self.access, self.messages.is_some())
    }

    /// How many messages there are.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.exists
    }

    /// Applies untagged data about this mailbox. Returns whether the server contradicts itself with it.
    pub fn apply(&mut self, data: &Untagged<'_>) -> bool {
        let wrong = match data {
            Untagged::Exists(count) => self.exists(*count),
            Untagged::Recent(count) => {
                self.recent = *count;
                false
            }
            Untagged::Expunge(number) => self.expunge(*number),
            Untagged::Vanished(vanished) => self.vanished(vanished),
            Untagged::Fetch(fetch) => self.fetch(fetch),
            _ => false,
        };
        // Without the number of messages a contradiction cannot be seen.
        wrong && self.knowledge != Knowledge::Lost
    }

    /// Untagged data that may be about this mailbox or about another: EXISTS begins it anew, and nothing is a contradiction.
    pub fn guess(&mut self, data: &Untagged<'_>) {
        if matches!(data, Untagged::Exists(_)) {
            self.exists = 0;
            self.messages = self.messages.take().map(|_| BTreeMap::new());
            self.knowledge = Knowledge::Unseen;
            self.order = Order::Kept;
            self.vanished = false;
        }
        self.apply(data);
        self.counts = Certainty::Exact;
    }

    /// RFC 9051 section 7.4.1. It can only grow; if it does not, the last messages are the ones that are missing.
    fn exists(&mut self, count: u32) -> bool {
        let shrinks = count < self.exists;
        self.exists = count;
        if shrinks {
            self.renumbered += 1;
            self.counts = Certainty::Unreliable;
            if let Some(messages) = &mut self.messages {
                messages.retain(|number, _| *number <= count);
            }
        }
        shrinks
    }

    /// RFC 9051 section 7.5.1: all later messages move down by one at once.
    fn expunge(&mut self, number: u32) -> bool {
        self.renumbered += 1;
        if number == 0 || number > self.exists {
            self.counts = Certainty::Unreliable;
            return true;
        }
        self.remove(number);
        // The first unseen message may have another number now, or may be the one that is gone.
        self.told.unseen = None;
        false
    }

    fn remove(&mut self, number: u32) {
        self.exists -= 1;
        let Some(messages) = &mut self.messages else {
            return;
        };
        let moved = mem::take(messages).into_iter();
        *messages = moved
            .filter(|(other, _)| *other != number)
            .map(|(other, message)| match other > number {
                true => (other - 1, message),
                false => (other, message),
            })
            .collect();
    }

    /// RFC 7162 section 3.2.10: with EARLIER the count does not change; without it, each UID is one message less.
    fn vanished(&mut self, vanished: &Vanished<'_>) -> bool {
        if vanished.earlier {
            return false;
        }
        self.vanished = true;
        self.renumbered += 1;
        if self.knowledge == Knowledge::Doubtful {
            self.knowledge = Knowledge::Lost;
        }
        let mut wrong = false;
        for (first, last) in vanished.ranges() {
            self.told.unseen = None;
            let named = (last.get() - first.get()).saturating_add(1);
            let gone = match self.messages {
                Some(_) => self.vanish(first, last, named),
                None => named,
            };
            if gone > self.exists {
                self.counts = Certainty::Unreliable;
                wrong = true;
            }
            self.exists = self.exists.saturating_sub(gone);
        }
        wrong
    }

    /// Takes away the messages with these UIDs, and says how many more are gone.
    fn vanish(&mut self, first: NonZeroU32, last: NonZeroU32, named: u32) -> u32 {
        let is_gone = |uid: Option<NonZeroU32>| uid.is_some_and(|uid| first <= uid && uid <= last);
        let known = self.messages.iter().flatten();
        let gone: Vec<u32> = known
            .filter(|(_, message)| is_gone(message.uid))
            .map(|(number, _)| *number)
            .collect();
        for number in gone.iter().rev() {
            self.remove(*number);
        }
        // A named UID that is not known belongs to one of the messages without a known UID. It is not known which of them that
        // is, so nothing is known about any of them any more. If all UIDs are known, the named one belongs to no message.
        // A server may give one UID to two messages, so more messages may be gone than UIDs were named.
        let others = named.saturating_sub(u32::try_from(gone.len()).unwrap_or(named));
        let others = others.min(self.without_uid());
        if others > 0 {
            self.messages = Some(BTreeMap::new());
            self.knowledge = match self.knowledge {
                Knowledge::Doubtful => Knowledge::Complete,
                other => other,
            };
        }
        others
    }

    fn without_uid(&self) -> u32 {
        let known = self.messages.iter().flatten();
        let known = known.filter(|(_, message)| message.uid.is_some()).count();
        self.exists - u32::try_from(known).unwrap_or(self.exists)
    }

    /// RFC 9051 section 7.5.2. A row whose number is not in the mailbox is about no message.
    fn fetch(&mut self, fetch: &Fetch<'_>) -> bool {
        // UIDFETCH (RFC 9586) has no sequence number.
        let FetchNumber::Seq(number) = fetch.number() else {
            return false;
        };
        if number == 0 || number > self.exists {
            return true;
        }
        let flags = fetch.flags().map(|flags| flags.system());
        let (uid, Some(messages)) = (fetch.uid(), &mut self.messages) else {
            return false;
        };
        if uid.is_none() && flags.is_none() {
            return false;
        }
        let others = messages.iter().filter(|(other, _)| **other != number);
        let known = others.filter_map(|(other, message)| Some((*other, message.uid?)));
        let ascends = uid.is_none_or(|uid| {
            let mut known =
                known.map(|(other, known)| (other < number) == (known < uid) && known != uid);
            known.all(|fits| fits)
        });
        let uid = uid.filter(|_| ascends);
        if uid.is_some() || flags.is_some() {
            let message = messages.entry(number).or_default();
            message.uid = uid.or(message.uid);
            message.flags = flags.or(message.flags);
        }
        if !ascends {
            self.order = Order::Broken;
        }
        // A view that has no room for all UIDs does not notice.
        !ascends && self.knowledge == Knowledge::Complete
    }

    /// How many times messages have been renumbered.
    #[must_use]
    pub(super) const fn renumbered(&self) -> u64 {
        self.renumbered
    }

    /// A STORE has ended. `done`: it was carried out for all messages but these. `None`: it is not known for which.
    pub(super) fn stored(&mut self, store: &Store, done: Option<&[(u32, u32)]>) {
        if self.access == Access::ReadOnly && !store.silent {
            return;
        }
        let permanent = match (done, self.access) {
            (Some(_), Access::ReadWrite) => self.told.permanent,
            _ => SystemFlags::NONE,
        };
        let hits: Vec<_> = self
            .places()
            .into_iter()
            .map(|place| (place.number, store.hit(place, done.unwrap_or_default())))
            .collect();
        for (number, hit) in hits {
            let permanent = match hit {
                Hit::Yes => permanent,
                Hit::Perhaps => SystemFlags::NONE,
                Hit::No => continue,
            };
            self.change(number, store, permanent);
        }
    }

    /// A row of FETCH has come while these STOREs were under way: its flags are older than what they do, or newer.
    pub(super) fn told_meanwhile(&mut self, data: &Untagged<'_>, silent: &[Store]) {
        let Untagged::Fetch(fetch) = data else {
            return;
        };
        let (FetchNumber::Seq(number), Some(_)) = (fetch.number(), fetch.flags()) else {
            return;
        };
        let message = self.messages.as_ref().and_then(|it| it.get(&number));
        let uid = message.and_then(|message| message.uid);
        for store in silent {
            if store.may_hit(number, uid.map(NonZeroU32::get)) {
                self.change(number, store, SystemFlags::NONE);
            }
        }
    }

    fn change(&mut self, number: u32, store: &Store, permanent: SystemFlags) {
        let message = self.messages.as_mut().and_then(|it| it.get_mut(&number));
        if let Some(message) = message {
            let before = message.flags;
            message.flags = before.and_then(|before| store.change(before, permanent));
        }
    }

    fn places(&self) -> Vec<Place> {
        let uid = |message: &Message| message.uid.map(NonZeroU32::get);
        let messages: Vec<_> = self.messages.iter().flatten().collect();
        let mut places = Vec::new();
        for (at, (number, message)) in messages.iter().enumerate() {
            let below = messages[..at].iter().filter_map(|(_, it)| uid(it)).max();
            let above = messages[at + 1..]
                .iter()
                .filter_map(|(_, it)| uid(it))
                .min();
            places.push(Place {
                number: **number,
                uid: uid(message),
                neighbours: (below.unwrap_or(0), above.unwrap_or(u32::MAX)),
            });
        }
        places
    }

    /// A response code that describes the mailbox (RFC 9051 section 7.1, RFC 7162 section 3.1.2).
    pub fn code(&mut self, code: &[u8]) {
        let code = String::from_utf8_lossy(code).to_ascii_uppercase();
        if code.starts_with("PERMANENTFLAGS ") {
            self.told.permanent = stored::permanent(&code);
        }
        let mut words = code.split(' ');
        let name = words.next().unwrap_or_default();
        let number = words.find(|word| !word.is_empty()).and_then(digits);
        let small = number.and_then(|number| NonZeroU32::new(u32::try_from(number).ok()?));
        match name {
            "UIDVALIDITY" => self.told.uid_validity = small.or(self.told.uid_validity),
            "UIDNEXT" => self.told.uid_next = small.or(self.told.uid_next),
            "UNSEEN" => self.told.unseen = small.or(self.told.unseen),
            "HIGHESTMODSEQ" => self.told.highest_modseq = number.or(self.told.highest_modseq),
            "NOMODSEQ" => self.told.highest_modseq = None,
            "READ-ONLY" => self.access = Access::ReadOnly,
            "READ-WRITE" => self.access = Access::ReadWrite,
            _ => {}
        }
    }

    /// Compares the model with the view.
    ///
    /// # Errors
    ///
    /// What differs.
    pub fn agrees(&mut self, view: &MailboxView) -> Result<(), Broken> {
        let name = self.name.as_deref();
        same("name", name, name.map(|_| view.name()))?;
        same("access", self.access, view.access())?;
        same("RECENT", self.recent, view.recent())?;
        same("UIDVALIDITY", self.told.uid_validity, view.uid_validity())?;
        same("UIDNEXT", self.told.uid_next, view.uid_next())?;
        same("UNSEEN", self.told.unseen, view.unseen())?;
        same(
            "HIGHESTMODSEQ",
            self.told.highest_modseq,
            view.highest_modseq(),
        )?;
        let vanished = mem::take(&mut self.vanished);
        let overflowed = view.messages().is_some_and(Messages::overflowed);
        if self.knowledge == Knowledge::Unseen {
            self.knowledge = Knowledge::Complete;
        }
        if overflowed && self.knowledge == Knowledge::Complete {
            // The model does not know whether the view dropped UIDs before or after the VANISHED.
            self.knowledge = match vanished {
                true => Knowledge::Lost,
                false => Knowledge::Doubtful,
            };
        }
        if self.knowledge == Knowledge::Lost {
            return Ok(());
        }
        same("EXISTS", self.exists, view.exists())?;
        same("reliability of counts", self.counts, view.certainty())?;
        self.messages_agree(view)
    }

    fn messages_agree(&self, view: &MailboxView) -> Result<(), Broken> {
        let tracked = view.messages();
        let (Some(messages), Some(tracked)) = (&self.messages, tracked) else {
            return same("tracking", self.messages.is_some(), tracked.is_some());
        };
        same("len of messages", self.exists, tracked.len())?;
        let dropped = tracked.overflowed();
        if dropped && self.order == Order::Broken {
            // Which UIDs the view ignores depends on which UIDs it kept, so they cannot be compared.
            return Ok(());
        }
        if !dropped {
            same(
                "messages without UID",
                self.without_uid(),
                tracked.unknown(),
            )?;
        }
        let known = messages.keys().copied();
        let neighbours = known.flat_map(|it| [it.saturating_sub(1), it, it.saturating_add(1)]);
        let step = messages.len() / COMPARED + 1;
        for number in neighbours.step_by(step) {
            let Message { uid, flags } = messages.get(&number).copied().unwrap_or_default();
            let seen = view.uid(number);
            if !(dropped && seen.is_none()) {
                same("UID by number", (number, uid), (number, seen))?;
            }
            let seen = view.flags(number);
            if !(dropped && seen.is_none()) {
                same("flags by number", (number, flags), (number, seen))?;
            }
            if let (Some(uid), Knowledge::Complete) = (uid, self.knowledge) {
                same("number by UID", Some(number), tracked.seq(uid))?;
            }
        }
        Ok(())
    }
}

fn digits(word: &str) -> Option<u64> {
    let digits = word.bytes().all(|octet| octet.is_ascii_digit());
    digits.then(|| word.parse().ok()).flatten()
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, model: T, machine: T) -> Result<(), Broken> {
    rule("mailbox() agrees with the model", model == machine, || {
        format!("{what}: {machine:?} instead of {model:?}")
    })
}
