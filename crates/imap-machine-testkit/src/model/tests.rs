//! The model notices what is wrong: a comparison that cannot fail shows nothing.

use std::num::NonZeroU32;

use imap_machine::Instant;
use imap_machine::client::{
    ClientConnection, Command, CommandHandle, CommandOptions, Config, Tracking,
};

use crate::invariants::Watch;
use crate::rule::Broken;

/// A connection and its watch.
struct Pair {
    connection: ClientConnection,
    watch: Watch,
}

impl Pair {
    /// With a mailbox of three messages selected; the second one has UID 20.
    fn selected() -> Self {
        let news = "* 3 EXISTS\r\n* 2 FETCH (UID 20 FLAGS (\\Seen))\r\n";
        Self::told(Config::default(), news)
    }

    /// With a mailbox selected, after the server said `news` before the OK.
    fn told(mut config: Config, news: &str) -> Self {
        config.tracking = Tracking::Messages;
        let mut pair = Self {
            connection: ClientConnection::new(config, Instant::ORIGIN),
            watch: Watch::for_config(&config, vec![]),
        };
        pair.hears("* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n")
            .unwrap();
        let select = Command::select("INBOX").unwrap();
        let options = CommandOptions::default();
        let sent = pair
            .connection
            .send(select.clone(), options, Instant::ORIGIN);
        pair.watch.issued(sent.unwrap(), &select.into());
        // The command is started when events are polled.
        pair.hears("").unwrap();
        let written = pair.connection.transmit().to_vec();
        pair.watch.wrote(&written).unwrap();
        pair.connection
            .handle_transmitted(written.len(), Instant::ORIGIN);
        pair.hears(news).unwrap();
        pair.hears("A1 OK [READ-WRITE] done\r\n").unwrap();
        pair
    }

    /// The server sends this, and the watch is told.
    fn hears(&mut self, line: &str) -> Result<(), Broken> {
        self.watch.step();
        self.watch.read(line.as_bytes());
        self.connection
            .handle_input(line.as_bytes(), Instant::ORIGIN);
        while let Some(event) = self.connection.poll_event() {
            self.watch.event(&event)?;
            self.watch.after_event(&self.connection)?;
        }
        self.watch.at_rest(&mut self.connection, Instant::ORIGIN)
    }

    /// The server sends this, and the watch is not told.
    fn misses(&mut self, line: &str) -> Broken {
        self.watch.read(line.as_bytes());
        self.connection
            .handle_input(line.as_bytes(), Instant::ORIGIN);
        while self.connection.poll_event().is_some() {}
        let compared = self.watch.at_rest(&mut self.connection, Instant::ORIGIN);
        compared.expect_err("a difference")
    }
}

#[test]
fn what_the_model_has_not_seen_is_noticed() {
    for (line, seen) in [
        ("* 4 EXISTS\r\n", "EXISTS: 4 instead of 3"),
        ("* 1 RECENT\r\n", "RECENT: 1 instead of 0"),
        ("* 3 EXPUNGE\r\n", "EXISTS: 2 instead of 3"),
        (
            "* 9 EXPUNGE\r\n",
            "reliability of counts: Unreliable instead of Exact",
        ),
        ("* VANISHED 20\r\n", "EXISTS: 2 instead of 3"),
        (
            "* 2 FETCH (UID 21)\r\n",
            "UID by number: (2, Some(21)) instead of (2, Some(20))",
        ),
        (
            "* 1 FETCH (UID 3)\r\n",
            "messages without UID: 1 instead of 2",
        ),
        (
            "* 2 FETCH (FLAGS ())\r\n",
            "flags by number: (2, Some({})) instead of (2, Some({\"\\\\Seen\"}))",
        ),
        ("* OK [UIDNEXT 7] x\r\n", "UIDNEXT: Some(7) instead of None"),
        (
            "* OK [READ-ONLY] x\r\n",
            "access: ReadOnly instead of ReadWrite",
        ),
        ("* OK [CLOSED] x\r\n", "authenticated instead of selected"),
        ("* BYE x\r\n", "logout instead of selected"),
        (
            "* CAPABILITY IDLE\r\n",
            "Capabilities { names: Some(\"IDLE\") } instead of Some({\"IMAP4REV1\"})",
        ),
    ] {
        assert_eq!(Pair::selected().misses(line).seen, seen, "{line}");
    }
}

#[test]
fn what_both_have_seen_agrees() {
    let mut pair = Pair::selected();
    for line in [
        "* 1 EXPUNGE\r\n",
        "* 5 EXISTS\r\n",
        "* 1 FETCH (FLAGS (\\Deleted))\r\n",
        "* VANISHED 20\r\n",
        "* 9 FETCH (UID 3)\r\n",
        "* 4294967295 EXISTS\r\n",
        "* VANISHED 1:4000000000\r\n",
        "* 0 EXPUNGE\r\n",
        "* OK [CLOSED] x\r\n",
        "* 1 EXISTS\r\n",
    ] {
        pair.hears(line).unwrap();
    }
}

/// A view with room for nothing forgets what it had no room for; the model does not.
#[test]
fn a_view_without_room_may_know_less() {
    let mut config = Config::default();
    config.limits.mailbox_blocks = 1;
    let rows = "* 5 EXISTS\r\n* 2 FETCH (UID 7)\r\n* 1 FETCH (UID 3)\r\n";
    let mut pair = Pair::told(config, &format!("{rows}* VANISHED 7\r\n"));
    let messages = pair.connection.mailbox().unwrap().messages().unwrap();
    assert!(messages.overflowed());
    pair.hears("* VANISHED 3\r\n").unwrap();
}

/// COMPRESS and then this command were sent, the server's OK with this text has come, and the layer is not in place yet.
fn compressing(command: impl Into<Command>, text: &str) -> (Pair, CommandHandle) {
    let mut pair = Pair::selected();
    let now = Instant::ORIGIN;
    let [_, second] = [Command::compress().into(), command.into()].map(|command| {
        let options = CommandOptions::default();
        let sent = pair.connection.send(command.clone(), options, now).unwrap();
        pair.watch.issued(sent, &command);
        sent
    });
    pair.hears("").unwrap();
    let written = pair.connection.transmit().to_vec();
    pair.watch.wrote(&written).unwrap();
    pair.connection.handle_transmitted(written.len(), now);
    pair.hears(&format!("A2 OK {text} done\r\n")).unwrap();
    (pair, second)
}

/// The outcome of a command that was cancelled meanwhile comes before that of COMPRESS, whose text counts already.
#[test]
fn a_layer_stands_before_its_outcome_comes() {
    let (mut pair, noop) = compressing(Command::noop(), "[CAPABILITY IMAP4rev1 IDLE]");
    let now = Instant::ORIGIN;
    pair.connection.cancel(noop, now).unwrap();
    pair.connection.handle_upgraded(now).unwrap();
    pair.hears("").unwrap();
    assert!(pair.connection.capabilities().has("IDLE"));
}

/// A SELECT may begin between the layer and the outcome of COMPRESS, whose text is still about the mailbox before.
#[test]
fn what_came_before_a_layer_is_not_about_what_begins_after_it() {
    let examine = Command::examine("Archive").unwrap();
    let (mut pair, _) = compressing(examine.clone(), "[UIDNEXT 9]");
    pair.connection.handle_upgraded(Instant::ORIGIN).unwrap();
    pair.hears("").unwrap();
    let next = pair.connection.mailbox().unwrap().uid_next();
    assert_eq!(next.map(NonZeroU32::get), Some(9));

    let (mut pair, _) = compressing(examine, "[CLOSED]");
    pair.connection.handle_upgraded(Instant::ORIGIN).unwrap();
    pair.hears("").unwrap();
    let written = pair.connection.transmit().to_vec();
    pair.watch.wrote(&written).unwrap();
    pair.connection
        .handle_transmitted(written.len(), Instant::ORIGIN);
    pair.hears("* 7 EXISTS\r\nA3 OK done\r\n").unwrap();
    assert_eq!(pair.connection.mailbox().unwrap().exists(), 7);
}

#[test]
fn a_watch_that_is_not_told_everything_says_so() {
    let mut pair = Pair::selected();
    pair.watch.read(b"* 4 EXISTS\r\n");
    pair.connection
        .handle_input(b"* 4 EXISTS\r\n", Instant::ORIGIN);
    let event = pair.connection.poll_event().unwrap();
    pair.watch.event(&event).unwrap();
    let compared = pair.watch.at_rest(&mut pair.connection, Instant::ORIGIN);
    let rule = compared.map_err(|broken| broken.rule);
    assert_eq!(rule, Err("after_event follows each event"));
}
