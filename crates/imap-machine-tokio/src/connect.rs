//! From a URL to a session.

use std::fmt;
use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::time::Duration;

use imap_machine::Layer;
use imap_machine::client::session::{Credentials, OpenError, Opening, Plan};
use imap_machine::client::{self, ClientConnection, Config};
use imap_machine::error::CloseReason;
use imap_machine_connect::{Address, Security, TlsError, Trust};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tracing::Instrument;

use crate::application::{Exit, Open};
use crate::client::Client;
use crate::clock::Clock;
use crate::connection::Connection;
use crate::driver::Driver;
use crate::error::ConnectError;
use crate::happy_eyeballs;
use crate::observer::{Observer, Observers};
use crate::session::Session;
use crate::shared::Shared;
use crate::tls::Tls;
use crate::transport::{Io, Transport};

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
    observer: Option<Box<dyn Observer + Send>>,
}

enum Login {
    /// No login, unless the URL names a user.
    Unsaid,
    /// As the user of the URL.
    Password(String),
    Credentials(Credentials),
}

impl Connector {
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
            observer: None,
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

    /// How many octets of one command's answer are held for a slow reader. Beyond that the answer ends with
    /// [`CommandError::Overflow`](crate::CommandError::Overflow), and everything else goes on. Default 16 MiB.
    ///
    /// A runtime may poll the connection some dozens of times before it polls a reader that is ready. So below 2 MiB the answer of a
    /// reader that is not slow may end too.
    pub fn hold(mut self, octets: usize) -> Self {
        self.hold = octets;
        self
    }

    /// How long connecting may take, from looking up the name to being logged in. Default 60 s.
    pub fn connect_timeout(mut self, span: Duration) -> Self {
        self.connect_timeout = span;
        self
    }

    /// Lets the observer watch, from the greeting on.
    pub fn observe(mut self, observer: Box<dyn Observer + Send>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// The user that the URL names.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.address.user.as_deref()
    }

    /// Connects: TCP, TLS, greeting, STARTTLS, login. When it returns, the session can be used, as soon as the
    /// [`Connection`] is polled.
    ///
    /// If the host has several addresses, and one does not answer within 250 ms, the next one is tried beside it (RFC 8305).
    ///
    /// # Errors
    ///
    /// [`ConnectError`].
    pub async fn connect(self) -> Result<(Client, Connection), ConnectError> {
        let plan = self.plan()?;
        let limit = self.limit();
        let (host, port) = (self.address.host.clone(), self.address.port);
        let address = match host.contains(':') {
            true => format!("[{host}]:{port}"),
            false => format!("{host}:{port}"),
        };
        let connecting = happy_eyeballs::connect(&host, port);
        let connected = limit.keep(connecting, || format!("connecting to {address}"));
        let stream = connected
            .await?
            .map_err(|error| ConnectError::Unreachable { address, error })?;
        // Commands are small, and each is waited for. If the option cannot be set, the transport is only slower.
        let _ = stream.set_nodelay(true);
        self.open(Box::new(stream), plan, limit).await
    }

    /// The same over a connected transport: a Unix socket, a tunnel, a test's pipe. The URL still says whether TLS is used, and for
    /// which name.
    ///
    /// # Errors
    ///
    /// [`ConnectError`].
    pub async fn over<T>(self, transport: T) -> Result<(Client, Connection), ConnectError>
    where
        T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let plan = self.plan()?;
        let limit = self.limit();
        self.open(Box::new(transport), plan, limit).await
    }

    async fn open(
        self,
        transport: Box<dyn Io>,
        plan: Plan,
        limit: Limit,
    ) -> Result<(Client, Connection), ConnectError> {
        let span = tracing::debug_span!("imap", host = self.address.host, port = self.address.port);
        let tls = Tls::new(self.trust, self.address.host);
        let upgrade = Box::new(move |layer, below| tls.begin(layer, below));
        let mut transport = Transport::new(transport, upgrade);
        if self.address.security == Security::Tls {
            let handshake = limit.keep(handshake(&mut transport), || "TLS handshake".to_owned());
            handshake.await??;
        }
        let mut config = self.config;
        if plan.starttls {
            Arc::make_mut(&mut config).security = client::TlsPolicy::RequireStartTls;
        }
        let clock = Clock::start();
        let core = ClientConnection::new(config, clock.now());
        let mut driver = Driver {
            core,
            transport,
            clock,
            observers: Observers(self.observer),
            failure: None,
        };
        open(&mut driver, plan, limit)
            .instrument(span.clone())
            .await?;

        let shared = Shared::new(self.hold);
        let (requests, received) = mpsc::unbounded_channel();
        let session = Session::new(received, Arc::clone(&shared));
        let connection = Connection::new(driver, session, span);
        Ok((Client::new(requests, shared), connection))
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

    fn limit(&self) -> Limit {
        let after = self.connect_timeout;
        let now = Instant::now();
        Limit {
            after,
            // If the clock cannot show the time, there is no limit.
            at: now.checked_add(after),
        }
    }
}

async fn handshake(transport: &mut Transport) -> Result<(), ConnectError> {
    let started = transport.upgrade(Layer::Tls);
    let result = match started {
        Ok(()) => poll_fn(|cx| transport.poll_upgrade(cx)).await,
        Err(error) => Err(error),
    };
    result.map_err(|error| failed(&Arc::new(error)))
}

/// From the greeting to a session.
async fn open(driver: &mut Driver, plan: Plan, limit: Limit) -> Result<(), ConnectError> {
    let mut app = Open::new(Opening::new(plan));
    let opened = limit.keep(poll_fn(|cx| driver.poll(&mut app, cx)), String::new);
    match opened.await {
        Ok(Exit::Finished) => Ok(app.result?),
        Ok(Exit::Closed(closed)) => Err(match (closed.reason(), &driver.failure) {
            (CloseReason::Transport | CloseReason::UpgradeFailed(_), Some(error)) => failed(error),
            _ => OpenError::Closed(closed).into(),
        }),
        Err(_) => Err(ConnectError::TimedOut {
            after: limit.after,
            doing: driver.core.diagnosis(driver.clock.now()).to_string(),
        }),
    }
}

fn failed(error: &Arc<std::io::Error>) -> ConnectError {
    match TlsError::inside(error) {
        Some(error) => ConnectError::Tls(error),
        None => ConnectError::Transport(Arc::clone(error)),
    }
}

/// How long connecting may take.
#[derive(Clone, Copy)]
struct Limit {
    after: Duration,
    at: Option<Instant>,
}

impl Limit {
    async fn keep<F: Future>(
        self,
        future: F,
        doing: impl FnOnce() -> String,
    ) -> Result<F::Output, ConnectError> {
        let Some(at) = self.at else {
            return Ok(future.await);
        };
        timeout_at(at, future)
            .await
            .map_err(|_| ConnectError::TimedOut {
                after: self.after,
                doing: doing(),
            })
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
