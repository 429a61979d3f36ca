//! Hostile servers: memory is within the formula of `docs/limits.md`, and work is linear in the octets.

use imap_machine::Limits;
use imap_machine::client::{Command, Config, Event, Tracking};
use imap_machine::codec::Untagged;

use proptest::prelude::*;

use crate::measure::{Measured, Work};
use crate::page;
use crate::servers::{Hostile, LONG, MANY};

/// Settings with low limits.
fn tight() -> Config {
    let mut config = Config::default();
    config.tracking = Tracking::Messages;
    let limits = &mut config.limits;
    limits.line = 16 << 10;
    limits.literal = 1 << 20;
    limits.inline_literal = 200;
    limits.message = 32 << 10;
    limits.nesting = 20;
    limits.commands = 50;
    limits.in_flight = 8;
    limits.mailbox_blocks = 16;
    limits.capabilities = 1 << 10;
    config
}

/// A connection with the largest possible mailbox, and with commands on the wire and in the queue.
fn busy(config: Config) -> Measured {
    let mut server = Measured::greeted(config);
    server.send(|| Command::select("INBOX").unwrap());
    server.receive(b"");
    server.receive(b"* 4294967295 EXISTS\r\nA1 OK [READ-WRITE] done\r\n");
    server.send(Command::noop);
    server.send(|| Command::select("INBOX").unwrap());
    server.send(Command::noop);
    server.receive(b"");
    server
}

fn most(limits: &Limits, read: usize) -> u64 {
    page::most(limits, read as u64, 100)
}

/// Servers that stay below a limit, reach it, and go on.
#[test]
fn memory_is_within_the_formula() {
    let config = tight();
    let line = config.limits.line;
    let mut beyond = Vec::new();
    for hostile in LONG.iter().chain(MANY) {
        let unit = hostile.says(1_001).len() - hostile.says(1).len();
        for octets in [line / 40, line / 2, line - 100, 5 * line] {
            let said = hostile.says(octets * 1_000 / unit);
            for read in [1_000, said.len()] {
                let most = most(&config.limits, read);
                let mut server = busy(config);
                said.chunks(read).for_each(|read| _ = server.receive(read));
                if server.peak > most {
                    let (name, peak) = (hostile.name, server.peak);
                    beyond.push(format!("{name}, {octets} read by {read}: {peak} of {most}"));
                }
            }
        }
    }
    assert!(beyond.is_empty(), "{beyond:#?}");
}

/// A number with up to this number of bits; small numbers are as likely as large ones.
fn bits(most: u32) -> impl Strategy<Value = usize> {
    (0..=most).prop_flat_map(|bits| (1_usize << bits) / 2..1 << bits)
}

fn limits() -> impl Strategy<Value = Limits> {
    let wire = (bits(17), bits(14), bits(18), bits(8));
    let kept = (bits(6), bits(16));
    (wire, kept).prop_map(|((line, inline, message, nesting), kept)| {
        let mut limits = tight().limits;
        limits.line = line.max(60);
        limits.inline_literal = inline;
        limits.message = message.max(60);
        limits.nesting = nesting;
        limits.commands = 4;
        (limits.mailbox_blocks, limits.capabilities) = kept;
        limits
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn memory_is_within_the_formula_for_any_limits(
        limits in limits(),
        which in any::<prop::sample::Index>(),
        octets in bits(19),
        read in bits(18),
    ) {
        let servers: Vec<_> = LONG.iter().chain(MANY).collect();
        let hostile = which.get(&servers);
        let unit = hostile.says(1_001).len() - hostile.says(1).len();
        let said = hostile.says(octets * 1_000 / unit);
        let read = read.clamp(1, said.len().max(1));
        let most = most(&limits, read.max(60));
        let mut config = tight();
        config.limits = limits;
        let mut server = busy(config);
        said.chunks(read).for_each(|read| _ = server.receive(read));
        prop_assert!(server.peak <= most, "{}: {} of {most}", hostile.name, server.peak);
    }
}

/// What is counted for this number of units, in reads of 8 KiB, under the default limits.
fn work(hostile: &Hostile, units: usize) -> Work {
    let mut config = Config::default();
    config.tracking = Tracking::Messages;
    let mut server = busy(config);
    let before = server.work;
    let said = hostile.says(units);
    said.chunks(8 << 10)
        .for_each(|read| _ = server.receive(read));
    server.work.since(before)
}

#[test]
fn work_is_linear() {
    // What a connection needs once, for any number of octets.
    const ONCE: u64 = 64 << 10;
    let mut more = Vec::new();
    for hostile in LONG.iter().chain(MANY) {
        let (some, twice) = (work(hostile, 6_000), work(hostile, 12_000));
        let linear = twice.allocated <= some.allocated * 5 / 2 + ONCE
            && twice.allocations <= some.allocations * 9 / 4 + 20
            && twice.events <= some.events * 2 + 1;
        if !linear {
            more.push(format!(
                "{}: {some:?}, and for twice as much {twice:?}",
                hostile.name
            ));
        }
    }
    assert!(more.is_empty(), "{more:#?}");
}

/// A mebibyte of each. If a part of it were read again for every read or for every word, this would run
/// for hours.
#[test]
fn nothing_is_looked_at_again() {
    for hostile in LONG {
        let unit = hostile.says(1_001).len() - hostile.says(1).len();
        let said = hostile.says((1 << 20) / unit * 1_000);
        let mut server = busy(Config::default());
        said.chunks(8 << 10)
            .for_each(|read| _ = server.receive(read));
        assert!(server.work.events >= 4, "{}", hostile.name);
    }
}

#[test]
fn a_million_lines_cost_what_one_does() {
    for line in ["*\r\n", "+\r\n", "* NO [ALERT] x\r\n"] {
        let mut server = busy(tight());
        let (before, lines) = (server.work, line.repeat(1_000_000 / 500));
        for _ in 0..500 {
            server.receive(lines.as_bytes());
        }
        let work = server.work.since(before);
        assert_eq!(work.events, 1_000_000, "{line}");
        assert!(server.peak < most(&tight().limits, lines.len()), "{line}");
    }
}

/// No announced size reserves memory.
#[test]
fn announced_octets_cost_nothing_before_they_come() {
    for (line, closes) in [
        ("* LIST () NIL {18446744073709551615}\r\n", true),
        ("* LIST () NIL {30000}\r\n", false),
        ("* 1 FETCH (BODY[] {18446744073709551615}\r\n", true),
        ("* 1 FETCH (BODY[] {9223372036854775807}\r\n", true),
        ("* 1 FETCH (BODY[] {1048576}\r\n", false),
        ("* 1 FETCH (BODY[HEADER.FIELDS ({30000}\r\n", false),
        ("* OK {18446744073709551615}\r\n", false),
    ] {
        let mut server = busy(tight());
        let before = server.held;
        server.receive(line.as_bytes());
        assert!(
            server.held <= before + 1_000,
            "{line}: {}",
            server.held - before
        );
        let closed = server.with(|connection| connection.is_closed());
        assert_eq!(closed, closes, "{line}");
    }
}

/// A limit of the wire ends the connection: later octets cost nothing and mean nothing.
#[test]
fn no_octet_is_interpreted_after_a_limit() {
    for ends in [
        "* OK ".to_owned() + &"x".repeat(16 << 10) + "\r\n",
        "* 1 FETCH (BODY[] {1048577}\r\n".to_owned(),
        "* LIST () NIL {32768}\r\n".to_owned(),
        "* 1 FETCH (BODY[] {9223372036854775808}\r\n".to_owned(),
    ] {
        let mut server = busy(tight());
        let mut closed = 0;
        server.receive_and_see(
            (ends + "* 7 EXISTS\r\nA2 OK done\r\n").as_bytes(),
            |event| {
                assert!(!matches!(
                    event,
                    Event::Untagged { .. } | Event::Status { .. }
                ));
                closed += usize::from(matches!(event, Event::Closed(_)));
            },
        );
        assert_eq!(closed, 1);
        let rest = server.receive(&b"* 8 EXISTS\r\n".repeat(10_000));
        assert_eq!(rest, Work::default());
    }
}

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

/// A million flags are two mebibytes on the wire, and would be a hundred as values of their own.
#[test]
fn a_million_flags_are_lent() {
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
            Event::Untagged { data, .. } => {
                let count = match data {
                    Untagged::Flags(flags) => flags.words.iter().count(),
                    Untagged::List(list) => list.attributes.iter().count(),
                    Untagged::Id(identity) => identity.parameters().count(),
                    Untagged::Thread(threads) => threads.members().count(),
                    other => panic!("{other:?}"),
                };
                assert_eq!(count, 1_000_001, "{head}");
                seen += 1;
            }
            other => panic!("{other:?}"),
        });
        assert_eq!(seen, 1);
        assert!(server.peak < line.len() as u64 * 5 / 4, "{}", server.peak);
    }
}

/// A list of capabilities is kept as long as the connection lives, so it is bounded.
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

/// Each literal needs its context. If that were found by reading the row from its beginning, this would run for hours.
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
    assert!(
        server.peak < most(&config.limits, 8 << 10),
        "{}",
        server.peak
    );
}
