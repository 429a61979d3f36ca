//! From the greeting to a usable session: STARTTLS, capabilities, authentication, compression.
//!
//! A small machine above [`ClientConnection`]. The adapter shows it every event, and lets it act when there are none left:
//!
//! ```text
//! while let Some(event) = connection.poll_event() { opening.observe(&event); /* Upgrade, ... */ }
//! match opening.advance(&mut connection, now)? { Readiness::Pending => ..., Readiness::Ready => ... }
//! ```

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use bounded_static::ToBoundedStatic;
use imap_types::auth::AuthMechanism;

use super::error::{OpenError, OpenStep};
use crate::client::answers::Done;
use crate::client::command::{Command, CommandHandle, CommandOptions, Outcome, TypedCommand};
use crate::client::connection::ClientConnection;
use crate::client::event::Event;
use crate::client::exchange::answer::SaslAnswer;
use crate::error::ApiMisuse;
use crate::instant::Instant;
use crate::state::State;

/// What opening a session has to do.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Plan {
    /// STARTTLS before anything else. Goes together with
    /// [`TlsPolicy::RequireStartTls`](crate::client::TlsPolicy::RequireStartTls).
    pub starttls: bool,
    /// The user to log in as. No login when this is `None` or when the greeting is PREAUTH.
    pub credentials: Option<Credentials>,
    /// COMPRESS (RFC 4978) if the server offers it. The adapter has to be able to put the layer under the connection.
    pub compress: bool,
}

impl Plan {
    /// Logs in, without STARTTLS.
    #[must_use]
    pub const fn login(credentials: Credentials) -> Self {
        Self {
            starttls: false,
            credentials: Some(credentials),
            compress: false,
        }
    }
}

/// The user to log in as. `Debug` shows no secret.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credentials {
    /// A user name and a password.
    Password {
        /// The user name.
        user: String,
        /// The password.
        password: String,
        /// How they are sent.
        method: Method,
    },
    /// One message of a SASL mechanism, such as XOAUTH2 or OAUTHBEARER.
    Sasl {
        /// The mechanism.
        mechanism: AuthMechanism<'static>,
        /// The message, not in base64.
        initial: Vec<u8>,
    },
}

/// How a password is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Method {
    /// In one round trip where that is possible: AUTHENTICATE PLAIN where the server takes the password with the command (SASL-IR,
    /// RFC 4959), else LOGIN unless it is disabled, else AUTHENTICATE PLAIN. What is not ASCII goes by AUTHENTICATE PLAIN where
    /// that is offered, since LOGIN does not say which charset it has.
    #[default]
    Offered,
    /// LOGIN (RFC 9051 section 6.2.3).
    Login,
    /// AUTHENTICATE PLAIN (RFC 4616).
    Plain,
}

impl Credentials {
    /// A user name and a password, sent in the way that the server offers.
    #[must_use]
    pub fn password(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self::Password {
            user: user.into(),
            password: password.into(),
            method: Method::Offered,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password { method, .. } => write!(f, "Password({method:?})"),
            Self::Sasl { mechanism, .. } => write!(f, "Sasl({mechanism})"),
        }
    }
}

/// How far opening has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Not done: continue with the connection.
    Pending,
    /// The session can be used.
    Ready,
}

/// Opens a session on a fresh connection.
#[derive(Clone, Debug)]
pub struct Opening {
    plan: Plan,
    stage: OpeningStage,
    /// The CAPABILITY that went with LOGIN, while it is open.
    beside: Option<CommandHandle>,
}

#[derive(Clone, Debug)]
enum OpeningStage {
    Greeting,
    /// This step is next.
    Next(PlanStep),
    /// This step is being done.
    Doing(PlanStep, CommandHandle),
    /// The server has sent a further challenge to a mechanism of one message.
    Asked(PlanStep, CommandHandle),
    Ready,
    Failed(OpenError),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PlanStep {
    StartTls,
    AskBefore,
    Authenticate,
    AskAfter,
    Compress,
}

impl Opening {
    /// An opening that carries out this plan.
    #[must_use]
    pub const fn new(plan: Plan) -> Self {
        Self {
            plan,
            stage: OpeningStage::Greeting,
            beside: None,
        }
    }

    /// Takes an event of the connection.
    pub fn observe(&mut self, event: &Event<'_>) {
        if let Event::Outcome { handle, .. } = event {
            self.beside = self.beside.filter(|beside| beside != handle);
        }
        let stage = match (&self.stage, event) {
            (OpeningStage::Failed(_), _) => return,
            (_, Event::Closed(closed)) => OpeningStage::Failed(OpenError::Closed(closed.clone())),
            (OpeningStage::Greeting, Event::Greeting { .. }) => {
                OpeningStage::Next(PlanStep::StartTls)
            }
            // The server may keep the socket open after it.
            (OpeningStage::Greeting, Event::Bye { text }) => {
                let text = text.to_static();
                OpeningStage::Failed(OpenError::Bye { text })
            }
            (OpeningStage::Doing(step, ours), Event::Challenge { handle, .. })
                if handle == ours =>
            {
                OpeningStage::Asked(*step, *ours)
            }
            (
                OpeningStage::Doing(step, ours) | OpeningStage::Asked(step, ours),
                Event::Outcome { handle, outcome },
            ) if handle == ours => step.after(outcome),
            _ => return,
        };
        self.stage = stage;
    }

    /// Sends the next command of the plan. Call it when all events have been observed.
    ///
    /// # Errors
    ///
    /// [`OpenError`]: the plan cannot be carried out. Close the connection then.
    pub fn advance(
        &mut self,
        connection: &mut ClientConnection,
        now: Instant,
    ) -> Result<Readiness, OpenError> {
        loop {
            match &self.stage {
                OpeningStage::Failed(error) => return Err(error.clone()),
                OpeningStage::Ready => return Ok(Readiness::Ready),
                OpeningStage::Greeting | OpeningStage::Doing(..) => return Ok(Readiness::Pending),
                OpeningStage::Asked(step, handle) => {
                    // A further challenge to a mechanism of one message means that it has failed. An empty answer brings the tagged NO
                    // (mscdex/node-imap#254).
                    let (step, handle) = (*step, *handle);
                    connection.answer(handle, &SaslAnswer::Response(Vec::new()), now)?;
                    self.stage = OpeningStage::Doing(step, handle);
                }
                OpeningStage::Next(step) => {
                    let step = *step;
                    self.stage = match self.command(step, connection)? {
                        Some(command) => {
                            OpeningStage::Doing(step, self.send(command, connection, now)?)
                        }
                        None => step.next(),
                    };
                }
            }
        }
    }

    /// CAPABILITY goes with LOGIN, since not every server says its capabilities with the OK. It is not asked twice.
    fn send(
        &mut self,
        command: TypedCommand<Done>,
        connection: &mut ClientConnection,
        now: Instant,
    ) -> Result<CommandHandle, ApiMisuse> {
        let (command, options) = (Command::from(command), CommandOptions::default());
        if command == Command::capability().into() {
            if let Some(beside) = self.beside.take() {
                return Ok(beside);
            }
        }
        let is_login = command.verb() == "LOGIN";
        let handle = connection.send(command, options, now)?;
        if is_login {
            let ask = Command::capability();
            self.beside = Some(connection.send(ask, options.early(), now)?);
        }
        Ok(handle)
    }

    /// The command of a step; `None` when there is nothing to do.
    fn command(
        &self,
        step: PlanStep,
        connection: &ClientConnection,
    ) -> Result<Option<TypedCommand<Done>>, OpenError> {
        let capabilities = connection.capabilities();
        let wanted = match step {
            PlanStep::StartTls => self.plan.starttls,
            PlanStep::AskBefore | PlanStep::AskAfter => !capabilities.is_known(),
            PlanStep::Authenticate => connection.state() == State::NotAuthenticated,
            PlanStep::Compress => self.plan.compress && capabilities.has("COMPRESS=DEFLATE"),
        };
        if !wanted {
            return Ok(None);
        }
        Ok(match step {
            PlanStep::StartTls => Some(Command::starttls()),
            PlanStep::AskBefore | PlanStep::AskAfter => Some(Command::capability()),
            PlanStep::Authenticate => match &self.plan.credentials {
                Some(credentials) => Some(authenticate(credentials, connection)?),
                None => None,
            },
            PlanStep::Compress => Some(Command::compress()),
        })
    }
}

fn authenticate(
    credentials: &Credentials,
    connection: &ClientConnection,
) -> Result<TypedCommand<Done>, OpenError> {
    let capabilities = connection.capabilities();
    match credentials {
        Credentials::Sasl { mechanism, initial } => Ok(Command::authenticate(
            mechanism.clone(),
            Some(initial.clone()),
        )),
        Credentials::Password {
            user,
            password,
            method,
        } => {
            let plain = capabilities.has("AUTH=PLAIN");
            let at_once = capabilities.has("SASL-IR") || !(user.is_ascii() && password.is_ascii());
            let login = !capabilities.has("LOGINDISABLED");
            match method {
                Method::Plain => Ok(Command::authenticate_plain(user, password)?),
                Method::Offered if plain && (at_once || !login) => {
                    Ok(Command::authenticate_plain(user, password)?)
                }
                Method::Login | Method::Offered if login => Ok(Command::login(user, password)?),
                Method::Login | Method::Offered => {
                    let offered: Vec<_> = capabilities.iter().collect();
                    let offered = offered.join(" ");
                    Err(OpenError::NoMechanism { offered })
                }
            }
        }
    }
}

impl PlanStep {
    const fn next(self) -> OpeningStage {
        match self {
            Self::StartTls => OpeningStage::Next(Self::AskBefore),
            Self::AskBefore => OpeningStage::Next(Self::Authenticate),
            Self::Authenticate => OpeningStage::Next(Self::AskAfter),
            Self::AskAfter => OpeningStage::Next(Self::Compress),
            Self::Compress => OpeningStage::Ready,
        }
    }

    fn after(self, outcome: &Outcome<'_>) -> OpeningStage {
        match OpenError::of(self.shown(), outcome) {
            None => self.next(),
            // If a server offers compression and then refuses it, the session goes on without.
            Some(OpenError::Refused { .. }) if self == Self::Compress => self.next(),
            Some(error) => OpeningStage::Failed(error),
        }
    }

    const fn shown(self) -> OpenStep {
        match self {
            Self::StartTls => OpenStep::StartTls,
            Self::AskBefore | Self::AskAfter => OpenStep::Capability,
            Self::Authenticate => OpenStep::Authenticate,
            Self::Compress => OpenStep::Compress,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{Config, TlsPolicy};
    use alloc::string::ToString;
    use alloc::vec;

    const NOW: Instant = Instant::ORIGIN;

    /// Plays a server: each of its lines answers what was written before. Returns what was written, and how opening ended.
    fn play(plan: Plan, says: &[&str]) -> (Vec<String>, Result<Readiness, OpenError>) {
        let mut config = Config::default();
        if plan.starttls {
            config.security = TlsPolicy::RequireStartTls;
        }
        let mut connection = ClientConnection::new(config, NOW);
        let mut opening = Opening::new(plan);
        let (mut written, mut progress) = (vec![], Ok(Readiness::Pending));
        for line in says.iter().copied().chain([""]) {
            connection.handle_input(line.as_bytes(), NOW);
            for _ in 0..8 {
                let mut upgrade = false;
                while let Some(event) = connection.poll_event() {
                    opening.observe(&event);
                    upgrade |= matches!(event, Event::Upgrade { .. });
                }
                if upgrade {
                    connection.handle_upgraded(NOW).unwrap();
                }
                progress = opening.advance(&mut connection, NOW);
                let out = connection.transmit().to_vec();
                connection.handle_transmitted(out.len(), NOW);
                written.extend(String::from_utf8(out).unwrap().lines().map(String::from));
            }
        }
        (written, progress)
    }

    fn alice() -> Plan {
        Plan::login(Credentials::password("alice", "secret"))
    }

    #[test]
    fn capabilities_are_asked_for_only_when_they_are_not_known() {
        let (written, progress) = play(
            alice(),
            &[
                "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n",
                "A1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n",
            ],
        );
        assert_eq!(written, ["A1 AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA=="]);
        assert!(matches!(progress, Ok(Readiness::Ready)));

        let (written, progress) = play(
            alice(),
            &[
                "* OK hi\r\n",
                "* CAPABILITY IMAP4rev1\r\nA1 OK\r\n",
                "A2 OK in\r\n",
                "* CAPABILITY IMAP4rev1 IDLE\r\nA3 OK\r\n",
            ],
        );
        assert_eq!(
            written,
            ["A1 CAPABILITY", "A2 LOGIN alice secret", "A3 CAPABILITY"]
        );
        assert!(matches!(progress, Ok(Readiness::Ready)));
    }

    #[test]
    fn capability_goes_with_login() {
        let greeting = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n";
        let (written, progress) = play(alice(), &[greeting]);
        assert_eq!(written, ["A1 LOGIN alice secret", "A2 CAPABILITY"]);
        assert!(matches!(progress, Ok(Readiness::Pending)));

        // The OK says the capabilities, or the other answer does, or neither.
        for (says, written) in [
            (["A1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n", "A2 OK\r\n"], 2),
            (
                ["A1 OK in\r\n", "* CAPABILITY IMAP4rev1 IDLE\r\nA2 OK\r\n"],
                2,
            ),
            (
                [
                    "A1 OK in\r\nA2 OK\r\n",
                    "* CAPABILITY IMAP4rev1 IDLE\r\nA3 OK\r\n",
                ],
                3,
            ),
        ] {
            let (lines, progress) = play(alice(), &[greeting, says[0], says[1]]);
            assert_eq!(lines.len(), written, "{lines:?}");
            assert!(matches!(progress, Ok(Readiness::Ready)), "{says:?}");
        }
    }

    #[test]
    fn a_password_goes_in_one_round_trip_where_that_is_possible() {
        let sent = |capabilities: &str, plan| {
            let greeting = alloc::format!("* OK [CAPABILITY IMAP4rev1 {capabilities}] hi\r\n");
            let (written, _) = play(plan, &[&greeting]);
            let verb = written[0].split(' ').nth(1);
            verb.map(ToString::to_string).unwrap_or_default()
        };
        assert_eq!(sent("AUTH=PLAIN SASL-IR", alice()), "AUTHENTICATE");
        assert_eq!(sent("AUTH=PLAIN", alice()), "LOGIN");
        assert_eq!(sent("AUTH=PLAIN LOGINDISABLED", alice()), "AUTHENTICATE");
        let jorg = || Plan::login(Credentials::password("j\u{f6}rg", "secret"));
        assert_eq!(sent("AUTH=PLAIN", jorg()), "AUTHENTICATE");
        assert_eq!(sent("IDLE", jorg()), "LOGIN");
    }

    #[test]
    fn nothing_follows_a_refused_starttls() {
        let mut plan = alice();
        plan.starttls = true;
        let (written, progress) = play(
            plan,
            &[
                "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n",
                "A1 NO not today\r\n",
            ],
        );
        assert_eq!(written, ["A1 STARTTLS"]);
        let error = progress.unwrap_err();
        assert!(matches!(
            error,
            OpenError::Refused {
                step: OpenStep::StartTls,
                ..
            }
        ));
        assert!(error.to_string().contains("not today"), "{error}");
        assert!(!error.is_credentials() && !error.is_retryable());
    }

    #[test]
    fn starttls_forgets_what_was_said_in_clear() {
        let mut plan = alice();
        plan.starttls = true;
        let (written, progress) = play(
            plan,
            &[
                "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] hi\r\n",
                "A1 OK go\r\n",
                "* CAPABILITY IMAP4rev1\r\nA2 OK\r\n",
                "A3 OK [CAPABILITY IMAP4rev1] in\r\n",
            ],
        );
        assert_eq!(
            written,
            [
                "A1 STARTTLS",
                "A2 CAPABILITY",
                "A3 LOGIN alice secret",
                "A4 CAPABILITY"
            ]
        );
        assert!(matches!(progress, Ok(Readiness::Ready)));
    }

    #[test]
    fn compression_is_asked_for_where_it_is_wanted_and_offered() {
        for (wanted, offered, asked) in [
            (false, "COMPRESS=DEFLATE", false),
            (true, "IDLE", false),
            (true, "COMPRESS=DEFLATE", true),
        ] {
            let plan = Plan {
                compress: wanted,
                ..Plan::default()
            };
            let greeting = alloc::format!("* PREAUTH [CAPABILITY IMAP4rev1 {offered}] hi\r\n");
            let (written, progress) = play(plan, &[&greeting, "A1 NO not now\r\n"]);
            let expected: &[&str] = match asked {
                true => &["A1 COMPRESS DEFLATE"],
                false => &[],
            };
            assert_eq!(written, expected);
            assert!(matches!(progress, Ok(Readiness::Ready)));
        }
    }

    #[test]
    fn an_error_sent_as_a_challenge_is_answered() {
        let plan = Plan::login(Credentials::Sasl {
            mechanism: AuthMechanism::XOAuth2,
            initial: b"token".to_vec(),
        });
        let (written, progress) = play(
            plan,
            &[
                "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] hi\r\n",
                "+ eyJzdGF0dXMiOiI0MDAifQ==\r\n",
                "A1 NO bad token\r\n",
            ],
        );
        assert_eq!(written, ["A1 AUTHENTICATE XOAUTH2 dG9rZW4=", ""]);
        assert!(matches!(progress, Err(OpenError::Refused { .. })));
    }

    #[test]
    fn passwords_are_not_sent_where_they_are_not_wanted() {
        let (written, progress) = play(
            alice(),
            &["* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n"],
        );
        assert!(written.is_empty());
        assert!(matches!(progress, Err(OpenError::NoMechanism { .. })));
        assert!(!alloc::format!("{:?}", alice()).contains("secret"));
    }

    #[test]
    fn preauth_needs_no_login_and_bye_is_an_end() {
        let (written, progress) = play(alice(), &["* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"]);
        assert!(written.is_empty() && matches!(progress, Ok(Readiness::Ready)));
    }

    #[test]
    fn a_bye_in_place_of_the_greeting_is_told_at_once() {
        for (code, is_retryable) in [("", true), ("[UNAVAILABLE] ", true), ("[NOPERM] ", false)] {
            let greeting = alloc::format!("* BYE {code}too many connections\r\n");
            let error = play(alice(), &[&greeting]).1.unwrap_err();
            assert!(matches!(error, OpenError::Bye { .. }), "{error:?}");
            assert!(error.to_string().contains("too many connections"));
            assert_eq!(error.is_retryable(), is_retryable, "{code}");
        }
    }

    #[test]
    fn what_a_refused_login_asks_for() {
        for (answer, credentials, retryable) in [
            ("NO [AUTHENTICATIONFAILED] no", true, false),
            ("NO [EXPIRED] no", true, false),
            ("NO wrong password", true, false),
            ("NO [ALERT] wrong password", true, false),
            ("BAD what", false, false),
            ("NO [UNAVAILABLE] no", false, true),
            ("NO [INUSE] no", false, true),
            ("NO [LIMIT] no", false, true),
            ("NO [AUTHORIZATIONFAILED] no", false, false),
            ("NO [PRIVACYREQUIRED] no", false, false),
        ] {
            let says = [
                "* OK [CAPABILITY IMAP4rev1] hi\r\n",
                &alloc::format!("A1 {answer}\r\n"),
            ];
            let error = play(alice(), &says).1.unwrap_err();
            let asks = (error.is_credentials(), error.is_retryable());
            assert_eq!(asks, (credentials, retryable), "{answer}: {error}");
        }
    }
}
