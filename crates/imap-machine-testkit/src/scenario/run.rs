//! Playing a scenario: as it is written, and interrupted.

use std::fmt;
use std::time::Duration;

use super::adapter::{Adapter, Bare};
use super::chunking::{Chunking, Output, places};
use super::octets::escape;
use super::player::{Heard, Player};
use super::wire::Wire;
use super::{Action, Cuts, End, Mismatch, Scenario, view};
use crate::rule::Broken;

/// How a play is broken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// The server's side ends.
    Eof,
    /// The transport fails.
    Failure,
    /// The application closes the connection.
    Close,
    /// The server says nothing any more, and time goes by.
    Silence,
}

impl Interruption {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Eof, Self::Failure, Self::Close, Self::Silence];
}

/// A silent server is waited for this long. It is longer than all default timeouts: the longest is that of a command, 24 hours.
pub const LONGEST_SILENCE: Duration = Duration::from_secs(25 * 60 * 60);

/// Plays a scenario as it is written, with its octets cut like this.
///
/// # Errors
///
/// The first line that went otherwise.
pub fn run(scenario: &Scenario, chunking: Chunking) -> Result<(), Mismatch> {
    transcript(scenario, chunking, bare(scenario)).map(|_| ())
}

/// Plays a scenario in every way: under every chunking, then interrupted in every manner at every octet. Returns how many plays
/// there were.
///
/// # Errors
///
/// The first line that went otherwise in any of them.
pub fn run_all(scenario: &Scenario) -> Result<usize, Mismatch> {
    const SAME: &str = "the same as with whole blocks";
    let whole = transcript(scenario, Chunking::WHOLE, bare(scenario))?;
    // The same play again must give the same result.
    let again = transcript(scenario, Chunking::WHOLE, bare(scenario))?;
    compare(&whole, &again, SAME, Chunking::WHOLE)?;
    // What comes as a row is what would have come as an event.
    let by_rows = |wire| Bare::asking_for_rows(scenario, wire);
    let rows = transcript(scenario, Chunking::WHOLE, by_rows)?;
    compare(&whole, &rows, SAME, "rows asked for")?;
    let mut plays = 1;
    if scenario.cuts == Cuts::Anywhere {
        for chunking in Chunking::all(scenario.server_octets()).skip(plays) {
            let other = transcript(scenario, chunking, bare(scenario))?;
            compare(&whole, &other, SAME, chunking)?;
            plays += 1;
        }
    }
    for (block, octets) in scenario.blocks().enumerate() {
        let inside = places(octets.len());
        for at in inside.chain([0, octets.len()]) {
            for how in Interruption::ALL {
                interrupt(scenario, Place { block, at }, how)?;
                plays += 1;
            }
        }
    }
    for how in Interruption::ALL {
        interrupt(scenario, Place::END, how)?;
        plays += 1;
    }
    Ok(plays)
}

pub(super) fn bare(scenario: &Scenario) -> impl Fn(Wire) -> Bare {
    |wire| Bare::new(scenario, wire)
}

pub(super) fn compare(
    one: &[Heard],
    other: &[Heard],
    same: &str,
    play: impl fmt::Display,
) -> Result<(), Mismatch> {
    match one.iter().zip(other).find(|(a, b)| a != b) {
        Some((a, b)) => equal(&format!("{a:?}"), &format!("{b:?}"), same, play),
        None => {
            let [one, other] = [one, other].map(|heard| format!("{} events", heard.len()));
            equal(&one, &other, same, play)
        }
    }
}

pub(super) fn equal(
    one: &str,
    other: &str,
    same: &str,
    play: impl fmt::Display,
) -> Result<(), Mismatch> {
    match one == other {
        true => Ok(()),
        false => Err(Mismatch {
            line: 1,
            play: play.to_string(),
            expected: format!("{same}: {one}"),
            got: other.to_owned(),
        }),
    }
}

pub(super) fn transcript<A: Adapter>(
    scenario: &Scenario,
    chunking: Chunking,
    adapter: impl Fn(Wire) -> A,
) -> Result<Vec<Heard>, Mismatch> {
    let wire = Wire::new(chunking.output);
    let adapter = adapter(wire.clone());
    let mut script = Script {
        player: Player::new(adapter, wire, chunking.input),
        written: Vec::new(),
        play: chunking.to_string(),
        line: 1,
    };
    for step in &scenario.steps {
        script.line = step.line;
        script.step(&step.action)?;
    }
    script.claimed("the end of the scenario")?;
    Ok(script.player.transcript)
}

/// A scenario being played with all its expectations.
struct Script<A> {
    player: Player<A>,
    /// Not claimed by a `C:` line yet.
    written: Vec<u8>,
    play: String,
    line: usize,
}

impl<A: Adapter> Script<A> {
    fn step(&mut self, action: &Action) -> Result<(), Mismatch> {
        match action {
            Action::Client(octets) => self.wrote(octets),
            Action::Event(expected) => {
                let got = self.player.next_line();
                self.equal("> ", expected, got.as_deref().unwrap_or("no event"))
            }
            Action::Diagnosis(expected) => {
                let adapter = &self.player.adapter;
                let got = adapter.connection().diagnosis(adapter.now());
                self.equal("= ", expected, &got.to_string())
            }
            Action::State(expected) => {
                let Player { adapter, names, .. } = &self.player;
                let got = view::answer(expected, adapter.connection(), names, adapter.now());
                self.equal("? ", expected, got.as_deref().unwrap_or("no such question"))
            }
            Action::Server(octets) => {
                self.claimed("the server's next octets")?;
                let played = self.player.server(octets);
                self.sound(played)
            }
            Action::End(end) => {
                self.claimed("the end of the stream")?;
                let played = self.player.end(*end);
                self.sound(played)
            }
            Action::Time(span) => {
                self.claimed("the next moment")?;
                let played = self.player.work(self.player.adapter.now() + *span);
                self.sound(played)
            }
            Action::Call(verb) => {
                self.events_claimed("the next call")?;
                let played = self.player.call(verb);
                match self.sound(played)? {
                    true => Ok(()),
                    false => Err(self.mismatch("a command that was sent", "it was not")),
                }
            }
        }
    }

    fn wrote(&mut self, expected: &[u8]) -> Result<(), Mismatch> {
        self.written.append(&mut self.player.wire.take_written());
        let written = std::mem::take(&mut self.written);
        match written == expected {
            true => Ok(()),
            false => Err(self.mismatch(
                &format!("C: {}", escape(expected)),
                &match written.is_empty() {
                    true => "nothing was written".to_owned(),
                    false => format!("C: {}", escape(&written)),
                },
            )),
        }
    }

    fn equal(&self, sigil: &str, expected: &str, got: &str) -> Result<(), Mismatch> {
        match expected == got {
            true => Ok(()),
            false => Err(self.mismatch(&format!("{sigil}{expected}"), &format!("{sigil}{got}"))),
        }
    }

    /// Checks that the scenario lists all events and all output so far.
    fn claimed(&mut self, before: &str) -> Result<(), Mismatch> {
        self.events_claimed(before)?;
        self.written.append(&mut self.player.wire.take_written());
        match self.written.is_empty() {
            true => Ok(()),
            false => {
                let got = format!("C: {}", escape(&self.written));
                Err(self.mismatch(&format!("no more output before {before}"), &got))
            }
        }
    }

    fn events_claimed(&mut self, before: &str) -> Result<(), Mismatch> {
        match self.player.next_line() {
            None => Ok(()),
            Some(line) => {
                let expected = format!("no more events before {before}");
                Err(self.mismatch(&expected, &format!("> {line}")))
            }
        }
    }

    fn sound<T>(&self, played: Result<T, Broken>) -> Result<T, Mismatch> {
        played.map_err(|broken| self.mismatch(&format!("invariant: {}", broken.rule), &broken.seen))
    }

    fn mismatch(&self, expected: &str, got: &str) -> Mismatch {
        Mismatch {
            line: self.line,
            play: self.play.clone(),
            expected: expected.to_owned(),
            got: got.to_owned(),
        }
    }
}

/// Where a play is broken off: in this `S:` block, before this octet of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which block, from 0.
    pub block: usize,
    /// How many of its octets arrive.
    pub at: usize,
}

impl Place {
    /// After the last step.
    pub const END: Self = Self {
        block: usize::MAX,
        at: 0,
    };
}

/// Plays a scenario up to a place, breaks it off, and checks that every command has one outcome and that nothing comes after
/// the end.
///
/// # Errors
///
/// The invariant that did not hold, and at which line.
pub fn interrupt(scenario: &Scenario, place: Place, how: Interruption) -> Result<(), Mismatch> {
    broken_off(scenario, place, how, bare(scenario)).map(|_| ())
}

/// What was heard and what was written in a play that is broken off.
pub(super) fn broken_off<A: Adapter>(
    scenario: &Scenario,
    place: Place,
    how: Interruption,
    adapter: impl Fn(Wire) -> A,
) -> Result<(Vec<Heard>, Vec<u8>), Mismatch> {
    let wire = Wire::new(Output::Whole);
    let adapter = adapter(wire.clone());
    let mut player = Player::new(adapter, wire, Chunking::WHOLE.input);
    let mut line = 1;
    let played = up_to(scenario, place, &mut player, &mut line);
    let played = played.and_then(|()| finish(how, &mut player));
    played.map_err(|broken| Mismatch {
        line,
        play: format!("{how}, {place}"),
        expected: format!("invariant: {}", broken.rule),
        got: broken.seen,
    })?;
    Ok((player.transcript, player.wire.take_written()))
}

fn up_to<A: Adapter>(
    scenario: &Scenario,
    place: Place,
    player: &mut Player<A>,
    line: &mut usize,
) -> Result<(), Broken> {
    let mut block = 0;
    for step in &scenario.steps {
        *line = step.line;
        match &step.action {
            Action::Server(octets) if block == place.block => {
                return player.server(octets.get(..place.at).unwrap_or(octets));
            }
            Action::Server(octets) => {
                block += 1;
                player.server(octets)?;
            }
            Action::End(end) => player.end(*end)?,
            Action::Call(verb) => _ = player.call(verb)?,
            Action::Time(span) => player.work(player.adapter.now() + *span)?,
            Action::Client(_) | Action::Event(_) | Action::Diagnosis(_) | Action::State(_) => {}
        }
    }
    Ok(())
}

fn finish<A: Adapter>(how: Interruption, player: &mut Player<A>) -> Result<(), Broken> {
    match how {
        Interruption::Eof => player.end(End::Eof)?,
        Interruption::Failure => player.end(End::Failure)?,
        Interruption::Close => player.close()?,
        Interruption::Silence => silence(player)?,
    }
    // If reading is paused, the end of the stream is seen when it goes on.
    player.resume()?;
    match player.is_over() {
        true => Ok(()),
        false => Err(Broken {
            rule: "all commands have outcomes and Closed is the last event",
            seen: format!("{:?}", player.adapter.connection()),
        }),
    }
}

/// The server says nothing any more, and every command must end all the same.
fn silence<A: Adapter>(player: &mut Player<A>) -> Result<(), Broken> {
    let until = player.adapter.now() + LONGEST_SILENCE;
    while player.adapter.connection().open_commands() > 0 {
        let (connection, now) = (player.adapter.connection(), player.adapter.now());
        let broken = |rule| Broken {
            rule,
            seen: connection.diagnosis(now).to_string(),
        };
        let deadline = connection
            .poll_timeout()
            .ok_or_else(|| broken("a connection with an open command has a deadline"))?;
        if deadline.at > until {
            return Err(broken("every command ends in bounded time"));
        }
        player.work(deadline.at)?;
    }
    player.end(End::Eof)
}

impl fmt::Display for Interruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Eof => "end of stream",
            Self::Failure => "transport failure",
            Self::Close => "local close",
            Self::Silence => "silence",
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::END => f.write_str("after the last step"),
            Self { block, at } => write!(f, "after {at} octets of S: block {}", block + 1),
        }
    }
}
