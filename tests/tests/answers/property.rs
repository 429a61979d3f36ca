//! Typed answers in conversations that are made by chance.

use std::sync::atomic::{AtomicUsize, Ordering};

use imap_machine::client::answers::{Answer, Done};
use imap_machine::client::{
    Cause, Command, Event, Flag, Items, ListOptions, Notify, NotifyEvent, Search, SearchReturn,
    SearchSources, SortKey, Store, TypedCommand,
};
use imap_machine_testkit::answers::{Held, Said, said};
use imap_machine_testkit::scenario;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::conversation::{Asked, Conversation, conversation};
use crate::desk::{cause, play};

const CASES: u32 = 8_000;

static CHECKED: AtomicUsize = AtomicUsize::new(0);

fn arrival(conversation: &Conversation) -> Vec<u8> {
    let lines = conversation.lines.iter();
    let lines = lines.map(|line| [&line.octets[..], b"\r\n"].concat());
    lines.collect::<Vec<_>>().concat()
}

/// The octets as they arrive.
fn cut<'o>(mut octets: &'o [u8], sizes: &[usize]) -> Vec<&'o [u8]> {
    let mut pieces = Vec::new();
    let mut sizes = sizes.iter().cycle();
    while !octets.is_empty() {
        let size = sizes.next().map_or(1, |size| (*size).min(octets.len()));
        let (piece, rest) = octets.split_at(size);
        pieces.push(piece);
        octets = rest;
    }
    pieces
}

fn check<A: Answer>(
    command: TypedCommand<A>,
    conversation: &Conversation,
) -> Result<(), TestCaseError>
where
    A::Value: Held + Clone,
{
    let octets = arrival(conversation);
    let shown = || format!("{:?}: {}", conversation.asked, scenario::escape(&octets));
    let pieces = cut(&octets, &conversation.cuts);
    let played = play(command, conversation.inline, conversation.by_rows, &pieces);
    let responses = played.responses();
    if let Some(all) = played.has_all(&responses) {
        CHECKED.fetch_add(1, Ordering::Relaxed);
        prop_assert!(all.is_ok(), "{}\n{}", shown(), all.unwrap_err());
    }
    // What is no one's is news.
    for event in &played.events {
        if cause(event) == Some(Cause::Unsolicited) {
            prop_assert!(played.news.contains(event), "{}\n{event:?}", shown());
        }
    }
    // The greeting, and the answer to SELECT.
    let lines = conversation.lines.iter();
    let said: Vec<_> = said(&responses, &played.events).skip(3).collect();
    if is_in_step(conversation, &said) {
        for (line, said) in lines.zip(said) {
            if matches!(
                said.event,
                Event::UnexpectedTag { .. } | Event::UnexpectedContinuation { .. }
            ) {
                continue;
            }
            let is_its = played.is_caused(said.event);
            let fits = line.is_the_commands.is_none_or(|known| known == is_its);
            prop_assert!(fits, "{}\n{:?}", shown(), said.event);
        }
    }
    Ok(())
}

/// Whether each line is one response. Damage may join lines.
fn is_in_step(conversation: &Conversation, said: &[Said<'_>]) -> bool {
    let lines = conversation.lines.iter().map(|line| line.octets.len() + 2);
    lines.eq(said.iter().map(|one| {
        let streamed = one.response.streamed.iter();
        one.response.octets.len() + streamed.map(|(_, octets)| octets.len()).sum::<usize>()
    }))
}

fn items() -> Items {
    Items::from("UID FLAGS MODSEQ RFC822.SIZE INTERNALDATE ENVELOPE BODYSTRUCTURE BODY.PEEK[]")
}

fn any(conversation: &Conversation) -> Result<(), TestCaseError> {
    let all = Search::all;
    let it = conversation;
    match it.asked {
        Asked::List => check(Command::list("", "*").unwrap(), it),
        Asked::Lsub => check(Command::lsub("", "*").unwrap(), it),
        Asked::Status => check(Command::status("Work", ["MESSAGES"]).unwrap(), it),
        Asked::Search => check(Command::search(all()).unwrap(), it),
        Asked::UidSearch => check(Command::uid_search(all()).unwrap(), it),
        Asked::Id => check(Command::id([("name", "x")]).unwrap(), it),
        Asked::Enable => check(Command::enable(["CONDSTORE"]).unwrap(), it),
        Asked::Select => check(Command::select("Work").unwrap(), it),
        Asked::Examine => check(Command::examine("Work").unwrap(), it),
        Asked::Fetch => check(Command::fetch("1:*", items()).unwrap(), it),
        Asked::UidFetch => check(Command::uid_fetch("1:*", items()).unwrap(), it),
        Asked::Vanished => {
            let items = items().changed_since(1).vanished();
            check(Command::uid_fetch("1:*", items).unwrap(), it)
        }
        Asked::Store => {
            let seen = Command::uid_store("1:*", Store::add([Flag::SEEN]));
            check(seen.unwrap(), it)
        }
        Asked::Copy => check(Command::uid_copy("1:*", "Work").unwrap(), it),
        Asked::Move => check(Command::uid_move("1:*", "Work").unwrap(), it),
        Asked::Append => check(Command::append("Work", *b"x").unwrap(), it),
        Asked::Noop => check(Command::noop(), it),
        Asked::Create => check(Command::create("Work").unwrap(), it),
        Asked::Listing => {
            let options = ListOptions::new().return_status(["MESSAGES"]);
            let options = options.return_my_rights().return_metadata(["/a"]);
            check(Command::list_with("", ["*"], &options).unwrap(), it)
        }
        Asked::Sort => check(Command::sort(SortKey::Date, all()).unwrap(), it),
        Asked::Thread => check(Command::thread("REFERENCES", all()).unwrap(), it),
        Asked::Esearch => {
            let returns = SearchReturn::new().all();
            let esearch = Command::esearch(SearchSources::personal(), &returns, all());
            check(esearch.unwrap(), it)
        }
        Asked::Namespace => check(Command::namespace(), it),
        Asked::GetQuota => check(Command::get_quota("q").unwrap(), it),
        Asked::GetQuotaRoot => check(Command::get_quota_root("Work").unwrap(), it),
        Asked::SetQuota => check(Command::set_quota("q", [("STORAGE", 9)]).unwrap(), it),
        Asked::GetAcl => check(Command::get_acl("Work").unwrap(), it),
        Asked::ListRights => check(Command::list_rights("Work", "a").unwrap(), it),
        Asked::MyRights => check(Command::my_rights("Work").unwrap(), it),
        Asked::GetMetadata => check(Command::get_metadata("Work", ["/a"]).unwrap(), it),
        Asked::Notify => {
            let new = [NotifyEvent::MessageNew, NotifyEvent::MessageExpunge];
            let notify = Notify::new().status().personal(new);
            check(Command::notify(&notify).unwrap(), it)
        }
        Asked::Language => check(Command::language(["de"]).unwrap(), it),
        Asked::Comparator => check(Command::comparator(["i;octet"]).unwrap(), it),
        Asked::GenUrlAuth => {
            let urls = [("imap://a", "INTERNAL")];
            check(Command::genurlauth(urls).unwrap(), it)
        }
        Asked::UrlFetch => check(Command::urlfetch(["imap://a"]).unwrap(), it),
        Asked::Raw => check(TypedCommand::<Done>::new(Command::raw("XODD").unwrap()), it),
    }
}

#[test]
fn an_answer_has_all_that_its_command_caused() {
    let cases = std::env::var("ANSWERS")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let seed = std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let config = ProptestConfig {
        cases: cases.unwrap_or(CASES),
        rng_seed: RngSeed::Fixed(seed.unwrap_or(0)),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(conversation in conversation())| any(&conversation)?);
    let checked = CHECKED.load(Ordering::Relaxed);
    println!("{checked} answers checked");
    assert!(checked > 1000, "{checked}");
}
