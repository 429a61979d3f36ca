//! Lists the unseen messages of the inbox, then waits for new ones: `unseen imaps://alice@mail.example`.
//!
//! The password comes from the environment variable `IMAP_PASSWORD`.

use std::error::Error;
use std::process::ExitCode;

use imap_machine_tokio::{
    Client, CommandOptions, Connector, Event, Search, Untagged, Update, connect,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("usage: unseen URL")?;
    let password = std::env::var("IMAP_PASSWORD").map_err(|_| "IMAP_PASSWORD is not set")?;
    let server = Connector::new(&url)?.password(password);
    let (client, connection) = connect(&server).await?;
    let connection = tokio::spawn(connection);

    let inbox = client.examine("INBOX").await?;
    println!("{} messages", inbox.exists);
    list_unseen(&client).await?;

    let mut idle = client.idle(CommandOptions::refreshing());
    println!("waiting for the next message");
    while let Some(update) = idle.next().await {
        if let Update::Event(Event::Untagged {
            data: Untagged::Exists(count),
            ..
        }) = update?
        {
            println!("now there are {count} messages");
            break;
        }
    }
    idle.done().await?;
    list_unseen(&client).await?;

    client.logout().await?;
    println!("{}", connection.await?);
    Ok(())
}

async fn list_unseen(client: &Client) -> Result<(), Box<dyn Error>> {
    let unseen = client.uid_search(Search::unseen()).await?;
    if unseen.is_empty() {
        println!("nothing unseen");
        return Ok(());
    }
    for message in client.uid_fetch(&unseen, "ENVELOPE RFC822.SIZE").await? {
        let envelope = message.envelope().map(|envelope| envelope.fields());
        let subject = envelope.and_then(|envelope| envelope.subject?.text());
        println!(
            "{:?}  {:?} octets  {}",
            message.uid,
            message.size,
            subject.unwrap_or_default()
        );
    }
    Ok(())
}
