//! Writes inputs to begin fuzzing with: `cargo run -p imap-machine-tests --example fuzz_seeds -- FOLDER` fills `FOLDER/TARGET/` from
//! the scenarios and the responses of this repository.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use imap_machine_testkit::scenario::{Action, End, Scenario, Verb};
use imap_machine_tests::fuzz::{client, framing, responses};
use imap_machine_tests::operations::{COMMANDS, Op};
use imap_machine_tests::play;

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1) else {
        return Err(io::Error::other("usage: fuzz_seeds FOLDER"));
    };
    let mut seeds = Seeds {
        folder: folder.into(),
        written: 0,
    };
    for path in play::scenario_files(&play::scenario_folder()) {
        let text = fs::read_to_string(&path)?;
        let scenario = Scenario::parse(&text).map_err(io::Error::other)?;
        seeds.write("scenario", text.as_bytes())?;
        seeds.write("client", &operations(&scenario))?;
        let heard = scenario.steps.iter().filter_map(|step| match &step.action {
            Action::Server(octets) => Some(octets.as_slice()),
            _ => None,
        });
        seeds.stream(&heard.collect::<Vec<_>>().concat())?;
    }
    let responses = Path::new(env!("CARGO_MANIFEST_DIR")).join("responses");
    for file in ["handwritten.txt", "reported.txt"] {
        for line in fs::read_to_string(responses.join(file))?.lines() {
            seeds.stream(format!("{}\r\n", line.replace("\\r\\n", "\r\n")).as_bytes())?;
        }
    }
    println!("{} seeds", seeds.written);
    Ok(())
}

struct Seeds {
    folder: PathBuf,
    written: usize,
}

impl Seeds {
    fn write(&mut self, target: &str, input: &[u8]) -> io::Result<()> {
        let folder = self.folder.join(target);
        fs::create_dir_all(&folder)?;
        self.written += 1;
        fs::write(folder.join(format!("seed-{:04}", self.written)), input)
    }

    /// What a server says, for the targets that hear it.
    fn stream(&mut self, octets: &[u8]) -> io::Result<()> {
        self.write("framing", &[&framing::WIDE, octets].concat())?;
        self.write("framing", &[&framing::NARROW, octets].concat())?;
        for setting in [0, 5, 10] {
            let head: [u8; responses::HEAD] = [setting, 6];
            self.write("responses", &[&head, octets].concat())?;
        }
        Ok(())
    }
}

/// A scenario as operations: every command becomes one of the same verb.
fn operations(scenario: &Scenario) -> Vec<u8> {
    let mut octets = vec![0];
    let mut numbers = HashMap::new();
    for step in &scenario.steps {
        for op in step_operations(&step.action, &mut numbers) {
            octets.extend(client::encode(&op));
        }
    }
    octets
}

fn step_operations(action: &Action, numbers: &mut HashMap<String, u64>) -> Vec<Op> {
    let mut ops = match action {
        Action::Server(octets) => octets
            .split_inclusive(|octet| *octet == b'\n')
            .map(|line| Op::Octets(line.to_vec(), 0, 100))
            .collect(),
        Action::End(End::Eof) => vec![Op::Eof],
        Action::End(End::Failure) => vec![Op::Fail],
        Action::Time(span) => vec![Op::Pass(span.as_millis().try_into().unwrap_or(u64::MAX))],
        Action::Call(verb) => call(verb, numbers).into_iter().collect(),
        Action::Client(_) | Action::Event(_) | Action::Diagnosis(_) | Action::State(_) => vec![],
    };
    if !ops.is_empty() {
        ops.extend([Op::Drain, Op::Write(usize::MAX), Op::Drain]);
    }
    ops
}

fn call(verb: &Verb, numbers: &mut HashMap<String, u64>) -> Option<Op> {
    let number = |name: &str| numbers.get(name).copied().unwrap_or_default();
    Some(match verb {
        Verb::Send { name, command, .. } => {
            let shown = format!("{:?}", command.as_ref().ok()?);
            let alike = |built: &fn() -> _| {
                let built: Result<imap_machine::client::Command, _> = built();
                built.is_ok_and(|built| format!("{built:?}") == shown)
            };
            let which = COMMANDS.iter().position(alike)?;
            numbers.insert(name.clone(), numbers.len() as u64 + 1);
            Op::Send(which, None)
        }
        Verb::Cancel(name) => Op::Cancel(number(name)),
        Verb::Done(name) => Op::Done(number(name)),
        Verb::Answer { name, .. } => Op::Answer(number(name), false),
        Verb::Supply { name, octets } => Op::Supply(number(name), octets.len()),
        Verb::Close => Op::Close,
        Verb::Upgraded => Op::Upgraded,
        _ => return None,
    })
}
