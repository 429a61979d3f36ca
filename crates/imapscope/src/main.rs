//! See what an IMAP connection does.
//!
//! ```text
//! cli        the command line
//! demo/      five situations in which IMAP libraries hang, with a timeline
//! run/       one command on a real server
//! decode     a server's octets to JSON
//! scenario   conversations as text files, played
//! simulate   whole lives of a connection, made by chance
//! json/      events as JSON
//! style      colours and amounts
//! terminal   what servers say, fit for a terminal
//! ```

mod cli;
mod decode;
mod demo;
mod json;
mod run;
mod scenario;
mod simulate;
mod style;
mod terminal;

use std::fs::File;
use std::io;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Parser as _;
use tokio::runtime::Builder as Runtime;

use cli::{Cli, Color, Task};
use decode::{Begins, Decoded};
use style::{BAD, Styled};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    let done = match cli.task {
        // On one thread, so that commands that are sent together are always in the queue together.
        Task::Demo(options) => block_on(Runtime::new_current_thread(), demo::run(&options)),
        Task::Run(options) => block_on(Runtime::new_multi_thread(), run::run(*options)),
        Task::Decode(options) => decode(&options),
        Task::Scenario(options) => scenario::run(&options),
        Task::Simulate(options) => simulate::run(&options),
    };
    done.unwrap_or_else(|error| {
        // The reader of our output has closed it.
        if !is_broken_pipe(&error) {
            anstream::eprintln!("{} {}", Styled(BAD, "error:"), run::told(&error));
        }
        ExitCode::FAILURE
    })
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn block_on(
    mut runtime: Runtime,
    work: impl Future<Output = anyhow::Result<ExitCode>>,
) -> anyhow::Result<ExitCode> {
    let runtime = runtime.worker_threads(2).enable_all().build();
    let runtime = runtime.context("threads cannot be started")?;
    let done = runtime.block_on(work);
    // A read of standard input cannot be interrupted, and is not waited for.
    runtime.shutdown_background();
    done
}

fn decode(options: &cli::Decode) -> anyhow::Result<ExitCode> {
    let begins = match options.no_greeting {
        true => Begins::Later,
        false => Begins::WithGreeting,
    };
    let output = io::BufWriter::new(io::stdout().lock());
    let named = options.file.as_ref().filter(|file| file.as_os_str() != "-");
    let whole = match named {
        Some(path) => {
            let file =
                File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
            decode::decode(file, output, begins)
        }
        None => decode::decode(io::stdin().lock(), output, begins),
    };
    match whole.context("decoding stopped")? {
        Decoded::All => Ok(ExitCode::SUCCESS),
        Decoded::NoGreeting => bail!(
            "the first line is not a greeting, so the lines after it were not read; --no-greeting reads streams that begin after the greeting"
        ),
        Decoded::Part => bail!("not all could be read; the last line of the output says why"),
    }
}
