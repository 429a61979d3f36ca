//! Prints how imap-machine compares. See README.md.

use std::process::ExitCode;

use imap_machine_bench::cli::{self, Command, Table};
use imap_machine_bench::workloads::{self, Settings};
use imap_machine_bench::{instructions, report};

fn main() -> ExitCode {
    let done = cli::parse(std::env::args().skip(1))
        .map_err(|error| format!("{error}\n\n{}", cli::USAGE))
        .and_then(run);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("imap-machine-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), String> {
    match command {
        Command::Table(table) => print(&table),
        Command::Instructions => {
            let update = std::env::var_os("UPDATE").is_some_and(|value| value == "1");
            instructions::run(update).map_err(|failure| failure.to_string())
        }
        Command::Work { name, size } => instructions::work(&name, size),
        Command::Resident {
            work,
            who,
            mebibytes,
        } => {
            println!("{:.2}", workloads::resident::one(&work, &who, mebibytes)?);
            Ok(())
        }
    }
}

fn print(table: &Table) -> Result<(), String> {
    if !cfg!(feature = "table") {
        eprintln!(
            "imap-machine-bench: imap-machine ALONE. Built with default features it compares."
        );
    }
    let settings = Settings {
        rounds: if table.quick { 3 } else { 9 },
        quick: table.quick,
    };
    let mut lines = Vec::new();
    let mut found = false;
    for (name, workload) in workloads::ALL {
        if table.only.is_empty()
            || table
                .only
                .iter()
                .any(|only| only.eq_ignore_ascii_case(name))
        {
            found = true;
            lines.extend(workload(settings));
        }
    }
    if !found {
        let names: Vec<_> = workloads::ALL.iter().map(|(name, _)| *name).collect();
        return Err(format!("no such workload; there are {}", names.join(", ")));
    }
    match table.json {
        true => println!("{}", report::json(&lines)),
        false => println!("{}", report::text(&lines)),
    }
    Ok(())
}
