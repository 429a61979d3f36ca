//! What each response of the server does.

mod continuation;
mod rows;
mod stored;
mod tagged;

use alloc::boxed::Box;
use alloc::string::String;

use super::append_limits::AppendLimits;
use super::config::TlsPolicy;
use super::continuation::Continuation;
use super::event::{Cause, Event, LiteralPiece};
use super::machine::{Life, Machine};
use super::mailbox_news::MailboxNews;
use super::routing;
use crate::codec::{
    self, Context, Fetch, FetchNumber, NameEncoding, Octets, Response, ResponseText, RowStart,
    StatusKind, Untagged,
};
use crate::error::{CloseReason, PeerMisbehaved};
use crate::framing::StreamedLiteral;
use crate::incoming::Unread;
use crate::lexer::without_line_end;
use crate::limits::Limits;
use crate::state::{State, Transition};

pub use rows::Rows;

// Characters that are kept of a text that explains the end of a connection.
const KEPT_TEXT: usize = 1000;

/// A response as it was framed, and the octets that follow it.
#[derive(Clone, Copy)]
pub(crate) struct Received<'a> {
    /// The line, its end included.
    pub(crate) message: &'a [u8],
    pub(crate) start: Start,
    /// Its literals that were streamed, and are not in `message`.
    pub(crate) streamed: &'a [StreamedLiteral],
    /// What has been received after it.
    pub(crate) behind: &'a [u8],
}

/// What was read of a message before its end was known.
#[derive(Clone, Copy)]
pub(crate) enum Start {
    Nothing,
    /// It is no row of FETCH.
    Other,
    /// It is one, and ends here if all its items are plain.
    Row(RowStart, Option<usize>),
}

impl Start {
    /// Reads the start of the next message. A plain row is taken.
    #[inline]
    pub(crate) fn of(mut unread: Unread<'_>) -> Self {
        let Some(row) = RowStart::read(unread.octets()) else {
            return Self::Other;
        };
        let len = row.whole().filter(|len| unread.allows(*len));
        len.into_iter().for_each(|len| unread.take(len));
        Self::Row(row, len)
    }
}

impl<'a> Received<'a> {
    /// The message as a row of FETCH.
    #[inline]
    fn row(&self) -> Option<Fetch<'a>> {
        match self.start {
            Start::Nothing => Fetch::parse(self.message, self.streamed),
            Start::Other => None,
            // It was not framed, so `streamed` is still of the message before it.
            Start::Row(row, Some(_)) => Some(row.of(self.message, &[])),
            Start::Row(row, None) => Some(row.of(self.message, self.streamed)),
        }
    }

    fn decode(&self, limits: &Limits, names: NameEncoding) -> Response<'a> {
        let context = Context {
            nesting: limits.nesting,
            names,
        };
        codec::decode(self.message, &context)
    }
}

impl Machine {
    /// Applies a response, and returns its event.
    pub(crate) fn respond<'a>(&mut self, received: Received<'a>) -> Event<'a> {
        self.clock.disturb();
        if self.standing.state == State::Greeting {
            return self.greeting(received);
        }
        // Most lines of a server are FETCH, so this comes first.
        if let Some(fetch) = received.row() {
            let mut fetch = fetch.bounded(self.config.limits.nesting);
            fetch.find_uid();
            return self.row(fetch);
        }
        let names = self.standing.extensions.name_form();
        match received.decode(&self.config.limits, names) {
            Response::Continuation { text } => self.continuation(text),
            Response::Tagged { tag, status, text } => {
                self.tagged(tag, status, text, received.behind)
            }
            Response::Status {
                status: StatusKind::Bye,
                text,
            } => self.bye(text),
            Response::Status { status, text } => self.status(status, text),
            Response::Untagged(data) => {
                self.learn_session(&data);
                self.untagged(data, received.message)
            }
            Response::Unrecognized(line) => {
                let exists = self.standing.selection.exists();
                Event::Unrecognized {
                    line: Octets::from(line),
                    cause: routing::unrecognized_cause(&self.commands, line, exists),
                }
            }
        }
    }

    fn greeting<'a>(&mut self, received: Received<'a>) -> Event<'a> {
        match received.decode(&self.config.limits, NameEncoding::default()) {
            Response::Status {
                status: StatusKind::Bye,
                text,
            } => self.bye(text),
            Response::Status { status, text }
                if matches!(status, StatusKind::Ok | StatusKind::Preauth) =>
            {
                self.standing.apply(match status {
                    StatusKind::Preauth => Transition::GreetingPreauth,
                    _ => Transition::GreetingOk,
                });
                self.learn_code(&text);
                self.clock.progressed();
                let exposed = self.config.security == TlsPolicy::RequireStartTls
                    && status == StatusKind::Preauth;
                if exposed {
                    self.fail(CloseReason::PeerMisbehaved(
                        PeerMisbehaved::PreauthBeforeTls,
                    ));
                }
                Event::Greeting { status, text }
            }
            other => {
                let line = without_line_end(received.message);
                let excerpt = String::from_utf8_lossy(line.get(..200).unwrap_or(line));
                let fault = PeerMisbehaved::NotAGreeting(excerpt.into_owned());
                self.fail(CloseReason::PeerMisbehaved(fault));
                let cause = Cause::Unsolicited;
                match other {
                    // The server says why it does not talk with us (jstedfast/MailKit#1073).
                    Response::Status { status, text } => Event::Status {
                        status,
                        text,
                        cause,
                    },
                    _ => Event::Unrecognized {
                        line: Octets::from(line),
                        cause,
                    },
                }
            }
        }
    }

    fn bye<'a>(&mut self, text: ResponseText<'a>) -> Event<'a> {
        self.standing.apply(Transition::Bye);
        self.standing.selection.close();
        self.output.continuation = Continuation::Nobody;
        if self.is_open() {
            self.withdraw_all();
            let since = self.clock.now();
            let reason = self.ended_by_server(CloseReason::Bye(excerpt(&text)));
            let reason = Box::new(reason);
            self.life = Life::Leaving { since, reason };
        }
        Event::Bye { text }
    }

    fn status<'a>(&mut self, status: StatusKind, text: ResponseText<'a>) -> Event<'a> {
        if matches!(status, StatusKind::No | StatusKind::Bad) {
            let warning = alloc::format!("{status} {}", excerpt(&text));
            self.standing.told_seldom().last_warning = Some(warning.into());
        }
        self.learn(&text);
        let cause = routing::status_cause(&self.commands, &text);
        Event::Status {
            status,
            text,
            cause,
        }
    }

    fn untagged<'a>(&mut self, data: Untagged<'a>, message: &[u8]) -> Event<'a> {
        let out_of_place = matches!(data, Untagged::Expunge(_)) && !self.may_be_renumbered();
        let exists = self.standing.selection.exists();
        let wrong = self.standing.selection.apply(&data);
        let out_of_place = out_of_place.then_some(PeerMisbehaved::ExpungeOutOfPlace);
        let misspelled =
            matches!(data, Untagged::Expunge(_)) && without_line_end(message).ends_with(b"D");
        let misspelled = misspelled.then_some(PeerMisbehaved::ExpungeMisspelled);
        let cause = match self.standing.selection.is_of_old(&data) {
            true => Cause::Unsolicited,
            false => routing::cause(&self.commands, &data, exists),
        };
        Event::Untagged {
            cause,
            violation: self.held_against(wrong.or(out_of_place).or(misspelled)),
            data,
        }
    }

    /// A row of FETCH.
    fn row<'a>(&mut self, fetch: Fetch<'a>) -> Event<'a> {
        let exists = self.standing.selection.exists();
        let violation = self.standing.selection.apply_row(&fetch);
        if self.commands.has_silent() {
            self.told_meanwhile(&fetch);
        }
        let cause = match self.standing.selection.is_before_closed() {
            true => Cause::Unsolicited,
            false => routing::fetch_cause(&self.commands, &fetch, exists),
        };
        Event::Untagged {
            cause,
            violation: self.held_against(violation),
            data: Untagged::Fetch(fetch),
        }
    }

    /// Whether EXPUNGE may come now.
    fn may_be_renumbered(&self) -> bool {
        self.standing.news == MailboxNews::AtOnce || self.commands.may_be_renumbered()
    }

    /// After BYE the mailbox is closed on our side, so no data of the server breaks a rule any more (RFC 9051 section 7.1.5). Where
    /// the server tells no news, it is no contradiction that there are more messages than it has told.
    fn held_against(&self, violation: Option<PeerMisbehaved>) -> Option<Box<PeerMisbehaved>> {
        let untold = self.standing.news == MailboxNews::Untold;
        let held = violation.filter(|violation| {
            self.standing.state != State::Logout
                && !(untold && matches!(violation, PeerMisbehaved::NumberOutOfRange { .. }))
        });
        held.map(Box::new)
    }

    /// A piece of a streamed literal.
    pub(crate) fn piece<'a>(&mut self, piece: Streamed<'a>) -> Event<'a> {
        let exists = self.standing.selection.exists();
        let uid = piece.uid.or_else(|| match piece.message {
            FetchNumber::Seq(number) => self.standing.selection.current()?.uid(number),
            FetchNumber::Uid(uid) => core::num::NonZeroU32::new(uid),
        });
        let known = uid.map(core::num::NonZeroU32::get);
        let cause = match self.standing.selection.is_before_closed() {
            true => Cause::Unsolicited,
            false if piece.section.is_empty() => {
                routing::unread_literal_cause(&self.commands, piece.message, known, exists)
            }
            false => routing::literal_cause(&self.commands, piece.message, known, exists),
        };
        Event::Literal(LiteralPiece {
            cause,
            message: piece.message,
            uid,
            section: Octets::from(piece.section),
            origin: piece.origin,
            offset: piece.offset,
            size: piece.size,
            data: Octets::from(piece.data),
        })
    }

    /// Learns what a response code says about the server.
    fn learn_code(&mut self, text: &ResponseText<'_>) {
        let limit = self.config.limits.capabilities;
        self.standing.learn_code(text, limit);
    }

    /// Learns what a response code says about the server and about the mailbox.
    fn learn(&mut self, text: &ResponseText<'_>) {
        self.standing.learn_mailbox_code(text);
        self.learn_code(text);
    }

    /// Learns what data says about the server and what is enabled.
    fn learn_session(&mut self, data: &Untagged<'_>) {
        let limit = self.config.limits.capabilities;
        match data {
            Untagged::Capability(list) => self.standing.learn_list(list.words.raw(), limit),
            Untagged::Enabled(list) => self.standing.learn_enabled(&list.words, limit),
            Untagged::Status(status) if AppendLimits::are_in(status) => {
                self.standing.told_seldom().append_limits.learn(status);
            }
            _ => {}
        }
    }
}

/// The beginning of a text, to be kept. The server decides how long the text is.
fn excerpt(text: &ResponseText<'_>) -> String {
    // Cut before decoding, so that a long text is not copied as a whole. No character takes more than four octets.
    let cut = |octets: &[u8]| octets.get(..4 * KEPT_TEXT).unwrap_or(octets).to_vec();
    let code = text.raw_code().map(cut);
    let kept = ResponseText::new(code, cut(text.raw_text()));
    alloc::format!("{kept}").chars().take(KEPT_TEXT).collect()
}

/// A piece of a streamed literal with its context, before the command is found that it belongs to.
pub(crate) struct Streamed<'a> {
    pub(crate) message: FetchNumber,
    pub(crate) uid: Option<core::num::NonZeroU32>,
    pub(crate) section: &'a [u8],
    pub(crate) origin: Option<u64>,
    pub(crate) offset: u64,
    pub(crate) size: u64,
    pub(crate) data: &'a [u8],
}

#[cfg(test)]
mod tests {
    use super::KEPT_TEXT;
    use crate::Instant;
    use crate::client::{ClientConnection, Config, Event};

    #[test]
    fn what_is_kept_of_a_warning_is_bounded() {
        let now = Instant::ORIGIN;
        let mut connection = ClientConnection::new(Config::default(), now);
        let long = "\u{fc}".repeat(100_000);
        let said = alloc::format!("* OK ready\r\n* NO {long}\r\n* BYE {long}\r\n");
        connection.handle_input(said.as_bytes(), now);
        connection.handle_eof(now);
        let mut closed = None;
        while let Some(event) = connection.poll_event() {
            if let Event::Closed(end) = event {
                closed = Some(end);
            }
        }
        let closed = closed.unwrap();
        let kept = closed.last_warning().map(|warning| warning.chars().count());
        assert_eq!(kept, Some("NO ".len() + KEPT_TEXT));
        assert!(alloc::format!("{}", closed.reason()).chars().count() < KEPT_TEXT + 100);
    }
}
