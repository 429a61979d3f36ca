//! Rows of imap-machine, asked for what they do not have.

use imap_machine::bounded_static::ToBoundedStatic;
use imap_machine::client::Config;
use imap_machine::codec::Fetch;

use super::Run;
use super::imap_machine::Session;
use crate::inputs::Rows;
use crate::server::Script;
use crate::tally::Tally;

/// How many accessors are called for each row.
pub const ACCESSORS: u32 = 5;

/// Rows of plain items, asked for other items. The rows are read before. The tally counts the accessors that found something: none.
///
/// # Panics
///
/// When a line is no row.
#[must_use]
pub fn absent(input: &Rows) -> (Run, Tally) {
    let lines = input.octets.split_inclusive(|octet| *octet == b'\n');
    let rows = lines.map(|line| Fetch::parse(line, &[]).expect("a row").to_static());
    asked(rows.collect(), |row| {
        [
            row.rfc822_size().is_some(),
            row.internal_date().is_some(),
            row.envelope().is_some(),
            row.body_structure().is_some(),
            row.section("BODY[]").is_some(),
        ]
    })
}

/// Rows with ENVELOPE and BODYSTRUCTURE that come through a connection, asked for what they do not have besides.
#[must_use]
pub fn absent_of_heavy(script: Script) -> (Run, Tally) {
    let mut rows = Vec::new();
    Session::open(script, Config::default()).rows(|row| rows.push(row.to_static()));
    asked(rows, |row| {
        [
            row.modseq().is_some(),
            row.section("BODY[]").is_some(),
            row.section("BODY[TEXT]").is_some(),
            row.section("BINARY[1]").is_some(),
            row.section("RFC822.HEADER").is_some(),
        ]
    })
}

type Found = [bool; ACCESSORS as usize];

fn asked(rows: Vec<Fetch<'static>>, ask: impl Fn(&Fetch<'_>) -> Found + 'static) -> (Run, Tally) {
    let run = move || {
        let mut tally = Tally::default();
        for row in &rows {
            let found = ask(row).into_iter().filter(|found| *found);
            tally.numbers(found.map(u32::from));
        }
        tally
    };
    (Box::new(run), Tally::default())
}
