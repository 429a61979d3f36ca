//! What happens: mostly what is waited for, so that a session gets somewhere, and anything else in between.

use imap_machine::client::Command;
use imap_machine::imap_types::auth::AuthMechanism;
use imap_machine::imap_types::fetch::{Macro, MessageDataItemName};
use imap_machine::imap_types::flag::{Flag, StoreType};
use imap_machine::imap_types::search::SearchKey;
use imap_machine_tests::operations::LINES;
use proptest::prelude::*;
use proptest::sample::select;

use super::SECRET;

#[derive(Clone, Debug)]
pub enum Op {
    /// A line of the pool with this tag joins the stream; so many percent of what is on the way arrive.
    Say(usize, u64, usize),
    Octets(Vec<u8>),
    /// The server does what is waited for: this, or `+`.
    Reply(&'static str),
    /// The application does.
    Oblige(usize),
    Send(usize, Option<u64>),
    Cancel(u64),
    Done(u64),
    Answer(u64, bool),
    Supply(u64, usize),
    Upgraded,
    Pass(u64),
    /// The transport takes so many octets.
    Write(usize),
    /// The same, but it is `Written` that says so.
    BeginWrite(usize),
    Written,
    /// Octets are read in place, or room for so many is asked for and nothing comes.
    ReadInPlace(Vec<u8>),
    AskRoom(usize),
    /// The clock is behind.
    Early,
    PollOne,
    Drain,
    /// The loop of every adapter.
    Settle,
    Eof,
    Fail,
    Close,
}

/// What a server in its right mind says, when there is something to say it to; so that a session gets somewhere.
const REPLIES: &[&str] = &[
    "% OK done",
    "% OK done",
    "% OK done",
    "% OK [CAPABILITY IMAP4rev1 LITERAL- IDLE] done",
    "% NO [TRYCREATE] no",
    "% BAD what",
];

const NEWS: &[usize] = &[14, 17, 18, 21, 21, 20, 27, 28];

fn op() -> impl Strategy<Value = Vec<Op>> {
    let command = || 0_u64..9;
    let milliseconds = prop_oneof![
        0_u64..20_000,
        0_u64..100_000,
        Just(28 * 60_000),
        Just(25 * 3_600_000)
    ];
    let which = prop_oneof![2 => 0..commands().len(), 1 => 11..19_usize];
    let everyday = prop_oneof![
        12 => select(REPLIES).prop_map(Op::Reply),
        6 => (0_usize..200).prop_map(Op::Oblige),
        3 => select(NEWS).prop_map(|line| Op::Say(line, 0, 100)),
        8 => (which, prop::option::weighted(0.3, 0_u64..90_000))
            .prop_map(|(which, deadline)| Op::Send(which, deadline)),
        2 => command().prop_map(Op::Done),
        3 => (command(), any::<bool>()).prop_map(|(handle, give_up)| Op::Answer(handle, give_up)),
        3 => (command(), 0_usize..200).prop_map(|(handle, octets)| Op::Supply(handle, octets)),
        2 => Just(Op::Upgraded),
        1 => command().prop_map(Op::Cancel),
    ];
    let odd = prop_oneof![
        8 => (0..LINES.len(), command(), 0_usize..=130)
            .prop_map(|(line, tag, percent)| Op::Say(line, tag, percent)),
        1 => prop::collection::vec(any::<u8>(), 0..20).prop_map(Op::Octets),
        6 => milliseconds.prop_map(Op::Pass),
        4 => (0_usize..400).prop_map(Op::Write),
        3 => (0_usize..400).prop_map(Op::BeginWrite),
        3 => Just(Op::Written),
        1 => prop::collection::vec(any::<u8>(), 0..20).prop_map(Op::ReadInPlace),
        1 => prop_oneof![0_usize..100, Just(100_000)].prop_map(Op::AskRoom),
        1 => Just(Op::Early),
        6 => Just(Op::PollOne),
        4 => Just(Op::Drain),
        1 => prop_oneof![Just(Op::Eof), Just(Op::Fail), Just(Op::Close)],
    ];
    prop_oneof![
        5 => everyday.prop_map(|op| vec![op, Op::Settle]),
        1 => odd.prop_map(|op| vec![op]),
    ]
}

/// Some sessions are odd from the beginning.
pub fn ops(most: usize) -> impl Strategy<Value = Vec<Op>> {
    let say = |line| Op::Say(line, 0, 100);
    let selected = vec![
        say(1),
        Op::Settle,
        Op::Send(2, None),
        Op::Settle,
        say(18),
        say(2),
        Op::Settle,
    ];
    // A FETCH by number waits behind NOOP, and the numbers change.
    let behind = [
        Op::Send(0, None),
        Op::Send(5, None),
        Op::Settle,
        say(21),
        Op::Settle,
    ];
    let stale = [&selected[..], &behind].concat();
    let begin = prop_oneof![
        1 => Just(vec![]),
        4 => Just(vec![say(0), Op::Settle]),
        2 => Just(vec![say(1), Op::Settle]),
        3 => Just(selected),
        1 => Just(stale),
    ];
    (begin, prop::collection::vec(op(), 0..most))
        .prop_map(|(begin, ops)| [begin, ops.concat()].concat())
}

pub fn commands() -> Vec<Command> {
    let body = MessageDataItemName::BodyExt {
        section: None,
        partial: None,
        peek: true,
    };
    vec![
        Command::noop(),
        Command::capability(),
        Command::select("INBOX").unwrap(),
        Command::examine("Other").unwrap(),
        Command::close(),
        Command::fetch("1:3", Macro::Fast).unwrap(),
        Command::uid_fetch("1:*", vec![body]).unwrap(),
        Command::store("2", StoreType::Add, vec![Flag::Seen]).unwrap(),
        Command::search(vec![SearchKey::All]).unwrap(),
        Command::expunge(),
        Command::append("x", vec![], None, "hello").unwrap(),
        Command::append_streamed("x", vec![], None, 300).unwrap(),
        Command::idle(),
        Command::idle(),
        Command::starttls(),
        Command::compress(),
        Command::login("user", SECRET).unwrap(),
        Command::authenticate_plain("user", SECRET).unwrap(),
        Command::authenticate(AuthMechanism::try_from("XMECH").unwrap(), None),
        Command::raw("X").unwrap().literal("lit").unwrap().into(),
        Command::logout(),
    ]
}
