//! Every sequence of moves in the small world, up to a depth: no seed, no chance. See `imap_machine_testkit::small_world`.

use std::env;

use imap_machine_testkit::small_world::explore;

/// `SMALL_WORLD=5` goes deeper: about ten times as long for each move.
#[test]
fn no_sequence_of_moves_breaks_a_rule() {
    let depth = env::var("SMALL_WORLD").map_or(4, |depth| depth.parse().expect("a number"));
    let explored = explore(depth);
    let explored = explored.unwrap_or_else(|found| {
        let steps: String = found
            .history
            .steps
            .iter()
            .map(ToString::to_string)
            .collect();
        panic!("{:?}\n{steps}", found.breach)
    });
    println!(
        "{} states by {} moves, {depth} deep",
        explored.states, explored.moves
    );
    // With fewer states than this, moves are missing.
    let least = [7, 90, 1_000, 8_000, 50_000];
    let least = least.get(depth).copied().unwrap_or(100_000);
    assert!(explored.states >= least, "{explored:?}");
}

/// Two explorations give the same result.
#[test]
fn nothing_is_left_to_chance() {
    let twice = [2, 2].map(|depth| explore(depth).expect("no rule broken"));
    assert_eq!(twice[0], twice[1]);
}
