//! `imapscope run`: one command on a real server.
//!
//! ```text
//! connect    from the command line to what to connect to
//! verbs      what the commands do
//! mailboxes  what they do with mailboxes themselves
//! fetch      FETCH, with bodies that are written as they arrive
//! output     results, to people or as JSON
//! interrupt  Ctrl-C
//! progress   how far a long transfer is
//! trace      every event, on standard error
//! advice     what to do about errors
//! ```

mod advice;
mod append;
mod connect;
mod fetch;
mod interrupt;
mod mailboxes;
mod output;
mod progress;
mod sorting;
mod trace;
mod unread;
mod verbs;

use std::process::ExitCode;
use std::time::Duration;

use imap_machine_tokio::{Client, Closed, Dial};
use tokio::task::JoinHandle;
use tokio::time::{interval_at, timeout};

use crate::cli;
use crate::style::{DIM, Styled};
pub use advice::told;
use interrupt::{INTERRUPTED, Interrupt, Interrupted};
use output::Output;
use trace::Trace;

/// How long LOGOUT may take: a silent server is left without it.
const PARTING: Duration = Duration::from_secs(3);
/// How often `--verbose` says what the connection waits for.
const ASK: Duration = Duration::from_secs(2);

/// A session, and how its results are shown.
struct Session {
    client: Client,
    output: Output,
    interrupt: Interrupt,
    verbose: bool,
}

pub async fn run(options: cli::Run) -> anyhow::Result<ExitCode> {
    let output = Output::new(options.json);
    let (verbose, verb) = (options.verbose, options.verb.clone());
    let connector = connect::connector(&options)?;
    let mut dial = Dial::new(&connector);
    if options.trace {
        dial = dial.observe(Box::new(Trace::default()));
    }
    // Not earlier: while a password is read from a terminal, the signal itself has to end the program.
    let interrupt = Interrupt::watch();
    let connecting = interrupt.or(dial.connect()).await;
    let Ok(connected) = connecting else {
        return Ok(ExitCode::from(INTERRUPTED));
    };
    let (client, connection) = connected.map_err(advice::connecting)?;
    let connection = tokio::spawn(connection);
    let mut session = Session {
        client,
        output,
        interrupt: interrupt.clone(),
        verbose,
    };
    // Ctrl-C is the usual end of waiting for news, so these handle it themselves.
    let done = match verb {
        waits @ (cli::Verb::Idle { .. } | cli::Verb::Notify { .. }) => session.perform(waits).await,
        verb => match interrupt.or(session.perform(verb)).await {
            Ok(done) => done,
            Err(interrupted) => Err(interrupted.into()),
        },
    };
    let interrupted = matches!(&done, Err(error) if error.is::<Interrupted>());
    if interrupted {
        anstream::eprintln!("interrupted; parting from the server");
    }
    part(&session.client, connection).await;
    match done {
        Err(_) if interrupted => Ok(ExitCode::from(INTERRUPTED)),
        done => done.map(|()| ExitCode::SUCCESS).map_err(advice::explain),
    }
}

/// Sends LOGOUT if the server allows it, then ends the connection.
async fn part(client: &Client, connection: JoinHandle<Closed>) {
    // The answer to LOGOUT does not matter.
    let _ = timeout(PARTING, client.logout()).await;
    client.close();
    let _ = timeout(PARTING, connection).await;
}

impl Session {
    /// Does some work, and says what it waits for if `--verbose` is given.
    async fn watched<T>(&self, work: impl Future<Output = T>) -> T {
        let mut ticks = interval_at(tokio::time::Instant::now() + ASK, ASK);
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                _ = ticks.tick(), if self.verbose => {
                    let diagnosis = self.client.diagnosis();
                    anstream::eprintln!("{}", Styled(DIM, format!("│ {diagnosis}")));
                }
            }
        }
    }
}
