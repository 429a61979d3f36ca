//! What a server tells in a challenge before it refuses a login: for OAUTHBEARER and XOAUTH2 a JSON object (RFC 7628 section 3.2.2).

use alloc::string::String;
use core::fmt;
use core::iter::Peekable;
use core::str::Chars;

/// What a server told in a challenge before it refused a login. OAUTHBEARER and XOAUTH2 tell it as JSON, SCRAM as a word
/// (RFC 5802 section 7, `server-error-value`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerReason {
    /// All of it, as the server sent it. What is not UTF-8 is replaced.
    pub text: String,
    /// `status`: `invalid_token`, or a number of HTTP such as `401`.
    pub status: Option<String>,
    /// `schemes`: the kinds of tokens that are accepted, with spaces between them.
    pub schemes: Option<String>,
    /// `scope`: what the token has to be for.
    pub scope: Option<String>,
}

impl ServerReason {
    /// Reads what a server sent. What is not a JSON object is only text.
    #[must_use]
    pub fn new(challenge: &[u8]) -> Self {
        let text = String::from_utf8_lossy(challenge).into_owned();
        let mut reason = Self {
            text: String::new(),
            status: None,
            schemes: None,
            scope: None,
        };
        // A member that cannot be read ends the reading; the text has all of them.
        let _ = members(&text, |name, value| match name {
            "status" => reason.status = Some(value),
            "schemes" => reason.schemes = Some(value),
            "scope" => reason.scope = Some(value),
            _ => {}
        });
        reason.text = text;
        reason
    }
}

impl fmt::Display for ServerReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(status) = &self.status else {
            return write!(f, "{}", self.text.escape_debug());
        };
        write!(f, "status {}", status.escape_debug())?;
        if let Some(schemes) = &self.schemes {
            write!(f, ", schemes {}", schemes.escape_debug())?;
        }
        if let Some(scope) = &self.scope {
            write!(f, ", scope {}", scope.escape_debug())?;
        }
        Ok(())
    }
}

/// The members of a JSON object whose values are strings or numbers (RFC 8259). `None` when it is not such an object.
fn members(text: &str, mut member: impl FnMut(&str, String)) -> Option<()> {
    let mut rest = text.chars().peekable();
    token(&mut rest, '{')?;
    loop {
        let name = string(&mut rest)?;
        token(&mut rest, ':')?;
        skip_spaces(&mut rest);
        let value = match rest.peek()? {
            '"' => string(&mut rest)?,
            '{' | '[' => return None,
            _ => word(&mut rest),
        };
        member(&name, value);
        skip_spaces(&mut rest);
        match rest.next()? {
            ',' => {}
            '}' => return Some(()),
            _ => return None,
        }
    }
}

fn skip_spaces(rest: &mut Peekable<Chars<'_>>) {
    while rest.next_if(char::is_ascii_whitespace).is_some() {}
}

fn token(rest: &mut Peekable<Chars<'_>>, wanted: char) -> Option<()> {
    skip_spaces(rest);
    (rest.next()? == wanted).then_some(())
}

/// A number, or `true`, `false`, `null`.
fn word(rest: &mut Peekable<Chars<'_>>) -> String {
    let mut word = String::new();
    let belongs = |next: &char| !matches!(next, ',' | '}') && !next.is_ascii_whitespace();
    while let Some(next) = rest.next_if(belongs) {
        word.push(next);
    }
    word
}

fn string(rest: &mut Peekable<Chars<'_>>) -> Option<String> {
    token(rest, '"')?;
    let mut string = String::new();
    loop {
        let next = match rest.next()? {
            '"' => return Some(string),
            '\\' => escaped(rest)?,
            next => next,
        };
        string.push(next);
    }
}

/// What stands after a backslash. Halves of a pair of surrogates are replaced.
fn escaped(rest: &mut Peekable<Chars<'_>>) -> Option<char> {
    Some(match rest.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let digit = |code, _| Some(code * 16 + rest.next()?.to_digit(16)?);
            let code = (0..4).try_fold(0, digit)?;
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        same @ ('"' | '\\' | '/') => same,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn what_servers_say_about_tokens() {
        let google = br#"{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}"#;
        let reason = ServerReason::new(google);
        assert_eq!(reason.status.as_deref(), Some("400"));
        assert_eq!(reason.schemes.as_deref(), Some("Bearer"));
        assert_eq!(reason.scope.as_deref(), Some("https://mail.google.com/"));
        assert_eq!(
            reason.to_string(),
            "status 400, schemes Bearer, scope https://mail.google.com/"
        );
        let reason = ServerReason::new(b" { \"status\" : 401 , \"a\\u0022\\n\": null } ");
        assert_eq!(reason.to_string(), "status 401");
        let reason = ServerReason::new(br#"{"status":"invalid_token","x":["y"],"scope":"z"}"#);
        assert_eq!(reason.status.as_deref(), Some("invalid_token"));
        assert_eq!(reason.scope, None);
        assert!(reason.text.contains("scope"));
        let reason = ServerReason::new(br#"{"status":"\ud83d\u00e9\/"}"#);
        assert_eq!(reason.status.as_deref(), Some("\u{fffd}\u{e9}/"));
    }

    #[test]
    fn what_is_not_json_is_text() {
        for text in [
            "invalid-proof",
            "",
            "{",
            "{\"status",
            "{\"status\":\"\\x\"}",
            "{\"status\":\"\\u12\"}",
            "{\"status\" 1}",
            "[]",
        ] {
            let reason = ServerReason::new(text.as_bytes());
            assert_eq!((reason.status, &*reason.text), (None, text));
        }
        let reason = ServerReason::new(b"a\r\nb\x1b\xff");
        assert_eq!(reason.to_string(), "a\\r\\nb\\u{1b}\u{fffd}");
    }
}
