//! The blocking client over real sockets: against the testkit's server, and against peers that misbehave.

mod both_ways;
mod patience;
mod peer;
mod session;
mod starttls;
mod transport;
