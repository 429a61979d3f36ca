//! Connecting: TCP, TLS, greeting, STARTTLS, login.

use std::fmt;
use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use imap_machine::Layer;
use imap_machine::client::session::{Credentials, OpenError, Opening, Plan, Readiness};
use imap_machine::client::{self, ClientConnection, CommandHandle, Config, Event};
use imap_machine::error::CloseReason;
use imap_machine_connect::{Address, Security, TlsError, Trust};
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;

use crate::client::Client;
use crate::clock::Clock;
use crate::driver::{Application, Driver};
use crate::error::ConnectError;
use crate::happy_eyeballs;
use crate::inboxes::Inboxes;
use crate::tls::Tls;
use crate::transport::{Socket, Transport as _, is_for_later};

/// What to connect to, and how.
///
/// | URL | default port | |
/// |---|---|---|
/// | `imaps://host` | 993 | TLS from the first octet |
/// | `imap+starttls://host` | 143 | TLS by STARTTLS; nothing secret is sent without |
/// | `imap://host` | 143 | no TLS: anyone on the way can read everything, including the password |
///
/// A URL may name the user, `imaps://alice@mail.example`, but never the password.
#[must_use]
pub struct Connector {
    address: Address,
    login: Login,
    config: Arc<Config>,
    trust: Trust,
    hold: usize,
    connect_timeout: Duration,
}

enum Login {
    /// No login, unless the URL names a user.
    Unsaid,
    /// As the user of the URL.
    Password(String),
    Credentials(Credentials),
}

impl Connector {
    /// Takes a URL apart; connects to nothing yet.
    ///
    /// # Errors
    ///
    /// [`ConnectError::Url`].
    pub fn new(url: &str) -> Result<Self, ConnectError> {
        Ok(Self {
            address: Address::parse(url)?,
            login: Login::Unsaid,
            config: Arc::default(),
            trust: Trust::Platform,
            hold: 16 << 20,
            connect_timeout: Duration::from_secs(60),
        })
    }

    /// Logs in as the user of the URL, in the way that the server offers.
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.login = Login::Password(password.into());
        self
    }

    /// Logs in with these.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.login = Login::Credentials(credentials);
        self
    }

    /// Limits, deadlines and tracking of the machine. (`security` follows from the URL.) Many connections can share them:
    /// `Arc::clone(&config)`.
    pub fn config(mut self, config: impl Into<Arc<Config>>) -> Self {
        self.config = config.into();
        self
    }

    /// Trusts these certificate authorities, and not those of the operating system.
    pub fn roots(mut self, roots: Vec<CertificateDer<'static>>) -> Self {
        self.trust = Trust::Roots(roots);
        self
    }

    /// Uses this configuration of TLS: for client certificates, or for a verifier of your own.
    pub fn tls(mut self, config: Arc<ClientConfig>) -> Self {
        self.trust = Trust::Config(config);
        self
    }

    /// How many octets of one command's answer are held until they are taken. Beyond that the answer ends with
    /// [`CommandError::Overflow`](crate::CommandError::Overflow), and everything else goes on. Default 16 MiB.
    pub fn hold(mut self, octets: usize) -> Self {
        self.hold = octets;
        self
    }

    /// How long connecting may take, from TCP to being logged in. Default 60 s. Looking up the name is not included: it takes as
    /// long as the system allows.
    pub fn connect_timeout(mut self, span: Duration) -> Self {
        self.connect_timeout = span;
        self
    }

    /// The user that the URL names.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.address.user.as_deref()
    }

    /// Connects: TCP, TLS, greeting, STARTTLS, login. When it returns, the session can be used.
    ///
    /// If the host has several addresses, and one does not answer within 250 ms, the next one is tried beside it (RFC 8305), in
    /// a thread that ends with the attempt.
    ///
    /// # Errors
    ///
    /// [`ConnectError`].
    pub fn connect(self) -> Result<Client, ConnectError> {
        let plan = self.plan()?;
        let name = match self.address.host.contains(':') {
            true => format!("[{}]:{}", self.address.host, self.address.port),
            false => format!("{}:{}", self.address.host, self.address.port),
        };
        let unreachable = |error| ConnectError::Unreachable {
            address: name.clone(),
            error,
        };
        let target = (self.address.host.as_str(), self.address.port);
        let addresses = target.to_socket_addrs().map_err(unreachable)?;
        let limit = Limit::new(self.connect_timeout);
        match happy_eyeballs::connect(addresses, limit.at) {
            Ok(socket) => self.open(socket, plan, limit),
            Err(error) => {
                limit.left(|| format!("connecting to {name}"))?;
                Err(unreachable(error))
            }
        }
    }

    /// The same over a connected socket: through a proxy, or with socket options of your own. The URL still says whether TLS is
    /// used, and for which name.
    ///
    /// # Errors
    ///
    /// [`ConnectError`].
    pub fn over(self, socket: TcpStream) -> Result<Client, ConnectError> {
        let plan = self.plan()?;
        let limit = Limit::new(self.connect_timeout);
        self.open(socket, plan, limit)
    }

    fn open(self, socket: TcpStream, plan: Plan, limit: Limit) -> Result<Client, ConnectError> {
        let tls = Tls::new(self.trust, self.address.host);
        let mut socket = Socket::new(socket, tls).map_err(|error| failed(&Arc::new(error)))?;
        if self.address.security == Security::Tls {
            handshake(&mut socket, limit)?;
        }
        let mut config = self.config;
        if plan.starttls {
            Arc::make_mut(&mut config).security = client::TlsPolicy::RequireStartTls;
        }
        let clock = Clock::start();
        let until = clock.now() + limit.at.saturating_duration_since(Instant::now());
        let done = config.timeouts.done;
        let connection = ClientConnection::new(config, clock.told());
        let driver = Driver::new(connection, clock, Box::new(socket));
        let mut client = Client::new(driver, Inboxes::new(self.hold), done);
        match open(&mut client, plan, until)? {
            true => Ok(client),
            false => Err(limit.passed(client.diagnosis().to_string())),
        }
    }

    fn plan(&self) -> Result<Plan, ConnectError> {
        let mut plan = Plan::default();
        plan.starttls = self.address.security == Security::StartTls;
        plan.credentials = match (&self.login, &self.address.user) {
            (Login::Credentials(credentials), _) => Some(credentials.clone()),
            (Login::Password(password), Some(user)) => Some(Credentials::password(user, password)),
            (Login::Unsaid, None) => None,
            (Login::Password(_), None) | (Login::Unsaid, Some(_)) => {
                return Err(ConnectError::Credentials);
            }
        };
        Ok(plan)
    }
}

fn handshake(socket: &mut Socket, limit: Limit) -> Result<(), ConnectError> {
    let mut shaken = socket.upgrade(Layer::Tls).and_then(|()| socket.upgraded());
    loop {
        shaken = match shaken {
            Err(error) if is_for_later(&error) => {
                let left = limit.left(|| "TLS handshake".to_owned())?;
                let waited = socket.wait(socket.wants_flush(), left);
                waited.and_then(|()| socket.upgraded())
            }
            shaken => return shaken.map_err(|error| failed(&Arc::new(error))),
        }
    }
}

/// Shows the events to the opener of the session too.
struct Watched<'c> {
    inboxes: &'c mut Inboxes,
    opening: &'c mut Opening,
}

impl Application for Watched<'_> {
    fn event(&mut self, event: Event<'_>) -> Option<CommandHandle> {
        self.opening.observe(&event);
        self.inboxes.event(event)
    }
}

/// From the greeting to a session. Returns whether it was ready in time.
fn open(
    client: &mut Client,
    plan: Plan,
    until: imap_machine::Instant,
) -> Result<bool, ConnectError> {
    let mut opening = Opening::new(plan);
    loop {
        let Client {
            driver, inboxes, ..
        } = client;
        let opening = &mut opening;
        driver.drain(&mut Watched { inboxes, opening });
        match opening.advance(&mut driver.connection, driver.clock.told()) {
            Ok(Readiness::Ready) => return Ok(true),
            Ok(Readiness::Pending) => {}
            Err(error) => return Err(explain(client, error)),
        }
        // This also writes the commands that have been sent.
        driver.drain(&mut Watched { inboxes, opening });
        if driver.clock.now() >= until {
            return Ok(false);
        }
        if !driver.exchange() {
            driver.wait(Some(until));
        }
    }
}

fn explain(client: &Client, error: OpenError) -> ConnectError {
    match (&error, &client.driver.failure) {
        (OpenError::Closed(closed), Some(failure)) => match closed.reason() {
            CloseReason::Transport | CloseReason::UpgradeFailed(_) => failed(failure),
            _ => error.into(),
        },
        _ => error.into(),
    }
}

fn failed(error: &Arc<io::Error>) -> ConnectError {
    match TlsError::inside(error) {
        Some(error) => ConnectError::Tls(error),
        None => ConnectError::Transport(Arc::clone(error)),
    }
}

/// How long connecting may take.
#[derive(Clone, Copy)]
struct Limit {
    after: Duration,
    at: Instant,
}

impl Limit {
    fn new(after: Duration) -> Self {
        // If the clock cannot show the span, it is a year.
        let year = Duration::from_secs(365 * 24 * 3600);
        let now = Instant::now();
        Self {
            after,
            at: now.checked_add(after).unwrap_or(now + year),
        }
    }

    fn left(self, doing: impl FnOnce() -> String) -> Result<Duration, ConnectError> {
        match self.at.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(self.passed(doing())),
            left => Ok(left),
        }
    }

    fn passed(self, doing: String) -> ConnectError {
        ConnectError::TimedOut {
            after: self.after,
            doing,
        }
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("address", &self.address)
            .field("config", &self.config)
            .field("hold", &self.hold)
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}
