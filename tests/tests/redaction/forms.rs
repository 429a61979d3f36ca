//! The forms in which a secret could be shown.

/// The form in which `text` shows the secret, if it does.
pub fn told(text: &str, secret: &[u8]) -> Option<&'static str> {
    let has = |form: &str| text.contains(form);
    let as_text = String::from_utf8_lossy(secret);
    let list = |apart: &str| {
        let octets: Vec<_> = secret.iter().map(u8::to_string).collect();
        octets.join(apart)
    };
    let hex = |of: fn(&u8) -> String| secret.iter().map(of).collect::<String>();
    let found = [
        ("as it is", has(&as_text)),
        ("quoted", has(&as_text.escape_debug().to_string())),
        ("in an IMAP string", has(&quoted(&as_text))),
        ("escaped", has(&secret.escape_ascii().to_string())),
        ("as a list of octets", has(&list(", "))),
        // `{:#?}`
        ("as a column of octets", columns(text).contains(&list(","))),
        ("in hex", has(&hex(|octet| format!("{octet:02x}")))),
        ("in HEX", has(&hex(|octet| format!("{octet:02X}")))),
        (
            "in base64",
            (0..3).any(|before| has(&base64_inside(secret, before))),
        ),
    ];
    found
        .iter()
        .find_map(|(form, found)| found.then_some(*form))
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn columns(text: &str) -> String {
    text.split_ascii_whitespace().collect()
}

/// The letters of base64 that depend only on these octets, when `before` other octets precede them.
fn base64_inside(octets: &[u8], before: usize) -> String {
    let padded = [&[0; 2][..before], octets].concat();
    let whole = padded.len() / 3 * 3;
    let letters = base64(&padded[..whole]);
    letters[[0, 2, 3][before]..].to_owned()
}

/// Base64 (RFC 4648 section 4) of whole groups of three octets.
pub fn base64(octets: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in octets.chunks_exact(3) {
        let bits = group
            .iter()
            .fold(0, |bits, octet| bits << 8 | usize::from(*octet));
        for shift in [18, 12, 6, 0] {
            text.push(char::from(LETTERS[bits >> shift & 63]));
        }
    }
    text
}

#[test]
fn every_form_is_found() {
    let secret = b"correct \"horse\\ battery";
    let text = std::str::from_utf8(secret).unwrap();
    let hex: String = secret.iter().map(|octet| format!("{octet:02x}")).collect();
    for before in ["", "x", "xy", "xyz"] {
        let plain = format!("{before}{text}zz");
        for shown in [
            plain.clone(),
            format!("{plain:?}"),
            format!("A1 LOGIN a \"{}\"", quoted(&plain)),
            plain.as_bytes().escape_ascii().to_string(),
            format!("{:?}", plain.as_bytes()),
            format!("{:#?}", plain.as_bytes()),
            format!("{before}{hex}"),
            hex.to_uppercase(),
            base64(format!("{plain}x").as_bytes()),
            base64(format!("{plain}xx").as_bytes()),
        ] {
            assert!(told(&shown, secret).is_some(), "{shown}");
        }
    }
    assert_eq!(told("correct horse battery", secret), None);
}
