//! The commands of which this client has its own form. `imap_machine::verbs` has the others.

use std::io::{ErrorKind, Read};
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Duration;

use imap_machine::Capabilities;
use imap_machine::client::desk::{CommandError, SourceError};
use imap_machine::client::{AppendMessage, Command, MailboxArgument, TypedCommand, UploadProgress};

use crate::answers::{Answer, Appended};
use crate::client::Client;
use crate::idle::Idle;
use crate::responses::Responses;

/// What a typed method returns: the [value](Answer::Value) that the server answered with, or how the command ended instead.
pub type Answered<A> = Result<<A as Answer>::Value, CommandError>;

imap_machine::verbs!(
    Client,
    &mut Self,
    Answered,
    Result<Responses<'_>, CommandError>,
    example
);

/// The commands that need more than a value.
impl Client {
    /// `CAPABILITY`: asks the server what it can do. [`capabilities`](Self::capabilities) returns what it has said already.
    ///
    #[doc = example!(server)]
    /// # C: A1 CAPABILITY
    /// # S: * CAPABILITY IMAP4rev1 SORT
    /// # S: A1 OK done
    #[doc = example!(client)]
    /// let capabilities = client.capability()?;
    /// assert!(capabilities.has("SORT"));
    /// // The client remembers them.
    /// assert!(client.supports("SORT") && !client.supports("THREAD=REFS"));
    #[doc = example!(end)]
    pub fn capability(&mut self) -> Result<Capabilities, CommandError> {
        self.run(Command::capability())?;
        Ok(self.capabilities().clone())
    }

    /// `LOGOUT`: ends the session properly. The connection is closed then.
    ///
    #[doc = example!(server)]
    /// # C: A1 LOGOUT
    /// # S: * BYE goodbye
    /// # S: A1 OK done
    /// # S: <EOF>
    #[doc = example!(client)]
    /// client.logout()?;
    /// assert!(client.closed().is_some());
    #[doc = example!(end)]
    pub fn logout(&mut self) -> Result<(), CommandError> {
        self.run(Command::logout())?;
        // The server closes the connection; if it does not, `Timeouts::logout` ends it.
        while self.closed().is_none() {
            self.turn(None);
        }
        Ok(())
    }

    /// `IDLE` (RFC 2177) for this span: an iterator of what happens. The IDLE is refreshed before servers lose patience with it.
    /// A [deadline](Self::set_deadline) shorter than the span ends it with an error.
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
    /// let mut idle = client.idle(Duration::from_secs(600))?;
    /// for update in idle.by_ref() {
    ///     if let Update::Event(Event::Untagged { data: Untagged::Exists(count), .. }) = update? {
    ///         println!("now there are {count} messages");
    ///         break;
    ///     }
    /// }
    /// idle.done()?;
    /// assert_eq!(client.mailbox().map(|inbox| inbox.exists()), Some(19));
    #[doc = example!(end)]
    pub fn idle(&mut self, span: Duration) -> Result<Idle<'_>, CommandError> {
        Idle::new(self, span)
    }

    /// `APPEND` of a message that is [supplied](AppendMessage::supplied): it is read while it is sent. Reading begins when the server
    /// has agreed to take it. Octets beyond its size are not read. Nothing is sent if it is larger than the server takes, as far as that is
    /// known: [`NotSent::TooLarge`](crate::NotSent::TooLarge).
    ///
    /// If the source ends early or fails, the result is [`CommandError::Source`], and the connection has to be closed. While the
    /// source blocks, the connection is not served.
    ///
    #[doc = example!(server)]
    /// # C: A1 APPEND Drafts {22}
    /// # S: + go on
    /// # C: Subject: hi\r\n\r\nhello\r\n
    /// # S: A1 OK [APPENDUID 38505 3955] stored
    #[doc = example!(client)]
    /// // A file will do as well. Its size has to be known.
    /// let source = &b"Subject: hi\r\n\r\nhello\r\n"[..];
    /// let message = AppendMessage::supplied(22);
    /// let appended = client.append_stream("Drafts", message, source)?;
    /// assert_eq!(appended.uids().map(u32::from).collect::<Vec<_>>(), [3955]);
    #[doc = example!(end)]
    pub fn append_stream(
        &mut self,
        name: impl Into<MailboxArgument>,
        message: AppendMessage,
        source: impl Read,
    ) -> Answered<Appended> {
        self.supply(Command::append(name, message)?, source)
    }

    /// The same for any command with octets that are [supplied](TypedCommand::supplied). If there are several literals of them, their
    /// octets come one after the other.
    ///
    #[doc = example!(server)]
    /// # C: A1 APPEND Drafts {5}
    /// # S: + go on
    /// # C: a: b\n {6}
    /// # S: + go on
    /// # C: c: de\n
    /// # S: A1 OK [APPENDUID 38505 3955:3956] stored
    #[doc = example!(client)]
    /// let source = &b"a: b\nc: de\n"[..];
    /// let both = [5, 6].map(AppendMessage::supplied);
    /// let appended = client.supply(Command::append_all("Drafts", both)?, source)?;
    /// assert_eq!(appended.uids().map(u32::from).collect::<Vec<_>>(), [3955, 3956]);
    #[doc = example!(end)]
    pub fn supply<A: Answer>(
        &mut self,
        command: TypedCommand<A>,
        source: impl Read,
    ) -> Result<A::Value, CommandError> {
        self.supply_observed(command, source, |_| ())
    }

    /// The same as [`supply`](Self::supply). `observe` is told how far the command has been written, as often as that may have changed.
    ///
    #[doc = example!(server)]
    /// # C: A1 APPEND Drafts {22}
    /// # S: + go on
    /// # C: Subject: hi\r\n\r\nhello\r\n
    /// # S: A1 OK [APPENDUID 38505 3955] stored
    #[doc = example!(client)]
    /// let append = Command::append("Drafts", AppendMessage::supplied(22))?;
    /// let source = &b"Subject: hi\r\n\r\nhello\r\n"[..];
    /// let mut last = None;
    /// client.supply_observed(append, source, |progress| last = Some(progress))?;
    /// assert_eq!(last.map(|progress| progress.missing), Some(0));
    #[doc = example!(end)]
    pub fn supply_observed<A: Answer>(
        &mut self,
        command: TypedCommand<A>,
        mut source: impl Read,
        mut observe: impl FnMut(UploadProgress),
    ) -> Result<A::Value, CommandError> {
        let ticket = self.send(command, self.options)?;
        let driver = &mut self.driver;
        loop {
            let connection = driver.desk.connection();
            if let Some(progress) = connection.upload(ticket.handle()) {
                observe(progress);
            }
            // Reading may have taken a while.
            let now = driver.present();
            if let Poll::Ready(answer) = driver.desk.poll_answer(&ticket, Waker::noop()) {
                return answer;
            }
            let supplied = driver.desk.supply(now, |wanting, space| {
                Poll::Ready(match wanting == ticket.handle() {
                    true => read(&mut source, space),
                    false => Err(SourceError::Absent),
                })
            });
            if !supplied {
                driver.turn(None, |_| ());
            }
        }
    }
}

fn read(source: &mut impl Read, space: &mut [u8]) -> Result<usize, SourceError> {
    loop {
        match source.read(space) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            read => return read.map_err(|error| SourceError::Read(Arc::new(error))),
        }
    }
}
