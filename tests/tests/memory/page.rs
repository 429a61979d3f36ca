//! Reads `docs/limits.md`: its table of limits must agree with the code, and its formula is the one that is checked.

use imap_machine::Limits;

const PAGE: &str = include_str!("../../../docs/limits.md");

/// The rows of the table whose first column has this heading. Cells come without spaces and backquotes.
fn table(head: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| -> Vec<String> {
        let line = line.trim().trim_matches('|');
        line.split('|')
            .map(|cell| cell.trim().replace('`', ""))
            .collect()
    };
    let lines = PAGE.lines().skip_while(|line| cells(line)[0] != head);
    let rows = lines.skip(2).take_while(|line| line.starts_with('|'));
    rows.map(cells).collect()
}

/// `64 KiB`, `2^63 - 1`, `1,000`.
fn number(text: &str) -> u64 {
    let (text, less) = match text.split_once(" - ") {
        Some((text, less)) => (text, number(less)),
        None => (text, 0),
    };
    let (text, unit) = match text.split_once(' ') {
        Some((text, "KiB")) => (text, 1 << 10),
        Some((text, "MiB")) => (text, 1 << 20),
        Some((_, unit)) => panic!("{unit} is no unit"),
        None => (text, 1),
    };
    let number = match text.split_once('^') {
        Some((base, power)) => number(base).pow(power.parse().unwrap()),
        None => text.replace(',', "").parse().unwrap(),
    };
    number * unit - less
}

/// The limit of this name.
fn limit(limits: &Limits, name: &str) -> u64 {
    match name {
        "line" => limits.line as u64,
        "literal" => limits.literal,
        "inline_literal" => limits.inline_literal as u64,
        "message" => limits.message as u64,
        "nesting" => limits.nesting as u64,
        "commands" => limits.commands as u64,
        "in_flight" => limits.in_flight as u64,
        "supply" => limits.supply as u64,
        "non_synchronizing" => limits.non_synchronizing,
        "command_line" => limits.command_line as u64,
        "mailbox_blocks" => limits.mailbox_blocks as u64,
        "capabilities" => limits.capabilities as u64,
        _ => panic!("{name} is no limit"),
    }
}

/// The worst case in octets by the formula of the page. `read`: octets received at a time; `application`: octets of the
/// application's commands.
pub fn most(limits: &Limits, read: u64, application: u64) -> u64 {
    let rows = table("held for");
    assert!(rows.len() > 5, "{rows:?}");
    let sums = rows.iter().map(|row| &row[1]);
    sums.map(|sum| value(sum, limits, read, application)).sum()
}

/// The term of the formula whose row begins with this name.
pub fn term(name: &str, limits: &Limits, read: u64, application: u64) -> u64 {
    let rows = table("held for");
    let row = rows.iter().find(|row| row[0].starts_with(name));
    value(
        &row.expect("it is on the page")[1],
        limits,
        read,
        application,
    )
}

/// A sum such as `3 × message + 2 × read`.
fn value(sum: &str, limits: &Limits, read: u64, application: u64) -> u64 {
    let product = |product: &str| match product.split_once(" × ") {
        Some((factor, "read")) => number(factor) * read,
        Some((factor, "application")) => number(factor) * application,
        Some((factor, name)) => number(factor) * limit(limits, name),
        None => number(product),
    };
    sum.split(" + ").map(product).sum()
}

#[test]
fn the_defaults_are_those_of_the_code() {
    let limits = Limits::default();
    let rows = table("limit");
    // A field of `Limits` that is not in the table makes these differ.
    let fields = format!("{limits:?}").matches(": ").count();
    assert_eq!(rows.len(), fields);
    for row in rows {
        assert_eq!(number(&row[1]), limit(&limits, &row[0]), "{row:?}");
    }
}

/// What a server can reach, in mebibytes: without commands and without the map of messages.
fn reached(limits: &Limits) -> u64 {
    let own = ["commands", "look-ups", "the map"];
    let own: u64 = own.iter().map(|name| term(name, limits, 0, 0)).sum();
    (most(limits, 16 << 10, 0) - own).div_ceil(1 << 20)
}

#[test]
fn the_sums_on_the_page_are_right() {
    let mut limits = Limits::default();
    let map = term("the map", &limits, 0, 0).div_ceil(1 << 20);
    let said = format!(
        "a server can reach {} MiB, and {map} MiB more",
        reached(&limits)
    );
    assert!(PAGE.contains(&said), "{said}");
    (limits.line, limits.message) = (1 << 20, 2 << 20);
    let said = format!("`message` to 2 MiB: {} MiB.", reached(&limits));
    assert!(PAGE.contains(&said), "{said}");
}
