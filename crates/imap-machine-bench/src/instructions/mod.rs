//! Instruction counts under valgrind: the same on a busy machine as on an idle one.
//!
//! Each piece of work is run at two sizes, and only [`measured`] is counted. The difference of the counts is divided by that of
//! the sizes, so that what is done once cancels out.

mod callgrind;
mod failure;
mod recorded;
mod work;

use failure::{FILE, TOLERANCE};
use recorded::Recorded;

pub use failure::Failure;

use crate::goals::COUNTS;
use crate::tally::Tally;

/// Counts everything, prints the table, and compares it with the recorded counts; or records it.
///
/// # Errors
///
/// See [`Failure`].
pub fn run(update: bool) -> Result<(), Failure> {
    callgrind::available()?;
    let recorded = Recorded::read(FILE)?;
    let mut now = Recorded::of_this_compiler();
    if !update && recorded.rustc != now.rustc {
        println!("recorded with {}, this is {}", recorded.rustc, now.rustc);
    }
    println!(
        "{:<24}{:<12}{:>10}{:>10}{:>9}",
        "", "", "recorded", "now", ""
    );
    let mut grown = Vec::new();
    for work in work::ALL {
        let count = count(work)?;
        let before = recorded.instructions.get(work.name).copied();
        let change = before.map(|before| count as f64 / before as f64 - 1.0);
        println!(
            "{:<24}{:<12}{:>10}{count:>10}{:>9}",
            work.name,
            work.unit,
            before.map_or("-".to_owned(), |before| before.to_string()),
            change.map_or("new".to_owned(), |change| format!(
                "{:+.1} %",
                change * 100.0
            )),
        );
        if change.is_none_or(|change| change > TOLERANCE) {
            grown.push(work.name);
        }
        now.instructions.insert(work.name.to_owned(), count);
    }
    println!("\nGoals");
    for said in COUNTS
        .iter()
        .filter_map(|goal| goal.judge(&now.instructions))
    {
        println!("  {said}");
    }
    if update {
        return now.write(FILE);
    }
    if grown.is_empty() {
        Ok(())
    } else {
        Err(Failure::Grown(grown))
    }
}

fn count(work: &work::Work) -> Result<u64, Failure> {
    let (small, large) = work.sizes;
    let one = callgrind::count(work.name, small)?;
    let other = callgrind::count(work.name, large)?;
    let units = f64::from(large - small);
    Ok((other.saturating_sub(one) as f64 / units).round() as u64)
}

/// Does one piece of work of one size: what valgrind runs.
///
/// # Errors
///
/// When there is no work of this name.
pub fn work(name: &str, size: u32) -> Result<(), String> {
    let work = work::ALL.iter().find(|work| work.name == name);
    let work = work.ok_or_else(|| format!("no work is called `{name}`"))?;
    let (mut run, expected) = work.prepare(size);
    let tally = measured(&mut *run);
    match tally == expected {
        true => Ok(()),
        false => Err(format!("{name}: what was read is not what was sent")),
    }
}

/// What is counted. callgrind is told this function's name.
#[inline(never)]
fn measured(work: &mut dyn FnMut() -> Tally) -> Tally {
    work()
}
