//! Searches of extensions, as the server's capabilities offer them.

use std::num::NonZeroU32;

use imap_machine::client::{
    Command, Event, Items, Search, SearchReturn, SearchSources, SequenceSet, SortBy, SortKey,
    Store, ThreadAlgorithm,
};
use imap_machine::codec::Untagged;

use super::messages::Bag;
use super::session::Session;
use crate::client::{Client, OPTIONS};

pub(super) fn extended<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let all = bag.len();
    if session.has("ESEARCH") {
        returning(session, all);
        at_once(session, all);
    }
    if session.has("SEARCHRES") {
        saved(session, bag);
    }
    if session.has("CONTEXT=SEARCH") {
        partial(session);
        updated(session);
    }
    if session.has("MULTISEARCH") {
        elsewhere(session, bag);
    }
    if session.has("SORT") {
        sorted(session, all);
    }
    if session.has("THREAD=REFERENCES") {
        let thread = Command::uid_thread(ThreadAlgorithm::References, Search::all());
        if let Some(threaded) = session.ask("UID THREAD", thread) {
            let mut numbers: Vec<_> = threaded.members.iter().filter_map(|it| it.number).collect();
            numbers.sort_unstable();
            let whole = numbers.into_iter().map(NonZeroU32::get).eq(1..=all);
            session.expect(whole, || format!("UID THREAD: {:?}", threaded.members));
        }
    }
}

fn returning<C: Client>(session: &mut Session<C>, all: u32) {
    let returns = SearchReturn::new().min().max().count().all();
    let search = Command::uid_search_with(Search::all(), &returns);
    if let Some(found) = session.ask("UID SEARCH RETURN", search) {
        let ends = [found.min, found.max].map(|it| it.map(NonZeroU32::get));
        let expected = [Some(1), Some(all)];
        let counted = found.count == Some(all) && found.len() == u64::from(all);
        session.expect(counted && ends == expected, || {
            format!("UID SEARCH RETURN: {found:?}")
        });
    }
}

/// Each is answered with what it has found.
fn at_once<C: Client>(session: &mut Session<C>, all: u32) {
    let send = |uid: u32| {
        let search = Command::uid_search(Search::all().uid(uid)).unwrap();
        (uid, session.client.send(search, OPTIONS))
    };
    let sent: Vec<_> = (1..=all).map(send).collect();
    for (uid, sent) in sent {
        let found = session.client.wait(sent);
        let found = session.take("UID SEARCH next to others", found);
        let is_right = found.is_some_and(|found| found.numbers().map(NonZeroU32::get).eq([uid]));
        session.expect(is_right, || format!("UID SEARCH UID {uid} next to others"));
    }
}

/// `$` is used before the server has said that it is saved.
fn saved<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let flagged = bag
        .flags
        .iter()
        .filter(|flags| flags.contains(&"\\Flagged"))
        .count();
    let save = Command::uid_search_with(Search::flagged(), &SearchReturn::new().save()).unwrap();
    let fetch = Command::uid_fetch(SequenceSet::search_result(), Items::new().uid()).unwrap();
    let save = session.client.send(save, OPTIONS);
    let fetch = session.client.send(fetch, OPTIONS);
    let saved = session.client.wait(save);
    session.take("UID SEARCH RETURN (SAVE)", saved);
    let fetched = session.client.wait(fetch);
    let rows = session
        .take("UID FETCH $", fetched)
        .map_or(0, |fetched| fetched.messages.len());
    session.expect(rows == flagged, || {
        format!("UID FETCH $: {rows}, not {flagged}")
    });
}

fn partial<C: Client>(session: &mut Session<C>) {
    let returns = SearchReturn::new().partial(2, 3);
    let search = Command::uid_search_with(Search::all(), &returns);
    if let Some(found) = session.ask("UID SEARCH RETURN (PARTIAL)", search) {
        let is_right =
            found.partial == Some((2, 3)) && found.numbers().map(NonZeroU32::get).eq([2, 3]);
        session.expect(is_right, || {
            format!("UID SEARCH RETURN (PARTIAL): {found:?}")
        });
    }
}

/// The server tells how the result changes, until it is told not to.
fn updated<C: Client>(session: &mut Session<C>) {
    let search = Search::all().keyword("updated");
    let returns = SearchReturn::new().all().update();
    let search = Command::uid_search_with(search, &returns);
    let Some(found) = session.ask("UID SEARCH RETURN (UPDATE)", search) else {
        return;
    };
    let Some(tag) = found.tag else {
        return session.expect(false, || "UID SEARCH RETURN (UPDATE): no tag".to_owned());
    };
    let told = |session: &mut Session<C>, store: Store| {
        session.client.run(Command::uid_store(2, store)).unwrap();
        session.client.run(Ok(Command::noop())).unwrap();
        let news = session.take_news();
        let mut changes = Vec::new();
        for event in news {
            if let Event::Untagged {
                data: Untagged::Esearch(esearch),
                ..
            } = event
                && esearch.tag.as_ref() == Some(&tag)
            {
                changes.extend(esearch.results().map(|result| format!("{result:?}")));
            }
        }
        changes
    };
    let added = told(session, Store::add(["updated"]));
    let removed = told(session, Store::remove(["updated"]));
    let cancel = Command::cancel_update([&tag]);
    session.ask("CANCELUPDATE", cancel);
    let silent = told(session, Store::add(["updated"]));
    told(session, Store::remove(["updated"]));
    let is_right = added.len() == 1 && removed.len() == 1 && silent.is_empty();
    session.expect(is_right, || {
        format!("UID SEARCH RETURN (UPDATE): {added:?}, {removed:?}, {silent:?}")
    });
}

fn elsewhere<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let sources = SearchSources::mailboxes([&session.top, &bag.mailbox]);
    let returns = SearchReturn::new().count().all();
    let search = Command::esearch(sources, &returns, Search::all());
    let Some(found) = session.ask("ESEARCH", search) else {
        return;
    };
    let of_bag = found
        .mailboxes
        .iter()
        .find(|it| it.name == bag.mailbox.as_str());
    let is_right = of_bag.is_some_and(|it| {
        it.uid_validity.is_some()
            && it.found.len() == u64::from(bag.len())
            && it.found.count == Some(bag.len())
    });
    session.expect(is_right, || format!("ESEARCH: {found:?}"));
}

fn sorted<C: Client>(session: &mut Session<C>, all: u32) {
    let by_size = |by| Command::uid_sort(by, Search::all());
    let up = session.ask("UID SORT", by_size(SortBy::new(SortKey::Size)));
    let sizes = session.ask(
        "UID FETCH",
        Command::uid_fetch(1..=all, Items::new().uid().size()),
    );
    let (Some(up), Some(rows)) = (up, sizes) else {
        return;
    };
    let size = |uid: NonZeroU32| {
        let row = rows.messages.iter().find(|row| row.uid == Some(uid));
        row.and_then(|row| row.size)
    };
    let sizes: Vec<_> = up.numbers().map(size).collect();
    session.expect(sizes.is_sorted() && up.len() == u64::from(all), || {
        format!("UID SORT (SIZE): {sizes:?}")
    });
}
