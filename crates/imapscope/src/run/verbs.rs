//! The commands: what is sent, and how the answer is shown.

use std::time::Duration;

use anyhow::Context as _;
use imap_machine::client::answers::{Found, ListedMailbox, Selected};
use imap_machine::client::{
    Access, Command, CommandOptions, Event, Flag, Notify, NotifyEvent, Search, Store as Change,
};
use imap_machine::codec::{FetchNumber, Untagged};
use imap_machine_tokio::Update;
use serde_json::{Value, json};

use super::Session;
use super::fetch::row;
use super::unread::whole;
use crate::cli::{Store, Verb};
use crate::json;
use crate::terminal::printable;

impl Session {
    pub(super) async fn perform(&mut self, verb: Verb) -> anyhow::Result<()> {
        match verb {
            Verb::List { pattern } => self.list(&pattern).await,
            Verb::Status { mailbox, items } => self.status(&mailbox, &items).await,
            Verb::Select { mailbox, read_only } => self.show_mailbox(&mailbox, read_only).await,
            Verb::Mailbox(verb) => self.administer(verb).await,
            Verb::Fetch(fetch) => self.fetch(fetch).await,
            Verb::Store(store) => self.store(store).await,
            Verb::Append {
                mailbox,
                files,
                flags,
            } => self.append(&mailbox, &files, &read_flags(&flags)).await,
            Verb::Search { mailbox, criteria } => self.search(&mailbox, &criteria.join(" ")).await,
            Verb::Sort {
                mailbox,
                by,
                criteria,
            } => self.sort(&mailbox, &by, &criteria.join(" ")).await,
            Verb::Thread {
                mailbox,
                algorithm,
                criteria,
            } => self.thread(&mailbox, &algorithm, &criteria.join(" ")).await,
            Verb::Copy { mailbox, uids, to } => self.copy(&mailbox, &uids, &to).await,
            Verb::Move { mailbox, uids, to } => self.r#move(&mailbox, &uids, &to).await,
            Verb::Idle { mailbox, span } => self.idle(&mailbox, span).await,
            Verb::Notify { mailbox, span } => self.notify(&mailbox, span).await,
            Verb::Raw {
                select,
                verb,
                arguments,
            } => {
                self.raw(select.as_deref(), &verb, &arguments.join(" "))
                    .await
            }
        }
    }

    pub(super) async fn open(&self, mailbox: &str, read_only: bool) -> anyhow::Result<Selected> {
        let opened = match read_only {
            true => self.watched(self.client.examine(mailbox)).await,
            false => self.watched(self.client.select(mailbox)).await,
        };
        opened.with_context(|| format!("cannot open {mailbox}"))
    }

    async fn list(&self, pattern: &str) -> anyhow::Result<()> {
        let mut listed = self.watched(self.client.list("", pattern)).await?;
        listed.mailboxes.sort_by(|a, b| a.name.cmp(&b.name));
        for mailbox in &listed.mailboxes {
            let people = || mailbox_line(mailbox);
            self.output.say(people, || json::listed(mailbox))?;
        }
        whole(&listed.unread)
    }

    async fn status(&self, mailbox: &str, items: &[String]) -> anyhow::Result<()> {
        let counted = self.client.status(mailbox, items);
        let counted = self.watched(counted).await?;
        let items = json::counted(&counted.items);
        let people = || {
            let lines = items.as_object().into_iter().flatten();
            let lines = lines.map(|(name, value)| printable(&format!("{name:16} {value}")));
            lines.collect::<Vec<_>>().join("\n")
        };
        let machine = || json!({ "event": "mailbox-status", "mailbox": mailbox, "items": items });
        self.output.say(people, machine)?;
        whole(&counted.unread)
    }

    async fn show_mailbox(&self, mailbox: &str, read_only: bool) -> anyhow::Result<()> {
        let selected = self.open(mailbox, read_only).await?;
        let people = || selected_lines(mailbox, &selected);
        self.output
            .say(people, || selected_object(mailbox, &selected))?;
        Ok(())
    }

    async fn store(&self, store: Store) -> anyhow::Result<()> {
        let change = if !store.add.is_empty() {
            Change::add(read_flags(&store.add))
        } else if !store.remove.is_empty() {
            Change::remove(read_flags(&store.remove))
        } else {
            Change::replace(read_flags(&store.replace))
        };
        self.open(&store.mailbox, false).await?;
        let command = match store.sequence {
            true => Command::store(&store.uids, change)?,
            false => Command::uid_store(&store.uids, change)?,
        };
        let mut responses = self.client.stream(command, CommandOptions::default());
        let (mut changed, mut unread) = (0, Vec::new());
        while let Some(event) = self.watched(responses.next()).await {
            let event = event?;
            changed += usize::from(row(&event).is_some());
            self.say_row(&event)?;
            if matches!(event, Event::Unrecognized { .. }) {
                unread.push(event);
            }
        }
        whole(&unread)?;
        if changed == 0 {
            anstream::eprintln!(
                "the server reports no change: there are no such messages, or they had these flags already"
            );
        }
        Ok(())
    }

    async fn search(&self, mailbox: &str, criteria: &str) -> anyhow::Result<()> {
        let command = Command::uid_search(Search::verbatim(criteria));
        let command = command.with_context(|| format!("{criteria:?} cannot be sent"))?;
        self.open(mailbox, true).await?;
        let options = CommandOptions::default();
        let found = self.watched(self.client.send(command, options)).await;
        let found = found.with_context(|| {
            format!("cannot search for {criteria:?} (search criteria: RFC 9051 section 6.4.4)")
        })?;
        self.say_found(mailbox, &found)
    }

    pub(super) fn say_found(&self, mailbox: &str, found: &Found) -> anyhow::Result<()> {
        let numbers: Vec<_> = found.numbers().map(|number| number.to_string()).collect();
        if numbers.is_empty() && !self.output.json {
            if found.unread.is_empty() {
                anstream::eprintln!("no message matches");
            }
            return whole(&found.unread);
        }
        let machine = || {
            let uids: Vec<_> = found.numbers().collect();
            json!({ "event": "found", "mailbox": mailbox, "uids": uids })
        };
        self.output.say(|| numbers.join("\n"), machine)?;
        whole(&found.unread)
    }

    async fn idle(&self, mailbox: &str, span: Option<Duration>) -> anyhow::Result<()> {
        let selected = self.interrupt.or(self.open(mailbox, true)).await??;
        self.wait(&selected, span).await
    }

    /// The same, with news of all the user's mailboxes.
    async fn notify(&self, mailbox: &str, span: Option<Duration>) -> anyhow::Result<()> {
        use NotifyEvent as E;
        let selected = self.interrupt.or(self.open(mailbox, true)).await??;
        let here = [
            E::new_messages("UID FLAGS"),
            E::MessageExpunge,
            E::FlagChange,
        ];
        let elsewhere = [
            E::MessageNew,
            E::MessageExpunge,
            E::MailboxName,
            E::SubscriptionChange,
        ];
        let notify = Notify::new().status();
        let notify = notify.selected_delayed(here).personal(elsewhere);
        let notified = self.watched(self.client.notify(&notify));
        let notified = self.interrupt.or(notified).await??;
        for mailbox in &notified.mailboxes {
            let (name, items) = (mailbox.name.to_str(), json::counted(&mailbox.items));
            let people = || printable(&format!("{name:30}  {items}"));
            let machine = || json!({ "event": "mailbox-status", "mailbox": name, "items": items });
            self.output.say(people, machine)?;
        }
        whole(&notified.unread)?;
        self.wait(&selected, span).await
    }

    /// Shows news until the time is up.
    async fn wait(&self, selected: &Selected, span: Option<Duration>) -> anyhow::Result<()> {
        let mut idle = self.client.idle(CommandOptions::refreshing());
        let end = async {
            match span {
                Some(span) => tokio::time::sleep(span).await,
                None => std::future::pending().await,
            }
        };
        tokio::pin!(end);
        loop {
            tokio::select! {
                update = idle.next() => match update {
                    Some(update) => self.say_update(&update?, selected.exists)?,
                    None => return Ok(()),
                },
                () = &mut end => break,
                () = self.interrupt.pressed() => {
                    anstream::eprintln!("waiting for the server to end the IDLE");
                    break;
                }
            }
        }
        self.watched(idle.done()).await?;
        Ok(())
    }

    fn say_update(&self, update: &Update, exists: u32) -> anyhow::Result<()> {
        match update {
            Update::Event(event) => self.say_news(event, exists),
            Update::Missed(missed) => {
                anstream::eprintln!("the output was too slow: {missed} news are missing");
                Ok(())
            }
        }
    }

    fn say_news(&self, event: &Event<'_>, exists: u32) -> anyhow::Result<()> {
        let people = match event {
            Event::Idling { .. } => Some(format!(
                "{exists} messages; waiting for news (Ctrl-C ends it)"
            )),
            Event::Untagged { data, .. } => news(data),
            Event::Status { status, text, .. } => Some(printable(&format!("{status} {text}"))),
            _ => None,
        };
        if let Some(people) = people {
            self.output.say(|| people, || json::event(event).into())?;
        }
        Ok(())
    }

    async fn raw(&self, select: Option<&str>, verb: &str, arguments: &str) -> anyhow::Result<()> {
        let mut command =
            Command::raw(verb).with_context(|| format!("{verb:?} cannot be a command"))?;
        if !arguments.is_empty() {
            command = command
                .verbatim(arguments)
                .context("these arguments cannot be sent as they are")?;
        }
        if let Some(mailbox) = select {
            self.open(mailbox, false).await?;
        }
        let mut responses = self.client.stream(command, CommandOptions::default());
        while let Some(event) = self.watched(responses.next()).await {
            let object = json::event(&event?);
            let people = || printable(&json::line(&object));
            self.output.say(people, || object.clone().into())?;
        }
        Ok(())
    }
}

/// `\Seen` or `Seen` for the flags of the RFC, anything else as a keyword.
fn read_flags(flags: &[String]) -> Vec<Flag<'static>> {
    const SYSTEM: [&str; 5] = ["Answered", "Deleted", "Draft", "Flagged", "Seen"];
    let flag = |text: &String| {
        let system = SYSTEM.iter().any(|name| name.eq_ignore_ascii_case(text));
        match system {
            true => Flag::from(format!("\\{text}")),
            false => Flag::from(text.clone()),
        }
    };
    flags.iter().map(flag).collect()
}

fn mailbox_line(mailbox: &ListedMailbox) -> String {
    let line = format!("{:30}  {}", mailbox.name, mailbox.attributes.join(" "));
    printable(line.trim_end())
}

fn selected_lines(mailbox: &str, selected: &Selected) -> String {
    fn number(value: Option<impl ToString>) -> String {
        value.map_or_else(|| "-".to_owned(), |value| value.to_string())
    }
    let access = match selected.access {
        Some(Access::ReadOnly) => ", read-only",
        Some(Access::ReadWrite) | None => "",
    };
    let flags = selected.flags.defined.iter();
    let flags: Vec<_> = flags.map(|flag| flag.to_string()).collect();
    let lines = [
        format!("{mailbox}: {} messages{access}", selected.exists),
        format!("first unseen   {}", number(selected.rev1.unseen)),
        format!("UIDVALIDITY    {}", number(selected.uids.validity)),
        format!("UIDNEXT        {}", number(selected.uids.next)),
        format!("HIGHESTMODSEQ  {}", number(selected.highest_modseq)),
        format!("flags          {}", flags.join(" ")),
    ];
    lines.map(|line| printable(&line)).join("\n")
}

fn selected_object(mailbox: &str, selected: &Selected) -> Value {
    let flags = selected.flags.defined.iter();
    let flags: Vec<_> = flags.map(|flag| flag.to_string()).collect();
    let permanent = selected.flags.permanent.iter();
    let permanent = permanent.flat_map(|flags| flags.iter());
    let permanent: Vec<_> = permanent.map(|flag| flag.to_string()).collect();
    json!({
        "event": "selected",
        "mailbox": mailbox,
        "exists": selected.exists,
        "unseen": selected.rev1.unseen,
        "uid_validity": selected.uids.validity,
        "uid_next": selected.uids.next,
        "mailbox_id": selected.mailbox_id,
        "highest_modseq": selected.highest_modseq,
        "read_only": selected.access.map(|access| access == Access::ReadOnly),
        "flags": flags,
        "permanent_flags": permanent,
        "unread": selected.unread.iter().map(json::event).collect::<Vec<_>>(),
    })
}

fn news(data: &Untagged<'_>) -> Option<String> {
    Some(match data {
        Untagged::Exists(count) => format!("{count} messages"),
        Untagged::Expunge(number) => format!("message {number} is gone; those above it move down"),
        Untagged::Vanished(vanished) => {
            let range =
                |(first, last): (std::num::NonZeroU32, std::num::NonZeroU32)| match first == last {
                    true => first.to_string(),
                    false => format!("{first}:{last}"),
                };
            let ranges: Vec<_> = vanished.ranges().map(range).collect();
            format!("UIDs {} are gone", ranges.join(","))
        }
        Untagged::Fetch(fetch) => {
            let flags = fetch.flags()?;
            let flags: Vec<_> = flags.iter().map(String::from_utf8_lossy).collect();
            let of = match fetch.number() {
                FetchNumber::Seq(number) => format!("message {number}"),
                FetchNumber::Uid(uid) => format!("UID {uid}"),
            };
            printable(&format!("{of} has the flags ({})", flags.join(" ")))
        }
        Untagged::Status(status) => {
            let items: Vec<_> = status.items().collect();
            let items = json::counted(&items);
            printable(&format!("{}: {items}", status.mailbox.to_str()))
        }
        Untagged::List(list) => {
            let attributes: Vec<_> = list.attributes.texts().collect();
            let name = list.mailbox.to_str();
            printable(format!("{name}  {}", attributes.join(" ")).trim_end())
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_with_and_without_backslash() {
        let flags = ["seen", "\\Flagged", "$Forwarded"].map(str::to_owned);
        let flags = read_flags(&flags);
        assert_eq!(flags[0], Flag::SEEN);
        assert_eq!(flags[1], Flag::FLAGGED);
        assert_eq!(flags[2].to_string(), "$Forwarded");
    }
}
