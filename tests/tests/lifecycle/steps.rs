//! The steps of a life: mostly what is waited for, so that a session makes progress, and anything else in between.

use imap_machine_tests::operations::{LINES, Op};
use proptest::prelude::*;
use proptest::sample::select;

/// How many of the commands are sent. The proportions here are made for these.
const COMMANDS: usize = 21;

/// What happens.
#[derive(Clone, Debug)]
pub enum Step {
    /// An operation. The number of a command is a pick among those that are open.
    Op(Op),
    /// The server does what is waited for: it sends this line, or `+`.
    Reply(&'static str),
    /// The application does what is waited for.
    Oblige(usize),
    /// The transport takes this number of octets, but only `Written` reports them.
    BeginWrite(usize),
    Written,
    /// Octets are read in place; or space for this number of octets is asked for, and none come.
    ReadInPlace(Vec<u8>),
    AskRoom(usize),
    /// The clock goes backwards.
    Early,
    /// The loop of every adapter.
    Settle,
}

/// What a good server says to a command.
const REPLIES: &[&str] = &[
    "% OK done",
    "% OK done",
    "% OK done",
    "% OK [CAPABILITY IMAP4rev1 LITERAL- IDLE] done",
    "% NO [TRYCREATE] no",
    "% BAD what",
];

const NEWS: &[usize] = &[14, 17, 18, 21, 21, 20, 27, 28];

fn step() -> impl Strategy<Value = Vec<Step>> {
    let command = || 0_u64..9;
    let milliseconds = prop_oneof![
        0_u64..20_000,
        0_u64..100_000,
        Just(28 * 60_000),
        Just(25 * 3_600_000)
    ];
    let which = prop_oneof![2 => 0..COMMANDS, 1 => 11..19_usize];
    let everyday = prop_oneof![
        12 => select(REPLIES).prop_map(Step::Reply),
        6 => (0_usize..200).prop_map(Step::Oblige),
        3 => select(NEWS).prop_map(|line| Step::Op(Op::Say(line, 0, 100))),
        8 => (which, prop::option::weighted(0.3, 0_u64..90_000))
            .prop_map(|(which, deadline)| Step::Op(Op::Send(which, deadline))),
        2 => command().prop_map(|pick| Step::Op(Op::Done(pick))),
        3 => (command(), any::<bool>()).prop_map(|(handle, give_up)| Step::Op(Op::Answer(handle, give_up))),
        3 => (command(), 0_usize..200).prop_map(|(handle, octets)| Step::Op(Op::Supply(handle, octets))),
        2 => Just(Step::Op(Op::Upgraded)),
        1 => command().prop_map(|pick| Step::Op(Op::Cancel(pick))),
    ];
    let odd = prop_oneof![
        8 => (0..LINES.len(), command(), 0_usize..=130)
            .prop_map(|(line, tag, percent)| Step::Op(Op::Say(line, tag, percent))),
        1 => prop::collection::vec(any::<u8>(), 0..20).prop_map(|octets| Step::Op(Op::Octets(octets, 0, 100))),
        6 => milliseconds.prop_map(|span| Step::Op(Op::Pass(span))),
        4 => (0_usize..400).prop_map(|octets| Step::Op(Op::Write(octets))),
        3 => (0_usize..400).prop_map(Step::BeginWrite),
        3 => Just(Step::Written),
        1 => prop::collection::vec(any::<u8>(), 0..20).prop_map(Step::ReadInPlace),
        1 => prop_oneof![0_usize..100, Just(100_000)].prop_map(Step::AskRoom),
        1 => Just(Step::Early),
        6 => Just(Step::Op(Op::PollOne)),
        4 => Just(Step::Op(Op::Drain)),
        1 => select(vec![Op::Eof, Op::Fail, Op::Close]).prop_map(Step::Op),
    ];
    prop_oneof![
        5 => everyday.prop_map(|step| vec![step, Step::Settle]),
        1 => odd.prop_map(|step| vec![step]),
    ]
}

/// Some sessions are odd from the beginning.
pub fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let say = |line| Step::Op(Op::Say(line, 0, 100));
    let send = |which| Step::Op(Op::Send(which, None));
    let selected = vec![
        say(1),
        Step::Settle,
        send(2),
        Step::Settle,
        say(18),
        say(2),
        Step::Settle,
    ];
    // A FETCH by number waits for NOOP, and the numbers change.
    let renumbered = [send(0), send(5), Step::Settle, say(21), Step::Settle];
    let stale = [&selected[..], &renumbered].concat();
    let begin = prop_oneof![
        1 => Just(vec![]),
        4 => Just(vec![say(0), Step::Settle]),
        2 => Just(vec![say(1), Step::Settle]),
        3 => Just(selected),
        1 => Just(stale),
    ];
    (begin, prop::collection::vec(step(), 0..most))
        .prop_map(|(begin, steps)| [begin, steps.concat()].concat())
}
