//! W3: one literal of 256 MiB, inwards and outwards, in reads and writes of 16 KiB.

use super::Settings;
use super::literals::{appenders, fetchers};
use super::resident;
use crate::inputs::bodies::Large;
use crate::line::Line;
use crate::measure::{Entry, Work, side_by_side};

/// W3.
pub fn inwards(settings: Settings) -> Vec<Line> {
    let mebibytes = settings.scaled(256);
    let mut lines = lines("W3", mebibytes, fetchers(mebibytes), settings);
    lines.extend(resident::lines("W3 resident", mebibytes));
    lines
}

/// W3 outwards.
pub fn outwards(settings: Settings) -> Vec<Line> {
    let mebibytes = settings.scaled(256);
    let mut lines = lines("W3 out", mebibytes, appenders(mebibytes), settings);
    lines.extend(resident::lines("W3 out resident", mebibytes));
    lines
}

fn lines(name: &str, mebibytes: u32, entries: Vec<Entry>, settings: Settings) -> Vec<Line> {
    let work = Work {
        name,
        unit: "MiB",
        units: u64::from(mebibytes),
        expected: Large::new(mebibytes).tally(),
        entries,
    };
    side_by_side(&work, settings.rounds)
}
