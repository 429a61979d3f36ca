//! `imapscope scenario` says which line differs.

mod common;

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
