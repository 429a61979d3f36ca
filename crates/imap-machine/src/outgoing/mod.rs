//! Octets on their way to the other end: the parts of a message, and the queue of what may leave now.

pub(crate) mod fragments;
pub(crate) mod transmit;
