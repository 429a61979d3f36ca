//! Subjects and addresses as people read them.

use alloc::string::String;

use super::defect::Text;
use crate::codec::{Address, AddressKind, Addresses, Envelope, Value};

impl<'a> Envelope<'a> {
    /// The subject as people read it. `None` if the message has none.
    ///
    /// The other fields are among the [`fields`](Self::fields).
    #[must_use]
    pub fn subject(&self) -> Option<Text<'a>> {
        self.fields().subject?.header_text()
    }
}

impl Addresses<'_> {
    /// All of them in one line, as people read them: `Ann <ann@example.org>, Team: al@example.org, bo@example.org;`. Empty for NIL.
    #[must_use]
    pub fn text(&self) -> Text<'static> {
        let mut line = Text::default();
        let mut before = "";
        let mut is_group = false;
        for address in self {
            match address.kind() {
                AddressKind::Mailbox => {
                    add(&mut line, before);
                    line.add(&address.text());
                    before = ", ";
                }
                AddressKind::GroupStart => {
                    // A group in a group: the end of the first one has been left out.
                    add(&mut line, if is_group { "; " } else { before });
                    line.add(&address.text());
                    add(&mut line, ":");
                    (before, is_group) = (" ", true);
                }
                AddressKind::GroupEnd => {
                    add(&mut line, if is_group { ";" } else { "" });
                    if is_group {
                        (before, is_group) = (", ", false);
                    }
                }
            }
        }
        add(&mut line, if is_group { ";" } else { "" });
        line
    }
}

impl<'a> Address<'a> {
    /// The name that people read. `None` if there is none.
    #[must_use]
    pub fn display_name(&self) -> Option<Text<'a>> {
        let name = self.name?.header_text()?;
        Some(name).filter(|name| !name.text.trim().is_empty())
    }

    /// `ann@example.org`, as people read it; not made for sending. The name of a group where one starts.
    #[must_use]
    pub fn mailbox_text(&self) -> Text<'static> {
        let text = |field: Option<Value<'a>>| field.and_then(|field| field.header_text());
        let mut address = Text::default();
        address.add(&text(self.mailbox).unwrap_or_default());
        if let Some(host) = text(self.host) {
            add(&mut address, "@");
            address.add(&host);
        }
        address
    }

    /// The name and the address: `Ann <ann@example.org>`; the address alone if there is no name.
    #[must_use]
    pub fn text(&self) -> Text<'static> {
        let address = self.mailbox_text();
        let Some(name) = self.display_name() else {
            return address;
        };
        let mut text = name.into_owned();
        add(&mut text, " <");
        text.add(&address);
        add(&mut text, ">");
        text
    }
}

fn add(text: &mut Text<'_>, words: &str) {
    let line: &mut String = text.text.to_mut();
    line.push_str(words);
}
