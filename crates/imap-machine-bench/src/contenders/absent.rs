//! Rows of imap-machine, asked for what they do not have.

use imap_machine::bounded_static::ToBoundedStatic;
use imap_machine::codec::Fetch;

use super::Run;
use crate::inputs::Rows;
use crate::tally::Tally;

/// How many accessors are called for each row.
pub const ACCESSORS: u32 = 5;

/// The rows are read before. The tally counts the accessors that found something: none.
///
/// # Panics
///
/// When a line is no row.
#[must_use]
pub fn absent(input: &Rows) -> (Run, Tally) {
    let lines = input.octets.split_inclusive(|octet| *octet == b'\n');
    let rows = lines.map(|line| Fetch::parse(line, &[]).expect("a row").to_static());
    let rows: Vec<_> = rows.collect();
    let run = move || {
        let mut tally = Tally::default();
        for row in &rows {
            let found = [
                row.rfc822_size().is_some(),
                row.internal_date().is_some(),
                row.envelope().is_some(),
                row.body_structure().is_some(),
                row.section("BODY[]").is_some(),
            ];
            tally.numbers(found.into_iter().filter(|found| *found).map(u32::from));
        }
        tally
    };
    (Box::new(run), Tally::default())
}
