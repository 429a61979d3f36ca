//! Octets that are known by their position.

use std::io::{self, Write};

/// Numbered lines, over and over. Their period is no multiple of a buffer's size, so that octets out of place are found.
pub struct Known(Vec<u8>);

impl Default for Known {
    fn default() -> Self {
        let lines = (0..977).map(|number| format!("{number:>76} \r\n"));
        Self(lines.collect::<String>().into_bytes())
    }
}

impl Known {
    /// Writes the first `size` octets. `written` is told after each part of them how many it has.
    ///
    /// # Errors
    ///
    /// Those of `to`.
    pub fn write(
        &self,
        size: u64,
        to: &mut impl Write,
        mut written: impl FnMut(u64),
    ) -> io::Result<()> {
        let mut left = size;
        while left > 0 {
            let octets = self
                .0
                .len()
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            to.write_all(&self.0[..octets])?;
            written(octets as u64);
            left -= octets as u64;
        }
        Ok(())
    }

    /// Whether these octets are those from `offset` on.
    #[must_use]
    pub fn has(&self, offset: u64, octets: &[u8]) -> bool {
        let period = &self.0[..];
        let mut at = usize::try_from(offset % period.len() as u64).unwrap_or(0);
        let mut rest = octets;
        while !rest.is_empty() {
            let here = &period[at..];
            let (compared, left) = rest.split_at(rest.len().min(here.len()));
            if !here.starts_with(compared) {
                return false;
            }
            (at, rest) = (0, left);
        }
        true
    }
}
