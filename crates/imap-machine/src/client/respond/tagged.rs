//! Tagged responses: how commands end.

use alloc::boxed::Box;

use crate::client::command::{
    CommandHandle, Completion, Effect, Entry, Evidence, Interest, Numbering, Outcome, Refusal, Tag,
    Transit,
};
use crate::client::event::{Cause, Event};
use crate::client::exchange::step::{Cue, Step};
use crate::client::exchange::upgrade::{self, LayerChange};
use crate::client::machine::{Life, Machine};
use crate::client::mailbox_news::MailboxNews;
use crate::client::standing::Heard;
use crate::codec::{Octets, ResponseText, StatusKind};
use crate::error::{CloseReason, PeerMisbehaved};
use crate::state::{State, Transition};

impl Machine {
    pub(super) fn tagged<'a>(
        &mut self,
        tag: &'a [u8],
        status: StatusKind,
        text: ResponseText<'a>,
        behind: &'a [u8],
    ) -> Event<'a> {
        let sent = self.sent();
        let Some(entry) = self.commands.by_tag(tag) else {
            let tag = Octets::from(tag);
            return Event::UnexpectedTag { tag, status, text };
        };
        if status == StatusKind::Bye {
            // jstedfast/MailKit#1536: a tagged BYE. The command ends with the connection.
            return self.bye(text);
        }
        let ours = entry.tag;
        let premature = match status {
            _ if !entry.has_left(sent) => Some(PeerMisbehaved::AnsweredUnsent {
                tag: alloc::format!("{ours}"),
            }),
            StatusKind::Ok if !entry.is_sent(sent) => Some(PeerMisbehaved::EarlyOk {
                tag: alloc::format!("{ours}"),
            }),
            _ => None,
        };
        if let Some(fault) = premature {
            self.fail(CloseReason::PeerMisbehaved(fault));
            let tag = Octets::from(tag);
            return Event::UnexpectedTag { tag, status, text };
        }
        if status == StatusKind::Ok {
            if let Some(event) = self.on_ok(ours, &text, behind) {
                return event;
            }
        }
        self.complete(ours, status, text)
    }

    /// A tagged OK that is not the end of its command.
    fn on_ok<'a>(
        &mut self,
        tag: Tag,
        text: &ResponseText<'a>,
        after: &'a [u8],
    ) -> Option<Event<'a>> {
        let handle = tag.handle;
        let entry = self.commands.get(handle)?;
        let cause = match entry.is_open() {
            true => Cause::Solicited(handle),
            false => Cause::Abandoned(handle),
        };
        let information = || Event::Status {
            status: StatusKind::Ok,
            text: text.clone(),
            cause,
        };
        if entry.exchange.talks() {
            let goes_on = self.is_open() && entry.is_open();
            let goes_on = goes_on.then(|| self.advance(handle, Cue::Completed));
            return matches!(goes_on, Some(Step::Again(_))).then(|| {
                self.learn(text);
                information()
            });
        }
        let now = self.clock.now();
        match upgrade::advance(handle, &entry.profile.effect, text, after, now) {
            LayerChange::Stay => None,
            // A connection that is being closed needs no new layer.
            LayerChange::Switch(_) | LayerChange::Fail(_) if !self.is_open() => {
                self.end_locally();
                Some(information())
            }
            LayerChange::Fail(reason) => {
                self.fail(reason);
                Some(information())
            }
            LayerChange::Switch(upgrade) => {
                let layer = upgrade.layer;
                self.life = Life::Upgrading(Box::new(upgrade));
                let surplus = Octets::from(after);
                Some(Event::Upgrade {
                    handle,
                    layer,
                    surplus,
                })
            }
        }
    }

    /// The new layer is in place. `false` when no change was under way.
    pub(crate) fn upgraded(&mut self) -> bool {
        let Life::Upgrading(upgrade) = &self.life else {
            return false;
        };
        let (handle, text) = (upgrade.handle, upgrade.text.clone());
        let is_wanted = self.commands.get(handle).is_some_and(Entry::is_open);
        let limit = self.config.limits.capabilities;
        upgrade.stand(&mut self.standing, is_wanted, limit);
        self.life = Life::Open {
            since: self.clock.now(),
        };
        self.clock.progressed();
        self.settle(handle, completed(text));
        self.commands.remove(handle);
        true
    }

    /// The end of a command, by its tagged response.
    fn complete<'a>(&mut self, tag: Tag, status: StatusKind, text: ResponseText<'a>) -> Event<'a> {
        let handle = tag.handle;
        self.output.continuation.revoke(handle);
        let Some(entry) = self.commands.get(handle) else {
            return Event::Late {
                handle,
                status,
                text,
            };
        };
        let (interest, changes_flags) = (entry.interest, entry.profile.change.is_some());
        // The server was promised octets that will not come (RFC 7888 section 4), or a header is half written. It would
        // take the next octets for the rest of that.
        let half_sent = match entry.transit {
            Transit::Sending { .. } => !entry.fragments.is_empty(),
            Transit::AwaitingContinuation { asked, .. } => asked > self.sent(),
            Transit::Queued | Transit::AwaitingCompletion { .. } => false,
        };
        if self.output.writer == Some(handle) {
            self.output.writer = None;
        }
        let selects = entry.profile.selects();
        if status == StatusKind::Ok && !selects {
            // The OK of NOOP, EXPUNGE and MOVE may carry HIGHESTMODSEQ (RFC 7162 section 3.2.7).
            self.standing.learn_mailbox_code(&text);
        }
        if changes_flags {
            self.stored(handle, status, &text);
        }
        let effect = self.commands.remove(handle).unwrap_or(Effect::None);
        self.apply_effect(tag, &effect, status, &text);
        self.learn_code(&text);
        if half_sent && self.is_open() {
            let tag = alloc::format!("{tag}");
            self.fail(CloseReason::HalfSent { tag });
        }
        if effect == Effect::Logout && status == StatusKind::Ok {
            self.fail(CloseReason::LoggedOut);
        }
        if interest == Interest::Given {
            return Event::Late {
                handle,
                status,
                text,
            };
        }
        let outcome = match status {
            StatusKind::No => Outcome::Refused {
                refusal: Refusal::No,
                text,
            },
            StatusKind::Bad => Outcome::Refused {
                refusal: Refusal::Bad,
                text,
            },
            _ => completed(text),
        };
        Event::Outcome { handle, outcome }
    }

    /// Applies what the end of a command changes, before the application hears of it.
    fn apply_effect(
        &mut self,
        tag: Tag,
        effect: &Effect,
        status: StatusKind,
        text: &ResponseText<'_>,
    ) {
        let done = status == StatusKind::Ok;
        match effect {
            Effect::Select { .. } if done => {
                self.standing.apply(Transition::SelectOk);
                match self.standing.state {
                    State::Selected => self.standing.selection.opened(text),
                    // Only a raw SELECT can go out before the login, and no server may accept it (RFC 9051 section 6.3).
                    _ => drop(self.standing.selection.close()),
                }
                self.number_from(tag.handle);
            }
            Effect::Select { .. } => {
                self.standing.apply(Transition::SelectFailed);
                self.standing.selection.close();
                self.number_from(tag.handle);
            }
            Effect::Deselect if done => {
                self.standing.apply(Transition::Closed);
                self.standing.selection.close();
            }
            Effect::Login | Effect::Authenticate(_) if done => {
                self.standing.apply(Transition::AuthenticateOk);
                // RFC 9051 section 6.2.2: capabilities may have changed. A list that came during the command still holds, and so
                // does one in this response.
                if self.standing.heard == Heard::BeforeLogin {
                    self.standing.capabilities.forget();
                }
            }
            Effect::Unauthenticate if done => {
                self.standing.apply(Transition::UnauthenticateOk);
                self.standing.selection.close();
                self.standing.capabilities.forget();
                // RFC 8437 section 3.
                self.standing.extensions.forget();
                self.standing.news = MailboxNews::default();
                if let Some(seldom) = self.standing.seldom_mut() {
                    seldom.append_limits.forget();
                }
            }
            Effect::Notify(news) if done => self.standing.news = *news,
            Effect::Logout if done => self.standing.apply(Transition::LogoutOk),
            _ => {}
        }
    }

    /// From now on, sequence numbers of commands that wait for this SELECT count in the mailbox that it opened.
    fn number_from(&mut self, select: CommandHandle) {
        let epoch = self.standing.selection.epoch();
        for entry in self.commands.after_mut(select) {
            if entry.profile.selects() {
                break;
            }
            if entry.numbering == Numbering::SelectedBy(select) {
                entry.numbering = Numbering::Epoch(epoch);
            }
        }
    }
}

fn completed(text: ResponseText<'_>) -> Outcome<'_> {
    Outcome::Ok(Completion {
        text,
        evidence: Evidence::Tagged,
    })
}

#[cfg(test)]
mod tests {
    use crate::Instant;
    use crate::client::{ClientConnection, Command, CommandOptions, Config, Event, Outcome};
    use crate::error::CloseReason;
    use crate::state::State;

    /// After this the server would take the next octets for the literal whose header is still to be written.
    #[test]
    fn refused_before_its_header_has_left() {
        let now = Instant::ORIGIN;
        let mut connection = ClientConnection::new(Config::default(), now);
        connection.handle_input(b"* PREAUTH ready\r\n", now);
        let append = Command::append("INBOX", *b"message").unwrap();
        let options = CommandOptions::default();
        connection.send(append, options, now).unwrap();
        while connection.poll_event().is_some() {}
        assert_eq!(connection.transmit(), b"A1 APPEND INBOX {7}\r\n");
        connection.handle_transmitted(5, now);
        connection.handle_input(b"A1 BAD line too long\r\n", now);
        assert!(matches!(
            connection.poll_event(),
            Some(Event::Outcome {
                outcome: Outcome::Refused { .. },
                ..
            })
        ));
        assert!(connection.transmit().is_empty());
        assert!(matches!(
            connection.poll_event(),
            Some(Event::Closed(closed)) if matches!(closed.reason(), CloseReason::HalfSent { .. })
        ));
    }

    /// BYE comes before the OK of LOGOUT (RFC 9051 section 6.1.3). Servers forget it.
    #[test]
    fn a_logout_without_bye_logs_out() {
        let now = Instant::ORIGIN;
        let mut connection = ClientConnection::new(Config::default(), now);
        connection.handle_input(b"* PREAUTH ready\r\n", now);
        let options = CommandOptions::default();
        connection.send(Command::logout(), options, now).unwrap();
        while connection.poll_event().is_some() {}
        connection.handle_transmitted(connection.transmit().len(), now);
        connection.handle_input(b"A1 OK done\r\n", now);
        assert!(matches!(
            connection.poll_event(),
            Some(Event::Outcome {
                outcome: Outcome::Ok(_),
                ..
            })
        ));
        assert_eq!(connection.state(), State::Logout);
    }
}
