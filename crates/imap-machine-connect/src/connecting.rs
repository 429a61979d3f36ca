//! Connecting, without I/O: which step is next, how long it may take, and what a failure of it means.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use imap_machine::Instant;
use imap_machine::client::ClientConnection;
use imap_machine::client::desk::Desk;
use imap_machine::client::session::Plan;

use crate::address::Security;
use crate::binding::ChannelBinding;
use crate::connector::Connector;
use crate::error::ConnectError;
use crate::step::Step;
use crate::tls::Tls;

/// A connection that is being made.
///
/// An adapter does what [`step`](Self::step) says, and then calls [`done`](Self::done); or it returns the error that
/// [`failed`](Self::failed) or [`late`](Self::late) makes of what happened.
#[derive(Debug)]
pub struct Connecting<'c> {
    connector: &'c Connector,
    plan: Plan,
    binding: ChannelBinding,
    step: Step,
    until: Instant,
}

impl<'c> Connecting<'c> {
    /// Begins with looking up the host's addresses.
    ///
    /// # Errors
    ///
    /// [`ConnectError::Credentials`], [`ConnectError::Provider`]
    pub fn new(connector: &'c Connector, now: Instant) -> Result<Self, ConnectError> {
        let binding = ChannelBinding::default();
        Ok(Self {
            plan: connector.plan(&binding)?,
            connector,
            binding,
            step: Step::Resolve,
            until: now + connector.connect_timeout,
        })
    }

    /// The same over a transport that is connected already.
    ///
    /// # Errors
    ///
    /// [`ConnectError::Credentials`], [`ConnectError::Provider`]
    pub fn over(connector: &'c Connector, now: Instant) -> Result<Self, ConnectError> {
        let mut connecting = Self::new(connector, now)?;
        connecting.step = Step::Reach;
        connecting.done();
        Ok(connecting)
    }

    /// What has to be done next.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// The step has succeeded. Returns the next one; [`Step::Open`] is the last.
    pub fn done(&mut self) -> Step {
        self.step = match self.step {
            Step::Resolve => Step::Reach,
            Step::Reach if self.connector.address.security == Security::Tls => Step::Handshake,
            Step::Reach | Step::Handshake | Step::Open => Step::Open,
        };
        self.step
    }

    /// When it has to be done; then it is [`late`](Self::late).
    #[must_use]
    pub const fn until(&self) -> Instant {
        self.until
    }

    /// The time that is left.
    ///
    /// # Errors
    ///
    /// None is: it is [`late`](Self::late).
    pub fn left(&self, desk: Option<&Desk>, now: Instant) -> Result<Duration, ConnectError> {
        match now < self.until {
            true => Ok(self.until - now),
            false => Err(self.late(desk, now)),
        }
    }

    /// The name of the host, or its address without brackets, and the port.
    #[must_use]
    pub fn host(&self) -> (&'c str, u16) {
        let address = &self.connector.address;
        (&address.host, address.port)
    }

    /// What TLS to this host needs, now or by STARTTLS. [`Tls::shaken`] has to be told.
    #[must_use]
    pub fn tls(&self) -> Tls {
        self.connector.tls.binding(self.binding.clone())
    }

    /// A desk around a fresh connection, which opens the session: [`Desk::take_opened`].
    #[must_use]
    pub fn session(&self, now: Instant) -> Desk {
        let config = Arc::clone(&self.connector.config);
        let connection = ClientConnection::new(config, now);
        Desk::opening(connection, self.connector.pace, self.plan.clone())
    }

    /// The step has failed. (A failure of [`Step::Open`] is an
    /// [`OpenError`](imap_machine::client::session::OpenError), which converts into a [`ConnectError`].)
    #[must_use]
    pub fn failed(&self, error: io::Error) -> ConnectError {
        match self.step {
            Step::Resolve | Step::Reach => ConnectError::Unreachable {
                address: self.to_string(),
                error: Arc::new(error),
            },
            Step::Handshake | Step::Open => ConnectError::transport(Arc::new(error)),
        }
    }

    /// The step was not done in time. The desk, if there is one, says what it waits for.
    #[must_use]
    pub fn late(&self, desk: Option<&Desk>, now: Instant) -> ConnectError {
        let doing = match (self.step, desk) {
            (Step::Open, Some(desk)) => desk.connection().diagnosis(now).to_string(),
            (Step::Resolve, _) => format!("looking up {}", self.connector.address.host),
            (Step::Reach, _) => format!("connecting to {self}"),
            (Step::Handshake, _) => "TLS handshake".to_owned(),
            (Step::Open, None) => "opening the session".to_owned(),
        };
        ConnectError::TimedOut {
            after: self.connector.connect_timeout,
            step: self.step,
            doing,
        }
    }
}

/// Host and port, as in a URL.
impl fmt::Display for Connecting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host() {
            (host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            (host, port) => write!(f, "{host}:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;
    use std::sync::atomic::Ordering::Relaxed;

    use imap_machine::client::session::{Credentials, Method};
    use imap_machine::error::CloseReason;

    use super::*;

    const NOW: Instant = Instant::ORIGIN;

    fn steps(url: &str) -> Vec<Step> {
        let connector = Connector::new(url).unwrap();
        let mut connecting = Connecting::new(&connector, NOW).unwrap();
        let mut steps = vec![connecting.step()];
        while steps.last() != Some(&Step::Open) {
            steps.push(connecting.done());
        }
        let over = Connecting::over(&connector, NOW).unwrap();
        assert_eq!(over.step(), steps[2]);
        steps
    }

    #[test]
    fn tls_comes_first_where_the_url_says_so() {
        use Step::{Handshake, Open, Reach, Resolve};
        assert_eq!(
            steps("imaps://localhost"),
            [Resolve, Reach, Handshake, Open]
        );
        assert_eq!(steps("imap+starttls://localhost"), [Resolve, Reach, Open]);
        assert_eq!(steps("imap://localhost"), [Resolve, Reach, Open]);
    }

    #[test]
    fn a_failure_means_what_its_step_means() {
        let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
        let connector = Connector::new("imaps://[::1]").unwrap();
        let mut connecting = Connecting::new(&connector, NOW).unwrap();
        connecting.done();
        let error = connecting.failed(refused());
        assert!(error.is_retryable() && error.to_string().contains("[::1]:993"));
        connecting.done();
        let error = connecting.failed(refused());
        assert!(matches!(error, ConnectError::Transport(_)), "{error:?}");
        let corrupt = rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidCcs);
        let error = connecting.failed(io::Error::new(io::ErrorKind::InvalidData, corrupt));
        assert!(matches!(error, ConnectError::Tls(_)), "{error:?}");
        assert!(!error.is_retryable());

        let late = connecting.until();
        let left = connecting.left(None, NOW).unwrap();
        assert_eq!(left, Duration::from_secs(60));
        let error = connecting.left(None, late).unwrap_err();
        let at_handshake = Step::Handshake;
        assert!(matches!(error, ConnectError::TimedOut { step, .. } if step == at_handshake));
    }

    #[test]
    fn an_error_knows_the_end_of_its_connection() {
        let connector = Connector::new("imaps://localhost").unwrap();
        let connecting = Connecting::over(&connector, NOW).unwrap();
        let mut desk = connecting.session(NOW);
        desk.handle_input(b"* OK hi\r\n* NO too many sessions\r\n", NOW);
        desk.handle_eof(NOW);
        while desk.poll(NOW, |_| ()).is_some() {}
        let error = desk.take_opened().unwrap().unwrap_err();
        let error = ConnectError::from(error);
        let closed = error.closed().unwrap();
        assert_eq!(closed.reason(), &CloseReason::Eof);
        assert_eq!(closed.last_warning(), Some("NO too many sessions"));
        let failed = io::Error::from(io::ErrorKind::ConnectionReset);
        for error in [
            ConnectError::Credentials,
            Connector::new("http://x").unwrap_err(),
            ConnectError::Transport(Arc::new(failed)),
            connecting.late(None, NOW),
        ] {
            assert!(error.closed().is_none(), "{error:?}");
        }
    }

    #[test]
    fn user_and_password_come_together() {
        let connect = |connector: Connector| Connecting::new(&connector, NOW).map(drop);
        let anyone = || Connector::new("imaps://localhost").unwrap();
        let alice = || Connector::new("imaps://alice@localhost").unwrap();
        assert!(connect(anyone()).is_ok());
        assert!(connect(alice().password("secret")).is_ok());
        for incomplete in [alice(), anyone().password("secret")] {
            assert!(!format!("{incomplete:?}").contains("secret"));
            let error = connect(incomplete).unwrap_err();
            assert!(error.is_credentials(), "{error:?}");
        }
    }

    #[test]
    fn a_provider_is_asked_for_each_connection() {
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        let connector = Connector::new("imaps://localhost").unwrap();
        let connector = connector.provider(move || match count.fetch_add(1, Relaxed) {
            2 => Err("the key ring is locked".into()),
            n => Ok(Credentials::password("alice", format!("secret {n}"))),
        });
        assert!(!format!("{connector:?}").contains("secret"));
        for n in 0..2 {
            let connecting = Connecting::new(&connector, NOW).unwrap();
            assert_eq!(asked.load(Relaxed), n + 1);
            let password = connecting.plan.credentials.unwrap();
            assert!(password == Credentials::password("alice", format!("secret {n}")));
        }
        let error = Connecting::new(&connector, NOW).unwrap_err();
        assert!(error.is_credentials() && !error.is_retryable());
        assert!(error.to_string().contains("key ring"), "{error}");
    }

    #[test]
    fn who_we_are_is_told() {
        let connector = Connector::new("imap://localhost").unwrap();
        let connector = connector.id([("name", "mailer")]);
        let connecting = Connecting::over(&connector, NOW).unwrap();
        let mut desk = connecting.session(NOW);
        desk.handle_input(b"* PREAUTH [CAPABILITY IMAP4rev1 ID] hi\r\n", NOW);
        while desk.poll(NOW, |_| ()).is_some() {}
        let written = desk.connection().transmit();
        assert_eq!(written, b"A1 ID (\"name\" \"mailer\")\r\n");
    }

    /// Who writes `imap://` has asked for a password in clear, but not if it can be kept.
    #[test]
    fn in_clear_the_password_is_kept_where_that_is_possible() {
        let method = |url: &str, method| {
            let connector = Connector::new(url).unwrap();
            let connector = connector.credentials(Credentials::password("a", "b").by(method));
            let plan = Connecting::new(&connector, NOW).unwrap().plan;
            assert!(plan.mechanisms.is_some());
            match plan.credentials {
                Some(Credentials::Password { method, .. }) => method,
                other => panic!("{other:?}"),
            }
        };
        let (tls, starttls) = ("imaps://localhost", "imap+starttls://localhost");
        let clear = "imap://localhost";
        for url in [tls, starttls] {
            assert_eq!(method(url, Method::Offered), Method::Offered);
        }
        assert_eq!(method(clear, Method::Offered), Method::Strongest);
        assert_eq!(method(clear, Method::Plain), Method::Plain);
        assert_eq!(method(clear, Method::Scram), Method::Scram);
    }

    #[test]
    fn starttls_is_required_and_settings_are_shared() {
        let config = Arc::new(imap_machine::client::Config::default());
        let connector = Connector::new("imap://localhost").unwrap();
        let connector = connector.config(Arc::clone(&config)).clone();
        let connecting = Connecting::over(&connector, NOW).unwrap();
        let _desks = [connecting.session(NOW), connecting.session(NOW)];
        assert_eq!(Arc::strong_count(&config), 4);

        let connector = Connector::new("imap+starttls://localhost").unwrap();
        let connecting = Connecting::over(&connector, NOW).unwrap();
        let mut desk = connecting.session(NOW);
        desk.handle_input(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n", NOW);
        while desk.poll(NOW, |_| ()).is_some() {}
        assert_eq!(desk.connection().transmit(), b"A1 STARTTLS\r\n");
    }
}
