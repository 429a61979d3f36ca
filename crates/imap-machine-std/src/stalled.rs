//! Peers that stall, in memory: time passes only while the client sleeps.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use imap_machine::client::desk::Desk;
use imap_machine::client::{AppendMessage, ClientConnection, Unknown};
use imap_machine_connect::Connecting;

use crate::client::Client;
use crate::clock::Clock;
use crate::driver::Driver;
use crate::layers::Stack;
use crate::transport::{Ready, Transport};
use crate::{
    Command, CommandError, CommandOptions, Config, Connector, Pace, TypedCommand, answers,
};

const GREETING: &str = "* PREAUTH [CAPABILITY IMAP4rev1 IDLE] ready\r\n";
const SPAN: Duration = Duration::from_millis(300);
const DEADLINE: Duration = Duration::from_millis(1500);
const DONE: Duration = Duration::from_secs(5);
/// How long it takes to read what there is room for, in a flood.
const READING: Duration = Duration::from_millis(100);
/// How late a deadline may be in a flood.
const LATE: Duration = Duration::from_millis(1000 + 100);

/// The other end.
struct Peer {
    now: Arc<Mutex<Duration>>,
    /// What it says, and when. No octets are the end.
    says: VecDeque<(Duration, Vec<u8>)>,
    /// What it says after that without end, as fast as it is read.
    flood: std::iter::Cycle<std::slice::Iter<'static, u8>>,
    /// How many octets it takes before it stalls.
    takes: usize,
}

impl Peer {
    fn now(&self) -> Duration {
        *self.now.lock().unwrap()
    }

    fn floods(&self) -> bool {
        self.flood.size_hint().0 > 0
    }
}

impl Transport for Peer {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let now = self.now();
        if self.says.is_empty() && self.floods() {
            space.fill_with(|| self.flood.next().copied().unwrap_or_default());
            *self.now.lock().unwrap() += READING;
            return Ok(space.len());
        }
        let (_, octets) = match self.says.front_mut() {
            Some(said) if said.0 <= now => said,
            _ => return Err(ErrorKind::WouldBlock.into()),
        };
        let taken = octets.len().min(space.len());
        for (to, from) in space.iter_mut().zip(octets.drain(..taken)) {
            *to = from;
        }
        if octets.is_empty() {
            self.says.pop_front();
        }
        Ok(taken)
    }

    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let taken = octets.len().min(self.takes);
        self.takes -= taken;
        match taken {
            0 => Err(ErrorKind::WouldBlock.into()),
            taken => Ok(taken),
        }
    }

    fn wait(&mut self, wanted: Ready, span: Duration) -> io::Result<Ready> {
        let write = wanted.write && self.takes > 0;
        let said = self.says.front().map(|(at, _)| *at);
        let said = said.or(self.floods().then_some(Duration::ZERO));
        let said = said.filter(|_| wanted.read).unwrap_or(Duration::MAX);
        let mut now = self.now.lock().unwrap();
        if !write {
            *now = said.min(*now + span).max(*now);
        }
        let read = said <= *now;
        Ok(Ready { read, write })
    }
}

/// A client of a peer that takes `takes` octets and says each line of `says` at its time after the beginning; and the clock.
fn client(takes: usize, says: &[(Duration, &str)]) -> (Client, Arc<Mutex<Duration>>) {
    flooded(takes, says, "")
}

/// The same. Then it says `flood` without end.
fn flooded(
    takes: usize,
    says: &[(Duration, &str)],
    flood: &'static str,
) -> (Client, Arc<Mutex<Duration>>) {
    let now = Arc::new(Mutex::new(Duration::ZERO));
    let greeting = (Duration::ZERO, GREETING.as_bytes().to_vec());
    let says = says
        .iter()
        .map(|(at, text)| (*at, text.as_bytes().to_vec()));
    let peer = Peer {
        now: Arc::clone(&now),
        says: [greeting].into_iter().chain(says).collect(),
        flood: flood.as_bytes().iter().cycle(),
        takes,
    };
    let shown = Arc::clone(&now);
    let clock = Clock::by(Box::new(move || *shown.lock().unwrap()));
    let mut config = Config::default();
    // Less than the patience for a `+`, which must not count.
    config.timeouts.done = DONE;
    let desk = Desk::new(ClientConnection::new(config, clock.told()), Pace::default());
    let connector = Connector::new("imap://localhost").unwrap();
    let tls = Connecting::over(&connector, clock.told()).unwrap().tls();
    let stack = Stack::new(Box::new(peer), tls).unwrap();
    (Client::new(Driver::new(desk, clock, Box::new(stack))), now)
}

const IDLE: usize = "A1 IDLE\r\n".len();
/// The delay of answers to commands sent in the beginning.
const AT_ONCE: Duration = Duration::from_millis(1);
const IDLING: (Duration, &str) = (AT_ONCE, "+ idling\r\n");

/// Octets that the peer takes, and what it says.
fn stalled() -> Vec<(usize, Vec<(Duration, &'static str)>)> {
    let dripping = (1..2000).map(|at| (SPAN / 3 * at, "* OK still here\r\n"));
    let idling_and_dripping = [IDLING].into_iter().chain(dripping.clone());
    let octets = (2..2000).map(|at| (SPAN / 3 * at, "x"));
    let half = (SPAN / 2, "* OK half a li");
    let half_and_octets = [IDLING, half].into_iter().chain(octets);
    let cut = (SPAN / 2, "");
    vec![
        (0, vec![]),
        (IDLE - 3, vec![]),
        (IDLE, vec![]),
        (IDLE, dripping.collect()),
        (IDLE, vec![IDLING]),
        (IDLE + 3, vec![IDLING]),
        (IDLE + 6, vec![IDLING]),
        (IDLE + 6, idling_and_dripping.collect()),
        (IDLE + 6, vec![IDLING, half]),
        (IDLE + 6, half_and_octets.collect()),
        (IDLE + 6, vec![IDLING, cut]),
        (IDLE + 6, vec![IDLING, half, cut]),
    ]
}

#[test]
fn an_idle_takes_its_span_and_the_time_for_done_and_no_more() {
    for (takes, says) in stalled() {
        let (mut client, now) = client(takes, &says);
        let ended = client.idle(SPAN).unwrap().last();
        let now = *now.lock().unwrap();
        assert!(matches!(ended, Some(Err(_))), "{takes} octets: {ended:?}");
        assert!(now <= SPAN + DONE, "{takes} octets: {now:?}");
    }
}

#[test]
fn an_idle_that_is_to_end_takes_the_time_for_done_and_no_more() {
    for (takes, says) in stalled() {
        let (mut client, now) = client(takes, &says);
        let ended = client.idle(1000 * SPAN).unwrap().done();
        let now = *now.lock().unwrap();
        assert!(ended.is_err(), "{takes} octets: {ended:?}");
        assert!(now <= DONE, "{takes} octets: {now:?}");
    }
}

#[test]
fn an_idle_ends_at_the_deadline_of_commands() {
    for span in [SPAN, 2 * DEADLINE] {
        for (takes, says) in stalled() {
            let (mut client, now) = client(takes, &says);
            client.set_deadline(Some(DEADLINE));
            let ended = client.idle(span).unwrap().last();
            let now = *now.lock().unwrap();
            assert!(matches!(ended, Some(Err(_))), "{takes} octets: {ended:?}");
            assert!(now <= DEADLINE, "{takes} octets: {now:?}");
        }
    }
}

#[test]
fn an_idle_ends_in_a_flood_as_well() {
    for (span, deadline, limit) in [
        (SPAN, None, SPAN + DONE),
        (1000 * SPAN, Some(DEADLINE), DEADLINE),
    ] {
        for takes in [IDLE, IDLE + 3, IDLE + 6] {
            let (mut client, now) = flooded(takes, &[IDLING], "* 7 EXISTS\r\n");
            client.set_deadline(deadline);
            let ended = client.idle(span).unwrap().last();
            let now = *now.lock().unwrap();
            assert!(matches!(ended, Some(Err(_))), "{takes} octets: {ended:?}");
            assert!(now <= limit + LATE, "{takes} octets: {now:?}");
        }
    }
    let (mut client, now) = flooded(IDLE + 6, &[IDLING], "* 7 EXISTS\r\n");
    assert!(client.idle(1000 * SPAN).unwrap().done().is_err());
    let now = *now.lock().unwrap();
    assert!(now <= DONE + LATE, "{now:?}");
}

/// Data that comes too late for its command is still news.
#[test]
fn news_that_come_with_the_answer_to_a_command_given_up_are_told() {
    let late = "* 3 EXPUNGE\r\n* 8 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* NO [ALERT] hurry\r\n\
                * LIST () \"/\" Work\r\n* 2 FETCH (UID 9)\r\nA2 OK\r\nA3 OK\r\n";
    let selected = "* 9 EXISTS\r\nA1 OK\r\n";
    let (mut client, _) = client(1000, &[(AT_ONCE, selected), (2 * SPAN, late)]);
    client.select("INBOX").unwrap();
    let options = CommandOptions::deadline(SPAN);
    let raw = Command::raw("XEVERYTHING").unwrap();
    let raw = TypedCommand::<answers::Done>::new(raw);
    let ticket = client.send(raw, options).unwrap();
    let error = client.wait(ticket).unwrap_err();
    assert!(matches!(error, CommandError::Unknown(Unknown::TimedOut)));
    client.noop().unwrap();
    let told: Vec<_> = client.updates().collect();
    let told = format!("{told:?}");
    for news in ["Expunge(3)", "Exists(8)", "Seen", "hurry", "Late"] {
        assert!(told.contains(news), "{news}: {told}");
    }
    assert_eq!(told.matches("Event(").count(), 5, "{told}");
}

#[test]
fn who_is_told_that_the_connection_has_ended_finds_it_closed() {
    let bye = |at| (at, "* BYE killed\r\n");
    let (mut idling, _) = client(1000, &[IDLING, bye(SPAN / 2)]);
    let ended = idling.idle(SPAN).unwrap().last();
    assert!(matches!(ended, Some(Err(_))), "{ended:?}");
    assert!(idling.closed().is_some());

    let go = (AT_ONCE, "+ go on\r\n");
    let (mut client, _) = client(1000, &[go, bye(SPAN)]);
    let message = io::repeat(b'x');
    let ended = client.append_stream("INBOX", AppendMessage::supplied(100_000), message);
    assert!(matches!(ended, Err(CommandError::Unknown(_))), "{ended:?}");
    assert!(client.closed().is_some());
}

#[test]
fn what_has_arrived_while_nobody_looked_is_not_late() {
    let long = 2 * Config::default().timeouts.completion;
    // Much more than one read, in pieces.
    let lines = "* 1 FETCH (FLAGS (\\Seen))\r\n".repeat(500);
    let mut says = vec![(AT_ONCE, "* 9 EXISTS\r\nA1 OK\r\n")];
    says.extend(vec![(2 * AT_ONCE, lines.as_str()); 100]);
    says.push((2 * AT_ONCE, "A2 OK\r\n"));
    says.push((long + 3 * AT_ONCE, "* 1 FETCH (FLAGS ())\r\nA3 OK\r\n"));
    let (mut client, now) = client(1000, &says);
    client.select("INBOX").unwrap();

    let noop = client.send(Command::noop(), CommandOptions::deadline(SPAN));
    *now.lock().unwrap() += long;
    if let Err(error) = client.wait(noop.unwrap()) {
        // The rest of the answer came after the deadline. It may be late, but it ends nothing else.
        assert!(matches!(error, CommandError::Unknown(Unknown::TimedOut)));
    }
    assert!(client.closed().is_none(), "{:?}", client.closed());

    let fetch = Command::fetch("1", "FLAGS").unwrap();
    let fetch = client.send(fetch, CommandOptions::default()).unwrap();
    *now.lock().unwrap() += long;
    assert_eq!(client.wait(fetch).unwrap().messages.len(), 1);
}
