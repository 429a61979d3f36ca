//! Moves what a sender has sent into another mailbox: `find_and_move imaps://alice@mail.example INBOX news@example.org News`.
//!
//! The password comes from the environment variable `IMAP_PASSWORD`.

use std::error::Error;

use imap_machine_tokio::{Connector, Search, connect_spawned};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [url, from, sender, to] = &arguments[..] else {
        return Err("usage: find_and_move URL MAILBOX SENDER TO".into());
    };
    let server = Connector::new(url)?.password(std::env::var("IMAP_PASSWORD")?);
    let client = connect_spawned(&server).await?;

    if client.list("", to).await?.mailboxes.is_empty() {
        client.create(to).await?;
    }
    client.select(from).await?;
    let found = client.uid_search(Search::all().from(sender)).await?;
    if found.is_empty() {
        println!("{from} has nothing from {sender}");
    } else {
        let moved = client.uid_move(&found, to).await?;
        println!("moved {} messages to {to}", found.len());
        for (old, new) in moved.pairs() {
            println!("{old} is {new} there");
        }
    }
    client.logout().await?;
    Ok(())
}
