//! W3 and W4: messages as literals.

use std::io::Write;
use std::sync::Arc;

use super::Rows;
use crate::tally::{Tally, samples};

/// Base64 in lines of 76 columns.
#[must_use]
pub fn base64(octets: usize) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let column = |at: usize| match at % 78 {
        76 => b'\r',
        77 => b'\n',
        column => ALPHABET[(column * 7 + at / 78) % 64],
    };
    (0..octets).map(column).collect()
}

/// W4: `rows` messages of 4 KiB.
#[must_use]
pub fn small(rows: u32) -> Rows {
    let body = base64(4_096);
    let mut octets = Vec::with_capacity(rows as usize * 4_200);
    let mut tally = Tally::default();
    for n in 0..rows {
        let (seq, uid) = (n + 1, (n + 1) * 2);
        write!(
            octets,
            "* {seq} FETCH (UID {uid} BODY[] {{{}}}\r\n",
            body.len()
        )
        .expect("a vector takes everything");
        octets.extend_from_slice(&body);
        octets.extend_from_slice(b")\r\n");
        tally.add(u64::from(uid) + body.len() as u64 + samples(&body, 0));
    }
    Rows {
        octets: Arc::new(octets),
        rows,
        tally,
    }
}

/// One large message, of which only a block is in memory.
#[derive(Clone, Debug)]
pub struct Large {
    /// What is repeated.
    pub block: Arc<Vec<u8>>,
    /// How often.
    pub times: u32,
}

impl Large {
    /// W3: `mebibytes` of base64.
    #[must_use]
    pub fn new(mebibytes: u32) -> Self {
        Self {
            block: Arc::new(base64(64 << 10)),
            times: mebibytes << 4,
        }
    }

    /// The whole message, for contenders that need it at once.
    #[must_use]
    pub fn whole(&self) -> Vec<u8> {
        self.block.repeat(self.times as usize)
    }

    /// Reads on at `offset`, as a file would be read: a copy of as much as there is room for.
    pub fn read(&self, offset: u64, space: &mut [u8]) -> usize {
        let left = self.size().saturating_sub(offset);
        let wanted = space.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let mut start = (offset % self.block.len() as u64) as usize;
        let mut read = 0;
        while read < wanted {
            let octets = (wanted - read).min(self.block.len() - start);
            space[read..read + octets].copy_from_slice(&self.block[start..start + octets]);
            read += octets;
            start = 0;
        }
        read
    }

    /// Its size in octets.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.block.len() as u64 * u64::from(self.times)
    }

    /// What a reader must have read: one row with UID 2.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        tally.add(2 + self.size() + self.samples());
        tally
    }

    /// The [`samples`] of the whole message.
    #[must_use]
    pub fn samples(&self) -> u64 {
        samples(&self.block, 0) * u64::from(self.times)
    }
}
