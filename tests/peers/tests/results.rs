//! `results.toml` says what happens. `UPDATE=1` rewrites it.

use std::{env, fs};

use imap_machine_peers::results;

const HEAD: &str = "# Written by `UPDATE=1 tests/peers/run`. docs/hangs.md shows it.\n\n";

#[test]
fn the_results_are_what_happens() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/results.toml");
    let results = results::all();
    let text = toml::to_string_pretty(&results).expect("TOML");
    let text = format!("{HEAD}{text}");
    if env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(path, &text).expect("written");
    }
    let held = fs::read_to_string(path).unwrap_or_default();
    assert!(
        held == text,
        "results.toml is not up to date; read the difference, then rewrite it with UPDATE=1"
    );
}

/// For this library, only a right result is accepted.
#[test]
fn imap_machine_is_right_in_all() {
    for exchange in results::all().exchange {
        let result = &exchange.results["imap-machine"];
        assert!(
            result.starts_with("correct"),
            "{}: {result}",
            exchange.title
        );
    }
}
