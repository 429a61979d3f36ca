//! Playing scenarios through an adapter.

use std::fmt;
use std::fs;
use std::path::Path;

use imap_machine::client::Config;

use super::adapter::Adapter;
use super::chunking::Chunking;
use super::octets::escape;
use super::run::{Interruption, Place, bare, broken_off, compare, equal, transcript};
use super::wire::Wire;
use super::{Cuts, Mismatch, Scenario, files};

const SAME: &str = "the same as from the bare machine";

/// Plays a scenario through an adapter: whole, octet by octet and cut at random, then interrupted in every way before and after
/// each `S:` block and after the last step. Events and output must be those of the bare machine. Returns the number of plays.
///
/// # Errors
///
/// The first line that went otherwise in any of them.
pub fn run_through<A: Adapter>(
    scenario: &Scenario,
    adapter: impl Fn(Config, Wire) -> A,
) -> Result<usize, Mismatch> {
    let adapter = |wire| adapter(scenario.config, wire);
    let whole = transcript(scenario, Chunking::WHOLE, bare(scenario))?;
    let ways = match scenario.cuts {
        Cuts::Anywhere => usize::MAX,
        Cuts::Nowhere => 1,
    };
    let mut plays = 0;
    for chunking in Chunking::uncut().chain(Chunking::seeded()).take(ways) {
        let other = transcript(scenario, chunking, adapter)?;
        compare(&whole, &other, SAME, chunking)?;
        plays += 1;
    }
    let edges = scenario.blocks().enumerate();
    let edges = edges.flat_map(|(block, octets)| [0, octets.len()].map(|at| Place { block, at }));
    for place in edges.chain([Place::END]) {
        for how in Interruption::ALL {
            let (heard, written) = broken_off(scenario, place, how, bare(scenario))?;
            let (others, also_written) = broken_off(scenario, place, how, adapter)?;
            let play = format!("{how}, {place}");
            compare(&heard, &others, SAME, &play)?;
            equal(&escape(&written), &escape(&also_written), SAME, &play)?;
            plays += 1;
        }
    }
    Ok(plays)
}

/// How a folder of scenarios was played through an adapter.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many scenarios there were.
    pub scenarios: usize,
    /// How many plays.
    pub plays: usize,
    /// Files in which the adapter does something else, as `otherwise` said.
    pub otherwise: usize,
    /// Files that went wrong, and how.
    pub failed: Vec<String>,
}

/// Plays all scenarios of a folder through an adapter. `otherwise` names the files in which the adapter does something else than
/// the bare machine, each with what comes instead.
#[must_use]
pub fn run_folder_through<A: Adapter>(
    folder: &Path,
    otherwise: &[(&str, &str)],
    adapter: impl Fn(Config, Wire) -> A,
) -> Report {
    let mut report = Report::default();
    let files = files(folder).unwrap_or_else(|error| {
        report.failed.push(format!("{}: {error}", folder.display()));
        Vec::new()
    });
    for path in files {
        let expected = otherwise.iter().find(|(name, _)| path.ends_with(name));
        report.scenarios += 1;
        match (play(&path, &adapter), expected) {
            (Ok(Ok(plays)), None) => report.plays += plays,
            (Ok(Err(mismatch)), Some((_, instead))) if mismatch.got == *instead => {
                report.plays += 1;
                report.otherwise += 1;
            }
            (played, _) => {
                let problem = match played {
                    Ok(Ok(_)) => {
                        "it does what the bare machine does, and is said not to".to_owned()
                    }
                    Ok(Err(mismatch)) => mismatch.to_string(),
                    Err(problem) => problem,
                };
                report.failed.push(format!("{}: {problem}", path.display()));
            }
        }
    }
    report
}

fn play<A: Adapter>(
    path: &Path,
    adapter: impl Fn(Config, Wire) -> A,
) -> Result<Result<usize, Mismatch>, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let scenario = Scenario::parse(&text).map_err(|error| error.to_string())?;
    Ok(run_through(&scenario, adapter))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failed in &self.failed {
            writeln!(f, "FAILED {failed}")?;
        }
        write!(
            f,
            "{} scenarios, {} plays, {} otherwise as was said, {} failed",
            self.scenarios,
            self.plays,
            self.otherwise,
            self.failed.len()
        )
    }
}
