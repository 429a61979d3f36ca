//! The charset of SEARCH (RFC 9051 section 6.4.4).

use alloc::vec::Vec;

use imap_types::command::CommandBody;
use imap_types::core::Charset;

use crate::outgoing::fragments::Fragment;

/// Whether a SEARCH says its charset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// No SEARCH, or one that says a charset of its own.
    AsWritten,
    /// UTF-8, if it has text that is not ASCII.
    IfNeeded,
    /// UTF-8.
    Utf8,
}

/// The command without `CHARSET UTF-8`, which must not be said when UTF8=ACCEPT is enabled (RFC 9755 section 3).
pub(super) fn without_charset(mut body: CommandBody<'static>) -> (CommandBody<'static>, Says) {
    let CommandBody::Search { charset, .. } = &mut body else {
        return (body, Says::AsWritten);
    };
    let says = match charset {
        None => Says::IfNeeded,
        Some(charset) if is_utf8(charset) => Says::Utf8,
        Some(_) => Says::AsWritten,
    };
    if says == Says::Utf8 {
        *charset = None;
    }
    (body, says)
}

fn is_utf8(charset: &Charset<'_>) -> bool {
    charset.as_ref().eq_ignore_ascii_case("UTF-8")
}

/// Puts the charset before the criteria.
pub(super) fn insert_charset(fragments: &mut Vec<Fragment>, says: Says) {
    let is_said = match says {
        Says::AsWritten => false,
        Says::IfNeeded => fragments.iter().any(|it| matches!(it, Fragment::Utf8(_))),
        Says::Utf8 => true,
    };
    let Some(Fragment::Text(text)) = fragments.first_mut().filter(|_| is_said) else {
        return;
    };
    const VERB: &[u8] = b"SEARCH ";
    let Some(at) = memchr::memmem::find(text, VERB) else {
        return;
    };
    let criteria = text.split_off(at + VERB.len());
    let charset = Fragment::WithoutUtf8(b"CHARSET UTF-8 ");
    fragments.splice(1..1, [charset, Fragment::Text(criteria)]);
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use imap_types::core::AString;
    use imap_types::search::SearchKey;

    use super::super::encode;
    use crate::client::command::Tag;
    use crate::client::{Command, CommandHandle};
    use crate::outgoing::fragments::{Fragment, Holds};

    #[test]
    fn another_charset_is_said_as_it_is() {
        let latin1 = AString::try_from(&b"\xc4"[..]).unwrap();
        let command = Command::search_in("ISO-8859-1", vec![SearchKey::Subject(latin1)]).unwrap();
        let handle = CommandHandle::new(1).unwrap();
        let fragments = encode(command.into(), Tag { handle, round: 0 });
        let mut fragments = fragments.iter();
        let text = b"A1 SEARCH CHARSET ISO-8859-1 SUBJECT ";
        assert!(fragments.next() == Some(&Fragment::Text(text.to_vec())));
        assert!(fragments.next() == Some(&Fragment::Literal(Holds::Text, b"\xc4".to_vec())));
        assert!(Command::search_in("a b\r\n", vec![SearchKey::All]).is_err());
    }
}
