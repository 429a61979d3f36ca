//! What a connection costs, counted by an allocator: never a clock.
//!
//! What it holds, what it gives back, and what work it does, whatever the server says.

mod hostile;
mod idle;
mod measure;
mod page;
mod servers;
mod terms;
