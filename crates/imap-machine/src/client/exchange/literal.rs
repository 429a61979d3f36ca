//! How a literal is announced (RFC 9051 section 4.3, RFC 7888).

use alloc::format;
use alloc::string::String;

use crate::{Capabilities, Limits};

/// Whether the octets may follow at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LiteralMode {
    Synchronizing,
    NonSynchronizing,
}

/// The mode for a literal of this size, from what the server can do now.
pub(crate) fn mode(size: usize, capabilities: &Capabilities, limits: &Limits) -> LiteralMode {
    match capabilities.non_synchronizing(limits.non_synchronizing) {
        Some(most) if size as u64 <= most => LiteralMode::NonSynchronizing,
        _ => LiteralMode::Synchronizing,
    }
}

/// The literal's header with its line end. LITERAL- has the same `+` (apple/swift-nio-imap#675).
pub(crate) fn header(size: u64, mode: LiteralMode) -> String {
    match mode {
        LiteralMode::Synchronizing => format!("{{{size}}}\r\n"),
        LiteralMode::NonSynchronizing => format!("{{{size}+}}\r\n"),
    }
}
