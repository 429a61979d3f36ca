//! W2: the list of messages a mail program shows, with ENVELOPE and BODYSTRUCTURE: from plain text to nested multiparts.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

use super::rng::Rng;
use super::{MESSAGES, Rows};
use crate::tally::{FlagRow, Tally, flag};

/// `rows` responses of about 925 octets. The first tally counts the UID, the octets of every string and the numbers of both
/// items; the second counts the plain items alone.
#[must_use]
pub fn envelopes(rows: u32) -> (Rows, Tally) {
    written(rows, |uid, plain, lists| {
        format!("UID {uid} {plain} {lists}")
    })
}

/// The same with the UID after both.
#[must_use]
pub fn uid_last(rows: u32) -> (Rows, Tally) {
    written(rows, |uid, plain, lists| {
        format!("{plain} {lists} UID {uid}")
    })
}

fn written(rows: u32, items: fn(u32, &str, &str) -> String) -> (Rows, Tally) {
    let mut rng = Rng::new(0x5732);
    let mut octets = Vec::with_capacity(rows as usize * 950);
    let (mut tally, mut plain) = (Tally::default(), Tally::default());
    for n in 0..rows {
        let seq = n % MESSAGES + 1;
        let uid = seq * 2;
        let mut text = Text {
            rng: &mut rng,
            out: String::new(),
            read: u64::from(uid),
        };
        text.out.push_str("ENVELOPE ");
        text.envelope();
        text.out.push_str(" BODYSTRUCTURE ");
        text.structure();
        let Text { out, read, .. } = text;
        let day = n % 28 + 1;
        let short = format!(
            "FLAGS (\\Seen) INTERNALDATE \"{day:02}-Jul-2024 02:44:25 +0200\" RFC822.SIZE 44827"
        );
        let items = items(uid, &short, &out);
        write!(octets, "* {seq} FETCH ({items})\r\n").expect("a vector takes everything");
        tally.add(read);
        plain.row(FlagRow {
            uid,
            flags: flag(b"\\Seen"),
            size: 44_827,
            dates: 1,
            ..FlagRow::default()
        });
    }
    let octets = Arc::new(octets);
    (
        Rows {
            octets,
            rows,
            tally,
        },
        plain,
    )
}

/// Writes, and counts what a reader has to find.
struct Text<'a> {
    rng: &'a mut Rng,
    out: String,
    read: u64,
}

const WORDS: [&str; 12] = [
    "meeting",
    "Re:",
    "invoice",
    "the",
    "quarterly",
    "report",
    "for",
    "holiday",
    "plans",
    "and",
    "attached",
    "draft",
];
const NAMES: [&str; 6] = [
    "Terry Gray",
    "Ann Example",
    "John Klensin",
    "B. Leiba",
    "Bron",
    "Tim Showalter",
];
const HOSTS: [&str; 4] = [
    "cac.washington.edu",
    "example.com",
    "mail.example.org",
    "lists.example.net",
];

impl Text<'_> {
    fn string(&mut self, value: &str) {
        self.read += value.len() as u64;
        // No value here has a character that would need an escape.
        let _ = write!(self.out, "\"{value}\"");
    }

    fn strings(&mut self, values: &[&str]) {
        for value in values {
            self.string(value);
            self.out.push(' ');
        }
    }

    fn number(&mut self, value: u64) {
        self.read += value;
        let _ = write!(self.out, "{value}");
    }

    fn nil(&mut self) {
        self.out.push_str("NIL");
    }

    fn words(&mut self, least: u64) -> String {
        let count = least + self.rng.below(8);
        let words: Vec<&str> = (0..count).map(|_| *self.rng.pick(&WORDS)).collect();
        words.join(" ")
    }

    fn message_id(&mut self) -> String {
        format!(
            "<{:016x}.{:08x}@{}>",
            self.rng.bits(),
            self.rng.bits() as u32,
            self.rng.pick(&HOSTS)
        )
    }

    fn envelope(&mut self) {
        let day = 1 + self.rng.below(28);
        let subject = self.words(3);
        self.out.push('(');
        self.string(&format!("Wed, {day} Jul 2024 02:23:25 -0700 (PDT)"));
        self.out.push(' ');
        self.string(&subject);
        // from, sender, reply-to; to, cc, bcc.
        for _ in 0..3 {
            self.addresses(1);
        }
        let to = 1 + self.rng.below(2);
        self.addresses(to);
        let cc = self.rng.below(3);
        self.addresses(cc);
        self.addresses(0);
        self.out.push(' ');
        match self.rng.below(2) {
            0 => self.nil(),
            _ => {
                let id = self.message_id();
                self.string(&id);
            }
        }
        self.out.push(' ');
        let id = self.message_id();
        self.string(&id);
        self.out.push(')');
    }

    fn addresses(&mut self, count: u64) {
        self.out.push(' ');
        if count == 0 {
            return self.nil();
        }
        self.out.push('(');
        for _ in 0..count {
            let (name, host) = (*self.rng.pick(&NAMES), *self.rng.pick(&HOSTS));
            self.out.push('(');
            self.string(name);
            self.out.push_str(" NIL ");
            self.string("somebody");
            self.out.push(' ');
            self.string(host);
            self.out.push(')');
        }
        self.out.push(')');
    }

    fn structure(&mut self) {
        match self.rng.below(5) {
            0 => self.text_part("PLAIN"),
            1 => self.alternative(),
            2 => self.multipart("MIXED", |text| {
                text.text_part("PLAIN");
                text.attachment("APPLICATION", "PDF", "report.pdf");
            }),
            3 => self.multipart("MIXED", |text| {
                text.multipart("RELATED", |text| {
                    text.alternative();
                    text.attachment("IMAGE", "PNG", "logo.png");
                });
                text.attachment("APPLICATION", "ZIP", "pictures-of-the-holidays.zip");
            }),
            _ => self.multipart("MIXED", |text| {
                text.text_part("PLAIN");
                text.forwarded();
            }),
        }
    }

    fn alternative(&mut self) {
        self.multipart("ALTERNATIVE", |text| {
            text.text_part("PLAIN");
            text.text_part("HTML");
        });
    }

    fn multipart(&mut self, subtype: &str, parts: impl FnOnce(&mut Self)) {
        self.out.push('(');
        parts(self);
        self.out.push(' ');
        self.string(subtype);
        self.out.push_str(" (");
        self.strings(&["BOUNDARY"]);
        let boundary = format!("----=_Part_{:016x}", self.rng.bits());
        self.string(&boundary);
        self.out.push_str(") NIL NIL NIL)");
    }

    fn text_part(&mut self, subtype: &str) {
        let size = 200 + self.rng.below(20_000);
        self.out.push_str("(\"TEXT\" ");
        self.string(subtype);
        self.out.push_str(" (");
        self.strings(&["CHARSET"]);
        self.string("UTF-8");
        self.out.push_str(") NIL NIL ");
        self.string("QUOTED-PRINTABLE");
        self.out.push(' ');
        self.number(size);
        self.out.push(' ');
        self.number(size / 40);
        self.out.push_str(" NIL NIL NIL NIL)");
    }

    fn attachment(&mut self, kind: &str, subtype: &str, name: &str) {
        let size = 10_000 + self.rng.below(5_000_000);
        self.out.push('(');
        self.strings(&[kind, subtype]);
        self.out.push('(');
        self.strings(&["NAME"]);
        self.string(name);
        self.out.push_str(") ");
        let id = self.message_id();
        self.string(&id);
        self.out.push_str(" NIL ");
        self.string("BASE64");
        self.out.push(' ');
        self.number(size);
        self.out.push_str(" NIL (");
        self.strings(&["ATTACHMENT"]);
        self.out.push('(');
        self.strings(&["FILENAME"]);
        self.string(name);
        self.out.push_str(")) NIL NIL)");
    }

    fn forwarded(&mut self) {
        let size = 1_000 + self.rng.below(20_000);
        self.out.push_str("(\"MESSAGE\" \"RFC822\" NIL NIL NIL ");
        self.string("7BIT");
        self.out.push(' ');
        self.number(size);
        self.out.push(' ');
        self.envelope();
        self.out.push(' ');
        self.text_part("PLAIN");
        self.out.push(' ');
        self.number(size / 40);
        self.out.push_str(" NIL NIL NIL NIL)");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_size_that_was_meant() {
        let (input, _) = envelopes(1_000);
        let mean = input.octets.len() / 1_000;
        assert!((850..1_000).contains(&mean), "{mean}");
        assert_eq!(envelopes(1_000).0.octets, input.octets);
    }
}
