//! Ctrl-C: the first asks to stop, the second stops at once. What cannot be asked stops at the first.

#![cfg(unix)]

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A server that answers everything except the end of an IDLE, or answers nothing. A test can wait for what it is sent.
struct Server {
    url: String,
    lines: mpsc::Receiver<String>,
}

impl Server {
    fn start(answers: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("imap://{}", listener.local_addr().expect("bound"));
        let (heard, lines) = mpsc::channel();
        std::thread::spawn(move || serve(&listener, answers, &heard));
        Self { url, lines }
    }

    fn hears(&self, what: &str) {
        while let Ok(line) = self.lines.recv_timeout(SOON) {
            if line.contains(what) {
                return;
            }
        }
        panic!("{what} is not sent");
    }
}

fn serve(listener: &TcpListener, answers: bool, heard: &mpsc::Sender<String>) -> io::Result<()> {
    let (mut stream, _) = listener.accept()?;
    stream.write_all(b"* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\r\n")?;
    for line in BufReader::new(stream.try_clone()?).lines() {
        let line = line?;
        let _ = heard.send(line.clone());
        match line.split_once(' ') {
            Some((_, "IDLE")) => stream.write_all(b"+ idling\r\n")?,
            // More than a pipe holds.
            Some((tag, list)) if answers && list.starts_with("LIST") => {
                stream.write_all(&b"* LIST () NIL some-mailbox\r\n".repeat(10_000))?;
                stream.write_all(format!("{tag} OK\r\n").as_bytes())?;
            }
            Some((tag, _)) if answers => stream.write_all(format!("{tag} OK\r\n").as_bytes())?,
            _ => {}
        }
    }
    Ok(())
}

fn start(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_imapscope"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Waits until the program has said this on standard error.
#[track_caller]
fn says(child: &mut Child, what: &str) {
    let stderr = BufReader::new(child.stderr.as_mut().expect("a pipe"));
    let said = stderr.lines().map_while(Result::ok);
    let mut said = said.filter(|line| line.contains(what));
    assert!(said.next().is_some(), "{what} is not said");
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
        if begin.elapsed() > SOON {
            child.kill().expect("it is ours");
            panic!("it did not stop");
        }
        sleep(Duration::from_millis(10));
    }
}

// Less than the patience of the program with a server, which is 30 s.
const SOON: Duration = Duration::from_secs(20);
const A_WHILE: Duration = Duration::from_millis(500);

#[test]
fn the_second_stops_an_idle_that_the_server_does_not_end() {
    let server = Server::start(true);
    let mut child = start(&["run", &server.url, "idle", "INBOX"]);
    server.hears("IDLE");
    interrupt(&child);
    server.hears("DONE");
    says(&mut child, "waiting for the server to end the IDLE");
    interrupt(&child);
    assert_eq!(ends_soon(child), Some(130));
}

#[test]
fn it_works_while_a_mailbox_is_opened_for_idle() {
    let server = Server::start(false);
    let mut child = start(&["run", &server.url, "idle", "INBOX"]);
    server.hears("EXAMINE");
    interrupt(&child);
    says(&mut child, "interrupted");
    interrupt(&child);
    assert_eq!(ends_soon(child), Some(130));
}

#[test]
fn the_first_stops_an_output_that_no_one_reads() {
    let server = Server::start(true);
    let child = start(&["run", &server.url, "list"]);
    server.hears("LIST");
    // The pipe is full by now. If it is not, the program is asked to stop, and stops as well.
    sleep(2 * A_WHILE);
    interrupt(&child);
    assert_eq!(ends_soon(child), Some(130));
}

/// Whether SIGINT was ignored when this process began, as in a job that a shell without job control runs in the background. Then it
/// is ignored in the programs started from here, too.
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
        // Not `eprintln`, which the test harness captures: the skip would not be seen.
        let _ = writeln!(
            io::stderr(),
            "SKIPPED it_works_while_a_password_is_waited_for: SIGINT is ignored here, so it cannot end the program; \
             run this in the foreground"
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
