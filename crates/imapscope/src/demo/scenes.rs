//! The scenes: what is done, and what must come of it.
//!
//! A scene reports its result in a few words, and the demo compares them with the expected ones.

use std::time::Duration;

use anyhow::{Context as _, bail};
use imap_machine::client::{CommandOptions, Event, Flag, Search, Store, Waiting};
use imap_machine::codec::{Untagged, Value};
use imap_machine_testkit::server::Message;
use imap_machine_tokio::{CommandError, Responses, Update};
use tokio::time::{MissedTickBehavior, interval_at};

use super::report::Heading;
use super::stage::{MESSAGE, MESSAGES, Stage};
use crate::style::octets;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    Undrained,
    Refused,
    Idle,
    Big,
    Silent,
}

/// How long the command that the server never answers may take.
const DEADLINE: Duration = Duration::from_secs(2);
/// A buffer below this size is small, and does not grow with the message.
const SMALL: usize = 1 << 20;
/// How often a scene that waits shows what the connection waits for.
const ASK: Duration = Duration::from_millis(500);

impl Scene {
    pub const ALL: [Self; 5] = [
        Self::Undrained,
        Self::Refused,
        Self::Idle,
        Self::Big,
        Self::Silent,
    ];

    pub fn heading(self) -> Heading {
        match self {
            Self::Undrained => Heading {
                name: "undrained",
                title: "An answer that no one reads",
                report: "emersion/go-imap#647",
                story: &[
                    "The program asks for 300 messages and does not read the answer. Where reading the answer and",
                    "reading the socket are one, the STORE and the NOOP after it never return, and neither does Close.",
                ],
            },
            Self::Refused => Heading {
                name: "refused",
                title: "A message that is refused before it is sent",
                report: "duesee/imap-next#45",
                story: &[
                    "APPEND announces a message and waits for the server's +. The server says NO instead.",
                    "A client that waits only for the + waits for ever, and so does every later command.",
                ],
            },
            Self::Silent => Heading {
                name: "silent",
                title: "A command that the server never answers",
                report: "chatmail/core#1795",
                story: &[
                    "SEARCH has a deadline of two seconds, and no answer ever comes. A NOOP after it does not wait,",
                    "and when the time is up the program gets an outcome and the connection goes on.",
                ],
            },
            Self::Idle => Heading {
                name: "idle",
                title: "IDLE, new mail, and a command in the middle of it",
                report: "mjs/imapclient#278",
                story: &[
                    "While the server idles, only DONE may be sent. New mail arrives, and the program simply fetches it:",
                    "DONE, the end of IDLE, and then the FETCH go out in order.",
                ],
            },
            Self::Big => Heading {
                name: "big",
                title: "A message that is larger than the memory for it",
                report: "RFC 9051 section 4.3",
                story: &[
                    "The body passes through in pieces, as it arrives; the connection holds none of it.",
                ],
            },
        }
    }

    pub fn expected(self, stage: &Stage) -> String {
        match self {
            Self::Undrained => format!("FETCH ok, STORE ok, NOOP ok; {MESSAGES} read"),
            Self::Refused => "APPEND no TRYCREATE, NOOP ok".to_owned(),
            Self::Silent => "NOOP ok, SEARCH timed out, STATUS ok".to_owned(),
            Self::Idle => format!("news of {}, IDLE ok, 1 fetched", MESSAGES + 1),
            Self::Big => format!("{} through a small buffer", octets(stage.big)),
        }
    }

    pub async fn play(self, stage: &Stage) -> anyhow::Result<String> {
        match self {
            Self::Undrained => stage.undrained().await,
            Self::Refused => stage.refused().await,
            Self::Silent => stage.silent().await,
            Self::Idle => stage.idle().await,
            Self::Big => stage.big().await,
        }
    }
}

impl Stage {
    async fn undrained(&self) -> anyhow::Result<String> {
        let items = "UID FLAGS BODY.PEEK[]";
        let unread = self.client.uid_fetch_stream("1:*", items)?;
        let store = self.client.uid_store("1:10", Store::add([Flag::SEEN]));
        let noop = self.client.noop();
        let (store, noop) = self.watched(async { tokio::join!(store, noop) }).await;
        let fetch = self
            .timeline
            .outcome(unread.handle().context("FETCH was not sent")?)
            .await;
        let held = octets(u64::from(MESSAGES) * MESSAGE);
        self.timeline.note(format!(
            "All done, and not one message was read: {held} are held for the reader."
        ));
        let messages = read_messages(unread).await?;
        self.timeline.note(format!(
            "Now the program reads: {messages} messages, all there."
        ));
        Ok(format!(
            "FETCH {fetch}, STORE {}, NOOP {}; {messages} read",
            word(&store),
            word(&noop)
        ))
    }

    async fn refused(&self) -> anyhow::Result<String> {
        let message = vec![b'x'; 1 << 20];
        let append = self.client.append("Nowhere", message);
        let noop = self.client.noop();
        let (append, noop) = self.watched(async { tokio::join!(append, noop) }).await;
        Ok(format!("APPEND {}, NOOP {}", word(&append), word(&noop)))
    }

    async fn silent(&self) -> anyhow::Result<String> {
        let search = imap_machine::client::Command::search(Search::all())?;
        let options = CommandOptions::deadline(DEADLINE);
        let search = self.client.stream(search, options);
        let noop = word(&self.client.noop().await);
        let search = self.watched(search.outcome()).await;
        let items = ["MESSAGES"];
        let status = self.client.status("Archive", items).await;
        Ok(format!(
            "NOOP {noop}, SEARCH {}, STATUS {}",
            word(&search),
            word(&status)
        ))
    }

    async fn idle(&self) -> anyhow::Result<String> {
        let mut idle = self.client.idle(CommandOptions::default());
        let mut announced = None;
        while let Some(update) = idle.next().await {
            let Update::Event(event) = update? else {
                continue;
            };
            match event {
                Event::Idling { .. } => {
                    self.timeline.note("A message arrives.");
                    self.server.deliver("INBOX", Message::text("News", MESSAGE));
                }
                Event::Untagged {
                    data: Untagged::Exists(count),
                    ..
                } => {
                    announced = Some(count);
                    break;
                }
                _ => {}
            }
        }
        let number = announced.context("IDLE ended without news")?;
        let items = "UID RFC822.SIZE";
        let newest = number.to_string();
        let fetched = self.watched(self.client.fetch(&newest, items)).await?;
        let mut end = Ok(());
        while let Some(update) = idle.next().await {
            end = update.map(drop);
        }
        let idle = word(&end);
        Ok(format!(
            "news of {number}, IDLE {idle}, {} fetched",
            fetched.messages.len()
        ))
    }

    async fn big(&self) -> anyhow::Result<String> {
        self.client.select("Big").await?;
        self.timeline.peak();
        let before = resident();
        let mut fetch = self.client.fetch_stream("1", body())?;
        let (mut received, mut told) = (0_u64, 0);
        while let Some(event) = fetch.next().await {
            let Event::Literal(piece) = event? else {
                continue;
            };
            if piece.offset != received {
                bail!("octet {received} is missing");
            }
            received += piece.data.len() as u64;
            let quarters = received.saturating_mul(4) / piece.size.max(1);
            if quarters > told {
                told = quarters;
                self.progress(received, piece.size, before);
            }
        }
        let peak = self.timeline.peak();
        self.timeline.note(format!(
            "The connection never held more than {} of it.",
            octets(peak as u64)
        ));
        let buffer = if peak < SMALL { "small" } else { "large" };
        Ok(format!("{} through a {buffer} buffer", octets(received)))
    }

    fn progress(&self, received: u64, size: u64, before: Option<u64>) {
        let memory = match (before, resident()) {
            (Some(before), Some(now)) => {
                let more = octets(now.saturating_sub(before));
                format!("; memory of client and server +{more}")
            }
            _ => String::new(),
        };
        let progress = format!("{} of {}{memory}", octets(received), octets(size));
        self.timeline.note(progress);
    }

    /// Does some work, and shows now and then what the connection waits for.
    async fn watched<T>(&self, work: impl Future<Output = T>) -> T {
        let mut ticks = interval_at(tokio::time::Instant::now() + ASK, ASK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                _ = ticks.tick() => {
                    let diagnosis = self.client.diagnosis();
                    if diagnosis.waiting != Waiting::Nothing {
                        self.timeline.diagnosis(&diagnosis);
                    }
                }
            }
        }
    }
}

fn body() -> &'static str {
    "BODY.PEEK[]"
}

/// How many messages are complete.
async fn read_messages(mut responses: Responses) -> anyhow::Result<usize> {
    let mut whole = 0;
    while let Some(event) = responses.next().await {
        let Event::Untagged {
            data: Untagged::Fetch(fetch),
            ..
        } = event?
        else {
            continue;
        };
        let body = fetch.section("BODY[]").map(|section| section.value);
        whole += match body {
            Some(Value::Literal(body)) => usize::from(body.len() as u64 == MESSAGE),
            _ => 0,
        };
    }
    Ok(whole)
}

/// How a command ended, in a word or two.
fn word<T>(result: &Result<T, CommandError>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(CommandError::Refused(refused)) => {
            let refusal = refused.refusal.to_string().to_lowercase();
            match refused.text.code_name() {
                Some(code) => format!("{refusal} {}", String::from_utf8_lossy(code)),
                None => refusal,
            }
        }
        Err(CommandError::Unknown(imap_machine::client::Unknown::TimedOut)) => {
            "timed out".to_owned()
        }
        Err(error) => format!("failed ({error})"),
    }
}

/// Memory of this process, in octets, if the system tells it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}
