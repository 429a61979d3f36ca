//! Messages in an order, and to another mailbox.

use anyhow::{Context as _, bail};
use imap_machine::client::answers::Copied;
use imap_machine::client::{Command, CommandOptions, Search, SortBy, SortKey};
use serde_json::json;

use super::Session;
use super::unread::whole;

const KEYS: [SortKey; 9] = [
    SortKey::Arrival,
    SortKey::Cc,
    SortKey::Date,
    SortKey::DisplayFrom,
    SortKey::DisplayTo,
    SortKey::From,
    SortKey::Size,
    SortKey::Subject,
    SortKey::To,
];

impl Session {
    pub(super) async fn sort(&self, mailbox: &str, by: &str, criteria: &str) -> anyhow::Result<()> {
        let command = Command::uid_sort(order(by)?, Search::verbatim(criteria));
        let command = command.with_context(|| format!("{criteria:?} cannot be sent"))?;
        self.open(mailbox, true).await?;
        let found = self.client.send(command, CommandOptions::default());
        let found = self.watched(found).await?;
        self.say_found(mailbox, &found)
    }

    pub(super) async fn thread(
        &self,
        mailbox: &str,
        algorithm: &str,
        criteria: &str,
    ) -> anyhow::Result<()> {
        let command = Command::uid_thread(algorithm, Search::verbatim(criteria));
        let command = command.with_context(|| format!("{criteria:?} cannot be sent"))?;
        self.open(mailbox, true).await?;
        let threaded = self.client.send(command, CommandOptions::default());
        let threaded = self.watched(threaded).await?;
        for thread in threaded.threads() {
            let people = || {
                let lines = thread.iter().map(|member| {
                    let number = member.number.map_or("?".to_owned(), |it| it.to_string());
                    format!("{}{number}", "  ".repeat(member.depth))
                });
                lines.collect::<Vec<_>>().join("\n")
            };
            let machine = || {
                let members = thread.iter();
                let members = members.map(|it| json!({ "uid": it.number, "depth": it.depth }));
                let members: Vec<_> = members.collect();
                json!({ "event": "thread", "mailbox": mailbox, "members": members })
            };
            self.output.say(people, machine)?;
        }
        whole(&threaded.unread)
    }

    pub(super) async fn copy(&self, mailbox: &str, uids: &str, to: &str) -> anyhow::Result<()> {
        self.open(mailbox, true).await?;
        let copied = self.watched(self.client.uid_copy(uids, to)).await?;
        self.say_copied("copied", to, &copied)
    }

    pub(super) async fn r#move(&self, mailbox: &str, uids: &str, to: &str) -> anyhow::Result<()> {
        self.open(mailbox, false).await?;
        let moved = self.watched(self.client.uid_move(uids, to)).await?;
        self.say_copied("moved", to, &moved)
    }

    fn say_copied(&self, event: &str, to: &str, copied: &Copied) -> anyhow::Result<()> {
        let pairs: Vec<_> = copied.pairs().collect();
        let people = || match pairs.is_empty() {
            true => format!("{event} to {to}"),
            false => {
                let lines = pairs.iter().map(|(from, uid)| format!("{from} -> {uid}"));
                lines.collect::<Vec<_>>().join("\n")
            }
        };
        let machine = || {
            json!({
                "event": event, "mailbox": to, "uid_validity": copied.uid_validity, "uids": pairs,
            })
        };
        self.output.say(people, machine)?;
        whole(&copied.unread)
    }
}

/// `-date,subject`
fn order(by: &str) -> anyhow::Result<SortBy> {
    let mut order: Option<SortBy> = None;
    for word in by.split(',') {
        let (name, reverse) = match word.strip_prefix('-') {
            Some(name) => (name, true),
            None => (word, false),
        };
        let mut keys = KEYS.into_iter();
        let Some(key) = keys.find(|key| key.as_str().eq_ignore_ascii_case(name)) else {
            bail!(
                "{name:?} is no key to sort by: arrival, cc, date, displayfrom, displayto, from, size, subject, to"
            );
        };
        order = Some(match (order, reverse) {
            (None, false) => SortBy::new(key),
            (None, true) => SortBy::reverse(key),
            (Some(order), false) => order.then(key),
            (Some(order), true) => order.then_reverse(key),
        });
    }
    order.context("no key to sort by")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_or_refused() {
        let newest = SortBy::reverse(SortKey::Date).then(SortKey::Subject);
        assert_eq!(order("-date,SUBJECT").unwrap(), newest);
        for by in ["", "date,", "colour", "--date"] {
            assert!(order(by).is_err(), "{by}");
        }
    }
}
