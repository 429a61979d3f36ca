//! Runs a number of lives, and names a seed that breaks a rule: `simulate [SEEDS [START]]`. `imapscope simulate` shows more.

use std::process::ExitCode;

use imap_machine_testkit::simulation::Campaign;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse());
    let mut number = |otherwise: u64| match arguments.next() {
        Some(Ok(number)) => number,
        Some(Err(_)) => panic!("usage: simulate [SEEDS [START]], both numbers"),
        None => otherwise,
    };
    let (seeds, start) = (number(10_000), number(0));
    match Campaign::new(start..start + seeds).run(|_| {}) {
        Ok(totals) => {
            println!("{} seeds, no rule broken", totals.lives);
            ExitCode::SUCCESS
        }
        Err(failure) => {
            let broken = &failure.breach.broken;
            println!(
                "seed {}: {}\n  seen: {}",
                failure.seed, broken.rule, broken.seen
            );
            if std::env::var_os("HISTORY").is_some() {
                for step in &failure.history.steps {
                    print!("{step}");
                }
            }
            ExitCode::FAILURE
        }
    }
}
