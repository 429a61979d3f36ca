//! Explores the small world: `small_world [DEPTH]`, 4 by default. Prints a sequence that breaks a rule.

use std::process::ExitCode;

use imap_machine_testkit::small_world::explore;

fn main() -> ExitCode {
    let depth = match std::env::args().nth(1).map(|argument| argument.parse()) {
        Some(Ok(depth)) => depth,
        Some(Err(_)) => panic!("usage: small_world [DEPTH], a number"),
        None => 4,
    };
    match explore(depth) {
        Ok(explored) => {
            println!(
                "{} states by {} moves, {depth} deep: no rule broken",
                explored.states, explored.moves
            );
            ExitCode::SUCCESS
        }
        Err(found) => {
            let broken = &found.breach.broken;
            println!(
                "{} moves: {}\n  seen: {}",
                found.depth, broken.rule, broken.seen
            );
            for step in &found.history.steps {
                print!("{step}");
            }
            ExitCode::FAILURE
        }
    }
}
