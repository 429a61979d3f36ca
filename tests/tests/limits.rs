//! Every limit, one below it, at it and one above it. Each is a conversation that is played in every way (see `docs/scenarios.md`).

use imap_machine_testkit::scenario::{self, Scenario};

/// Plays a conversation: whole, octet by octet, cut at every place, at random places, and interrupted at every octet.
fn play(text: &str) {
    let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    match scenario::run_all(&scenario) {
        Ok(plays) => assert!(plays > 20, "{plays} plays\n{text}"),
        Err(mismatch) => panic!("{mismatch}\n{text}"),
    }
}

const GREETED: &str = "S: * PREAUTH ready\n> greeting preauth \"ready\"\n";

/// The same with a mailbox of this number of messages, and a command that asks for bodies.
fn fetching(exists: u32) -> String {
    format!(
        "{GREETED}! a1 = select INBOX\nC: A1 SELECT INBOX\nS: * {exists} EXISTS\nS: A1 OK [READ-WRITE] selected\n\
         > exists {exists} for a1\n> outcome a1 ok READ-WRITE\n\
         ! a2 = fetch 1:* (BODY.PEEK[])\nC: A2 FETCH 1:* BODY.PEEK[]\n"
    )
}

/// Octets after a limit of the wire was passed, and the end that follows.
fn ended(limit: &str, command: Option<&str>) -> String {
    let outcome = command.map_or(String::new(), |a| {
        format!("> outcome {a} unknown limit: {limit}\n")
    });
    format!("S: * 9 EXISTS\nS: A2 OK done\n{outcome}> closed limit: {limit}\n")
}

fn xs(count: usize) -> String {
    "x".repeat(count)
}

#[test]
fn line() {
    for size in [39, 40, 41] {
        let text = xs(size - "* OK \r\n".len());
        let then = match size {
            ..=40 => format!("> ok \"{text}\"\nS: * OK next\n> ok \"next\"\n"),
            _ => ended(
                "more than 40 octets of text in one command or response (`Limits::line`)",
                None,
            ),
        };
        play(&format!(
            "config: limits.line 40\n{GREETED}S: * OK {text}\n{then}"
        ));
    }
}

/// The limit counts the text between literals, and not the literals.
#[test]
fn line_with_a_literal_inside() {
    for size in [39, 40, 41] {
        let text = xs(size - "* X {60}\r\n\r\n".len());
        let literal = "y".repeat(60);
        let then = match size {
            ..=40 => format!("> data other X {{60}}\\r\\n{literal}{text}\n"),
            _ => ended(
                "more than 40 octets of text in one command or response (`Limits::line`)",
                None,
            ),
        };
        let said = format!("S: * X {{60}}\nS: {literal}{text}\n");
        play(&format!("config: limits.line 40\n{GREETED}{said}{then}"));
    }
}

#[test]
fn literal() {
    for size in [29, 30, 31] {
        let octets = xs(size);
        let then = match size {
            ..=30 => format!(
                "S: {octets})\nS: A2 OK done\n> fetch 1 (BODY[] \"{octets}\") for a2\n> outcome a2 ok\n"
            ),
            _ => ended(
                "a literal of 31 octets is announced, more than 30 (`Limits::literal`)",
                Some("a2"),
            ),
        };
        let said = format!("S: * 1 FETCH (BODY[] {{{size}}}\n");
        play(&format!(
            "config: limits.literal 30\n{}{said}{then}",
            fetching(1)
        ));
    }
}

/// RFC 9051 section 9: `number64` has 63 bits.
#[test]
fn literal_of_63_bits() {
    for (size, ends) in [
        (9_223_372_036_854_775_806_u64, false),
        (9_223_372_036_854_775_807, false),
        (9_223_372_036_854_775_808, true),
        (18_446_744_073_709_551_615, true),
    ] {
        let then = match ends {
            false => format!("S: xyz\\\n> literal 1 BODY[] 0..3 of {size} \"xyz\" for a2\n"),
            true => ended(
                "the announced size of a literal does not fit into 63 bits",
                Some("a2"),
            ),
        };
        play(&format!(
            "{}S: * 1 FETCH (BODY[] {{{size}}}\n{then}",
            fetching(1)
        ));
    }
}

#[test]
fn inline_literal() {
    for size in [29, 30, 31] {
        let octets = xs(size);
        let row = match size {
            ..=30 => format!("> fetch 1 (BODY[] \"{octets}\") for a2\n"),
            _ => format!(
                "> literal 1 BODY[] 0..31 of 31 \"{octets}\" for a2\n> fetch 1 (BODY[] streamed 31) for a2\n"
            ),
        };
        let said = format!("S: * 1 FETCH (BODY[] {{{size}}}\nS: {octets})\nS: A2 OK done\n");
        let played = format!(
            "config: limits.inline_literal 30\n{}{said}{row}> outcome a2 ok\n",
            fetching(1)
        );
        play(&played);
    }
}

#[test]
fn message() {
    for size in [89, 90, 91] {
        let name = xs(size - "* LIST () NIL {00}\r\n\r\n".len());
        let then = match size {
            ..=90 => format!("> data LIST () NIL {name}\nS: * OK next\n> ok \"next\"\n"),
            _ => ended(
                "more than 90 octets that cannot be streamed in one command or response (`Limits::message`)",
                None,
            ),
        };
        let said = format!("S: * LIST () NIL {{{}}}\nS: {name}\n", name.len());
        play(&format!("config: limits.message 90\n{GREETED}{said}{then}"));
    }
}

#[test]
fn nesting() {
    for depth in [3, 4, 5] {
        let value = format!("{}NIL{}", "(".repeat(depth), ")".repeat(depth));
        let items = match depth {
            ..=4 => format!("(UID 7 X {value} FLAGS ())"),
            // It may have what was asked for.
            _ => format!("(UID 7 malformed \"X {value} FLAGS ())\") defects: unclosed@17 for a2"),
        };
        let said = format!("S: * 1 FETCH (UID 7 X {value} FLAGS ())\nS: A2 OK done\n");
        play(&format!(
            "config: limits.nesting 4\n{}{said}> fetch 1 {items}\n> outcome a2 ok\n",
            fetching(1)
        ));
    }
}

#[test]
fn commands() {
    for count in [2, 3, 4] {
        let mut played = format!("config: limits.commands 3\n{GREETED}");
        for number in 1..=count {
            played += &format!("! a{number} = noop\n");
            if number > 3 {
                played += "> misuse: 3 commands are open already; wait for outcomes before sending more\n";
            }
        }
        for number in 1..=count.min(3) {
            played += &format!("C: A{number} NOOP\n");
        }
        // A place is free again when a command has had its outcome.
        played += "S: A1 OK done\n> outcome a1 ok\n! b = noop\n";
        played += &format!("C: A{} NOOP\n", count.min(3) + 1);
        play(&played);
    }
}

#[test]
fn in_flight() {
    for count in [2, 3, 4] {
        let mut played = format!("config: limits.in_flight 3\n{GREETED}");
        for number in 1..=count {
            played += &format!("! a{number} = noop\n");
        }
        for number in 1..=count.min(3) {
            played += &format!("C: A{number} NOOP\n");
        }
        played += "S: A1 OK done\n> outcome a1 ok\n";
        if count > 3 {
            played += "C: A4 NOOP\n";
        }
        play(&played);
    }
}

#[test]
fn supply() {
    for size in [9, 10, 11] {
        let took = match size {
            ..=10 => String::new(),
            _ => "> took: 10 of 11\n".to_owned(),
        };
        let (octets, left) = (xs(size.min(10)), 10 - size.min(10));
        play(&format!(
            "config: limits.supply 10\n{GREETED}! a1 = append-streamed INBOX 100\nC: A1 APPEND INBOX {{100}}\n\
             S: + go\n> proceed a1\n? supply a1 10\n! hold output\n! supply a1 {size}\n{took}? supply a1 {left}\n\
             ! release output\nC: {octets}\\\n? supply a1 10\n"
        ));
    }
}

#[test]
fn non_synchronizing() {
    for (capability, limit, size, unasked) in [
        ("LITERAL+", 30, 29, true),
        ("LITERAL+", 30, 30, true),
        ("LITERAL+", 30, 31, false),
        // RFC 7888 section 5, whatever the limit is.
        ("LITERAL-", 9_000, 4_095, true),
        ("LITERAL-", 9_000, 4_096, true),
        ("LITERAL-", 9_000, 4_097, false),
        ("LITERAL-", 30, 31, false),
    ] {
        let octets = format!("C: \\({size}*x)\n");
        let sent = match unasked {
            true => format!("C: A1 APPEND INBOX {{{size}+}}\n{octets}"),
            false => format!("C: A1 APPEND INBOX {{{size}}}\nS: + go\n> proceed a1\n{octets}"),
        };
        play(&format!(
            "config: limits.non_synchronizing {limit}\n{GREETED}S: * CAPABILITY IMAP4rev1 {capability}\n\
             > data CAPABILITY IMAP4REV1 {capability}\n! a1 = append INBOX {{{size}}}\n{sent}\
             S: A1 OK done\n> outcome a1 ok\n"
        ));
    }
}

/// A message in the middle of unknown ones makes three fragments of one, and one place is held back for new messages.
#[test]
fn mailbox_blocks() {
    for (limit, first, second) in [
        (3, "unknown", "unknown"),
        (4, "11", "unknown"),
        (5, "11", "unknown"),
        (6, "11", "22"),
    ] {
        play(&format!(
            "config: limits.mailbox_blocks {limit}\nconfig: tracking messages\n{}\
             S: * 100 FETCH (UID 11 FLAGS ())\nS: * 1000 FETCH (UID 22 FLAGS ())\nS: * 2001 EXISTS\nS: A2 OK done\n\
             > fetch 100 (UID 11 FLAGS ())\n> fetch 1000 (UID 22 FLAGS ())\n> exists 2001\n> outcome a2 ok\n\
             ? uid 100 = {first}\n? uid 1000 = {second}\n? exists 2001\n? counts exact\n",
            fetching(2_000)
        ));
    }
}

#[test]
fn capabilities() {
    for size in [19, 20, 21] {
        let name = "X".repeat(size - "IMAP4REV1 ".len());
        let known = match size {
            ..=20 => format!("IMAP4REV1 {name}"),
            _ => "IMAP4REV1".to_owned(),
        };
        play(&format!(
            "config: limits.capabilities 20\n{GREETED}S: * CAPABILITY IMAP4REV1 {name}\n\
             > data CAPABILITY IMAP4REV1 {name}\n? capabilities {known}\n"
        ));
    }
}
