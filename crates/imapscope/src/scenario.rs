//! `imapscope scenario`: plays conversations and says which line differs.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use imap_machine_testkit::scenario::{self, Chunking, Scenario};

use crate::cli;
use crate::style::{BAD, GOOD, Styled};

pub fn run(options: &cli::Scenario) -> anyhow::Result<ExitCode> {
    let mut files = Vec::new();
    for path in &options.paths {
        find(path, &mut files).with_context(|| format!("cannot read {}", path.display()))?;
    }
    ensure!(!files.is_empty(), "there are no *.imap files there");
    let mut output = anstream::stdout().lock();
    let mut failed = 0;
    for file in &files {
        let shown = file.display();
        match play(file, options.once) {
            Ok(plays) => writeln!(output, "{} {shown}  {plays} plays", Styled(GOOD, "✔"))?,
            Err(problem) => {
                failed += 1;
                writeln!(output, "{} {shown}\n  {problem:#}", Styled(BAD, "✘"))?;
            }
        }
        output.flush()?;
    }
    let plural = if files.len() == 1 { "" } else { "s" };
    writeln!(output, "{} scenario{plural}, {failed} differ", files.len())?;
    Ok(match failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// A file as it is named; the *.imap files of a directory, at any depth.
fn find(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !fs::metadata(path)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let entries = fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path()));
    let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    for entry in entries {
        let is_scenario = entry
            .extension()
            .is_some_and(|extension| extension == "imap");
        if entry.is_dir() || is_scenario {
            find(&entry, files)?;
        }
    }
    Ok(())
}

/// How many plays there were.
fn play(file: &Path, once: bool) -> anyhow::Result<usize> {
    let text = fs::read_to_string(file).context("cannot be read")?;
    let scenario = Scenario::parse(&text)?;
    if once {
        scenario::run(&scenario, Chunking::WHOLE)?;
        return Ok(1);
    }
    Ok(scenario::run_all(&scenario)?)
}
