//! Between clients and the machine: requests go in, and events go to the clients that they are for.

use std::collections::HashMap;
use std::sync::Arc;
use std::task::{Context, Poll};

use imap_machine::Instant;
use imap_machine::bounded_static::ToBoundedStatic;
use imap_machine::client::{Cause, ClientConnection, CommandHandle, Event};
use imap_machine::error::ApiMisuse;
use tokio::io::ReadBuf;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::application::{Acted, Application};
use crate::error::{Closed, CommandError, SourceError};
use crate::request::{Issue, Request, Slot, Source};
use crate::shared::Shared;

// How many are taken at a time, so that a flood of requests does not hold up the wire.
const REQUESTS: usize = 64;

pub(crate) struct Session {
    requests: UnboundedReceiver<Request>,
    shared: Arc<Shared>,
    open: HashMap<CommandHandle, Reader>,
    /// The IDLE in which the server speaks now.
    idle: Option<CommandHandle>,
}

/// The sender of an open command.
struct Reader {
    slot: Arc<Slot>,
    source: Option<Source>,
}

impl Session {
    pub(crate) fn new(requests: UnboundedReceiver<Request>, shared: Arc<Shared>) -> Self {
        Self {
            requests,
            shared,
            open: HashMap::new(),
            idle: None,
        }
    }

    /// The connection is over: later requests are refused. `None` when it cannot say why.
    pub(crate) fn finish(&mut self, closed: Option<&Closed>) {
        self.shared.close(closed);
        for (_, reader) in self.open.drain() {
            reader.slot.end(Err(ApiMisuse::Closed.into()));
        }
        self.requests.close();
        while let Ok(request) = self.requests.try_recv() {
            request.refuse(self.shared.not_sent());
        }
    }

    fn take(&mut self, request: Request, core: &mut ClientConnection, now: Instant) {
        match request {
            Request::Call(call) => call(core, now),
            Request::Send(issue) => {
                let Issue {
                    command,
                    options,
                    slot,
                    source,
                } = *issue;
                // The caller has gone before the request was taken: the command is not sent at all.
                if slot.is_over() {
                    return;
                }
                match core.send(command, options, now) {
                    Ok(handle) => {
                        slot.accepted(handle);
                        self.open.insert(handle, Reader { slot, source });
                    }
                    Err(misuse) => slot.end(Err(misuse.into())),
                }
            }
            Request::Cancel(slot) => {
                if let Some(handle) = slot.handle() {
                    self.open.remove(&handle);
                    // A command that has ended in between needs no cancelling.
                    let _ = core.cancel(handle, now);
                }
            }
        }
    }

    /// Reads more of the message that the connection wants to send. Returns whether anything came of it.
    fn supply(&mut self, core: &mut ClientConnection, now: Instant, cx: &mut Context<'_>) -> bool {
        let handle = match core.wants_supply() {
            Some((handle, room)) if room > 0 => handle,
            _ => return false,
        };
        let reader = self.open.get_mut(&handle);
        let Some(source) = reader.and_then(|reader| reader.source.as_mut()) else {
            self.give_up(handle, SourceError::Absent, core, now);
            return true;
        };
        let Ok(space) = core.supply_space(handle) else {
            return false;
        };
        let mut space = ReadBuf::new(space);
        let read = source.reader.as_mut().poll_read(cx, &mut space);
        let octets = space.filled().len();
        let error = match read {
            Poll::Pending => return false,
            Poll::Ready(Err(error)) => SourceError::Read(error),
            Poll::Ready(Ok(())) if octets == 0 => SourceError::Short {
                missing: source.missing,
            },
            Poll::Ready(Ok(())) => {
                source.missing = source.missing.saturating_sub(octets as u64);
                // The connection asked for these octets, so it takes them.
                let _ = core.supplied(handle, octets, now);
                return true;
            }
        };
        self.give_up(handle, error, core, now);
        true
    }

    fn give_up(
        &mut self,
        handle: CommandHandle,
        error: SourceError,
        core: &mut ClientConnection,
        now: Instant,
    ) {
        if let Some(reader) = self.open.remove(&handle) {
            reader.slot.end(Err(error.into()));
        }
        let _ = core.cancel(handle, now);
    }

    /// Holds the event for the reader of the command. Returns the command if its reader is too slow.
    fn hold(&mut self, handle: CommandHandle, event: &Event<'_>) -> Option<CommandHandle> {
        let overflow = self.open.get(&handle)?.slot.push(event).err()?;
        let reader = self.open.remove(&handle)?;
        tracing::debug!(?handle, %overflow);
        reader.slot.end(Err(overflow.into()));
        Some(handle)
    }
}

impl Application for Session {
    fn event(&mut self, event: &Event<'_>) -> Option<CommandHandle> {
        match event {
            Event::Outcome { handle, outcome } => {
                self.idle.take_if(|idle| idle == handle);
                let reader = self.open.remove(handle)?;
                reader.slot.end(CommandError::of(outcome.to_static()));
                return None;
            }
            Event::Idling { handle, .. } => self.idle = Some(*handle),
            _ => {}
        }
        match addressee(event) {
            Addressee::Command(handle) => self.hold(handle, event),
            Addressee::Nobody => None,
            Addressee::Everybody => {
                self.shared.publish(event);
                self.hold(self.idle?, event)
            }
        }
    }

    fn act(&mut self, core: &mut ClientConnection, now: Instant, cx: &mut Context<'_>) -> Acted {
        let mut acted = Acted::Nothing;
        for _ in 0..REQUESTS {
            match self.requests.poll_recv(cx) {
                Poll::Pending => break,
                Poll::Ready(Some(request)) => self.take(request, core, now),
                // No client and no open command: there can be no further request.
                Poll::Ready(None) => {
                    core.close(now);
                    break;
                }
            }
            acted = Acted::Something;
        }
        if self.supply(core, now, cx) {
            acted = Acted::Something;
        }
        acted
    }
}

/// The receiver of an event.
enum Addressee {
    Command(CommandHandle),
    Everybody,
    Nobody,
}

fn addressee(event: &Event<'_>) -> Addressee {
    let cause = match event {
        Event::Untagged { cause, .. }
        | Event::Status { cause, .. }
        | Event::Unrecognized { cause, .. } => *cause,
        Event::Literal(piece) => piece.cause,
        Event::Proceed { handle, .. }
        | Event::Challenge { handle, .. }
        | Event::Idling { handle, .. }
        | Event::Upgrade { handle, .. } => return Addressee::Command(*handle),
        _ => return Addressee::Everybody,
    };
    match cause {
        Cause::Solicited(handle) => Addressee::Command(handle),
        Cause::Unsolicited => Addressee::Everybody,
        Cause::Abandoned(_) if event.is_news() => Addressee::Everybody,
        Cause::Abandoned(_) => Addressee::Nobody,
    }
}
