//! The server of the demo, and a session with it.

use anyhow::Context as _;
use imap_machine::client::session::Credentials;
use imap_machine_testkit::server::{Fault, Options, Server, demo_mailboxes};
use imap_machine_tokio::{Client, Closed, Connector, Dial};
use tokio::task::JoinHandle;

use super::timeline::Timeline;

/// Messages in the INBOX of the server.
pub const MESSAGES: u32 = 300;
/// Octets of each.
pub const MESSAGE: u64 = 2 << 10;

/// The things that the scenes are played with.
pub struct Stage {
    pub server: Server,
    pub client: Client,
    pub connection: JoinHandle<Closed>,
    pub timeline: Timeline,
    /// Octets of the big message.
    pub big: u64,
}

impl Stage {
    pub async fn set(timeline: Timeline, big: u64) -> anyhow::Result<Self> {
        let server = Server::start(Options {
            mailboxes: demo_mailboxes(MESSAGES as usize, MESSAGE, big),
            faults: vec![Fault::Silent("SEARCH")],
            ..Options::default()
        });
        let server = server.context("the demo's server cannot be started")?;
        let address = server.addr();
        timeline.report(|report| report.opening(&address.to_string()));
        let connector = Connector::new(&format!("imap://{address}"))?;
        let connector = connector.credentials(Credentials::password("alice", "secret"));
        let dial = Dial::new(&connector).observe(timeline.observer());
        let (client, connection) = dial.connect().await?;
        let connection = tokio::spawn(connection);
        let select = client.select("INBOX");
        select.await.context("the demo's INBOX cannot be opened")?;
        Ok(Self {
            server,
            client,
            connection,
            timeline,
            big,
        })
    }
}
