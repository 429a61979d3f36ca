//! What stands around the examples of the verbs, which are tests: a server that says its part of a conversation, and a client.

/// See [`imap_machine::verbs`].
macro_rules! example {
    (server) => {
        r###"```
# use std::num::NonZeroU32;
# use std::time::Duration;
# use imap_machine_std::{*, answers::*};
# fn main() -> Result<(), Box<dyn std::error::Error>> {
# let url = imap_machine_testkit::scenario::serve(r##"
# S: * PREAUTH [CAPABILITY IMAP4rev1 ENABLE ESEARCH IDLE LITERAL+ MOVE UIDPLUS] ready"###
    };
    (client) => {
        r###"# "##)?;
# let mut client = connect(&Connector::new(&url)?)?;"###
    };
    (server selected) => {
        concat!(
            example!(server),
            r###"
# C: A1 SELECT INBOX
# S: * 18 EXISTS
# S: A1 OK [READ-WRITE] selected"###
        )
    };
    (client selected) => {
        concat!(
            example!(client),
            r###"
# client.select("INBOX")?;"###
        )
    };
    (wait $code:literal) => {
        concat!($code, "?;")
    };
    (wait $code:literal, $rest:literal) => {
        concat!($code, $rest)
    };
    (end) => {
        "# Ok(())\n# }\n```"
    };
}
