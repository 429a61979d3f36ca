//! Rust's words and signs, as far as the rules about imports and structs need them.

/// The tokens of code without comments. Literals are left out; `::` and `->` are one token each.
pub fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match literal(rest) {
            Some(length) => length,
            None => {
                let length = word(rest).unwrap_or(match rest {
                    _ if rest.starts_with("::") || rest.starts_with("->") => 2,
                    _ => first.len_utf8(),
                });
                tokens.push(&rest[..length]);
                length
            }
        };
        rest = rest[length..].trim_start();
    }
    tokens
}

pub fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

fn word(text: &str) -> Option<usize> {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    is_word(text).then(|| end.unwrap_or(text.len()))
}

/// The length of the string or character that the text begins with.
fn literal(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r", ""];
    let prefix = prefix.into_iter().find(|prefix| {
        let rest = text.strip_prefix(prefix);
        rest.is_some_and(|rest| rest.trim_start_matches('#').starts_with(['"', '\'']))
    })?;
    let body = &text[prefix.len()..];
    let hashes = body.len() - body.trim_start_matches('#').len();
    let length = match prefix.ends_with('r') {
        true => {
            let end = format!("\"{}", "#".repeat(hashes));
            let begin = hashes + 1;
            begin + body.get(begin..)?.find(&end)? + end.len()
        }
        false if hashes > 0 => return None,
        false if body.starts_with('"') => quoted(body, '"')?,
        // Not a lifetime.
        false if body[1..].starts_with('\\') || body.chars().nth(2) == Some('\'') => {
            quoted(body, '\'')?
        }
        false => return None,
    };
    Some(prefix.len() + length)
}

fn quoted(body: &str, end: char) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in body.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            letter if letter == end => return Some(at + letter.len_utf8()),
            _ => {}
        }
    }
    None
}

#[test]
fn words_signs_and_no_literals() {
    for (code, expected) in [
        ("use a::b;", &["use", "a", "::", "b", ";"][..]),
        (
            "f(\"x \\\" {\", b'\\'', 'ü', '\"')",
            &["f", "(", ",", ",", ",", ")"],
        ),
        ("&'a str", &["&", "'", "a", "str"]),
        ("br#\"a\" b\"# + r\"\\\" + c", &["+", "+", "c"]),
        (
            "#[x] -> Vec<u8>",
            &["#", "[", "x", "]", "->", "Vec", "<", "u8", ">"],
        ),
        ("r#type", &["r", "#", "type"]),
    ] {
        assert_eq!(tokens(code), expected, "{code}");
    }
}
