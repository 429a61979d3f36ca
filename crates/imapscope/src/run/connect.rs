//! From the options of the command line to a connector.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use imap_machine::client::Config;
use imap_machine::client::Timeouts;
use imap_machine::client::session::Credentials;
use imap_machine_tokio::Connector;
use imap_machine_tokio::rustls::pki_types::CertificateDer;
use imap_machine_tokio::rustls::pki_types::pem::PemObject as _;

use super::advice;
use crate::cli;
use crate::style::{DOUBT, Styled};

pub fn connector(options: &cli::Run) -> anyhow::Result<Connector> {
    let connector = Connector::new(&options.url).map_err(advice::connecting)?;
    let mut connector = connector
        .config(config(options))
        .connect_timeout(options.timeout);
    let user = match (&options.user, connector.user()) {
        (Some(option), Some(url)) if option != url => {
            bail!("the URL names the user {url}, and --user another; leave one of them out")
        }
        (Some(user), _) => Some(user.clone()),
        (None, user) => user.map(str::to_owned),
    };
    match (user, password(options)?) {
        (Some(user), Some(password)) => {
            warn_if_readable(&options.url);
            connector = connector.credentials(Credentials::password(user, password));
        }
        (Some(_), None) => bail!(
            "there is a user but no password; it comes from --password-file FILE or --password-stdin"
        ),
        (None, Some(_)) => bail!("there is a password but no user; add --user NAME"),
        (None, None) => {}
    }
    if let Some(file) = &options.ca {
        connector = connector.roots(certificates(file)?);
    }
    Ok(connector)
}

/// The settings. `--timeout` bounds silence only: a transfer that makes progress may take any time.
fn config(options: &cli::Run) -> Config {
    let span = options.timeout;
    let mut timeouts = Timeouts::default();
    for patience in [
        &mut timeouts.greeting,
        &mut timeouts.completion,
        &mut timeouts.continuation,
        &mut timeouts.literal,
        &mut timeouts.done,
        &mut timeouts.upgrade,
    ] {
        *patience = span;
    }
    let mut config = Config::default();
    config.timeouts = timeouts;
    config
}

fn password(options: &cli::Run) -> anyhow::Result<Option<String>> {
    let (line, from) = if let Some(path) = &options.password_file {
        let from = path.display().to_string();
        let file =
            File::open(path).with_context(|| format!("cannot open the password file {from}"))?;
        (first_line(BufReader::new(file)), from)
    } else if options.password_stdin {
        (first_line(io::stdin().lock()), "standard input".to_owned())
    } else {
        return Ok(None);
    };
    let line = line.with_context(|| format!("cannot read a password from {from}"))?;
    ensure!(
        !line.is_empty(),
        "the first line of {from} is empty: no password"
    );
    Ok(Some(line))
}

fn first_line(mut input: impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    input.read_line(&mut line)?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line)
}

fn certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let shown = path.display();
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("cannot read certificates from {shown}"))?;
    ensure!(
        !certificates.is_empty(),
        "{shown} holds no certificate in PEM form"
    );
    Ok(certificates)
}

fn warn_if_readable(url: &str) {
    if url.to_ascii_lowercase().starts_with("imap://") {
        anstream::eprintln!(
            "{} imap:// is not encrypted: the password can be read on the way; imaps:// or imap+starttls:// protect it",
            Styled(DOUBT, "warning:")
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_a_line() {
        for (input, password) in [
            ("secret", "secret"),
            ("secret\n", "secret"),
            ("secret\r\nsecond\n", "secret"),
            (" with spaces \n", " with spaces "),
            ("\n", ""),
            ("", ""),
        ] {
            assert_eq!(first_line(input.as_bytes()).unwrap(), password);
        }
    }
}
