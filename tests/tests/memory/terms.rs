//! Each term of the formula is needed: some server makes a connection hold a good part of it, and no server more than
//! all of it.

use imap_machine::Limits;
use imap_machine::client::{
    AppendMessage, ClientConnection, Command, Config, Flag, Store, Tracking,
};

use crate::measure::{Measured, NOW};
use crate::page;

const READ: usize = 1_000;

/// Limits that are so low that the fixed part of the formula is most of it, except for the limits that `widen` sets.
fn config(widen: impl FnOnce(&mut Limits)) -> Config {
    let mut config = Config::default();
    let limits = &mut config.limits;
    limits.line = 500;
    limits.message = 500;
    limits.commands = 5;
    limits.in_flight = 5;
    limits.mailbox_blocks = 1;
    limits.capabilities = 100;
    limits.supply = 100;
    widen(limits);
    config
}

/// Asserts that the formula holds, and that its term of this name is at most three times what the server reached.
fn assert_reached(server: &Measured, config: &Config, term: &str, application: u64) {
    let (read, peak) = (READ as u64, server.peak);
    let most = page::most(&config.limits, read, application);
    assert!(peak <= most, "{peak} of {most}");
    let term = page::term(term, &config.limits, read, application);
    assert!(term > most / 4, "{term} of {most}");
    assert!(3 * peak > term, "{peak} of {term}");
}

fn receive(config: &Config, said: &[u8]) -> Measured {
    let mut server = Measured::greeted(*config);
    said.chunks(READ).for_each(|read| _ = server.receive(read));
    server
}

#[test]
fn the_receive_buffer() {
    let config = config(|limits| limits.message = 1_100_000);
    let literal = [
        b"* LIST () NIL {1040000}\r\n",
        &[b'x'; 1_040_000][..],
        b"\r\n",
    ]
    .concat();
    let server = receive(&config, &literal);
    assert_reached(&server, &config, "the receive buffer", 0);
}

#[test]
fn places_of_streamed_literals() {
    let config = config(|limits| {
        limits.line = 600_000;
        limits.message = 600_000;
        limits.inline_literal = 0;
    });
    let row = [b"* 1 FETCH (X ", &*b"{1}\na".repeat(131_073), b")\r\n"].concat();
    let server = receive(&config, &row);
    assert_reached(&server, &config, "the places of literals", 0);
}

#[test]
fn capabilities() {
    let config = config(|limits| {
        limits.line = 120_000;
        limits.message = 120_000;
        limits.capabilities = 100_000;
    });
    let letter = |number: u8| char::from(b'!' + number % 64);
    let names = (0..25_000_u16).map(|number| {
        let [high, low] = number.to_be_bytes();
        format!(" {}{}{}", letter(high), letter(low / 64), letter(low))
    });
    let list = names.collect::<String>();
    let server = receive(&config, format!("* CAPABILITY{list}\r\n").as_bytes());
    assert_reached(&server, &config, "capabilities", 0);
}

#[test]
fn the_map_of_messages() {
    let mut config = config(|limits| limits.mailbox_blocks = 100);
    config.tracking = Tracking::Messages;
    let mut server = Measured::greeted(config);
    for tag in 1..=2 {
        server.send(|| Command::select("INBOX").unwrap());
        server.receive(b"");
        server.receive(b"* 4294967295 EXISTS\r\n");
        for number in 1..=120_000 {
            server.receive(format!("* {number} FETCH (UID {number} FLAGS ())\r\n").as_bytes());
        }
        if tag == 1 {
            server.receive(b"A1 OK done\r\n");
        }
    }
    assert_reached(&server, &config, "the map", 0);
}

#[test]
fn commands() {
    let config = config(|limits| limits.commands = 10_000);
    let mut server = Measured::greeted(config);
    let handles: Vec<_> = (0..10_000).map(|_| server.send(Command::noop)).collect();
    server.receive(b"");
    for handle in handles {
        server.with(|connection| _ = connection.cancel(handle, NOW));
    }
    server.receive(b"");
    assert_reached(&server, &config, "commands", 90_000);
}

#[test]
fn octets_of_commands() {
    let config = config(|_| {});
    let mut server = Measured::greeted(config);
    let long = "x".repeat(1_000_000);
    server.send(|| Command::id([("name", long.as_str())]).unwrap());
    server.receive(b"");
    assert_reached(&server, &config, "commands", 1_000_000);
}

/// The ranges that are cut into the most blocks.
#[test]
fn look_ups_among_commands_in_flight() {
    let config = config(|limits| {
        limits.commands = 1_000;
        limits.in_flight = 1_000;
    });
    let mut server = Measured::greeted(config);
    server.send(|| Command::select("INBOX").unwrap());
    server.receive(b"");
    server.receive(b"A1 OK done\r\n");
    let flags = || [Flag::DELETED];
    let store = || Command::uid_store("2:4294967294", Store::add(flags())).unwrap();
    for _ in 0..1_000 {
        server.send(store);
    }
    server.receive(b"");
    let line = "A1001 UID STORE 2:4294967294 +FLAGS (\\Deleted)\r\n".len() as u64;
    assert_reached(&server, &config, "look-ups", 1_000 * line);
}

#[test]
fn octets_of_a_supplied_literal() {
    const SUPPLY: usize = 1_000_000;
    let config = config(|limits| limits.supply = SUPPLY);
    let lent = vec![b'x'; SUPPLY];
    for filled in [100, 80, 20] {
        let mut server = Measured::greeted(config);
        let size = 20 * SUPPLY as u64;
        let append = || Command::append("INBOX", AppendMessage::supplied(size)).unwrap();
        let handle = server.send(append);
        server.receive(b"");
        server.receive(b"+\r\n");
        for round in 0..20 {
            server.with(|connection| {
                let space = connection.supply_space(handle).unwrap().len();
                let octets = space * filled / 100;
                connection.supplied(handle, octets, NOW).unwrap();
                if round % 3 == 0 {
                    let taken = connection.supply(handle, &lent, NOW);
                    assert_eq!(taken, Ok(SUPPLY - octets));
                }
                let some = connection.transmit().len() / 2;
                connection.handle_transmitted(some, NOW);
            });
            server.receive(b"");
        }
        assert_reached(&server, &config, "octets of a literal", 0);
    }
}

/// The most expensive order: pieces that just do not fit together, and a large one of which one octet is left.
#[test]
fn octets_of_a_supplied_literal_in_odd_pieces() {
    const SUPPLY: usize = 1_000_000;
    const SPACE: usize = 16 << 10;
    let config = config(|limits| limits.supply = SUPPLY);
    let lent = vec![b'x'; SUPPLY];
    let mut server = Measured::greeted(config);
    let append = || Command::append("INBOX", AppendMessage::supplied(1 << 40)).unwrap();
    let handle = server.send(append);
    server.receive(b"");
    server.receive(b"+\r\n");
    for _ in 0..3 {
        server.with(|connection| {
            connection.supply_space(handle).unwrap();
            connection.supplied(handle, 1, NOW).unwrap();
            let room = |connection: &ClientConnection| {
                connection.wants_supply().map_or(0, |(_, room)| room)
            };
            for piece in [8_200, 1].into_iter().cycle() {
                let left = room(connection) - SPACE;
                if left == 0 {
                    break;
                }
                let piece = &lent[..left.min(piece)];
                connection.supply(handle, piece, NOW).unwrap();
            }
            let space = connection.supply_space(handle).unwrap().len();
            connection.supplied(handle, space, NOW).unwrap();
            while connection.unsent_octets() > SPACE as u64 {
                let octets = connection.transmit().len();
                connection.handle_transmitted(octets, NOW);
            }
            connection.supply(handle, &lent, NOW).unwrap();
            let all_but_one = connection.unsent_octets() as usize - 1;
            connection.handle_transmitted(all_but_one, NOW);
        });
    }
    assert_reached(&server, &config, "octets of a literal", 0);
}
