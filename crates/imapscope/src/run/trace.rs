//! `--trace`: every event, on standard error.

use std::collections::HashMap;

use imap_machine::Instant;
use imap_machine::client::{ClientConnection, CommandHandle, Event, Phase};
use imap_machine_tokio::Observer;

use crate::json;
use crate::style::{DIM, Styled};
use crate::terminal::printable;

/// Longer lines are cut.
const WIDTH: usize = 400;

#[derive(Default)]
pub struct Trace {
    phases: HashMap<CommandHandle, Phase>,
}

impl Trace {
    fn line(now: Instant, sign: char, text: &str) {
        let mut text = printable(text);
        if let Some((end, _)) = text.char_indices().nth(WIDTH) {
            text.truncate(end);
            text.push('…');
        }
        let at = now.saturating_since(Instant::ORIGIN).as_secs_f64();
        anstream::eprintln!("{} {sign} {text}", Styled(DIM, format!("{at:8.3}")));
    }
}

impl Observer for Trace {
    fn event(&mut self, event: &Event<'_>, now: Instant) {
        Self::line(now, '>', &json::line(&json::event(event)));
    }

    fn drained(&mut self, connection: &ClientConnection, now: Instant) {
        for progress in connection.commands() {
            let handle = progress.command.handle;
            let before = self.phases.insert(handle, progress.phase);
            if before != Some(progress.phase) {
                let phase = match progress.phase {
                    Phase::Queued => "queued",
                    Phase::Sending => "is being sent",
                    Phase::AwaitingContinuation => "waits for +",
                    Phase::AwaitingCompletion => "sent",
                };
                Self::line(now, '!', &format!("{} {phase}", progress.command));
            }
        }
    }
}
