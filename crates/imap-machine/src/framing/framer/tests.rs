use proptest::prelude::*;

use super::*;

const BOUNDS: Bounds = Bounds {
    line: 20,
    literal: 12,
    inline_literal: 6,
    message: 30,
};

proptest! {
    #[test]
    fn a_glance_at_crumbs_sees_what_a_look_would(
        pieces in prop::collection::vec(
            prop::sample::select(alloc::vec![
                "* 1 FETCH (BODY[] {3}\r\n", "{7}\r\n", "{7+}\r\n", "* OK", "\r\n", "\n", ")", "abcdefghi", " {9}",
            ]),
            1..12,
        ),
        crumbs in prop::collection::vec(1..12_usize, 1..9),
        direction in prop::sample::select(alloc::vec![Direction::FromServer, Direction::FromClient]),
        accepts in prop::collection::vec(any::<bool>(), 1..5),
    ) {
        let mut accepts = accepts.into_iter().cycle();
        let octets = pieces.concat().into_bytes();
        let (mut framer, mut input) = (Framer::new(direction, BOUNDS), Vec::new());
        let (mut rest, mut crumbs) = (&octets[..], crumbs.into_iter().cycle());
        let mut incomplete = false;
        while !rest.is_empty() {
            let (crumb, after) = rest.split_at(crumbs.next().unwrap_or(1).min(rest.len()));
            input.extend_from_slice(crumb);
            rest = after;
            let mut looking = framer.clone();
            if incomplete && framer.goes_on(&input) {
                prop_assert_eq!(looking.next(&input), Ok(Framed::Incomplete));
                prop_assert_eq!(alloc::format!("{looking:?}"), alloc::format!("{framer:?}"));
                continue;
            }
            loop {
                match framer.next(&input) {
                    Ok(Framed::Incomplete) => break,
                    Ok(Framed::Message(message)) => drop(input.drain(..message.len)),
                    Ok(Framed::Piece(piece)) => drop(input.drain(piece.range)),
                    Ok(Framed::Skipped(range)) => drop(input.drain(range)),
                    Ok(Framed::Announced(_)) => match accepts.next() {
                        Some(true) if framer.accept(Delivery::Buffered).is_ok() => {}
                        _ => framer.refuse(),
                    },
                    Err(_) => return Ok(()),
                }
            }
            incomplete = true;
        }
    }
}
