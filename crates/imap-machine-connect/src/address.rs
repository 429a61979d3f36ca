//! IMAP URLs (RFC 5092): what to connect to, and how it is secured.

use percent_encoding::percent_decode_str;
use thiserror::Error;
use url::{Host, Url};

/// The parts of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// How it is secured.
    pub security: Security,
    /// A name in its ASCII form, or an IP address without brackets.
    pub host: String,
    /// The port: as given, or 993 for `imaps` and 143 otherwise.
    pub port: u16,
    /// The user it names.
    pub user: Option<String>,
}

/// How the connection is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// `imap://`: not at all.
    Plain,
    /// `imap+starttls://`: by STARTTLS. Without it the connection is not used.
    StartTls,
    /// `imaps://`: TLS from the first octet (RFC 8314).
    Tls,
}

/// A URL that cannot be connected to. The URL is not shown, since it may hold a password.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlError {
    /// Not a URL.
    #[error("not a URL: {0}")]
    Malformed(#[from] url::ParseError),
    /// Another scheme.
    #[error("the URL has to begin with imaps://, imap+starttls:// or imap://")]
    Scheme,
    /// No host.
    #[error("the URL names no host")]
    NoHost,
    /// A password in the URL: URLs end up in logs, histories and process lists.
    #[error("a password does not belong in a URL; use `password` or `credentials`")]
    Password,
    /// A user name that is not UTF-8 when it is decoded, or that says how to authenticate
    /// (`;AUTH=`, RFC 5092).
    #[error("the URL's user is not a plain user name; use `credentials`")]
    User,
    /// A mailbox, query or fragment.
    #[error("the URL has to end after host and port; mailboxes are selected later")]
    Path,
}

impl Address {
    /// Takes a URL apart. The URL may name no mailbox and no password.
    ///
    /// # Errors
    ///
    /// [`UrlError`]: the URL cannot be connected to.
    pub fn parse(url: &str) -> Result<Self, UrlError> {
        let url = Url::parse(url)?;
        let (security, default_port) = match url.scheme() {
            "imaps" => (Security::Tls, 993),
            "imap+starttls" => (Security::StartTls, 143),
            "imap" => (Security::Plain, 143),
            _ => return Err(UrlError::Scheme),
        };
        if url.password().is_some() {
            return Err(UrlError::Password);
        }
        let bare = matches!(url.path(), "" | "/");
        if !bare || url.query().is_some() || url.fragment().is_some() {
            return Err(UrlError::Path);
        }
        Ok(Self {
            security,
            host: host(&url)?,
            port: url.port().unwrap_or(default_port),
            user: user(&url)?,
        })
    }
}

fn host(url: &Url) -> Result<String, UrlError> {
    match url.host() {
        // Hosts of schemes that the `url` crate does not know are left as they are.
        Some(Host::Domain(name)) if !name.is_empty() => {
            let name = percent_decode_str(name).decode_utf8_lossy();
            Ok(match Host::parse(&name)? {
                Host::Domain(name) => name,
                Host::Ipv4(address) => address.to_string(),
                Host::Ipv6(address) => address.to_string(),
            })
        }
        Some(Host::Ipv4(address)) => Ok(address.to_string()),
        Some(Host::Ipv6(address)) => Ok(address.to_string()),
        Some(Host::Domain(_)) | None => Err(UrlError::NoHost),
    }
}

fn user(url: &Url) -> Result<Option<String>, UrlError> {
    let user = url.username();
    if user.is_empty() {
        return Ok(None);
    }
    if user.contains([';', '*']) || user.to_ascii_uppercase().contains("%3BAUTH=") {
        return Err(UrlError::User);
    }
    let user = percent_decode_str(user).decode_utf8();
    user.map(|user| Some(user.into_owned()))
        .map_err(|_| UrlError::User)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<(Security, String, u16, Option<String>), UrlError> {
        Address::parse(url).map(|it| (it.security, it.host, it.port, it.user))
    }

    #[test]
    fn what_can_be_connected_to() {
        for (url, security, host, port, user) in [
            (
                "imaps://mail.example",
                Security::Tls,
                "mail.example",
                993,
                None,
            ),
            (
                "imap+starttls://m.example/",
                Security::StartTls,
                "m.example",
                143,
                None,
            ),
            (
                "imap://127.0.0.1:1143",
                Security::Plain,
                "127.0.0.1",
                1143,
                None,
            ),
            ("IMAPS://[::1]:9", Security::Tls, "::1", 9, None),
            (
                "imaps://b%C3%BCcher.example",
                Security::Tls,
                "xn--bcher-kva.example",
                993,
                None,
            ),
            (
                "imaps://a%40b.example@m.example",
                Security::Tls,
                "m.example",
                993,
                Some("a@b.example"),
            ),
        ] {
            let user = user.map(str::to_owned);
            assert_eq!(
                parse(url),
                Ok((security, host.to_owned(), port, user)),
                "{url}"
            );
        }
    }

    #[test]
    fn what_cannot() {
        for (url, error) in [
            ("https://mail.example", UrlError::Scheme),
            ("imaps://alice:secret@mail.example", UrlError::Password),
            ("imaps://alice;AUTH=*@mail.example", UrlError::User),
            ("imaps://mail.example/INBOX", UrlError::Path),
            ("imaps://mail.example?x", UrlError::Path),
            ("imaps:mail.example", UrlError::NoHost),
            ("imaps:///", UrlError::NoHost),
            (
                "mail.example",
                UrlError::Malformed(url::ParseError::RelativeUrlWithoutBase),
            ),
        ] {
            let parsed = parse(url);
            assert!(
                matches!(parsed, Err(found) if found == error || matches!(error, UrlError::NoHost)),
                "{url}: {parsed:?}"
            );
        }
    }
}
