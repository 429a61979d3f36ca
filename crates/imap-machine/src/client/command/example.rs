//! What stands around the examples of commands, which are tests: a connection in the state that the command needs.

/// `example!(greeted)`, `example!(connected)` (logged in) or `example!(selected)` begins one, `example!(end)` ends it. It has `connection`,
/// `options` and `now`.
macro_rules! example {
    (greeted) => {
        example!(after "* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ STARTTLS] hello\\r\\n")
    };
    (connected) => {
        example!(after "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ ENABLE ESEARCH COMPRESS=DEFLATE] hello\\r\\n")
    };
    (selected) => {
        concat!(
            example!(connected),
            r#"
# connection.send(Command::select("INBOX")?, options, now)?;
# let written = connection.transmit().len();
# connection.handle_transmitted(written, now);
# connection.handle_input(b"* 18 EXISTS\r\nA1 OK [READ-WRITE] selected\r\n", now);
# while connection.poll_event().is_some() {}"#
        )
    };
    (after $greeting:literal) => {
        concat!(
            r#"```
# use imap_machine::Instant;
# use imap_machine::client::{*, answers::Role};
# fn main() -> Result<(), Box<dyn core::error::Error>> {
# let (now, options) = (Instant::ORIGIN, CommandOptions::default());
# let mut connection = ClientConnection::new(Config::default(), now);
# connection.handle_input(b""#,
            $greeting,
            r#"", now);
# while connection.poll_event().is_some() {}"#
        )
    };
    (end) => {
        "# Ok(())\n# }\n```"
    };
}
