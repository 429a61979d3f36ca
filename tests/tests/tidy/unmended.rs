//! Files that break a rule which is younger than they are. These lists only shrink: who mends a file takes it off.

/// Structs with more fields than there may be.
pub const STRUCTS: &[&str] = &[];

/// Files that import each other in a circle.
pub const CIRCLES: &[&str] = &[
    "crates/imap-machine-bench/src/goals.rs",
    "crates/imap-machine-bench/src/instructions/mod.rs",
    "crates/imap-machine-bench/src/instructions/recorded.rs",
    "crates/imap-machine-bench/src/report.rs",
    "crates/imap-machine-bench/src/workloads/literal.rs",
    "crates/imap-machine-bench/src/workloads/resident.rs",
    "crates/imap-machine-testkit/src/invariants.rs",
    "crates/imap-machine-testkit/src/model/mailbox.rs",
    "crates/imap-machine-testkit/src/model/session.rs",
    "crates/imap-machine-testkit/src/model/time.rs",
    "crates/imap-machine-testkit/src/model/wire.rs",
    "crates/imap-machine-testkit/src/simulation/causes.rs",
    "crates/imap-machine-testkit/src/simulation/history.rs",
    "crates/imap-machine-testkit/src/simulation/server/model.rs",
    "crates/imap-machine-testkit/src/simulation/server/selected.rs",
    "crates/imap-machine-testkit/src/simulation/subject.rs",
    "crates/imap-machine-testkit/src/simulation/truth.rs",
    "crates/imap-machine-testkit/src/simulation/world.rs",
    "crates/imap-machine/src/client/command/builders.rs",
    "crates/imap-machine/src/client/command/mod.rs",
    "crates/imap-machine/src/client/command/raw.rs",
];

/// Files that import from a `mod.rs` above them what is only passed on there.
pub const DETOURS: &[&str] = &[
    "crates/imap-machine/src/client/command/builders.rs",
    "crates/imap-machine/src/client/command/deadlines.rs",
    "crates/imap-machine/src/client/command/entry.rs",
    "crates/imap-machine/src/client/command/in_order.rs",
    "crates/imap-machine/src/client/command/outcome.rs",
    "crates/imap-machine/src/client/command/profile.rs",
    "crates/imap-machine/src/client/command/raw.rs",
    "crates/imap-machine/src/client/mailbox/selection.rs",
    "crates/imap-machine/src/client/session/opening.rs",
];
