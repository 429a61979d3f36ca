//! `imapscope simulate`: whole lives of a connection, made by chance, until one breaks a rule.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use imap_machine_testkit::simulation::{Campaign, Failure, History, Totals, shrink};

use crate::cli;
use crate::style::{BAD, GOOD, Styled};

/// How often the totals are shown.
const EVERY: Duration = Duration::from_secs(5);

pub fn run(options: &cli::Simulate) -> anyhow::Result<ExitCode> {
    let end = options.start.saturating_add(options.seeds);
    let mut campaign = Campaign::new(options.start..end);
    campaign.threads = options.threads.unwrap_or(campaign.threads);
    let begin = Instant::now();
    let shown = Mutex::new(begin);
    let done = campaign.run(|totals| {
        let mut last = shown.lock().unwrap_or_else(|it| it.into_inner());
        if last.elapsed() >= EVERY {
            *last = Instant::now();
            anstream::eprintln!("{}", summary(totals, begin));
        }
    });
    let mut output = anstream::stdout().lock();
    match done {
        Ok(totals) => {
            writeln!(output, "{}", totals.coverage)?;
            let summary = summary(&totals, begin);
            writeln!(output, "{} {summary}, no rule broken", Styled(GOOD, "✔"))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(failure) => {
            tell(&mut output, &failure)?;
            Ok(ExitCode::FAILURE)
        }
    }
}

fn summary(totals: &Totals, begin: Instant) -> String {
    let Totals {
        lives,
        steps,
        outcomes,
        coverage,
    } = totals;
    let rate = *lives as f64 / begin.elapsed().as_secs_f64();
    let pairs = coverage.pairs();
    format!(
        "{lives} seeds ({rate:.0}/s): {steps} steps, {outcomes} commands ended, {pairs} hazards"
    )
}

fn tell(output: &mut impl std::io::Write, failure: &Failure) -> anyhow::Result<()> {
    let Failure {
        seed,
        climate,
        breach,
        history,
    } = failure;
    let broken = &breach.broken;
    writeln!(
        output,
        "{} seed {seed}, step {} of {}: {}\n  seen: {}\n  world: {climate:?}\n  again: imapscope simulate --start {seed} --seeds 1\n",
        Styled(BAD, "✘"),
        breach.step,
        history.steps.len(),
        broken.rule,
        broken.seen,
    )?;
    let small = shrink(history, breach);
    let title = format!("seed {seed}: {}", broken.rule);
    write!(output, "{}", told(&small, &title))?;
    Ok(())
}

/// The history as a scenario file, if it can be one.
fn told(history: &History, title: &str) -> String {
    history.scenario(title).unwrap_or_else(|| {
        let steps: String = history.steps.iter().map(ToString::to_string).collect();
        format!("# {title}\n{steps}# then: {:?}\n", history.ending)
    })
}
