mod beginning;
mod courses;
mod interleavings;
mod wire;
mod world;

use alloc::string::String;
use alloc::vec::Vec;
use core::task::Poll;
use core::time::Duration;

use super::*;
use crate::client::answers::{Answer, Done, Fetched};
use crate::client::{Command, CommandOptions, Config, NotSent, Unknown};
use crate::error::{ApiMisuse, CloseReason};

const NOW: Instant = Instant::ORIGIN;

const fn at(seconds: u64) -> Instant {
    Instant::from_micros(1_000_000 * seconds)
}

/// A desk whose server is an array of lines.
struct Table {
    desk: Desk,
    now: Instant,
}

impl Table {
    fn new(pace: Pace) -> Self {
        let desk = Desk::new(ClientConnection::new(Config::default(), NOW), pace);
        let mut table = Self { desk, now: NOW };
        table.says("* PREAUTH hi\r\n");
        let select = Command::select("INBOX").unwrap();
        let ticket = table.desk.send(select, options(), NOW).unwrap();
        table.turn();
        table.says("* 9 EXISTS\r\nA1 OK\r\n");
        assert!(table.answer(&ticket).is_some_and(|answer| answer.is_ok()));
        table
    }

    /// As many octets as the connection wants arrive at once.
    fn says(&mut self, text: &str) {
        self.desk.handle_input(text.as_bytes(), self.now);
        self.turn();
    }

    fn turn(&mut self) {
        while self.desk.poll(self.now, |_| ()).is_some() {}
        let len = self.desk.connection().transmit().len();
        self.desk.handle_transmitted(len, self.now);
    }

    fn wait(&mut self, span: Duration) {
        self.now = self.now + span;
        self.desk.handle_timeout(self.now);
        self.turn();
    }

    fn answer<A: Answer>(&mut self, ticket: &Ticket<A>) -> Option<Result<A::Value, CommandError>> {
        match self.desk.poll_answer(ticket, Waker::noop()) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => None,
        }
    }

    fn next(&mut self, handle: CommandHandle) -> Option<Item> {
        let item = match self.desk.poll_next(handle, || self.now, Waker::noop()) {
            Poll::Ready(item) => Some(item),
            Poll::Pending => None,
        };
        self.turn();
        item
    }

    fn noop(&mut self) -> Ticket<Done> {
        let ticket = self.desk.send(Command::noop(), options(), self.now);
        self.turn();
        ticket.unwrap()
    }

    fn rows(&mut self) -> CommandHandle {
        let fetch = Command::uid_fetch("1:*", "FLAGS").unwrap();
        let handle = self.desk.stream(fetch, options(), self.now).unwrap();
        self.turn();
        handle
    }
}

fn options() -> CommandOptions {
    CommandOptions::default()
}

fn lines(rows: core::ops::Range<u32>) -> String {
    rows.map(|n| alloc::format!("* {} FETCH (UID {n} FLAGS ())\r\n", n % 9 + 1))
        .collect()
}

fn pace(hold: usize) -> Pace {
    Pace {
        hold,
        ..Pace::default()
    }
}

#[test]
fn a_reader_alone_may_take_its_time_and_loses_nothing() {
    let mut table = Table::new(pace(2_000));
    let fetch = table.rows();
    table.says(&(lines(1..500) + "A2 OK\r\n"));
    assert!(!table.desk.connection().wants_read());
    let (mut rows, mut longest) = (0, 0);
    loop {
        table.wait(Duration::from_secs(3600 / 100));
        longest = longest.max(table.desk.held());
        match table.next(fetch) {
            Some(Item::Event(_)) => rows += 1,
            Some(Item::End(end)) => break assert!(end.is_ok(), "{end:?}"),
            None => panic!("it waits for nothing"),
        }
    }
    assert_eq!(rows, 499);
    assert!(longest < 3_000, "{longest}");
    assert!(table.desk.connection().wants_read());
}

/// RFC 9051 section 6.4.5: a FETCH may be refused after some of its rows.
#[test]
fn a_stream_has_what_was_said_before_a_no() {
    let mut table = Table::new(pace(2_000));
    let fetch = table.rows();
    table.says(&(lines(1..4) + "A2 NO [LIMIT] not more\r\n"));
    for _ in 1..4 {
        assert!(matches!(table.next(fetch), Some(Item::Event(_))));
    }
    let Some(Item::End(Err(CommandError::Refused(refused)))) = table.next(fetch) else {
        panic!("{:?}", table.desk);
    };
    assert!(refused.text.has_code("LIMIT"));
}

#[test]
fn others_wait_for_a_reader_as_long_as_their_patience_and_no_longer() {
    let mut table = Table::new(pace(2_000));
    let fetch = table.rows();
    table.says(&(lines(1..500) + "A2 OK\r\nA3 OK\r\n"));
    table.wait(Duration::from_secs(1000));
    let noop = table.noop();
    assert_eq!(table.desk.poll_timeout(), Some(at(1005)));
    table.wait(Duration::from_secs(4));
    assert!(table.answer(&noop).is_none());
    table.wait(Duration::from_secs(1));
    assert!(table.answer(&noop).is_some_and(|answer| answer.is_ok()));
    let mut rows = 0;
    let end = loop {
        match table.next(fetch) {
            Some(Item::Event(_)) => rows += 1,
            Some(Item::End(end)) => break end,
            None => panic!("it has ended"),
        }
    };
    assert!(rows > 5, "{rows}");
    assert!(matches!(
        end,
        Err(CommandError::Overflow(Overflow::SlowReader {
            hold: 2_000,
            ..
        }))
    ));
    assert!(!table.desk.connection().is_closed());
}

#[test]
fn a_reader_that_takes_half_in_time_keeps_its_stream() {
    let mut table = Table::new(pace(2_000));
    let fetch = table.rows();
    table.says(&(lines(1..100) + "A2 OK\r\nA3 OK\r\n"));
    let noop = table.noop();
    let mut rows = 0;
    let end = loop {
        // A thousand octets in less than five seconds.
        table.wait(Duration::from_millis(200));
        match table.next(fetch) {
            Some(Item::Event(_)) => rows += 1,
            Some(Item::End(end)) => break end,
            None => panic!("it has ended"),
        }
    };
    assert!(end.is_ok(), "{end:?}");
    assert_eq!(rows, 99);
    assert!(table.answer(&noop).is_some_and(|answer| answer.is_ok()));
}

#[test]
fn a_reader_that_has_gone_holds_up_nobody() {
    let mut table = Table::new(pace(2_000));
    let fetch = table.rows();
    table.says(&(lines(1..500) + "A2 OK\r\nA3 OK\r\n"));
    let noop = table.noop();
    assert!(table.answer(&noop).is_none());
    table.desk.abandon(fetch, table.now).unwrap();
    table.turn();
    assert!(table.answer(&noop).is_some_and(|answer| answer.is_ok()));
    assert_eq!(table.desk.held(), 0);
    assert!(matches!(
        table.next(fetch),
        Some(Item::End(Err(CommandError::Misuse(ApiMisuse::NotOpen))))
    ));
}

#[test]
fn silence_does_not_count_while_nothing_is_read_but_deadlines_do() {
    let mut table = Table::new(pace(2_000));
    let fetch = table.rows();
    table.says(&lines(1..500));
    let minute = Config::default().timeouts.completion;
    for _ in 0..100 {
        table.wait(minute);
    }
    assert!(!table.desk.connection().is_closed());
    let deadline = CommandOptions::deadline(Duration::from_secs(1));
    let noop = table
        .desk
        .send(Command::noop(), deadline, table.now)
        .unwrap();
    table.turn();
    table.wait(Duration::from_secs(1));
    assert!(matches!(
        table.answer(&noop),
        Some(Err(CommandError::Unknown(Unknown::TimedOut)))
    ));
    // When it reads on, the server's silence counts again.
    table.desk.abandon(fetch, table.now).unwrap();
    table.turn();
    table.wait(minute);
    let closed = table.desk.closed().expect("it is over");
    assert!(matches!(closed.reason(), CloseReason::TimedOut(_)));
    assert_eq!(
        closed.mailbox().map(crate::client::MailboxView::exists),
        Some(9)
    );
}

#[test]
fn an_answer_that_is_too_large_is_given_up_and_the_connection_goes_on() {
    let mut table = Table::new(Pace {
        answer: 10_000,
        ..Pace::default()
    });
    let fetch = Command::uid_fetch("1:*", "FLAGS").unwrap();
    let fetch: Ticket<Fetched> = table.desk.send(fetch, options(), NOW).unwrap();
    table.turn();
    table.says(&(lines(1..500) + "A2 OK\r\n"));
    assert!(matches!(
        table.answer(&fetch),
        Some(Err(CommandError::Overflow(Overflow::TooLarge {
            limit: 10_000
        })))
    ));
    let noop = table.noop();
    table.says("A3 OK\r\n");
    assert!(table.answer(&noop).is_some_and(|answer| answer.is_ok()));
}

#[test]
fn listeners_hear_the_news_and_every_alert_and_how_much_they_missed() {
    let mut table = Table::new(Pace {
        news: 2_000,
        ..Pace::default()
    });
    let (first, second) = (table.desk.listen(), table.desk.listen());
    let fetch = table.rows();
    table.says(
        "* 1 FETCH (UID 1 FLAGS ())\r\n* NO [ALERT] one\r\nA2 NO [ALERT] two\r\n* 8 EXISTS\r\n",
    );
    assert!(matches!(table.next(fetch), Some(Item::Event(_))));
    let mut heard = |listener: &Listener| {
        let mut heard = Vec::new();
        while let Poll::Ready(Some(update)) = table.desk.poll_news(listener, Waker::noop()) {
            heard.push(alloc::format!("{update:?}"));
        }
        heard
    };
    let told = heard(&first);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].contains("one") && told[1].contains("two") && told[2].contains("Exists(8)"));
    assert_eq!(heard(&second).len(), 3);
    for number in 0..100 {
        table.says(&alloc::format!("* {} EXISTS\r\n", 10 + number));
    }
    assert!(matches!(
        table.desk.poll_news(&first, Waker::noop()),
        Poll::Ready(Some(Update::Missed(missed))) if missed > 50
    ));
    table.desk.close(table.now);
    table.turn();
    while let Poll::Ready(Some(_)) = table.desk.poll_news(&first, Waker::noop()) {}
    let ended = table.desk.poll_news(&first, Waker::noop());
    assert!(matches!(ended, Poll::Ready(None)));
}

#[test]
fn who_hears_that_the_connection_has_ended_finds_it_closed() {
    let mut table = Table::new(Pace::default());
    let noop = table.noop();
    table.desk.handle_eof(table.now);
    loop {
        let answer = table.answer(&noop);
        assert_eq!(answer.is_some(), table.desk.closed().is_some());
        if answer.is_some() {
            break;
        }
        table.desk.poll(table.now, |_| ());
    }
    let late = table.desk.send(Command::noop(), options(), table.now);
    assert!(matches!(
        late,
        Err(CommandError::NotSent(NotSent::Closed(_)))
    ));
}

#[test]
fn an_idle_hears_the_news_and_its_end() {
    let mut table = Table::new(Pace::default());
    let idle = table.desk.idle(options(), NOW).unwrap();
    table.turn();
    table.says("+ idling\r\n* 10 EXISTS\r\n");
    let next = |table: &mut Table| match table.desk.poll_idle(idle, Waker::noop()) {
        Poll::Ready(heard) => alloc::format!("{heard:?}"),
        Poll::Pending => String::new(),
    };
    assert!(next(&mut table).contains("Idling"));
    assert!(next(&mut table).contains("Exists(10)"));
    assert_eq!(next(&mut table), "");
    table.desk.done(idle, table.now).unwrap();
    table.turn();
    table.says("A2 OK done\r\n");
    assert!(next(&mut table).starts_with("End(Ok"));
    assert!(next(&mut table).contains("NotOpen"));
}
