//! Runs the inputs of `fuzz/corpus/` once more. Each takes a way through the code that no other one takes. See `fuzz/README.md`.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use imap_machine_tests::fuzz::TARGETS;
use imap_machine_tests::fuzz::seeds::seeds;
use imap_machine_tests::play;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

fn inputs(target: &str) -> Vec<PathBuf> {
    let folder = fuzz().join("corpus").join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut inputs: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    inputs.sort();
    inputs
}

#[test]
fn every_input_goes_well() {
    let mut failed = Vec::new();
    for (target, run) in TARGETS {
        let inputs = inputs(target);
        assert!(inputs.len() >= 10, "{target}: only {} inputs", inputs.len());
        let results = play::in_parallel(&inputs, |path| {
            let input = fs::read(path).unwrap();
            catch_unwind(|| run(&input)).is_ok()
        });
        println!("{target}: {} inputs", inputs.len());
        let bad = inputs.into_iter().zip(results).filter(|(_, well)| !well);
        failed.extend(bad.map(|(path, _)| path));
    }
    assert!(failed.is_empty(), "see above: {failed:?}");
}

#[test]
fn every_seed_goes_well() {
    let seeds = seeds();
    for (target, run) in TARGETS {
        let mine: Vec<_> = seeds.iter().filter(|(of, _)| *of == target).collect();
        // `encode` has no seeds, since any octets make a command.
        assert_eq!(mine.is_empty(), target == "encode", "{target}");
        play::in_parallel(&mine, |(_, input)| run(input));
    }
}

/// Each target can be run, and its corpus is replayed here.
#[test]
fn every_target_is_there() {
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    let sources = fs::read_dir(fuzz().join("fuzz_targets")).unwrap();
    let mut sources: Vec<_> = sources.map(|entry| entry.unwrap().file_name()).collect();
    sources.sort();
    let expected: Vec<_> = TARGETS
        .iter()
        .map(|(name, _)| format!("{name}.rs"))
        .collect();
    assert_eq!(
        sources,
        expected
            .iter()
            .map(AsRef::as_ref)
            .collect::<Vec<&std::ffi::OsStr>>()
    );
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        let source = fs::read_to_string(fuzz().join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(source.contains(&format!("fuzz::{name}::run(")), "{name}");
    }
}
