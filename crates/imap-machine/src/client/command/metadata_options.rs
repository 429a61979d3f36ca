//! The options of GETMETADATA, and names of annotations.

use super::argument::InvalidArgument;
use super::written::CommandText;

/// The options of GETMETADATA (RFC 5464 section 4.2).
///
#[doc = example!(connected)]
/// let limits = MetadataOptions::new().max_size(1024).depth(MetadataDepth::All);
/// connection.send(Command::get_metadata_with("INBOX", ["/shared"], &limits)?, options, now)?;
/// assert_eq!(
///     connection.transmit(),
///     b"A1 GETMETADATA (MAXSIZE 1024 DEPTH infinity) INBOX /shared\r\n"
/// );
#[doc = example!(end)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetadataOptions {
    max_size: Option<u32>,
    depth: Option<MetadataDepth>,
}

/// Which entries below those that are named GETMETADATA returns (RFC 5464 section 4.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MetadataDepth {
    /// None: `DEPTH 0`.
    None,
    /// Those one level below: `DEPTH 1`.
    Children,
    /// All: `DEPTH infinity`.
    All,
}

impl MetadataOptions {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// `MAXSIZE`: leaves out values of more octets (section 4.2.1). The answer says how large the
    /// [largest](crate::client::answers::Annotated::long_entries) of these is.
    #[must_use]
    pub const fn max_size(mut self, octets: u32) -> Self {
        self.max_size = Some(octets);
        self
    }

    /// `DEPTH` (section 4.2.2).
    #[must_use]
    pub const fn depth(mut self, depth: MetadataDepth) -> Self {
        self.depth = Some(depth);
        self
    }

    pub(super) fn write(&self, written: &mut CommandText) {
        let mut before = &b" ("[..];
        if let Some(octets) = self.max_size {
            written.text(before);
            written.text(b"MAXSIZE ");
            written.number(octets.into());
            before = b" ";
        }
        if let Some(depth) = self.depth {
            written.text(before);
            written.text(match depth {
                MetadataDepth::None => b"DEPTH 0",
                MetadataDepth::Children => b"DEPTH 1",
                MetadataDepth::All => b"DEPTH infinity",
            });
            before = b" ";
        }
        if before == b" " {
            written.text(b")");
        }
    }
}

/// Names of annotations, in parentheses.
pub(super) fn write_entries(
    written: &mut CommandText,
    entries: &[impl AsRef<str>],
) -> Result<(), InvalidArgument> {
    if entries.is_empty() {
        return Err(InvalidArgument::Empty);
    }
    for (index, entry) in entries.iter().enumerate() {
        written.text(if index == 0 { b"(" } else { b" " });
        write_entry(written, entry.as_ref())?;
    }
    written.text(b")");
    Ok(())
}

/// A slash before each level, none of which is empty; no wildcard, no control character, ASCII only (RFC 5464 section 3.2).
pub(super) fn write_entry(written: &mut CommandText, entry: &str) -> Result<(), InvalidArgument> {
    let is_name = |letter: u8| matches!(letter, b' '..=b'~') && !b"*%".contains(&letter);
    let levels = entry.strip_prefix('/').ok_or(InvalidArgument::NotAnEntry)?;
    let mut levels = levels.split('/');
    match levels.all(|level| !level.is_empty() && level.bytes().all(is_name)) {
        true => written.astring(entry.as_bytes()),
        false => Err(InvalidArgument::NotAnEntry),
    }
}
