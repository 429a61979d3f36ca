//! What FETCH asks for.

use alloc::format;
use alloc::string::String;

use super::answers::Answers;
use super::argument::{InvalidArgument, not_zero, partial_range, up_to_63_bits};
use super::item::{AskedItem, ItemClass, take_item};
use super::written::CommandText;

/// What FETCH asks for (RFC 9051 section 6.4.5): items of a message, and modifiers (RFC 4466 section 2.3).
///
/// The items are added one by one, or text converts into them. An item that is not valid is refused when a command is built of it.
///
/// ```
/// use imap_machine::client::Items;
///
/// // FETCH 1 (UID FLAGS BODY.PEEK[HEADER.FIELDS (From Subject)] BODY.PEEK[1.2]<0.65536>)
/// let items = Items::new()
///     .uid()
///     .flags()
///     .section("HEADER.FIELDS (From Subject)")
///     .section("1.2")
///     .partial(0, 65536);
/// let text = "UID FLAGS BODY.PEEK[HEADER.FIELDS (From Subject)] BODY.PEEK[1.2]<0.65536>";
/// assert_eq!(items, Items::from(text));
/// // UID FETCH 1:* FLAGS (CHANGEDSINCE 12345 VANISHED)
/// let changes = Items::new().flags().changed_since(12345).vanished();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Items {
    named: Result<ItemList, InvalidArgument>,
    modifiers: Modifiers,
}

/// The items, as they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ItemList {
    text: String,
    count: usize,
    class: ItemClass,
    /// Whether `<first.octets>` can follow the last one.
    takes_partial: bool,
    /// A name for all of them, and for nothing besides.
    short: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Modifiers {
    changed_since: Option<u64>,
    vanished: bool,
    range: Option<(i64, i64)>,
}

const FAST: &str = "FLAGS INTERNALDATE RFC822.SIZE";
const ALL: &str = "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE";
const FULL: &str = "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY";

impl Items {
    /// No item yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            named: Ok(ItemList::NONE),
            modifiers: Modifiers {
                changed_since: None,
                vanished: false,
                range: None,
            },
        }
    }

    /// `FAST`: FLAGS, INTERNALDATE and RFC822.SIZE. It is written out if there are others besides.
    #[must_use]
    pub fn fast() -> Self {
        Self::short("FAST", FAST)
    }

    /// `ALL`: what [`fast`](Self::fast) has, and ENVELOPE.
    #[must_use]
    pub fn all() -> Self {
        Self::short("ALL", ALL)
    }

    /// `FULL`: what [`all`](Self::all) has, and BODY.
    #[must_use]
    pub fn full() -> Self {
        Self::short("FULL", FULL)
    }

    /// `UID`.
    #[must_use]
    pub fn uid(self) -> Self {
        self.item("UID")
    }

    /// `FLAGS`.
    #[must_use]
    pub fn flags(self) -> Self {
        self.item("FLAGS")
    }

    /// `ENVELOPE`.
    #[must_use]
    pub fn envelope(self) -> Self {
        self.item("ENVELOPE")
    }

    /// `BODYSTRUCTURE`.
    #[must_use]
    pub fn body_structure(self) -> Self {
        self.item("BODYSTRUCTURE")
    }

    /// `INTERNALDATE`.
    #[must_use]
    pub fn internal_date(self) -> Self {
        self.item("INTERNALDATE")
    }

    /// `RFC822.SIZE`.
    #[must_use]
    pub fn size(self) -> Self {
        self.item("RFC822.SIZE")
    }

    /// `MODSEQ` (RFC 7162 section 3.1.4). Needs CONDSTORE.
    #[must_use]
    pub fn modseq(self) -> Self {
        self.item("MODSEQ")
    }

    /// `BODY.PEEK[...]`: a section of the message, which stays unread. The whole message is `""`; others are `"HEADER"`, `"TEXT"`,
    /// `"1.2"`, `"1.MIME"`, `"HEADER.FIELDS (From To)"`.
    #[must_use]
    pub fn section(self, section: &str) -> Self {
        self.in_brackets("BODY.PEEK", section)
    }

    /// `BODY[...]`: the same, and the message gets the flag `\Seen`.
    #[must_use]
    pub fn section_and_set_seen(self, section: &str) -> Self {
        self.in_brackets("BODY", section)
    }

    /// `BINARY.PEEK[...]`: the text of a part without its transfer encoding (RFC 3516 section 4.2). Needs BINARY or IMAP4rev2.
    #[must_use]
    pub fn binary(self, part: &str) -> Self {
        self.in_brackets("BINARY.PEEK", part)
    }

    /// `BINARY.SIZE[...]`: how many octets [`binary`](Self::binary) has (RFC 3516 section 4.2). Needs BINARY or IMAP4rev2.
    #[must_use]
    pub fn binary_size(self, part: &str) -> Self {
        self.in_brackets("BINARY.SIZE", part)
    }

    /// `<first.octets>`: of the section before it, only `octets` octets, from octet `first` on.
    #[must_use]
    pub fn partial(self, first: u64, octets: u64) -> Self {
        self.with(|named| {
            let (first, octets) = (up_to_63_bits(first)?, not_zero(octets)?);
            if !named.takes_partial {
                return Err(InvalidArgument::NotAnItem);
            }
            named.text.push_str(&format!("<{first}.{octets}>"));
            named.takes_partial = false;
            Ok(())
        })
    }

    /// `PREVIEW`: the first words of the message (RFC 8970). Needs PREVIEW.
    #[must_use]
    pub fn preview(self) -> Self {
        self.item("PREVIEW")
    }

    /// `PREVIEW (LAZY)`: the same if the server has it at hand (RFC 8970 section 3.1).
    #[must_use]
    pub fn preview_lazy(self) -> Self {
        self.item("PREVIEW (LAZY)")
    }

    /// `EMAILID` (RFC 8474 section 5.1). Needs OBJECTID.
    #[must_use]
    pub fn email_id(self) -> Self {
        self.item("EMAILID")
    }

    /// `THREADID` (RFC 8474 section 5.2). Needs OBJECTID.
    #[must_use]
    pub fn thread_id(self) -> Self {
        self.item("THREADID")
    }

    /// `SAVEDATE` (RFC 8514 section 4.1). Needs SAVEDATE.
    #[must_use]
    pub fn save_date(self) -> Self {
        self.item("SAVEDATE")
    }

    /// Any item, as it is written: `"X-GM-LABELS"`, `"BODY[1]<0.1024>"`.
    #[must_use]
    pub fn item(self, item: &str) -> Self {
        self.with(|named| match take_item(item) {
            Some((item, "")) => {
                named.push(&item);
                Ok(())
            }
            _ => Err(InvalidArgument::NotAnItem),
        })
    }

    /// `CHANGEDSINCE`: only messages that have changed after this mod-sequence (RFC 7162 section 3.1.4.1). Needs CONDSTORE.
    #[must_use]
    pub fn changed_since(mut self, modseq: u64) -> Self {
        self.modifiers.changed_since = Some(modseq);
        self
    }

    /// `VANISHED`: also which messages have gone since then (RFC 7162 section 3.2.6). It needs
    /// [`changed_since`](Self::changed_since) and QRESYNC, which has to be enabled before, and is for UID FETCH.
    #[must_use]
    pub fn vanished(mut self) -> Self {
        self.modifiers.vanished = true;
        self
    }

    /// `PARTIAL`: of the messages that are named, only some (RFC 9394 section 3.2). They are counted from the first with `(1, 100)`, and from
    /// the last with `(-1, -100)`. It is for UID FETCH, and needs PARTIAL.
    #[must_use]
    pub fn partial_range(mut self, from: i64, to: i64) -> Self {
        self.modifiers.range = Some((from, to));
        self
    }

    fn short(name: &'static str, items: &str) -> Self {
        Self::parse(items).with(|named| {
            named.short = Some(name);
            Ok(())
        })
    }

    fn in_brackets(self, name: &str, section: &str) -> Self {
        self.item(&format!("{name}[{section}]"))
    }

    fn with(mut self, add: impl FnOnce(&mut ItemList) -> Result<(), InvalidArgument>) -> Self {
        if let Ok(named) = &mut self.named {
            if let Err(error) = add(named) {
                self.named = Err(error);
            }
        }
        self
    }

    fn parse(mut rest: &str) -> Self {
        Self::new().with(|named| {
            loop {
                let (item, after) = take_item(rest).ok_or(InvalidArgument::NotAnItem)?;
                named.push(&item);
                rest = match after {
                    "" => return Ok(()),
                    after => after.strip_prefix(' ').ok_or(InvalidArgument::NotAnItem)?,
                };
            }
        })
    }

    /// Writes the items and then the modifiers, without a space before them: `(UID FLAGS) (CHANGEDSINCE 5)`.
    pub(crate) fn write(&self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        let named = self.named.as_ref().map_err(|error| *error)?;
        match (named.short, named.count) {
            (_, 0) => return Err(InvalidArgument::Empty),
            (Some(short), _) => written.text(short.as_bytes()),
            (None, 1) => written.text(named.text.as_bytes()),
            (None, _) => {
                written.text(b"(");
                written.text(named.text.as_bytes());
                written.text(b")");
            }
        }
        self.modifiers.write(written)
    }

    /// Writes the items as a list, whatever their number. Modifiers have no place there.
    pub(crate) fn write_list(&self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        let named = self.named.as_ref().map_err(|error| *error)?;
        if named.count == 0 || self.modifiers != Modifiers::default() {
            return Err(InvalidArgument::NotAnItem);
        }
        written.text(b"(");
        written.text(named.text.as_bytes());
        written.text(b")");
        Ok(())
    }

    /// The items that the rows of the answer have.
    pub(crate) fn answers(&self) -> Answers {
        let named = self.named.as_ref();
        named.map_or(Answers::NONE, |named| named.class.answers)
    }

    /// Whether messages get the flag `\Seen` (RFC 9051 section 6.4.5).
    pub(crate) fn sets_seen(&self) -> bool {
        self.named.as_ref().is_ok_and(|named| named.class.sets_seen)
    }

    /// Whether `VANISHED (EARLIER)` is an answer.
    pub(crate) const fn is_vanished(&self) -> bool {
        self.modifiers.vanished
    }
}

impl ItemList {
    const NONE: Self = Self {
        text: String::new(),
        count: 0,
        class: ItemClass {
            answers: Answers::NONE,
            sets_seen: false,
        },
        takes_partial: false,
        short: None,
    };

    fn push(&mut self, item: &AskedItem<'_>) {
        if self.count > 0 {
            self.text.push(' ');
        }
        self.text.push_str(item.text);
        self.count += 1;
        self.class.answers = self.class.answers | item.class.answers;
        self.class.sets_seen |= item.class.sets_seen;
        self.takes_partial = item.takes_partial;
        self.short = None;
    }
}

impl Modifiers {
    fn write(&self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        let mut before: &[u8] = b" (";
        if let Some(modseq) = self.changed_since {
            written.text(before);
            written.text(b"CHANGEDSINCE ");
            written.number(not_zero(modseq)?);
            before = b" ";
        }
        if self.vanished {
            if self.changed_since.is_none() {
                return Err(InvalidArgument::VanishedAlone);
            }
            written.text(b" VANISHED");
        }
        if let Some((from, to)) = self.range {
            partial_range(from, to)?;
            written.text(before);
            written.display(format_args!("PARTIAL {from}:{to}"));
            before = b" ";
        }
        if before == b" " {
            written.text(b")");
        }
        Ok(())
    }
}

impl Default for Items {
    fn default() -> Self {
        Self::new()
    }
}

/// Items as they are written, with or without parentheses: `UID FLAGS`, `(UID BODY.PEEK[1.2]<0.65536>)`, `FAST`. Modifiers have
/// methods of their own.
impl From<&str> for Items {
    fn from(text: &str) -> Self {
        for (name, short) in [
            ("FAST", Self::fast as fn() -> _),
            ("ALL", Self::all),
            ("FULL", Self::full),
        ] {
            if text.eq_ignore_ascii_case(name) {
                return short();
            }
        }
        match text.strip_prefix('(') {
            Some(list) => Self::parse(list.strip_suffix(')').unwrap_or(text)),
            None => Self::parse(text),
        }
    }
}

impl From<String> for Items {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for Items {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&Self> for Items {
    fn from(items: &Self) -> Self {
        items.clone()
    }
}

#[cfg(test)]
mod tests;
