//! FETCH: its items, and how they are written (RFC 9051 sections 6.4.5 and 7.5.2).

use super::body::Part;
use super::command::{Cursor, Refusal, quote};
use super::connection::{Answer, Connection};
use super::mailbox::{FlagChange, Message};
use super::selected::EXPUNGE_ISSUED;
use super::view::{Access, Numbering};
use std::io::{self, Write};

enum Item {
    Flags,
    Uid,
    InternalDate,
    Size,
    Envelope,
    /// BODY without a section, or BODYSTRUCTURE.
    Structure(&'static str),
    Octets(Section),
}

struct Section {
    /// Its name in the response.
    name: String,
    part: Part,
    /// First octet and count.
    partial: Option<(u64, u64)>,
    /// Whether reading it leaves \Seen alone.
    peek: bool,
}

impl Connection<'_> {
    pub fn fetch(&mut self, args: &mut Cursor, numbering: Numbering) -> Answer {
        let set = args.arg(Cursor::sequence_set)?;
        let mut items = args.arg(items)?;
        args.end()?;
        if numbering == Numbering::Uid && !items.iter().any(|item| matches!(item, Item::Uid)) {
            items.insert(0, Item::Uid);
        }
        let wanted = self.view(Access::ReadOnly)?.resolve(&set, numbering)?;
        let mut missing = false;
        for index in wanted {
            match self.read(index, &items)? {
                // The store is not locked here: a client that does not read must not stop the
                // others.
                Some((message, with_flags)) => {
                    write_message(&mut self.wire, index + 1, &message, &items, with_flags)?
                }
                None => missing = true,
            }
        }
        if missing && numbering == Numbering::Sequence {
            Err(EXPUNGE_ISSUED)
        } else {
            Ok("fetched".into())
        }
    }

    /// A copy of a message after what reading it does to its flags, and whether the client has yet
    /// to hear of that.
    fn read(&mut self, index: usize, items: &[Item]) -> Result<Option<(Message, bool)>, Refusal> {
        let shared = self.shared;
        let view = self.view(Access::ReadOnly)?;
        let sees = items
            .iter()
            .any(|item| matches!(item, Item::Octets(section) if !section.peek));
        let seen = if sees && view.access == Access::ReadWrite {
            vec!["\\Seen".to_owned()]
        } else {
            Vec::new()
        };
        let known = &mut view.known[index];
        let mut store = shared.store();
        let Some(mailbox) = store.valid_mut(view.uid_validity) else {
            return Ok(None);
        };
        let before = known.change;
        let Some(message) = mailbox.store(known.uid, &mut known.change, &FlagChange::Add(seen))
        else {
            return Ok(None);
        };
        let asked = items.iter().any(|item| matches!(item, Item::Flags));
        let changed = sees && message.change != before;
        if asked || changed {
            known.change = message.change;
        }
        Ok(Some((message, changed && !asked)))
    }
}

fn items(args: &mut Cursor) -> Result<Vec<Item>, Refusal> {
    if args.rest().starts_with(b"(") {
        let items = args.list(item)?;
        return if items.is_empty() {
            Err(Refusal::Bad("nothing to fetch"))
        } else {
            Ok(items)
        };
    }
    // A macro stands alone. No other item begins with the name of a macro.
    for (name, more) in [
        ("FAST", vec![]),
        ("ALL", vec![Item::Envelope]),
        ("FULL", vec![Item::Envelope, Item::Structure("BODY")]),
    ] {
        if args.take(name) {
            let fast = [Item::Flags, Item::InternalDate, Item::Size];
            return Ok(fast.into_iter().chain(more).collect());
        }
    }
    Ok(vec![item(args)?])
}

fn item(args: &mut Cursor) -> Result<Item, Refusal> {
    let word = args.word()?;
    let section = |part, peek| {
        Item::Octets(Section {
            name: word.clone(),
            part,
            partial: None,
            peek,
        })
    };
    Ok(match word.as_str() {
        "FLAGS" => Item::Flags,
        "UID" => Item::Uid,
        "INTERNALDATE" => Item::InternalDate,
        "RFC822.SIZE" => Item::Size,
        "ENVELOPE" => Item::Envelope,
        "BODYSTRUCTURE" => Item::Structure("BODYSTRUCTURE"),
        "RFC822" => section(Part::Whole, false),
        "RFC822.HEADER" => section(Part::Header, true),
        "RFC822.TEXT" => section(Part::Text, false),
        "BODY" if !args.rest().starts_with(b"[") => Item::Structure("BODY"),
        "BODY" => Item::Octets(body_section(args, false)?),
        "BODY.PEEK" => Item::Octets(body_section(args, true)?),
        _ => return Err(Refusal::Bad("unknown item to fetch")),
    })
}

fn body_section(args: &mut Cursor, peek: bool) -> Result<Section, Refusal> {
    args.expect("[", "expected a section")?;
    let (part, name) = if args.rest().starts_with(b"]") {
        (Part::Whole, String::new())
    } else {
        let name = args.word()?;
        let part = match name.as_str() {
            "HEADER" => Part::Header,
            // A message that is not multipart has one part, its text (RFC 9051 section 6.4.5.1).
            "TEXT" | "1" => Part::Text,
            _ => return Err(Refusal::Bad("unknown section")),
        };
        (part, name)
    };
    args.expect("]", "expected ]")?;
    let mut section = Section {
        name: format!("BODY[{name}]"),
        part,
        partial: None,
        peek,
    };
    if args.take("<") {
        let first = args.number()?;
        args.expect(".", "expected a count")?;
        let count = args.number()?;
        args.expect(">", "expected >")?;
        section.partial = Some((first, count));
        section.name = format!("BODY[{name}]<{first}>");
    }
    Ok(section)
}

fn write_message(
    out: &mut impl Write,
    sequence: usize,
    message: &Message,
    items: &[Item],
    with_flags: bool,
) -> io::Result<()> {
    write!(out, "* {sequence} FETCH (")?;
    // RFC 9051 section 6.4.5: flags that change through the FETCH are part of its responses.
    let extra = with_flags.then_some(&Item::Flags);
    for (at, item) in items.iter().chain(extra).enumerate() {
        if at > 0 {
            out.write_all(b" ")?;
        }
        match item {
            Item::Flags => write!(out, "FLAGS ({})", message.flags.join(" "))?,
            Item::Uid => write!(out, "UID {}", message.uid())?,
            Item::InternalDate => write!(out, "INTERNALDATE {}", quote(&message.internal_date))?,
            Item::Size => write!(out, "RFC822.SIZE {}", message.body.size())?,
            Item::Envelope => write!(out, "ENVELOPE {}", envelope(message)?)?,
            Item::Structure(name) => write!(out, "{name} {}", structure(message))?,
            Item::Octets(section) => write_section(out, message, section)?,
        }
    }
    out.write_all(b")\r\n")
}

fn write_section(out: &mut impl Write, message: &Message, section: &Section) -> io::Result<()> {
    let Some(mut range) = message.body.part(section.part) else {
        return write!(out, "{} NIL", section.name);
    };
    if let Some((first, count)) = section.partial {
        range.start = range.start.saturating_add(first).min(range.end);
        range.end = range.start.saturating_add(count).min(range.end);
    }
    write!(out, "{} {{{}}}\r\n", section.name, range.end - range.start)?;
    message.body.write_range(range, out)
}

fn structure(message: &Message) -> String {
    let text = message.body.part(Part::Text).unwrap_or_default();
    let (octets, lines) = (text.end - text.start, message.body.lines());
    format!("(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" {octets} {lines})")
}

/// From the header fields, read simply: no comments, groups or quoted commas.
fn envelope(message: &Message) -> io::Result<String> {
    let mut header = Vec::new();
    message.body.write_range(
        message.body.part(Part::Header).unwrap_or_default(),
        &mut header,
    )?;
    let header = String::from_utf8_lossy(&header)
        .replace("\r\n ", " ")
        .replace("\r\n\t", " ");
    let field = |wanted: &str| {
        let named = |line: &'_ str| {
            line.split_once(':')
                .is_some_and(|(name, _)| name.eq_ignore_ascii_case(wanted))
        };
        header
            .split("\r\n")
            .find(|line| named(line))
            .and_then(|line| line.split_once(':'))
            .map(|(_, value)| value.trim())
    };
    // RFC 9051 section 7.5.2: Sender and Reply-To default to From.
    let sender = |name: &str| addresses(field(name).or_else(|| field("From")));
    Ok(format!(
        "({} {} {} {} {} {} {} {} {} {})",
        nstring(field("Date")),
        nstring(field("Subject")),
        addresses(field("From")),
        sender("Sender"),
        sender("Reply-To"),
        addresses(field("To")),
        addresses(field("Cc")),
        addresses(field("Bcc")),
        nstring(field("In-Reply-To")),
        nstring(field("Message-ID")),
    ))
}

fn addresses(value: Option<&str>) -> String {
    let Some(value) = value else {
        return "NIL".to_owned();
    };
    let list: String = value.split(',').filter_map(address).collect();
    if list.is_empty() {
        "NIL".to_owned()
    } else {
        format!("({list})")
    }
}

/// `Name <user@host>` or `user@host`.
fn address(text: &str) -> Option<String> {
    let (name, address) = match text.trim().trim_end_matches('>').rsplit_once('<') {
        Some((name, address)) => (
            Some(name.trim().trim_matches('"')).filter(|name| !name.is_empty()),
            address,
        ),
        None => (None, text.trim()),
    };
    let (user, host) = address.rsplit_once('@')?;
    Some(format!(
        "({} NIL {} {})",
        nstring(name),
        nstring(Some(user)),
        nstring(Some(host))
    ))
}

fn nstring(text: Option<&str>) -> String {
    match text {
        None => "NIL".to_owned(),
        Some(text)
            if text
                .bytes()
                .all(|octet| octet.is_ascii_graphic() || octet == b' ') =>
        {
            quote(text)
        }
        // NUL has no place in a literal either (RFC 9051 section 9, `CHAR8`).
        Some(text) => format!("{{{}}}\r\n{}", text.len(), text.replace('\0', "?")),
    }
}
