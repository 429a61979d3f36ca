//! io-imap: coroutines, in the loop of its documentation. It returns the rows of a FETCH as one map.

use std::num::NonZeroU32;

use io_imap::codec::fragmentizer::Fragmentizer;
use io_imap::codec::imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItemName};
use io_imap::codec::imap_types::flag::{Flag, StoreType};
use io_imap::coroutine::{ImapCoroutine, ImapCoroutineState, ImapYield};
use io_imap::rfc3501::fetch::{ImapMessageFetch, ImapMessageFetchOptions};
use io_imap::rfc3501::fetch_stream::{ImapMessageFetchStream, ImapMessageFetchStreamYield};
use io_imap::rfc3501::greeting::{ImapGreetingGet, ImapGreetingGetOptions};
use io_imap::rfc3501::login::ImapLogin;
use io_imap::rfc3501::select::ImapMailboxSelect;
use io_imap::rfc3501::store::{ImapMessageStoreOptions, ImapMessageStoreSilent};

use super::imap_types_rows::read;
use super::{Read, Run};
use crate::server::{Answer, Script, Server};
use crate::tally::{Tally, samples};

/// A session with a mailbox selected, and its server.
pub struct Session {
    fragmentizer: Fragmentizer,
    server: Server,
    space: Vec<u8>,
}

impl Session {
    /// Logs in and selects.
    #[must_use]
    pub fn open(script: Script) -> Self {
        let space = vec![0; script.chunk];
        let mut session = Self {
            // Its documentation uses 50 MiB, and the largest body of these workloads is larger.
            fragmentizer: Fragmentizer::new(u32::MAX),
            server: Server::new(script),
            space,
        };
        let greeting = ImapGreetingGet::new(ImapGreetingGetOptions {
            ensure_capabilities: false,
        });
        session.run(greeting).expect("a greeting");
        let login = ImapLogin::new("user", "password", Default::default());
        session
            .run(login.expect("a good argument"))
            .expect("a login");
        let inbox = "INBOX".try_into().expect("a mailbox");
        let select = ImapMailboxSelect::new(inbox, Default::default());
        session.run(select).expect("a mailbox");
        session
    }

    fn run<C: ImapCoroutine<Yield = ImapYield>>(&mut self, mut coroutine: C) -> C::Return {
        let mut read = None;
        loop {
            let octets = read.take().map(|octets| &self.space[..octets]);
            match coroutine.resume(&mut self.fragmentizer, octets) {
                ImapCoroutineState::Yielded(ImapYield::WantsWrite(octets)) => {
                    self.server.take(&octets)
                }
                ImapCoroutineState::Yielded(ImapYield::WantsRead) => read = Some(self.read()),
                ImapCoroutineState::Complete(result) => return result,
            }
        }
    }

    fn read(&mut self) -> usize {
        let octets = self.server.read(&mut self.space);
        assert_ne!(octets, 0, "io-imap waits for nothing");
        octets
    }

    /// What a session keeps between two commands.
    #[must_use]
    pub fn into_fragmentizer(self) -> Fragmentizer {
        self.fragmentizer
    }
}

impl Session {
    /// Fetches all there is.
    pub fn fetch(&mut self, what: Read) -> Tally {
        let items = vec![MessageDataItemName::Uid, MessageDataItemName::Flags];
        let items = MacroOrMessageDataItemNames::MessageDataItemNames(items);
        let options = ImapMessageFetchOptions {
            uid: true,
            ..Default::default()
        };
        let set = "1:*".try_into().expect("a set");
        let rows = self.run(ImapMessageFetch::new(set, items, options));
        let mut tally = Tally::default();
        for items in rows.expect("rows").values() {
            read(items.as_ref(), what, &mut tally);
        }
        tally
    }

    /// What FETCH brings from now on.
    pub fn set_answer(&mut self, answer: Answer) {
        self.server.set_answer(answer);
    }
}

/// A FETCH, its rows read like this.
#[must_use]
pub fn fetch(script: Script, what: Read) -> Run {
    let mut session = Session::open(script);
    Box::new(move || session.fetch(what))
}

/// W3: its coroutine that fetches one body without holding it. The UID is the one that was asked for.
#[must_use]
pub fn stream(script: Script) -> Run {
    let mut session = Session::open(script);
    Box::new(move || {
        let uid = NonZeroU32::new(2).expect("two");
        let mut coroutine = ImapMessageFetchStream::new(uid, true);
        let (mut offset, mut sum) = (0, 0);
        let mut read = None;
        loop {
            let octets = read.take().map(|octets| &session.space[..octets]);
            let state = coroutine.resume(&mut session.fragmentizer, octets);
            let octets = match state {
                ImapCoroutineState::Yielded(ImapMessageFetchStreamYield::WantsWrite(octets)) => {
                    session.server.take(&octets);
                    continue;
                }
                ImapCoroutineState::Yielded(ImapMessageFetchStreamYield::WantsRead) => {
                    read = Some(session.read());
                    continue;
                }
                ImapCoroutineState::Yielded(ImapMessageFetchStreamYield::BodyChunk(octets)) => {
                    sum += samples(&octets, offset);
                    octets.len() as u64
                }
                ImapCoroutineState::Yielded(ImapMessageFetchStreamYield::WantsStream { len }) => {
                    let end = offset + u64::from(len);
                    while offset < end {
                        let left = usize::try_from(end - offset).unwrap_or(usize::MAX);
                        let most = session.space.len().min(left);
                        let octets = session.server.read(&mut session.space[..most]);
                        sum += samples(&session.space[..octets], offset);
                        offset += octets as u64;
                    }
                    0
                }
                ImapCoroutineState::Complete(result) => {
                    result.expect("a body");
                    break;
                }
            };
            offset += octets;
        }
        let mut tally = Tally::default();
        tally.add(u64::from(uid.get()) + offset + sum);
        tally
    })
}

/// W5: `count` STOREs, one by one. The library has no other way.
#[must_use]
pub fn stores_one_by_one(script: Script, count: u32) -> Run {
    let mut session = Session::open(script);
    Box::new(move || {
        for uid in 1..=count {
            let set = uid.to_string().as_str().try_into().expect("a set");
            let options = ImapMessageStoreOptions { uid: true };
            let store = ImapMessageStoreSilent::new(set, StoreType::Add, vec![Flag::Seen], options);
            session.run(store).expect("OK");
        }
        Tally::rows(session.server.stores())
    })
}
