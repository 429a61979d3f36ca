//! Everything that can happen, breadth first.

use std::collections::HashSet;

use super::fingerprint::fingerprint;
use super::moves::{Move, ROOTS};
use super::world::World;
use crate::scenario::Interruption;
use crate::simulation::{Breach, History};

/// How much was explored without a broken rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Explored {
    /// The number of moves after a beginning.
    pub depth: usize,
    /// States that differ.
    pub states: usize,
    /// Moves that were made.
    pub moves: usize,
}

/// A sequence that breaks a rule.
#[derive(Clone, Debug)]
pub struct Found {
    /// The rule, and where.
    pub breach: Breach,
    /// What happened up to there.
    pub history: History,
    /// How many moves it took.
    pub depth: usize,
}

/// The moves that lead to a state.
type Path = Vec<Move>;

/// Explores all sequences of up to `depth` moves, from each beginning.
///
/// # Errors
///
/// A shortest sequence that breaks a rule. Boxed, since it is large and rare.
pub fn explore(depth: usize) -> Result<Explored, Box<Found>> {
    let mut explored = Explored {
        depth,
        ..Explored::default()
    };
    let mut seen = HashSet::new();
    let mut frontier: Vec<Path> = Vec::new();
    for root in ROOTS {
        visit(root.to_vec(), &mut seen, &mut frontier)?;
        explored.moves += root.len();
    }
    for _ in 0..depth {
        let mut next = Vec::new();
        for path in &frontier {
            let world = travel(path)?;
            for what in world.moves() {
                let path = [path.as_slice(), &[what]].concat();
                visit(path, &mut seen, &mut next)?;
                explored.moves += 1;
            }
        }
        frontier = next;
    }
    explored.states = seen.len();
    Ok(explored)
}

/// The world at the end of a path. A connection cannot be cloned, so each path is walked from its beginning.
fn travel(path: &[Move]) -> Result<World, Box<Found>> {
    let mut world = World::new();
    for what in path {
        if let Err(breach) = world.happen(*what) {
            return Err(found(world, breach, path));
        }
    }
    Ok(world)
}

fn found(world: World, breach: Breach, path: &[Move]) -> Box<Found> {
    Box::new(Found {
        breach,
        history: world.history,
        depth: path.len(),
    })
}

fn visit(path: Path, seen: &mut HashSet<u128>, next: &mut Vec<Path>) -> Result<(), Box<Found>> {
    let mut world = travel(&path)?;
    let fingerprint = fingerprint(&world);
    if !seen.insert(fingerprint) {
        return Ok(());
    }
    // The fingerprint chooses one of the four endings, so that each meets all kinds of states.
    let manners = Interruption::ALL.len() as u128;
    let manner = usize::try_from(fingerprint % manners).unwrap_or_default();
    if let Err(breach) = world.finish(Interruption::ALL[manner]) {
        return Err(found(world, breach, &path));
    }
    next.push(path);
    Ok(())
}
