//! `append`: messages from files or from standard input.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use imap_machine::client::{AppendMessage, Command, Flag};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::Session;
use super::progress::Metered;
use super::unread::whole;

type Source = Box<dyn AsyncRead + Send + Unpin>;

impl Session {
    /// Files are read while they are sent, one after the other.
    pub(super) async fn append(
        &self,
        mailbox: &str,
        files: &[PathBuf],
        flags: &[Flag<'static>],
    ) -> anyhow::Result<()> {
        let mut messages = Vec::new();
        let mut source: Source = Box::new(tokio::io::empty());
        for file in files {
            let message = match file.as_os_str() == "-" {
                true => AppendMessage::new(standard_input().await?),
                false => {
                    let (size, octets) = open(file).await?;
                    source = Box::new(source.chain(octets.take(size)));
                    AppendMessage::supplied(size)
                }
            };
            messages.push(message.flags(flags));
        }
        let append = Command::append_all(mailbox, messages)?;
        let source = Metered::new(source, append.supplied());
        let appended = self.watched(self.client.supply(append, source)).await?;
        let uids: Vec<_> = appended.uids().map(|uid| uid.to_string()).collect();
        let people = || match appended.uid_validity {
            Some(validity) => {
                let uids = uids.join(", ");
                format!("stored in {mailbox} as UID {uids} (UIDVALIDITY {validity})")
            }
            None => format!("stored in {mailbox}"),
        };
        let machine = || {
            let uid = appended.uid.map(|(_, uid)| uid);
            let uids: Vec<_> = appended.uids().collect();
            json!({ "event": "appended", "mailbox": mailbox, "uid": uid, "uids": uids,
                "uid_validity": appended.uid_validity })
        };
        self.output.say(people, machine)?;
        whole(&appended.unread)
    }
}

async fn standard_input() -> anyhow::Result<Vec<u8>> {
    let message = tokio::task::spawn_blocking(|| {
        let mut message = Vec::new();
        std::io::stdin().read_to_end(&mut message).map(|_| message)
    });
    message.await?.context("cannot read standard input")
}

async fn open(file: &Path) -> anyhow::Result<(u64, Source)> {
    let shown = file.display();
    let source = tokio::fs::File::open(file).await;
    let source = source.with_context(|| format!("cannot open {shown}"))?;
    let about = source.metadata().await?;
    if !about.is_file() {
        bail!("{shown} is no file; to append from a pipe, use - (standard input)");
    }
    Ok((about.len(), Box::new(source)))
}
