//! io-imap: coroutines without I/O, in the loop of its documentation.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ::io_imap::codec::fragmentizer::Fragmentizer;
use ::io_imap::codec::imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItemName};
use ::io_imap::codec::imap_types::flag::{Flag, StoreType};
use ::io_imap::coroutine::{ImapCoroutine, ImapCoroutineState, ImapYield};
use ::io_imap::rfc2177::idle::{ImapIdle, ImapIdleError, ImapIdleOptions, ImapIdleYield};
use ::io_imap::rfc3501::append::{ImapMessageAppend, ImapMessageAppendError};
use ::io_imap::rfc3501::fetch::{ImapMessageFetch, ImapMessageFetchError};
use ::io_imap::rfc3501::greeting::{ImapGreetingGet, ImapGreetingGetOptions};
use ::io_imap::rfc3501::login::ImapLogin;
use ::io_imap::rfc3501::noop::{ImapNoop, ImapNoopError};
use ::io_imap::rfc3501::select::ImapMailboxSelect;
use ::io_imap::rfc3501::store::{ImapMessageStore, ImapMessageStoreError};

use super::ONE_AT_A_TIME;
use crate::exchange::{Call, Done, Exchange, Library, MESSAGE};
use crate::server::{Input, Wire};

struct IoImap {
    wire: Wire,
    fragmentizer: Fragmentizer,
}

/// When the application wants IDLE to end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    Never,
    AtOnce,
    InLine,
}

pub(super) fn open(wire: &Wire, _: &Exchange) -> Result<Box<dyn Library>, String> {
    let fragmentizer = Fragmentizer::new(50 * 1024 * 1024);
    let mut library = IoImap {
        wire: wire.clone(),
        fragmentizer,
    };
    let greeting = ImapGreetingGet::new(ImapGreetingGetOptions {
        ensure_capabilities: false,
    });
    let greeting = library.run(greeting).ok_or("no greeting")?;
    greeting.map_err(|error| error.to_string())?;
    let login = ImapLogin::new("user", "password", Default::default());
    let login = library
        .run(login.map_err(|error| error.to_string())?)
        .ok_or("no login")?;
    login.map_err(|error| error.to_string())?;
    let inbox = "INBOX".try_into().map_err(|_| "no mailbox")?;
    let select = ImapMailboxSelect::new(inbox, Default::default());
    let select = library.run(select).ok_or("no select")?;
    select.map_err(|error| error.to_string())?;
    Ok(Box::new(library))
}

impl IoImap {
    /// Runs the loop. `None`: the library waits for ever.
    fn run<C: ImapCoroutine<Yield = ImapYield>>(&mut self, mut coroutine: C) -> Option<C::Return> {
        let mut read = None;
        loop {
            match coroutine.resume(&mut self.fragmentizer, read.take().as_deref()) {
                ImapCoroutineState::Yielded(ImapYield::WantsWrite(octets)) => {
                    assert_eq!(self.wire.write(&octets), octets.len());
                }
                ImapCoroutineState::Yielded(ImapYield::WantsRead) => match self.wire.read() {
                    Input::Octets(octets) => read = Some(octets),
                    Input::End => read = Some(Vec::new()),
                    Input::Nothing => return None,
                },
                ImapCoroutineState::Complete(result) => return Some(result),
            }
        }
    }

    fn idle(&mut self, stop: Stop, passed_over: &'static str) -> Done {
        let wish = Arc::new(AtomicBool::new(false));
        let mut coroutine = ImapIdle::new(wish.clone(), ImapIdleOptions::default());
        let mut read: Option<Vec<u8>> = None;
        loop {
            match coroutine.resume(&mut self.fragmentizer, read.take().as_deref()) {
                ImapCoroutineState::Yielded(ImapIdleYield::WantsWrite(octets)) => {
                    assert_eq!(self.wire.write(&octets), octets.len());
                    if stop == Stop::AtOnce {
                        wish.store(true, Ordering::SeqCst);
                    }
                }
                ImapCoroutineState::Yielded(ImapIdleYield::WantsRead) => match self.wire.read() {
                    Input::Octets(octets) => {
                        // Another thread may set this at any time. Here that happens while the octets are read.
                        if stop == Stop::InLine && !octets.starts_with(b"+") {
                            wish.store(true, Ordering::SeqCst);
                        }
                        read = Some(octets);
                    }
                    Input::End => read = Some(Vec::new()),
                    Input::Nothing if stop == Stop::Never => return Done::Waits(Some(passed_over)),
                    Input::Nothing => return Done::Waits(None),
                },
                ImapCoroutineState::Yielded(ImapIdleYield::Event(_)) => {}
                ImapCoroutineState::Complete(Ok(())) => return Done::Ok,
                ImapCoroutineState::Complete(Err(ImapIdleError::No(_) | ImapIdleError::Bad(_))) => {
                    return Done::Refused;
                }
                ImapCoroutineState::Complete(Err(error)) => return Done::Fails(error.to_string()),
            }
        }
    }
}

fn items() -> MacroOrMessageDataItemNames<'static> {
    let body = MessageDataItemName::BodyExt {
        section: None,
        partial: None,
        peek: true,
    };
    MacroOrMessageDataItemNames::MessageDataItemNames(vec![body])
}

impl Library for IoImap {
    fn call(&mut self, call: Call) -> Done {
        match call {
            Call::Noop => match self.run(ImapNoop::new()) {
                None => Done::Waits(None),
                Some(Ok(_)) => Done::Ok,
                Some(Err(ImapNoopError::No(_) | ImapNoopError::Bad(_))) => Done::Refused,
                Some(Err(error)) => Done::Fails(error.to_string()),
            },
            Call::Append => {
                let inbox = "INBOX".try_into().expect("a mailbox");
                let append = ImapMessageAppend::new(inbox, MESSAGE.into(), Default::default());
                match self.run(append) {
                    None => Done::Waits(None),
                    Some(Ok(_)) => Done::Ok,
                    Some(Err(ImapMessageAppendError::No(_) | ImapMessageAppendError::Bad(_))) => {
                        Done::Refused
                    }
                    Some(Err(error)) => Done::Fails(error.to_string()),
                }
            }
            // It returns when all of the answer is there, so nothing can be left untaken.
            Call::Fetch | Call::FetchUntaken => {
                let set = "1".try_into().expect("a set");
                match self.run(ImapMessageFetch::new(set, items(), Default::default())) {
                    None => Done::Waits(None),
                    Some(Ok(_)) => Done::Ok,
                    Some(Err(ImapMessageFetchError::No(_) | ImapMessageFetchError::Bad(_))) => {
                        Done::Refused
                    }
                    Some(Err(error)) => Done::Fails(error.to_string()),
                }
            }
            Call::Store => {
                let set = "1".try_into().expect("a set");
                let store = ImapMessageStore::new(
                    set,
                    StoreType::Add,
                    vec![Flag::Seen],
                    Default::default(),
                );
                match self.run(store) {
                    None => Done::Waits(None),
                    Some(Ok(_)) => Done::Ok,
                    Some(Err(ImapMessageStoreError::No(_) | ImapMessageStoreError::Bad(_))) => {
                        Done::Refused
                    }
                    Some(Err(error)) => Done::Fails(error.to_string()),
                }
            }
            Call::Idle => self.idle(
                Stop::Never,
                "the server's OK is passed over (with the feature `client` a refresh timer ends the wait)",
            ),
            Call::IdleUntilBye => self.idle(
                Stop::Never,
                "none of its events tells of the BYE (with the feature `client` a refresh timer ends the wait)",
            ),
            Call::IdleStopAtOnce => self.idle(Stop::AtOnce, ""),
            Call::IdleStopInLine => self.idle(Stop::InLine, ""),
            Call::AppendBetweenIdles | Call::FetchAndAppend => Done::CannotSay(ONE_AT_A_TIME),
        }
    }
}
