//! Two connections change one mailbox of a real server at random. Their views must agree with what a third connection fetches.
//!
//! `IMAP_MACHINE_SEED=n` repeats a run; otherwise the clock chooses the seed. It is printed, and stands in every failure.

mod session;

use std::collections::BTreeMap;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use imap_machine::client::{AppendMessage, Certainty, Command, Event, Flag, Store};
use imap_machine::codec::{FetchNumber, SystemFlags, Untagged};
use imap_machine_tests::live::{self, Server, mailbox, message};

use session::Session;

const OPERATIONS: usize = 500;
const BETWEEN_CHECKS: usize = 50;

/// Whether the server tells one connection of the flags that another has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reports {
    Flags,
    /// It does not, although RFC 9051 section 7.5.2 says that it should. Only the first connection changes flags, and only its
    /// flags are compared.
    NoFlags,
    /// Not to a connection that changes flags of that message itself, with STORE .SILENT, although RFC 9051 section 6.4.6 says
    /// that it should. No STORE is silent.
    NoFlagsWithSilentStores,
}

#[test]
fn dovecot() {
    compare("DOVECOT", Reports::Flags);
}

#[test]
fn cyrus() {
    compare("CYRUS", Reports::Flags);
}

#[test]
fn dovecot24() {
    compare("DOVECOT24", Reports::Flags);
}

#[test]
fn cyrus310() {
    compare("CYRUS310", Reports::NoFlagsWithSilentStores);
}

#[test]
fn courier() {
    compare("COURIER", Reports::NoFlags);
}

fn compare(name: &str, reports: Reports) {
    let Some(server) = live::server(name, "live_view") else {
        return;
    };
    let clock = SystemTime::now().duration_since(UNIX_EPOCH);
    let seed = match std::env::var("IMAP_MACHINE_SEED") {
        Ok(seed) => seed.parse().expect("IMAP_MACHINE_SEED is a number"),
        Err(_) => clock.map_or(1, |since| since.as_nanos() as u64),
    };
    say(&format!("live_view on {name}: IMAP_MACHINE_SEED={seed}"));
    if reports == Reports::NoFlags {
        say(&format!(
            "live_view on {name}: it reports no flags that others change; those of the second connection are NOT COMPARED"
        ));
    }
    if reports == Reports::NoFlagsWithSilentStores {
        say(&format!(
            "live_view on {name}: a silent STORE hides flags that others change; STORE .SILENT IS NOT TRIED"
        ));
    }
    let mut run = Run::new(&server, Random(seed), reports);
    for step in 1..=OPERATIONS {
        let what = run.step();
        if step % BETWEEN_CHECKS == 0 {
            if let Err(differs) = run.check() {
                panic!("{name}, seed {seed}, after {step} operations, the last {what}: {differs}");
            }
        }
    }
    // A view that knows nothing would agree as well.
    let Compared { flags, known } = run.compared;
    assert!(
        known * 5 > flags,
        "seed {seed}: {known} of {flags} flags were known"
    );
    say(&format!(
        "live_view on {name}: {known} of {flags} flags were known, all as the server has them"
    ));
}

/// Not `eprintln`, which the test harness captures.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

struct Run {
    server: Server,
    mailbox: String,
    elsewhere: String,
    random: Random,
    reports: Reports,
    sessions: [Session; 2],
    compared: Compared,
}

/// How many flags of messages were compared, and how many of those were known.
#[derive(Clone, Copy, Debug, Default)]
struct Compared {
    flags: usize,
    known: usize,
}

impl Run {
    fn new(server: &Server, random: Random, reports: Reports) -> Self {
        let mut sessions = [Session::new(server), Session::new(server)];
        // Courier's mailboxes are below INBOX, and have no blanks.
        let below = if reports == Reports::NoFlags {
            "INBOX."
        } else {
            ""
        };
        let [mailbox, elsewhere] =
            ["view", "elsewhere"].map(|it| format!("{below}{}", mailbox(it).replace(' ', "-")));
        for name in [&mailbox, &elsewhere] {
            sessions[0].ok(Command::create(name).unwrap());
        }
        for session in &mut sessions {
            session.ok(Command::select(&mailbox).unwrap());
        }
        Self {
            server: server.clone(),
            mailbox,
            elsewhere,
            random,
            reports,
            sessions,
            compared: Compared::default(),
        }
    }

    /// Does one operation of one connection. Returns what it was.
    fn step(&mut self) -> String {
        let who = self.random.below(2);
        let exists = self.sessions[who].exists() as usize;
        let may_change_flags = self.reports != Reports::NoFlags || who == 0;
        let choice = match self.random.below(100) {
            choice if exists < 15 && choice < 40 => 0,
            // Expunges some when there are too many messages.
            choice if exists > 40 && choice < 15 => 65,
            choice => choice,
        };
        let what = match choice {
            0..15 => self.append(who),
            15..55 if may_change_flags => self.stores(who),
            15..55 => self.fetch(who, false),
            55..65 => self.fetch(who, may_change_flags),
            65..73 => self.expunge(who),
            73..78 => self.copy(who),
            78..82 => self.leave(who),
            82..85 => {
                self.sessions[who].idle();
                "IDLE".to_owned()
            }
            _ => {
                self.sessions[who].ok(Command::noop());
                "NOOP".to_owned()
            }
        };
        format!("of connection {who}: {what}")
    }

    fn append(&mut self, who: usize) -> String {
        let flags = self.flags();
        let command = Command::append(
            &self.mailbox,
            AppendMessage::new(message("one more", 2)).flags(flags),
        );
        self.sessions[who].ok(command.unwrap());
        "APPEND".to_owned()
    }

    fn flags(&mut self) -> Vec<Flag<'static>> {
        let all = [
            Flag::SEEN,
            Flag::ANSWERED,
            Flag::FLAGGED,
            Flag::DELETED,
            Flag::DRAFT,
            Flag::JUNK,
        ];
        let some = all.into_iter().filter(|_| self.random.chance(30));
        some.collect()
    }

    /// Some messages, as a set of numbers or of UIDs.
    fn set(&mut self, who: usize, by_uid: bool) -> String {
        let exists = self.sessions[who].exists() as usize;
        let first = 1 + self.random.below(exists);
        let last = (first + self.random.below(4)).min(exists.max(1));
        if self.random.chance(10) {
            return format!("{first}:*");
        }
        let view = self.sessions[who].watched.connection.mailbox().unwrap();
        let uid = |number: usize| view.uid(number as u32).map(|uid| uid.get() as usize);
        match (by_uid, uid(first), uid(last)) {
            (false, ..) => format!("{first}:{last}"),
            (true, Some(first), Some(last)) => format!("{first},{first}:{last}"),
            // Some UIDs, known or not.
            (true, ..) => format!("{first}:{}", last + 3),
        }
    }

    /// One STORE, or some at once.
    fn stores(&mut self, who: usize) -> String {
        if self.sessions[who].exists() == 0 {
            return self.append(who);
        }
        let conditional = self.sessions[who].has("CONDSTORE");
        let (mut handles, mut what) = (Vec::new(), Vec::new());
        for _ in 0..[1, 1, 1, 3][self.random.below(4)] {
            let by_uid = self.random.chance(60);
            let set = self.set(who, by_uid);
            let kinds = [Store::add, Store::remove, Store::replace];
            let mut store = kinds[self.random.below(3)](self.flags());
            if conditional && self.random.chance(20) {
                let since = [1, 5 + self.random.below(200) as u64, 1 << 40][self.random.below(3)];
                store = store.unchanged_since(since);
            }
            let may_be_silent = self.reports != Reports::NoFlagsWithSilentStores;
            if may_be_silent && self.random.below(3) < 2 {
                store = store.silent();
            }
            what.push(format!("STORE {set} {store:?}"));
            let store = match by_uid {
                true => Command::uid_store(&set, store),
                false => Command::store(&set, store),
            };
            handles.push(self.sessions[who].send(store.unwrap()));
        }
        for handle in handles {
            self.sessions[who].finish(handle);
        }
        what.join(", ")
    }

    fn fetch(&mut self, who: usize, body: bool) -> String {
        if self.sessions[who].exists() == 0 {
            return self.append(who);
        }
        let items = match self.random.below(3) {
            0 if body => "BODY[]",
            1 => "UID",
            _ => "FLAGS UID",
        };
        let by_uid = self.random.chance(50);
        let set = self.set(who, by_uid);
        let what = format!("FETCH {set} {items:?}");
        let command = match by_uid {
            true => Command::uid_fetch(&set, items),
            false => Command::fetch(&set, items),
        };
        self.sessions[who].run(command.unwrap());
        what
    }

    fn expunge(&mut self, who: usize) -> String {
        let by_uid = self.sessions[who].has("UIDPLUS") && self.random.chance(50);
        let set = self.set(who, true);
        let command = match by_uid {
            true => Command::uid_expunge(&set).unwrap(),
            false => Command::expunge(),
        };
        let what = format!("{command:?}");
        self.sessions[who].run(command);
        what
    }

    /// To the same mailbox.
    fn copy(&mut self, who: usize) -> String {
        let set = self.set(who, true);
        let to = self.mailbox.clone();
        self.sessions[who].run(Command::uid_copy(&set, &to).unwrap());
        format!("UID COPY {set}")
    }

    fn leave(&mut self, who: usize) -> String {
        if !self.sessions[who].has("MOVE") {
            return self.expunge(who);
        }
        let set = self.set(who, true);
        let to = self.elsewhere.clone();
        self.sessions[who].run(Command::uid_move(&set, &to).unwrap());
        format!("UID MOVE {set}")
    }

    /// Compares both views with what a new connection fetches.
    fn check(&mut self) -> Result<(), String> {
        for session in &mut self.sessions {
            session.ok(Command::noop());
        }
        let truth = self.truth();
        for who in 0..2 {
            let session = &mut self.sessions[who];
            let view = session.watched.connection.mailbox().ok_or("no mailbox")?;
            if (view.exists() as usize, view.certainty()) != (truth.len(), Certainty::Exact) {
                let seen = (view.exists(), view.certainty());
                return Err(format!(
                    "connection {who}: {seen:?} of {} messages",
                    truth.len()
                ));
            }
            let flags_count = self.reports != Reports::NoFlags || who == 0;
            for (number, (uid, flags)) in (1..).zip(&truth) {
                let known = view.uid(number).map(|uid| uid.get());
                if known.is_some_and(|known| known != *uid) {
                    return Err(format!(
                        "connection {who}: {number} has UID {known:?}, not {uid}"
                    ));
                }
                if !flags_count {
                    continue;
                }
                let known = view.flags(number).map(without_recent);
                self.compared.flags += 1;
                self.compared.known += usize::from(known.is_some());
                if known.is_some_and(|known| known != *flags) {
                    return Err(format!(
                        "connection {who}: {number} (UID {uid}) has {known:?}, not {flags:?}"
                    ));
                }
            }
            // Fetches all UIDs and, at least for the first connection, all flags. What the view knows at the next check follows
            // from these.
            let items = match who == 0 || self.random.chance(50) {
                true => "UID FLAGS",
                false => "UID",
            };
            if !truth.is_empty() {
                session.ok(Command::fetch("1:*", items).unwrap());
            }
            let view = session.watched.connection.mailbox().ok_or("no mailbox")?;
            let uids = view.messages().ok_or("not tracked")?.uids();
            let uids = uids.map(|(_, uid)| uid.map(|uid| uid.get()));
            if !uids.eq(truth.keys().map(|uid| Some(*uid))) {
                return Err(format!("connection {who}: UIDs are not {:?}", truth.keys()));
            }
        }
        Ok(())
    }

    /// The UIDs and flags of the mailbox.
    fn truth(&mut self) -> BTreeMap<u32, SystemFlags> {
        let mut fresh = Session::new(&self.server);
        fresh.ok(Command::examine(&self.mailbox).unwrap());
        if fresh.exists() == 0 {
            return BTreeMap::new();
        }
        let items = "FLAGS UID";
        let events = fresh.ok(Command::fetch("1:*", items).unwrap());
        let rows = events.iter().filter_map(|event| match event {
            Event::Untagged {
                data: Untagged::Fetch(fetch),
                ..
            } => Some(fetch),
            _ => None,
        });
        let rows = rows.filter_map(|fetch| {
            assert!(matches!(fetch.number(), FetchNumber::Seq(_)));
            let flags = without_recent(fetch.flags()?.system());
            Some((fetch.uid()?.get(), flags))
        });
        let truth: BTreeMap<_, _> = rows.collect();
        assert_eq!(truth.len(), fresh.exists() as usize);
        truth
    }
}

/// `\Recent` differs between sessions (RFC 3501 section 2.3.2).
fn without_recent(flags: SystemFlags) -> SystemFlags {
    let others = [
        SystemFlags::SEEN,
        SystemFlags::ANSWERED,
        SystemFlags::FLAGGED,
        SystemFlags::DELETED,
        SystemFlags::DRAFT,
        SystemFlags::KEYWORDS,
    ];
    let others = others.into_iter().filter(|flag| flags.contains(*flag));
    others.fold(SystemFlags::NONE, SystemFlags::union)
}
