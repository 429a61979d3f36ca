//! Response texts and codes.

use imap_machine::codec::ResponseText;
use imap_machine::imap_types::response::Code;

pub(super) fn agree(ours: &ResponseText<'_>, code: Option<&Code<'_>>, text: &str) -> bool {
    match code {
        // We look for a code after more than one space.
        None if text.starts_with(' ') => true,
        None => ours.raw_code().is_none() && same(ours.raw_text(), text),
        // imap-codec ends a code of unknown kind at the first bracket, and we at the first one outside of quotes and lists.
        Some(Code::Other(theirs)) => {
            let theirs = theirs.inner();
            let raw = ours.raw_code().unwrap_or_default();
            match raw.len() == theirs.len() {
                true => raw == theirs && same(ours.raw_text(), text),
                false => raw.starts_with(theirs) && theirs.iter().any(|it| b"\"(".contains(it)),
            }
        }
        Some(theirs) => {
            let ours_strict = ours.code().and_then(|code| code.to_imap_types());
            ours_strict.as_ref() == Some(theirs) && same(ours.raw_text(), text)
        }
    }
}

/// imap-codec keeps spaces, and writes three dots where there is no text.
fn same(ours: &[u8], theirs: &str) -> bool {
    ours == theirs.trim_start_matches(' ').as_bytes() || (ours.is_empty() && theirs == "...")
}
