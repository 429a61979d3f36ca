//! Commands on mailboxes that need none selected: LIST, NAMESPACE, STATUS, CREATE, DELETE, APPEND.

use super::body::Body;
use super::command::{Cursor, Refusal, quote};
use super::connection::{Answer, Connection, LITERAL_TOO_LARGE};
use super::mailbox::{Mailbox, Message, add_flags};
use super::wire::{Input, without_line_end};
use crate::fnv1a::Fnv1a;
use imap_machine::framing::Announced;
use std::io::Write;

pub(super) const NO_MAILBOX: Refusal = Refusal::No("[NONEXISTENT] no such mailbox");
pub(super) const TRY_CREATE: Refusal = Refusal::No("[TRYCREATE] no such mailbox");

impl Connection<'_> {
    pub fn list(&mut self, args: &mut Cursor) -> Answer {
        let reference = args.arg(Cursor::mailbox)?;
        let pattern = args.arg(Cursor::pattern)?;
        args.end()?;
        if pattern.is_empty() {
            self.wire.write_all(b"* LIST (\\Noselect) \"/\" \"\"\r\n")?;
            return Ok("done".into());
        }
        let mut pattern = format!("{reference}{pattern}");
        if pattern.eq_ignore_ascii_case("INBOX") {
            pattern.make_ascii_uppercase();
        }
        let mut names: Vec<String> = self
            .shared
            .store()
            .mailboxes
            .iter()
            .map(|mailbox| mailbox.name.clone())
            .collect();
        names.retain(|name| matches(pattern.as_bytes(), name.as_bytes()));
        for name in names {
            write!(self.wire, "* LIST () \"/\" {}\r\n", quote(&name))?;
        }
        Ok("done".into())
    }

    pub fn namespace(&mut self, args: &Cursor) -> Answer {
        args.end()?;
        self.wire
            .write_all(b"* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n")?;
        Ok("done".into())
    }

    pub fn status(&mut self, args: &mut Cursor) -> Answer {
        let name = args.arg(Cursor::mailbox)?;
        let items = args.arg(|args| args.list(Cursor::word))?;
        args.end()?;
        let store = self.shared.store();
        let mailbox = store.find(&name).ok_or(NO_MAILBOX)?;
        let mut values = Vec::new();
        for item in items {
            let value = match item.as_str() {
                "MESSAGES" => mailbox.messages().len() as u64,
                "RECENT" => 0,
                "UIDNEXT" => u64::from(mailbox.uid_next),
                "UIDVALIDITY" => u64::from(mailbox.uid_validity),
                "UNSEEN" => mailbox
                    .messages()
                    .iter()
                    .filter(|message| !message.has("\\Seen"))
                    .count() as u64,
                _ => return Err(Refusal::Bad("unknown status item")),
            };
            values.push(format!("{item} {value}"));
        }
        drop(store);
        write!(
            self.wire,
            "* STATUS {} ({})\r\n",
            quote(&name),
            values.join(" ")
        )?;
        Ok("done".into())
    }

    pub fn create(&mut self, args: &mut Cursor) -> Answer {
        let name = args.arg(Cursor::mailbox)?;
        args.end()?;
        // RFC 9051 section 6.3.4: a separator at the end only announces children.
        let name = name.strip_suffix('/').unwrap_or(&name);
        let printable = |octet: u8| octet.is_ascii_graphic() || octet == b' ';
        if name.is_empty()
            || !name
                .bytes()
                .all(|octet| printable(octet) && !b"%*".contains(&octet))
        {
            return Err(Refusal::No("[CANNOT] not a name for a mailbox"));
        }
        let mut store = self.shared.store();
        if store.find(name).is_some() {
            return Err(Refusal::No("[ALREADYEXISTS] mailbox exists"));
        }
        store.add(Mailbox::new(name));
        Ok("created".into())
    }

    pub fn delete(&mut self, args: &mut Cursor) -> Answer {
        let name = args.arg(Cursor::mailbox)?;
        args.end()?;
        if name == "INBOX" {
            return Err(Refusal::No("[CANNOT] INBOX stays"));
        }
        let mut store = self.shared.store();
        store.find(&name).ok_or(NO_MAILBOX)?;
        store.mailboxes.retain(|mailbox| mailbox.name != name);
        Ok("deleted".into())
    }

    /// `args` ends where the literal is announced. All that can be refused is refused before the
    /// client is asked for the message.
    pub fn append(&mut self, args: &mut Cursor, literal: &Announced) -> Answer {
        let (name, mut message) = match self.admit_message(args, literal) {
            Ok(admitted) => admitted,
            Err(refusal) => {
                self.wire.decline()?;
                return Err(refusal);
            }
        };
        message.body = if literal.size <= self.shared.options.keep_append {
            let mut octets = Vec::new();
            self.wire.take_literal(literal, &mut octets)?;
            Body::Bytes(octets.into())
        } else {
            let mut hash = Fnv1a::default();
            self.wire.take_literal(literal, &mut hash)?;
            Body::Digest {
                size: literal.size,
                fnv1a: hash.0,
            }
        };
        match self.wire.next()? {
            Input::Message(message) => {
                let rest = without_line_end(&self.wire.octets()[literal.at..message.len]).to_vec();
                self.wire.consume(message);
                Cursor::new(&rest).end()?;
            }
            Input::Literal(_) => {
                self.wire.decline()?;
                return Err(Refusal::Bad("unexpected argument"));
            }
        }
        let mut store = self.shared.store();
        let mailbox = store.find_mut(&name).ok_or(TRY_CREATE)?;
        let uid = mailbox.push(message);
        Ok(format!("[APPENDUID {} {uid}] appended", mailbox.uid_validity).into())
    }

    /// The mailbox, and the message but for its octets.
    fn admit_message(
        &self,
        args: &mut Cursor,
        literal: &Announced,
    ) -> Result<(String, Message), Refusal> {
        if !self.is_authenticated() {
            return Err(Refusal::Bad("log in first"));
        }
        let name = args.arg(Cursor::mailbox)?;
        args.space()?;
        let mut message = Message::new(Body::Bytes([].into()));
        if args.rest().starts_with(b"(") {
            add_flags(&mut message, &args.list(Cursor::flag)?);
            args.space()?;
        }
        if args.rest().starts_with(b"\"") {
            message.internal_date = args.quoted()?;
            args.space()?;
        }
        args.end()?;
        if !is_date_time(&message.internal_date) {
            return Err(Refusal::Bad("invalid date"));
        }
        if self.shared.forbids(literal) {
            return Err(LITERAL_TOO_LARGE);
        }
        self.shared.store().find(&name).ok_or(TRY_CREATE)?;
        if literal.size > self.shared.options.max_append {
            return Err(Refusal::No("[TOOBIG] message too large"));
        }
        Ok((name, message))
    }
}

/// The shape of an RFC 9051 `date-time`. Its value does not matter here.
fn is_date_time(date: &str) -> bool {
    const SHAPE: &[u8] = b"00-Aaa-0000 00:00:00 +0000";
    let date = date.as_bytes();
    date.len() == SHAPE.len()
        && date
            .iter()
            .zip(SHAPE)
            .enumerate()
            .all(|(at, (octet, shape))| match shape {
                b'0' => octet.is_ascii_digit() || (at == 0 && *octet == b' '),
                b'A' | b'a' => octet.is_ascii_alphabetic(),
                b'+' => matches!(octet, b'+' | b'-'),
                _ => octet == shape,
            })
}

/// LIST wildcards: `*` is anything, `%` is anything within a level. One pass, so that no pattern is
/// slow.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    // reached[i]: the pattern so far matches the first i octets of the name.
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for &wanted in pattern {
        let mut next = vec![false; name.len() + 1];
        for at in 0..=name.len() {
            let before = at.checked_sub(1);
            next[at] = match wanted {
                b'*' => reached[at] || before.is_some_and(|before| next[before]),
                b'%' => {
                    reached[at] || before.is_some_and(|before| next[before] && name[before] != b'/')
                }
                _ => before.is_some_and(|before| reached[before] && name[before] == wanted),
            };
        }
        reached = next;
    }
    reached[name.len()]
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn wildcards() {
        for (pattern, name, expected) in [
            ("*", "a/b", true),
            ("%", "a", true),
            ("%", "a/b", false),
            ("a/%", "a/b", true),
            ("*b", "a/b", true),
            ("a", "ab", false),
            ("%/%", "a/b/c", false),
            ("*%*%*x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(
                matches(pattern.as_bytes(), name.as_bytes()),
                expected,
                "{pattern} on {name}"
            );
        }
    }
}
