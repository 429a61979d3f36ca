//! Ctrl-C: the first asks to stop, the second stops at once.

#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A server that answers everything but what ends an IDLE, or nothing.
fn server(answers: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("imap://{}", listener.local_addr().expect("bound"));
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        stream.write_all(b"* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\r\n")?;
        for line in BufReader::new(stream.try_clone()?).lines() {
            let line = line?;
            match line.split_once(' ') {
                Some((_, "IDLE")) => stream.write_all(b"+ idling\r\n")?,
                // More than a pipe holds.
                Some((tag, list)) if answers && list.starts_with("LIST") => {
                    stream.write_all(&b"* LIST () NIL some-mailbox\r\n".repeat(10_000))?;
                    stream.write_all(format!("{tag} OK\r\n").as_bytes())?;
                }
                Some((tag, _)) if answers => {
                    stream.write_all(format!("{tag} OK\r\n").as_bytes())?
                }
                _ => {}
            }
        }
        std::io::Result::Ok(())
    });
    url
}

fn start(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_imapscope"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

fn interrupt(child: &Child) {
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.expect("kill starts").success());
}

/// The exit status; `None` when a signal ended it.
#[track_caller]
fn ends_soon(mut child: Child) -> Option<i32> {
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("it is ours") {
            return status.code();
        }
        if begin.elapsed() > Duration::from_secs(2) {
            child.kill().expect("it is ours");
            panic!("it did not stop");
        }
        sleep(Duration::from_millis(10));
    }
}

const A_WHILE: Duration = Duration::from_millis(500);

#[test]
fn the_second_stops_an_idle_that_the_server_does_not_end() {
    let child = start(&["run", &server(true), "idle", "INBOX"]);
    sleep(A_WHILE);
    interrupt(&child);
    sleep(A_WHILE);
    interrupt(&child);
    assert_eq!(ends_soon(child), Some(130));
}

#[test]
fn it_works_while_a_mailbox_is_opened_for_idle() {
    let child = start(&["run", &server(false), "idle", "INBOX"]);
    sleep(A_WHILE);
    interrupt(&child);
    sleep(A_WHILE);
    interrupt(&child);
    assert_eq!(ends_soon(child), Some(130));
}

#[test]
fn the_second_stops_an_output_that_nobody_reads() {
    let child = start(&["run", &server(true), "list"]);
    sleep(2 * A_WHILE);
    interrupt(&child);
    sleep(A_WHILE);
    interrupt(&child);
    assert_eq!(ends_soon(child), Some(130));
}

/// Whether SIGINT was ignored when this began, as in what a shell without job control runs in the background: then it is in
/// the programs started from here, too.
fn interrupts_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // SIGINT is 2, and the first bit stands for 1.
    ignored.is_some_and(|mask| mask & 2 != 0)
}

#[test]
fn it_works_while_a_password_is_waited_for() {
    if interrupts_are_ignored() {
        eprintln!(
            "SKIPPED: SIGINT is ignored here, so it cannot end the program; run this in the foreground"
        );
        return;
    }
    for _ in 0..4 {
        let child = start(&["run", "imap://a@127.0.0.1:9", "--password-stdin", "list"]);
        sleep(A_WHILE);
        interrupt(&child);
        // The signal itself ends it.
        assert_eq!(ends_soon(child), None);
    }
}
