//! Connects, selects, fetches all flags, and logs out.

use std::error::Error;
use std::sync::Arc;

use async_imap::Client;
use futures_util::TryStreamExt;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::crypto::ring;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    let socket = TcpStream::connect(("mail.example", 993)).await?;
    let tls = TlsConnector::from(Arc::new(config));
    let tls = tls.connect("mail.example".try_into()?, socket).await?;
    let mut client = Client::new(tls);
    client.read_response().await?.ok_or("no greeting")?;
    let login = client.login("alice", "secret").await;
    let mut session = login.map_err(|(error, _)| error)?;
    session.select("INBOX").await?;
    {
        let mut messages = session.uid_fetch("1:*", "(UID FLAGS)").await?;
        while let Some(message) = messages.try_next().await? {
            println!(
                "{:?} {:?}",
                message.uid,
                message.flags().collect::<Vec<_>>()
            );
        }
    }
    session.logout().await?;
    Ok(())
}
