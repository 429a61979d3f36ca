//! A part of a value, as words.

use std::collections::BTreeSet;

use super::words::{Token, tokens, words};

/// What one part of a value says: one mailbox of a list, one message, or all that stands alone.
#[derive(Clone, Debug, Default)]
pub struct Part {
    words: BTreeSet<Vec<u8>>,
    /// Names that may be written in upper or lower case.
    names: BTreeSet<Vec<u8>>,
    ranges: Vec<(u64, u64)>,
    literals: BTreeSet<Vec<u8>>,
}

impl Part {
    /// Adds text or octets, word by word.
    #[must_use]
    pub fn text(mut self, text: impl AsRef<[u8]>) -> Self {
        let text = text.as_ref();
        self.literals.insert(text.to_vec());
        self.words.extend(words(text));
        // `007` is the same number.
        let whole = numbers(text).unwrap_or_default();
        self.ranges.extend(whole);
        // As received, it may have literals.
        for token in tokens(text, &[]) {
            match token {
                Token::Word(word) => _ = self.words.insert(word),
                Token::Literal(octets) => _ = self.literals.insert(octets),
                Token::Open | Token::Close => {}
            }
        }
        self
    }

    /// Adds names in capital letters.
    #[must_use]
    pub fn names(mut self, names: &str) -> Self {
        self.names.extend(words(names.as_bytes()));
        self
    }

    /// Adds these numbers.
    #[must_use]
    pub fn range(mut self, first: impl Into<u64>, last: impl Into<u64>) -> Self {
        self.ranges.push((first.into(), last.into()));
        self
    }

    /// Adds a number with its name, if there is one.
    #[must_use]
    pub fn number(self, name: &str, number: Option<impl Into<u64>>) -> Self {
        match number.map(Into::into) {
            Some(number) => self.names(name).range(number, number),
            None => self,
        }
    }

    pub(super) fn holds(&self, token: &Token) -> bool {
        match token {
            Token::Open | Token::Close => true,
            Token::Word(word) => self.has(word),
            Token::Literal(octets) => {
                self.literals.contains(octets) || words(octets).iter().all(|word| self.has(word))
            }
        }
    }

    fn has(&self, word: &[u8]) -> bool {
        self.words.contains(word)
            || self.names.contains(&word.to_ascii_uppercase())
            || origin(word).is_some_and(|word| self.words.contains(&word))
            || numbers(word).is_some_and(|ranges| ranges.iter().all(|range| self.covers(*range)))
    }

    /// Whether all numbers from the first to the last are here. A value may have joined neighbours.
    fn covers(&self, (mut first, last): (u64, u64)) -> bool {
        loop {
            let around = |range: &&(u64, u64)| range.0 <= first && first <= range.1;
            let Some(end) = self.ranges.iter().filter(around).map(|it| it.1).max() else {
                return false;
            };
            if end >= last {
                return true;
            }
            first = end + 1;
        }
    }
}

/// `]<4>` for `]<04.100>`: some servers repeat the length that the client asked for.
fn origin(word: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(word).ok()?;
    let (name, origin) = text.strip_suffix('>')?.rsplit_once('<')?;
    let number = origin.split('.').next()?.parse::<u64>().ok()?;
    Some(format!("{name}<{number}>").into_bytes())
}

/// `4`, `004`, `7:9,12`: as ranges.
fn numbers(word: &[u8]) -> Option<Vec<(u64, u64)>> {
    let text = std::str::from_utf8(word).ok()?;
    let digits = |text: &str| match text.bytes().all(|octet| octet.is_ascii_digit()) {
        true => text.parse::<u64>().ok(),
        false => None,
    };
    let ranges = text.split(',').map(|range| {
        let (first, last) = range.split_once(':').unwrap_or((range, range));
        let (first, last) = (digits(first)?, digits(last)?);
        Some((first.min(last), first.max(last)))
    });
    ranges.collect()
}
