//! For every stream of a client, every cut of it and every decision of the reader, the framer agrees with the naive framer.

use imap_machine::framing::{Bounds, Delivery, Direction, Framer, FramingError};
use imap_machine_tests::from_client::{Decision, Reader, Script, commands, read};
use proptest::prelude::*;
use proptest::sample::select;

/// The parts of streams: what the rules are about, and what only looks like it.
const TOKENS: &[&str] = &[
    "\r\n",
    "\r\n",
    "\n",
    "\r",
    " ",
    "A1 ",
    "A1 LOGIN ",
    "A2 NOOP\r\n",
    "A3 APPEND INBOX (\\Seen) ",
    "DONE\r\n",
    "AGFsaWNl\r\n",
    "*\r\n",
    "* 1 FETCH (BODY[] ",
    "+ ",
    "(",
    ")",
    "\"",
    "\"",
    "\\",
    "\\\"",
    "\"a b\"",
    "\"x {3}",
    "~",
    "{}",
    "{+}",
    "{-1}",
    "{3 }",
    "{3++}",
    "{0}\r\n",
    "{0+}\r\n",
    "{0}",
    "{1}\r\n",
    "{3}\r\n",
    "{4+}\r\n",
    "~{5}\r\n",
    "~{5+}\r\n",
    "{12}\n",
    "{30}\r\n",
    "{30+}\r\n",
    "{003+}\r\n",
    "{99}\r\n",
    "{99+}\r\n",
    "{9223372036854775807}\r\n",
    "{9223372036854775808}\r\n",
    "{9223372036854775808+}\r\n",
    "{99999999999999999999999}\r\n",
    "abc",
    "\u{0}",
    "\u{e9}",
];

fn tokens() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(select(TOKENS), 0..9).prop_map(|tokens| tokens.concat().into_bytes())
}

/// A literal whose octets follow, and are tokens too.
fn literal() -> impl Strategy<Value = Vec<u8>> {
    (tokens(), select(&["", "+"][..])).prop_map(|(octets, plus)| {
        let header = format!("{{{}{plus}}}\r\n", octets.len());
        [header.as_bytes(), &octets].concat()
    })
}

/// A command with literals, the octets of each after its header.
fn command() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        4 => literal(),
        2 => select(&[" ", " \"q {2}\" ", " (a) ", " ~"][..]).prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::collection::vec(part, 0..5)
        .prop_map(|parts| [b"A1 X ", &parts.concat()[..], b"\r\n"].concat())
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![3 => tokens(), 4 => command(), 1 => literal()];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

fn bounds() -> impl Strategy<Value = Bounds> {
    let wide = Just((1000, 1u64 << 62, 1000));
    let narrow = (10usize..200, 0u64..120, 10usize..300);
    prop_oneof![wide, narrow].prop_map(|(line, literal, message)| Bounds {
        line,
        literal,
        inline_literal: 0,
        message,
    })
}

fn script() -> impl Strategy<Value = Script> {
    let decision = select(&[Decision::Buffer, Decision::Stream, Decision::Refuse][..]);
    let line = prop_oneof![5 => Just(false), 1 => Just(true)];
    (
        prop::collection::vec(decision, 1..6),
        prop::collection::vec(line, 1..6),
    )
        .prop_map(|(decisions, lines)| Script { decisions, lines })
}

/// The stream in pieces of these lengths, again and again.
fn cut<'a>(mut stream: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for &cut in cuts.iter().cycle() {
        if stream.is_empty() {
            break;
        }
        let (piece, rest) = stream.split_at(cut.min(stream.len()));
        pieces.push(piece);
        stream = rest;
    }
    pieces
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_naive_framer_for_every_cut(
        stream in stream(),
        bounds in bounds(),
        script in script(),
        cuts in prop::collection::vec(1usize..40, 1..8),
    ) {
        let expected = commands(bounds, &script, &stream);
        prop_assert_eq!(&read(bounds, &script, [&stream[..]]), &expected);
        prop_assert_eq!(&read(bounds, &script, stream.chunks(1)), &expected);
        let mut reader = Reader::new(bounds, script);
        cut(&stream, &cuts).into_iter().for_each(|piece| reader.push(piece));
        prop_assert_eq!(reader.commands(), &expected);
        prop_assert!(reader.handed_out() <= stream.len());
    }

    #[test]
    fn survives_any_octets_and_any_order_of_calls(
        inputs in prop::collection::vec((stream(), 0..4_u8), 0..12),
        bounds in bounds(),
    ) {
        // Nothing is consumed or cut, and decisions come unasked. That is nonsense, but must not panic or loop.
        let mut framer = Framer::new(Direction::FromClient, bounds);
        for (input, call) in inputs {
            let _ = framer.next(&input);
            match call {
                0 => framer.refuse(),
                1 => framer.expect_line(),
                2 => drop(framer.accept(Delivery::Buffered)),
                _ => drop(framer.accept(Delivery::Streamed)),
            }
            let _ = (framer.need(), framer.streamed().len());
        }
    }
}

/// The generator must reach what the property is about.
#[test]
fn the_generator_reaches_every_outcome() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let (mut errors, mut refusals) = ([0; 4], [0; 3]);
    let (mut buffered, mut streamed, mut refused, mut skipped) = (0, 0, 0, 0);
    let kind = |error: &FramingError| match error {
        FramingError::LineTooLong { .. } => 0,
        FramingError::LiteralTooLarge { .. } => 1,
        FramingError::LiteralSizeOverflow => 2,
        FramingError::MessageTooLarge { .. } => 3,
    };
    for _ in 0..3000 {
        let stream = stream().new_tree(&mut runner).unwrap().current();
        let bounds = bounds().new_tree(&mut runner).unwrap().current();
        let script = script().new_tree(&mut runner).unwrap().current();
        let outcome = commands(bounds, &script, &stream);
        if let Some(error) = &outcome.error {
            errors[kind(error)] += 1;
        }
        for error in outcome
            .announced
            .iter()
            .filter_map(|(_, error)| error.as_ref())
        {
            refusals[kind(error) - 1] += 1;
        }
        for command in &outcome.complete {
            let lines = command.octets.iter().filter(|&&o| o == b'\n').count();
            buffered += usize::from(lines > 1 && !command.refused && command.streamed.is_empty());
            streamed += command.streamed.len();
            refused += usize::from(command.refused);
        }
        skipped += usize::from(!outcome.skipped.is_empty());
    }
    let counts = [buffered, streamed, refused, skipped];
    let least = errors.iter().chain(&refusals).chain(&counts).min();
    assert!(least >= Some(&30), "{errors:?} {refusals:?} {counts:?}");
}
