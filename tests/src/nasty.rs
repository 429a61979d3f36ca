//! Mail and mailbox names that servers and readers stumble over. All texts are made up.

use std::fmt::Write;

/// A message, and the name by which the tests speak of it.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its name.
    pub name: &'static str,
    /// Its octets.
    pub octets: Vec<u8>,
}

/// The levels of [`messages`] that nest.
pub const LEVELS: usize = 12;

/// The messages, in a fixed order. Each ends with a line end, except where that is the point.
#[must_use]
pub fn messages() -> Vec<Mail> {
    let mail = |name, octets: &[u8]| Mail {
        name,
        octets: octets.to_vec(),
    };
    vec![
        mail(
            "plain",
            &lines(&["From: Ann <ann@example.org>", "Subject: plain", "", "text"]),
        ),
        mail("only a blank line", b"\r\n"),
        mail(
            "no body",
            &lines(&["From: ann@example.org", "Subject: no body", ""]),
        ),
        mail("header without an end", b"Subject: no end\r\nX-More: yes"),
        mail("eight-bit header", EIGHT_BIT),
        mail(
            "utf-8 header",
            "From: J\u{f6}rg <j@example.org>\r\nSubject: Gr\u{fc}\u{df}e \u{2713}\r\n\r\nx\r\n"
                .as_bytes(),
        ),
        mail("quotes", &lines(QUOTES)),
        mail("groups", &lines(GROUPS)),
        mail("long header", &long_header()),
        mail("odd types", &lines(ODD_TYPES)),
        mail("empty parts", &lines(EMPTY_PARTS)),
        mail(
            "no boundary",
            &lines(&[
                "Subject: no boundary",
                "Content-Type: multipart/mixed",
                "",
                "--x",
                "",
                "text",
                "--x--",
            ]),
        ),
        mail(
            "boundary never comes",
            &lines(&[
                "Subject: never",
                "Content-Type: multipart/mixed; boundary=never",
                "",
                "text",
            ]),
        ),
        mail("boundary never ends", &lines(NEVER_ENDS)),
        mail("six multiparts", &nested_multiparts(6)),
        mail("twelve multiparts", &nested_multiparts(LEVELS)),
        mail("message in message", &nested_messages(2)),
        mail("twelve messages", &nested_messages(LEVELS)),
        mail("many parts", &many_parts(40)),
    ]
}

/// Messages that not every server takes.
#[must_use]
pub fn refusable() -> Vec<Mail> {
    vec![
        Mail {
            name: "empty",
            octets: Vec::new(),
        },
        Mail {
            name: "nul",
            octets: b"Subject: nul\r\n\r\na\0b\r\n".to_vec(),
        },
    ]
}

/// The last level of the names of mailboxes. `/` and `.` separate levels on one server or another, so no name has them.
pub const MAILBOXES: [&str; 13] = [
    "plain",
    "with blanks in it",
    "Entw\u{fc}rfe",
    "\u{65e5}\u{672c}\u{8a9e}",
    "a & b",
    "&APY-",
    "brackets [x]",
    "paren (x)",
    "brace {5}",
    "100%",
    "say \"hi\"",
    "back\\slash",
    "star*",
];

const EIGHT_BIT: &[u8] = b"From: \"J\xf6rg\" <joerg@example.org>\r\nTo: caf\xe9@example.org, Ren\xe9e <r@example.org>\r\n\
    Subject: \xff\xfe caf\xe9\r\nMessage-ID: <\xe9@example.org>\r\nMIME-Version: 1.0\r\n\
    Content-Type: text/plain; charset=iso-8859-1; name=\"r\xe9sum\xe9.txt\"\r\n\
    Content-Disposition: attachment; filename=\"r\xe9sum\xe9.txt\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\xe9\r\n";

const QUOTES: &[&str] = &[
    "From: \"Ann \\\"The Hat\\\" O'Neil (really)\" <\"a b\\\"c\"@example.org>",
    "To: (a comment) bob (another \\) one) @ example.org, <@relay.example.org,@b.example.org:carol@example.org>",
    "Subject: say \"hi\" \\ (to) {5} [x] <y> %~*",
    "Message-ID: <\"quo\\\"ted\"@example.org>",
    "MIME-Version: 1.0",
    "Content-Type: application/octet-stream; name=\"a \\\"b\\\" \\\\ (c).bin\"",
    "Content-Disposition: attachment; filename=\"a \\\"b\\\" \\\\ (c).bin\"",
    "Content-Description: \"quoted\" \\ and {3}",
    "Content-ID: <\"x y\"@example.org>",
    "",
    "text",
];

const GROUPS: &[&str] = &[
    "From: A Group: ann@example.org, \"B, C\" <bob@example.org>;",
    "Sender: ",
    "Reply-To: <>",
    "To: undisclosed-recipients:;",
    "Cc: \"Quoted: Group\": dave@example.org, Inner:;, eve;",
    "Bcc: no-address-at-all, ,, <a@b@c>",
    "Subject: groups",
    "Date: yesterday, more or less",
    "In-Reply-To: something that is no message-id",
    "",
    "text",
];

const ODD_TYPES: &[&str] = &[
    "Subject: =?utf-8?q?odd?= =?nonsense?x?y?=",
    "Subject: a second one",
    "MIME-Version: 1.0 (of sorts)",
    "Content-Type: text/; charset; =x; format=flowed; charset=\"us-ascii",
    "Content-Transfer-Encoding: ",
    "Content-Disposition: ;",
    "Content-Language: en, (a comment) de",
    "Content-Location: http://example.org/a b",
    "Content-MD5: not an MD5",
    "",
    "text",
];

const EMPTY_PARTS: &[&str] = &[
    "Subject: empty parts",
    "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=\"b (1)\"",
    "",
    "--b (1)",
    "--b (1)",
    "",
    "--b (1)",
    "Content-Type: message/rfc822",
    "",
    "--b (1)",
    "Content-Type: multipart/mixed; boundary=inner",
    "",
    "--inner--",
    "--b (1)--",
];

const NEVER_ENDS: &[&str] = &[
    "Subject: never ends",
    "Content-Type: multipart/alternative; boundary=b",
    "",
    "preamble",
    "--b",
    "",
    "one",
    "--b",
    "Content-Type: text/html",
    "",
    "<p>two",
];

fn lines(lines: &[&str]) -> Vec<u8> {
    let mut message = lines.join("\r\n");
    message.push_str("\r\n");
    message.into_bytes()
}

/// A header line of 9,000 octets, a folded one of 300 lines, and 400 recipients.
fn long_header() -> Vec<u8> {
    let mut message = String::from("From: ann@example.org\r\nTo: ");
    for number in 0..400 {
        let more = if number == 399 { "" } else { ",\r\n " };
        _ = write!(message, "Recipient {number} <r{number}@example.org>{more}");
    }
    message.push_str("\r\nReferences:");
    for number in 0..300 {
        _ = write!(message, "\r\n <{number:030}@example.org>");
    }
    _ = write!(
        message,
        "\r\nSubject: {}\r\n\r\ntext\r\n",
        "long ".repeat(1800).trim_end()
    );
    message.into_bytes()
}

fn nested_multiparts(levels: usize) -> Vec<u8> {
    let mut message = format!("Subject: {levels} multiparts\r\nMIME-Version: 1.0\r\n");
    for level in 0..levels {
        _ = write!(
            message,
            "Content-Type: multipart/mixed; boundary=level{level}\r\n\r\n--level{level}\r\n"
        );
    }
    message.push_str("Content-Type: text/plain\r\n\r\ntext\r\n");
    for level in (0..levels).rev() {
        _ = write!(message, "--level{level}--\r\n");
    }
    message.into_bytes()
}

fn nested_messages(levels: usize) -> Vec<u8> {
    let mut message = String::new();
    for level in 0..levels {
        _ = write!(
            message,
            "From: ann@example.org\r\nSubject: message {level} of {levels}\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"
        );
    }
    message.push_str("From: ann@example.org\r\nSubject: innermost\r\n\r\ntext\r\n");
    message.into_bytes()
}

fn many_parts(parts: usize) -> Vec<u8> {
    let mut message =
        String::from("Subject: many parts\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n");
    for part in 0..parts {
        _ = write!(
            message,
            "--b\r\nContent-Type: text/plain; charset=utf-8; name=\"part {part}.txt\"\r\n\
             Content-Disposition: attachment; filename*=utf-8''part%20{part}.txt\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nAAECAw==\r\n"
        );
    }
    message.push_str("--b--\r\nepilogue\r\n");
    message.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_differ_and_end_their_lines() {
        let messages = messages();
        for (at, mail) in messages.iter().enumerate() {
            let others = messages.iter().skip(at + 1);
            for other in others {
                assert!(other.name != mail.name && other.octets != mail.octets);
            }
            let lone = mail
                .octets
                .windows(2)
                .any(|two| two[1] == b'\n' && two[0] != b'\r');
            assert!(!lone, "{}", mail.name);
        }
    }

    #[test]
    fn levels_are_as_deep_as_they_say() {
        let count =
            |octets: &[u8], text: &str| String::from_utf8_lossy(octets).matches(text).count();
        assert_eq!(count(&nested_multiparts(LEVELS), "multipart/mixed"), LEVELS);
        assert_eq!(count(&nested_messages(LEVELS), "message/rfc822"), LEVELS);
    }
}
