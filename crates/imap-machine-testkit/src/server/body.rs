//! Message octets: kept, made on the fly, or only accounted for.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use crate::fnv1a::Fnv1a;

/// Text columns of a generated line, and its octets with CRLF.
const COLUMNS: usize = 76;
const LINE: usize = COLUMNS + 2;

/// The octets of a message, header included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Held in memory.
    Bytes(Arc<[u8]>),
    /// A short header and numbered lines of 76 columns, the same for the same size; made when read,
    /// never held.
    Generated {
        /// Octets of the whole message.
        size: u64,
    },
    /// An appended message too large to keep. `BODY[]` and friends are NIL.
    Digest {
        /// Octets of the whole message.
        size: u64,
        /// 64-bit FNV-1a of the octets; compare with [`Body::digest`].
        fnv1a: u64,
    },
}

/// A part of a message, as FETCH sections name it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Whole,
    Header,
    Text,
}

impl Body {
    /// A message with this subject, filled up to `size` octets.
    #[must_use]
    pub fn text(subject: &str, size: u64) -> Self {
        let mut octets = header(subject).into_bytes();
        let length = size.saturating_sub(octets.len() as u64);
        write_lines(length, 0..length, &mut octets).expect("a Vec takes all writes");
        Body::Bytes(octets.into())
    }

    /// Octets of the whole message (RFC822.SIZE).
    #[must_use]
    pub fn size(&self) -> u64 {
        match self {
            Body::Bytes(octets) => octets.len() as u64,
            Body::Generated { size } | Body::Digest { size, .. } => *size,
        }
    }

    /// 64-bit FNV-1a of the octets.
    #[must_use]
    pub fn digest(&self) -> u64 {
        if let Body::Digest { fnv1a, .. } = self {
            return *fnv1a;
        }
        let mut hash = Fnv1a::default();
        self.write_range(0..self.size(), &mut hash)
            .expect("a hash takes all writes");
        hash.0
    }

    /// Writes a range of the octets, as far as there are such.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_range(&self, range: Range<u64>, out: &mut impl Write) -> io::Result<()> {
        match self {
            Body::Bytes(octets) => out.write_all(within(octets, &range)),
            Body::Generated { size } => {
                let end = range.end.min(*size);
                let header = generated_header(*size);
                out.write_all(within(header.as_bytes(), &(range.start..end)))?;
                let skip = |at: u64| at.saturating_sub(header.len() as u64);
                write_lines(skip(*size), skip(range.start)..skip(end), out)
            }
            Body::Digest { .. } => Ok(()),
        }
    }

    /// Where a part lies; `None` if the octets were not kept.
    pub(super) fn part(&self, part: Part) -> Option<Range<u64>> {
        let header = match self {
            Body::Bytes(octets) => {
                let blank = octets.windows(4).position(|four| four == b"\r\n\r\n");
                blank.map_or(octets.len(), |at| at + 4) as u64
            }
            Body::Generated { size } => (generated_header(*size).len() as u64).min(*size),
            Body::Digest { .. } => return None,
        };
        Some(match part {
            Part::Whole => 0..self.size(),
            Part::Header => 0..header,
            Part::Text => header..self.size(),
        })
    }

    /// Lines of the text, for BODYSTRUCTURE.
    pub(super) fn lines(&self) -> u64 {
        let text = self.part(Part::Text).unwrap_or_default();
        match self {
            Body::Bytes(octets) => within(octets, &text)
                .split_inclusive(|&octet| octet == b'\n')
                .count() as u64,
            Body::Generated { .. } => (text.end - text.start).div_ceil(LINE as u64),
            Body::Digest { .. } => 0,
        }
    }
}

fn header(subject: &str) -> String {
    format!(
        "Date: Mon, 1 Jan 2024 00:00:00 +0000\r\nFrom: Bob Example <bob@example.org>\r\n\
         To: alice@example.org\r\nSubject: {subject}\r\nMessage-ID: <{}@example.org>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n",
        subject.replace(' ', "-")
    )
}

fn generated_header(size: u64) -> String {
    header(&format!("Generated {size} octets"))
}

fn within<'a>(octets: &'a [u8], range: &Range<u64>) -> &'a [u8] {
    let clamp = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(octets.len());
    octets
        .get(clamp(range.start)..clamp(range.end))
        .unwrap_or_default()
}

/// Writes a range of a text of `length` octets that is made of numbered lines. A last line that has
/// no room for its CRLF is text to its end.
fn write_lines(length: u64, mut range: Range<u64>, out: &mut impl Write) -> io::Result<()> {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz\
        abcdefghijklmnopqrstuvwxyzabcdefghijklm";
    const NUMBER: usize = 11;
    const CYCLE: u64 = 26;
    while range.start < range.end {
        let number = range.start / LINE as u64;
        let mut line = [b'.'; LINE];
        write!(&mut line[..NUMBER], "{:010} ", number % 10_000_000_000)?;
        line[NUMBER..COLUMNS]
            .copy_from_slice(&LETTERS[(number % CYCLE) as usize..][..COLUMNS - NUMBER]);
        if length - number * LINE as u64 >= LINE as u64 {
            line[COLUMNS..].copy_from_slice(b"\r\n");
        }
        let from = (range.start % LINE as u64) as usize;
        let piece = within(&line[from..], &(0..range.end - range.start));
        out.write_all(piece)?;
        range.start += piece.len() as u64;
    }
    Ok(())
}
