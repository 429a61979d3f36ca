//! W1 and W1mix: the flags of all messages, which a client asks for first when it comes back.

use std::io::Write;
use std::sync::Arc;

use super::Rows;
use super::rng::Rng;
use crate::tally::{FlagRow, Tally, flag};

/// W1: `* 12345 FETCH (UID 24690 FLAGS (\Seen $Label) MODSEQ (90060115194149729))`, `rows` of them.
#[must_use]
pub fn uniform(rows: u32) -> Rows {
    alike(rows, |uid, modseq| {
        format!("UID {uid} FLAGS (\\Seen $Label) MODSEQ ({modseq})")
    })
}

/// The same with the UID as the last item.
#[must_use]
pub fn uid_last(rows: u32) -> Rows {
    alike(rows, |uid, modseq| {
        format!("FLAGS (\\Seen $Label) MODSEQ ({modseq}) UID {uid}")
    })
}

fn alike(rows: u32, items: fn(u32, u64) -> String) -> Rows {
    let mut octets = Vec::with_capacity(rows as usize * 80);
    let mut tally = Tally::default();
    for n in 0..rows {
        let (seq, uid) = place(n);
        let modseq = 90_060_115_194_000_000 + u64::from(n);
        line(&mut octets, seq, &items(uid, modseq));
        tally.row(FlagRow {
            uid,
            flags: flag(b"\\Seen") + flag(b"$Label"),
            modseq,
            ..FlagRow::default()
        });
    }
    Rows {
        octets: Arc::new(octets),
        rows,
        tally,
    }
}

const FLAG_SETS: [&[&str]; 10] = [
    &[],
    &["\\Seen"],
    &["\\Seen", "$Label"],
    &["\\Seen", "\\Answered"],
    &["\\Flagged", "\\Seen"],
    &["\\Recent"],
    &["\\Seen", "$Forwarded", "$MDNSent"],
    &["\\Deleted", "\\Seen"],
    &["$Junk", "Junk", "$NotPhishing"],
    &["\\Draft", "\\Seen", "\\Flagged", "\\Answered", "$label1"],
];

/// W1mix: ten sets of flags, and the items in the four arrangements in which four servers send them.
#[must_use]
pub fn mixed(rows: u32) -> Rows {
    let mut rng = Rng::new(0x5731);
    let mut octets = Vec::with_capacity(rows as usize * 100);
    let mut tally = Tally::default();
    for n in 0..rows {
        let (seq, uid) = place(n);
        let set = *rng.pick(&FLAG_SETS);
        let flags = set.join(" ");
        let modseq = 1 + rng.below(1 << 40);
        let size = 500 + rng.below(1 << 22);
        let layout = rng.below(4);
        let (has_modseq, has_size, has_date) = match layout {
            0 => (true, false, false),
            1 => (false, false, false),
            2 => (true, true, false),
            _ => (false, true, true),
        };
        let day = 1 + rng.below(28);
        let items = match layout {
            0 => format!("UID {uid} FLAGS ({flags}) MODSEQ ({modseq})"),
            1 => format!("FLAGS ({flags}) UID {uid}"),
            2 => format!("UID {uid} RFC822.SIZE {size} FLAGS ({flags}) MODSEQ ({modseq})"),
            _ => format!(
                "FLAGS ({flags}) INTERNALDATE \"{day:02}-Jul-2024 02:44:25 +0200\" RFC822.SIZE {size} UID {uid}"
            ),
        };
        line(&mut octets, seq, &items);
        tally.row(FlagRow {
            uid,
            flags: set.iter().map(|name| flag(name.as_bytes())).sum(),
            modseq: if has_modseq { modseq } else { 0 },
            size: if has_size { size } else { 0 },
            dates: u64::from(has_date),
        });
    }
    Rows {
        octets: Arc::new(octets),
        rows,
        tally,
    }
}

const fn place(n: u32) -> (u32, u32) {
    (n + 1, (n + 1) * 2)
}

fn line(octets: &mut Vec<u8>, seq: u32, items: &str) {
    write!(octets, "* {seq} FETCH ({items})\r\n").expect("a vector takes everything");
}
