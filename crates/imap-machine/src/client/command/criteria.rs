//! Criteria of SEARCH as they are written.

use super::argument::InvalidArgument;
use super::written::CommandText;
use crate::lexer::quoted;
use crate::outgoing::fragments::Fragment;

/// Reads criteria without looking at what they mean. They must not reach beyond their end.
pub(super) fn read(criteria: &str) -> Result<CommandText, InvalidArgument> {
    if criteria.contains(['\r', '\n', '\0']) {
        return Err(InvalidArgument::LineEnd);
    }
    let criteria = criteria.trim_matches(' ');
    if criteria.is_empty() {
        return Err(InvalidArgument::Empty);
    }
    if criteria.ends_with('}') {
        return Err(InvalidArgument::LiteralHeader);
    }
    balanced(criteria).ok_or(InvalidArgument::NotCriteria)
}

/// `None` if a quote or a parenthesis has no counterpart, or if text that is not ASCII is not in quotes.
fn balanced(criteria: &str) -> Option<CommandText> {
    let mut written = CommandText::default();
    let mut open = 0_usize;
    let mut rest = criteria;
    while let Some(at) = rest.find(['"', '(', ')']) {
        let (before, from) = rest.split_at_checked(at)?;
        plain(&mut written, before)?;
        rest = from.get(1..)?;
        match from.as_bytes().first()? {
            b'"' => {
                let (string, after) = rest.split_at_checked(quoted::end(rest.as_bytes())?)?;
                push_string(&mut written, string);
                rest = after.get(1..)?;
            }
            b'(' => {
                written.text(b"(");
                open += 1;
            }
            _ => {
                written.text(b")");
                open = open.checked_sub(1)?;
            }
        }
    }
    plain(&mut written, rest)?;
    (open == 0).then_some(written)
}

fn plain(written: &mut CommandText, text: &str) -> Option<()> {
    written.text(text.as_bytes());
    text.is_ascii().then_some(())
}

/// How a string that is not ASCII is written is decided when it is sent.
fn push_string(written: &mut CommandText, string: &str) {
    if !string.is_ascii() {
        let string = quoted::unescape(string.as_bytes()).into_owned();
        written.fragment(Fragment::Utf8(string));
        return;
    }
    written.text(b"\"");
    written.text(string.as_bytes());
    written.text(b"\"");
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::super::oracle;
    use super::*;

    fn written(criteria: &str) -> Result<String, InvalidArgument> {
        let written = oracle::written("", |written| {
            written.append(read(criteria)?);
            Ok(())
        })?;
        Ok(String::from_utf8(written).unwrap())
    }

    #[test]
    fn criteria_stay_as_they_are() {
        for criteria in [
            "UNSEEN",
            "OR (FROM \"a \\\" ) b\" SEEN) NOT 1:*",
            "SUBJECT \"j\u{f6}rg \\\\ \\\"\" TO \"x\"",
            "\"\u{f6}\"",
        ] {
            assert_eq!(written(criteria).as_deref(), Ok(criteria));
        }
        assert_eq!(written("  SEEN  ").as_deref(), Ok("SEEN"));
    }

    #[test]
    fn criteria_do_not_reach_beyond_their_end() {
        for (criteria, error) in [
            ("", InvalidArgument::Empty),
            ("  ", InvalidArgument::Empty),
            ("SEEN\r\nA2 LOGOUT", InvalidArgument::LineEnd),
            ("SUBJECT \"a\0\"", InvalidArgument::LineEnd),
            ("SUBJECT {5}", InvalidArgument::LiteralHeader),
            ("SUBJECT {5} ", InvalidArgument::LiteralHeader),
            ("SUBJECT \"a", InvalidArgument::NotCriteria),
            ("SUBJECT \"a\\\"", InvalidArgument::NotCriteria),
            ("(SEEN", InvalidArgument::NotCriteria),
            ("SEEN) (UNSEEN", InvalidArgument::NotCriteria),
            ("SUBJECT j\u{f6}rg", InvalidArgument::NotCriteria),
        ] {
            assert_eq!(written(criteria), Err(error), "{criteria}");
        }
    }
}
