//! Prints sender, subject and text of the unseen messages of a mailbox, and leaves them unseen.
//!
//! ```text
//! IMAP_PASSWORD=... cargo run --features text --example unseen_text -- imaps://alice@mail.example INBOX
//! ```

use std::env;
use std::error::Error;

use imap_machine_tokio::answers::FetchedMessage;
use imap_machine_tokio::text::Text;
use imap_machine_tokio::{Client, Connector, Items, Search, connect_spawned};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().ok_or("usage: unseen_text URL [MAILBOX]")?;
    let mailbox = arguments.next().unwrap_or_else(|| "INBOX".to_owned());

    let server = Connector::new(&url)?.password(env::var("IMAP_PASSWORD")?);
    let client = connect_spawned(&server).await?;
    client.examine(&*mailbox).await?;
    let unseen = client.uid_search(Search::unseen()).await?;
    if !unseen.is_empty() {
        let items = Items::new().envelope().body_structure();
        for message in client.uid_fetch(&unseen, items).await? {
            show(&client, &message).await?;
        }
    }
    client.logout().await?;
    Ok(())
}

async fn show(client: &Client, message: &FetchedMessage) -> Result<(), Box<dyn Error>> {
    let envelope = message.envelope().ok_or("no envelope")?;
    let from = envelope.fields().from;
    print("From: ", &from.map(|from| from.text()).unwrap_or_default());
    print("Subject: ", &envelope.subject().unwrap_or_default());
    let parts = message.structure().ok_or("no structure")?.parts();
    if let (Some(part), Some(uid)) = (parts.text_part(), message.uid) {
        let section = parts.section(part);
        let items = Items::new().section(&section); // BODY.PEEK
        let answer = client.uid_fetch(u32::from(uid), items).await?;
        let answer = answer.messages.first();
        let octets = answer.and_then(|it| it.section(&format!("BODY[{section}]")));
        print("\n", &part.decode_text(octets.ok_or("no text")?));
    }
    Ok(())
}

/// A text may hold what would steer the terminal.
fn print(before: &str, text: &Text<'_>) {
    let is_shown = |letter: &char| *letter == '\n' || !letter.is_control();
    let shown: String = text.text.chars().filter(is_shown).collect();
    println!("{before}{shown}");
    for defect in &text.defects {
        println!("({defect})");
    }
}
