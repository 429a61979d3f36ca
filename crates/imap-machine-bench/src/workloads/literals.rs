//! The contenders that can move one large literal.

use ::imap_machine::client::Config;

use super::fetch;
use crate::contenders::{Contender, Read, copy, imap_machine};
#[cfg(feature = "table")]
use crate::contenders::{async_imap, imap, imap_next, io_imap};
use crate::inputs::bodies::Large;
use crate::measure::Entry;
use crate::server::{Answer, Script};

/// The most octets of one read or write.
const PIECES: usize = 16 << 10;

/// All contenders that can fetch a body of this size.
#[must_use]
pub fn fetchers(mebibytes: u32) -> Vec<Entry> {
    let body = Large::new(mebibytes);
    let script = Script {
        answer: Answer::Body(body.clone()),
        ..Script::quiet(1, PIECES)
    };
    let ours = script.clone();
    let mut entries = vec![Entry::new(Contender::ImapMachine, move || {
        imap_machine::fetch(ours.clone(), Config::default(), Read::Body)
    })];
    entries.extend(fetch::peers(&script, Read::Body));
    #[cfg(feature = "table")]
    {
        let script = script.clone();
        let stream = move || io_imap::stream(script.clone());
        entries.push(Entry::new(Contender::IoImapStream, stream));
    }
    let copy = move || copy::fetch(script.clone(), &body);
    entries.push(Entry::new(Contender::Copy, copy));
    entries
}

/// All contenders that can append a message of this size.
#[must_use]
pub fn appenders(mebibytes: u32) -> Vec<Entry> {
    let entry = |who, append: fn(Script, &Large) -> crate::contenders::Run| {
        let script = Script::quiet(1, PIECES);
        let message = Large::new(mebibytes);
        Entry::new(who, move || append(script.clone(), &message))
    };
    vec![
        entry(Contender::ImapMachine, imap_machine::append),
        #[cfg(feature = "table")]
        entry(Contender::ImapNext, imap_next::append),
        #[cfg(feature = "table")]
        entry(Contender::AsyncImap, async_imap::append),
        #[cfg(feature = "table")]
        entry(Contender::Imap, imap::append),
        entry(Contender::Copy, copy::append),
    ]
}
