//! Which states are equal.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::world::World;

/// A number that is the same for states from which the same follows; see the [module](super).
pub(super) fn fingerprint(world: &World) -> u128 {
    let text = shown(world);
    let half = |which: u8| {
        let mut hasher = DefaultHasher::new();
        (which, &text).hash(&mut hasher);
        hasher.finish()
    };
    u128::from(half(0)) << 64 | u128::from(half(1))
}

fn shown(world: &World) -> String {
    let connection = &world.subject.connection;
    let now = world.subject.now();
    let deadline = connection.poll_timeout();
    let deadline = deadline.map(|it| (it.at.saturating_since(now), it.timer));
    let commands = connection.commands();
    let commands: Vec<_> = commands
        .map(|it| (it.command.handle, it.command.verb, it.phase))
        .collect();
    let mailbox = connection.mailbox();
    let mailbox = mailbox.map(|view| (view.name(), view.exists(), view.certainty()));
    let said = String::from_utf8_lossy(connection.transmit());
    let shown = format!(
        "{:?} {:?} {deadline:?} {commands:?} {mailbox:?} {said:?} {:?} {:?} {:?} {:?} {} {}",
        connection.state(),
        connection.waiting(),
        connection.received_octets().0,
        world.flow,
        world.rest,
        world.owed,
        world.halves,
        world.subject.watch.fingerprint(now),
    );
    from_the_next(&shown, world.sent)
}

/// Writes each handle and tag as its distance from the next one, so that the number of earlier commands makes no difference.
fn from_the_next(text: &str, sent: usize) -> String {
    let mut counted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['A', '(']) {
        let (before, behind) = rest.split_at(at + 1);
        counted.push_str(before);
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = behind.split_at(digits);
        let is_handle = before.ends_with('A') || before.ends_with("CommandHandle(");
        match number.parse::<usize>() {
            Ok(number) if is_handle => counted.push_str(&format!("-{}", sent + 1 - number)),
            _ => counted.push_str(number),
        }
        rest = behind;
    }
    counted.push_str(rest);
    counted
}
