//! Downloads a mailbox into a Maildir: `maildir_std imaps://alice@mail.example INBOX FOLDER`. Run again, it goes on where it stopped.
//!
//! The password comes from the environment variable `IMAP_PASSWORD`.

use std::error::Error;
use std::path::Path;
use std::{fs, io};

use imap_machine_std::{Connector, Items, answers::FlagList, connect};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [url, mailbox, folder] = &arguments[..] else {
        return Err("usage: maildir_std URL MAILBOX FOLDER".into());
    };
    for part in ["tmp", "new", "cur"] {
        fs::create_dir_all(Path::new(folder).join(part))?;
    }
    let server = Connector::new(url)?.password(std::env::var("IMAP_PASSWORD")?);
    let mut client = connect(&server)?;
    let selected = client.examine(mailbox)?;
    let validity = selected.uids.validity.ok_or("the server has no UIDs")?;
    let fetched = client.uid_fetch("1:*", Items::new().flags().size())?;

    let count = fetched.messages.len();
    let total: u64 = fetched.messages.iter().filter_map(|it| it.size).sum();
    let mut octets = 0;
    for (index, message) in fetched.messages.iter().enumerate() {
        let uid = message.uid.ok_or("a message has no UID")?.get();
        let name = format!("{validity}.{uid}:2,{}", letters(message.flags.as_ref()));
        let place = Path::new(folder).join("cur").join(&name);
        if !fs::exists(&place)? {
            let unfinished = Path::new(folder).join("tmp").join(&name);
            let mut file = fs::File::create(&unfinished)?;
            io::copy(&mut client.download(uid, "")?, &mut file)?;
            file.sync_all()?;
            fs::rename(&unfinished, &place)?;
        }
        octets += message.size.unwrap_or_default();
        println!(
            "{} of {count} messages, {octets} of {total} octets",
            index + 1
        );
    }
    client.logout()?;
    Ok(())
}

/// What a Maildir calls the flags, in its order.
fn letters(flags: Option<&FlagList>) -> String {
    let known = "DDraft FFlagged RAnswered SSeen TDeleted".split(' ');
    let set =
        known.filter(|it| flags.is_some_and(|flags| flags.contains(format!("\\{}", &it[1..]))));
    set.map(|it| &it[..1]).collect()
}
