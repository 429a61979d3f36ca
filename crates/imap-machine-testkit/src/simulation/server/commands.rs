//! How the server carries out the commands of its client.

use imap_machine::codec::NameEncoding;

use super::model::{Answer, Exchange, Model, Session, message, ok};
use super::reader::Said;
use super::record::Gone;
use super::selected;
use crate::server::command::{Cursor, Refusal};
use crate::server::view::{Access, View};

impl Model {
    /// The client has said this.
    pub(super) fn hear(&mut self, octets: &[u8]) {
        self.reader.push(octets);
        while let Some(said) = self.reader.next() {
            if self.is_over() {
                return;
            }
            match said {
                Said::Announced {
                    text,
                    synchronizing,
                    ..
                } => self.announced(&text, synchronizing),
                Said::Line(line) => self.in_any_order(line),
            }
        }
        self.catch_up();
    }

    /// RFC 9051 section 5.5: a server may answer commands in another order if they are not ambiguous. Here it does so with two
    /// STATUS in a row.
    fn in_any_order(&mut self, line: Vec<u8>) {
        let is_status = is_status(&line) && self.exchange == Exchange::None;
        match is_status && self.held.is_none() && self.random.chance(50) {
            true => self.held = Some(line),
            false if is_status => {
                self.line(&line);
                self.catch_up();
            }
            false => {
                self.catch_up();
                self.line(&line);
            }
        }
    }

    fn catch_up(&mut self) {
        if let Some(line) = self.held.take() {
            self.line(&line);
        }
    }

    fn announced(&mut self, text: &[u8], synchronizing: bool) {
        self.catch_up();
        let mut cursor = Cursor::new(text);
        let tag = cursor.tag().unwrap_or_default();
        self.record.answers.entry(tag.clone()).or_insert(None);
        if self.random.chance(20) {
            self.news(false);
        }
        match self.literal_refused(&mut cursor) {
            Some(refusal) => {
                self.reader.refuse(synchronizing);
                self.answer(&tag, Err(refusal));
            }
            None => {
                self.reader.grant();
                if synchronizing {
                    self.say("+ go ahead");
                }
            }
        }
    }

    fn literal_refused(&mut self, cursor: &mut Cursor<'_>) -> Option<Refusal> {
        if cursor.take(" APPEND ") && !cursor.rest().is_empty() {
            let name = cursor.mailbox().unwrap_or_default();
            if self.store.find(&name).is_none() {
                return Some(Refusal::No("[TRYCREATE] no such mailbox"));
            }
        }
        match self.random.below(10) {
            0 => Some(Refusal::No("[OVERQUOTA] too much")),
            1 => Some(Refusal::Bad("no literals today")),
            _ => None,
        }
    }

    fn line(&mut self, line: &[u8]) {
        match std::mem::replace(&mut self.exchange, Exchange::None) {
            // The server ended the IDLE by itself, and the DONE was already on its way.
            Exchange::None if line.eq_ignore_ascii_case(b"DONE") => self.say("* BAD not idling"),
            Exchange::None => self.command(line),
            Exchange::Idle(tag) if line.eq_ignore_ascii_case(b"DONE") => {
                self.news(true);
                self.answer(&tag, ok("idled"));
            }
            Exchange::Idle(tag) => self.answer(&tag, Err(Refusal::Bad("expected DONE"))),
            Exchange::Sasl(tag, _) if line == b"*" => {
                self.answer(&tag, Err(Refusal::Bad("cancelled")));
            }
            Exchange::Sasl(tag, 0) => {
                let answer = self.admit();
                self.answer(&tag, answer);
            }
            Exchange::Sasl(tag, more) => {
                self.say("+ Y2hhbGxlbmdl");
                self.exchange = Exchange::Sasl(tag, more - 1);
            }
        }
    }

    fn command(&mut self, line: &[u8]) {
        let mut cursor = Cursor::new(line);
        let Ok(tag) = cursor.tag() else {
            self.say("* BAD invalid tag");
            return;
        };
        self.record.answers.entry(tag.clone()).or_insert(None);
        let name = cursor.space().and_then(|()| cursor.word());
        let name = name.unwrap_or_default();
        self.speak_for(Some(&tag));
        let answer = self.execute(&tag, &name, &mut cursor);
        self.speak_for(None);
        if matches!(answer, Ok(None)) {
            return;
        }
        // RFC 9051 section 7.5.1: no EXPUNGE while one of these is answered. Their UID variants may have it.
        self.news(!matches!(name.as_str(), "FETCH" | "STORE" | "SEARCH"));
        self.answer(&tag, answer);
        if name == "LOGOUT" {
            self.session = Session::Over;
        }
    }

    pub(super) fn answer(&mut self, tag: &str, answer: Answer) {
        let (status, text) = match answer {
            Ok(None) => return,
            Ok(Some(text)) => ("OK", text),
            Err(Refusal::No(text)) => ("NO", text.to_owned()),
            Err(Refusal::Bad(text)) => ("BAD", text.to_owned()),
            Err(Refusal::Io(error)) => ("BAD", error.to_string()),
        };
        self.record.answers.insert(tag.to_owned(), Some(status));
        self.say(&format!("{tag} {status} {text}"));
    }

    fn execute(&mut self, tag: &str, name: &str, args: &mut Cursor<'_>) -> Answer {
        match (name, &self.session) {
            ("CAPABILITY", _) => {
                self.say(&format!("* CAPABILITY {}", self.capabilities.clone()));
                ok("done")
            }
            ("NOOP", _) => ok("done"),
            ("XSILENT", _) => Ok(None),
            ("LOGOUT", _) => {
                self.say("* BYE see you");
                ok("bye")
            }
            ("ID", _) => {
                self.say("* ID NIL");
                ok("done")
            }
            ("STARTTLS" | "LOGIN" | "AUTHENTICATE", Session::NotAuthenticated) => {
                self.login(tag, name, args)
            }
            ("COMPRESS", _) => ok("compressing"),
            (_, Session::NotAuthenticated) => Err(Refusal::Bad("log in first")),
            // RFC 8437 section 2.
            ("UNAUTHENTICATE", _) => {
                self.session = Session::NotAuthenticated;
                self.habits.names = NameEncoding::ModifiedUtf7;
                ok("who are you?")
            }
            ("IDLE", _) => {
                self.say("+ idling");
                self.exchange = Exchange::Idle(tag.to_owned());
                Ok(None)
            }
            ("SELECT", _) => self.select(args, Access::ReadWrite),
            ("EXAMINE", _) => self.select(args, Access::ReadOnly),
            ("LIST" | "STATUS" | "CREATE" | "DELETE" | "NAMESPACE" | "ENABLE" | "APPEND", _) => {
                self.folders(name, args)
            }
            ("UID", Session::Selected(_)) => {
                let name = args.arg(Cursor::word)?;
                selected::by_uid(self, &name, args)
            }
            (_, Session::Selected(_)) => selected::by_number(self, tag, name, args),
            _ => Err(Refusal::Bad("unknown command, or not now")),
        }
    }

    fn login(&mut self, tag: &str, name: &str, args: &Cursor<'_>) -> Answer {
        match name {
            "STARTTLS" => ok("begin TLS"),
            "LOGIN" => self.admit(),
            _ => {
                let rounds = self.random.below(3);
                // An initial response (RFC 4959) is a second word.
                let words = args.rest().split(|octet| *octet == b' ').count();
                if words > 2 && rounds == 0 {
                    return self.admit();
                }
                self.say("+ ");
                self.exchange = Exchange::Sasl(tag.to_owned(), rounds);
                Ok(None)
            }
        }
    }

    fn admit(&mut self) -> Answer {
        if self.random.chance(20) {
            return Err(Refusal::No("[AUTHENTICATIONFAILED] no"));
        }
        self.session = Session::Authenticated;
        match self.random.chance(50) {
            true => Ok(Some(format!("[CAPABILITY {}] hello", self.capabilities))),
            false => ok("hello"),
        }
    }

    fn select(&mut self, args: &mut Cursor<'_>, access: Access) -> Answer {
        let name = self.mailbox(args)?;
        // RFC 7162 section 3.2.11, and RFC 9051 section 6.3.2: after a SELECT that fails none is selected.
        if matches!(self.session, Session::Selected(_)) && self.habits.says_closed {
            self.say("* OK [CLOSED] the old one");
        }
        self.session = Session::Authenticated;
        let Some(mailbox) = self.store.find(&name) else {
            return Err(Refusal::No("[NONEXISTENT] no such mailbox"));
        };
        let view = View::open(mailbox, access);
        let (next, validity) = (mailbox.uid_next, mailbox.uid_validity);
        self.say("* FLAGS (\\Seen \\Deleted)");
        self.say(&format!("* {} EXISTS", view.known.len()));
        self.say(&format!("* OK [UIDVALIDITY {validity}] valid"));
        self.say(&format!("* OK [UIDNEXT {next}] next"));
        self.session = Session::Selected(view);
        match access {
            Access::ReadWrite => ok("[READ-WRITE] selected"),
            Access::ReadOnly => ok("[READ-ONLY] selected"),
        }
    }

    /// The name of a mailbox, as the store knows it.
    pub(super) fn mailbox(&self, args: &mut Cursor<'_>) -> Result<String, Refusal> {
        let wire = args.arg(Cursor::mailbox)?;
        let name = self.habits.names.decode(wire.as_bytes());
        name.ok_or(Refusal::No("no such name"))
    }

    fn folders(&mut self, name: &str, args: &mut Cursor<'_>) -> Answer {
        match name {
            "LIST" => {
                self.say("* LIST () \"/\" INBOX");
                self.say("* LIST (\\HasNoChildren) \"/\" {7}\r\nArchive");
            }
            "STATUS" => {
                let name = self.mailbox(args)?;
                let Some(mailbox) = self.store.find(&name) else {
                    return Err(Refusal::No("no such mailbox"));
                };
                let count = mailbox.messages().len();
                let name = self.habits.names.encode(&name);
                self.say(&format!("* STATUS \"{name}\" (MESSAGES {count})"));
            }
            "NAMESPACE" => self.say("* NAMESPACE ((\"\" \"/\")) NIL NIL"),
            "ENABLE" => {
                let wants = String::from_utf8_lossy(args.rest()).to_ascii_uppercase();
                if wants.contains("QRESYNC") {
                    self.habits.gone = Gone::Vanished;
                    self.habits.says_closed = true;
                    self.say("* ENABLED QRESYNC");
                } else if wants.contains("UTF8=ACCEPT") {
                    self.habits.names = NameEncoding::Utf8;
                    self.say("* ENABLED UTF8=ACCEPT");
                } else {
                    self.say("* ENABLED");
                }
            }
            "APPEND" => {
                let name = self.mailbox(args)?;
                let appended = message(&mut self.random);
                let Some(mailbox) = self.store.find_mut(&name) else {
                    return Err(Refusal::No("[TRYCREATE] no such mailbox"));
                };
                let (uid, validity) = (mailbox.push(appended), mailbox.uid_validity);
                return Ok(Some(format!("[APPENDUID {validity} {uid}] stored")));
            }
            _ => {}
        }
        ok("done")
    }
}

/// Whether a command is `A7 STATUS ...`.
fn is_status(line: &[u8]) -> bool {
    let mut words = line.split(|octet| *octet == b' ').skip(1);
    words
        .next()
        .is_some_and(|verb| verb.eq_ignore_ascii_case(b"STATUS"))
}
