//! imap-next with its own stream, in the loop of its examples.

use imap_next::client::{Client, Event, Options};
use imap_next::imap_types::command::{Command, CommandBody};
use imap_next::imap_types::core::Tag;
use imap_next::imap_types::response::{Data, Status, StatusKind};
use imap_next::stream::Stream;
use tokio::runtime::Runtime;

use super::imap_next::uid_fetch;
use super::imap_types_rows::read;
use super::tokio_client::runtime;
use super::{Read, Run, link};
use crate::server::Script;
use crate::tally::Tally;

struct Session {
    client: Client,
    stream: Stream,
    tags: u32,
}

impl Session {
    /// Logs in and selects.
    fn open(script: Script) -> (Runtime, Self) {
        let runtime = runtime();
        let session = runtime.block_on(async {
            let mut session = Self {
                client: Client::new(Options::default()),
                stream: Stream::insecure(link::socket(script)),
                tags: 0,
            };
            let login = CommandBody::login("user", "password").expect("a good argument");
            let select = CommandBody::select("INBOX").expect("a good argument");
            for body in [login, select] {
                session.run(body, |_| {}).await;
            }
            session
        });
        (runtime, session)
    }

    async fn run(&mut self, body: CommandBody<'static>, mut on_data: impl FnMut(Data<'static>)) {
        self.tags += 1;
        let tag = Tag::try_from(format!("A{}", self.tags)).expect("a tag");
        let command = Command {
            tag: tag.clone(),
            body,
        };
        self.client.enqueue_command(command);
        loop {
            match self.stream.next(&mut self.client).await.expect("a server") {
                Event::DataReceived { data } => on_data(data),
                Event::StatusReceived {
                    status: Status::Tagged(tagged),
                } if tagged.tag == tag => {
                    assert_eq!(tagged.body.kind, StatusKind::Ok);
                    return;
                }
                _ => {}
            }
        }
    }
}

/// NOOPs one by one.
#[must_use]
pub fn noops(script: Script, count: u32) -> Run {
    let (runtime, mut session) = Session::open(script);
    Box::new(move || {
        runtime.block_on(async {
            for _ in 0..count {
                session.run(CommandBody::Noop, |_| {}).await;
            }
        });
        Tally::rows(count)
    })
}

/// A FETCH of flags.
#[must_use]
pub fn rows(script: Script) -> Run {
    let (runtime, mut session) = Session::open(script);
    Box::new(move || {
        let mut tally = Tally::default();
        let rows = session.run(uid_fetch(), |data| {
            if let Data::Fetch { items, .. } = &data {
                read(items.as_ref(), Read::Flags, &mut tally);
            }
        });
        runtime.block_on(rows);
        tally
    })
}
