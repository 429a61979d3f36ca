//! A server that says nothing wrong. What the view knows is true, also with little room.

use std::collections::BTreeSet;

use imap_machine::client::{Certainty, Command, Tracking};
use imap_machine::codec::SystemFlags;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Op, Run};

/// Flags as a server has them.
type Flags = BTreeSet<&'static str>;

const FLAGS: [&str; 4] = ["\\Seen", "\\Deleted", "\\Flagged", "$Junk"];

/// A message as the server has it.
#[derive(Clone, Debug)]
struct Message {
    uid: u32,
    flags: Flags,
    /// How much of its flags the client has been told.
    told: Told,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    /// The flags before another session changed them.
    Before,
    /// The present flags: the server told them, or the client set them itself.
    All,
}

/// What happens in the mailbox. Positions are taken modulo its size.
#[derive(Clone, Debug)]
enum Deed {
    Arrive(u32),
    Expunge(usize),
    /// These messages go, and the server names them by UID.
    Vanish(Vec<usize>),
    /// The server tells of a message, with or without its UID and its flags.
    Tell(usize, bool, bool),
    TellAll,
    /// Another session changes a flag.
    Mark(usize, &'static str, News),
    /// The client changes flags.
    Store(Store),
    Reopen(u32),
}

/// When a change by another session is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    AtOnce,
    /// When the server next tells of this message.
    Later,
}

/// A STORE and what happens while it is in progress.
#[derive(Clone, Debug)]
struct Store {
    /// First and last message.
    from: usize,
    many: usize,
    kind: &'static str,
    silent: bool,
    by_uid: bool,
    flags: Vec<&'static str>,
    result: Result,
    /// Another session changes a flag, before and after.
    races: [Option<(usize, &'static str, News)>; 2],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Result {
    Ok,
    /// Carried out, except for the first message.
    Modified,
    /// Refused after the first message.
    No,
    /// Cancelled by the client, and carried out by the server all the same.
    Cancelled,
}

fn deed() -> impl Strategy<Value = Deed> {
    let at = any::<usize>();
    let news = || select(&[News::AtOnce, News::Later][..]);
    prop_oneof![
        2 => (1_u32..40).prop_map(Deed::Arrive),
        4 => at.prop_map(Deed::Expunge),
        3 => prop::collection::vec(at, 1..6).prop_map(Deed::Vanish),
        8 => (at, any::<bool>(), any::<bool>()).prop_map(|(at, uid, flags)| Deed::Tell(at, uid, flags)),
        2 => Just(Deed::TellAll),
        2 => (at, select(&FLAGS[..]), news()).prop_map(|(at, flag, news)| Deed::Mark(at, flag, news)),
        12 => store().prop_map(Deed::Store),
        1 => (0_u32..150).prop_map(Deed::Reopen),
    ]
}

fn store() -> impl Strategy<Value = Store> {
    let race = || {
        let news = select(&[News::AtOnce, News::Later][..]);
        prop::option::weighted(0.3, (0..5_usize, select(&FLAGS[..]), news))
    };
    let results = [Result::Ok, Result::Modified, Result::No, Result::Cancelled];
    let results = prop_oneof![3 => Just(Result::Ok), 2 => select(results.to_vec())];
    let kinds = select(&["+FLAGS", "-FLAGS", "FLAGS"][..]);
    let flags = prop::sample::subsequence(FLAGS.to_vec(), 0..3);
    let place = (any::<usize>(), 1..6_usize, any::<bool>());
    let how = (kinds, any::<bool>(), flags, results);
    (place, how, [race(), race()]).prop_map(
        |((from, many, by_uid), (kind, silent, flags, result), races)| Store {
            from,
            many,
            kind,
            silent,
            by_uid,
            flags,
            result,
            races,
        },
    )
}

impl Store {
    fn command(&self, set: &str) -> Command {
        let flags = self.flags.iter().copied();
        let change = match self.kind {
            "+FLAGS" => imap_machine::client::Store::add(flags),
            "-FLAGS" => imap_machine::client::Store::remove(flags),
            _ => imap_machine::client::Store::replace(flags),
        };
        let change = match self.silent {
            true => change.silent(),
            false => change,
        };
        match self.by_uid {
            true => Command::uid_store(set, change).unwrap().into(),
            false => Command::store(set, change).unwrap().into(),
        }
    }
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

    /// Lets the deed happen. The server tells of it while NOOP is in progress, where all news are allowed.
    fn act(&mut self, deed: &Deed) -> std::result::Result<(), String> {
        match deed {
            Deed::Reopen(count) => {
                self.messages.clear();
                self.run.step(&Op::Send(1))?;
                self.arrive(*count)?;
                return self.run.step(&Op::Answer("OK done"));
            }
            Deed::Store(store) => return self.store(store),
            _ => self.run.step(&Op::Send(0))?,
        }
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
            Deed::Mark(at, flag, news) => self.mark(at % len, flag, *news)?,
            Deed::Store(_) | Deed::Reopen(_) => {}
        }
        self.run.step(&Op::Answer("OK done"))
    }

    fn say(&mut self, line: String) -> std::result::Result<(), String> {
        self.run.step(&Op::Say(line))
    }

    /// UIDs ascend, with gaps.
    fn arrive(&mut self, count: u32) -> std::result::Result<(), String> {
        for _ in 0..count {
            self.messages.push(Message {
                uid: self.next_uid,
                flags: Flags::new(),
                told: Told::Nothing,
            });
            self.next_uid += 1 + self.next_uid % 3;
        }
        self.say(format!("* {} EXISTS", self.messages.len()))
    }

    fn tell(&mut self, at: usize, uid: bool, flags: bool) -> std::result::Result<(), String> {
        let message = &mut self.messages[at];
        if flags {
            message.told = Told::All;
        }
        let list: Vec<_> = message.flags.iter().copied().collect();
        let list = list.join(" ");
        let items = match (uid, flags) {
            (true, true) => format!("UID {} FLAGS ({list})", message.uid),
            (true, false) => format!("UID {}", message.uid),
            (false, true) => format!("FLAGS ({list})"),
            (false, false) => "RFC822.SIZE 5".to_owned(),
        };
        self.say(format!("* {} FETCH ({items})", at + 1))
    }

    /// Another session sets a flag, or takes it away.
    fn mark(
        &mut self,
        at: usize,
        flag: &'static str,
        news: News,
    ) -> std::result::Result<(), String> {
        let message = &mut self.messages[at];
        if !message.flags.remove(flag) {
            message.flags.insert(flag);
        }
        match (news, message.told) {
            (News::AtOnce, _) => self.tell(at, false, true),
            (News::Later, Told::Nothing) => Ok(()),
            (News::Later, _) => {
                message.told = Told::Before;
                Ok(())
            }
        }
    }

    fn store(&mut self, store: &Store) -> std::result::Result<(), String> {
        let len = self.messages.len();
        if len == 0 {
            return Ok(());
        }
        let first = store.from % len;
        let last = (first + store.many).min(len) - 1;
        let set = match store.by_uid {
            true => format!("{}:{}", self.messages[first].uid, self.messages[last].uid),
            false => format!("{}:{}", first + 1, last + 1),
        };
        self.run.send(store.command(&set))?;
        if store.result == Result::Cancelled {
            self.run.step(&Op::Cancel)?;
        }
        let [before, after] = store.races;
        let near = |at: usize| (first + at) % len;
        if let Some((at, flag, news)) = before {
            self.mark(near(at), flag, news)?;
        }
        let skipped = match store.result {
            Result::Modified => first..=first,
            Result::No => first + 1..=last,
            Result::Ok | Result::Cancelled => len..=len,
        };
        for at in (first..=last).filter(|at| !skipped.contains(at)) {
            let message = &mut self.messages[at];
            let old = message.flags.clone();
            let flags = store.flags.iter().copied();
            match store.kind {
                "+FLAGS" => message.flags.extend(flags),
                "-FLAGS" => flags.for_each(|flag| {
                    message.flags.remove(flag);
                }),
                _ => message.flags = flags.collect(),
            }
            // RFC 9051 section 6.4.6: flags that did not change need not be told.
            if !store.silent && (message.flags != old || at % 2 == 0) {
                self.tell(at, store.by_uid, true)?;
            }
        }
        if let Some((at, flag, news)) = after {
            self.mark(near(at), flag, news)?;
        }
        let answer = match store.result {
            Result::Ok | Result::Cancelled => "OK done",
            Result::No => "NO not all",
            Result::Modified => {
                let name = match store.by_uid {
                    true => self.messages[first].uid as usize,
                    false => first + 1,
                };
                return self.run.answer(&format!("OK [MODIFIED {name}] not all"));
            }
        };
        self.run.answer(answer)
    }

    /// Checks what the view says of each message. Returns how many UIDs and how many flags it knows.
    fn check(&self) -> std::result::Result<(usize, usize), String> {
        let Some(view) = self.run.watched.connection.mailbox() else {
            return Err("no mailbox".to_owned());
        };
        let len = self.messages.len();
        let counted = (view.exists() as usize, view.certainty());
        if counted != (len, Certainty::Exact) {
            return Err(format!("{counted:?} of {len} messages"));
        }
        let Some(tracked) = view.messages() else {
            return Ok((0, 0));
        };
        let (mut uids, mut known) = (0, 0);
        for (number, message) in (1..).zip(&self.messages) {
            let uid = view.uid(number).map(|uid| uid.get());
            uids += usize::from(uid.is_some());
            if uid.is_some_and(|uid| uid != message.uid) {
                return Err(format!("{number} has UID {uid:?}, not {message:?}"));
            }
            let flags = view.flags(number);
            known += usize::from(flags.is_some());
            let wrong = match message.told {
                Told::Nothing => flags.is_some(),
                Told::Before => false,
                Told::All => flags.is_some_and(|flags| flags != bits(&message.flags)),
            };
            if wrong {
                return Err(format!("{number} has {flags:?}, not {message:?}"));
            }
            let place = message.uid.try_into().ok().and_then(|uid| tracked.seq(uid));
            if place.is_some_and(|place| place != number) || place.is_some() != uid.is_some() {
                return Err(format!("{message:?} is {place:?}, not {number}"));
            }
        }
        Ok((uids, known))
    }
}

fn bits(flags: &Flags) -> SystemFlags {
    flags.iter().fold(SystemFlags::NONE, |all, flag| {
        all | SystemFlags::of(flag.as_bytes())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

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

/// A view with room for all knows everything that was told, and one with little room knows some of it.
#[test]
fn how_much_is_known() {
    for (blocks, known) in [(8192, 5), (1, 0), (5, 2)] {
        let mut server = Server::new(blocks, Tracking::Messages);
        server.act(&Deed::Reopen(200)).unwrap();
        // Messages that are far apart, so that each needs a block of its own.
        for at in [0, 199, 100, 50, 150] {
            server.act(&Deed::Tell(at, true, true)).unwrap();
        }
        assert_eq!(server.check(), Ok((known, known)), "{blocks} blocks");
        let lost = server.messages.remove(7);
        assert!(server.check().is_err());
        server.messages.insert(7, lost);
        server.messages[199].uid += 1;
        assert!(server.check().is_err() || known == 0);
    }
}

/// A view that knows nothing would be true as well, so this checks that the view knows the flags.
#[test]
fn what_a_silent_store_does_is_known() {
    let store = Store {
        from: 3,
        many: 4,
        kind: "+FLAGS",
        silent: true,
        by_uid: true,
        flags: vec!["\\Seen"],
        result: Result::Ok,
        races: [None, None],
    };
    let modified = Store {
        result: Result::Modified,
        kind: "FLAGS",
        by_uid: false,
        ..store.clone()
    };
    let refused = Store {
        result: Result::No,
        ..store.clone()
    };
    let raced = Store {
        races: [Some((1, "\\Seen", News::AtOnce)), None],
        kind: "-FLAGS",
        ..store.clone()
    };
    for (store, known) in [(store, 10), (modified, 10), (refused, 6), (raced, 9)] {
        let mut server = Server::new(100, Tracking::Messages);
        server.act(&Deed::Reopen(10)).unwrap();
        server.act(&Deed::TellAll).unwrap();
        let before = server.messages.clone();
        server.act(&Deed::Store(store.clone())).unwrap();
        assert_eq!(server.check(), Ok((10, known)), "{store:?}");
        let now = std::mem::replace(&mut server.messages, before);
        let changed = now
            .iter()
            .zip(&server.messages)
            .any(|(a, b)| a.flags != b.flags);
        assert!(
            server.check().is_err() || !changed || known < 10,
            "{store:?}"
        );
    }
}
