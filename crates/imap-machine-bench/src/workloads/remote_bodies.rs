//! The clients that fetch one large body over TCP.

use super::fetch::READS;
use crate::contenders::link::Way;
use crate::contenders::{Contender, Run, raw, std_client, tokio_client};
use crate::inputs::bodies::Large;
use crate::measure::Entry;
use crate::server::{Answer, Script};

use Contender::{RawStd, RawTokio, Std, Tokio};

/// Who fetches one body of this size over TCP.
#[must_use]
pub fn bodies(mebibytes: u32) -> Vec<Entry> {
    let entry = |who, fetch: fn(Script, &Large) -> Run| {
        let body = Large::new(mebibytes);
        let script = Script {
            answer: Answer::Body(body.clone()),
            ..Script::quiet(1, READS)
        };
        Entry::new(who, move || fetch(script.clone(), &body))
    };
    vec![
        entry(Tokio, |script, _| tokio_client::body(Way::Tcp, script)),
        entry(Std, |script, _| std_client::body(Way::Tcp, script)),
        entry(RawTokio, |script, body| {
            raw::tokio_body(Way::Tcp, script, body)
        }),
        entry(RawStd, |script, body| raw::std_body(Way::Tcp, script, body)),
    ]
}
