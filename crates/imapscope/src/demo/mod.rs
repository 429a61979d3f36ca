//! `imapscope demo`: five situations in which IMAP libraries hang, played against a small server on the loopback.

mod entry;
mod report;
mod scenes;
mod stage;
mod timeline;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::time::timeout;

use crate::cli;
use report::{Form, Report, Row};
use scenes::Scene;
use stage::Stage;
use timeline::Timeline;

/// A scene that takes longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(20);
/// Octets a second that every machine can move.
const PACE: u64 = 4 << 20;

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
        let mut row = play(&stage, scene).await;
        if options.expect_failure_self_test && scene == Scene::Refused {
            row.expected = "APPEND ok, NOOP ok".to_owned();
        }
        stage.timeline.report(|report| report.result(&row));
        rows.push(row);
    }
    leave(stage, &rows, begin.elapsed()).await
}

async fn play(stage: &Stage, scene: Scene) -> Row {
    let begin = Instant::now();
    let patience = match scene {
        Scene::Big => PATIENCE + Duration::from_secs(stage.big / PACE),
        _ => PATIENCE,
    };
    let got = match timeout(patience, scene.play(stage)).await {
        Ok(Ok(got)) => got,
        Ok(Err(error)) => format!("error: {error:#}"),
        Err(_) => format!("nothing in {} s", patience.as_secs()),
    };
    Row {
        name: scene.heading().name,
        expected: scene.expected(stage),
        got,
        took: begin.elapsed(),
    }
}

async fn leave(mut stage: Stage, rows: &[Row], took: Duration) -> anyhow::Result<ExitCode> {
    stage.client.close();
    let closed = timeout(PATIENCE, stage.connection).await;
    closed.context("the connection did not close")??;
    let mut failure = None;
    stage.timeline.report(|report| {
        report.summary(rows, took);
        failure = report.failure.take();
    });
    stage.server.stop();
    if let Some(failure) = failure {
        return Err(failure).context("the timeline cannot be written");
    }
    Ok(match rows.iter().all(Row::is_as_expected) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
