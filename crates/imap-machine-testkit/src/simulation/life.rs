//! A whole life of a connection, and what must be true of it.

use super::history::Breach;
use super::step::Step;
use super::truth;
use super::world::{Next, World};

/// Steps of one life. It is long enough to log in, to select and to do a dozen things.
const STEPS: usize = 400;

impl World {
    /// Lives until the connection is closed, or for [`STEPS`] steps, and is then brought to its end.
    pub(super) fn live(&mut self) -> Result<(), Breach> {
        let greeting = self.server.greet();
        self.down.send(&greeting, self.subject.now());
        let mut turns = 0;
        while turns < STEPS && !self.subject.watch.is_closed() {
            turns += 1;
            let (at, next) = self.next();
            let span = at.saturating_since(self.subject.now());
            if !span.is_zero() || next == Next::Deadline {
                self.step(Step::Pass(span))?;
                self.handle()?;
            }
            self.turn(next)?;
        }
        let at_ease = truth::at_ease(self);
        at_ease.map_err(|broken| self.breach(broken))?;
        let ended = self.subject.finish(self.history.ending);
        ended.map_err(|broken| self.breach(broken))?;
        truth::afterwards(self).map_err(|broken| self.breach(broken))
    }
}
