//! What of an answer could not be read.

use anyhow::bail;
use imap_machine::client::Event;

use crate::json;
use crate::terminal::printable;

/// Says what is missing in what was shown. An answer that is not whole is a failure.
pub(super) fn whole(unread: &[Event<'_>]) -> anyhow::Result<()> {
    not_read(unread);
    match unread.len() {
        0 => Ok(()),
        1 => bail!("a line of the answer could not be read; it stands above"),
        lines => bail!("{lines} lines of the answer could not be read; they stand above"),
    }
}

pub(super) fn not_read(unread: &[Event<'_>]) {
    for event in unread {
        let line = match event {
            Event::Unrecognized { line, .. } => String::from_utf8_lossy(line).into_owned(),
            event => json::line(&json::event(event)),
        };
        anstream::eprintln!("not read: {}", printable(&line));
    }
}
