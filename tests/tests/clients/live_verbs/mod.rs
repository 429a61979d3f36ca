//! Every verb against every live server, on mail and mailbox names that are hard to read.
//!
//! A session does everything in turn and complains about each answer that is wrong, refused or not read to its end, and about each
//! line that nothing could read. `allowances` says which complaints are expected of which server, and why. A complaint that is not
//! expected fails the test, and so does one that is expected and does not come.
//!
//! `IMAP_MACHINE_RECORD=folder` keeps what the servers say; see the example `server_responses`.

mod administration;
mod allowances;
mod commands;
mod extensions;
mod flags;
mod mailboxes;
mod messages;
mod record;
mod searches;
mod session;
mod typed;
mod urls;

use crate::both;
use crate::client::Client;
use session::{Kind, Mode, Session};

both! {
    dovecot,
    dovecot24,
    dovecot24_utf8,
    cyrus,
    cyrus310,
    cyrus310_imap4rev2,
    cyrus310_uidonly,
    courier,
}

fn dovecot<C: Client>() {
    everything::<C>(Kind::Dovecot, Mode::Plain);
}

fn dovecot24<C: Client>() {
    everything::<C>(Kind::Dovecot24, Mode::Plain);
}

fn dovecot24_utf8<C: Client>() {
    everything::<C>(Kind::Dovecot24, Mode::Utf8);
}

fn cyrus<C: Client>() {
    everything::<C>(Kind::Cyrus, Mode::Plain);
}

fn cyrus310<C: Client>() {
    everything::<C>(Kind::Cyrus310, Mode::Plain);
}

fn cyrus310_imap4rev2<C: Client>() {
    everything::<C>(Kind::Cyrus310, Mode::Imap4rev2);
}

fn cyrus310_uidonly<C: Client>() {
    everything::<C>(Kind::Cyrus310, Mode::UidOnly);
}

fn courier<C: Client>() {
    everything::<C>(Kind::Courier, Mode::Plain);
}

fn everything<C: Client>(kind: Kind, mode: Mode) {
    let Some(mut session) = Session::<C>::open(kind, mode) else {
        return;
    };
    commands::outside_of_a_mailbox(&mut session);
    mailboxes::cases(&mut session);
    let mut mail = messages::put(&mut session);
    messages::read(&mut session, &mail);
    flags::cases(&mut session, &mut mail);
    commands::searches(&mut session, &mail);
    searches::extended(&mut session, &mail);
    typed::cases(&mut session, &mail);
    administration::cases(&mut session, &mail);
    extensions::cases(&mut session, &mail);
    urls::cases(&mut session, &mail);
    commands::copies_and_expunges(&mut session, &mail);
    extensions::notify(&mut session, &mail);
    allowances::check(&session.end(), kind, mode);
}
