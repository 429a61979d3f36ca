//! An item of FETCH, in text.

use super::answers::Answers;
use super::written::{is_astring_char, is_atom_char};
use crate::lexer::{number, quoted};

/// An item that FETCH asks for (RFC 9051 section 6.4.5).
#[derive(Clone, Copy)]
pub(super) struct AskedItem<'a> {
    pub(super) text: &'a str,
    pub(super) class: ItemClass,
    /// Whether `<first.octets>` can follow.
    pub(super) takes_partial: bool,
}

/// How an item is answered, and whether asking for it sets `\Seen`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ItemClass {
    pub(super) answers: Answers,
    pub(super) sets_seen: bool,
}

/// The parts of an item: `BODY.PEEK`, `1.2`, `<0.1024>`, `(LAZY)`.
struct Parts<'a> {
    name: &'a str,
    section: Option<&'a str>,
    partial: Option<&'a str>,
    parameters: Option<&'a str>,
}

/// Takes the first item of `text`, and returns what follows it. `None` if there is no item that is written like that.
pub(super) fn take_item(text: &str) -> Option<(AskedItem<'_>, &str)> {
    if !text.bytes().all(|octet| (0x20..0x7f).contains(&octet)) {
        return None;
    }
    let (parts, rest) = split(text)?;
    let class = classify(&parts)?;
    let has_section = parts.section.is_some();
    let is_size = parts.name.eq_ignore_ascii_case("BINARY.SIZE");
    let item = AskedItem {
        text: text.get(..text.len() - rest.len())?,
        class,
        takes_partial: has_section && !is_size && parts.partial.is_none(),
    };
    Some((item, rest))
}

fn split(text: &str) -> Option<(Parts<'_>, &str)> {
    let end = text.find(['[', ' ', '(', ')']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    let is_plain = |octet| is_atom_char(octet) && !matches!(octet, b'<' | b'>');
    if name.is_empty() || !name.bytes().all(is_plain) {
        return None;
    }
    let (section, rest) = enclosed(rest, '[', end_of_section)?;
    let (partial, rest) = match section {
        Some(_) => enclosed(rest, '<', |text| quoted::find_outside(b'>', text))?,
        None => (None, rest),
    };
    let (parameters, rest) = match rest.strip_prefix(' ') {
        Some(list) if list.starts_with('(') => {
            enclosed(list, '(', |text| quoted::find_outside(b')', text))?
        }
        _ => (None, rest),
    };
    let parts = Parts {
        name,
        section,
        partial,
        parameters,
    };
    Some((parts, rest))
}

/// What `text` has between `open` and its end, and what follows that. `Some((None, text))` if it does not begin with `open`, and `None`
/// if it has no end.
fn enclosed(
    text: &str,
    open: char,
    end: fn(&[u8]) -> Option<usize>,
) -> Option<(Option<&str>, &str)> {
    let Some(inside) = text.strip_prefix(open) else {
        return Some((None, text));
    };
    let (inside, rest) = inside.split_at_checked(end(inside.as_bytes())?)?;
    Some((Some(inside), rest.get(1..)?))
}

/// The bracket that ends a section. The name of a field may have one as well: it is an `astring`.
fn end_of_section(section: &[u8]) -> Option<usize> {
    let find = |wanted, from| {
        let at = quoted::find_outside(wanted, section.get(from..)?);
        at.map(|at| from + at)
    };
    let end = find(b']', 0)?;
    match find(b'(', 0).filter(|list| *list < end) {
        Some(list) => find(b']', find(b')', list)?),
        None => Some(end),
    }
}

/// `None` if there is no such item. Names that are not known are those of extensions.
fn classify(parts: &Parts<'_>) -> Option<ItemClass> {
    let class = |answers, sets_seen| ItemClass { answers, sets_seen };
    let name = parts.name.to_ascii_uppercase();
    if let Some(partial) = parts.partial {
        is_partial(partial).then_some(())?;
    }
    let named = match (name.as_str(), parts.section) {
        ("BODY" | "BODY.PEEK", Some(section)) => {
            is_section(section).then_some(())?;
            class(Answers::SECTION, name == "BODY")
        }
        ("BINARY" | "BINARY.PEEK", Some(section)) => {
            is_part(section).then_some(())?;
            class(Answers::SECTION, name == "BINARY")
        }
        ("BINARY.SIZE", Some(section)) => {
            (is_part(section) && parts.partial.is_none()).then_some(())?;
            class(Answers::SECTION, false)
        }
        // Short names for several items stand alone, and these have a section.
        ("ALL" | "FAST" | "FULL", _) => return None,
        ("BODY.PEEK" | "BINARY" | "BINARY.PEEK" | "BINARY.SIZE", None) => return None,
        ("UID", None) => class(Answers::UID, false),
        ("FLAGS", None) => class(Answers::FLAGS, false),
        ("MODSEQ", None) => class(Answers::MODSEQ, false),
        ("RFC822.SIZE", None) => class(Answers::SIZE, false),
        ("INTERNALDATE", None) => class(Answers::DATE, false),
        ("ENVELOPE", None) => class(Answers::ENVELOPE, false),
        ("BODY" | "BODYSTRUCTURE", None) => class(Answers::STRUCTURE, false),
        ("RFC822.HEADER", None) => class(Answers::SECTION, false),
        ("RFC822" | "RFC822.TEXT", None) => class(Answers::SECTION, true),
        _ => return Some(class(Answers::OTHER_ITEM, false)),
    };
    // Only items of extensions have parameters.
    parts.parameters.is_none().then_some(named)
}

/// `first.octets` (RFC 9051 section 9, `partial`).
fn is_partial(partial: &str) -> bool {
    let number = |text: &str| number::whole(text.as_bytes());
    let numbers = partial.split_once('.');
    numbers.is_some_and(|(first, octets)| {
        number(first).is_some() && number(octets).is_some_and(|octets| octets > 0)
    })
}

/// A part, or none: the whole message (RFC 9051 section 9, `section-binary`).
fn is_part(section: &str) -> bool {
    section.is_empty() || after_part(section) == Some("")
}

/// RFC 9051 section 9, `section-spec`.
fn is_section(section: &str) -> bool {
    match after_part(section) {
        Some("") => true,
        Some(rest) => rest
            .strip_prefix('.')
            .is_some_and(|text| text.eq_ignore_ascii_case("MIME") || is_message_text(text)),
        None => section.is_empty() || is_message_text(section),
    }
}

/// What follows the numbers of a part. `None` if it does not begin with a number that a part can have.
fn after_part(section: &str) -> Option<&str> {
    let mut rest = section;
    loop {
        rest = after_number(rest)?;
        match rest.strip_prefix('.') {
            Some(next) if next.starts_with(|first: char| first.is_ascii_digit()) => rest = next,
            _ => return Some(rest),
        }
    }
}

/// RFC 9051 section 9, `nz-number`.
fn after_number(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let is_number = rest.len() < text.len() && !text.starts_with('0');
    is_number.then_some(rest)
}

/// RFC 9051 section 9, `section-msgtext`.
fn is_message_text(text: &str) -> bool {
    if text.eq_ignore_ascii_case("HEADER") || text.eq_ignore_ascii_case("TEXT") {
        return true;
    }
    let Some((name, list)) = text.split_once(' ') else {
        return false;
    };
    let has_list = name.eq_ignore_ascii_case("HEADER.FIELDS")
        || name.eq_ignore_ascii_case("HEADER.FIELDS.NOT");
    let list = list.strip_prefix('(');
    let list = list.and_then(|list| list.strip_suffix(')'));
    has_list && list.is_some_and(|list| are_astrings(list.as_bytes()))
}

/// One or more, with single spaces between them.
fn are_astrings(mut list: &[u8]) -> bool {
    loop {
        let end = match list.strip_prefix(b"\"") {
            Some(inside) => quoted::end(inside).map(|end| end + 2),
            None => {
                let other = |octet: &u8| !is_astring_char(*octet);
                let end = list.iter().position(other).unwrap_or(list.len());
                (end > 0).then_some(end)
            }
        };
        match end.and_then(|end| list.get(end..)) {
            Some([]) => return true,
            Some([b' ', rest @ ..]) => list = rest,
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use imap_types::command::CommandBody;
    use imap_types::core::AString;
    use imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItemName, Part, Section};
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::items::Items;
    use super::super::oracle;
    use super::*;

    fn numbers() -> impl Strategy<Value = Vec<core::num::NonZeroU32>> {
        prop::collection::vec((1..=u32::MAX).prop_map(|n| n.try_into().unwrap()), 1..4)
    }

    fn section() -> impl Strategy<Value = Option<Section<'static>>> {
        let part = || numbers().prop_map(|numbers| Part(numbers.try_into().unwrap()));
        let within = || prop::option::of(part());
        let field = "[A-Za-z-]{1,9}|[a-z \"\\\\\\]]{0,9}";
        let field = field.prop_map(|name| AString::try_from(name).unwrap());
        let fields = prop::collection::vec(field, 1..4);
        let fields = (within(), fields, any::<bool>()).prop_map(|(part, fields, not)| {
            let fields = fields.try_into().unwrap();
            match not {
                true => Section::HeaderFieldsNot(part, fields),
                false => Section::HeaderFields(part, fields),
            }
        });
        prop::option::of(prop_oneof![
            part().prop_map(Section::Part),
            within().prop_map(Section::Header),
            within().prop_map(Section::Text),
            part().prop_map(Section::Mime),
            fields,
        ])
    }

    fn name() -> impl Strategy<Value = MessageDataItemName<'static>> {
        use MessageDataItemName as Name;
        let partial = prop::option::of((
            any::<u32>(),
            (1..=u32::MAX).prop_map(|n| n.try_into().unwrap()),
        ));
        let body = (section(), partial.clone(), any::<bool>());
        let body = body.prop_map(|(section, partial, peek)| Name::BodyExt {
            section,
            partial,
            peek,
        });
        let numbers = || prop_oneof![Just(Vec::new()), numbers()];
        let binary = (numbers(), partial, any::<bool>());
        let binary = binary.prop_map(|(section, partial, peek)| Name::Binary {
            section,
            partial,
            peek,
        });
        prop_oneof![
            select(alloc::vec![
                Name::Uid,
                Name::Flags,
                Name::ModSeq,
                Name::Rfc822Size,
                Name::InternalDate,
                Name::Envelope,
                Name::Body,
                Name::BodyStructure,
                Name::Rfc822,
                Name::Rfc822Header,
                Name::Rfc822Text,
            ]),
            body,
            binary,
            numbers().prop_map(|section| Name::BinarySize { section }),
        ]
    }

    /// What was said of an item of imap-types.
    fn class(name: &MessageDataItemName<'_>) -> (Answers, bool) {
        use MessageDataItemName as Name;
        match name {
            Name::Uid => (Answers::UID, false),
            Name::Flags => (Answers::FLAGS, false),
            Name::ModSeq => (Answers::MODSEQ, false),
            Name::Rfc822Size => (Answers::SIZE, false),
            Name::InternalDate => (Answers::DATE, false),
            Name::Envelope => (Answers::ENVELOPE, false),
            Name::Body | Name::BodyStructure => (Answers::STRUCTURE, false),
            Name::Rfc822Header | Name::BinarySize { .. } => (Answers::SECTION, false),
            Name::Rfc822 | Name::Rfc822Text => (Answers::SECTION, true),
            Name::BodyExt { peek, .. } | Name::Binary { peek, .. } => (Answers::SECTION, !peek),
        }
    }

    proptest! {
        #[test]
        fn what_imap_codec_writes_is_read_and_written_again(names in prop::collection::vec(name(), 1..5), lower in any::<bool>()) {
            let classes = names.iter().map(class);
            let none = (Answers::NONE, false);
            let expected = classes.fold(none, |all, one| (all.0 | one.0, all.1 | one.1));
            let names = MacroOrMessageDataItemNames::MessageDataItemNames(names);
            let theirs = oracle::by_codec(CommandBody::fetch("1", names, false).unwrap());
            let theirs = String::from_utf8(theirs).unwrap();
            let theirs = match lower {
                true => alloc::format!("FETCH 1 {}", theirs["FETCH 1 ".len()..].to_ascii_lowercase()),
                false => theirs,
            };
            let items = Items::from(&theirs["FETCH 1 ".len()..]);
            prop_assert_eq!((items.answers(), items.sets_seen()), expected);
            let ours = oracle::written("FETCH 1 ", |written| items.write(written)).unwrap();
            prop_assert_eq!(String::from_utf8(ours).unwrap(), theirs);
        }

        #[test]
        fn what_is_an_item_for_us_is_one_for_imap_codec(text in "(BODY(\\.PEEK)?|BINARY(\\.PEEK|\\.SIZE)?)(\\[[0-9.HEADRTXMI]{0,6}\\])?(<[0-9.]{3}>)?") {
            if let Some((_, "")) = take_item(&text) {
                oracle::read(alloc::format!("FETCH 1 {text}").as_bytes());
            }
        }
    }
}
