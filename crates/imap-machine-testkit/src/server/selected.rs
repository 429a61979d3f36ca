//! Commands on the messages of the selected mailbox, and those that select and leave it.

use super::command::{Cursor, Refusal, SequenceSet, to_set};
use super::connection::{Answer, Connection, State};
use super::folders::{NO_MAILBOX, TRY_CREATE};
use super::mailbox::{FlagChange, Message, SYSTEM_FLAGS};
use super::view::{Access, Numbering, View};
use std::fmt::Write as _;
use std::io::Write;

const GONE: Refusal = Refusal::No("[NONEXISTENT] the mailbox was deleted");
/// RFC 9051 section 7.1, EXPUNGEISSUED.
pub(super) const EXPUNGE_ISSUED: Refusal = Refusal::No("[EXPUNGEISSUED] some messages are gone");
const READ_ONLY: Refusal = Refusal::No("the mailbox is open read-only");

#[derive(Clone, Copy)]
enum Transfer {
    Copy,
    Move,
}

enum SearchKey {
    All,
    Flag { name: String, present: bool },
    In(SequenceSet, Numbering),
}

impl SearchKey {
    fn parse(args: &mut Cursor) -> Result<SearchKey, Refusal> {
        if args.at_sequence_set() {
            return args
                .sequence_set()
                .map(|set| SearchKey::In(set, Numbering::Sequence));
        }
        let word = args.word()?;
        match word.as_str() {
            "ALL" => return Ok(SearchKey::All),
            "UID" => {
                args.space()?;
                return args
                    .sequence_set()
                    .map(|set| SearchKey::In(set, Numbering::Uid));
            }
            _ => {}
        }
        let (name, present) = word
            .strip_prefix("UN")
            .map_or((word.as_str(), true), |name| (name, false));
        let name = format!("\\{name}");
        if !SYSTEM_FLAGS
            .iter()
            .any(|flag| flag.eq_ignore_ascii_case(&name))
        {
            return Err(Refusal::Bad("unknown search key"));
        }
        Ok(SearchKey::Flag { name, present })
    }
}

impl Connection<'_> {
    pub fn is_authenticated(&self) -> bool {
        !matches!(self.state, State::NotAuthenticated)
    }

    pub fn select(&mut self, args: &mut Cursor, access: Access) -> Answer {
        let name = args.arg(Cursor::mailbox)?;
        args.end()?;
        // RFC 9051 section 6.3.2: after a SELECT that fails none is selected.
        self.state = State::Authenticated;
        let store = self.shared.store();
        let mailbox = store.find(&name).ok_or(NO_MAILBOX)?;
        let mut flags: Vec<&str> = SYSTEM_FLAGS.to_vec();
        for flag in mailbox.messages().iter().flat_map(|message| &message.flags) {
            if !flags.iter().any(|known| known.eq_ignore_ascii_case(flag)) {
                flags.push(flag);
            }
        }
        let flags = flags.join(" ");
        let (permanent, code) = match access {
            Access::ReadWrite => (format!("{flags} \\*"), "[READ-WRITE]"),
            Access::ReadOnly => (String::new(), "[READ-ONLY]"),
        };
        let (uid_validity, uid_next) = (mailbox.uid_validity, mailbox.uid_next);
        let view = View::open(mailbox, access);
        drop(store);
        write!(
            self.wire,
            "* FLAGS ({flags})\r\n* {} EXISTS\r\n* 0 RECENT\r\n\
             * OK [PERMANENTFLAGS ({permanent})] flags that stay\r\n\
             * OK [UIDVALIDITY {uid_validity}] UIDs valid\r\n\
             * OK [UIDNEXT {uid_next}] next UID\r\n",
            view.known.len()
        )?;
        self.state = State::Selected(view);
        Ok(format!("{code} selected").into())
    }

    /// The commands of the selected state, some of which have a UID form.
    pub fn numbered(&mut self, name: &str, args: &mut Cursor, numbering: Numbering) -> Answer {
        match (name, numbering) {
            ("FETCH", _) => self.fetch(args, numbering),
            ("STORE", _) => self.store(args, numbering),
            ("SEARCH", _) => self.search(args, numbering),
            ("COPY", _) => self.transfer(args, numbering, Transfer::Copy),
            ("MOVE", _) => self.transfer(args, numbering, Transfer::Move),
            ("EXPUNGE", Numbering::Sequence) => {
                args.end()?;
                self.expunge(None)
            }
            ("EXPUNGE", Numbering::Uid) => {
                let set = args.arg(Cursor::sequence_set)?;
                args.end()?;
                self.expunge(Some(&set))
            }
            ("UNSELECT", Numbering::Sequence) => {
                args.end()?;
                self.state = State::Authenticated;
                Ok("unselected".into())
            }
            ("CLOSE", Numbering::Sequence) => {
                args.end()?;
                if self.view(Access::ReadWrite).is_ok() {
                    self.expunge(None)?;
                }
                self.state = State::Authenticated;
                Ok("closed".into())
            }
            _ => Err(Refusal::Bad("unknown command")),
        }
    }

    /// The view, if it gives at least this access.
    pub fn view(&mut self, access: Access) -> Result<&mut View, Refusal> {
        match &mut self.state {
            State::Selected(view)
                if access == Access::ReadWrite && view.access == Access::ReadOnly =>
            {
                Err(READ_ONLY)
            }
            State::Selected(view) => Ok(view),
            State::NotAuthenticated | State::Authenticated => {
                Err(Refusal::Bad("select a mailbox first"))
            }
        }
    }

    fn store(&mut self, args: &mut Cursor, numbering: Numbering) -> Answer {
        let set = args.arg(Cursor::sequence_set)?;
        let item = args.arg(Cursor::word)?;
        let flags = args.arg(flags)?;
        args.end()?;
        let (item, silent) = item
            .strip_suffix(".SILENT")
            .map_or((item.as_str(), false), |item| (item, true));
        let change = match item {
            "FLAGS" => FlagChange::Replace(flags),
            "+FLAGS" => FlagChange::Add(flags),
            "-FLAGS" => FlagChange::Remove(flags),
            _ => return Err(Refusal::Bad("unknown item to store")),
        };
        let shared = self.shared;
        let view = self.view(Access::ReadWrite)?;
        let (mut responses, mut missing) = (String::new(), false);
        let mut store = shared.store();
        let mailbox = store.valid_mut(view.uid_validity).ok_or(GONE)?;
        for index in view.resolve(&set, numbering)? {
            let known = &mut view.known[index];
            let Some(message) = mailbox.store(known.uid, &mut known.change, &change) else {
                missing = true;
                continue;
            };
            if !silent {
                known.change = message.change;
                let uid = if numbering == Numbering::Uid {
                    format!("UID {} ", known.uid)
                } else {
                    String::new()
                };
                let _ = write!(
                    responses,
                    "* {} FETCH ({uid}FLAGS ({}))\r\n",
                    index + 1,
                    message.flags.join(" ")
                );
            }
        }
        drop(store);
        self.wire.write_all(responses.as_bytes())?;
        if missing && numbering == Numbering::Sequence {
            Err(EXPUNGE_ISSUED)
        } else {
            Ok("stored".into())
        }
    }

    fn search(&mut self, args: &mut Cursor, numbering: Numbering) -> Answer {
        let mut keys = Vec::new();
        while keys.is_empty() || !args.rest().is_empty() {
            keys.push(args.arg(SearchKey::parse)?);
        }
        let shared = self.shared;
        let view = self.view(Access::ReadOnly)?;
        let mut response = "* SEARCH".to_owned();
        let store = shared.store();
        let mailbox = store.valid(view.uid_validity).ok_or(GONE)?;
        for (index, known) in view.known.iter().enumerate() {
            let Some(message) = mailbox.get(known.uid) else {
                continue;
            };
            let found = keys.iter().all(|key| match key {
                SearchKey::All => true,
                SearchKey::Flag { name, present } => message.has(name) == *present,
                SearchKey::In(set, numbering) => view.is_in(index, set, *numbering),
            });
            if found {
                let _ = match numbering {
                    Numbering::Sequence => write!(response, " {}", index + 1),
                    Numbering::Uid => write!(response, " {}", known.uid),
                };
            }
        }
        drop(store);
        write!(self.wire, "{response}\r\n")?;
        Ok("done".into())
    }

    fn transfer(&mut self, args: &mut Cursor, numbering: Numbering, transfer: Transfer) -> Answer {
        let set = args.arg(Cursor::sequence_set)?;
        let name = args.arg(Cursor::mailbox)?;
        args.end()?;
        let access = match transfer {
            Transfer::Copy => Access::ReadOnly,
            Transfer::Move => Access::ReadWrite,
        };
        let shared = self.shared;
        let view = self.view(access)?;
        let wanted = view.resolve(&set, numbering)?;
        let mut store = shared.store();
        let source = store.valid(view.uid_validity).ok_or(GONE)?;
        let messages: Vec<Message> = wanted
            .iter()
            .filter_map(|&index| source.get(view.known[index].uid).cloned())
            .collect();
        let from: Vec<u32> = messages.iter().map(Message::uid).collect();
        let destination = store.find_mut(&name).ok_or(TRY_CREATE)?;
        let to: Vec<u32> = messages
            .into_iter()
            .map(|message| destination.push(message))
            .collect();
        let code = format!(
            "[COPYUID {} {} {}]",
            destination.uid_validity,
            to_set(&from),
            to_set(&to)
        );
        if let (Transfer::Move, Some(source)) = (transfer, store.valid_mut(view.uid_validity)) {
            source.remove(|message| from.binary_search(&message.uid()).is_ok());
        }
        drop(store);
        match transfer {
            _ if from.is_empty() => Ok("nothing to do".into()),
            Transfer::Copy => Ok(format!("{code} copied").into()),
            // RFC 9051 section 6.4.8: COPYUID comes before the EXPUNGE responses, which the report
            // adds.
            Transfer::Move => {
                write!(self.wire, "* OK {code} moved\r\n")?;
                Ok("done".into())
            }
        }
    }

    /// Removes what is \Deleted, of these UIDs or of all. The report tells the client.
    fn expunge(&mut self, uids: Option<&SequenceSet>) -> Answer {
        let shared = self.shared;
        let view = self.view(Access::ReadWrite)?;
        let largest = view.largest_uid();
        let mut store = shared.store();
        let mailbox = store.valid_mut(view.uid_validity).ok_or(GONE)?;
        mailbox.remove(|message| {
            message.has("\\Deleted") && uids.is_none_or(|set| set.contains(message.uid(), largest))
        });
        Ok("expunged".into())
    }
}

/// STORE takes its flags in parentheses or bare.
fn flags(args: &mut Cursor) -> Result<Vec<String>, Refusal> {
    if args.rest().starts_with(b"(") {
        return args.list(Cursor::flag);
    }
    let mut flags = vec![args.flag()?];
    while args.take(" ") {
        flags.push(args.flag()?);
    }
    Ok(flags)
}
