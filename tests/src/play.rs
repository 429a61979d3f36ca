//! Plays scenario files, and uses all processors.

use std::path::{Path, PathBuf};
use std::{fs, thread};

use imap_machine_testkit::scenario::{self, Scenario};

/// The folder that holds the scenarios of this repository.
#[must_use]
pub fn scenario_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// Plays a scenario file in every way; returns how many plays that were.
///
/// # Errors
///
/// The file cannot be read, has no title, or something else happened than it says; in words.
pub fn play(path: &Path) -> Result<usize, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let scenario = Scenario::parse(&text).map_err(|error| error.to_string())?;
    if scenario.title.is_empty() {
        return Err("line 1: a title is missing".to_owned());
    }
    scenario::run_all(&scenario).map_err(|mismatch| mismatch.to_string())
}

/// Works on all items with all processors. The results are in the order of the items.
///
/// # Panics
///
/// When `work` does.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let work = &work;
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|worker| {
                let mine = items.iter().enumerate().skip(worker).step_by(workers);
                scope.spawn(move || {
                    mine.map(|(index, item)| (index, work(item)))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        let joined = handles
            .into_iter()
            .map(|handle| handle.join().expect("no panic"));
        joined.flatten().collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
