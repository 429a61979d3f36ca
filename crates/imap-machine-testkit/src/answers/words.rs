//! What a response says, word by word.

/// One piece of what a response says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Open,
    Close,
    /// Octets between spaces, parentheses, quotes and backslashes. A quoted string is as many words as it has.
    Word(Vec<u8>),
    /// The octets of a literal.
    Literal(Vec<u8>),
}

/// Splits a response without understanding it. `streamed`: where octets were taken out of it, after their header, and these octets.
pub(super) fn tokens(response: &[u8], streamed: &[(usize, &[u8])]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(octet) = response.get(at) {
        if let Some((_, octets)) = streamed.iter().find(|(place, _)| *place == at) {
            tokens.push(Token::Literal(octets.to_vec()));
        }
        if let Some((begin, size)) = literal(&response[at..]) {
            at += begin;
            if !streamed.iter().any(|(place, _)| *place == at) {
                let end = (at + size).min(response.len());
                tokens.push(Token::Literal(response[at..end].to_vec()));
                at = end;
            }
            continue;
        }
        match octet {
            b'(' => tokens.push(Token::Open),
            b')' => tokens.push(Token::Close),
            octet if separates(*octet) => {}
            _ => {
                let rest = &response[at..];
                let end = (1..rest.len())
                    .find(|end| separates(rest[*end]) || literal(&rest[*end..]).is_some());
                let end = end.unwrap_or(rest.len());
                tokens.push(Token::Word(rest[..end].to_vec()));
                at += end;
                continue;
            }
        }
        at += 1;
    }
    tokens
}

/// The words of a text that is no response.
pub(super) fn words(text: &[u8]) -> Vec<Vec<u8>> {
    let words = text.split(|octet| separates(*octet));
    let words = words.filter(|word| !word.is_empty());
    words.map(<[u8]>::to_vec).collect()
}

const fn separates(octet: u8) -> bool {
    matches!(octet, b' ' | b'(' | b')' | b'"' | b'\\' | b'\r' | b'\n')
}

/// Where the octets of a literal begin after this header, and how many there are.
fn literal(octets: &[u8]) -> Option<(usize, usize)> {
    let tilde = usize::from(octets.first() == Some(&b'~'));
    let inside = octets.get(tilde..)?.strip_prefix(b"{")?;
    let close = inside.iter().position(|octet| *octet == b'}')?;
    let size = std::str::from_utf8(&inside[..close]).ok()?;
    // Some servers write the `+` of a client's literal.
    let size = size.strip_suffix('+').unwrap_or(size).parse().ok()?;
    let begins = inside.get(close + 1..)?.starts_with(b"\r\n");
    begins.then_some((tilde + 1 + close + 3, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(word: &str) -> Token {
        Token::Word(word.into())
    }

    #[test]
    fn a_response_is_its_words() {
        let line = b"* 1 FETCH (FLAGS (\\Seen) BODY[] {3}\r\na b X \"c\\\"d e\")\r\n";
        let body = Token::Literal(b"a b".to_vec());
        let (open, close) = (Token::Open, Token::Close);
        let expected = [
            word("*"),
            word("1"),
            word("FETCH"),
            open.clone(),
            word("FLAGS"),
            open,
            word("Seen"),
            close.clone(),
            word("BODY[]"),
            body,
            word("X"),
            word("c"),
            word("d"),
            word("e"),
            close,
        ];
        assert_eq!(tokens(line, &[]), expected);
        let head = "* 1 FETCH (FLAGS (\\Seen) BODY[] {3}\r\n";
        let taken = format!("{head} X \"c\\\"d e\")\r\n");
        let streamed = [(head.len(), &b"a b"[..])];
        assert_eq!(tokens(taken.as_bytes(), &streamed), expected);
    }
}
