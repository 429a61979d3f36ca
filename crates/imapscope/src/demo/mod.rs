//! `imapscope demo`: five situations in which IMAP libraries hang, played against a small server on the loopback.

mod report;
mod scenes;
mod timeline;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use imap_machine::client::session::Credentials;
use imap_machine_testkit::server::{Fault, Options, Server, demo_mailboxes};
use imap_machine_tokio::{Client, Closed, Connector};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::cli;
use report::{Form, Report, Row};
use scenes::Scene;
use timeline::Timeline;

/// Messages in the INBOX of the server.
const MESSAGES: u32 = 300;
/// Octets of each.
const MESSAGE: u64 = 2 << 10;
/// No scene takes that long. One that does has not shown what it should.
const PATIENCE: Duration = Duration::from_secs(20);
/// Octets a second that every machine can do.
const PACE: u64 = 4 << 20;

/// What the scenes are played with.
struct Stage {
    server: Server,
    client: Client,
    connection: JoinHandle<Closed>,
    timeline: Timeline,
    /// Octets of the big message.
    big: u64,
}

pub async fn run(options: &cli::Demo) -> anyhow::Result<ExitCode> {
    let form = if options.json {
        Form::Json
    } else {
        Form::People
    };
    let report = Report::new(form, Box::new(anstream::stdout()));
    let begin = Instant::now();
    let stage = Stage::set(Timeline::new(report), options.big << 20).await?;
    let mut rows = Vec::new();
    for (number, scene) in (1..).zip(Scene::ALL) {
        stage
            .timeline
            .report(|report| report.heading(number, &scene.heading()));
        let mut row = stage.play(scene).await;
        if options.expect_failure_self_test && scene == Scene::Refused {
            row.expected = "APPEND ok, NOOP ok".to_owned();
        }
        stage.timeline.report(|report| report.result(&row));
        rows.push(row);
    }
    stage.leave(&rows, begin.elapsed()).await
}

impl Stage {
    async fn set(timeline: Timeline, big: u64) -> anyhow::Result<Self> {
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
        let connector = connector.observe(timeline.observer());
        let (client, connection) = connector.connect().await?;
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

    async fn play(&self, scene: Scene) -> Row {
        let begin = Instant::now();
        let patience = match scene {
            Scene::Big => PATIENCE + Duration::from_secs(self.big / PACE),
            _ => PATIENCE,
        };
        let got = match timeout(patience, scene.play(self)).await {
            Ok(Ok(got)) => got,
            Ok(Err(error)) => format!("error: {error:#}"),
            Err(_) => format!("nothing in {} s", patience.as_secs()),
        };
        Row {
            name: scene.heading().name,
            expected: scene.expected(self),
            got,
            took: begin.elapsed(),
        }
    }

    async fn leave(mut self, rows: &[Row], took: Duration) -> anyhow::Result<ExitCode> {
        self.client.close();
        let closed = timeout(PATIENCE, self.connection).await;
        closed.context("the connection did not close")??;
        let mut failure = None;
        self.timeline.report(|report| {
            report.summary(rows, took);
            failure = report.failure.take();
        });
        self.server.stop();
        if let Some(failure) = failure {
            return Err(failure).context("the timeline cannot be written");
        }
        Ok(match rows.iter().all(Row::is_as_expected) {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }
}
