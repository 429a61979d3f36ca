//! Plays every file of `scenarios/` in every way. `UPDATE=1` rewrites what they expect.

use std::path::Path;
use std::{env, fs};

use imap_machine_testkit::scenario::{self, Scenario};
use imap_machine_tests::play;

fn play_or_update(path: &Path) -> Result<usize, String> {
    if env::var_os("UPDATE").is_some_and(|value| value == "1") {
        let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
        let recorded = scenario::record(&text).map_err(|error| error.to_string())?;
        if recorded != text {
            fs::write(path, recorded).map_err(|error| error.to_string())?;
        }
        return Ok(0);
    }
    play::play(path)
}

#[test]
fn every_scenario_in_every_way() {
    let folder = play::scenario_folder();
    let files = scenario::files(&folder).expect("the scenarios");
    assert!(
        files.len() >= 40,
        "only {} files in {folder:?}",
        files.len()
    );
    let wanted = env::var("SCENARIO").unwrap_or_default();
    let chosen: Vec<_> = files
        .iter()
        .filter(|path| path.to_string_lossy().contains(&wanted))
        .collect();
    let results = play::in_parallel(&chosen, |path| play_or_update(path));
    let (mut plays, mut failed) = (0, 0);
    for (path, result) in chosen.iter().zip(&results) {
        match result {
            Ok(count) => plays += count,
            Err(problem) => {
                failed += 1;
                let name = path.strip_prefix(&folder).unwrap_or(path);
                println!("FAILED {}: {problem}", name.display());
            }
        }
    }
    println!(
        "{} scenarios, {plays} plays, {failed} failed",
        results.len()
    );
    assert_eq!(
        failed, 0,
        "see above; UPDATE=1 rewrites expectations, SCENARIO=name plays one file"
    );
}

/// The examples in the manual and the README pass, and recording them changes nothing.
#[test]
fn the_manual_is_right() {
    check_first_example(include_str!("../../docs/scenarios.md"));
    check_first_example(include_str!("../../crates/imap-machine-testkit/README.md"));
}

fn check_first_example(page: &str) {
    let block = page.split("```").nth(1).expect("an example");
    let example = block.trim_start_matches("text").trim_start();
    let scenario = Scenario::parse(example).expect("a scenario");
    if let Err(mismatch) = scenario::run_all(&scenario) {
        panic!("{mismatch}");
    }
    assert_eq!(scenario::record(example).as_deref(), Ok(example));
}
