//! Servers that want to be expensive.

use imap_machine::Limits;
use imap_machine::client::{Config, Event};

use crate::measure::Measured;

/// What is kept to explain an end is cut first, then copied.
#[test]
fn a_long_warning_is_not_copied() {
    for begins in ["* NO ", "* BAD [ALERT] ", "* BYE "] {
        let mut server = Measured::greeted(Config::default());
        let warning = [begins.as_bytes(), &[0xff; 1 << 20], b"\r\n"].concat();
        let work = server.receive(&warning);
        assert!(
            work.allocated < warning.len() as u64 * 5 / 4,
            "{begins}: {work:?}"
        );
    }
}

/// A million flags are two mebibytes on the wire, and as values a hundred.
#[test]
fn a_million_flags_are_not_decoded() {
    for (head, flag, tail) in [
        ("* FLAGS (a", " a", ")\r\n"),
        ("* LIST (\\a", " \\a", ") NIL x\r\n"),
        ("* ID (\"a\" NIL", " \"a\" NIL", ")\n"),
        ("* THREAD (1)", "(1)", "\r\n"),
    ] {
        let mut server = Measured::greeted(Config::default());
        let line = [head, &flag.repeat(1_000_000), tail].concat();
        let mut seen = 0;
        server.receive_and_see(line.as_bytes(), |event| match event {
            Event::Unrecognized {
                line: seen_line, ..
            } => {
                assert_eq!(seen_line.len(), line.trim_end().len());
                seen += 1;
            }
            other => panic!("{other:?}"),
        });
        assert_eq!(seen, 1);
        assert!(server.peak < line.len() as u64 * 5 / 4, "{}", server.peak);
    }
}

/// A list of capabilities is kept for as long as the connection lives.
#[test]
fn an_endless_list_of_capabilities_is_not_kept() {
    let names: Vec<String> = (0..200_000).map(|number| format!("{number:X}")).collect();
    let list = names.join(" ");
    for line in [
        format!("* CAPABILITY {list}\r\n"),
        format!("* OK [CAPABILITY {list}] hello\r\n"),
    ] {
        let mut server = Measured::greeted(Config::default());
        let before = server.held;
        server.receive(line.as_bytes());
        let kept = server.held - before;
        assert!(kept < 32 * Limits::default().capabilities as u64, "{kept}");
    }
}

/// Each of them once announced what it is by all that stood before it. Where that were still so, this would run for hours.
#[test]
fn many_streamed_literals_in_one_row() {
    const LITERALS: u64 = 200_000;
    let mut config = Config::default();
    config.limits.inline_literal = 0;
    let mut server = Measured::greeted(config);
    let literals = b"X {1}\r\na ".repeat(LITERALS as usize);
    let row = [b"* 1 FETCH (", &*literals, b")\r\n"].concat();
    for read in row.chunks(8 << 10) {
        server.receive(read);
    }
    assert_eq!(server.work.events, 1 + LITERALS + 1);
}
