//! What a STORE does to flags, read from what the client wrote (RFC 9051 section 6.4.6).

use imap_machine::codec::SystemFlags;

/// A STORE, or a FETCH that sets `\Seen`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Store {
    meant: Meant,
    change: Change,
    /// Whether it asks for no answer.
    pub(super) silent: bool,
}

/// The messages that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meant {
    Numbers(Set),
    Uids(Set),
    /// Some messages, not known which: a raw command.
    Some,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Set {
    ranges: Vec<(u32, u32)>,
    star: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Add(SystemFlags),
    Remove(SystemFlags),
    Replace(SystemFlags),
    Something,
}

/// A message that a STORE may be about. Its neighbours are the nearest known UIDs below and above.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) number: u32,
    pub(super) uid: Option<u32>,
    pub(super) neighbours: (u32, u32),
}

/// Whether a message is one that a STORE was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hit {
    Yes,
    Perhaps,
    No,
}

const EACH: [SystemFlags; 7] = [
    SystemFlags::SEEN,
    SystemFlags::ANSWERED,
    SystemFlags::FLAGGED,
    SystemFlags::DELETED,
    SystemFlags::DRAFT,
    SystemFlags::RECENT,
    SystemFlags::KEYWORDS,
];

fn where_so(holds: impl Fn(SystemFlags) -> bool) -> SystemFlags {
    let flags = EACH.into_iter().filter(|flag| holds(*flag));
    flags.fold(SystemFlags::NONE, SystemFlags::union)
}

impl Store {
    /// The STORE in a line of a client, or its FETCH that sets `\Seen`.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let line = String::from_utf8_lossy(line).to_ascii_uppercase();
        let mut words = line.split_ascii_whitespace().skip(1);
        let first = words.next()?;
        let (by_uid, verb) = match first {
            "UID" => (true, words.next()?),
            verb => (false, verb),
        };
        let set = Set::read(words.next()?)?;
        let rest: Vec<&str> = words.collect();
        let (change, silent) = match verb {
            "STORE" => store(&rest)?,
            "FETCH" if sets_seen(&rest) => (Change::Add(SystemFlags::SEEN), false),
            _ => return None,
        };
        let meant = match by_uid {
            true => Meant::Uids(set),
            false => Meant::Numbers(set),
        };
        Some(Self {
            meant,
            change,
            silent,
        })
    }

    /// A raw STORE, which is not interpreted.
    pub(super) const fn by_hand() -> Self {
        Self {
            meant: Meant::Some,
            change: Change::Something,
            silent: true,
        }
    }

    /// The same STORE after messages were renumbered.
    pub(super) fn renumbered(&self) -> Self {
        match self.meant {
            Meant::Numbers(_) => Self {
                meant: Meant::Some,
                ..self.clone()
            },
            Meant::Uids(_) | Meant::Some => self.clone(),
        }
    }

    /// Whether the STORE was about this message. `except`: messages that the server says it did not change.
    pub(super) fn hit(&self, place: Place, except: &[(u32, u32)]) -> Hit {
        let (set, name) = match &self.meant {
            Meant::Some => return Hit::Perhaps,
            Meant::Numbers(set) => (set, Some(place.number)),
            Meant::Uids(set) => (set, place.uid),
        };
        let ranges = except.iter().fold(set.ranges.clone(), without);
        let (below, above) = place.neighbours;
        match name {
            Some(name) if within(&ranges, name) => Hit::Yes,
            None if ranges
                .iter()
                .any(|(low, high)| below < *high && above > *low) =>
            {
                Hit::Perhaps
            }
            _ if set.star => Hit::Perhaps,
            _ => Hit::No,
        }
    }

    /// Whether the STORE may be about the message of a row that comes before its end.
    pub(super) fn may_hit(&self, number: u32, uid: Option<u32>) -> bool {
        match (&self.meant, uid) {
            (Meant::Some, _) | (Meant::Uids(_), None) => true,
            (Meant::Numbers(set), _) => set.star || within(&set.ranges, number),
            (Meant::Uids(set), Some(uid)) => set.star || within(&set.ranges, uid),
        }
    }

    /// The flags after the STORE; `None` if they are not known. The server may ignore a change of flags that are not `permanent`.
    pub(super) fn change(
        &self,
        before: SystemFlags,
        permanent: SystemFlags,
    ) -> Option<SystemFlags> {
        let had = |flag| before.contains(flag);
        let mut keywords_left = false;
        let after = match self.change {
            Change::Something => return None,
            Change::Add(flags) => where_so(|flag| had(flag) || flags.contains(flag)),
            Change::Remove(flags) => {
                keywords_left = had(SystemFlags::KEYWORDS) && flags.contains(SystemFlags::KEYWORDS);
                where_so(|flag| had(flag) && !flags.contains(flag))
            }
            Change::Replace(flags) => where_so(|flag| flags.contains(flag)),
        };
        // Clients cannot change \Recent.
        let after = where_so(|flag| match flag {
            SystemFlags::RECENT => had(flag),
            flag => after.contains(flag),
        });
        let ignored = EACH
            .iter()
            .any(|flag| had(*flag) != after.contains(*flag) && !permanent.contains(*flag));
        (!ignored && !keywords_left).then_some(after)
    }
}

fn store(rest: &[&str]) -> Option<(Change, bool)> {
    let rest = match rest {
        ["(UNCHANGEDSINCE", _, rest @ ..] => rest,
        rest => rest,
    };
    let (verb, flags) = rest.split_first()?;
    let flags = flags.iter().map(|flag| flag.trim_matches(['(', ')']));
    let flags = flags.filter(|flag| !flag.is_empty());
    let flags = flags.fold(SystemFlags::NONE, |all, flag| {
        all | SystemFlags::of(flag.as_bytes())
    });
    let (verb, silent) = match verb.strip_suffix(".SILENT") {
        Some(verb) => (verb, true),
        None => (*verb, false),
    };
    let change = match verb {
        "+FLAGS" => Change::Add(flags),
        "-FLAGS" => Change::Remove(flags),
        "FLAGS" => Change::Replace(flags),
        _ => return None,
    };
    Some((change, silent))
}

/// RFC 9051 section 6.4.5: a body without PEEK.
fn sets_seen(items: &[&str]) -> bool {
    let mut items = items.iter().map(|item| item.trim_matches(['(', ')']));
    items.any(|item| {
        item.starts_with("BODY[")
            || item.starts_with("BINARY[")
            || matches!(item, "RFC822" | "RFC822.TEXT")
    })
}

impl Set {
    fn read(text: &str) -> Option<Self> {
        let end = |end: &str| match end {
            "*" => Some(u32::MAX),
            digits => digits.parse().ok(),
        };
        let ranges = text.split(',').map(|range| {
            let (first, last) = range.split_once(':').unwrap_or((range, range));
            let (first, last) = (end(first)?, end(last)?);
            Some((first.min(last), first.max(last)))
        });
        Some(Self {
            ranges: ranges.collect::<Option<_>>()?,
            star: text.contains('*'),
        })
    }
}

/// The messages in a MODIFIED code (RFC 7162 section 3.1.3).
pub(super) fn modified(arguments: &str) -> Option<Vec<(u32, u32)>> {
    let set = Set::read(arguments)?;
    let sound = !set.star && set.ranges.iter().all(|(first, _)| *first > 0);
    sound.then_some(set.ranges)
}

fn within(ranges: &[(u32, u32)], name: u32) -> bool {
    let mut ranges = ranges.iter();
    ranges.any(|(first, last)| *first <= name && name <= *last)
}

fn without(ranges: Vec<(u32, u32)>, gone: &(u32, u32)) -> Vec<(u32, u32)> {
    let mut left = Vec::new();
    for (first, last) in ranges {
        if gone.0 > last || gone.1 < first {
            left.push((first, last));
            continue;
        }
        if first < gone.0 {
            left.push((first, gone.0 - 1));
        }
        if last > gone.1 {
            left.push((gone.1 + 1, last));
        }
    }
    left
}

/// The flags that a PERMANENTFLAGS code names (RFC 9051 section 7.1), and keywords if it allows new ones.
pub(super) fn permanent(code: &str) -> SystemFlags {
    let listed = code.split_once(' ').map_or("", |(_, list)| list);
    let mut all = SystemFlags::NONE;
    for flag in listed.split([' ', '(', ')']) {
        match SystemFlags::of(flag.as_bytes()) {
            SystemFlags::KEYWORDS if flag != "\\*" => {}
            flag => all = all | flag,
        }
    }
    all
}

/// All flags.
pub(super) fn all() -> SystemFlags {
    where_so(|_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_clients() {
        let read = |line: &str| Store::read(line.as_bytes());
        let store =
            read("A1 UID STORE 1:3,*:7 (UNCHANGEDSINCE 5) -FLAGS.SILENT (\\Seen a)\r\n").unwrap();
        assert!(store.silent);
        let set = Set {
            ranges: vec![(1, 3), (7, u32::MAX)],
            star: true,
        };
        assert_eq!(store.meant, Meant::Uids(set));
        let flags = SystemFlags::SEEN | SystemFlags::KEYWORDS;
        assert_eq!(store.change, Change::Remove(flags));
        assert!(!read("A1 STORE 2 FLAGS ()\r\n").unwrap().silent);
        assert!(read("A1 FETCH 2 (FLAGS BODY.PEEK[])\r\n").is_none());
        assert!(read("A1 FETCH 2 (FLAGS BODY[]<1.2>)\r\n").is_some());
        assert!(read("A1 NOOP\r\n").is_none());
    }
}
