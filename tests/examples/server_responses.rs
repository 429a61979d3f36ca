//! Makes `tests/responses/servers.txt` of what servers said in the live tests: one response of each shape, with made-up texts.
//!
//! ```text
//! mkdir /tmp/said
//! IMAP_MACHINE_RECORD=/tmp/said tests/run --package imap-machine-tests --test clients live_verbs::std
//! cargo run -p imap-machine-tests --example server_responses -- /tmp/said >tests/responses/servers.txt
//! ```

use std::collections::HashSet;
use std::path::PathBuf;
use std::{env, fs, io};

use imap_machine_tests::responses::{line, octets};

/// The files of a recording, and what each is called.
const SESSIONS: [(&str, &str); 8] = [
    ("Dovecot-Plain", "Dovecot 2.3.19"),
    ("Dovecot24-Plain", "Dovecot 2.4.1"),
    ("Dovecot24-Utf8", "Dovecot 2.4.1 after ENABLE UTF8=ACCEPT"),
    ("Cyrus-Plain", "Cyrus 3.6.1"),
    ("Cyrus310-Plain", "Cyrus 3.10.2"),
    ("Cyrus310-Imap4rev2", "Cyrus 3.10.2 after ENABLE IMAP4rev2"),
    ("Cyrus310-UidOnly", "Cyrus 3.10.2 after ENABLE UIDONLY"),
    ("Courier-Plain", "Courier 5.0.13"),
];

/// Longer ones are left out.
const OCTETS: usize = 3000;

/// A line, or what a literal holds.
enum Part {
    Text(String),
    Literal { binary: bool, octets: Vec<u8> },
}

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("usage: server_responses FOLDER"));
    };
    let mut shapes = HashSet::new();
    for (file, title) in SESSIONS {
        println!("# {title}");
        let said = fs::read(folder.join(file))?;
        for response in responses(&said) {
            let parts = response.into_iter().map(made_up).collect::<Vec<_>>();
            let whole = joined(&parts);
            let line = line(&whole);
            // What cannot be written so in a file is left out.
            let is_same = octets(&line) == whole;
            let has_code = ["OK [", "NO [", "BAD ["]
                .iter()
                .any(|code| line.contains(code));
            let says_something = whole.starts_with(b"*") || whole.starts_with(b"+") || has_code;
            let counts = is_same && says_something && whole.len() < OCTETS;
            if counts && shapes.insert(shape(&parts)) {
                println!("{line}");
            }
        }
    }
    Ok(())
}

/// Cuts what a server said into responses.
fn responses(mut said: &[u8]) -> Vec<Vec<Part>> {
    let (mut responses, mut response) = (Vec::new(), Vec::new());
    while let Some(end) = said.windows(2).position(|two| two == b"\r\n") {
        let (text, rest) = (&said[..end], &said[end + 2..]);
        said = rest;
        let first = response.is_empty();
        // Octets that are not UTF-8 stand in the file as they are: as characters up to U+00FF here.
        let shown: String = text.iter().map(|octet| char::from(*octet)).collect();
        let size = literal(&shown).filter(|_| !first || carries_data(&shown));
        let Some((start, binary, size)) = size else {
            response.push(Part::Text(shown));
            responses.push(std::mem::take(&mut response));
            continue;
        };
        response.push(Part::Text(shown[..start].to_owned()));
        let size = size.min(said.len());
        response.push(Part::Literal {
            binary,
            octets: said[..size].to_vec(),
        });
        said = &said[size..];
    }
    responses
}

fn carries_data(text: &str) -> bool {
    let status = ["* OK", "* NO", "* BAD", "* BYE", "* PREAUTH"];
    text.starts_with("* ") && !status.iter().any(|status| text.starts_with(status))
}

/// Where the header of the literal begins with which the line ends, and what it says.
fn literal(text: &str) -> Option<(usize, bool, usize)> {
    let header = text.rfind('{')?;
    let size = text[header + 1..].strip_suffix('}')?.parse().ok()?;
    let binary = text[..header].ends_with('~');
    Some((header - usize::from(binary), binary, size))
}

fn joined(parts: &[Part]) -> Vec<u8> {
    let mut whole = Vec::new();
    for part in parts {
        match part {
            Part::Text(text) => whole.extend(text.chars().map(|shown| shown as u8)),
            Part::Literal { binary, octets } => {
                let mark = if *binary { "~" } else { "" };
                whole.extend_from_slice(format!("{mark}{{{}}}\r\n", octets.len()).as_bytes());
                whole.extend_from_slice(octets);
            }
        }
    }
    whole.extend_from_slice(b"\r\n");
    whole
}

/// Without what differs from one run to the next: names, tags, times, identifiers.
fn made_up(part: Part) -> Part {
    match part {
        Part::Text(text) => Part::Text(words(&text)),
        Part::Literal { binary, octets } => {
            let shown: String = octets.iter().map(|octet| char::from(*octet)).collect();
            let octets = words(&shown).chars().map(|shown| shown as u8).collect();
            Part::Literal { binary, octets }
        }
    }
}

fn words(text: &str) -> String {
    let mut made_up = String::new();
    let text = system(&dates(text));
    let mut rest = &text[..];
    while !rest.is_empty() {
        let len = rest.find(|next: char| !next.is_ascii_alphanumeric());
        let (word, after) = rest.split_at(len.unwrap_or(rest.len()));
        made_up.push_str(&made_up_word(word, &made_up));
        let other = after.find(|next: char| next.is_ascii_alphanumeric());
        let (other, after) = after.split_at(other.unwrap_or(after.len()));
        made_up.push_str(other);
        rest = after;
    }
    made_up
}

/// `27-Nov-2026 13:49:56`, of any time, is that of RFC 9051's examples.
fn dates(text: &str) -> String {
    let mut octets: Vec<char> = text.chars().collect();
    const DATE: &str = "17-Jul-1996 02:44:25";
    for at in 0..octets.len().saturating_sub(DATE.len() - 1) {
        let here = &octets[at..at + DATE.len()];
        let is_date = here.iter().zip(DATE.chars()).all(|(here, there)| {
            (here.is_ascii_digit() && there.is_ascii_digit())
                || (here.is_ascii_alphabetic() && there.is_ascii_alphabetic())
                || *here == there
        });
        if is_date {
            octets.splice(at..at + DATE.len(), DATE.chars());
        }
    }
    octets.into_iter().collect()
}

/// The version of the system, in an ID response.
fn system(text: &str) -> String {
    let named = text.split_once("\"os-version\" \"");
    let Some((before, (_, after))) =
        named.and_then(|(before, after)| Some((before, after.split_once('"')?)))
    else {
        return text.to_owned();
    };
    format!("{before}\"os-version\" \"6.1\"{after}")
}

fn made_up_word(word: &str, before: &str) -> String {
    let has = |is: fn(&u8) -> bool| word.bytes().filter(is).count();
    let (digits, small) = (has(u8::is_ascii_digit), has(u8::is_ascii_lowercase));
    let is_tag = before.is_empty() || before.ends_with("TAG \"");
    if is_tag && digits > 0 && word.starts_with('A') {
        return "A1".to_owned();
    }
    match word.len() {
        // The nanoseconds in a mailbox name, after `%20` in a URL.
        len @ 19.. if digits == len => format!("{}1", &word[..len - 19]),
        // Seconds.
        9 | 10 if digits == word.len() && word.starts_with(['1', '7']) => "1700000000".to_owned(),
        len @ 20.. if digits > 0 && small > 2 => {
            "0123456789abcdef".repeat(8)[..len.min(128)].to_owned()
        }
        _ => word.to_owned(),
    }
}

/// The same for responses that differ in numbers, texts and flags alone.
fn shape(parts: &[Part]) -> String {
    let mut shape = String::new();
    for part in parts {
        match part {
            // UIDFETCH describes messages as FETCH does.
            Part::Text(text) if text.contains("BODY") => {
                text_shape(&text.replace("UIDFETCH", "FETCH"), &mut shape);
            }
            // What a status text says does not matter.
            Part::Text(text) if !carries_data(text) && shape.is_empty() => {
                let code = text.find(']').map_or(4, |end| end + 1);
                text_shape(text.get(..code).unwrap_or(text), &mut shape);
            }
            Part::Text(text) => text_shape(text, &mut shape),
            Part::Literal { binary, .. } => shape.push_str(if *binary { "~{}" } else { "{}" }),
        }
    }
    for (list, one) in [
        ("0 0", "0"),
        ("0,0", "0"),
        ("0:0", "0"),
        ("(0)(0)", "(0)"),
        ("a a", "a"),
    ] {
        while shape.contains(list) {
            shape = shape.replace(list, one);
        }
    }
    shape
}

fn text_shape(text: &str, shape: &mut String) {
    // Which flags there are does not matter.
    if let Some((before, (_, after))) = text
        .split_once("FLAGS (")
        .and_then(|(before, flags)| Some((before, flags.split_once(')')?)))
    {
        text_shape(before, shape);
        shape.push_str("FLAGS ()");
        return text_shape(after, shape);
    }
    let mut quoted = false;
    let mut escaped = false;
    for next in text.chars() {
        match next {
            _ if escaped => escaped = false,
            '\\' if quoted => {
                escaped = true;
                shape.push('\\');
            }
            '"' => {
                quoted = !quoted;
                shape.push('"');
            }
            // What people trip over in names.
            '&' | '%' | '*' | '{' | '[' | '(' if quoted => shape.push(next),
            _ if quoted => {}
            '0'..='9' if shape.ends_with('0') => {}
            '0'..='9' => shape.push('0'),
            'a'..='z' if shape.ends_with('a') => {}
            'a'..='z' => shape.push('a'),
            next => shape.push(next),
        }
    }
}
