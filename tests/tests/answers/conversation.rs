//! Conversations that are made by chance.

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::{extended, lines};

/// The command whose answer is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    List,
    Lsub,
    Status,
    Search,
    UidSearch,
    Id,
    Enable,
    Select,
    Examine,
    Fetch,
    UidFetch,
    Vanished,
    Store,
    Copy,
    Move,
    Append,
    Noop,
    Create,
    Listing,
    Sort,
    Thread,
    Esearch,
    Namespace,
    GetQuota,
    GetQuotaRoot,
    SetQuota,
    GetAcl,
    ListRights,
    MyRights,
    GetMetadata,
    Notify,
    Language,
    Comparator,
    GenUrlAuth,
    UrlFetch,
    Raw,
}

impl Asked {
    pub const ALL: [Self; 36] = [
        Self::List,
        Self::Lsub,
        Self::Status,
        Self::Search,
        Self::UidSearch,
        Self::Id,
        Self::Enable,
        Self::Select,
        Self::Examine,
        Self::Fetch,
        Self::UidFetch,
        Self::Vanished,
        Self::Store,
        Self::Copy,
        Self::Move,
        Self::Append,
        Self::Noop,
        Self::Create,
        Self::Listing,
        Self::Sort,
        Self::Thread,
        Self::Esearch,
        Self::Namespace,
        Self::GetQuota,
        Self::GetQuotaRoot,
        Self::SetQuota,
        Self::GetAcl,
        Self::ListRights,
        Self::MyRights,
        Self::GetMetadata,
        Self::Notify,
        Self::Language,
        Self::Comparator,
        Self::GenUrlAuth,
        Self::UrlFetch,
        Self::Raw,
    ];

    const fn lines(self) -> &'static [&'static str] {
        match self {
            Self::List => lines::LIST,
            Self::Lsub => lines::LSUB,
            Self::Status => lines::STATUS,
            Self::Search | Self::UidSearch => lines::SEARCH,
            Self::Id => lines::ID,
            Self::Enable => lines::ENABLED,
            Self::Select | Self::Examine => lines::SELECT,
            Self::Fetch | Self::UidFetch | Self::Vanished | Self::Store => lines::FETCH,
            Self::Copy | Self::Move => lines::COPY,
            Self::Listing => extended::LISTING,
            Self::Sort => extended::SORT,
            Self::Thread => extended::THREAD,
            Self::Esearch => extended::ESEARCH,
            Self::Namespace => extended::NAMESPACE,
            Self::GetQuota | Self::GetQuotaRoot | Self::SetQuota => extended::QUOTA,
            Self::GetAcl => extended::ACL,
            Self::ListRights => extended::LIST_RIGHTS,
            Self::MyRights => extended::MY_RIGHTS,
            Self::GetMetadata => extended::METADATA,
            Self::Notify => extended::NOTIFY,
            Self::Language => extended::LANGUAGE,
            Self::Comparator => extended::COMPARATOR,
            Self::GenUrlAuth => extended::GENURLAUTH,
            Self::UrlFetch => extended::URLFETCH,
            Self::Append | Self::Noop | Self::Create | Self::Raw => lines::NONE,
        }
    }
}

impl Asked {
    /// Whether a line like this one may answer it.
    fn is_answered_like(self, line: &str) -> bool {
        let name = |line: &str| {
            line.trim_start_matches('?')
                .split(' ')
                .nth(1)
                .map(str::to_owned)
        };
        self.lines().iter().any(|its| name(its) == name(line))
    }
}

/// A line, and what is known of whose it is.
#[derive(Clone)]
pub struct Line {
    pub octets: Vec<u8>,
    pub is_the_commands: Option<bool>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({:?})",
            self.octets.escape_ascii(),
            self.is_the_commands
        )
    }
}

/// What a server says after a command was sent, and how it arrives.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub asked: Asked,
    /// The last one ends the command.
    pub lines: Vec<Line>,
    /// The sizes of what arrives at once, again and again.
    pub cuts: Vec<usize>,
    /// Literals that are larger than this are streamed.
    pub inline: usize,
    /// Whether rows are taken many at a time.
    pub by_rows: bool,
}

/// What goes wrong with a line.
#[derive(Clone, Debug)]
enum Damage {
    Cut(Index),
    Replaced(Index, u8),
    Inserted(Index, u8),
    /// A word comes twice.
    Doubled(Index),
    /// A word is left out.
    LeftOut(Index),
    /// A word has another one's place.
    Swapped(Index, Index),
    Renamed(Index, &'static str),
    /// So often does it break the grammar in a harmless way.
    Spaces(Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let octet = || select(b"()\"\\ []{}<>,:.*%&=+-07Az\0\t\x7f\xc3\xe9".to_vec());
    let name = select(vec![
        "XODD",
        "FLAGS",
        "UID",
        "NIL",
        "LIST",
        "FETCH",
        "(",
        ")",
        "\"\"",
        "0",
        "4294967296",
        "18446744073709551616",
        "{3}",
        "SEARCH",
        "OK",
    ]);
    let at = any::<Index>;
    prop_oneof![
        at().prop_map(Damage::Cut),
        (at(), octet()).prop_map(|(at, octet)| Damage::Replaced(at, octet)),
        (at(), octet()).prop_map(|(at, octet)| Damage::Inserted(at, octet)),
        at().prop_map(Damage::Doubled),
        at().prop_map(Damage::LeftOut),
        (at(), at()).prop_map(|(one, other)| Damage::Swapped(one, other)),
        (at(), name).prop_map(|(at, name)| Damage::Renamed(at, name)),
        at().prop_map(Damage::Spaces),
    ]
}

impl Damage {
    fn apply(&self, line: &mut Vec<u8>) {
        if line.is_empty() {
            return;
        }
        let mut words: Vec<_> = line.split(|it| *it == b' ').map(<[u8]>::to_vec).collect();
        match self {
            Self::Cut(at) => return line.truncate(at.index(line.len())),
            Self::Replaced(at, octet) => return *at.get_mut(line) = *octet,
            Self::Inserted(at, octet) => return line.insert(at.index(line.len()), *octet),
            Self::Doubled(at) => {
                let at = at.index(words.len());
                words.insert(at, words[at].clone());
            }
            Self::LeftOut(at) => _ = words.remove(at.index(words.len())),
            Self::Swapped(one, other) => {
                let (one, other) = (one.index(words.len()), other.index(words.len()));
                words.swap(one, other);
            }
            Self::Renamed(at, name) => at.get_mut(&mut words).clone_from(&name.as_bytes().to_vec()),
            Self::Spaces(at) => {
                let at = at.index(words.len());
                let padding = (0..120).flat_map(|_| [Vec::new(), b"NIL".to_vec()]);
                words.splice(at..at, padding);
            }
        }
        *line = words.join(&b' ');
    }
}

/// A line before it has its numbers.
#[derive(Clone, Debug)]
struct Draft {
    template: &'static str,
    is_the_commands: bool,
    message: u8,
    damage: Vec<Damage>,
}

fn draft(asked: Asked) -> impl Strategy<Value = Draft> {
    let mut its = asked.lines().to_vec();
    if matches!(asked, Asked::Select | Asked::Examine | Asked::Raw) {
        its.extend(lines::FETCH);
    }
    let others = select(lines::OTHERS.to_vec()).prop_map(|line| (line, false));
    let line = match its.is_empty() {
        true => others.boxed(),
        false => prop_oneof![
            4 => select(its).prop_map(|line| (line, true)),
            1 => others
        ]
        .boxed(),
    };
    let damage = prop_oneof![2 => Just(Vec::new()), 1 => vec(damage(), 1..3)];
    (line, 1..5_u8, damage).prop_map(|((template, is_the_commands), message, damage)| Draft {
        template,
        is_the_commands,
        message,
        damage,
    })
}

pub fn conversation() -> impl Strategy<Value = Conversation> {
    let asked = select(Asked::ALL.to_vec());
    let drafts = asked.prop_flat_map(|asked| (Just(asked), vec(draft(asked), 0..7)));
    let end = select(lines::OK.to_vec());
    let arrival = (
        vec(1..60_usize, 1..4),
        select(vec![0, 3, 1000]),
        any::<bool>(),
    );
    (drafts, end, arrival).prop_map(|((asked, drafts), end, (cuts, inline, by_rows))| {
        let mut number = 100;
        let mut lines: Vec<_> = drafts
            .iter()
            .map(|draft| line(asked, draft, &mut number))
            .collect();
        lines.push(Line {
            octets: numbered(end, 0, &mut number),
            is_the_commands: None,
        });
        Conversation {
            asked,
            lines,
            cuts,
            inline,
            by_rows,
        }
    })
}

fn line(asked: Asked, draft: &Draft, number: &mut u32) -> Line {
    let (odd, template) = match draft.template.strip_prefix('?') {
        Some(template) => (true, template),
        None => (false, draft.template),
    };
    let mut octets = numbered(template, draft.message, number);
    draft.damage.iter().for_each(|it| it.apply(&mut octets));
    // SELECT and raw commands may be answered with anything, and rows tell of flags also when no one asked.
    let takes_all = matches!(asked, Asked::Select | Asked::Examine | Asked::Raw);
    let is_news =
        template.contains("FETCH") || template.contains("EXPUNGE") || template.contains("VANISHED");
    let is_known = !odd && draft.damage.is_empty();
    let is_fetch = matches!(asked, Asked::Fetch | Asked::UidFetch | Asked::Vanished);
    let is_known = is_known
        && match draft.is_the_commands {
            true => is_fetch || !is_news,
            false => !takes_all && !is_news && !asked.is_answered_like(template),
        };
    Line {
        octets,
        is_the_commands: is_known.then_some(draft.is_the_commands),
    }
}

fn numbered(template: &str, message: u8, number: &mut u32) -> Vec<u8> {
    let mut octets = Vec::new();
    for octet in template.bytes() {
        match octet {
            b'#' => {
                octets.extend(number.to_string().into_bytes());
                *number += 1;
            }
            b'@' => octets.extend(message.to_string().into_bytes()),
            b'%' => octets.extend((50 + message).to_string().into_bytes()),
            // Octets that are not UTF-8.
            1 => octets.push(0xe9),
            octet => octets.push(octet),
        }
    }
    octets
}
