//! imap-next, in the loop of its examples.

use imap_next::client::{Client, Event, Options};
use imap_next::imap_types::command::{Command, CommandBody};
use imap_next::imap_types::core::{Literal, Tag};
use imap_next::imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItemName};
use imap_next::imap_types::flag::{Flag, StoreResponse, StoreType};
use imap_next::imap_types::response::{Data, Status, StatusKind};
use imap_next::imap_types::search::SearchKey;
use imap_next::{Interrupt, Io, State};

use super::imap_types_rows::read;
use super::{Read, Run};
use crate::inputs::bodies::Large;
use crate::server::{Answer, Script, Server};
use crate::tally::Tally;

/// A client with a mailbox selected, and its server.
pub struct Session {
    client: Client,
    server: Server,
    space: Vec<u8>,
    tags: u32,
}

impl Session {
    /// Logs in and selects.
    #[must_use]
    pub fn open(script: Script) -> Self {
        let mut options = Options::default();
        // The default, 100 MiB, refuses the largest body of these workloads.
        options.max_response_size = u32::MAX;
        let space = vec![0; script.chunk];
        let mut session = Self {
            client: Client::new(options),
            server: Server::new(script),
            space,
            tags: 0,
        };
        let login = CommandBody::login("user", "password").expect("a good argument");
        let select = CommandBody::select("INBOX").expect("a good argument");
        for body in [login, select] {
            session.run(body, |_| {});
        }
        session
    }

    /// Enqueues a command; its tag.
    pub fn enqueue(&mut self, body: CommandBody<'static>) -> Tag<'static> {
        self.tags += 1;
        let tag = Tag::try_from(format!("A{}", self.tags)).expect("a tag");
        self.client.enqueue_command(Command {
            tag: tag.clone(),
            body,
        });
        tag
    }

    /// Sends a command and goes around until its tagged OK.
    pub fn run(&mut self, body: CommandBody<'static>, on_data: impl FnMut(Data<'static>)) {
        let tag = self.enqueue(body);
        self.until(&tag, on_data);
    }

    /// Goes around until this tagged OK.
    pub fn until(&mut self, until: &Tag<'_>, mut on_data: impl FnMut(Data<'static>)) {
        loop {
            match self.client.next() {
                Ok(Event::DataReceived { data }) => on_data(data),
                Ok(Event::StatusReceived {
                    status: Status::Tagged(tagged),
                }) => {
                    assert_eq!(tagged.body.kind, StatusKind::Ok);
                    if tagged.tag == *until {
                        return;
                    }
                }
                Ok(_) => {}
                Err(Interrupt::Io(Io::NeedMoreInput)) => {
                    let octets = self.server.read(&mut self.space);
                    assert_ne!(octets, 0, "imap-next waits for nothing");
                    self.client.enqueue_input(&self.space[..octets]);
                }
                Err(Interrupt::Io(Io::Output(octets))) => self.server.take(&octets),
                Err(Interrupt::Error(error)) => panic!("imap-next: {error}"),
            }
        }
    }
}

/// A FETCH, its rows read like this.
#[must_use]
pub fn fetch(script: Script, what: Read) -> Run {
    let mut session = Session::open(script);
    Box::new(move || session.fetch(what))
}

/// `UID FETCH 1:* (UID FLAGS)`. The server answers with what its script has.
#[must_use]
pub fn uid_fetch() -> CommandBody<'static> {
    let items = vec![MessageDataItemName::Uid, MessageDataItemName::Flags];
    let items = MacroOrMessageDataItemNames::MessageDataItemNames(items);
    CommandBody::fetch("1:*", items, true).expect("a good argument")
}

/// `UID SEARCH ALL`: how many numbers, and their sum.
#[must_use]
pub fn search(script: Script) -> Run {
    let mut session = Session::open(script);
    Box::new(move || {
        let mut tally = Tally::default();
        let search = CommandBody::search(
            None,
            vec![SearchKey::All].try_into().expect("one key"),
            true,
        );
        session.run(search, |data| {
            if let Data::Search(numbers, _) = &data {
                tally.numbers(numbers.iter().map(|number| number.get()));
            }
        });
        tally
    })
}

/// W3 outwards: the message whole, in a literal that does not wait.
#[must_use]
pub fn append(script: Script, message: &Large) -> Run {
    let mut session = Session::open(script);
    let message = Literal::unvalidated_non_sync(message.whole());
    let append = CommandBody::append("INBOX", Vec::new(), None, message).expect("a good argument");
    let mut append = Some(append);
    Box::new(move || {
        session.run(append.take().expect("once"), drop);
        let (octets, samples) = session.server.literal();
        let mut tally = Tally::default();
        tally.add(2 + octets + samples);
        tally
    })
}

/// One `UID STORE`.
#[must_use]
pub fn store(uid: u32) -> CommandBody<'static> {
    let uid = uid.to_string();
    let store = CommandBody::store(
        uid.as_str(),
        StoreType::Add,
        StoreResponse::Silent,
        vec![Flag::Seen],
        true,
    );
    store.expect("a good argument")
}

/// W5: `count` STOREs, all enqueued at once.
#[must_use]
pub fn stores(script: Script, count: u32) -> Run {
    let mut session = Session::open(script);
    Box::new(move || {
        let tags: Vec<_> = (1..=count).map(|uid| session.enqueue(store(uid))).collect();
        for tag in &tags {
            session.until(tag, drop);
        }
        Tally::rows(session.server.stores())
    })
}

/// W5: `count` STOREs, each when the one before has ended.
#[must_use]
pub fn stores_one_by_one(script: Script, count: u32) -> Run {
    let mut session = Session::open(script);
    Box::new(move || {
        for uid in 1..=count {
            session.run(store(uid), drop);
        }
        Tally::rows(session.server.stores())
    })
}

impl Session {
    /// Fetches all there is.
    pub fn fetch(&mut self, what: Read) -> Tally {
        let mut tally = Tally::default();
        self.run(uid_fetch(), |data| {
            if let Data::Fetch { items, .. } = &data {
                read(items.as_ref(), what, &mut tally);
            }
        });
        tally
    }

    /// The answer to FETCH from now on.
    pub fn set_answer(&mut self, answer: Answer) {
        self.server.set_answer(answer);
    }

    /// The client alone.
    #[must_use]
    pub fn into_client(self) -> Client {
        self.client
    }
}
