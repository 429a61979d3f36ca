//! Connects, selects, fetches all flags, and logs out.

use std::error::Error;

use imap_machine_tokio::{Connector, connect_spawned};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = Connector::new("imaps://alice@mail.example")?.password("secret");
    let client = connect_spawned(&server).await?;
    client.select("INBOX").await?;
    for message in client.uid_fetch("1:*", "FLAGS").await? {
        println!("{:?} {:?}", message.uid, message.flags);
    }
    client.logout().await?;
    Ok(())
}
