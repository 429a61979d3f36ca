//! What the connection tells a conversation, and what the conversation tells the connection to do.

use alloc::borrow::Cow;

use super::answer::SaslAnswer;
use crate::timer::Timer;

/// What happened.
#[derive(Clone, Copy)]
pub(crate) enum Cue<'a> {
    /// The whole command is in the output queue.
    Written,
    /// Its last octet has left.
    Left,
    /// The server said `+`. `bare`: without a text.
    Plus { bare: bool },
    /// The application answers.
    Answer(&'a SaslAnswer),
    /// IDLE is to end: the application wants that, or another command waits.
    Done,
    /// The command is given up.
    GivenUp,
    /// The time of its present stage is over.
    TimeIsUp,
    /// The tagged OK.
    Completed,
}

/// What the connection has to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing.
    Wait,
    /// Nothing yet, but it has to end within the span of this class. On the wire its stage sees to that, in the queue its own
    /// deadline does.
    Within(Timer),
    /// Send this line.
    Say(Cow<'static, [u8]>),
    /// Send this line; the next `+` answers it.
    Ask(Cow<'static, [u8]>),
    /// Ask the application for an answer.
    Challenge,
    /// Send this command under the tag of the next round; the next `+` answers it.
    Again(&'static [u8]),
    /// The cue is not possible in this stage.
    Misplaced,
}
