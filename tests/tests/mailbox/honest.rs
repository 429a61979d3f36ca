//! A server that says nothing wrong: what the view knows is true, however little room it has.

use imap_machine::client::{Counts, Tracking};
use imap_machine::codec::SystemFlags;
use proptest::prelude::*;

use super::{Op, Run};

/// A message as the server has it.
#[derive(Clone, Copy, Debug)]
struct Message {
    uid: u32,
    seen: bool,
    /// Whether the client has been told its flags.
    told: bool,
}

/// What happens in the mailbox. Positions are taken modulo its size.
#[derive(Clone, Debug)]
enum Deed {
    Arrive(u32),
    Expunge(usize),
    /// These, by UID.
    Vanish(Vec<usize>),
    /// A message, with or without its UID, with or without its flags.
    Tell(usize, bool, bool),
    TellAll,
    Mark(usize),
    Reopen(u32),
}

fn deed() -> impl Strategy<Value = Deed> {
    let at = any::<usize>();
    prop_oneof![
        2 => (1_u32..40).prop_map(Deed::Arrive),
        4 => at.prop_map(Deed::Expunge),
        3 => prop::collection::vec(at, 1..6).prop_map(Deed::Vanish),
        8 => (at, any::<bool>(), any::<bool>()).prop_map(|(at, uid, flags)| Deed::Tell(at, uid, flags)),
        1 => Just(Deed::TellAll),
        2 => at.prop_map(Deed::Mark),
        1 => (0_u32..150).prop_map(Deed::Reopen),
    ]
}

struct Server {
    run: Run,
    messages: Vec<Message>,
    next_uid: u32,
}

impl Server {
    fn new(blocks: usize, tracking: Tracking) -> Self {
        let run = Run::new(tracking, blocks);
        let (messages, next_uid) = (Vec::new(), 1);
        Self {
            run,
            messages,
            next_uid,
        }
    }

    /// All is said while NOOP is in progress, when it may be.
    fn act(&mut self, deed: &Deed) -> Result<(), String> {
        if let Deed::Reopen(count) = deed {
            self.messages.clear();
            self.run.step(&Op::Send(1))?;
            self.arrive(*count)?;
            return self.run.step(&Op::Answer("OK done"));
        }
        self.run.step(&Op::Send(0))?;
        let len = self.messages.len();
        match deed {
            Deed::Arrive(count) => self.arrive(*count)?,
            _ if len == 0 => {}
            Deed::Expunge(at) => {
                self.messages.remove(at % len);
                self.say(format!("* {} EXPUNGE", at % len + 1))?;
            }
            Deed::Vanish(places) => {
                let mut gone: Vec<_> = places
                    .iter()
                    .map(|at| self.messages[at % len].uid)
                    .collect();
                self.messages.retain(|message| !gone.contains(&message.uid));
                gone.sort_unstable();
                gone.dedup();
                let gone: Vec<_> = gone.iter().map(u32::to_string).collect();
                self.say(format!("* VANISHED {}", gone.join(",")))?;
            }
            Deed::Tell(at, uid, flags) => self.tell(at % len, *uid, *flags)?,
            Deed::TellAll => {
                for at in 0..len {
                    self.tell(at, true, true)?;
                }
            }
            Deed::Mark(at) => {
                let message = &mut self.messages[at % len];
                message.seen = !message.seen;
                self.tell(at % len, false, true)?;
            }
            Deed::Reopen(_) => {}
        }
        self.run.step(&Op::Answer("OK done"))
    }

    fn say(&mut self, line: String) -> Result<(), String> {
        self.run.step(&Op::Say(line))
    }

    /// UIDs ascend, with gaps.
    fn arrive(&mut self, count: u32) -> Result<(), String> {
        for _ in 0..count {
            self.messages.push(Message {
                uid: self.next_uid,
                seen: false,
                told: false,
            });
            self.next_uid += 1 + self.next_uid % 3;
        }
        self.say(format!("* {} EXISTS", self.messages.len()))
    }

    fn tell(&mut self, at: usize, uid: bool, flags: bool) -> Result<(), String> {
        let message = &mut self.messages[at];
        message.told |= flags;
        let seen = if message.seen { "\\Seen" } else { "" };
        let items = match (uid, flags) {
            (true, true) => format!("UID {} FLAGS ({seen})", message.uid),
            (true, false) => format!("UID {}", message.uid),
            (false, true) => format!("FLAGS ({seen})"),
            (false, false) => "RFC822.SIZE 5".to_owned(),
        };
        self.say(format!("* {} FETCH ({items})", at + 1))
    }

    /// What the view says of each message is so. How many UIDs it knows.
    fn check(&self) -> Result<usize, String> {
        let Some(view) = self.run.watched.connection.mailbox() else {
            return Err("no mailbox".to_owned());
        };
        let len = self.messages.len();
        let counted = (view.exists() as usize, view.counts());
        if counted != (len, Counts::Exact) {
            return Err(format!("{counted:?} of {len} messages"));
        }
        let Some(tracked) = view.messages() else {
            return Ok(0);
        };
        let mut known = 0;
        for (number, message) in (1..).zip(&self.messages) {
            let uid = view.uid(number).map(|uid| uid.get());
            known += usize::from(uid.is_some());
            if uid.is_some_and(|uid| uid != message.uid) {
                return Err(format!("{number} has UID {uid:?}, not {message:?}"));
            }
            let flags = view.flags(number);
            let wrong = |seen: bool| !message.told || seen != message.seen;
            if flags.is_some_and(|flags| wrong(flags.contains(SystemFlags::SEEN))) {
                return Err(format!("{number} has {flags:?}, not {message:?}"));
            }
            let place = message.uid.try_into().ok().and_then(|uid| tracked.seq(uid));
            if place.is_some_and(|place| place != number) || place.is_some() != uid.is_some() {
                return Err(format!("{message:?} is {place:?}, not {number}"));
            }
        }
        Ok(known)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_known_is_true(
        blocks in super::blocks(),
        tracking in super::tracking(),
        first in 0_u32..150,
        deeds in prop::collection::vec(deed(), 0..30),
    ) {
        let mut server = Server::new(blocks, tracking);
        for deed in [Deed::Reopen(first)].iter().chain(&deeds) {
            let went = server.act(deed).and_then(|()| server.check());
            prop_assert!(went.is_ok(), "{:?}: {}", deed, went.unwrap_err());
        }
    }
}

/// With room for all, everything that was told is known; with little, some of it. A view that is wrong is noticed.
#[test]
fn how_much_is_known() {
    for (blocks, known) in [(8192, 5), (1, 0), (5, 2)] {
        let mut server = Server::new(blocks, Tracking::Messages);
        server.act(&Deed::Reopen(200)).unwrap();
        // Far apart, so that each needs a place of its own.
        for at in [0, 199, 100, 50, 150] {
            server.act(&Deed::Tell(at, true, true)).unwrap();
        }
        assert_eq!(server.check(), Ok(known), "{blocks} blocks");
        let lost = server.messages.remove(7);
        assert!(server.check().is_err());
        server.messages.insert(7, lost);
        server.messages[199].uid += 1;
        assert!(server.check().is_err() || known == 0);
    }
}
