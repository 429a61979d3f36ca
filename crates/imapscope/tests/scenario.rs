//! `imapscope scenario` says which line differs.

mod common;

use std::process::Command;
use std::{env, fs, process};

use common::imapscope;

const RIGHT: &str = "\
# a command and its completion
S: * OK ready
> greeting ok \"ready\"
! c1 = noop
C: A1 NOOP
S: A1 OK done
> outcome c1 ok
";

#[test]
fn the_line_that_differs() {
    let folder = env::temp_dir().join(format!("imapscope-{}-scenarios", process::id()));
    fs::create_dir_all(folder.join("below")).expect("a directory");
    fs::write(folder.join("right.imap"), RIGHT).expect("a file");
    let name = folder.to_str().expect("UTF-8");
    let ran = imapscope(&["scenario", name]).done();
    assert!(
        ran.stdout.contains("1 scenario, 0 differ"),
        "{}",
        ran.stdout
    );

    let wrong = RIGHT.replace("outcome c1 ok", "outcome c1 no");
    fs::write(folder.join("below/wrong.imap"), wrong).expect("a file");
    fs::write(folder.join("below/notes.txt"), "no scenario").expect("a file");
    let ran = imapscope(&["scenario", name, "--once"]).failed(&[]);
    assert!(
        ran.stdout.contains("wrong.imap\n  line 7"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("2 scenarios, 1 differ"),
        "{}",
        ran.stdout
    );
    fs::remove_dir_all(folder).expect("it was there");

    imapscope(&["scenario", "/nowhere"]).failed(&["cannot read /nowhere"]);
}

#[test]
fn what_is_expected_is_rewritten_but_never_what_is_written() {
    let file = env::temp_dir().join(format!("imapscope-{}-recorded.imap", process::id()));
    let update = |text: String| {
        fs::write(&file, text).expect("a file");
        let ran = Command::new(env!("CARGO_BIN_EXE_imapscope"))
            .args(["scenario", "--once"])
            .arg(&file)
            .env("UPDATE", "1")
            .output();
        let ran = common::Ran::from(ran.expect("it ends"));
        (ran, fs::read_to_string(&file).expect("the file"))
    };
    let (ran, text) = update(RIGHT.replace("outcome c1 ok", "outcome c1 refused no"));
    ran.done();
    assert_eq!(text, RIGHT);

    let wrong = RIGHT.replace("C: A1 NOOP", "C: A1 CHECK");
    let (ran, text) = update(wrong.clone());
    let ran = ran.failed(&[]);
    assert!(ran.stdout.contains("got: C: A1 NOOP"), "{}", ran.stdout);
    assert_eq!(text, wrong);
    fs::remove_file(file).expect("it was there");
}
