//! A new command enters the queue.

use alloc::boxed::Box;

use super::command::{
    Command, CommandHandle, CommandOptions, Effect, Entry, Interest, Numbering, Profile, Tag,
    Transit,
};
use super::exchange::Exchange;
use super::exchange::authenticate::Authenticate;
use super::exchange::idle::{AtLength, Idle, Lasts};
use super::exchange::logout::Logout;
use super::machine::{Life, Machine};
use crate::error::ApiMisuse;

impl Machine {
    /// Encodes the command and queues it. On an error nothing has happened.
    pub(crate) fn issue(
        &mut self,
        mut command: Command,
        options: CommandOptions,
    ) -> Result<CommandHandle, ApiMisuse> {
        if self.life == Life::Over {
            return Err(ApiMisuse::Closed);
        }
        let limit = self.config.limits.commands;
        // Outcomes that have not been polled yet take memory too.
        if self.commands.open() + self.verdicts.len() >= limit {
            return Err(ApiMisuse::TooManyCommands { limit });
        }
        if let Effect::Enable {
            unknown: Some(name),
        } = &command.profile.effect
        {
            let name = Box::clone(name);
            return Err(ApiMisuse::UnknownExtension { name: *name });
        }
        let handle = self.commands.next_handle();
        let tag = Tag { handle, round: 0 };
        let exchange = self.exchange(&mut command, options);
        let (fragments, mut profile) = command.tagged(tag);
        if options.early {
            profile.hasten();
        }
        let timeouts = &self.config.timeouts;
        let span = options.deadline.unwrap_or(match profile.effect {
            // A LOGOUT waits for open commands, but the wish to end the connection has a bound all the same.
            Effect::Logout => timeouts.completion,
            // For IDLE this bound holds until the server idles; then IDLE lasts as long as the application wants.
            _ => timeouts.command,
        });
        if self.commands.open() == 0 {
            self.clock.progressed();
        }
        let numbering = self.numbering(&profile);
        self.commands.push(Entry {
            tag,
            exchange,
            fragments,
            transit: Transit::Queued,
            interest: Interest::Open,
            numbering,
            issued: self.clock.now(),
            deadline: Some(self.clock.now() + span),
            profile,
        });
        Ok(handle)
    }

    fn numbering(&self, profile: &Profile) -> Numbering {
        if !profile.uses_numbers() || !profile.names_numbers {
            return Numbering::Unused;
        }
        match self.commands.last_select() {
            Some(select) => Numbering::SelectedBy(select),
            None => Numbering::Epoch(self.standing.selection.epoch()),
        }
    }

    fn exchange(&self, command: &mut Command, options: CommandOptions) -> Exchange {
        match &mut command.profile.effect {
            Effect::Authenticate(initial) => {
                let initial = initial.take().map(|initial| initial.0);
                Exchange::Authenticate(Box::new(Authenticate::new(initial)))
            }
            Effect::Idle => {
                let at_length = match options.refresh_idle {
                    true => AtLength::Refresh,
                    false => AtLength::End,
                };
                let lasts = match options.deadline {
                    Some(_) => Lasts::UntilDeadline,
                    None => Lasts::UntilStopped,
                };
                let idle = Idle::new(at_length, lasts, self.clock.now());
                Exchange::Idle(Box::new(idle))
            }
            Effect::Logout => Exchange::Logout(Logout::default()),
            _ => Exchange::Plain,
        }
    }
}
