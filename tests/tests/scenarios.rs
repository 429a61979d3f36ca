//! Plays every file of `scenarios/` in every way. `UPDATE=1` rewrites what they expect.

use std::path::{Path, PathBuf};
use std::{env, fs, thread};

use imap_machine_testkit::scenario::{self, Scenario};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "imap")
        {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn play(path: &Path) -> Result<usize, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    if env::var_os("UPDATE").is_some_and(|value| value == "1") {
        let recorded = scenario::record(&text).map_err(|error| error.to_string())?;
        if recorded != text {
            fs::write(path, recorded).map_err(|error| error.to_string())?;
        }
        return Ok(0);
    }
    let scenario = Scenario::parse(&text).map_err(|error| error.to_string())?;
    if scenario.title.is_empty() {
        return Err("line 1: a title is missing".to_owned());
    }
    scenario::run_all(&scenario).map_err(|mismatch| mismatch.to_string())
}

#[test]
fn every_scenario_in_every_way() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let files = files(&folder);
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
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let results: Vec<_> = thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|worker| {
                let mine: Vec<_> = chosen.iter().skip(worker).step_by(workers).collect();
                scope.spawn(move || {
                    let mine = mine.into_iter();
                    mine.map(|path| (*path, play(path))).collect::<Vec<_>>()
                })
            })
            .collect();
        let joined = handles
            .into_iter()
            .map(|handle| handle.join().expect("no panic"));
        joined.flatten().collect()
    });
    let plays: usize = results
        .iter()
        .filter_map(|(_, result)| result.as_ref().ok())
        .sum();
    let mut failed = 0;
    for (path, result) in &results {
        if let Err(problem) = result {
            failed += 1;
            let name = path.strip_prefix(&folder).unwrap_or(path);
            println!("FAILED {}: {problem}", name.display());
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
