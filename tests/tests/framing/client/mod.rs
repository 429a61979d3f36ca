//! Framing in the other direction: a server reads what a client says. The naive framer, and the reader that checks the contract, are
//! in `imap_machine_tests::from_client`.

mod properties;
mod rules;
mod work;
