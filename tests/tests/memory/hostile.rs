//! Servers that want to be expensive.

use imap_machine::client::Config;

use crate::measure::Measured;

/// What is kept to explain an end is cut first, then copied.
#[test]
fn a_long_warning_is_not_copied() {
    for begins in ["* NO ", "* BAD [ALERT] ", "* BYE "] {
        let mut server = Measured::greeted(Config::default());
        let warning = [begins.as_bytes(), &[0xff; 1 << 20], b"\r\n"].concat();
        let work = server.receive(&warning);
        assert!(
            work.allocated < warning.len() as u64 * 5 / 4,
            "{begins}: {work:?}"
        );
    }
}
