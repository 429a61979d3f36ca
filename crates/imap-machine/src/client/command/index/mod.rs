//! Look-ups among many commands in flight: whether another may start, and which ones a response could answer.
//!
//! Each answer takes a few look-ups, however many commands are in flight. The index has no rules of its own. It reads the same
//! [`RULES`] that [`conflict`](super::pipeline::conflict) applies to two commands, and finds the commands that `routing` chooses
//! from.
//!
//! It builds on what the rules keep apart. Two commands with the same kind of answer are never in flight together, so each kind
//! has one command, or one for each mailbox if the answer names it. Two FETCHes of the same item of the same message are not either, so their ranges do not overlap. Only STOREs
//! may overlap.

mod ascending;
mod fetches;
mod lists;
mod named;
mod stores;
#[cfg(test)]
pub(super) mod tests;

use alloc::vec::Vec;

use super::answers::Answers;
use super::behaviors::Behaviors;
use super::entries::Entries;
use super::entry::Interest;
use super::handle::CommandHandle;
use super::in_order::InOrder;
use super::pipeline::{Between, RULES, conflict};
use super::profile::Profile;
use super::scope::{MessageNumbers, Scope};
use super::told::ToldMailboxes;
use fetches::Fetches;
use lists::Lists;
use named::NamedMailboxes;
use stores::Stores;

// In the index a command takes many times the memory of its text, so there is a bound. A single range never has more parts.
const FEW_PARTS: usize = 66;

/// Commands in flight, with tombstones, by what affects other commands.
#[derive(Default)]
pub(super) struct Index {
    /// How many commands exhibit each behavior.
    exhibiting: [usize; Behaviors::COUNT],
    /// The behaviors that at least one of them exhibits.
    exhibited: Behaviors,
    /// How many commands read flags of any message.
    readers_of_all: usize,
    /// Commands that are answered with data which names neither mailbox nor message, oldest first. There are at most as many as
    /// kinds of data; only LOGOUTs written by hand and given up add to them.
    answered: Vec<(CommandHandle, Answers)>,
    /// Those whose answer has their tag, for servers that leave it out.
    tagged: InOrder<()>,
    /// Commands whose answers name one mailbox, by the kind of answer. There are few kinds.
    named: Vec<(Answers, NamedMailboxes)>,
    lists: Lists,
    fetches: Fetches,
    stores: Stores,
    /// FETCHes and STOREs with too many ranges to be indexed. They are looked at one by one.
    walked: InOrder<()>,
}

impl Index {
    /// Adds a command that is being sent.
    pub(super) fn add(&mut self, handle: CommandHandle, profile: &Profile, interest: Interest) {
        self.exhibit(profile.exhibits(interest));
        if profile.scope().is_none() && profile.exhibits.has(Behaviors::READS_FLAGS) {
            self.readers_of_all += 1;
        }
        let answers = untold(profile);
        if answers != Answers::NONE {
            self.answered.push((handle, answers));
        }
        if profile.answers == Answers::ESEARCH {
            self.tagged.push(handle, ());
        }
        match profile.told() {
            None => {}
            Some(ToldMailboxes::One(name)) => self.of_kind(profile.answers).add(handle, name),
            Some(ToldMailboxes::Beginning(names)) => self.lists.add(handle, names),
        }
        match Kept::of(profile) {
            Kept::Nowhere => {}
            Kept::Walked => self.walked.push(handle, ()),
            Kept::Stores(scope) => self.stores.add(handle, scope),
            Kept::Fetches(scope) => self.fetches.add(handle, scope, profile),
        }
    }

    /// The outcome of a command has been given: it is a tombstone now.
    pub(super) fn abandon(&mut self, profile: &Profile) {
        self.hide(profile.exhibits(Interest::Open));
        self.exhibit(profile.exhibits(Interest::Given));
    }

    /// Removes a command that is done.
    pub(super) fn remove(&mut self, handle: CommandHandle, profile: &Profile, interest: Interest) {
        self.hide(profile.exhibits(interest));
        if profile.scope().is_none() && profile.exhibits.has(Behaviors::READS_FLAGS) {
            self.readers_of_all -= 1;
        }
        if untold(profile) != Answers::NONE {
            self.answered.retain(|(other, _)| *other != handle);
        }
        if profile.answers == Answers::ESEARCH {
            self.tagged.remove(handle);
        }
        match profile.told() {
            None => {}
            Some(ToldMailboxes::One(name)) => self.of_kind(profile.answers).remove(handle, name),
            Some(ToldMailboxes::Beginning(names)) => self.lists.remove(handle, names),
        }
        match Kept::of(profile) {
            Kept::Nowhere => {}
            Kept::Walked => _ = self.walked.remove(handle),
            Kept::Stores(scope) => self.stores.remove(handle, scope),
            Kept::Fetches(scope) => self.fetches.remove(handle, scope, profile),
        }
    }

    fn of_kind(&mut self, kind: Answers) -> &mut NamedMailboxes {
        let known = self.named.iter().position(|(known, _)| *known == kind);
        let at = known.unwrap_or(self.named.len());
        if known.is_none() {
            self.named.push((kind, NamedMailboxes::default()));
        }
        &mut self.named[at].1
    }

    /// The commands that ask for this kind of data about one mailbox.
    fn naming(&self, kind: Answers) -> impl Iterator<Item = &NamedMailboxes> {
        let kinds = self.named.iter().filter(move |(known, _)| known.has(kind));
        kinds.map(|(_, named)| named)
    }

    fn exhibit(&mut self, behaviors: Behaviors) {
        for number in behaviors.numbers() {
            self.exhibiting[number] += 1;
        }
        self.exhibited = self.exhibited | behaviors;
    }

    fn hide(&mut self, behaviors: Behaviors) {
        for number in behaviors.numbers() {
            self.exhibiting[number] -= 1;
            if self.exhibiting[number] == 0 {
                self.exhibited = self.exhibited.without(number);
            }
        }
    }

    /// Whether any command in flight exhibits this behavior.
    pub(super) const fn exhibits(&self, behavior: Behaviors) -> bool {
        self.exhibited.has(behavior)
    }

    /// Whether the commands in flight allow this one.
    pub(super) fn may_start(&self, candidate: &Profile, entries: &Entries) -> bool {
        for rule in RULES {
            let broken = candidate.imposes.has(rule.imposed) && self.exhibits(rule.broken_by);
            let blocks = broken
                && match rule.between {
                    Between::Any => true,
                    Between::SharedMessages => self.share_messages(candidate, rule.broken_by),
                    Between::SharedAnswers => self.share_answers(candidate, entries),
                };
            if blocks {
                return false;
            }
        }
        let mut walked = self.walked.handles();
        walked.all(|handle| {
            let entry = entries.get(handle);
            entry.is_none_or(|it| conflict(candidate, &it.profile, it.interest).is_none())
        })
    }

    /// Whether any command with this behavior may be about a message of the candidate's.
    fn share_messages(&self, candidate: &Profile, behavior: Behaviors) -> bool {
        let Some(scope) = candidate.scope() else {
            return true;
        };
        match behavior {
            Behaviors::CHANGES_FLAGS => {
                self.stores.overlap(scope) || self.fetches.sets_seen_in(scope)
            }
            _ => {
                let flags = Answers::FLAGS | Answers::MODSEQ;
                self.readers_of_all > 0 || self.fetches.overlap(scope, flags)
            }
        }
    }

    fn share_answers(&self, candidate: &Profile, entries: &Entries) -> bool {
        let answers = candidate.answers;
        if self
            .answered
            .iter()
            .any(|(_, other)| answers.is_shared(*other))
        {
            return true;
        }
        let mut named = self.naming(answers);
        let lists = answers.has(Answers::LIST);
        let same_mailbox = match candidate.told() {
            Some(ToldMailboxes::One(name)) => named.any(|it| it.of(name, entries).is_some()),
            Some(ToldMailboxes::Beginning(names)) => self.lists.overlap(names),
            None => named.any(|it| !it.is_empty()) || (lists && !self.lists.is_empty()),
        };
        let same_rows = match candidate.scope() {
            Some(scope) => self.fetches.overlap(scope, candidate.asks_for()),
            None => answers.is_fetch() && self.has_rows(),
        };
        same_mailbox || same_rows
    }

    /// Whether any command is answered with rows about messages.
    fn has_rows(&self) -> bool {
        !self.fetches.is_empty() || !self.stores.is_empty() || self.walked.len() > 0
    }

    /// The oldest command that is answered with this kind of data, which names no message.
    pub(super) fn answered_with(&self, kind: Answers) -> Option<CommandHandle> {
        let named = self.naming(kind).filter_map(NamedMailboxes::oldest);
        let lists = kind.has(Answers::LIST).then_some(&self.lists);
        let lists = lists.and_then(Lists::oldest);
        let tagged = match kind.has(Answers::ESEARCH) {
            true => self.tagged.handles().next(),
            false => None,
        };
        let untold = self.answered_untold(kind);
        untold
            .into_iter()
            .chain(named)
            .chain(lists)
            .chain(tagged)
            .min()
    }

    fn answered_untold(&self, kind: Answers) -> Option<CommandHandle> {
        let mut answered = self.answered.iter();
        let oldest = answered.find(|(_, answers)| answers.has(kind));
        oldest.map(|(handle, _)| *handle)
    }

    /// The command that asks for this kind of data about this mailbox, or the only one that asks for this kind.
    pub(super) fn asking_about(
        &self,
        kind: Answers,
        mailbox: &[u8],
        entries: &Entries,
    ) -> Option<CommandHandle> {
        let named = self.naming(kind);
        let named = named.filter_map(|it| it.of(mailbox, entries));
        let lists = kind.has(Answers::LIST).then_some(&self.lists);
        let listed = lists.and_then(|lists| lists.of(mailbox));
        let anything = self.answered_untold(kind);
        let meant = anything.into_iter().chain(named).chain(listed).min();
        meant.or_else(|| {
            let only = self.naming(kind).map(NamedMailboxes::only);
            only.chain(lists.map(Lists::only)).flatten().next()
        })
    }

    /// Every STORE that may be about this message, and every raw command that may be a STORE. `None` when all commands have to be
    /// looked at: a number may have meant another message when the command was sent, and a UID may not be known.
    pub(super) fn stores_about(
        &self,
        message: MessageNumbers,
    ) -> Option<impl Iterator<Item = CommandHandle>> {
        let uid = message.uid.filter(|_| self.stores.are_by_uid())?;
        let anything = self.answered.iter().map(|(handle, _)| *handle);
        let stores = self.stores.with_uid(uid);
        Some(anything.chain(stores).chain(self.walked.handles()))
    }

    /// The commands that a row about this message may answer: each FETCH, the oldest STORE, and those that may be answered with
    /// anything. In no order; some come twice, and some do not fit.
    pub(super) fn asked_about(
        &self,
        message: MessageNumbers,
        entries: &Entries,
    ) -> impl Iterator<Item = CommandHandle> {
        let anything = self.answered.iter();
        let anything = anything.filter(|(_, answers)| answers.is_fetch());
        anything
            .map(|(handle, _)| *handle)
            .chain(self.fetches.asked_about(message))
            .chain(self.stores.asked_about(message, entries))
            .chain(self.walked.handles())
    }
}

/// Where the index keeps a command's messages.
enum Kept<'a> {
    /// Nowhere: it is about no message, or about all.
    Nowhere,
    Fetches(&'a Scope),
    Stores(&'a Scope),
    Walked,
}

impl<'a> Kept<'a> {
    fn of(profile: &'a Profile) -> Self {
        match profile.scope() {
            None => Self::Nowhere,
            Some(scope) if profile.is_store() => match stores::are_few_blocks(scope, FEW_PARTS) {
                true => Self::Stores(scope),
                false => Self::Walked,
            },
            Some(scope) => match scope.ranges().len() <= FEW_PARTS {
                true => Self::Fetches(scope),
                false => Self::Walked,
            },
        }
    }
}

/// The data that answers this command and names neither mailbox nor message.
fn untold(profile: &Profile) -> Answers {
    match (profile.scope(), profile.told()) {
        (Some(_), _) => profile.answers & Answers::EARLIER,
        (None, Some(_)) => Answers::NONE,
        (None, None) if profile.answers == Answers::ESEARCH => Answers::NONE,
        (None, None) => profile.answers,
    }
}
