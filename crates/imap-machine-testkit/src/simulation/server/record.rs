//! What a server remembers of what it has said.

use std::collections::BTreeMap;

/// What the server has seen and said, to compare with what the client believes.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// The tags of all commands it has seen the beginning of, with what it answered.
    pub answers: BTreeMap<String, Option<&'static str>>,
    /// By tag: the UIDs of the messages that a command by number was carried out on.
    pub meant: BTreeMap<String, Vec<u32>>,
    /// By position in the server's output: from there on it spoke for the command with this tag, or for none.
    senders: BTreeMap<usize, Option<String>>,
}

impl Record {
    pub(super) fn speaks_for(&mut self, octet: usize, tag: Option<&str>) {
        self.senders.insert(octet, tag.map(str::to_owned));
    }

    /// The tag of the command for which the server said what begins at this octet; `None`: it was not said for one.
    #[must_use]
    pub fn sender(&self, octet: usize) -> Option<&str> {
        let (_, sender) = self.senders.range(..=octet).next_back()?;
        sender.as_deref()
    }
}

/// How a server tells that messages have gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gone {
    Expunge,
    /// RFC 7162 section 3.2.10: after ENABLE QRESYNC.
    Vanished,
}

/// The same news with VANISHED and UIDs in place of EXPUNGE and numbers.
pub(super) fn vanished(news: &str, mut uids: Vec<u32>) -> String {
    let mut told = String::new();
    for line in news.lines() {
        let number = line.strip_prefix("* ");
        let number = number.and_then(|rest| rest.strip_suffix(" EXPUNGE"));
        match number.and_then(|number| number.parse::<usize>().ok()) {
            Some(number) => {
                let uid = uids.remove(number - 1);
                told.push_str(&format!("* VANISHED {uid}\r\n"));
            }
            None => told.push_str(&format!("{line}\r\n")),
        }
    }
    told
}
