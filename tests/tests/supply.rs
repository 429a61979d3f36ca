//! A literal that the application supplies is written as it was given, in both ways to give it.

use imap_machine::Instant;
use imap_machine::client::{
    AppendMessage, ClientConnection, Command, CommandHandle, CommandOptions, Config,
};
use proptest::prelude::*;

const NOW: Instant = Instant::ORIGIN;
// Larger than a buffer that is taken over instead of copied, and not a round number.
const SIZE: usize = 150_000;

/// A connection whose server waits for the literal.
fn waiting_for_octets(supply: usize) -> (ClientConnection, CommandHandle) {
    let mut config = Config::default();
    config.limits.supply = supply;
    waiting_for(config, SIZE as u64)
}

fn waiting_for(config: Config, size: u64) -> (ClientConnection, CommandHandle) {
    let mut connection = ClientConnection::new(config, NOW);
    connection.handle_input(b"* PREAUTH hi\r\n", NOW);
    let append = Command::append("INBOX", AppendMessage::supplied(size)).unwrap();
    let options = CommandOptions::default();
    let handle = connection.send(append, options, NOW).unwrap();
    while connection.poll_event().is_some() {}
    let announced = connection.transmit().len();
    connection.handle_transmitted(announced, NOW);
    connection.handle_input(b"+ go on\r\n", NOW);
    while connection.poll_event().is_some() {}
    (connection, handle)
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Supplies this number of octets from a buffer of our own.
    Lend(usize),
    /// Fills this percentage of the space. The space may be asked for twice.
    Fill(usize, bool),
    /// Writes this percentage of the output.
    Write(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..70_000_usize).prop_map(Step::Lend),
        (0..=100_usize, any::<bool>()).prop_map(|(percent, twice)| Step::Fill(percent, twice)),
        Just(Step::Fill(100, false)),
        (0..=100_usize).prop_map(Step::Write),
        Just(Step::Write(100)),
    ]
}

/// Takes the steps, and checks after each that the unsent octets are those that were given and not written. They are within the
/// limit, and the CRLF that ends the command follows as soon as the literal is complete.
fn play(supply: usize, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let (mut connection, handle) = waiting_for_octets(supply);
    let message: Vec<u8> = (0..SIZE).map(|index| (index % 251) as u8 + 1).collect();
    let (mut given, mut written) = (0, Vec::new());
    for step in steps {
        let rest = &message[given..];
        match step {
            Step::Lend(octets) => {
                let octets = &rest[..octets.min(rest.len())];
                // The call is refused when the literal is complete.
                given += connection.supply(handle, octets, NOW).unwrap_or(0);
            }
            Step::Fill(percent, twice) => {
                if twice {
                    let space = connection.supply_space(handle);
                    space.unwrap_or_default().fill(0);
                }
                let Ok(space) = connection.supply_space(handle) else {
                    continue;
                };
                prop_assert!(space.len() <= rest.len().min(supply));
                let octets = space.len() * percent / 100;
                space[..octets].copy_from_slice(&rest[..octets]);
                prop_assert_eq!(connection.supplied(handle, octets, NOW), Ok(octets));
                given += octets;
            }
            Step::Write(percent) => {
                let octets = connection.transmit();
                let octets = &octets[..octets.len() * percent / 100];
                written.extend_from_slice(octets);
                let octets = octets.len();
                connection.handle_transmitted(octets, NOW);
            }
        }
        while connection.poll_event().is_some() {}
        let sent = written.len().min(SIZE);
        prop_assert!(given - sent <= supply, "{given} given, {sent} sent");
        let end = if given == SIZE { "\r\n".len() } else { 0 };
        let unsent = given + end - written.len();
        prop_assert_eq!(connection.unsent_octets(), unsent as u64);
    }
    while !connection.transmit().is_empty() {
        let octets = connection.transmit().to_vec();
        connection.handle_transmitted(octets.len(), NOW);
        written.extend_from_slice(&octets);
    }
    let literal = &written[..written.len().min(SIZE)];
    prop_assert!(
        literal == &message[..given],
        "{} octets of {given}",
        written.len()
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn both_ways_are_one_stream(
        supply in prop::sample::select(vec![1, 100, 20_000, 64 << 10]),
        steps in prop::collection::vec(step(), 1..60),
    ) {
        play(supply, steps)?;
    }
}

/// The limit counts the literal, and not the CRLF after it.
#[test]
fn the_last_octets_are_as_many_as_the_limit_allows() {
    let (supply, half) = (20_000, 10_000);
    let mut steps = [Step::Fill(100, false), Step::Write(100)].repeat(6);
    steps.extend([Step::Fill(100, false), Step::Write(50)]);
    steps.push(Step::Fill(100, false));
    assert_eq!(6 * supply + supply + half, SIZE);
    play(supply, steps).unwrap();
}

#[test]
fn a_command_that_wants_nothing_has_no_space() {
    let (mut connection, handle) = waiting_for_octets(100);
    assert_eq!(connection.supply_space(handle).unwrap().len(), 100);
    connection.supplied(handle, 100, NOW).unwrap();
    assert_eq!(connection.supply_space(handle).unwrap().len(), 0);
    connection.handle_input(b"A1 NO full\r\n", NOW);
    while connection.poll_event().is_some() {}
    assert!(connection.supply_space(handle).is_err());
    assert!(connection.supplied(handle, 1, NOW).is_err());
}

/// A space may hold old octets. It counts for one call, and for no more octets than there is room for.
#[test]
fn a_space_counts_once() {
    let (mut connection, handle) = waiting_for_octets(100);
    connection.supply_space(handle).unwrap().fill(b'a');
    assert_eq!(connection.supply(handle, &[b'b'; 100], NOW), Ok(100));
    assert_eq!(connection.supplied(handle, 100, NOW), Ok(0));
    assert_eq!(connection.transmit(), [b'b'; 100]);

    let (mut connection, handle) = waiting_for_octets(64 << 10);
    connection.supply_space(handle).unwrap().fill(b'a');
    assert_eq!(connection.supplied(handle, 99, NOW), Ok(99));
    assert_eq!(connection.supplied(handle, 99, NOW), Ok(0));
    connection.handle_transmitted(99, NOW);
    let space = connection.supply_space(handle).unwrap().len();
    assert_eq!(connection.supplied(handle, space, NOW), Ok(space));
    connection.handle_transmitted(space, NOW);
    assert_eq!(connection.supplied(handle, 30_000, NOW), Ok(0));
}

/// Neither the limit nor the size of the message decides how much is allocated.
#[test]
fn a_space_is_small_whatever_the_limit() {
    let mut config = Config::default();
    config.limits.supply = usize::MAX;
    let size = i64::MAX as u64;
    let (mut connection, handle) = waiting_for(config, size);
    assert_eq!(connection.supply_space(handle).unwrap().len(), 64 << 10);
}
