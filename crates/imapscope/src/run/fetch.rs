//! FETCH: lines about messages, or their octets, written as they arrive.

use std::io::{IsTerminal as _, stdout};
use std::num::NonZeroU32;

use anyhow::{Context as _, bail};
use imap_machine::client::{Event, Items, LiteralPiece};
use imap_machine::codec::{Fetch as Row, FetchItem, FetchNumber, Untagged, Value};
use imap_machine::text::Text;
use tokio::fs::File;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::Session;
use super::progress::Progress;
use super::unread::whole;
use crate::cli::Fetch;
use crate::json;
use crate::terminal::{Screen, printable};

/// The placeholder for the UID in the name of a file.
const UID: &str = "{uid}";

impl Session {
    pub(super) async fn fetch(&self, fetch: Fetch) -> anyhow::Result<()> {
        self.open(&fetch.mailbox, true).await?;
        let items = items(&fetch);
        let mut responses = match fetch.sequence {
            true => self.client.fetch_stream(&fetch.uids, items)?,
            false => self.client.uid_fetch_stream(&fetch.uids, items)?,
        };
        let mut target = Target::new(&fetch, self.output.json);
        let (mut messages, mut unread) = (0, Vec::new());
        while let Some(event) = self.watched(responses.next()).await {
            match event.with_context(|| target.incomplete())? {
                Event::Literal(piece) if target.takes_octets() => target.piece(&piece).await?,
                event @ Event::Unrecognized { .. } => unread.push(event),
                event => {
                    let row = row(&event);
                    messages += usize::from(row.is_some());
                    match row {
                        Some(row) if target.takes_octets() => target.row(row).await?,
                        _ => self.say_row(&event)?,
                    }
                }
            }
        }
        whole(&unread)?;
        match messages {
            0 => bail!("no such message in {}", fetch.mailbox),
            _ => Ok(()),
        }
    }

    /// One line for a message. In JSON, pieces of large sections are objects of their own.
    pub(super) fn say_row(&self, event: &Event<'_>) -> anyhow::Result<()> {
        let people = row(event).map(row_line);
        let is_data = people.is_some() || matches!(event, Event::Literal(_));
        if is_data && (people.is_some() || self.output.json) {
            self.output
                .say(|| people.unwrap_or_default(), || json::event(event).into())?;
        }
        Ok(())
    }
}

pub(super) fn row<'e>(event: &'e Event<'_>) -> Option<&'e Row<'e>> {
    match event {
        Event::Untagged {
            data: Untagged::Fetch(row),
            ..
        } => Some(row),
        _ => None,
    }
}

fn row_line(row: &Row<'_>) -> String {
    let mut words = vec![match (row.uid(), row.number()) {
        (Some(uid), _) => format!("UID {uid}"),
        (None, FetchNumber::Seq(number) | FetchNumber::Uid(number)) => format!("number {number}"),
    }];
    for item in row.items() {
        words.push(match item {
            FetchItem::Uid(_) => continue,
            FetchItem::Flags(flags) => {
                let flags: Vec<_> = flags.iter().map(String::from_utf8_lossy).collect();
                format!("({})", flags.join(" "))
            }
            FetchItem::Rfc822Size(size) => format!("{size} octets"),
            FetchItem::InternalDate(date) => lossy(date.raw()),
            FetchItem::ModSeq(modseq) => format!("MODSEQ {modseq}"),
            FetchItem::Envelope(envelope) => {
                let from = envelope.fields().from;
                let from = from.and_then(|from| from.iter().next());
                let from = from.map(|from| from.display_name().unwrap_or(from.mailbox_text()));
                let subject = envelope.subject();
                format!("{}: {}", people(from), people(subject))
            }
            FetchItem::BodyStructure(structure) | FetchItem::Body(structure) => {
                lossy(structure.raw().octets())
            }
            FetchItem::Section(section) => lossy(section.name),
            FetchItem::BinarySize(size) => format!("{} {}", lossy(size.name), size.size),
            FetchItem::Preview(preview) => text(Some(preview)),
            FetchItem::SaveDate(Some(date)) => format!("saved {}", lossy(date.raw())),
            FetchItem::SaveDate(None) => continue,
            FetchItem::EmailId(id) => format!("EMAILID {}", text(Some(id))),
            FetchItem::ThreadId(id) => format!("THREADID {}", text(Some(id))),
            FetchItem::GmailMessageId(id) => format!("X-GM-MSGID {id}"),
            FetchItem::GmailThreadId(id) => format!("X-GM-THRID {id}"),
            FetchItem::GmailLabels(labels) => {
                let labels: Vec<_> = labels.iter().map(|label| label.to_string()).collect();
                labels.join(", ")
            }
            FetchItem::Other { name, value } => {
                format!("{} {}", lossy(name), lossy(value.octets()))
            }
            FetchItem::Malformed(rest) => format!("? {}", lossy(rest)),
            other => format!("{other:?}"),
        });
    }
    printable(&words.join("  "))
}

/// A text, and what is not known to be right in it.
fn people(text: Option<Text<'_>>) -> String {
    let text = text.unwrap_or_default();
    let defects: Vec<_> = text.defects.iter().map(ToString::to_string).collect();
    match defects.is_empty() {
        true => text.into(),
        false => format!("{text} ({})", defects.join(", ")),
    }
}

fn text(value: Option<Value<'_>>) -> String {
    let text = value.and_then(|value| value.text());
    text.unwrap_or_default().into_owned()
}

fn lossy(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

fn items(fetch: &Fetch) -> Items {
    let asked = [
        (fetch.flags, "FLAGS"),
        (fetch.size, "RFC822.SIZE"),
        (fetch.date, "INTERNALDATE"),
        (fetch.envelope, "ENVELOPE"),
        (fetch.structure, "BODYSTRUCTURE"),
        (fetch.header, "BODY.PEEK[HEADER]"),
        (fetch.body, "BODY.PEEK[]"),
    ];
    let items = asked.into_iter().filter(|(asked, _)| *asked);
    let items: Vec<_> = items.map(|(_, name)| name).collect();
    match items.is_empty() {
        true => Items::from("UID FLAGS RFC822.SIZE"),
        false => Items::from(format!("UID {}", items.join(" "))),
    }
}

/// Where the octets of messages go.
struct Target {
    wanted: Wanted,
    /// Standard output is a terminal: it gets readable text, and nothing that it would obey.
    screen: Option<Screen>,
    open: Option<Open>,
    progress: Option<Progress>,
    written: usize,
}

enum Wanted {
    /// Octets are not wanted, or are part of JSON.
    Nothing,
    Stdout,
    /// The name, in which `{uid}` stands for the UID.
    File(String),
}

/// The output of the message that arrives.
struct Open {
    output: Box<dyn AsyncWrite + Send + Unpin>,
    name: String,
}

impl Target {
    fn new(fetch: &Fetch, json: bool) -> Self {
        let wanted = match (&fetch.output, fetch.body || fetch.header) {
            (Some(name), true) => Wanted::File(name.clone()),
            (None, true) if !json => Wanted::Stdout,
            _ => Wanted::Nothing,
        };
        let to_terminal = matches!(wanted, Wanted::Stdout) && stdout().is_terminal();
        Self {
            wanted,
            screen: to_terminal.then(Screen::default),
            open: None,
            progress: None,
            written: 0,
        }
    }

    fn takes_octets(&self) -> bool {
        !matches!(self.wanted, Wanted::Nothing)
    }

    /// Writes a piece of a section that is too large to come in its row. The row follows.
    async fn piece(&mut self, piece: &LiteralPiece<'_>) -> anyhow::Result<()> {
        if piece.offset == 0 {
            self.progress = self.screen.is_none().then(|| Progress::new(piece.size));
        }
        self.write(piece.message, piece.uid, &piece.data).await?;
        if let Some(progress) = &mut self.progress {
            progress.advance(piece.data.len() as u64);
        }
        Ok(())
    }

    /// Ends the output of a message, and writes its section if that came in the row.
    async fn row(&mut self, row: &Row<'_>) -> anyhow::Result<()> {
        for item in row.items() {
            if let FetchItem::Section(section) = item {
                let octets = section.value.octets().unwrap_or_default();
                self.write(row.number(), row.uid(), &octets).await?;
            }
        }
        self.progress = None;
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        if let Some(screen) = &mut self.screen {
            let rest = screen.end();
            let written = open.output.write_all(rest.as_bytes()).await;
            written.with_context(|| format!("cannot write {}", open.name))?;
        }
        let flushed = open.output.flush().await;
        flushed.with_context(|| format!("cannot write {}", open.name))?;
        self.written += 1;
        if let Wanted::File(_) = self.wanted {
            anstream::eprintln!("{} is written", open.name);
        }
        Ok(())
    }

    async fn write(
        &mut self,
        number: FetchNumber,
        uid: Option<NonZeroU32>,
        octets: &[u8],
    ) -> anyhow::Result<()> {
        let open = match &mut self.open {
            Some(open) => open,
            None => {
                let opened = self.begin(number, uid).await?;
                self.open.insert(opened)
            }
        };
        let shown = self.screen.as_mut().map(|screen| screen.show(octets));
        let octets = shown.as_ref().map_or(octets, String::as_bytes);
        let written = open.output.write_all(octets).await;
        written.with_context(|| format!("cannot write {}", open.name))
    }

    async fn begin(&self, number: FetchNumber, uid: Option<NonZeroU32>) -> anyhow::Result<Open> {
        let Wanted::File(name) = &self.wanted else {
            return Ok(Open {
                output: Box::new(tokio::io::stdout()),
                name: "standard output".to_owned(),
            });
        };
        if self.written > 0 && !name.contains(UID) {
            bail!(
                "there is more than one message; put {UID} into the name of the file, and each gets its own"
            );
        }
        let uid = match (uid, number) {
            (Some(uid), _) => uid.to_string(),
            (None, FetchNumber::Seq(number)) => format!("number-{number}"),
            (None, FetchNumber::Uid(uid)) => uid.to_string(),
        };
        let name = name.replace(UID, &uid);
        let file = File::create(&name).await;
        let file = file.with_context(|| format!("cannot create {name}"))?;
        Ok(Open {
            output: Box::new(file),
            name,
        })
    }

    /// What an error has left undone.
    fn incomplete(&self) -> String {
        match &self.open {
            Some(open) => format!("{} is incomplete", open.name),
            None => "FETCH was not done".to_owned(),
        }
    }
}
