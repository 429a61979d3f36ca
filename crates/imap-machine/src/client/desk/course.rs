//! An answer that takes more than one command: what is sent next, and how all of them end.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::error::CommandError;
use crate::client::command::{Command, CommandHandle, CommandOptions, Completion, Outcome};
use crate::codec::Code;
use crate::instant::Instant;

/// The commands of one answer.
pub(super) struct Course {
    /// Those that have no outcome yet, with the command itself where the server may leave out some of its messages (RFC 9738).
    open: Vec<(CommandHandle, Option<Command>)>,
    /// What is sent when all before it have succeeded, one after the other: they make a MOVE of a COPY.
    removing: VecDeque<Command>,
    /// Whether the first of those has been sent.
    has_copied: bool,
    /// A search for text, which is sent once more if the server has named a charset in which it can be.
    searching: Option<Command>,
    /// The first error.
    failed: Option<CommandError>,
    options: CommandOptions,
    /// When the options' deadline is over. It holds for all of them together.
    until: Option<Instant>,
}

/// What an answer that takes more than one command begins with.
pub(super) struct Series {
    pub(super) course: Course,
    /// Commands that are sent with the first.
    pub(super) parts: Vec<Command>,
    /// The first, if the server may leave out some of its messages.
    pub(super) kept: Option<Command>,
}

/// What an outcome means for the answer.
pub(super) enum Sequel<'o> {
    /// Other commands are open, or are sent now. `part` is the OK of this one.
    GoOn {
        part: Option<&'o Completion<'o>>,
        send: Vec<Command>,
    },
    End(Result<&'o Completion<'o>, CommandError>),
}

impl Course {
    pub(super) fn new(removing: Vec<Command>, options: CommandOptions, now: Instant) -> Self {
        Self {
            open: Vec::new(),
            removing: removing.into(),
            has_copied: false,
            searching: None,
            failed: None,
            options,
            until: options.deadline.map(|span| now + span),
        }
    }

    /// The course of a search for text that is not ASCII.
    pub(super) fn searching(command: Command, options: CommandOptions, now: Instant) -> Self {
        Self {
            searching: Some(command),
            ..Self::new(Vec::new(), options, now)
        }
    }

    /// A command has been sent. `kept`: what is needed to ask for messages that the server leaves out.
    pub(super) fn sent(&mut self, handle: CommandHandle, kept: Option<Command>) {
        self.open.push((handle, kept));
    }

    /// A command could not be sent.
    pub(super) fn fails(&mut self, error: CommandError) {
        let error = self.told(error);
        self.failed.get_or_insert(error);
    }

    /// The first error, when no command is open any more.
    pub(super) fn take_failed(&mut self) -> Option<CommandError> {
        self.failed.take_if(|_| self.open.is_empty())
    }

    /// Whether what its commands bring is no part of the answer: that is what the first one has brought.
    pub(super) const fn brings_news(&self) -> bool {
        self.has_copied
    }

    pub(super) fn open(&self) -> impl Iterator<Item = CommandHandle> {
        self.open.iter().map(|(handle, _)| *handle)
    }

    /// The options of a command that is sent now.
    pub(super) fn options(&self, now: Instant) -> CommandOptions {
        let mut options = self.options;
        options.deadline = self.until.map(|until| until.saturating_since(now));
        options
    }

    /// A command has had its outcome.
    pub(super) fn ended<'o>(
        &mut self,
        handle: CommandHandle,
        outcome: &'o Outcome<'o>,
    ) -> Sequel<'o> {
        let at = self.open.iter().position(|(open, _)| *open == handle);
        let kept = at.and_then(|at| self.open.swap_remove(at).1);
        let result = CommandError::of(outcome);
        let mut send = Vec::new();
        match &result {
            Ok(completion) if self.failed.is_none() => {
                send.extend(kept.and_then(|command| left_out(&command, completion)));
            }
            Ok(_) => {}
            Err(error) => match self.in_another_charset(error) {
                Some(search) => send.push(search),
                None => self.fails(error.clone()),
            },
        }
        let is_quiet = self.open.is_empty() && send.is_empty() && self.failed.is_none();
        let next = is_quiet.then(|| self.removing.pop_front());
        if let Some(next) = next.flatten() {
            self.has_copied = true;
            send.push(next);
        }
        if !send.is_empty() || !self.open.is_empty() {
            let part = result.ok();
            return Sequel::GoOn { part, send };
        }
        match self.failed.take() {
            Some(error) => Sequel::End(Err(error)),
            None => Sequel::End(result),
        }
    }

    /// The same search in the first charset that the server has named and that can write it, once (RFC 9051 section 6.4.4).
    fn in_another_charset(&mut self, error: &CommandError) -> Option<Command> {
        let CommandError::Refused(refused) = error else {
            return None;
        };
        let Some(Code::BadCharset(charsets)) = refused.text.code() else {
            return None;
        };
        let search = self.searching.take()?;
        let charsets = charsets.texts();
        // It was sent in UTF-8.
        let mut others = charsets.filter(|charset| !charset.eq_ignore_ascii_case("UTF-8"));
        others.find_map(|charset| search.in_charset(&charset))
    }

    fn told(&self, error: CommandError) -> CommandError {
        match self.has_copied {
            true => CommandError::NotRemoved(Box::new(error)),
            false => error,
        }
    }
}

/// The same for the messages that the server has left out: those below the lowest that it has processed (RFC 9738 section 3.1).
fn left_out(command: &Command, completion: &Completion<'_>) -> Option<Command> {
    match completion.text.code()? {
        Code::MessageLimit(_, Some(lowest)) => command.below(lowest.get()),
        _ => None,
    }
}
