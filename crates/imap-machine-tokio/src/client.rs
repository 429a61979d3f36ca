//! The client: what applications hold.

use std::sync::Arc;
use std::time::Duration;

use imap_machine::client::answers::Answer;
use imap_machine::client::desk::{CommandError, Desk};
use imap_machine::client::{
    ClientConnection, Closed, Command, CommandOptions, Diagnosis, Extensions, InvalidArgument,
    MailboxView, TypedCommand,
};
use imap_machine::{Capabilities, Instant, State};

use crate::idle::Idle;
use crate::reading::Reading;
use crate::response::Response;
use crate::responses::Responses;
use crate::state::{Shared, Source};
use crate::updates::Updates;

/// A handle to a connection. Clone it, and use it from any number of tasks. Their commands are pipelined on the one connection,
/// in the order in which they are sent.
///
/// Dropping the future of a command cancels the command; the connection goes on. So `tokio::time::timeout(span, client.noop())`
/// works as it should. [`with_deadline`](Self::with_deadline) does the same with a better error.
#[derive(Clone, Debug)]
pub struct Client {
    held: Arc<Held>,
    pub(crate) options: CommandOptions,
}

/// What all clones of a client hold.
#[derive(Debug)]
struct Held(Arc<Shared>);

impl Client {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            held: Arc::new(Held(shared)),
            options: CommandOptions::default(),
        }
    }

    /// The same client with a bound on how long each command of its typed methods may take, from sending to outcome: of those that return
    /// a [`Response`], with [`append_stream`](Self::append_stream) and [`supply`](Self::supply); of the streams that
    /// [`fetch_stream`](Self::fetch_stream) and [`uid_fetch_stream`](Self::uid_fetch_stream) return; and of a [`download`](Self::download),
    /// whose last octet has to come by then, however slowly it is read. [`send`](Self::send), [`stream`](Self::stream) and
    /// [`idle`](Self::idle) have options of their own.
    ///
    /// When the time is up the command ends with [`NotSent`](CommandError::NotSent) or [`Unknown`](CommandError::Unknown), and the connection
    /// goes on. The bound holds even when nobody polls the [`Connection`](crate::Connection).
    ///
    #[doc = example!(server)]
    /// # C: A1 NOOP
    #[doc = example!(client)]
    /// // This server is silent.
    /// let late = client.with_deadline(Duration::from_millis(20)).noop().await;
    /// assert!(matches!(late, Err(CommandError::Unknown(Unknown::TimedOut))));
    #[doc = example!(end)]
    #[must_use]
    pub fn with_deadline(&self, span: Duration) -> Self {
        let mut client = self.clone();
        client.options.deadline = Some(span);
        client
    }

    /// The same client, whose typed methods send their commands [early](CommandOptions::early): right after a SELECT in progress
    /// instead of after its OK. That saves a round trip for commands that name no sequence numbers, where no mailbox is selected yet; all
    /// others wait as usual.
    ///
    #[doc = example!(server)]
    /// # C: A1 SELECT INBOX
    /// # C: A2 UID FETCH 1:* FLAGS
    /// # S: * 1 EXISTS
    /// # S: A1 OK [READ-WRITE] selected
    /// # S: * 1 FETCH (UID 4373 FLAGS (\Seen))
    /// # S: A2 OK done
    #[doc = example!(client)]
    /// let inbox = client.select("INBOX");
    /// let flags = client.early().uid_fetch("1:*", "FLAGS");
    /// let (inbox, flags) = tokio::try_join!(inbox, flags)?;
    /// assert_eq!((inbox.exists, flags.messages.len()), (1, 1));
    #[doc = example!(end)]
    #[must_use]
    pub fn early(&self) -> Self {
        let mut client = self.clone();
        client.options = self.options.early();
        client
    }

    /// Sends any command, and never waits. The answer becomes a value: `client.send(Command::select("INBOX")?, options).await`.
    ///
    #[doc = example!(server)]
    /// # C: A1 STATUS INBOX (UNSEEN)
    /// # C: A2 STATUS Archive (UNSEEN)
    /// # S: * STATUS INBOX (UNSEEN 2)
    /// # S: A1 OK done
    /// # S: * STATUS Archive (UNSEEN 4)
    /// # S: A2 OK done
    #[doc = example!(client)]
    /// let options = CommandOptions::default();
    /// let inbox = client.send(Command::status("INBOX", ["UNSEEN"])?, options);
    /// let archive = client.send(Command::status("Archive", ["UNSEEN"])?, options);
    /// // Both are on their way.
    /// assert_eq!(archive.await?.number("UNSEEN"), Some(4));
    /// assert_eq!(inbox.await?.number("UNSEEN"), Some(2));
    #[doc = example!(end)]
    pub fn send<A: Answer>(
        &self,
        command: TypedCommand<A>,
        options: CommandOptions,
    ) -> Response<A> {
        self.begin(Ok(command), options, None)
    }

    /// Sends any command, also a raw one, and never waits. The answer is read event by event.
    ///
    #[doc = example!(server)]
    /// # C: A1 X-QUOTE today
    /// # S: * X-QUOTE "Do not hang"
    /// # S: A1 OK done
    #[doc = example!(client)]
    /// let command = Command::raw("X-QUOTE")?.atom("today")?;
    /// let mut responses = client.stream(command, CommandOptions::default());
    /// while let Some(event) = responses.next().await {
    ///     match event? {
    ///         Event::Untagged { data: Untagged::Other(data), .. } => {
    ///             assert_eq!(*data.arguments, *b"\"Do not hang\"");
    ///         }
    ///         event => println!("{event:?}"),
    ///     }
    /// }
    #[doc = example!(end)]
    pub fn stream(&self, command: impl Into<Command>, options: CommandOptions) -> Responses {
        let sent = self.call(|desk, now| desk.stream(command, options, now));
        Responses(Reading::new(&self.held.0, sent))
    }

    /// `IDLE` (RFC 2177): waits for news, and gives them from this moment on. See [`Idle`].
    ///
    /// Needs IDLE, which IMAP4rev2 has: it is sent in any case, and a server without answers BAD. A [`noop`](Self::noop) from time to time
    /// lets such a server tell its news.
    ///
    #[doc = example!(server selected)]
    /// # C: A2 IDLE
    /// # S: + idling
    /// # S: * 19 EXISTS
    /// # C: DONE
    /// # S: A2 OK done
    #[doc = example!(client selected)]
    /// let mut idle = client.idle(CommandOptions::refreshing());
    /// while let Some(update) = idle.next().await {
    ///     if let Update::Event(Event::Untagged { data: Untagged::Exists(count), .. }) = update? {
    ///         println!("now there are {count} messages");
    ///         break;
    ///     }
    /// }
    /// idle.done().await?;
    /// assert_eq!(client.mailbox().map(|inbox| inbox.exists()), Some(19));
    #[doc = example!(end)]
    pub fn idle(&self, options: CommandOptions) -> Idle {
        let sent = self.call(|desk, now| desk.idle(options, now));
        Idle(Reading::new(&self.held.0, sent))
    }

    /// Everything the server says from now on that answers no command which is still being read. Each stream gets all of it, and so does
    /// each [`Idle`].
    ///
    #[doc = example!(server selected)]
    /// # C: A2 NOOP
    /// # S: * 19 EXISTS
    /// # S: A2 OK done
    #[doc = example!(client selected)]
    /// let mut updates = client.updates();
    /// client.noop().await?;
    /// let update = updates.next().await;
    /// let Some(Update::Event(Event::Untagged { data, .. })) = update else { panic!() };
    /// assert_eq!(data, Untagged::Exists(19));
    #[doc = example!(end)]
    pub fn updates(&self) -> Updates {
        Updates {
            shared: Arc::clone(&self.held.0),
            listener: self.call(|desk, _| desk.listen()),
        }
    }

    /// Shows the connection to `look`. Do not call this client in it.
    pub fn inspect<R>(&self, look: impl FnOnce(&ClientConnection) -> R) -> R {
        self.call(|desk, _| look(desk.connection()))
    }

    /// What the connection waits for, in a line for people.
    #[must_use]
    pub fn diagnosis(&self) -> Diagnosis {
        self.call(|desk, now| desk.connection().diagnosis(now))
    }

    /// What the server can do, as far as it has said. Sends nothing.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        self.inspect(|connection| connection.capabilities().clone())
    }

    /// Whether the server has this extension: announced, or as a part of IMAP4rev2. Sends nothing.
    #[must_use]
    pub fn supports(&self, extension: &str) -> bool {
        self.inspect(|connection| connection.supports(extension))
    }

    /// What is enabled (RFC 5161).
    #[must_use]
    pub fn enabled(&self) -> Extensions {
        self.inspect(|connection| connection.enabled().clone())
    }

    /// The protocol state.
    #[must_use]
    pub fn state(&self) -> State {
        self.inspect(ClientConnection::state)
    }

    /// The selected mailbox as it is now.
    #[must_use]
    pub fn mailbox(&self) -> Option<MailboxView> {
        self.inspect(|connection| connection.mailbox().cloned())
    }

    /// Ends the connection now, without LOGOUT and without waiting. All open commands get their outcomes. (The IMAP command CLOSE is
    /// [`close_mailbox`](Self::close_mailbox).)
    pub fn close(&self) {
        self.call(Desk::close);
    }

    /// Why the connection ended, once it has.
    #[must_use]
    pub fn closed(&self) -> Option<Closed> {
        self.call(|desk, _| desk.closed().cloned())
    }

    /// Sends a command with this client's options.
    pub(crate) fn ask<A: Answer>(
        &self,
        command: Result<TypedCommand<A>, InvalidArgument>,
    ) -> Response<A> {
        self.begin(command, self.options, None)
    }

    /// The same, for an answer that is read event by event.
    pub(crate) fn ask_stream<A>(
        &self,
        command: TypedCommand<A>,
    ) -> Result<Responses, CommandError> {
        Ok(self.stream(command, self.options))
    }

    /// Sends a command, and the message that is read from `source` while it is sent.
    pub(crate) fn begin<A: Answer>(
        &self,
        command: Result<TypedCommand<A>, InvalidArgument>,
        options: CommandOptions,
        source: Option<Source>,
    ) -> Response<A> {
        let state = &mut *self.held.0.lock();
        let now = state.clock.now();
        let sent = command
            .map_err(CommandError::from)
            .and_then(|command| state.desk.send(command, options, now));
        // Under the same lock: the connection may ask for the message as soon as it can look.
        if let (Ok(ticket), Some(source)) = (&sent, source) {
            state.sources.push((ticket.handle(), source));
        }
        let timeouts = &state.desk.connection().config().timeouts;
        let unpolled = (!state.is_driven).then_some(timeouts.command);
        Response::new(&self.held.0, sent, options.deadline.or(unpolled))
    }

    fn call<R>(&self, call: impl FnOnce(&mut Desk, Instant) -> R) -> R {
        self.held.0.call(call)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let state = &mut *self.0.lock();
        state.has_client = false;
        state.desk.wake_driver();
    }
}
