//! IMAP URLs (RFC 5092): what to connect to, and how it is secured.

use std::net::{Ipv4Addr, Ipv6Addr};

use percent_encoding::percent_decode_str;
use thiserror::Error;

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
    #[error("not a URL of scheme, host and port")]
    Malformed,
    /// Another scheme.
    #[error("the URL has to begin with imaps://, imap+starttls:// or imap://")]
    Scheme,
    /// A host whose name is not ASCII, without the feature `idn`.
    #[error(
        "the name of the host is not ASCII; write it in its ASCII form (xn--...), or switch on the feature `idn`"
    )]
    NotAscii,
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
        let (scheme, rest) = url.split_once("://").ok_or(UrlError::Malformed)?;
        let (security, default_port) = match scheme.to_ascii_lowercase().as_str() {
            "imaps" => (Security::Tls, 993),
            "imap+starttls" => (Security::StartTls, 143),
            "imap" => (Security::Plain, 143),
            _ => return Err(UrlError::Scheme),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (user_name(user)?, host),
            None => (None, authority),
        };
        if !matches!(path, "" | "/") {
            return Err(UrlError::Path);
        }
        let (host, port) = host_and_port(host)?;
        Ok(Self {
            security,
            host,
            port: port.unwrap_or(default_port),
            user,
        })
    }
}

/// The user of a URL, in which octets may be written as `%40`.
fn user_name(user: &str) -> Result<Option<String>, UrlError> {
    if user.contains(':') {
        return Err(UrlError::Password);
    }
    if user.contains([';', '*']) || user.to_ascii_uppercase().contains("%3BAUTH=") {
        return Err(UrlError::User);
    }
    let user = percent_decode_str(user).decode_utf8();
    let user = user.map_err(|_| UrlError::User)?.into_owned();
    Ok((!user.is_empty()).then_some(user))
}

/// `host`, `host:port` or `[address]:port`. An empty port is the default one (RFC 3986 section 3.2.3).
fn host_and_port(text: &str) -> Result<(String, Option<u16>), UrlError> {
    let (host, port) = match text.strip_prefix('[') {
        Some(bracketed) => {
            let (address, port) = bracketed.split_once(']').ok_or(UrlError::Malformed)?;
            let address: Ipv6Addr = address.parse().map_err(|_| UrlError::Malformed)?;
            (address.to_string(), port)
        }
        None => {
            let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            (host_name(host)?, port)
        }
    };
    let port = match port.strip_prefix(':') {
        Some("") => None,
        Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
            Some(digits.parse().map_err(|_| UrlError::Malformed)?)
        }
        None if port.is_empty() => None,
        _ => return Err(UrlError::Malformed),
    };
    Ok((host, port))
}

fn host_name(text: &str) -> Result<String, UrlError> {
    let name = percent_decode_str(text).decode_utf8();
    let name = ascii(&name.map_err(|_| UrlError::Malformed)?)?;
    if name.is_empty() {
        return Err(UrlError::NoHost);
    }
    let is_in_names = |octet: u8| octet.is_ascii_alphanumeric() || b"-._".contains(&octet);
    // No domain ends with a number, so what does has to be an address.
    let last = name.trim_end_matches('.').rsplit('.').next();
    let has_number = last.is_some_and(|label| label.bytes().all(|octet| octet.is_ascii_digit()));
    let is_sound = !has_number || name.parse::<Ipv4Addr>().is_ok();
    match is_sound && name.bytes().all(is_in_names) {
        true => Ok(name),
        false => Err(UrlError::Malformed),
    }
}

/// The ASCII form of a name.
fn ascii(name: &str) -> Result<String, UrlError> {
    if name.is_ascii() {
        return Ok(name.to_ascii_lowercase());
    }
    #[cfg(feature = "idn")]
    return idna::domain_to_ascii(name).map_err(|_| UrlError::Malformed);
    #[cfg(not(feature = "idn"))]
    Err(UrlError::NotAscii)
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
                "imap://mail.example:",
                Security::Plain,
                "mail.example",
                143,
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
    fn names_that_are_not_ascii_need_a_feature() {
        let ascii = match cfg!(feature = "idn") {
            true => Ok("xn--bcher-kva.example".to_owned()),
            false => Err(UrlError::NotAscii),
        };
        for url in ["imaps://b%C3%BCcher.example", "imaps://b\u{fc}cher.example"] {
            assert_eq!(Address::parse(url).map(|it| it.host), ascii, "{url}");
        }
    }

    #[test]
    fn what_cannot() {
        for (url, error) in [
            ("https://mail.example", UrlError::Scheme),
            ("imaps://alice:secret@mail.example", UrlError::Password),
            ("imaps://alice;AUTH=*@mail.example", UrlError::User),
            ("imaps://alice%3bauth=PLAIN@mail.example", UrlError::User),
            ("imaps://a%FFb@mail.example", UrlError::User),
            ("imaps://mail.example/INBOX", UrlError::Path),
            ("imaps://mail.example?x", UrlError::Path),
            ("imaps://mail.example#x", UrlError::Path),
            ("imaps://", UrlError::NoHost),
            ("imaps:///", UrlError::NoHost),
            ("imaps://alice@:993", UrlError::NoHost),
            ("mail.example", UrlError::Malformed),
            ("imaps:mail.example", UrlError::Malformed),
            ("imaps://mail.example:99999", UrlError::Malformed),
            ("imaps://mail.example:+93", UrlError::Malformed),
            ("imaps://mail.example:9:9", UrlError::Malformed),
            ("imaps://[::1", UrlError::Malformed),
            ("imaps://[::1]9", UrlError::Malformed),
            ("imaps://[mail.example]", UrlError::Malformed),
            ("imaps://mail example", UrlError::Malformed),
            ("imaps://mail%00.example", UrlError::Malformed),
            ("imaps://127.0.0.256", UrlError::Malformed),
        ] {
            assert_eq!(parse(url), Err(error), "{url}");
        }
    }
}
