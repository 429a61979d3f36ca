//! The lines of `tests/responses`.

use std::fs;

use crate::repository::root;

/// The files.
pub const FILES: [&str; 3] = ["handwritten.txt", "reported.txt", "servers.txt"];

/// All responses of all files.
///
/// # Panics
///
/// The files cannot be read.
#[must_use]
pub fn all() -> Vec<Vec<u8>> {
    let files = FILES.map(|file| {
        let path = root().join("tests/responses").join(file);
        fs::read_to_string(path).expect("a file of responses")
    });
    let lines = files.iter().flat_map(|text| text.lines());
    let lines = lines.filter(|line| !line.starts_with("# ") && !line.is_empty());
    lines.map(octets).collect()
}

/// The octets of a line of a file, which writes `\r\n` and `\xff`. All other backslashes are the server's.
#[must_use]
pub fn octets(line: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find('\\') {
        octets.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at..];
        let hex = rest.strip_prefix("\\x").and_then(|rest| rest.get(..2));
        let hex = hex.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let (octet, len) = match hex {
            Some(octet) => (vec![octet], 4),
            None if rest.starts_with("\\r\\n") => (b"\r\n".to_vec(), 4),
            None => (b"\\".to_vec(), 1),
        };
        octets.extend(octet);
        rest = &rest[len..];
    }
    octets.extend_from_slice(rest.as_bytes());
    octets.extend_from_slice(b"\r\n");
    octets
}

/// How a response stands in a file: the other way round. A response with the characters `\r\n` or `\xff` in it cannot.
#[must_use]
pub fn line(octets: &[u8]) -> String {
    let octets = octets.strip_suffix(b"\r\n").unwrap_or(octets);
    let mut line = String::new();
    for chunk in octets.utf8_chunks() {
        for next in chunk.valid().replace("\r\n", "\\r\\n").chars() {
            match next.is_ascii_control() {
                true => line.push_str(&format!("\\x{:02x}", next as u8)),
                false => line.push(next),
            }
        }
        for octet in chunk.invalid() {
            line.push_str(&format!("\\x{octet:02x}"));
        }
    }
    line
}

#[test]
fn lines_are_written_and_read() {
    let said = b"* 1 FETCH (FLAGS (\\Seen) BODY[] {4}\r\n\0\xff\xc3\xa9)\r\n";
    let shown = "* 1 FETCH (FLAGS (\\Seen) BODY[] {4}\\r\\n\\x00\\xff\u{e9})";
    assert_eq!(line(said), shown);
    assert_eq!(octets(shown), said);
}
