//! What the connection tells a conversation, and what the conversation tells the connection to do.

use alloc::borrow::Cow;

use super::answer::SaslAnswer;

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
    /// The application, or another command, wants it to end.
    Stop,
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
    /// Send this line.
    Say(Cow<'static, [u8]>),
    /// Send this line; the next `+` answers it.
    Ask(Cow<'static, [u8]>),
    /// Ask the application for an answer.
    Challenge,
    /// Send the command once more.
    Again,
    /// The cue is not possible in this stage.
    Misplaced,
}
