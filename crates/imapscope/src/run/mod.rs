//! `imapscope run`: one command on a real server.
//!
//! ```text
//! connect    from the command line to a session
//! verbs      what the commands do
//! fetch      FETCH, with bodies that are written as they arrive
//! output     results, to people or as JSON
//! progress   how far a long transfer is
//! trace      every event, on standard error
//! advice     what to do about errors
//! ```

mod advice;
mod connect;
mod fetch;
mod output;
mod progress;
mod trace;
mod verbs;

use std::process::ExitCode;
use std::time::Duration;

use imap_machine_tokio::{Client, Closed};
use tokio::signal::ctrl_c;
use tokio::task::JoinHandle;
use tokio::time::{interval_at, timeout};

use crate::cli;
use crate::style::{DIM, Styled};
pub use advice::told;
use output::Output;

/// After Ctrl-C, as shells have it: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;
/// How long parting may take: a server that says nothing is left without ceremony.
const PARTING: Duration = Duration::from_secs(3);
/// How often `--verbose` says what is being waited for.
const ASK: Duration = Duration::from_secs(2);

/// A session, and how to tell about it.
struct Session {
    client: Client,
    output: Output,
    verbose: bool,
}

pub async fn run(options: cli::Run) -> anyhow::Result<ExitCode> {
    let output = Output::new(options.json);
    let (verbose, verb) = (options.verbose, options.verb.clone());
    let connecting = connect::connect(options);
    let (client, connection) = tokio::select! {
        connected = connecting => connected?,
        _ = ctrl_c() => return Ok(ExitCode::from(INTERRUPTED)),
    };
    let connection = tokio::spawn(connection);
    let mut session = Session {
        client,
        output,
        verbose,
    };
    // IDLE is meant to be ended by Ctrl-C, and takes care of it.
    let idles = matches!(verb, cli::Verb::Idle { .. });
    let done = tokio::select! {
        done = session.perform(verb) => Some(done),
        _ = ctrl_c(), if !idles => None,
    };
    if done.is_none() {
        anstream::eprintln!("interrupted; parting from the server (Ctrl-C again: at once)");
    }
    tokio::select! {
        () = part(&session.client, connection) => {}
        _ = ctrl_c() => return Ok(ExitCode::from(INTERRUPTED)),
    }
    match done {
        Some(done) => done.map(|()| ExitCode::SUCCESS).map_err(advice::explain),
        None => Ok(ExitCode::from(INTERRUPTED)),
    }
}

/// LOGOUT if the server lets us, else the end.
async fn part(client: &Client, connection: JoinHandle<Closed>) {
    // Whatever it says to LOGOUT, we are going.
    let _ = timeout(PARTING, client.logout()).await;
    client.close();
    let _ = timeout(PARTING, connection).await;
}

impl Session {
    /// Waits, and says what for if it was asked to.
    async fn watched<T>(&self, work: impl Future<Output = T>) -> T {
        let mut ticks = interval_at(tokio::time::Instant::now() + ASK, ASK);
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                _ = ticks.tick(), if self.verbose => {
                    if let Ok(diagnosis) = self.client.diagnosis().await {
                        anstream::eprintln!("{}", Styled(DIM, format!("│ {diagnosis}")));
                    }
                }
            }
        }
    }
}
