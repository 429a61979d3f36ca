//! The server as a client sees it, over a bare socket.

use super::*;
use std::io::{BufRead, BufReader, Read, Write};
use std::time::Instant;

struct Client {
    reader: BufReader<TcpStream>,
}

impl Client {
    fn connect(server: &Server) -> Client {
        let stream = TcpStream::connect(server.addr()).expect("connect");
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .expect("timeout");
        let mut client = Client {
            reader: BufReader::new(stream),
        };
        assert!(client.line().starts_with("* OK [CAPABILITY IMAP4rev1 "));
        client
    }

    fn log_in(server: &Server) -> Client {
        let mut client = Client::connect(server);
        client.ok("l LOGIN alice secret");
        client
    }

    fn select(server: &Server, mailbox: &str) -> Client {
        let mut client = Client::log_in(server);
        client.ok(&format!("s SELECT {mailbox}"));
        client
    }

    fn send(&mut self, text: &str) {
        self.reader
            .get_mut()
            .write_all(text.as_bytes())
            .expect("send");
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("a line in time");
        line.strip_suffix("\r\n")
            .map_or_else(|| format!("cut: {line:?}"), str::to_owned)
    }

    /// Sends a command and returns all lines up to its tagged one.
    fn run(&mut self, command: &str) -> Vec<String> {
        self.send(&format!("{command}\r\n"));
        self.answer(command.split(' ').next().expect("a tag"))
    }

    fn answer(&mut self, tag: &str) -> Vec<String> {
        let mut lines = vec![self.line()];
        while !lines[lines.len() - 1].starts_with(&format!("{tag} ")) {
            lines.push(self.line());
            assert!(lines.len() < 10_000, "no answer to {tag}");
        }
        lines
    }

    /// Like `run`, for a command that succeeds; without its tagged line.
    fn ok(&mut self, command: &str) -> Vec<String> {
        let mut lines = self.run(command);
        let last = lines.pop().expect("a tagged line");
        assert!(last.contains(" OK "), "{command}: {last}");
        lines
    }

    /// The tagged line alone.
    fn result(&mut self, command: &str) -> String {
        self.run(command).pop().expect("a tagged line")
    }

    fn octets(&mut self, count: usize) -> String {
        let mut octets = vec![0; count];
        self.reader.read_exact(&mut octets).expect("octets in time");
        String::from_utf8(octets).expect("text")
    }

    fn at_end(&mut self) -> bool {
        matches!(self.reader.read(&mut [0]), Ok(0))
    }
}

fn options(mailboxes: Vec<Mailbox>) -> Options {
    Options {
        mailboxes,
        ..Options::default()
    }
}

fn raw(text: &str) -> Message {
    Message::new(Body::Bytes(text.as_bytes().into()))
}

fn small() -> Options {
    let inbox = Mailbox::new("INBOX")
        .with(raw(
            "Subject: one\r\nFrom: \"B\" <b@x.org>, c@y.org\r\n\r\nfirst\r\n",
        ))
        .with(raw("Subject: two\r\n\r\nsecond\r\n"))
        .with(raw("Subject: three\r\n\r\nthird\r\n"));
    options(vec![inbox, Mailbox::new("Archive")])
}

fn start(options: Options) -> Server {
    Server::start(options).expect("start")
}

#[test]
fn logs_in_and_out_and_shows_no_password() {
    let server = start(small());
    let mut client = Client::connect(&server);
    assert!(client.result("a SELECT INBOX").starts_with("a BAD "));
    assert!(
        client
            .result("b LOGIN alice hunter2")
            .starts_with("b NO [AUTHENTICATIONFAILED]")
    );
    client.send("c LOGIN {5}\r\n");
    assert_eq!(client.line(), "+ ready");
    client.send("alice {6+}\r\nsecret\r\n");
    assert!(client.line().starts_with("c OK [CAPABILITY "));
    assert!(client.result("d LOGIN alice secret").starts_with("d BAD "));
    assert_eq!(client.run("e LOGOUT"), ["* BYE see you", "e OK done"]);
    assert!(client.at_end());
    let mut client = Client::connect(&server);
    // A forgotten tag.
    client.send("LOGIN alice secret\r\nx NOOP\r\n");
    client.answer("x");
    let seen = server.commands_seen();
    assert!(
        !seen
            .iter()
            .any(|line| line.contains("secret") || line.contains("hunter")),
        "{seen:?}"
    );
    assert_eq!(seen[1..3], ["b LOGIN <redacted>", "c LOGIN <redacted>"]);
}

#[test]
fn authenticates_with_plain() {
    const RESPONSE: &str = "AGFsaWNlAHNlY3JldA==";
    let server = start(small());
    let mut client = Client::connect(&server);
    client.send("a AUTHENTICATE PLAIN\r\n");
    assert_eq!(client.line(), "+ ");
    client.send("*\r\n");
    assert_eq!(client.line(), "a BAD cancelled");
    client.ok("b NOOP");
    assert!(
        client
            .result("c AUTHENTICATE PLAIN AGFsaWNlAHdyb25n")
            .starts_with("c NO ")
    );
    assert!(
        client
            .result("d AUTHENTICATE PLAIN !")
            .starts_with("d BAD ")
    );
    client.send("e AUTHENTICATE PLAIN\r\n");
    assert_eq!(client.line(), "+ ");
    client.send(&format!("{RESPONSE}\r\n"));
    assert!(client.line().starts_with("e OK "));
    client.ok("f ENABLE CONDSTORE");
    Client::connect(&server).ok(&format!("a authenticate plain {RESPONSE}"));
    assert!(
        !server
            .commands_seen()
            .iter()
            .any(|line| line.contains("AGF"))
    );
}

#[test]
fn folders() {
    let server = start(small());
    let mut client = Client::log_in(&server);
    client.ok("a CREATE \"Work \\\"x\\\"/2024\"");
    assert!(
        client
            .result("b CREATE inbox")
            .starts_with("b NO [ALREADYEXISTS]")
    );
    let all = client.ok("c LIST \"\" *");
    assert_eq!(
        all.last().map(String::as_str),
        Some(r#"* LIST () "/" "Work \"x\"/2024""#)
    );
    assert_eq!(client.ok("d LIST \"\" %").len(), 2);
    assert_eq!(
        client.ok("e LIST \"\" \"\""),
        [r#"* LIST (\Noselect) "/" """#]
    );
    assert_eq!(
        client.ok("f STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)"),
        [r#"* STATUS "INBOX" (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 1 UNSEEN 3)"#]
    );
    client.ok("g DELETE Archive");
    assert!(
        client
            .result("h DELETE Archive")
            .starts_with("h NO [NONEXISTENT]")
    );
    assert!(
        client
            .result("i STATUS Archive (MESSAGES)")
            .starts_with("i NO ")
    );
    client.ok("j ID (\"name\" NIL)");
    assert_eq!(
        client.ok("k NAMESPACE"),
        [r#"* NAMESPACE (("" "/")) NIL NIL"#]
    );
    assert!(client.result("l FROBNICATE").starts_with("l BAD "));
}

#[test]
fn a_failed_select_leaves_nothing_selected() {
    let server = start(small());
    let mut client = Client::log_in(&server);
    let lines = client.ok("a SELECT inbox");
    assert_eq!(lines[1..3], ["* 3 EXISTS", "* 0 RECENT"]);
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("* OK [UIDVALIDITY 1]"))
    );
    assert!(client.result("b SELECT Nowhere").starts_with("b NO "));
    assert!(client.result("c FETCH 1 FLAGS").starts_with("c BAD "));
    assert!(
        client
            .result("d EXAMINE INBOX")
            .starts_with("d OK [READ-ONLY]")
    );
    assert!(
        client
            .result("e STORE 1 FLAGS (\\Seen)")
            .starts_with("e NO ")
    );
    client.ok("f CLOSE");
    assert!(client.result("g UNSELECT").starts_with("g BAD "));
}

#[test]
fn fetches() {
    let server = start(small());
    let mut client = Client::select(&server, "INBOX");
    assert_eq!(
        client.ok("a FETCH 1 (UID FLAGS RFC822.SIZE BODY.PEEK[TEXT])"),
        [
            "* 1 FETCH (UID 1 FLAGS () RFC822.SIZE 53 BODY[TEXT] {7}",
            "first",
            ")"
        ]
    );
    assert_eq!(
        client.ok("b UID FETCH 2:* BODY[]<9.3>"),
        [
            "* 2 FETCH (UID 2 BODY[]<9> {3}",
            "two FLAGS (\\Seen))",
            "* 3 FETCH (UID 3 BODY[]<9> {3}",
            "thr FLAGS (\\Seen))"
        ]
    );
    assert_eq!(
        client.ok("c FETCH 1 (ENVELOPE BODYSTRUCTURE)"),
        [concat!(
            r#"* 1 FETCH (ENVELOPE (NIL "one" (("B" NIL "b" "x.org")(NIL NIL "c" "y.org")) "#,
            r#"(("B" NIL "b" "x.org")(NIL NIL "c" "y.org")) "#,
            r#"(("B" NIL "b" "x.org")(NIL NIL "c" "y.org")) NIL NIL NIL NIL NIL) "#,
            r#"BODYSTRUCTURE ("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 7 1))"#
        )]
    );
    assert_eq!(
        client.ok("d FETCH 2 FAST"),
        [r#"* 2 FETCH (FLAGS (\Seen) INTERNALDATE "01-Jan-2024 00:00:00 +0000" RFC822.SIZE 24)"#]
    );
    assert_eq!(
        client.ok("e FETCH 2 BODY.PEEK[]<99.5>"),
        ["* 2 FETCH (BODY[]<99> {0}", ")"]
    );
    assert!(client.result("f FETCH 4 FLAGS").starts_with("f BAD "));
    assert!(client.ok("g UID FETCH 4:9 FLAGS").is_empty());
    // RFC 9051 section 9: a range with * always has the last message.
    assert_eq!(client.ok("h UID FETCH 4:* UID"), ["* 3 FETCH (UID 3)"]);
}

#[test]
fn a_large_body_is_made_on_the_fly() {
    const SIZE: u64 = 3 << 20;
    let body = Body::Generated { size: SIZE };
    let mut whole = Vec::new();
    body.write_range(0..SIZE, &mut whole).expect("a Vec");
    assert_eq!(whole.len() as u64, SIZE);
    let text = String::from_utf8(whole).expect("ASCII");
    let (_, lines) = text.split_once("\r\n\r\n").expect("a header");
    assert_eq!(lines.lines().count() as u64, body.lines());
    assert!(
        lines
            .split("\r\n")
            .all(|line| line.len() <= 77 && !line.contains(['\r', '\n']))
    );

    let server = start(options(vec![Mailbox::new("Big").with(Message::new(body))]));
    let mut client = Client::select(&server, "Big");
    client.send("a FETCH 1 BODY.PEEK[]\r\n");
    assert_eq!(client.line(), format!("* 1 FETCH (BODY[] {{{SIZE}}}"));
    assert!(client.octets(SIZE as usize) == text);
    assert_eq!(client.answer("a"), [")", "a OK fetched"]);
    client.send("b FETCH 1 BODY.PEEK[]<1000000.100>\r\n");
    client.line();
    assert_eq!(client.octets(100), text[1_000_000..1_000_100]);
}

#[test]
fn appends() {
    let mut options = small();
    options.max_append = 5000;
    options.keep_append = 100;
    let server = start(options);
    let mut client = Client::select(&server, "INBOX");
    client.send("a APPEND INBOX (\\seen $Work) \" 1-Feb-2024 01:02:03 +0100\" {5}\r\n");
    assert_eq!(client.line(), "+ ready");
    client.send("hello\r\n");
    assert_eq!(
        client.answer("a"),
        ["* 4 EXISTS", "a OK [APPENDUID 1 4] appended"]
    );
    let message = server.mailbox("INBOX").expect("INBOX").messages()[3].clone();
    assert_eq!(message.flags, ["\\Seen", "$Work"]);
    assert_eq!(message.internal_date, " 1-Feb-2024 01:02:03 +0100");
    assert_eq!(message.body, Body::Bytes(b"hello"[..].into()));

    // A mailbox name that is a literal; a message too large to keep.
    client.send("b APPEND {7}\r\n");
    assert_eq!(client.line(), "+ ready");
    client.send("Archive {4097}\r\n");
    assert_eq!(client.line(), "+ ready");
    let big = Body::text("large", 4097);
    let Body::Bytes(octets) = &big else {
        panic!("kept")
    };
    client.reader.get_mut().write_all(octets).expect("send");
    client.send("\r\n");
    assert!(client.line().starts_with("b OK [APPENDUID 2 1]"));
    let digest = server.mailbox("Archive").expect("Archive").messages()[0]
        .body
        .clone();
    assert_eq!(
        digest,
        Body::Digest {
            size: 4097,
            fnv1a: big.digest()
        }
    );
}

#[test]
fn refuses_an_append_before_the_message() {
    let mut options = small();
    options.max_append = 5000;
    options.capabilities.push("LITERAL-".to_owned());
    let server = start(options);
    let mut client = Client::log_in(&server);
    // Refused in place of the `+`: the next line is a command.
    assert!(
        client
            .result("a APPEND Nowhere {5}")
            .starts_with("a NO [TRYCREATE]")
    );
    assert!(
        client
            .result("b APPEND INBOX {5001}")
            .starts_with("b NO [TOOBIG]")
    );
    assert!(
        client
            .result("c APPEND INBOX {99999999999999999999}")
            .starts_with("c NO [TOOBIG]")
    );
    assert!(
        client
            .result("d APPEND INBOX (bad {5}")
            .starts_with("d BAD ")
    );
    assert!(
        client
            .result("e CREATE {65537}")
            .starts_with("e BAD [TOOBIG]")
    );
    // Already on its way: read over, even if it looks like a command.
    client.send("f APPEND Nowhere {8+}\r\nx NOOP\r\n {3+}\r\nabc\r\ng NOOP\r\n");
    assert_eq!(
        client.answer("g"),
        ["f NO [TRYCREATE] no such mailbox", "g OK done"]
    );
    client.send(&format!(
        "h APPEND INBOX {{4097+}}\r\n{}\r\ni NOOP\r\n",
        "x".repeat(4097)
    ));
    assert_eq!(
        client.answer("i"),
        ["h BAD [TOOBIG] literal too large", "i OK done"]
    );
    client.send("j APPEND INBOX {2+}\r\nhi\r\nk APPEND INBOX {2+}\r\nhi junk\r\n");
    let lines = client.answer("k");
    assert!(
        lines[0].starts_with("j OK [APPENDUID 1 4]") && lines[1].starts_with("k BAD "),
        "{lines:?}"
    );
}

#[test]
fn stores_searches_and_expunges_by_uid() {
    let server = start(small());
    let mut client = Client::select(&server, "INBOX");
    let mut other = Client::select(&server, "INBOX");
    assert_eq!(
        client.ok("a STORE 1,3 +FLAGS (\\deleted k)"),
        [
            "* 1 FETCH (FLAGS (\\Deleted k))",
            "* 3 FETCH (FLAGS (\\Deleted k))"
        ]
    );
    assert!(client.ok("b UID STORE 2 +FLAGS.SILENT \\Seen").is_empty());
    assert_eq!(
        client.ok("c UID STORE 2 -FLAGS \\Seen"),
        ["* 2 FETCH (UID 2 FLAGS ())"]
    );
    assert_eq!(client.ok("d SEARCH UNDELETED"), ["* SEARCH 2"]);
    assert_eq!(client.ok("e UID SEARCH UNSEEN UID 2:*"), ["* SEARCH 2 3"]);
    assert_eq!(client.ok("f SEARCH SEEN"), ["* SEARCH"]);
    assert_eq!(client.ok("g UID EXPUNGE 2:3"), ["* 3 EXPUNGE"]);
    assert_eq!(client.ok("h EXPUNGE"), ["* 1 EXPUNGE"]);
    // The other session keeps its numbers until it may be told of the EXPUNGE (RFC 9051 section 7.5.1).
    assert!(
        other
            .result("a FETCH 1:3 UID")
            .starts_with("a NO [EXPUNGEISSUED]")
    );
    assert_eq!(other.ok("b FETCH 2 UID"), ["* 2 FETCH (UID 2)"]);
    assert_eq!(other.ok("c SEARCH ALL"), ["* SEARCH 2"]);
    assert_eq!(
        other.ok("d UID FETCH 2 FLAGS")[1..],
        ["* 3 EXPUNGE", "* 1 EXPUNGE"]
    );
    client.ok("i STORE 1 FLAGS.SILENT (\\Flagged)");
    assert!(
        client.ok("j NOOP").is_empty(),
        "a session is not told of its own silent change"
    );
    assert_eq!(other.ok("e NOOP"), ["* 1 FETCH (UID 2 FLAGS (\\Flagged))"]);
    client.ok("k STORE 1 +FLAGS (\\Deleted)");
    assert!(client.ok("l CLOSE").is_empty());
    assert_eq!(other.ok("f CHECK"), ["* 1 EXPUNGE"]);
}

#[test]
fn copies_and_moves() {
    let server = start(small());
    let mut client = Client::select(&server, "INBOX");
    assert!(
        client
            .result("a COPY 1 Nowhere")
            .starts_with("a NO [TRYCREATE]")
    );
    assert_eq!(
        client.run("b COPY 1,3 Archive"),
        ["b OK [COPYUID 2 1,3 1:2] copied"]
    );
    let moved = [
        "* OK [COPYUID 2 2:3 3:4] moved",
        "* 3 EXPUNGE",
        "* 2 EXPUNGE",
        "c OK done",
    ];
    assert_eq!(client.run("c UID MOVE 2:* Archive"), moved);
    assert_eq!(client.run("d UID COPY 77 Archive"), ["d OK nothing to do"]);
    assert_eq!(
        client.ok("e STATUS Archive (MESSAGES)"),
        ["* STATUS \"Archive\" (MESSAGES 4)"]
    );
    // A session whose mailbox was deleted finds no messages, also when a new mailbox has the name.
    client.ok("f SELECT Archive");
    let mut other = Client::log_in(&server);
    other.ok("a DELETE Archive");
    other.ok("b CREATE Archive");
    assert!(client.result("g FETCH 1 FLAGS").starts_with("g NO "));
    assert_eq!(client.ok("h NOOP"), ["* 1 EXPUNGE"; 4]);
}

#[test]
fn idle_pushes_what_others_do() {
    let server = start(small());
    let mut idler = Client::select(&server, "INBOX");
    let mut other = Client::select(&server, "INBOX");
    idler.send("a IDLE\r\n");
    assert_eq!(idler.line(), "+ idling");
    other.ok("a APPEND INBOX {2+}\r\nhi");
    assert_eq!(idler.line(), "* 4 EXISTS");
    other.ok("b STORE 2 +FLAGS \\Deleted");
    assert_eq!(idler.line(), "* 2 FETCH (UID 2 FLAGS (\\Deleted))");
    // DONE in two pieces, with news between them.
    idler.send("DO");
    other.ok("c EXPUNGE");
    assert_eq!(idler.line(), "* 2 EXPUNGE");
    idler.send("NE\r\n");
    assert_eq!(idler.line(), "a OK done");
    assert_eq!(server.deliver("INBOX", Message::text("new", 300)), Some(5));
    assert_eq!(idler.ok("b NOOP"), ["* 4 EXISTS"]);
    idler.send("c IDLE\r\n");
    assert_eq!(idler.line(), "+ idling");
    idler.send("d NOOP\r\n");
    assert_eq!(idler.line(), "c BAD expected DONE");
    idler.ok("e NOOP");
}

#[test]
fn answers_pipelined_commands_in_order() {
    let server = start(small());
    let mut client = Client::select(&server, "INBOX");
    client.send("a NOOP\r\nb FETCH 1 UID\r\nx XSILENT\r\nc STORE 1 FLAGS (k)\r\nd SEARCH 1\r\n");
    assert_eq!(
        client.answer("d"),
        [
            "a OK done",
            "* 1 FETCH (UID 1)",
            "b OK fetched",
            "* 1 FETCH (FLAGS (k))",
            "c OK stored",
            "* SEARCH 1",
            "d OK done"
        ]
    );
}

#[test]
fn faults() {
    let faults = vec![Fault::ChunkWrites(1), Fault::CloseAfter(2)];
    let server = start(Options { faults, ..small() });
    let mut client = Client::connect(&server);
    client.send("a NOOP\r\nb NOOP\r\nc NOOP\r\n");
    assert_eq!(client.answer("b"), ["a OK done", "b OK done"]);
    assert!(client.at_end());
}

#[test]
fn input_is_bounded() {
    let server = start(small());
    let mut client = Client::connect(&server);
    client.send("x\x01 NOOP\r\na NOOP\nb NOOP\r\n");
    let lines = client.answer("b");
    assert!(
        lines[0].starts_with("* BAD ") && lines[1].starts_with("a BAD "),
        "{lines:?}"
    );
    client.send(&"x".repeat(70_000));
    assert_eq!(client.line(), "* BYE command too long");
    assert!(client.at_end());
}

#[test]
fn greets_as_told() {
    let server = start(Options {
        greeting: Greeting::Preauth,
        ..small()
    });
    let stream = TcpStream::connect(server.addr()).expect("connect");
    let mut client = Client {
        reader: BufReader::new(stream),
    };
    assert!(client.line().starts_with("* PREAUTH [CAPABILITY "));
    client.ok("a SELECT INBOX");
    let server = start(Options {
        greeting: Greeting::Bye,
        ..small()
    });
    let stream = TcpStream::connect(server.addr()).expect("connect");
    let mut client = Client {
        reader: BufReader::new(stream),
    };
    assert_eq!(client.line(), "* BYE not today");
    assert!(client.at_end());
}

#[test]
fn stops_at_once() {
    let mut server = start(Options::default());
    let mut idler = Client::select(&server, "INBOX");
    idler.send("a IDLE\r\n");
    assert_eq!(idler.line(), "+ idling");
    // One asks for 64 MiB and reads nothing, one is half through a literal, one says nothing.
    let mut deaf = Client::select(&server, "Big");
    deaf.send("a FETCH 1 BODY[]\r\n");
    let mut half = Client::log_in(&server);
    half.send("a APPEND INBOX {100}\r\nhalf");
    let _silent = TcpStream::connect(server.addr()).expect("connect");
    // The server is in its write by then, with a full socket.
    thread::sleep(Duration::from_millis(50));
    let start = Instant::now();
    server.stop();
    server.stop();
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
    assert!(idler.at_end());
    assert!(TcpStream::connect(server.addr()).is_err());
    assert!(server.commands_seen().contains(&"a IDLE".to_owned()));
}
