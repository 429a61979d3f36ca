//! Lists the newest messages of a mailbox, without marking anything as read.
//!
//! ```text
//! IMAP_PASSWORD=... cargo run --example recent -- imaps://alice@mail.example INBOX
//! ```

use std::env;
use std::error::Error;

use imap_machine_std::{Connector, connect};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().ok_or("usage: recent URL [MAILBOX]")?;
    let mailbox = arguments.next().unwrap_or_else(|| "INBOX".to_owned());

    let server = Connector::new(&url)?.password(env::var("IMAP_PASSWORD")?);
    let mut client = connect(&server)?;
    let selected = client.examine(&mailbox)?;
    println!("{mailbox}: {} messages", selected.exists);
    if selected.exists > 0 {
        let first = selected.exists.saturating_sub(9).max(1);
        for message in client.fetch(&format!("{first}:*"), "UID ENVELOPE")? {
            let uid = message.uid.map_or(0, u32::from);
            let envelope = message.envelope().map(|envelope| envelope.fields());
            let subject = envelope.and_then(|envelope| envelope.subject?.text());
            println!("{uid:>8}  {}", subject.unwrap_or_default());
        }
    }
    client.logout()?;
    Ok(())
}
