//! The table.

use std::fmt::Write;

use crate::contenders::Contender;
use crate::goals::{self, Verdict};
use crate::line::Line;

/// What is compared.
const VERSIONS: &str = "imap-next 0.3.4, io-imap 0.7.1, async-imap 0.12.0, imap 3.0.0-alpha.15, imap-codec 2.0.0-alpha.10";

/// The table as text.
#[must_use]
pub fn text(lines: &[Line]) -> String {
    let mut text = format!("{VERSIONS}\n");
    let mut last = "";
    for line in lines {
        if line.work != last {
            last = &line.work;
            let _ = writeln!(
                text,
                "\n{last} ({})\n  {:<28}{:>12}{:>22}{:>9}{:>9}{:>10}{:>10}",
                line.unit, "", "median", "min..max", "x next", "allocs", "octets", "peak"
            );
        }
        let _ = writeln!(text, "{}", row(line, lines));
    }
    let _ = writeln!(text, "\nGoals");
    for verdict in goals::judge(lines) {
        let _ = writeln!(text, "  {}", verdict_row(&verdict));
    }
    text
}

fn row(line: &Line, lines: &[Line]) -> String {
    let low = line.rounds.iter().copied().fold(f64::INFINITY, f64::min);
    let high = line
        .rounds
        .iter()
        .copied()
        .fold(f64::NEG_INFINITY, f64::max);
    let spread = match line.rounds.len() {
        1 => String::new(),
        _ => format!("{}..{}", short(low), short(high)),
    };
    let next = lines
        .iter()
        .find(|other| other.work == line.work && other.contender == Contender::ImapNext);
    let ratio = next.map_or(String::new(), |next| format!("{:.2}", line.ratio(next)));
    let (allocations, octets, peak) = match line.heap {
        Some(heap) => (
            short(heap.allocations),
            short(heap.octets),
            octets(heap.peak),
        ),
        None => Default::default(),
    };
    let row = format!(
        "  {:<28}{:>12}{spread:>22}{ratio:>9}{allocations:>9}{octets:>10}{peak:>10}",
        line.contender.name(),
        short(line.median())
    );
    row.trim_end().to_owned()
}

fn verdict_row(verdict: &Verdict) -> String {
    let goal = &verdict.goal;
    match verdict.measured {
        Some(measured) => {
            let judgement = if verdict.met { "met" } else { "NOT MET" };
            format!(
                "{:<36}{:<38}{:>12}   {judgement}",
                goal.work,
                goal.says,
                short(measured)
            )
        }
        None => format!(
            "{:<36}{:<38}{:>12}   not measured",
            goal.work, goal.says, "-"
        ),
    }
}

/// The value with three significant digits.
fn short(value: f64) -> String {
    match value.abs() {
        magnitude if magnitude >= 100.0 => format!("{value:.0}"),
        magnitude if magnitude >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// An amount of memory.
fn octets(amount: u64) -> String {
    match amount as f64 {
        amount if amount >= 1e6 => format!("{} MB", short(amount / 1e6)),
        amount if amount >= 1e3 => format!("{} kB", short(amount / 1e3)),
        amount => format!("{amount} B"),
    }
}

/// The table as JSON.
///
/// # Panics
///
/// Never: all values have a form in JSON (NaN is written as null).
#[must_use]
pub fn json(lines: &[Line]) -> String {
    let goals = goals::judge(lines);
    let all = serde_json::json!({ "lines": lines, "goals": goals });
    serde_json::to_string_pretty(&all).expect("plain values")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_are_those_that_are_built() {
        let manifest = include_str!("../Cargo.toml");
        let exact: Vec<_> = manifest.split("version = \"=").skip(1).collect();
        assert_eq!(exact.len(), VERSIONS.split(", ").count());
        for version in exact {
            let version = version.split('"').next().unwrap_or_default();
            assert!(VERSIONS.contains(version), "{version}");
        }
    }

    #[test]
    fn ratios_are_taken_in_each_round() {
        let line = |contender, rounds: &[f64]| Line {
            rounds: rounds.to_vec(),
            ..Line::exact("W", contender, "ns", 0.0)
        };
        // The machine was three times slower in the second round.
        let ours = line(Contender::ImapMachine, &[1.0, 3.0, 1.0]);
        let theirs = line(Contender::ImapNext, &[10.0, 30.0, 10.0]);
        assert!((ours.ratio(&theirs) - 10.0).abs() < 1e-9);
        assert!((ours.median() - 1.0).abs() < 1e-9);
    }
}
