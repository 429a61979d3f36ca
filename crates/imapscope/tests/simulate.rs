//! `imapscope simulate` lives lives and says what they came across.

mod common;

use common::imapscope;

#[test]
fn the_same_seeds_tell_the_same() {
    let run = |threads: &str| {
        let arguments = [
            "simulate",
            "--seeds",
            "40",
            "--start",
            "7",
            "--threads",
            threads,
        ];
        let told = imapscope(&arguments).done().stdout;
        // Without the lines that say how fast it was.
        let tables: Vec<_> = told.lines().filter(|line| !line.contains("/s)")).collect();
        let told_of = told.lines().last().unwrap_or_default().to_owned();
        assert!(told_of.contains("40 seeds"), "{told_of}");
        assert!(told_of.ends_with("no rule broken"), "{told_of}");
        tables.join("\n")
    };
    let (one, two) = (run("1"), run("2"));
    assert_eq!(one, two);
    assert!(
        one.contains("state \\ transition") && one.contains("hazard \\ waits for"),
        "{one}"
    );
}
