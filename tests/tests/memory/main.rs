//! The cost of a connection, counted by an allocator and not by a clock:
//!
//! what it holds, what it gives back, and what work it does, for any octets of the server.

mod answers;
mod hostile;
mod idle;
mod measure;
mod page;
mod servers;
mod terms;
