//! What to connect to, and how.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use imap_machine::client::desk::Pace;
use imap_machine::client::session::{Credentials, Method, Plan};
use imap_machine::client::{Config, TlsPolicy};
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;

use crate::address::{Address, Security};
use crate::binding::ChannelBinding;
use crate::error::ConnectError;
use crate::scram;
use crate::tls::Tls;

/// What to connect to, and how. It can be used for any number of connections: they share its settings and its sessions of TLS.
///
/// | URL | default port | |
/// |---|---|---|
/// | `imaps://host` | 993 | TLS from the first octet |
/// | `imap+starttls://host` | 143 | TLS by STARTTLS; nothing secret is sent without |
/// | `imap://host` | 143 | no TLS: anyone on the way can read everything |
///
/// With TLS the password is sent, which takes the fewest round trips. Without TLS it is proved by SCRAM if the server offers that, and sent
/// if not: who writes `imap://` has asked for it. [`Credentials::by`] says otherwise: [`Method::Scram`] never sends it,
/// [`Method::Strongest`] binds the login to the TLS below it where that is offered.
///
/// The name of the host is ASCII, unless the feature `idn` is on. A URL may name the user, `imaps://alice@mail.example`, but never the password.
#[derive(Clone)]
#[must_use]
pub struct Connector {
    pub(crate) address: Address,
    login: Login,
    id: Option<Vec<(String, String)>>,
    pub(crate) config: Arc<Config>,
    pub(crate) tls: Tls,
    pub(crate) pace: Pace,
    pub(crate) connect_timeout: Duration,
}

#[derive(Clone)]
enum Login {
    /// No login, unless the URL names a user.
    Unsaid,
    /// As the user of the URL.
    Password(String),
    Credentials(Credentials),
    /// Asked each time.
    Provider(Arc<Provider>),
}

type Provider = dyn Fn() -> Result<Credentials, Box<dyn Error + Send + Sync>> + Send + Sync;

impl Connector {
    /// Takes a URL apart; connects to nothing yet.
    ///
    /// # Errors
    ///
    /// [`ConnectError::Url`]
    pub fn new(url: &str) -> Result<Self, ConnectError> {
        let address = Address::parse(url)?;
        Ok(Self {
            tls: Tls::new(&address.host),
            config: secured(Arc::default(), &address),
            address,
            login: Login::Unsaid,
            id: None,
            pace: Pace::default(),
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

    /// Asks for the credentials each time a connection is made, for tokens that expire and passwords that are not to be kept. Nothing is
    /// connected yet. While it is asked, the task or the thread waits: what takes long is better asked before, and then put into a
    /// clone by [`credentials`](Self::credentials).
    pub fn provider(
        mut self,
        provider: impl Fn() -> Result<Credentials, Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
    ) -> Self {
        self.login = Login::Provider(Arc::new(provider));
        self
    }

    /// Tells who we are, with ID (RFC 2971), if the server has ID: [`Plan::id`].
    pub fn id<N: Into<String>, V: Into<String>>(
        mut self,
        about_us: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let about_us = about_us.into_iter();
        let pairs = about_us.map(|(name, value)| (name.into(), value.into()));
        self.id = Some(pairs.collect());
        self
    }

    /// Limits, deadlines and tracking of the machine. (`security` follows from the URL.) Many connections can share them:
    /// `Arc::clone(&config)`.
    pub fn config(mut self, config: impl Into<Arc<Config>>) -> Self {
        self.config = secured(config.into(), &self.address);
        self
    }

    /// Trusts these certificates, and not those of the operating system: authorities, or the server's own certificate, as
    /// `openssl req -x509` makes it.
    pub fn roots(mut self, roots: Vec<CertificateDer<'static>>) -> Self {
        self.tls = Tls::trusting(&self.address.host, roots);
        self
    }

    /// Uses this configuration of TLS: for client certificates, or for a verifier of your own.
    pub fn tls(mut self, config: Arc<ClientConfig>) -> Self {
        self.tls = Tls::configured(&self.address.host, config);
        self
    }

    /// How much is held for readers, and how long others wait for a slow one.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// How long connecting may take, from looking up the name to being logged in. Default 60 s.
    pub fn connect_timeout(mut self, span: Duration) -> Self {
        self.connect_timeout = span;
        self
    }

    /// The user that the URL names.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.address.user.as_deref()
    }

    /// Where the server is.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    pub(crate) fn plan(&self, binding: &ChannelBinding) -> Result<Plan, ConnectError> {
        let mut plan = Plan::default();
        plan.starttls = self.address.security == Security::StartTls;
        plan.id.clone_from(&self.id);
        plan.credentials = match (&self.login, &self.address.user) {
            (Login::Credentials(credentials), _) => Some(credentials.clone()),
            (Login::Provider(provider), _) => {
                let provided = provider();
                Some(provided.map_err(|error| ConnectError::Provider(error.into()))?)
            }
            (Login::Password(password), Some(user)) => Some(Credentials::password(user, password)),
            (Login::Unsaid, None) => None,
            (Login::Password(_), None) | (Login::Unsaid, Some(_)) => {
                return Err(ConnectError::Credentials);
            }
        };
        if let Some(Credentials::Password {
            user,
            password,
            method,
        }) = &mut plan.credentials
        {
            if *method == Method::Offered && self.address.security == Security::Plain {
                *method = Method::Strongest;
            }
            plan.mechanisms = Some(scram::mechanisms(user, password, binding.clone()));
        }
        Ok(plan)
    }
}

/// With STARTTLS nothing secret may be sent before it.
fn secured(mut config: Arc<Config>, address: &Address) -> Arc<Config> {
    if address.security == Security::StartTls {
        Arc::make_mut(&mut config).security = TlsPolicy::RequireStartTls;
    }
    config
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("address", &self.address)
            .field("config", &self.config)
            .field("pace", &self.pace)
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}
