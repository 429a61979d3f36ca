//! Seeds: inputs made from the scenarios and the responses of this repository.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use imap_machine::client::Command;
use imap_machine_testkit::scenario::{self, Action, End, Scenario, Verb};

use super::{client, framing, from_client, responses};
use crate::operations::{COMMANDS, Op};
use crate::play;
use crate::responses::FILES;

/// An input, and the target it is for.
pub type Seed = (&'static str, Vec<u8>);

/// All seeds, always in the same order.
///
/// # Panics
///
/// When a file cannot be read.
#[must_use]
pub fn seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for path in scenario::files(&play::scenario_folder()).expect("scenarios") {
        let text = fs::read_to_string(&path).expect("a text");
        let scenario = Scenario::parse(&text).expect("a scenario");
        let heard = scenario.steps.iter().filter_map(|step| match &step.action {
            Action::Server(octets) => Some(octets.as_slice()),
            _ => None,
        });
        stream(&heard.collect::<Vec<_>>().concat(), &mut seeds);
        let said = scenario.steps.iter().filter_map(|step| match &step.action {
            Action::Client(octets) => Some(octets.as_slice()),
            _ => None,
        });
        let said = said.collect::<Vec<_>>().concat();
        for head in [from_client::WIDE, from_client::NARROW] {
            seeds.push(("from_client", [&head, said.as_slice()].concat()));
        }
        seeds.push(("client", operations(&scenario)));
        seeds.push(("scenario", text.into_bytes()));
    }
    let responses = Path::new(env!("CARGO_MANIFEST_DIR")).join("responses");
    for file in FILES {
        let text = fs::read_to_string(responses.join(file)).expect("responses");
        for line in text.lines() {
            let line = format!("{}\r\n", line.replace("\\r\\n", "\r\n"));
            stream(line.as_bytes(), &mut seeds);
        }
    }
    seeds
}

/// Adds what a server says, for the targets that read it.
fn stream(octets: &[u8], seeds: &mut Vec<Seed>) {
    for head in [framing::WIDE, framing::NARROW] {
        seeds.push(("framing", [&head, octets].concat()));
    }
    for setting in [0, 5, 10] {
        let head: [u8; responses::HEAD] = [setting, 6];
        seeds.push(("responses", [&head, octets].concat()));
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
                let built: Result<Command, _> = built();
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
