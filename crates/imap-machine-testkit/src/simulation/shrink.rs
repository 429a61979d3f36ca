//! Shortens a history that breaks a rule.

use super::history::{Breach, History};
use super::step::Step;

/// Returns a history that breaks the same rule and from which nothing can be left out.
///
/// Only the world knows both sides. A rule that needs both is not checked in a replay: then the history comes back
/// as it was.
#[must_use]
pub fn shrink(history: &History, breach: &Breach) -> History {
    let rule = breach.broken.rule;
    let fails = |history: &History| {
        let replayed = history.replay();
        replayed.is_err_and(|breach| breach.broken.rule == rule)
    };
    let mut short = history.clone();
    short.steps.truncate(breach.step + 1);
    let found = [short, history.clone()].into_iter().find(fails);
    let Some(history) = found else {
        return history.clone();
    };
    // A history with a good adapter comes first, since it can be written as a scenario.
    match fails(&history.settled()) {
        true => {
            let calm = smaller(history.calm(), &|calm| fails(&calm.settled()));
            calm.settled()
        }
        false => smaller(history, &fails),
    }
}

fn smaller(mut history: History, fails: &impl Fn(&History) -> bool) -> History {
    loop {
        let before = history.clone();
        leave_out(&mut history, fails);
        join(&mut history, fails);
        shorten(&mut history, fails);
        if history.steps == before.steps {
            return history;
        }
    }
}

/// Leaves out what is not needed, large parts first.
fn leave_out(history: &mut History, fails: &impl Fn(&History) -> bool) {
    let mut size = history.steps.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < history.steps.len() {
            let end = (at + size).min(history.steps.len());
            let mut without = history.clone();
            without.steps.drain(at..end);
            let renamed = renumbered(&without, &history.steps[at..end], at);
            match [renamed, without].into_iter().find(fails) {
                Some(smaller) => *history = smaller,
                None => at += size,
            }
        }
        size /= 2;
    }
}

/// Tags count the commands that were sent. When a command is left out, later ones get lower tags, and the server's answers must
/// follow.
fn renumbered(without: &History, gone: &[Step], at: usize) -> History {
    let is_send = |step: &&Step| matches!(step, Step::Call(call) if call.contains(" = "));
    let before = without.steps[..at].iter().filter(is_send).count();
    let gone = gone.iter().filter(is_send).count();
    let mut renamed = without.clone();
    if gone > 0 {
        for step in &mut renamed.steps[at..] {
            if let Step::Arrive(octets) = step {
                *octets = rename(octets, before, gone);
            }
        }
    }
    renamed
}

/// Tags above `before` become lower by `gone`.
fn rename(octets: &[u8], before: usize, gone: usize) -> Vec<u8> {
    let mut renamed = Vec::with_capacity(octets.len());
    let mut rest = octets;
    while let Some((first, after)) = rest.split_first() {
        let digits = after.iter().take_while(|it| it.is_ascii_digit()).count();
        let number = std::str::from_utf8(&after[..digits]).ok();
        match (
            first,
            number.and_then(|number| number.parse::<usize>().ok()),
        ) {
            (b'A', Some(number)) if number > before + gone => {
                renamed.extend(format!("A{}", number - gone).into_bytes());
                rest = &after[digits..];
            }
            _ => {
                renamed.push(*first);
                rest = after;
            }
        }
    }
    renamed
}

/// Joins octets that arrive one after the other.
fn join(history: &mut History, fails: &impl Fn(&History) -> bool) {
    let mut at = 0;
    while let Some(pair) = history.steps.get(at..at + 2) {
        let [Step::Arrive(first), Step::Arrive(second)] = pair else {
            at += 1;
            continue;
        };
        let mut joined = history.clone();
        joined.steps[at] = Step::Arrive([first.as_slice(), second].concat());
        joined.steps.remove(at + 1);
        match fails(&joined) {
            true => *history = joined,
            false => at += 1,
        }
    }
}

/// Takes lines out of what the server says.
fn shorten(history: &mut History, fails: &impl Fn(&History) -> bool) {
    for at in 0..history.steps.len() {
        let mut line = 0;
        while let Some(without) = without_line(history, at, line) {
            match fails(&without) {
                true => *history = without,
                false => line += 1,
            }
        }
    }
}

/// The history without a line of a step in which octets arrive; `None` when there is no such line, or no other.
fn without_line(history: &History, at: usize, line: usize) -> Option<History> {
    let Step::Arrive(octets) = history.steps.get(at)? else {
        return None;
    };
    let mut lines: Vec<_> = octets.split_inclusive(|octet| *octet == b'\n').collect();
    if line >= lines.len() || lines.len() < 2 {
        return None;
    }
    lines.remove(line);
    let mut without = history.clone();
    without.steps[at] = Step::Arrive(lines.concat());
    Some(without)
}
