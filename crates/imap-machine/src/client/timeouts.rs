//! How long a client waits.

use core::time::Duration;

use crate::timer::Timer;

/// How long each class may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// [`Timer::Greeting`]. Default 30 s.
    pub greeting: Duration,
    /// [`Timer::Completion`]: how long the server may be silent while a command is in progress. It also bounds how long a LOGOUT
    /// waits for earlier commands, from the call. Default 60 s.
    pub completion: Duration,
    /// [`Timer::Continuation`]. Default 60 s.
    pub continuation: Duration,
    /// [`Timer::Literal`]. Default 60 s.
    pub literal: Duration,
    /// [`Timer::Application`]. Default 60 s.
    pub application: Duration,
    /// [`Timer::Idle`]: the length of one IDLE. Default 28 min; RFC 2177 asks for less than 29.
    pub idle: Duration,
    /// [`Timer::Done`]. Default 60 s.
    pub done: Duration,
    /// [`Timer::Logout`]. Default 5 s.
    pub logout: Duration,
    /// [`Timer::Upgrade`]. Default 30 s.
    pub upgrade: Duration,
    /// [`Timer::Command`] of a command without a deadline of its own. It holds even against a server that sends something now
    /// and then but never the tagged response. For IDLE it holds until the server idles. Default 24 h.
    pub command: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let minute = Duration::from_secs(60);
        Self {
            greeting: minute / 2,
            completion: minute,
            continuation: minute,
            literal: minute,
            application: minute,
            idle: minute * 28,
            done: minute,
            logout: minute / 12,
            upgrade: minute / 2,
            command: minute * 60 * 24,
        }
    }
}

impl Timeouts {
    /// The span of a class.
    #[must_use]
    pub const fn span(&self, timer: Timer) -> Duration {
        match timer {
            Timer::Greeting => self.greeting,
            Timer::Completion => self.completion,
            Timer::Continuation => self.continuation,
            Timer::Literal => self.literal,
            Timer::Application => self.application,
            Timer::Idle => self.idle,
            Timer::Done => self.done,
            Timer::Logout => self.logout,
            Timer::Upgrade => self.upgrade,
            Timer::Command => self.command,
        }
    }

    /// The shortest span that may bound silence while a command is in progress.
    pub(crate) fn shortest_silence(&self) -> Duration {
        let answer = self.completion.min(self.continuation);
        answer.min(self.literal).min(self.application)
    }
}
