//! `imapscope scenario`: plays conversations and says which line differs.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use anyhow::{Context as _, ensure};
use imap_machine_testkit::scenario::{self, Chunking, Scenario};

use crate::cli;
use crate::style::{BAD, GOOD, Styled};

/// Whether the expectations of a file are kept or rewritten before it is played.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Compare,
    Update,
}

pub fn run(options: &cli::Scenario) -> anyhow::Result<ExitCode> {
    let mut files = Vec::new();
    for path in &options.paths {
        let found = scenario::files(path);
        files.append(&mut found.with_context(|| format!("cannot read {}", path.display()))?);
    }
    let mode = match env::var_os("UPDATE") {
        Some(value) if value == "1" => Mode::Update,
        _ => Mode::Compare,
    };
    ensure!(!files.is_empty(), "there are no *.imap files there");
    let mut output = anstream::stdout().lock();
    let mut failed = 0;
    for file in &files {
        let shown = file.display();
        match play(file, options.once, mode) {
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

/// Plays a file, and returns how many plays there were.
fn play(file: &Path, once: bool, mode: Mode) -> anyhow::Result<usize> {
    let mut text = fs::read_to_string(file).context("cannot be read")?;
    if mode == Mode::Update {
        let recorded = scenario::record(&text)?;
        if recorded != text {
            fs::write(file, &recorded).context("cannot be written")?;
            text = recorded;
        }
    }
    let scenario = Scenario::parse(&text)?;
    if once {
        scenario::run(&scenario, Chunking::WHOLE)?;
        return Ok(1);
    }
    Ok(scenario::run_all(&scenario)?)
}
