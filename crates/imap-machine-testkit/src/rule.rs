//! A rule, and what was seen when it does not hold.

/// A rule that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The rule.
    pub rule: &'static str,
    /// What was seen.
    pub seen: String,
}

pub(crate) type Checked = Result<(), Broken>;

pub(crate) fn rule(rule: &'static str, holds: bool, seen: impl FnOnce() -> String) -> Checked {
    match holds {
        true => Ok(()),
        false => Err(Broken { rule, seen: seen() }),
    }
}
