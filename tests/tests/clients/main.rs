//! What holds for both clients, in one set of cases: each body is written once, against [`client::Client`], and is a test of each
//! client.

mod appends;
mod client;
mod downloads;
mod link;
mod live;
mod live_logins;
mod live_verbs;
mod names;
mod on_std;
mod on_tokio;
mod pace;
mod peer;
mod round_trips;
mod storm;

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Makes each of these functions a test of each client.
macro_rules! both {
    ($($case:ident,)+) => {
        mod std_client {
            $(#[test] fn $case() { crate::within(super::$case::<crate::on_std::Std>); })+
        }
        mod tokio_client {
            $(#[test] fn $case() { crate::within(super::$case::<crate::on_tokio::Tokio>); })+
        }
    };
}
use both;

/// Runs a test. One that hangs fails.
fn within(test: fn()) {
    let (done, finished) = mpsc::channel::<()>();
    let running = thread::spawn(move || {
        test();
        drop(done);
    });
    let waited = finished.recv_timeout(Duration::from_secs(120));
    assert_eq!(waited, Err(RecvTimeoutError::Disconnected), "it hangs");
    if let Err(panic) = running.join() {
        std::panic::resume_unwind(panic);
    }
}
