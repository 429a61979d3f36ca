//! Arguments that several commands of a scenario have.

use imap_machine::client::{Command, Flag, InvalidArgument};

use super::problem::Problem;
use super::words::Words;

/// A command, or why it cannot be one.
pub(super) type Built = Result<Command, InvalidArgument>;

/// The list of flags that may come next.
pub(super) fn flags(words: &mut Words<'_>) -> Result<Vec<Flag<'static>>, Problem> {
    let list = words.list()?.unwrap_or_default();
    let flags = list.trim_matches(['(', ')']).split_whitespace();
    Ok(flags.map(|flag| Flag::from(flag.to_owned())).collect())
}

/// `at "17-Jul-1996 02:44:25 -0700"`, which may come next.
pub(super) fn date(words: &mut Words<'_>) -> Result<Option<String>, Problem> {
    match words.keyword("at") {
        true => words.text("a date and time in quotes").map(Some),
        false => Ok(None),
    }
}
