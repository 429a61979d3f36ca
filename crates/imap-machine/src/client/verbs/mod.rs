//! The verbs of a client, described once for all adapters.

mod administration;
mod extensions;
mod mailboxes;
mod messages;
mod searches;
mod session;

/// For authors of adapters: writes the common commands as methods of a client, so that each is described here and not in every adapter.
///
/// `verbs!(Client, &Self, Response, Result<Responses, CommandError>, example)` writes methods such as
///
/// ```text
/// /// `SELECT`: opens a mailbox.
/// pub fn select(self: &Self, name: &str) -> Response<Selected> {
///     self.ask(Command::select(name))
/// }
/// ```
///
/// The first argument is the type, the second how its methods take `self`, the third what they return, of an
/// [`Answer`](crate::client::answers::Answer). The type has a method `ask`, which takes a
/// `Result<TypedCommand<A>, InvalidArgument>` and returns that. The fourth is what a method returns whose answer is read event by
/// event: a `Result`. A method `ask_stream` takes the command and returns that.
///
/// The fifth names the macro that makes a test of each method's example. Between its `server` and its `client` the example has the
/// conversation, as the lines of a [scenario](https://docs.rs/imap-machine-testkit) that nobody sees:
///
/// ```text
/// example!(server)             begins the example, and a string with a greeting in it
/// example!(client)             ends the string, and connects a `client` to a server that says it
/// example!(server selected),
/// example!(client selected)    the same, with an INBOX of 18 messages selected by `A1`
/// example!(wait "...")         the code, then waits for its value, or returns the error
/// example!(wait "...", "...")  the code, then waits, and goes on with the rest
/// example!(end)                ends the example
/// ```
///
/// [`untested_example!`](crate::untested_example) is one for adapters that do not test them.
///
/// ```
/// use imap_machine::client::answers::{Answer, Fetched};
/// use imap_machine::client::{ClientConnection, Command, CommandHandle, CommandOptions, TypedCommand};
/// use imap_machine::client::{Config, InvalidArgument};
/// use imap_machine::Instant;
///
/// struct Client(ClientConnection);
///
/// type Sent<A> = Result<(CommandHandle, A), InvalidArgument>;
///
/// impl Client {
///     fn ask<A: Answer>(&mut self, command: Result<TypedCommand<A>, InvalidArgument>) -> Sent<A> {
///         let command = Command::from(command?);
///         let sent = self.0.send(command, CommandOptions::default(), Instant::ORIGIN);
///         // Too many commands are open: not here.
///         Ok((sent.unwrap(), A::default()))
///     }
///
///     fn ask_stream<A: Answer>(&mut self, command: TypedCommand<A>) -> Sent<A> {
///         self.ask(Ok(command))
///     }
/// }
///
/// use imap_machine::untested_example;
/// imap_machine::verbs!(Client, &mut Self, Sent, Sent<Fetched>, untested_example);
///
/// let mut client = Client(ClientConnection::new(Config::default(), Instant::ORIGIN));
/// let (handle, inbox) = client.select("INBOX")?;
/// assert_eq!(inbox.exists, 0);
/// # let _ = handle;
/// # Ok::<(), InvalidArgument>(())
/// ```
#[macro_export]
macro_rules! verbs {
    ($client:ty, $receiver:ty, $reply:ident, $stream:ty, $example:ident) => {
        $crate::verbs_session!($client, $receiver, $reply, $example);
        $crate::verbs_mailboxes!($client, $receiver, $reply, $example);
        $crate::verbs_searches!($client, $receiver, $reply, $example);
        $crate::verbs_administration!($client, $receiver, $reply, $example);
        $crate::verbs_messages!($client, $receiver, $reply, $stream, $example);
        $crate::verbs_extensions!($client, $receiver, $reply, $example);
    };
}

/// For authors of adapters: shows the examples of [`verbs!`](crate::verbs) without testing them.
#[macro_export]
macro_rules! untested_example {
    (server $($selected:ident)?) => {
        "```ignore"
    };
    (client $($selected:ident)?) => {
        "# "
    };
    (wait $code:literal) => {
        concat!($code, "?;")
    };
    (wait $code:literal, $rest:literal) => {
        concat!($code, $rest)
    };
    (end) => {
        "```"
    };
}
