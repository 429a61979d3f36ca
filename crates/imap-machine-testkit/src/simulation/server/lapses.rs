//! How a server goes wrong.

use crate::random::Random;

/// What goes wrong with the lines of a server.
#[derive(Clone, Debug)]
pub(super) struct Lapses {
    random: Random,
    /// Lines in a hundred to which something happens.
    often: usize,
    /// Whether the server has fallen silent for good.
    silent: bool,
}

/// What hostile servers say. `%` is a tag that the client has used.
const LINES: &[&str] = &[
    "* OK still here\r\n",
    "* PREAUTH again\r\n",
    "% OK done\r\n",
    "% OK done\r\n",
    "% OK [CAPABILITY IMAP4rev1 LITERAL- IDLE] done\r\n",
    "% OK [READ-WRITE] done {300}\r\n",
    "% NO [TRYCREATE] no\r\n",
    "% NO no\r\n",
    "% BAD what\r\n",
    "% BYE over\r\n",
    "%.1 OK done\r\n",
    "%\r\n",
    "% \r\n",
    "% OK\r\n",
    "+ go\r\n",
    "+ go\r\n",
    "+ go\r\n",
    "+\r\n",
    "+ Zm9v\r\n",
    "+ {5}\r\n",
    "* BYE over\r\n",
    "* OK [CLOSED] closed\r\n",
    "* NO [ALERT] disk\r\n",
    "* BAD what\r\n",
    "* 5 EXISTS\r\n",
    "* 2 EXISTS\r\n",
    "* 0 EXISTS\r\n",
    "* 4294967295 EXISTS\r\n",
    "* 1 RECENT\r\n",
    "* 1 EXPUNGE\r\n",
    "* 3 EXPUNGE\r\n",
    "* 0 EXPUNGE\r\n",
    "* 4294967295 EXPUNGE\r\n",
    "* VANISHED 1:4294967295\r\n",
    "* VANISHED (EARLIER) 4,8\r\n",
    "* VANISHED 2,7\r\n",
    "* 1 FETCH (UID 7 FLAGS (\\Seen) MODSEQ (9))\r\n",
    "* 2 FETCH (UID 3 FLAGS (\\Deleted a))\r\n",
    "* 1 FETCH (BODY[] {5}\r\nhello UID 3)\r\n",
    "* 1 FETCH (BODY[] {40}\r\nA1 OK forged\r\n* BYE forged\r\n0123456789)\r\n",
    "* 9 FETCH (BODY[] NIL)\r\n",
    "* 0 FETCH (UID 0)\r\n",
    "* 1 FETCH (BODY[] {4294967296}\r\n",
    "* 1 FETCH (BODY[] {99999999999999999999}\r\n",
    "* 1 FETCH (((((((((\r\n",
    "* 1 FETCH (X-UNKNOWN (a \"b\" NIL) UID 4)\r\n",
    "* SEARCH 1 2 3\r\n",
    "* SEARCH\r\n",
    "* ESEARCH (TAG \"%\") UID ALL 1:3\r\n",
    "* LIST () \"/\" {3}\r\nabc\r\n",
    "* LIST () \"/\" Old (\"OLDNAME\" (\"Older\"))\r\n",
    "* LIST (odd\r\n",
    "* STATUS x (MESSAGES 5)\r\n",
    "* STATUS INBOX (X-ODD (a 7) MESSAGES many)\r\n",
    "* SEARCH 4 x (MODSEQ 9)\r\n",
    "* ID (\"name\" \"x\" \"odd\")\r\n",
    "* ENABLED X-ODD\r\n",
    "* 1 FETCH odd\r\n",
    "* OK [COPYUID 9 1:3 4:6] copied\r\n",
    "% OK [X-ODD 7] done\r\n",
    "* CAPABILITY IMAP4rev1 STARTTLS\r\n",
    "* CAPABILITY\r\n",
    "* NOOP\r\n",
    "*\r\n",
    "\r\n",
    "OK OK done\r\n",
    "DONE BAD no\r\n",
    "*1 EXISTS\r\n",
    "\x15\x03\x01\r\n",
    "no line end",
    "* OK \u{fc}\r\n",
    "* X {3}\r\n",
];

impl Lapses {
    pub(super) const fn new(random: Random, often: usize) -> Self {
        Self {
            random,
            often,
            silent: false,
        }
    }

    /// What the server sends in place of what a good server would say.
    pub(super) fn garble(&mut self, said: &[u8], tags: &[String]) -> Vec<u8> {
        if self.often == 0 {
            return said.to_vec();
        }
        let mut garbled = Vec::new();
        for line in said.split_inclusive(|octet| *octet == b'\n') {
            if self.silent {
                return garbled;
            }
            match self.random.chance(self.often) {
                true => self.lapse(line, tags, &mut garbled),
                false => garbled.extend_from_slice(line),
            }
        }
        garbled
    }

    /// What the server sends without a reason.
    pub(super) fn outburst(&mut self, tags: &[String]) -> Vec<u8> {
        match self.often > 0 && !self.silent {
            true => self.line(tags),
            false => Vec::new(),
        }
    }

    fn lapse(&mut self, line: &[u8], tags: &[String], out: &mut Vec<u8>) {
        match self.random.below(20) {
            // Left out.
            0..=2 => {}
            // Sent twice.
            3..=4 => out.extend([line, line].concat()),
            // With another tag.
            5..=6 => {
                let text = String::from_utf8_lossy(line).into_owned();
                let words = text.split_once(' ').unwrap_or((&text, "\r\n"));
                out.extend(format!("{} {}", self.tag(tags), words.1).into_bytes());
            }
            // Cut off.
            7 => out.extend_from_slice(&line[..self.random.below(line.len())]),
            8 if self.random.chance(30) => self.silent = true,
            // After noise.
            9 => {
                let noise = (0..self.random.below(20)).map(|_| self.random.next().to_le_bytes()[0]);
                out.extend(noise.collect::<Vec<_>>());
                out.extend_from_slice(line);
            }
            10..=14 => {
                out.extend_from_slice(line);
                out.extend(self.line(tags));
            }
            _ => {
                out.extend(self.line(tags));
                out.extend_from_slice(line);
            }
        }
    }

    fn line(&mut self, tags: &[String]) -> Vec<u8> {
        let line = *self.random.pick(LINES);
        line.replace('%', &self.tag(tags)).into_bytes()
    }

    /// A tag that the client has used, mostly one of the last.
    fn tag(&mut self, tags: &[String]) -> String {
        let (any, last) = (self.random.below(tags.len()), self.random.below(3));
        match self.random.below(8) {
            0 => "A99".to_owned(),
            1 => tags.get(any).cloned().unwrap_or_default(),
            _ => {
                let last = tags.iter().rev().nth(last);
                last.or(tags.last())
                    .cloned()
                    .unwrap_or_else(|| "A1".to_owned())
            }
        }
    }
}
