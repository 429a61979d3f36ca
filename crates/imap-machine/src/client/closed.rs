//! The end of a connection, and what was known then.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;

use bounded_static::{IntoBoundedStatic, ToBoundedStatic};

use super::mailbox::MailboxView;
use crate::capabilities::Capabilities;
use crate::error::CloseReason;

/// How the transport failed, in the words of the adapter.
pub type Failure = Arc<dyn core::error::Error + Send + Sync>;

/// The end of a connection. Cheap to clone: all outcomes of one connection share it. Two are equal when reason and last warning
/// are.
#[derive(Clone)]
pub struct Closed(Arc<Last>);

/// What the connection knew last.
struct Last {
    reason: CloseReason,
    warning: Option<Box<str>>,
    failure: Option<Failure>,
    mailbox: Option<Box<MailboxView>>,
    capabilities: Capabilities,
}

impl Closed {
    pub(crate) fn new(
        reason: CloseReason,
        warning: Option<Box<str>>,
        failure: Option<Failure>,
        mailbox: Option<MailboxView>,
        capabilities: Capabilities,
    ) -> Self {
        Self(Arc::new(Last {
            reason,
            warning,
            failure,
            mailbox: mailbox.map(Box::new),
            capabilities,
        }))
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &CloseReason {
        &self.0.reason
    }

    /// The last untagged NO or BAD before the end: often it says more than the end itself (stalwartlabs/stalwart#3241).
    #[must_use]
    pub fn last_warning(&self) -> Option<&str> {
        self.0.warning.as_deref()
    }

    /// How the transport failed, if it did and the adapter said so.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.0.failure.as_ref()
    }

    /// The mailbox that was selected, as it was known last.
    #[must_use]
    pub fn mailbox(&self) -> Option<&MailboxView> {
        self.0.mailbox.as_deref()
    }

    /// What the server had said it can do.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        &self.0.capabilities
    }
}

impl PartialEq for Closed {
    fn eq(&self, other: &Self) -> bool {
        let told = |closed: &Self| (closed.0.reason.clone(), closed.0.warning.clone());
        Arc::ptr_eq(&self.0, &other.0) || told(self) == told(other)
    }
}

impl Eq for Closed {}

impl fmt::Debug for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Closed")
            .field("reason", &self.0.reason)
            .field("last_warning", &self.0.warning)
            .field("failure", &self.0.failure)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.reason)?;
        if let Some(warning) = &self.0.warning {
            write!(f, " (it had said: {warning})")?;
        }
        match &self.0.failure {
            Some(failure) => write!(f, ": {failure}"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for Closed {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.0.failure {
            Some(failure) => Some(&**failure),
            None => Some(&self.0.reason),
        }
    }
}

impl ToBoundedStatic for Closed {
    type Static = Self;

    fn to_static(&self) -> Self {
        self.clone()
    }
}

impl IntoBoundedStatic for Closed {
    type Static = Self;

    fn into_static(self) -> Self {
        self
    }
}
