//! What a conversation is told, and what it says.

use alloc::borrow::Cow;

use super::answer::Answer;

/// What happened.
#[derive(Clone, Copy)]
pub(crate) enum Cue<'a> {
    /// The whole command is in the output queue.
    Written,
    /// Its last octet has left.
    Left,
    /// The server said `+`; `bare`: and nothing else.
    Plus { bare: bool },
    /// The application answers.
    Answer(&'a Answer),
    /// The application, or another command, wants it to end.
    Stop,
    /// It has lasted as long as it may.
    TimeIsUp,
    /// The tagged OK.
    Completed,
}

/// What the connection does about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing.
    Wait,
    /// This line goes out.
    Say(Cow<'static, [u8]>),
    /// This line goes out, and the next `+` answers it.
    Ask(Cow<'static, [u8]>),
    /// The application's answer is wanted.
    Challenge,
    /// The command goes out once more.
    Again,
    /// The cue does not belong here.
    Misplaced,
}
