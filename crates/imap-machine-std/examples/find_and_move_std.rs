//! Moves what a sender has sent into another mailbox: `find_and_move_std imaps://alice@mail.example INBOX news@example.org News`.
//!
//! The password comes from the environment variable `IMAP_PASSWORD`.

use std::error::Error;

use imap_machine_std::{Connector, Search, connect};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [url, from, sender, to] = &arguments[..] else {
        return Err("usage: find_and_move_std URL MAILBOX SENDER TO".into());
    };
    let server = Connector::new(url)?.password(std::env::var("IMAP_PASSWORD")?);
    let mut client = connect(&server)?;

    if client.list("", to)?.mailboxes.is_empty() {
        client.create(to)?;
    }
    client.select(from)?;
    let found = client.uid_search(Search::all().from(sender))?;
    if found.is_empty() {
        println!("{from} has nothing from {sender}");
    } else {
        let moved = client.uid_move(&found, to)?;
        println!("moved {} messages to {to}", found.len());
        for (old, new) in moved.pairs() {
            println!("{old} is {new} there");
        }
    }
    client.logout()?;
    Ok(())
}
