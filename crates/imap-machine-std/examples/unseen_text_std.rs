//! Prints sender, subject and text of the unseen messages of a mailbox, and leaves them unseen.
//!
//! ```text
//! IMAP_PASSWORD=... cargo run --features text --example unseen_text_std -- imaps://alice@mail.example INBOX
//! ```

use std::env;
use std::error::Error;

use imap_machine_std::answers::FetchedMessage;
use imap_machine_std::text::Text;
use imap_machine_std::{Client, Connector, Items, Search, connect};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments
        .next()
        .ok_or("usage: unseen_text_std URL [MAILBOX]")?;
    let mailbox = arguments.next().unwrap_or_else(|| "INBOX".to_owned());

    let server = Connector::new(&url)?.password(env::var("IMAP_PASSWORD")?);
    let mut client = connect(&server)?;
    client.examine(&*mailbox)?;
    let unseen = client.uid_search(Search::unseen())?;
    if !unseen.is_empty() {
        let items = Items::new().envelope().body_structure();
        for message in client.uid_fetch(&unseen, items)? {
            show(&mut client, &message)?;
        }
    }
    client.logout()?;
    Ok(())
}

fn show(client: &mut Client, message: &FetchedMessage) -> Result<(), Box<dyn Error>> {
    let envelope = message.envelope().ok_or("no envelope")?;
    let from = envelope.fields().from.map(|from| from.text());
    print("From: ", &from.unwrap_or_default());
    print("Subject: ", &envelope.subject().unwrap_or_default());
    let parts = message.structure().ok_or("no structure")?.parts();
    if let (Some(part), Some(uid)) = (parts.text_part(), message.uid) {
        let section = parts.section(part);
        let items = Items::new().section(&section); // BODY.PEEK
        let answer = client.uid_fetch(u32::from(uid), items)?.messages;
        let name = format!("BODY[{section}]");
        let octets = answer.first().and_then(|it| it.section(&name));
        print("\n", &part.decode_text(octets.ok_or("no text")?));
    }
    Ok(())
}

/// A text may hold what would steer the terminal.
fn print(before: &str, text: &Text<'_>) {
    let is_shown = |letter: char| letter == '\n' || !letter.is_control();
    let shown = text.text.replace(|letter| !is_shown(letter), "");
    println!("{before}{shown}");
    for defect in &text.defects {
        println!("({defect})");
    }
}
