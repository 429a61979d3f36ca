//! Rules, and how they are found broken.

/// What a rule asks for, and what was seen instead.
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
