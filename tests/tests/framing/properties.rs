//! For every stream and every cut of it, the framer agrees with the naive framer.

use imap_machine::framing::{Bounds, Direction, Framer, FramingError, LineKind};
use imap_machine_testkit::model::framing::{Frames, Reader, frames};
use proptest::prelude::*;
use proptest::sample::select;

use super::{receive, receive_octet_by_octet};

/// The parts of streams: what the rules are about, and what only looks like it.
const TOKENS: &[&str] = &[
    "\r\n",
    "\r\n",
    "\r\n",
    "\n",
    "\r",
    " ",
    " ",
    "  ",
    "* ",
    "* ",
    "*",
    "+ ",
    "+",
    "A1 OK ",
    "A1 ",
    "* OK ",
    "* no ",
    "* BYE",
    "*  preauth ",
    "* OK [X] ",
    "* 1 FETCH (",
    "* 1 FETCH (",
    "* 23 fetch (",
    "* 5 UIDFETCH (",
    "* 1 FETCH",
    "*  1 FETCH (",
    "* LIST (",
    "* LIST () \"/\" ",
    "* 3 EXISTS",
    "(",
    ")",
    "(",
    ")",
    "\"",
    "\"",
    "\\",
    "\\\"",
    "\"a b\"",
    "\"x {3}",
    "[",
    "]",
    "BODY[] ",
    "BODY[HEADER.FIELDS (A B)] ",
    "BINARY[1] ",
    "~",
    "UID 7 ",
    "FLAGS (\\Seen a[b) ",
    "NIL",
    "{}",
    "{+}",
    "{-1}",
    "{3 }",
    "{0}\r\n",
    "{0}",
    "{1}\r\n",
    "{3}\r\n",
    "{4+}\r\n",
    "~{5}\r\n",
    "{12}\r\n",
    "{30}\r\n",
    "{30}\n",
    "{003}\r\n",
    "{3}",
    "{99}\r\n",
    "{9223372036854775807}\r\n",
    "{9223372036854775808}\r\n",
    "{99999999999999999999999}\r\n",
    "x",
    "abc",
    "A1 OK done\r\n",
    "\u{0}",
    "\u{e9}",
];

fn tokens() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(select(TOKENS), 0..12).prop_map(|tokens| tokens.concat().into_bytes())
}

/// A literal whose octets follow, and are tokens too.
fn literal() -> impl Strategy<Value = Vec<u8>> {
    tokens().prop_map(|octets| [format!("{{{}}}\r\n", octets.len()).as_bytes(), &octets].concat())
}

/// A FETCH response with literals at several depths, or almost one.
fn fetch() -> impl Strategy<Value = Vec<u8>> {
    let item = prop_oneof![
        4 => (select(&["BODY[] ", "BODY[HEADER.FIELDS (A B)] ", "~", "X (", "BODY[HEADER.FIELDS ("][..]), literal())
            .prop_map(|(name, literal)| [name.as_bytes(), &literal].concat()),
        4 => select(&[" ", "UID 7 ", "FLAGS (a[b \\X) ", "\"q ( {2}\"", ")", "(", "\r\n", "]"][..])
            .prop_map(|text| text.as_bytes().to_vec()),
        1 => tokens(),
    ];
    let ends = select(&[")\r\n", "\r\n", ")\n", "\r\n)\r\n", ""][..]);
    (prop::collection::vec(item, 0..6), ends)
        .prop_map(|(items, end)| [b"* 9 FETCH (", &items.concat()[..], end.as_bytes()].concat())
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![3 => tokens(), 3 => fetch(), 1 => literal()];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

fn bounds() -> impl Strategy<Value = Bounds> {
    let wide = Just((1000, 1u64 << 62, 1000));
    let narrow = (10usize..200, 0u64..120, 10usize..300);
    (prop_oneof![wide, narrow], 0usize..40).prop_map(
        |((line, literal, message), inline_literal)| Bounds {
            line,
            literal,
            inline_literal,
            message,
        },
    )
}

/// Cuts the stream after each length in turn, some handed over by copying and some read in place.
fn receive_cut(bounds: Bounds, mut stream: &[u8], cuts: &[usize]) -> (Frames, usize) {
    let mut reader = Reader::new(bounds);
    for (turn, &cut) in cuts.iter().cycle().enumerate() {
        if stream.is_empty() {
            break;
        }
        let (chunk, rest) = stream.split_at(cut.min(stream.len()));
        stream = rest;
        if turn % 2 == 0 {
            reader.push(chunk);
        } else {
            reader.read(chunk);
        }
    }
    (reader.frames().clone(), reader.handed_out())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_naive_framer_for_every_cut(
        stream in stream(),
        bounds in bounds(),
        cuts in prop::collection::vec(1usize..40, 1..8),
    ) {
        let expected = frames(bounds, &stream);
        prop_assert_eq!(&receive(bounds, &stream), &expected);
        prop_assert_eq!(&receive_octet_by_octet(bounds, &stream), &expected);
        let (outcome, handed_out) = receive_cut(bounds, &stream, &cuts);
        prop_assert_eq!(&outcome, &expected);
        prop_assert!(handed_out <= stream.len());
    }

    #[test]
    fn survives_any_octets_and_any_order_of_calls(
        inputs in prop::collection::vec(stream(), 0..8),
        bounds in bounds(),
    ) {
        // Nothing is consumed or cut, and the input is another one every time. That is nonsense, but must not panic or loop.
        let mut framer = Framer::new(Direction::FromServer, bounds);
        for input in inputs {
            let _ = framer.next(&input);
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
    let (mut kinds, mut errors, mut streamed, mut inline) = ([0; 4], [0; 4], 0, 0);
    for _ in 0..3000 {
        let stream = stream().new_tree(&mut runner).unwrap().current();
        let bounds = bounds().new_tree(&mut runner).unwrap().current();
        let outcome = frames(bounds, &stream);
        for message in &outcome.messages {
            kinds[match message.kind {
                LineKind::Continuation => 0,
                LineKind::Status => 1,
                LineKind::Data => 2,
                LineKind::Tagged => 3,
            }] += 1;
            streamed += message.streamed.len();
            let lines = message.octets.iter().filter(|&&o| o == b'\n').count();
            inline += usize::from(lines > 1 && message.streamed.is_empty());
        }
        if let Some(error) = outcome.error {
            errors[match error {
                FramingError::LineTooLong { .. } => 0,
                FramingError::LiteralTooLarge { .. } => 1,
                FramingError::LiteralSizeOverflow => 2,
                FramingError::MessageTooLarge { .. } => 3,
            }] += 1;
        }
    }
    let least = kinds
        .into_iter()
        .chain(errors)
        .chain([streamed, inline])
        .min();
    assert!(
        least >= Some(30),
        "{kinds:?} {errors:?} {streamed} {inline}"
    );
}
