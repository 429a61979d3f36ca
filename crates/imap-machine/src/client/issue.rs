//! A new command enters the queue.

use imap_types::command::CommandBody;

use super::command::{
    Command, CommandHandle, CommandOptions, Effect, Entry, Form, Interest, Numbering, Phase,
    Profile, Tag, Traits, encode, names_numbers,
};
use super::exchange::idle::AtLength;
use super::exchange::{Authenticate, Exchange, Idle};
use super::machine::{Life, Machine};
use crate::error::ApiMisuse;

impl Machine {
    /// Encodes the command and queues it: all of it, or nothing has happened.
    pub(crate) fn issue(
        &mut self,
        command: Command,
        options: CommandOptions,
    ) -> Result<CommandHandle, ApiMisuse> {
        if self.life == Life::Over {
            return Err(ApiMisuse::Closed);
        }
        let limit = self.config.limits.commands;
        // An outcome that nobody has fetched yet is held as well.
        if self.commands.open() + self.verdicts.len() >= limit {
            return Err(ApiMisuse::TooManyCommands { limit });
        }
        let handle = self.commands.next_handle();
        let tag = Tag { handle, round: 0 };
        let profile = Profile::new(&command);
        let idle = profile.effect == Effect::Idle;
        let span = match options.deadline {
            Some(span) => Some(span),
            // An IDLE lasts as long as the application wants; each of its rounds has an end.
            None if idle => None,
            None => Some(self.config.timeouts.command),
        };
        if self.commands.open() == 0 {
            self.progressed();
        }
        let numbering = self.numbering(&command, &profile);
        if profile.selects() {
            self.last_select = Some(handle);
        }
        self.commands.push(Entry {
            tag,
            exchange: self.exchange(&command, &profile, options),
            fragments: encode(command, tag),
            phase: Phase::Queued,
            interest: Interest::Open,
            numbering,
            issued: self.now,
            deadline: span.map(|span| self.now + span),
            profile,
        });
        Ok(handle)
    }

    fn numbering(&self, command: &Command, profile: &Profile) -> Numbering {
        if !profile.traits.has(Traits::USES_NUMBERS) || !names_numbers(command) {
            return Numbering::Unused;
        }
        match self.last_select {
            Some(select) if self.commands.get(select).is_some() => Numbering::SelectedBy(select),
            _ => Numbering::Epoch(self.selection.epoch()),
        }
    }

    fn exchange(&self, command: &Command, profile: &Profile, options: CommandOptions) -> Exchange {
        match (&profile.effect, &command.0) {
            (
                Effect::Authenticate,
                Form::Body(CommandBody::Authenticate {
                    initial_response: Some(initial),
                    ..
                }),
            ) => Exchange::Authenticate(Authenticate::Unsent {
                initial: initial.declassify().to_vec(),
            }),
            (Effect::Authenticate, _) => Exchange::Authenticate(Authenticate::AwaitingChallenge),
            (Effect::Idle, _) => {
                let at_length = match options.refresh_idle {
                    true => AtLength::Refresh,
                    false => AtLength::End,
                };
                Exchange::Idle(Idle::new(at_length, self.now))
            }
            (Effect::Logout, _) => Exchange::Logout { since: self.now },
            _ => Exchange::Plain,
        }
    }
}
