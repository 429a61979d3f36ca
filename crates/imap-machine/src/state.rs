//! The four states of RFC 9051 section 3, and the one table of their transitions.
//!
//! [`State::next`] decides every transition. It is the same for clients and servers.

use core::fmt;

use bounded_static::ToStatic;

/// Where a connection stands (RFC 9051 section 3), and the time before the greeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ToStatic)]
pub enum State {
    /// The greeting has not come yet.
    Greeting,
    /// The client has to log in (section 3.1).
    NotAuthenticated,
    /// A mailbox may be selected (section 3.2).
    Authenticated,
    /// A mailbox is selected (section 3.3).
    Selected,
    /// The connection is being ended, by LOGOUT or BYE (section 3.4).
    Logout,
}

/// What moves a connection from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transition {
    /// Greeting `OK`.
    GreetingOk,
    /// Greeting `PREAUTH`.
    GreetingPreauth,
    /// `BYE`, as greeting or later.
    Bye,
    /// Tagged OK of LOGIN or AUTHENTICATE.
    AuthenticateOk,
    /// Tagged OK of SELECT or EXAMINE.
    SelectOk,
    /// Tagged NO or BAD of SELECT or EXAMINE (section 6.3.2: no mailbox is selected then).
    SelectFailed,
    /// `[CLOSED]` (RFC 7162 section 3.2.11), or tagged OK of CLOSE or UNSELECT.
    Closed,
    /// Tagged OK of UNAUTHENTICATE (RFC 8437).
    UnauthenticateOk,
    /// Tagged OK of LOGOUT.
    LogoutOk,
}

impl State {
    /// All states, in the order of the RFC.
    pub const ALL: [Self; 5] = [
        Self::Greeting,
        Self::NotAuthenticated,
        Self::Authenticated,
        Self::Selected,
        Self::Logout,
    ];

    /// The state after `transition`, or `None` when `transition` cannot happen in this state.
    #[must_use]
    pub const fn next(self, transition: Transition) -> Option<Self> {
        Some(match (self, transition) {
            (Self::Greeting, Transition::GreetingOk) => Self::NotAuthenticated,
            (Self::Greeting, Transition::GreetingPreauth) => Self::Authenticated,
            (Self::NotAuthenticated, Transition::AuthenticateOk) => Self::Authenticated,
            (Self::Authenticated | Self::Selected, Transition::SelectOk) => Self::Selected,
            (
                Self::Authenticated | Self::Selected,
                Transition::SelectFailed | Transition::Closed,
            ) => Self::Authenticated,
            (Self::Authenticated | Self::Selected, Transition::UnauthenticateOk) => {
                Self::NotAuthenticated
            }
            (_, Transition::Bye | Transition::LogoutOk) => Self::Logout,
            _ => return None,
        })
    }
}

impl Transition {
    /// All transitions.
    pub const ALL: [Self; 9] = [
        Self::GreetingOk,
        Self::GreetingPreauth,
        Self::Bye,
        Self::AuthenticateOk,
        Self::SelectOk,
        Self::SelectFailed,
        Self::Closed,
        Self::UnauthenticateOk,
        Self::LogoutOk,
    ];
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "greeting",
            Self::NotAuthenticated => "not authenticated",
            Self::Authenticated => "authenticated",
            Self::Selected => "selected",
            Self::Logout => "logout",
        })
    }
}
