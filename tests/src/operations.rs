//! Everything that an application, an adapter and a server can do to a connection, in any order. A watch checks every step.

mod commands;
mod lines;
mod run;

pub use commands::{COMMANDS, SECRET};
pub use lines::LINES;
pub use run::{Run, config};

/// One thing that is done.
#[derive(Clone, Debug)]
pub enum Op {
    /// A line of [`LINES`] with this tag joins the stream; then this percentage of what is on the way arrives.
    Say(usize, u64, usize),
    /// The same with these octets, in which `%` is the tag.
    Octets(Vec<u8>, u64, usize),
    /// A command of [`COMMANDS`], with its own deadline in milliseconds.
    Send(usize, Option<u64>),
    /// The application gives up the command of this number.
    Cancel(u64),
    /// It ends an IDLE.
    Done(u64),
    /// It answers a challenge, or gives up.
    Answer(u64, bool),
    /// It gives this number of octets of a streamed literal.
    Supply(u64, usize),
    /// The new layer is in place.
    Upgraded,
    /// This number of milliseconds goes by.
    Pass(u64),
    /// The transport takes this number of octets.
    Write(usize),
    /// The application takes one event.
    PollOne,
    /// It takes all there are.
    Drain,
    /// The server ends the stream.
    Eof,
    /// The transport fails.
    Fail,
    /// The application closes the connection.
    Close,
}
