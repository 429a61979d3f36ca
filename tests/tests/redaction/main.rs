//! Nothing that can be logged shows a password: not as it is, not in base64, not octet by octet.

mod adapters;
mod forms;

use std::fmt::Debug;

use imap_machine::Instant;
use imap_machine::bounded_static::IntoBoundedStatic;
use imap_machine::client::session::Credentials;
use imap_machine::client::{
    ClientConnection, Command, CommandHandle, CommandOptions, Config, Event, SaslAnswer,
};
use imap_machine_testkit::scenario;
use proptest::prelude::*;
use proptest::sample::select;

use forms::told;

/// How the secret gets into the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Login,
    Plain,
    Initial,
    Answer,
    RawLogin,
    RawLiteral,
    RawAuthenticate,
}

const WAYS: &[Way] = &[
    Way::Login,
    Way::Plain,
    Way::Initial,
    Way::Answer,
    Way::RawLogin,
    Way::RawLiteral,
    Way::RawAuthenticate,
];

/// What happens next.
#[derive(Clone, Copy, Debug)]
enum Op {
    Say(&'static str),
    /// The transport takes this number of octets.
    Write(usize),
    Answer,
    Cancel,
    Pass,
    Poll,
    Close,
    Eof,
}

const LINES: &[&str] = &[
    "* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN] ready\r\n",
    "* OK ready\r\n",
    "+ \r\n",
    "+ Zm9v\r\n",
    "+ go on\r\n",
    "A1 NO no\r\n",
    "A1 BAD what\r\n",
    "A1 OK done\r\n",
    "A2 OK done\r\n",
    "* BYE over\r\n",
    "* X\r\n",
    "half a li",
];

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => select(LINES).prop_map(Op::Say),
        3 => (0_usize..60).prop_map(Op::Write),
        1 => Just(Op::Write(usize::MAX)),
        2 => Just(Op::Answer),
        4 => Just(Op::Poll),
        1 => select(&[Op::Cancel, Op::Pass, Op::Close, Op::Eof][..]),
    ]
}

/// A secret that is too long to appear by chance. SASL takes any octets, and LOGIN takes text.
fn secret() -> impl Strategy<Value = String> {
    "[ -~]{9,40}|[!-~éß\"\\\\]{9,20}"
}

struct Run {
    connection: ClientConnection,
    way: Way,
    secret: String,
    now: Instant,
    handle: Option<CommandHandle>,
    written: Vec<u8>,
}

impl Run {
    fn new(way: Way, secret: &str, literal_plus: bool) -> Self {
        let mut config = Config::default();
        if !literal_plus {
            config.limits.non_synchronizing = 0;
        }
        Self {
            connection: ClientConnection::new(config, Instant::ORIGIN),
            way,
            secret: secret.to_owned(),
            now: Instant::ORIGIN,
            handle: None,
            written: Vec::new(),
        }
    }

    /// The command, if the secret can be sent in this way.
    fn command(&self) -> Option<Command> {
        let secret = self.secret.as_str();
        match self.way {
            Way::Login => Command::login("user", secret).ok().map(Into::into),
            Way::Plain => Command::authenticate_plain("user", secret)
                .ok()
                .map(Into::into),
            Way::Initial => Command::authenticate("XMECH", Some(secret.into()))
                .ok()
                .map(Into::into),
            Way::Answer => Command::authenticate("XMECH", None).ok().map(Into::into),
            Way::RawLogin => {
                let raw = Command::raw("LOGIN").ok()?.string("user").ok()?;
                Some(raw.string(secret).ok()?.into())
            }
            Way::RawLiteral => {
                let raw = Command::raw("X-PASSWORD").ok()?;
                Some(raw.literal(secret).ok()?.into())
            }
            Way::RawAuthenticate => {
                let raw = Command::raw("AUTHENTICATE").ok()?.atom("XMECH").ok()?;
                let padded = format!("{secret}   ");
                let whole = padded.len() / 3 * 3;
                let initial = forms::base64(&padded.as_bytes()[..whole]);
                Some(raw.verbatim(&initial).ok()?.into())
            }
        }
    }

    fn show(&self, what: &impl Debug) -> Result<(), String> {
        self.text(&format!("{what:?} {what:#?}"))
    }

    fn text(&self, text: &str) -> Result<(), String> {
        match told(text, self.secret.as_bytes()) {
            Some(form) => Err(format!("{form}: {text}")),
            None => Ok(()),
        }
    }

    fn send(&mut self) -> Result<(), String> {
        let Some(command) = self.command() else {
            return Ok(());
        };
        self.show(&command)?;
        let options = CommandOptions::default();
        let sent = self.connection.send(command, options, self.now);
        self.show(&sent)?;
        self.handle = sent.ok();
        self.poll()
    }

    fn step(&mut self, op: Op) -> Result<(), String> {
        match op {
            Op::Say(line) => self.connection.handle_input(line.as_bytes(), self.now),
            Op::Write(most) => self.write(most),
            Op::Answer | Op::Cancel => {
                let Some(handle) = self.handle else {
                    return Ok(());
                };
                let answer = SaslAnswer::Response(self.secret.clone().into_bytes());
                self.show(&answer)?;
                let result = match op {
                    Op::Answer => self.connection.answer(handle, &answer, self.now),
                    _ => self.connection.cancel(handle, self.now),
                };
                if let Err(misuse) = result {
                    self.show(&misuse)?;
                    self.text(&misuse.to_string())?;
                }
            }
            Op::Pass => {
                self.now = self.now + std::time::Duration::from_secs(70);
                self.connection.handle_timeout(self.now);
            }
            Op::Poll => self.poll()?,
            Op::Close => self.connection.close(self.now),
            Op::Eof => self.connection.handle_eof(self.now),
        }
        self.look()
    }

    fn write(&mut self, mut most: usize) {
        loop {
            let output = self.connection.transmit();
            let len = output.len().min(most);
            if len == 0 {
                return;
            }
            self.written.extend_from_slice(&output[..len]);
            self.connection.handle_transmitted(len, self.now);
            most -= len;
        }
    }

    fn poll(&mut self) -> Result<(), String> {
        while let Some(event) = self.connection.poll_event() {
            let event = event.into_static();
            self.show(&event)?;
            self.text(&scenario::event(&event, &scenario::Names::default()))?;
            match &event {
                Event::Outcome { outcome, .. } => self.text(&outcome.to_string())?,
                Event::Closed(closed) => self.text(&closed.to_string())?,
                _ => {}
            }
        }
        Ok(())
    }

    fn look(&self) -> Result<(), String> {
        self.show(&self.connection)?;
        self.show(&self.connection.commands().collect::<Vec<_>>())?;
        self.show(&self.connection.waiting())?;
        let diagnosis = self.connection.diagnosis(self.now);
        self.show(&diagnosis)?;
        self.text(&diagnosis.to_string())
    }
}

fn play(run: &mut Run, greeting: &'static str, ops: &[Op]) -> Result<(), String> {
    run.step(Op::Say(greeting))?;
    run.step(Op::Poll)?;
    run.send()?;
    run.look()?;
    for op in ops {
        run.step(*op)?;
    }
    run.step(Op::Eof)?;
    run.step(Op::Poll)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn no_form_of_a_secret_is_shown(
        way in select(WAYS),
        secret in secret(),
        literal_plus in any::<bool>(),
        greeting in 0_usize..2,
        ops in prop::collection::vec(op(), 0..16),
    ) {
        let mut run = Run::new(way, &secret, literal_plus);
        let played = play(&mut run, LINES[greeting], &ops);
        prop_assert!(played.is_ok(), "{}", played.unwrap_err());
    }

    #[test]
    fn nor_by_what_holds_credentials(secret in secret()) {
        let mut run = Run::new(Way::Login, &secret, true);
        run.show(&Credentials::password("user", &*secret)).unwrap();
        run.show(&Credentials::message("XOAUTH2", &*secret)).unwrap();
        run.show(&Credentials::token("user", &*secret)).unwrap();
        run.show(&Credentials::External { act_as: secret.clone() }).unwrap();
        run.show(&Credentials::Anonymous { trace: secret.clone() }).unwrap();
        // What cannot be sent is not shown either.
        run.secret.push('\0');
        for error in [Command::login("user", &run.secret).err(), Command::authenticate_plain("user", &run.secret).err()] {
            let error = error.expect("no NUL in there");
            run.secret = secret.clone();
            run.show(&error).unwrap();
            run.text(&error.to_string()).unwrap();
            run.secret.push('\0');
        }
    }

    /// Recording a scenario adds what the connection shows, which must not be the secret.
    #[test]
    fn recording_adds_nothing_secret(secret in "[A-Za-z0-9]{12,24}", line in select(LINES)) {
        let line = line.trim_end();
        let text = format!(
            "# x\nS: * OK ready\n! a1 = login user {secret}\nC: A1 LOGIN user {secret}\n= \nS: {line}\n\
             ! a2 = authenticate XMECH \"{secret}\"\nS: A1 NO no\n> \nS: {line}\n"
        );
        let recorded = scenario::record(&text);
        prop_assume!(recorded.is_ok());
        for line in recorded.unwrap().lines().filter(|line| line.starts_with(['>', '='])) {
            prop_assert_eq!(told(line, secret.as_bytes()), None);
        }
    }
}

/// Each way writes the secret, so that there is something to hide.
#[test]
fn every_way_reaches_the_wire() {
    for way in WAYS {
        for secret in ["correct horse \\battery\"", "тайна, не скажу"] {
            let ops = [
                Op::Write(7),
                Op::Write(usize::MAX),
                Op::Say("+ \r\n"),
                Op::Poll,
                Op::Write(3),
                Op::Write(usize::MAX),
                Op::Answer,
                Op::Write(5),
                Op::Write(usize::MAX),
            ];
            for greeting in &LINES[..2] {
                let mut run = Run::new(*way, secret, false);
                assert_eq!(play(&mut run, greeting, &ops), Ok(()), "{way:?}");
                let wire = String::from_utf8_lossy(&run.written);
                let told = told(&wire, secret.as_bytes());
                assert!(told.is_some(), "{way:?}: {wire}");
            }
        }
    }
}
