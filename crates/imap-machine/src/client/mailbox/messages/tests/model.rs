//! The map beside a list of messages, after everything a server may do.

use alloc::vec;
use alloc::vec::Vec;
use core::num::NonZeroU32;

use proptest::prelude::*;

use super::{check_rules, uid};
use crate::client::mailbox::messages::{Contradiction, Facts, Messages};

/// What a server does; numbers are scaled to the mailbox when they are used.
#[derive(Clone, Debug)]
enum Op {
    Exists(u32),
    Arrive(u32),
    Expunge(u32),
    ExpungeMany {
        seq: u32,
        count: u32,
    },
    Fetch {
        seq: u32,
        learn: Learn,
    },
    FetchMany {
        seq: u32,
        count: u32,
        step: u32,
        learn: Learn,
    },
    Vanish(u32, u32),
    Change(u32, u32, Numbering),
    Clear,
}

#[derive(Clone, Copy, Debug)]
enum Numbering {
    Seq,
    Uid,
}

#[derive(Clone, Copy, Debug)]
enum Learn {
    Uid,
    Flags,
    Both,
}

fn op() -> impl Strategy<Value = Op> {
    let learn = || prop_oneof![Just(Learn::Uid), Just(Learn::Flags), Just(Learn::Both)];
    let number = || prop_oneof![4 => any::<u32>(), 1 => Just(0), 1 => Just(u32::MAX)];
    prop_oneof![
        2 => (0..4000_u32).prop_map(Op::Exists),
        3 => (1..1500_u32).prop_map(Op::Arrive),
        3 => number().prop_map(Op::Expunge),
        3 => (number(), 1..1500_u32).prop_map(|(seq, count)| Op::ExpungeMany { seq, count }),
        8 => (number(), learn()).prop_map(|(seq, learn)| Op::Fetch { seq, learn }),
        8 => (number(), 1..1500_u32, prop_oneof![Just(1), 2..50_u32, Just(u32::MAX)], learn())
            .prop_map(|(seq, count, step, learn)| Op::FetchMany { seq, count, step, learn }),
        4 => (number(), number()).prop_map(|(a, b)| Op::Vanish(a, b)),
        4 => (number(), number(), prop_oneof![Just(Numbering::Seq), Just(Numbering::Uid)])
            .prop_map(|(first, last, numbering)| Op::Change(first, last, numbering)),
        1 => Just(Op::Clear),
    ]
}

/// How the server numbers its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Uids {
    /// Close together.
    Dense,
    /// Far apart at times.
    Wide,
    /// Against RFC 9051 section 2.3.1.1.
    Disorderly,
}

#[derive(Clone, Copy, Debug)]
struct Message {
    truth: NonZeroU32,
    uid: Option<NonZeroU32>,
    flags: Option<u8>,
}

/// The obvious implementation, and the server's truth beside it.
struct Model {
    uids: Uids,
    next: u32,
    mailbox: Vec<Message>,
    messages: Messages,
}

impl Model {
    fn new(uids: Uids, max_blocks: usize) -> Self {
        Self {
            uids,
            next: 1,
            mailbox: vec![],
            messages: Messages::new(max_blocks),
        }
    }

    fn len(&self) -> u32 {
        self.mailbox.len() as u32
    }

    /// A sequence number, seldom one that does not exist.
    fn seq(&self, number: u32) -> u32 {
        match number {
            0 | u32::MAX => number,
            _ => number % (self.len() + 1) + u32::from(number % 16 != 0),
        }
    }

    fn apply(&mut self, op: &Op) {
        match *op {
            Op::Exists(exists) => self.exists(exists),
            Op::Arrive(new) => self.exists((self.len() + new).min(5000)),
            Op::Expunge(seq) => self.expunge(self.seq(seq)),
            Op::ExpungeMany { seq, count } => {
                let seq = self.seq(seq);
                (0..count).for_each(|_| self.expunge(seq));
            }
            Op::Fetch { seq, learn } => self.fetch(self.seq(seq), learn),
            Op::FetchMany {
                seq,
                count,
                step,
                learn,
            } => {
                let mut seq = self.seq(seq);
                for _ in 0..count {
                    self.fetch(seq, learn);
                    seq = seq.wrapping_add(step);
                }
            }
            Op::Vanish(first, last) => self.vanish(first, last),
            Op::Change(first, last, numbering) => self.change(first, last, numbering),
            Op::Clear => {
                self.mailbox.clear();
                self.messages.clear();
            }
        }
    }

    fn exists(&mut self, exists: u32) {
        self.mailbox.truncate(exists as usize);
        while self.len() < exists {
            let gap = match (self.uids, self.next % 100) {
                (Uids::Dense, _) => 1 + self.next % 3,
                (Uids::Wide, 0..4) => 20_000_000,
                (Uids::Wide, _) => 1,
                (Uids::Disorderly, _) => 0x9E37_79B9,
            };
            // Ascending UIDs end somewhere; from there on they are disorderly, and so is the property.
            match self.next.checked_add(gap) {
                Some(next) => self.next = next,
                None => {
                    self.uids = Uids::Disorderly;
                    self.next = self.next.wrapping_add(gap).max(1);
                }
            }
            self.mailbox.push(Message {
                truth: uid(self.next),
                uid: None,
                flags: None,
            });
        }
        self.messages.resize(exists);
    }

    fn expunge(&mut self, seq: u32) {
        let removed = self.messages.expunge(seq);
        let index = seq.wrapping_sub(1) as usize;
        if index < self.mailbox.len() {
            let message = self.mailbox.remove(index);
            let removed = removed.unwrap();
            self.check(message, removed.uid, removed.flags);
        } else {
            let len = self.len();
            assert_eq!(removed, Err(Contradiction::OutOfRange { seq, len }));
        }
    }

    fn fetch(&mut self, seq: u32, learn: Learn) {
        let len = self.len();
        let at = seq.wrapping_sub(1) as usize;
        let Some(message) = self.mailbox.get(at) else {
            let error = self.messages.record(seq, None, Some(1));
            assert_eq!(error, Err(Contradiction::OutOfRange { seq, len }));
            return;
        };
        let flags = (seq % 128) as u8;
        let (uid, flags) = match learn {
            Learn::Uid => (Some(message.truth), None),
            Learn::Flags => (None, Some(flags)),
            Learn::Both => (Some(message.truth), Some(flags)),
        };
        let recorded = self.messages.record(seq, uid, flags);
        // What has no place for want of room is not known to the map either.
        let known = |at: usize| self.messages.uid(at as u32 + 1);
        let below = (0..at).filter_map(known).max();
        let above = (at + 1..self.mailbox.len()).filter_map(known).min();
        let ascends = uid.is_none_or(|uid| {
            below.is_none_or(|below| below < uid) && above.is_none_or(|above| uid < above)
        });
        match (ascends, uid) {
            (false, Some(uid)) => {
                assert_eq!(self.uids, Uids::Disorderly);
                assert_eq!(recorded, Err(Contradiction::NotAscending { seq, uid }));
            }
            _ => assert_eq!(recorded, Ok(())),
        }
        let message = &mut self.mailbox[at];
        message.uid = uid.filter(|_| ascends).or(message.uid);
        message.flags = flags.or(message.flags);
    }

    fn change(&mut self, first: u32, last: u32, numbering: Numbering) {
        let change = |facts: Facts| facts.flags.map(|flags| flags ^ 5).filter(|it| it % 8 != 1);
        let (low, high) = (first.min(last), first.max(last));
        let changed: Vec<bool> = match numbering {
            Numbering::Seq => {
                let (low, high) = (self.seq(low).max(1), self.seq(high));
                self.messages.change_flags(low, high, &change);
                (1..=self.len())
                    .map(|seq| low <= seq && seq <= high)
                    .collect()
            }
            Numbering::Uid => {
                let (low, high) = (uid(low.max(1)), uid(high.max(1)));
                let known: Vec<_> = self.messages.uids().map(|(_, uid)| uid).collect();
                self.messages.change_flags_by_uid(low, high, &change);
                let may_be = |at: usize| match known[at] {
                    Some(uid) => low <= uid && uid <= high,
                    None => {
                        let before = known[..at].iter().flatten().max();
                        let after = known[at..].iter().flatten().min();
                        before.is_none_or(|before| *before < high)
                            && after.is_none_or(|after| *after > low)
                    }
                };
                (0..known.len()).map(may_be).collect()
            }
        };
        for (message, changed) in self.mailbox.iter_mut().zip(changed) {
            if changed {
                message.flags = change(Facts {
                    uid: None,
                    flags: message.flags,
                });
            }
        }
    }

    fn vanish(&mut self, first: u32, last: u32) {
        let end = |number: u32| match self.mailbox.get(number as usize % (self.mailbox.len() + 1)) {
            Some(message) if number != u32::MAX => message.truth,
            _ => uid(number.max(1)),
        };
        let (first, last) = (end(first), end(last));
        let range = first.min(last)..=first.max(last);
        let known: Vec<_> = self.messages.uids().map(|(_, uid)| uid).collect();
        let removed = self.messages.vanish(first, last);
        assert_eq!(self.messages.len(), self.len() - removed);
        let hit = |known: Option<NonZeroU32>| known.is_some_and(|uid| range.contains(&uid));

        let mut known = known.into_iter();
        self.mailbox.retain(|_| !hit(known.next().flatten()));
    }

    /// What the map says is true; and while it has room, it says all there is to say.
    fn check(&self, message: Message, uid: Option<NonZeroU32>, flags: Option<u8>) {
        if self.messages.overflowed() {
            assert!(uid.is_none() || uid == message.uid);
            assert!(flags.is_none() || flags == message.flags);
        } else {
            assert_eq!((uid, flags), (message.uid, message.flags));
        }
    }

    fn check_all(&self) {
        check_rules(&self.messages);
        assert_eq!(self.messages.len(), self.len());
        let mut known = 0;
        for ((seq, uid), message) in self.messages.uids().zip(&self.mailbox) {
            self.check(*message, uid, self.messages.flags(seq));
            assert_eq!(uid, self.messages.uid(seq));
            let Some(uid) = uid else { continue };
            known += 1;
            assert_eq!(self.messages.seq(uid), Some(seq));
        }
        assert_eq!(self.messages.unknown(), self.len() - known);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_model(
        uids in prop_oneof![Just(Uids::Dense), Just(Uids::Wide), Just(Uids::Disorderly)],
        max_blocks in prop_oneof![Just(0), 1..16_usize, Just(100_000), Just(100_000)],
        ops in prop::collection::vec(op(), 1..40),
    ) {
        let mut model = Model::new(uids, max_blocks);
        for op in &ops {
            model.apply(op);
            check_rules(&model.messages);
            prop_assert_eq!(model.messages.len(), model.len());
        }
        model.check_all();
    }
}
