//! The answer to THREAD.

use alloc::vec::Vec;

use super::{Answer, Uptake, course_of_command};
use crate::client::event::Event;
use crate::codec::{ThreadMember, Untagged};

/// THREAD and UID THREAD (RFC 5256 section 4): all messages of all threads, each before the answers to it. How deep they are is told by
/// their [`depth`](ThreadMember::depth), so threads of any depth take as much memory as they have messages.
///
/// ```
/// use imap_machine::client::answers::Threaded;
///
/// fn show(threaded: &Threaded) {
///     for thread in threaded.threads() {
///         for member in thread {
///             println!("{}{:?}", "  ".repeat(member.depth), member.number);
///         }
///     }
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Threaded {
    /// Each before the answers to it.
    pub members: Vec<ThreadMember>,
    /// What the server said about it besides, and lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
}

impl Threaded {
    /// The threads one by one, in the order of the server. The first message of each has depth 0.
    pub fn threads(&self) -> impl Iterator<Item = &[ThreadMember]> {
        self.members.chunk_by(|_, next| next.depth > 0)
    }

    /// The place of the message that the one at this place answers.
    #[must_use]
    pub fn parent(&self, place: usize) -> Option<usize> {
        let depth = self.members.get(place)?.depth.checked_sub(1)?;
        let before = self.members.get(..place)?;
        before.iter().rposition(|member| member.depth == depth)
    }
}

impl Answer for Threaded {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        match event {
            Event::Untagged {
                data: data @ Untagged::Thread(threads),
                ..
            } => {
                self.members.extend(threads.members());
                Uptake::of(data)
            }
            event => course_of_command(event),
        }
    }

    fn octets(&self) -> usize {
        self.members.capacity() * size_of::<ThreadMember>()
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        Ok(Self { unread, ..self })
    }
}
