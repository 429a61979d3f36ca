//! Which mailbox data is about.

use imap_machine::State;
use imap_machine::client::Access;
use imap_machine::codec::{ResponseText, Untagged};
use imap_machine::imap_types::response::Data;

use super::Session;
use crate::model::mailbox::{Begun, Mailbox, Opening};

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

    /// Untagged data. Whether it contradicts what was said before.
    pub(super) fn data(&mut self, data: &Untagged<'_>) -> bool {
        if let Untagged::Data(Data::Capability(names)) = data {
            let names = names.as_ref().iter().map(ToString::to_string);
            self.learn(names.collect::<Vec<_>>().join(" ").as_bytes());
        }
        if let Some(opening) = &mut self.opening {
            // Without [CLOSED] nothing says where the old mailbox ends; the new one begins with its counts
            // (RFC 9051 section 6.3.2), and they may be the old one's last news: then they come again.
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
            (None, Untagged::Data(_)) => false,
            (None, Untagged::Vanished(vanished)) => !vanished.earlier,
            (None, _) => true,
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
}
