//! Shows the messages of a mailbox as a table: UID, flags, size, date, sender and subject. Nothing is marked as seen.
//!
//! ```text
//! IMAP_PASSWORD=... cargo run --features text --example table -- imaps://alice@mail.example INBOX
//! ```

use std::env;
use std::error::Error;

use imap_machine_tokio::answers::FetchedMessage;
use imap_machine_tokio::{Connector, Items, connect_spawned};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().ok_or("usage: table URL [MAILBOX]")?;
    let mailbox = arguments.next().unwrap_or_else(|| "INBOX".to_owned());

    let server = Connector::new(&url)?.password(env::var("IMAP_PASSWORD")?);
    let client = connect_spawned(&server).await?;
    if client.examine(&*mailbox).await?.exists > 0 {
        let items = Items::new().flags().size().internal_date().envelope();
        for message in client.uid_fetch("1:*", items).await? {
            println!("{}", row(&message));
        }
    }
    client.logout().await?;
    Ok(())
}

fn row(message: &FetchedMessage) -> String {
    let uid = message.uid.map_or(0, u32::from);
    let flags = message.flags.iter().flat_map(|flags| flags.iter());
    let flags: Vec<_> = flags.map(|flag| flag.as_str().to_owned()).collect();
    let size = message.size.unwrap_or_default();
    let date = message.internal_date.as_deref().unwrap_or_default();
    let envelope = message.envelope();
    let from = envelope.and_then(|it| Some(it.fields().from?.text()));
    let subject = envelope.and_then(|it| it.subject());
    let [from, subject] =
        [from, subject].map(|text| text.map_or(String::new(), |it| plain(it.as_str())));
    format!(
        "{uid:>8} {:20} {size:>9} {date} {from:30} {subject}",
        flags.join(" ")
    )
}

/// A subject may hold what would steer the terminal.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}
