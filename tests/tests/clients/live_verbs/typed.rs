//! Commands of extensions that have a type and no short name.

use std::num::NonZeroU32;

use imap_machine::client::TypedCommand;
use imap_machine::client::answers::Found;
use imap_machine::imap_types::command::CommandBody;
use imap_machine::imap_types::core::{Charset, Vec1};
use imap_machine::imap_types::extensions::sort::{SortCriterion, SortKey};
use imap_machine::imap_types::extensions::thread::ThreadingAlgorithm;
use imap_machine::imap_types::search::SearchKey;

use super::messages::Bag;
use super::session::Session;
use crate::client::Client;

pub(super) fn cases<C: Client>(session: &mut Session<C>, bag: &Bag) {
    if session.has("SORT") {
        sort(session, bag);
    }
    if session.has("THREAD=REFERENCES") {
        let thread = CommandBody::Thread {
            algorithm: ThreadingAlgorithm::References,
            charset: Charset::try_from("UTF-8").unwrap(),
            search_criteria: Vec1::from(SearchKey::All),
            uid: true,
        };
        told(session, "THREAD", thread);
    }
}

fn sort<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let by = |reverse, key| SortCriterion { reverse, key };
    let criteria = vec![by(true, SortKey::Size), by(false, SortKey::Arrival)];
    let sort = CommandBody::Sort {
        sort_criteria: Vec1::try_from(criteria).unwrap(),
        charset: Charset::try_from("UTF-8").unwrap(),
        search_criteria: Vec1::from(SearchKey::All),
        uid: true,
    };
    let sorted = session.ask("UID SORT", Ok(TypedCommand::<Found>::new(sort)));
    let numbers: Vec<_> = sorted.map_or_else(Vec::new, |sorted| sorted.numbers().collect());
    let size = |uid: &NonZeroU32| {
        bag.mails
            .get(uid.get() as usize - 1)
            .map(|mail| mail.octets.len())
    };
    let whole = numbers.len() == bag.mails.len();
    let largest = bag.mails.iter().map(|mail| mail.octets.len()).max();
    let begins_with_largest = numbers.first().and_then(size) == largest;
    session.expect(whole && begins_with_largest, || {
        format!("UID SORT: {numbers:?}")
    });
}

fn told<C: Client>(session: &mut Session<C>, word: &str, command: CommandBody<'static>) {
    let what = command.name();
    let lines = session.stream(what, command);
    let told = lines.iter().any(|line| line.contains(word));
    session.expect(told, || format!("{what}: no {word}: {lines:?}"));
}
