//! No typed answer drops what its command caused: whatever the server says, the value has it, or keeps it as it was said.

mod conversation;
mod corpus;
mod desk;
mod extended;
mod lines;
mod property;
