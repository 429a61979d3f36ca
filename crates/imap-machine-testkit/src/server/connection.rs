//! One connection: receives commands, hands them out, answers them strictly in order.

use super::command::{Cursor, Refusal};
use super::view::{Access, Numbering, View};
use super::wire::{Input, Wire, without_line_end};
use super::{Fault, Greeting, Shared};
use imap_machine::framing::Announced;
use std::borrow::Cow;
use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::ops::ControlFlow;
use std::time::Duration;

/// How often IDLE looks for changes.
const IDLE_TICK: Duration = Duration::from_millis(10);

pub(super) const LITERAL_TOO_LARGE: Refusal = Refusal::Bad("[TOOBIG] literal too large");

/// The text of a tagged OK, or why there is none.
pub(super) type Answer = Result<Cow<'static, str>, Refusal>;

pub(super) enum State {
    NotAuthenticated,
    Authenticated,
    Selected(View),
}

pub(super) struct Connection<'s> {
    pub shared: &'s Shared,
    pub wire: Wire,
    pub state: State,
}

/// Serves a connection to its end. That the client has gone is not an error.
pub(super) fn serve(stream: TcpStream, shared: &Shared) {
    let Ok(handle) = stream.try_clone() else {
        return;
    };
    let options = &shared.options;
    if let Ok(wire) = Wire::new(stream, options.max_command, &options.faults) {
        let mut connection = Connection {
            shared,
            wire,
            state: State::NotAuthenticated,
        };
        let mut result = connection.run();
        if matches!(&result, Err(error) if error.kind() == io::ErrorKind::InvalidData) {
            result = connection.wire.write_all(b"* BYE command too long\r\n");
        }
        if result.is_ok() {
            let _ = connection.wire.close();
        }
    }
    let _ = handle.shutdown(Shutdown::Both);
}

/// A command as received.
struct Request {
    /// Up to the header of the pending literal, if there is one.
    text: Vec<u8>,
    /// The literal at its end that is not granted yet: the message of an APPEND, or one too large.
    pending: Option<Announced>,
}

impl Connection<'_> {
    fn run(&mut self) -> io::Result<()> {
        let close_after = self
            .shared
            .options
            .faults
            .iter()
            .find_map(|fault| match fault {
                Fault::CloseAfter(commands) => Some(*commands),
                Fault::ChunkWrites(_) | Fault::Silent(_) => None,
            });
        let mut commands = 0;
        let mut flow = self.greet()?;
        while flow.is_continue() && close_after != Some(commands) {
            flow = self.turn()?;
            commands += 1;
        }
        Ok(())
    }

    fn greet(&mut self) -> io::Result<ControlFlow<()>> {
        let word = match self.shared.options.greeting {
            Greeting::Bye => {
                self.wire.write_all(b"* BYE not today\r\n")?;
                return Ok(ControlFlow::Break(()));
            }
            Greeting::Ok => "OK",
            Greeting::Preauth => {
                self.state = State::Authenticated;
                "PREAUTH"
            }
        };
        write!(
            self.wire,
            "* {word} [CAPABILITY {}] ready\r\n",
            self.capabilities()
        )?;
        Ok(ControlFlow::Continue(()))
    }

    /// Deals with one command.
    fn turn(&mut self) -> io::Result<ControlFlow<()>> {
        let Request { text, pending } = self.receive()?;
        let mut cursor = Cursor::new(&text);
        let Ok(tag) = cursor.tag() else {
            if pending.is_some() {
                self.wire.decline()?;
            }
            self.wire.write_all(b"* BAD invalid tag\r\n")?;
            return Ok(ControlFlow::Continue(()));
        };
        let name = cursor
            .space()
            .and_then(|()| cursor.word())
            .unwrap_or_default();
        if self.is_silent(&name) && pending.is_none() {
            return Ok(ControlFlow::Continue(()));
        }
        let answer = match &pending {
            Some(literal) if name == "APPEND" => self.append(&mut cursor, literal),
            Some(_) => {
                self.wire.decline()?;
                Err(LITERAL_TOO_LARGE)
            }
            None => self.execute(&name, &mut cursor),
        };
        // RFC 9051 section 7.5.1: no EXPUNGE while one of these is answered. Their UID variants may
        // have it.
        self.report(!matches!(name.as_str(), "FETCH" | "STORE" | "SEARCH"))?;
        let flow = match &answer {
            Ok(_) if name == "LOGOUT" => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        };
        match answer {
            Ok(text) => write!(self.wire, "{tag} OK {text}\r\n")?,
            Err(Refusal::No(text)) => write!(self.wire, "{tag} NO {text}\r\n")?,
            Err(Refusal::Bad(text)) => write!(self.wire, "{tag} BAD {text}\r\n")?,
            Err(Refusal::Io(error)) => return Err(error),
        }
        Ok(flow)
    }

    fn is_silent(&self, name: &str) -> bool {
        let mut faults = self.shared.options.faults.iter();
        name == "XSILENT"
            || faults.any(|fault| matches!(fault, Fault::Silent(this) if *this == name))
    }

    /// Reads a command with its literals, up to the first that is not granted at once.
    fn receive(&mut self) -> io::Result<Request> {
        let mut lines = Vec::new();
        let mut start = 0;
        let (text, pending) = loop {
            match self.wire.next()? {
                Input::Message(message) => {
                    let text = without_line_end(&self.wire.octets()[..message.len]).to_vec();
                    self.wire.consume(message);
                    lines.extend_from_slice(&text[start..]);
                    break (text, None);
                }
                Input::Literal(literal) => {
                    let text = &self.wire.octets()[..literal.at];
                    lines.extend_from_slice(without_line_end(&text[start..]));
                    let text = text[..literal.header].to_vec();
                    let refused = self.shared.forbids(&literal) || is_message(&text);
                    if refused || !self.wire.keep_literal(&literal)? {
                        break (text, Some(literal));
                    }
                    // The literal is in memory, so its size fits into a `usize`.
                    start = literal.at + literal.size as usize;
                }
            }
        };
        self.shared.record(&lines);
        Ok(Request { text, pending })
    }

    fn execute(&mut self, name: &str, args: &mut Cursor) -> Answer {
        match (name, &self.state) {
            ("CAPABILITY", _) => self.capability(args),
            ("NOOP" | "CHECK", State::Selected(_)) | ("NOOP", _) => {
                args.end().map(|()| "done".into())
            }
            ("LOGOUT", _) => self.logout(args),
            ("ID", _) => self.id(args),
            ("LOGIN", State::NotAuthenticated) => self.login(args),
            ("AUTHENTICATE", State::NotAuthenticated) => self.authenticate(args),
            (_, State::NotAuthenticated) => Err(Refusal::Bad("log in first, or unknown command")),
            ("LIST", _) => self.list(args),
            ("NAMESPACE", _) => self.namespace(args),
            ("STATUS", _) => self.status(args),
            ("CREATE", _) => self.create(args),
            ("DELETE", _) => self.delete(args),
            ("APPEND", _) => Err(Refusal::Bad("expected a literal")),
            ("ENABLE", _) => self.enable(args),
            ("IDLE", _) => self.idle(args),
            ("SELECT", _) => self.select(args, Access::ReadWrite),
            ("EXAMINE", _) => self.select(args, Access::ReadOnly),
            ("UID", State::Selected(_)) => {
                let name = args.arg(Cursor::word)?;
                self.numbered(&name, args, Numbering::Uid)
            }
            (_, State::Selected(_)) => self.numbered(name, args, Numbering::Sequence),
            _ => Err(Refusal::Bad("select a mailbox first, or unknown command")),
        }
    }

    fn capabilities(&self) -> String {
        self.shared.options.capabilities.join(" ")
    }

    fn capability(&mut self, args: &Cursor) -> Answer {
        args.end()?;
        let capabilities = self.capabilities();
        write!(self.wire, "* CAPABILITY {capabilities}\r\n")?;
        Ok("done".into())
    }

    fn logout(&mut self, args: &Cursor) -> Answer {
        args.end()?;
        self.wire.write_all(b"* BYE see you\r\n")?;
        Ok("done".into())
    }

    fn id(&mut self, args: &mut Cursor) -> Answer {
        args.space()?;
        if !args.take("NIL") {
            let nstring = |args: &mut Cursor| {
                if args.take("NIL") {
                    Ok(String::new())
                } else {
                    args.astring()
                }
            };
            args.list(nstring)?;
        }
        args.end()?;
        self.wire
            .write_all(b"* ID (\"name\" \"imap-machine testkit\")\r\n")?;
        Ok("done".into())
    }

    fn enable(&mut self, args: &mut Cursor) -> Answer {
        args.arg(Cursor::word)?;
        while args.take(" ") {
            args.word()?;
        }
        args.end()?;
        // Nothing here can be enabled; RFC 5161 section 3.1 has the empty list for that.
        self.wire.write_all(b"* ENABLED\r\n")?;
        Ok("done".into())
    }

    fn login(&mut self, args: &mut Cursor) -> Answer {
        let name = args.arg(Cursor::astring)?;
        let password = args.arg(Cursor::astring)?;
        args.end()?;
        self.admit(&name, &password)
    }

    /// SASL PLAIN (RFC 4616), with an initial response (RFC 4959) or without.
    fn authenticate(&mut self, args: &mut Cursor) -> Answer {
        args.space()?;
        if args.word()? != "PLAIN" {
            return Err(Refusal::No("[CANNOT] no such mechanism"));
        }
        let response = if args.take(" ") {
            args.rest().to_vec()
        } else {
            args.end()?;
            self.wire.expect_line();
            self.wire.write_all(b"+ \r\n")?;
            self.wire.line()?
        };
        if response == b"*" {
            return Err(Refusal::Bad("cancelled"));
        }
        let message = base64(&response).ok_or(Refusal::Bad("invalid base64"))?;
        let message =
            String::from_utf8(message).map_err(|_| Refusal::Bad("invalid PLAIN message"))?;
        match message.split('\0').collect::<Vec<_>>()[..] {
            [_authorize_as, name, password] => self.admit(name, password),
            _ => Err(Refusal::Bad("invalid PLAIN message")),
        }
    }

    fn admit(&mut self, name: &str, password: &str) -> Answer {
        if !self
            .shared
            .options
            .users
            .iter()
            .any(|user| user.0 == name && user.1 == password)
        {
            return Err(Refusal::No("[AUTHENTICATIONFAILED] wrong name or password"));
        }
        self.state = State::Authenticated;
        Ok(format!("[CAPABILITY {}] logged in", self.capabilities()).into())
    }

    /// RFC 9051 section 6.3.13.
    fn idle(&mut self, args: &Cursor) -> Answer {
        args.end()?;
        self.wire.expect_line();
        self.wire.write_all(b"+ idling\r\n")?;
        let line = loop {
            self.report(true)?;
            self.wire.flush()?;
            if let Some(line) = self.wire.poll_line(IDLE_TICK)? {
                break line;
            }
        };
        self.shared.record(&line);
        if line.eq_ignore_ascii_case(b"DONE") {
            Ok("done".into())
        } else {
            Err(Refusal::Bad("expected DONE"))
        }
    }

    /// Tells the client what changed in its mailbox.
    fn report(&mut self, may_expunge: bool) -> io::Result<()> {
        let State::Selected(view) = &mut self.state else {
            return Ok(());
        };
        let news = view.news(&self.shared.store(), may_expunge);
        self.wire.write_all(news.as_bytes())
    }
}

/// Whether the literal after this text is the message of an APPEND, rather than the name of its mailbox.
fn is_message(text: &[u8]) -> bool {
    let mut cursor = Cursor::new(text);
    cursor.tag().is_ok() && cursor.take(" APPEND ") && !cursor.rest().is_empty()
}

/// Standard base64 with padding (RFC 4648 section 4). `=` alone is an empty response (RFC 4959
/// section 3).
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if text == b"=" {
        return Some(Vec::new());
    }
    let digits = text
        .strip_suffix(b"==")
        .or_else(|| text.strip_suffix(b"="))
        .unwrap_or(text);
    if text.len() % 4 != 0 {
        return None;
    }
    let mut octets = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for digit in digits {
        let value = ALPHABET.iter().position(|known| known == digit)?;
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            octets.push((bits >> count) as u8);
        }
    }
    Some(octets)
}
