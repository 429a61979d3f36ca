//! Resident memory: each contender in a process of its own, which says at its end how large it has been.

use std::process::Command;
use std::{env, fs};

use super::{literals, remote_bodies};
use crate::inputs::bodies::Large;
use crate::line::Line;

/// Measures the work of this name and size, each contender in a process of its own.
///
/// # Panics
///
/// When a process cannot be started, or fails.
#[must_use]
pub fn lines(work: &str, mebibytes: u32) -> Vec<Line> {
    let program = env::current_exe().expect("this program has a path");
    let entries = entries(work, mebibytes).into_iter();
    let lines = entries.map(|entry| {
        let mut child = Command::new(&program);
        let (who, size) = (entry.contender.name(), mebibytes.to_string());
        let output = child.args(["resident", work, who, &size]).output();
        let output = output.expect("this program can be started again");
        let said = String::from_utf8_lossy(&output.stdout);
        let mebibytes = said.trim().parse().ok().filter(|_| output.status.success());
        let failed = || panic!("{who}: {}", String::from_utf8_lossy(&output.stderr));
        Line::exact(
            work,
            entry.contender,
            "MiB",
            mebibytes.unwrap_or_else(failed),
        )
    });
    lines.collect()
}

fn entries(work: &str, mebibytes: u32) -> Vec<crate::measure::Entry> {
    match work {
        "W3 resident" => literals::fetchers(mebibytes),
        "Body over TCP resident" => remote_bodies::bodies(mebibytes),
        _ => literals::appenders(mebibytes),
    }
}

/// What the other process does: the work of one contender, and how many MiB this process has been at most.
///
/// # Errors
///
/// No contender has this name, or the system does not tell the size.
pub fn one(work: &str, who: &str, mebibytes: u32) -> Result<f64, String> {
    let mut entries = entries(work, mebibytes).into_iter();
    let entry = entries.find(|entry| entry.contender.name() == who);
    let entry = entry.ok_or_else(|| format!("there is no contender `{who}`"))?;
    let mut run = (entry.prepare)();
    assert_eq!(run(), Large::new(mebibytes).tally(), "{who}");
    let status = fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.trim().strip_suffix(" kB"));
    let peak: Option<f64> = peak.and_then(|peak| peak.parse().ok());
    peak.map(|kibibytes| kibibytes / 1024.0)
        .ok_or_else(|| "no VmHWM in /proc/self/status".to_owned())
}
