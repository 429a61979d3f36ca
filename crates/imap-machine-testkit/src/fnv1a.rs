//! 64-bit FNV-1a: it tells octets apart, and does not protect them.

use std::io::{self, Write};

/// A sink that hashes.
pub(crate) struct Fnv1a(pub(crate) u64);

impl Fnv1a {
    /// The hash of these octets.
    pub(crate) fn of(octets: &[u8]) -> u64 {
        let mut hash = Self::default();
        hash.add(octets);
        hash.0
    }

    fn add(&mut self, octets: &[u8]) {
        for octet in octets {
            self.0 = (self.0 ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

impl Default for Fnv1a {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Write for Fnv1a {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.add(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
