//! Prints sender, subject and text of the unseen messages of a mailbox, and leaves them unseen.
//!
//! ```text
//! IMAP_PASSWORD=... cargo run --features text --example unseen_text -- imaps://alice@mail.example INBOX
//! ```

use std::env;
use std::error::Error;

use imap_machine_std::answers::FetchedMessage;
use imap_machine_std::imap_machine::text::Text;
use imap_machine_std::{Client, Connector, Items, Search, SequenceSet, connect};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().ok_or("usage: unseen_text URL [MAILBOX]")?;
    let mailbox = arguments.next().unwrap_or_else(|| "INBOX".to_owned());

    let server = Connector::new(&url)?.password(env::var("IMAP_PASSWORD")?);
    let mut client = connect(&server)?;
    client.examine(&*mailbox)?;
    let unseen = client.uid_search(Search::unseen())?;
    if !unseen.is_empty() {
        let uids: SequenceSet = unseen.numbers().collect();
        let items = Items::new().envelope().body_structure();
        for message in client.uid_fetch(uids, items)? {
            show(&mut client, &message)?;
        }
    }
    client.logout()?;
    Ok(())
}

fn show(client: &mut Client, message: &FetchedMessage) -> Result<(), Box<dyn Error>> {
    let envelope = message.envelope().ok_or("no envelope")?;
    let from = envelope.fields().from;
    println!("From: {}", from.map(|from| from.text()).unwrap_or_default());
    println!("Subject: {}\n", envelope.subject().unwrap_or_default());
    let parts = message.structure().ok_or("no structure")?.parts();
    if let (Some(part), Some(uid)) = (parts.text_part(), message.uid) {
        let section = parts.section(part);
        let items = Items::new().section(&section); // BODY.PEEK
        let answer = client.uid_fetch(u32::from(uid), items)?;
        let answer = answer.messages.first();
        let octets = answer.and_then(|it| it.section(&format!("BODY[{section}]")));
        print(&part.decode_text(octets.ok_or("no text")?));
    }
    Ok(())
}

/// A text may hold what would steer the terminal.
fn print(text: &Text<'_>) {
    let is_shown = |letter: &char| *letter == '\n' || !letter.is_control();
    println!("{}", text.text.chars().filter(is_shown).collect::<String>());
    for defect in &text.defects {
        println!("({defect})");
    }
}
