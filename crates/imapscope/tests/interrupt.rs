//! Ctrl-C: whatever the program does, it ends a second later.

#![cfg(unix)]

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A server. A test can wait for what it is sent.
struct Server {
    host: String,
    lines: mpsc::Receiver<String>,
}

/// What the server does not do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lacks {
    /// It does not answer DONE.
    Done,
    /// It answers nothing after the greeting, except IDLE.
    Answers,
    /// It does not begin to talk.
    Greeting,
    /// It takes a part of a message, and no more.
    Appetite,
}

impl Server {
    fn start(lacks: Lacks) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let host = listener.local_addr().expect("bound").to_string();
        let (heard, lines) = mpsc::channel();
        std::thread::spawn(move || {
            let (stream, _) = listener.accept()?;
            serve(stream, lacks, &heard)
        });
        Self { host, lines }
    }

    fn url(&self) -> String {
        format!("imap://{}", self.host)
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

fn serve(mut stream: TcpStream, lacks: Lacks, heard: &mpsc::Sender<String>) -> io::Result<()> {
    let hear = |line: &str| drop(heard.send(line.to_owned()));
    if lacks == Lacks::Greeting {
        stream.read_exact(&mut [0])?;
        hear("an octet");
        return io::copy(&mut stream, &mut io::sink()).map(drop);
    }
    stream.write_all(b"* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\r\n")?;
    let mut input = BufReader::new(stream.try_clone()?);
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        hear(&line);
        let (tag, command) = line.trim_end().split_once(' ').unwrap_or((&line, "DONE"));
        let answer = match command.split(' ').next() {
            Some("IDLE") => "+ idling\r\n".to_owned(),
            Some("APPEND") if lacks == Lacks::Appetite => {
                stream.write_all(b"+ go on\r\n")?;
                input.read_exact(&mut vec![0; 1 << 20])?;
                hear("a part of it");
                sleep(Duration::MAX);
                return Ok(());
            }
            Some("DONE") => continue,
            Some(_) if lacks == Lacks::Answers => continue,
            // More than a pipe holds.
            Some("LIST") => "* LIST () NIL some-mailbox\r\n".repeat(10_000) + tag + " OK\r\n",
            Some("UID") => {
                let body = "x".repeat(1 << 20);
                format!(
                    "* 1 FETCH (UID 1 BODY[] {{{}}}\r\n{body})\r\n{tag} OK\r\n",
                    1 << 20
                )
            }
            Some("EXAMINE") => format!("* 1 EXISTS\r\n{tag} OK\r\n"),
            _ => format!("{tag} OK\r\n"),
        };
        stream.write_all(answer.as_bytes())?;
    }
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
fn it_ends_an_idle_that_the_server_does_not_end() {
    let server = Server::start(Lacks::Done);
    let mut child = start(&["run", &server.url(), "idle", "INBOX"]);
    server.hears("IDLE");
    interrupt(&child);
    server.hears("DONE");
    says(&mut child, "waiting for the server to end the IDLE");
    assert_eq!(ends_soon(child), Some(130));
}

#[test]
fn it_works_while_a_mailbox_is_opened_for_idle() {
    let server = Server::start(Lacks::Answers);
    let mut child = start(&["run", &server.url(), "idle", "INBOX"]);
    server.hears("EXAMINE");
    interrupt(&child);
    says(&mut child, "interrupted");
    assert_eq!(ends_soon(child), Some(130));
}

#[test]
fn it_ends_an_output_that_no_one_reads() {
    for verb in [&["list"][..], &["fetch", "INBOX", "1", "--body"]] {
        let server = Server::start(Lacks::Done);
        let child = start(&[&["run", &server.url()], verb].concat());
        server.hears(if verb.len() == 1 { "LIST" } else { "UID FETCH" });
        // The pipe is full by now. If it is not, the program is asked to stop, and stops as well.
        sleep(2 * A_WHILE);
        interrupt(&child);
        assert_eq!(ends_soon(child), Some(130));
    }
}

#[test]
fn it_works_in_a_handshake_and_before_the_greeting() {
    for scheme in ["imaps", "imap"] {
        let server = Server::start(Lacks::Greeting);
        let url = format!("{scheme}://{}", server.host);
        let child = start(&["run", &url, "list"]);
        match scheme {
            "imaps" => server.hears("an octet"),
            // The client has nothing to say before the greeting.
            _ => sleep(A_WHILE),
        }
        interrupt(&child);
        assert_eq!(ends_soon(child), Some(130));
    }
}

#[test]
fn it_works_in_an_append_that_is_not_agreed_to_or_not_taken() {
    let file = std::env::temp_dir().join(format!("imapscope-{}-large", std::process::id()));
    std::fs::write(&file, vec![b'x'; 64 << 20]).expect("a file");
    let name = file.to_str().expect("UTF-8");
    for (lacks, reached) in [
        (Lacks::Answers, "APPEND"),
        (Lacks::Appetite, "a part of it"),
    ] {
        let server = Server::start(lacks);
        let child = start(&["run", &server.url(), "append", "INBOX", name]);
        server.hears(reached);
        interrupt(&child);
        assert_eq!(ends_soon(child), Some(130));
    }
    std::fs::remove_file(file).expect("it is there");
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
