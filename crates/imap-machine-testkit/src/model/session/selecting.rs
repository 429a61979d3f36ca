//! Which mailbox the server speaks of, and which commands its news renumber.

use imap_machine::State;
use imap_machine::client::{Access, ClientConnection, CommandHandle};
use imap_machine::codec::{ResponseText, Untagged};

use super::numbers::Numbers;
use super::{Issued, Session, Stage};
use crate::model::mailbox::{Begun, Mailbox, Opening};
use crate::rule::Checked;
use crate::rule::rule;

impl Session {
    pub(super) fn open(&mut self, access: Access) {
        self.opening = Some(Opening {
            mailbox: Mailbox::new(None, access, self.tracked),
            begun: match self.selected {
                Some(_) => Begun::No,
                None => Begun::Yes,
            },
        });
    }

    /// RFC 9051 section 6.3.2: after a failed SELECT no mailbox is selected.
    pub(super) fn opened(&mut self, ok: bool, text: &ResponseText<'_>) {
        let opening = self.opening.take();
        if !self.is_authenticated() {
            return;
        }
        self.selected = opening.filter(|_| ok).map(|opening| opening.mailbox);
        self.state = match ok {
            true => State::Selected,
            false => State::Authenticated,
        };
        self.selected_code(text);
    }

    /// A response code about the mailbox that is selected.
    pub(super) fn selected_code(&mut self, text: &ResponseText<'_>) {
        if let (Some(mailbox), Some(code)) = (&mut self.selected, text.raw_code()) {
            mailbox.code(code);
        }
    }

    /// Applies untagged data. Returns whether it contradicts what the server said before.
    pub(super) fn data(&mut self, data: &Untagged<'_>) -> bool {
        if let Untagged::Capability(names) = data {
            self.learn(names.words.raw());
        }
        if let Some(opening) = &mut self.opening {
            // Without [CLOSED] nothing says where the old mailbox ends. The new one begins with its counts
            // (RFC 9051 section 6.3.2). These counts may still be about the old one: then the counts of the new one follow.
            let counts = matches!(data, Untagged::Exists(_) | Untagged::Recent(_));
            if opening.begun == Begun::No && counts {
                opening.begun = Begun::Maybe;
            }
            if opening.begun == Begun::Maybe {
                opening.mailbox.guess(data);
                return false;
            }
        }
        let silent = self.silent_stores();
        let subject = match &mut self.opening {
            Some(opening) if opening.begun == Begun::Yes => Some(&mut opening.mailbox),
            _ => self.selected.as_mut(),
        };
        match (subject, data) {
            (Some(mailbox), _) => {
                let before = mailbox.count();
                let wrong = mailbox.apply(data);
                mailbox.told_meanwhile(data, &silent);
                let gone = mailbox.count() < before;
                if gone && !matches!(data, Untagged::Exists(_)) && self.opening.is_none() {
                    self.numbers_end();
                }
                wrong
            }
            (None, _) if self.state == State::Logout => false,
            (None, Untagged::Vanished(vanished)) => !vanished.earlier,
            (None, data) => matches!(
                data,
                Untagged::Exists(_)
                    | Untagged::Recent(_)
                    | Untagged::Expunge(_)
                    | Untagged::Fetch(_)
            ),
        }
    }

    /// The code of an untagged status response, or of the OK of a command that is not about selecting.
    pub(super) fn mailbox_code(&mut self, text: &ResponseText<'_>) {
        let Some(code) = text.raw_code() else {
            return;
        };
        if text.has_code("CLOSED") {
            // RFC 7162 section 3.2.11: whatever came before was about the old mailbox.
            if let Some(opening) = &mut self.opening {
                opening.mailbox = opening.mailbox.fresh();
                opening.begun = Begun::Yes;
            }
            self.selected = None;
            if self.state == State::Selected {
                self.state = State::Authenticated;
            }
            return;
        }
        match (&mut self.opening, &mut self.selected) {
            // SELECT is answered with codes before its OK (RFC 9051 section 6.3.2).
            (Some(opening), _) => opening.mailbox.code(code),
            (None, Some(mailbox)) => mailbox.code(code),
            (None, None) => {}
        }
    }

    /// A command that is sent is about the mailbox that it was meant for.
    pub(super) fn begins(&self, handle: CommandHandle, connection: &ClientConnection) -> Checked {
        let mut commands = self.commands.iter();
        let queued = |it: &&Issued| it.handle == handle && it.stage == Stage::Queued;
        let Some(begins) = commands.find(queued) else {
            return Ok(());
        };
        // A command that is neither open nor known to be given up was not sent; its outcome has not been polled yet.
        let open: Vec<_> = connection.commands().map(|it| it.command.handle).collect();
        let others = self.commands.iter().filter(|it| match it.stage {
            Stage::Queued => false,
            Stage::Started => open.contains(&it.handle),
            Stage::GivenUp => true,
        });
        let others: Vec<_> = others.collect();
        self.mailbox_is_known(&others)?;
        self.numbers_hold(begins, &others)
    }

    /// RFC 9051 section 6.3.2: if a SELECT fails, no mailbox is selected. Not every server keeps to that.
    fn mailbox_is_known(&self, others: &[&Issued]) -> Checked {
        let selects = |it: &&&Issued| {
            it.stage == Stage::Started && matches!(it.verb.as_str(), "SELECT" | "EXAMINE")
        };
        let selecting = others.iter().find(selects);
        rule(
            "nothing is sent early while another mailbox is selected",
            selecting.is_none() || self.selected.is_none(),
            || format!("{selecting:?}"),
        )
    }

    /// RFC 9051 section 5.5: when a command by number is sent, its numbers are still right, and no command that may change them is
    /// in flight.
    fn numbers_hold(&self, begins: &Issued, others: &[&Issued]) -> Checked {
        let numbers = begins.numbers;
        if !matches!(numbers, Numbers::Fresh | Numbers::Stale) {
            return Ok(());
        }
        rule(
            "numbers are not sent when they are stale",
            numbers == Numbers::Fresh,
            || begins.handle.to_string(),
        )?;
        // Section 7.5.1: no EXPUNGE while one of the first three is answered. The OK of the others may have come: their outcome, or the
        // end of one that was given up, comes with the layer.
        const KEEPS: [&str; 5] = ["FETCH", "STORE", "SEARCH", "COMPRESS", "STARTTLS"];
        let mut others = others.iter();
        let beside = others.find(|it| !KEEPS.contains(&it.verb.as_str()));
        rule(
            "numbers are not sent beside what may change them",
            beside.is_none(),
            || format!("{} beside {beside:?}", begins.handle),
        )
    }

    /// Numbers of commands that were sent after this SELECT, and before the next, are about its mailbox.
    pub(super) fn numbers_begin(&mut self, select: CommandHandle) {
        let selects = |it: &Issued| matches!(it.verb.as_str(), "SELECT" | "EXAMINE");
        let after = self.commands.iter_mut().filter(|it| it.handle > select);
        for command in after.take_while(|it| !selects(it)) {
            command.numbers = Numbers::of(&command.verb);
        }
    }

    /// A message has gone: those after it have other numbers now.
    pub(super) fn numbers_end(&mut self) {
        let queued = self.commands.iter_mut();
        for command in queued.filter(|it| it.stage == Stage::Queued) {
            if command.numbers == Numbers::Fresh {
                command.numbers = Numbers::Stale;
            }
        }
    }
}
