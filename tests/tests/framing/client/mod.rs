//! The other direction: what a client says, as a server reads it. The naive framer and the reader that checks the contract are
//! in `imap_machine_tests::from_client`.

mod properties;
mod rules;
mod work;
