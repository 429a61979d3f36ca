//! What a short name makes is what the same command of imap-types becomes: octet for octet, and with the same profile.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use imap_types::command::{CommandBody, FetchModifier, SelectParameter};
use imap_types::core::{AString, LiteralMode, NString, NString8};
use imap_types::extensions::binary::Literal8;
use imap_types::extensions::metadata::{Depth, Entry, EntryValue, GetMetadataOption};
use imap_types::extensions::quota::{QuotaSet, Resource};
use imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItemName};
use imap_types::search::SearchKey;
use imap_types::status::StatusDataItemName;
use proptest::prelude::*;
use proptest::sample::select;

use crate::client::{
    AppendMessage, Command, Items, MailboxArgument, MetadataDepth, MetadataOptions, Resync, Search,
    SelectOptions, SequenceSet,
};

fn is_same<A>(ours: crate::client::TypedCommand<A>, body: CommandBody<'static>) {
    let (ours, mut theirs) = (Command::from(ours), Command::from(body));
    // Sets of imap-types are sent as they are.
    theirs.profile.divisible = ours.profile.divisible;
    assert_eq!(ours.profile, theirs.profile);
    assert!(ours.written == theirs.written, "{:?}", ours.verb());
}

/// Names that are written in the same way whatever is enabled, since imap-types' are names on the wire.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9/._-]{1,9}",
        3 => "[a-z \"\\\\(){}%*]{0,9}",
        1 => Just(String::from("iNbOx")),
    ]
}

/// What SELECT remembers of a name is how it was given.
fn wire(name: &str) -> MailboxArgument {
    MailboxArgument::from_wire(name.as_bytes())
}

/// Ascending, since ours are.
fn set() -> impl Strategy<Value = String> {
    prop_oneof![
        (1_u32..).prop_map(|number| alloc::format!("{number}")),
        (1_u32..9, 20_u32..).prop_map(|(first, last)| alloc::format!("{first}:{last}")),
        (1_u32..9, 20_u32..30).prop_map(|(one, two)| alloc::format!("{one},{two}:40,50:*")),
        Just(String::from("*")),
    ]
}

const ITEMS: [(MessageDataItemName<'static>, &str); 8] = [
    (MessageDataItemName::Uid, "UID"),
    (MessageDataItemName::Flags, "FLAGS"),
    (MessageDataItemName::ModSeq, "MODSEQ"),
    (MessageDataItemName::Rfc822Size, "RFC822.SIZE"),
    (MessageDataItemName::InternalDate, "INTERNALDATE"),
    (MessageDataItemName::Envelope, "ENVELOPE"),
    (MessageDataItemName::BodyStructure, "BODYSTRUCTURE"),
    (MessageDataItemName::Rfc822, "RFC822"),
];

proptest! {
    #[test]
    fn about_mailboxes(one in name(), other in name()) {
        is_same(Command::select(wire(&one)).unwrap(), CommandBody::select(one.clone()).unwrap());
        is_same(Command::examine(wire(&one)).unwrap(), CommandBody::examine(one.clone()).unwrap());
        is_same(Command::create(&one).unwrap(), CommandBody::create(one.clone()).unwrap());
        is_same(Command::delete(&one).unwrap(), CommandBody::delete(one.clone()).unwrap());
        is_same(Command::subscribe(&one).unwrap(), CommandBody::subscribe(one.clone()).unwrap());
        is_same(Command::unsubscribe(&one).unwrap(), CommandBody::unsubscribe(one.clone()).unwrap());
        is_same(
            Command::rename(&one, &other).unwrap(),
            CommandBody::rename(one.clone(), other.clone()).unwrap(),
        );
        is_same(
            Command::list(&one, &other).unwrap(),
            CommandBody::list(one.clone(), other.clone()).unwrap(),
        );
        is_same(
            Command::lsub(&one, &other).unwrap(),
            CommandBody::lsub(one.clone(), other.clone()).unwrap(),
        );
        is_same(
            Command::status(&one, ["MESSAGES", "UNSEEN"]).unwrap(),
            CommandBody::status(one.clone(), vec![StatusDataItemName::Messages, StatusDataItemName::Unseen])
                .unwrap(),
        );
    }

    #[test]
    fn about_quotas(name in name(), root in "[a-z \"\r]{0,6}", limits in prop::collection::vec(0..1_u64 << 63, 0..3)) {
        is_same(Command::get_quota(&root).unwrap(), CommandBody::get_quota(root.clone()).unwrap());
        is_same(Command::get_quota_root(&name).unwrap(), CommandBody::get_quota_root(name).unwrap());
        let ours = limits.iter().map(|limit| ("STORAGE", *limit));
        let theirs = limits.iter().map(|limit| QuotaSet::new(Resource::Storage, *limit));
        let theirs: Vec<_> = theirs.collect();
        is_same(
            Command::set_quota(&root, ours).unwrap(),
            CommandBody::set_quota(root.clone(), theirs).unwrap(),
        );
    }

    #[test]
    fn about_annotations(
        name in name(),
        entries in prop::collection::vec("/[a-z]{1,5}(/[a-z \"]{1,5})?", 1..4),
        value in prop::option::of(prop_oneof![
            "[a-z \"\u{e4}\r\n]{0,9}".prop_map(String::into_bytes),
            prop::collection::vec(any::<u8>(), 0..20),
        ]),
        max_size in prop::option::of(any::<u32>()),
        depth in select(vec![
            None,
            Some((MetadataDepth::None, Depth::Null)),
            // imap-codec has INFINITY for the infinity of RFC 5464.
            Some((MetadataDepth::Children, Depth::One)),
        ]),
    ) {
        let (mut options, mut their_options) = (MetadataOptions::new(), Vec::new());
        if let Some(octets) = max_size {
            options = options.max_size(octets);
            their_options.push(GetMetadataOption::MaxSize(octets));
        }
        if let Some((ours, theirs)) = depth {
            options = options.depth(ours);
            their_options.push(GetMetadataOption::Depth(theirs));
        }
        let entry = |name: &String| Entry::try_from(AString::try_from(name.clone()).unwrap()).unwrap();
        let their_entries: Vec<_> = entries.iter().map(entry).collect();
        is_same(
            Command::get_metadata_with(wire(&name), &entries, &options).unwrap(),
            CommandBody::GetMetadata {
                options: their_options,
                mailbox: name.clone().try_into().unwrap(),
                entries: their_entries.try_into().unwrap(),
            },
        );
        let their_value = || match &value {
            None => NString8::NString(NString(None)),
            Some(octets) if octets.contains(&0) => NString8::Literal8(literal8(octets)),
            Some(octets) => NString8::NString(octets.clone().try_into().unwrap()),
        };
        let entry_values = entries.iter().map(|name| EntryValue { entry: entry(name), value: their_value() });
        let entry_values: Vec<_> = entry_values.collect();
        let ours = entries.iter().map(|name| (name.as_str(), value.as_deref()));
        is_same(
            Command::set_metadata(&name, ours).unwrap(),
            CommandBody::SetMetadata {
                mailbox: name.try_into().unwrap(),
                entry_values: entry_values.try_into().unwrap(),
            },
        );
    }

    #[test]
    fn about_messages(set in set(), name in name(), uid in any::<bool>()) {
        let theirs = set.as_str();
        let (copy, moves) = match uid {
            true => (Command::uid_copy(theirs, &name), Command::uid_move(theirs, &name)),
            false => (Command::copy(theirs, &name), Command::r#move(theirs, &name)),
        };
        is_same(copy.unwrap(), CommandBody::copy(theirs, name.clone(), uid).unwrap());
        is_same(moves.unwrap(), CommandBody::r#move(theirs, name, uid).unwrap());
        let sequence_set = theirs.try_into().unwrap();
        is_same(Command::uid_expunge(theirs).unwrap(), CommandBody::ExpungeUid { sequence_set });
    }

    #[test]
    fn fetches(
        set in set(),
        items in prop::collection::vec(select(ITEMS.to_vec()), 1..5),
        since in prop::option::of(1..1_000_u64),
        uid in any::<bool>(),
    ) {
        let names: Vec<_> = items.iter().map(|(_, name)| *name).collect();
        let mut asked = Items::from(names.join(" ").as_str());
        let mut modifiers = Vec::new();
        if let Some(since) = since {
            asked = asked.changed_since(since);
            modifiers.push(FetchModifier::ChangedSince(since.try_into().unwrap()));
        }
        let ours = match uid {
            true => Command::uid_fetch(&set, asked),
            false => Command::fetch(&set, asked),
        };
        let names = items.into_iter().map(|(name, _)| name).collect();
        is_same(ours.unwrap(), CommandBody::Fetch {
            sequence_set: set.as_str().try_into().unwrap(),
            macro_or_item_names: MacroOrMessageDataItemNames::MessageDataItemNames(names),
            uid,
            modifiers,
        });
    }

    #[test]
    fn texts(text in "[a-z \"\\\\\u{e4}\r\n]{1,9}") {
        let key = SearchKey::Subject(text.clone().try_into().unwrap());
        let theirs = |uid| CommandBody::search(None, vec![key.clone()].try_into().unwrap(), uid);
        let search = || Search::all().subject(&text);
        is_same(Command::search(search()).unwrap(), theirs(false));
        is_same(Command::uid_search(search()).unwrap(), theirs(true));
        is_same(
            Command::login(&text, "x").unwrap(),
            CommandBody::login(text.clone(), "x").unwrap(),
        );
    }

    #[test]
    fn messages(name in name(), octets in prop::collection::vec(1..=u8::MAX, 0..20)) {
        let body = CommandBody::append(name.clone(), vec![], None, octets.clone()).unwrap();
        is_same(Command::append(wire(&name), AppendMessage::new(octets)).unwrap(), body);
    }
}

fn literal8(octets: &[u8]) -> Literal8<'static> {
    Literal8 {
        data: octets.to_vec().into(),
        mode: LiteralMode::Sync,
    }
}

#[test]
fn without_arguments() {
    is_same(Command::capability(), CommandBody::Capability);
    is_same(Command::noop(), CommandBody::Noop);
    is_same(Command::logout(), CommandBody::Logout);
    is_same(Command::starttls(), CommandBody::StartTLS);
    is_same(Command::close(), CommandBody::Close);
    is_same(Command::unselect(), CommandBody::Unselect);
    is_same(Command::expunge(), CommandBody::Expunge);
    assert_eq!(Command::idle(), CommandBody::Idle.into());
    is_same(Command::namespace(), CommandBody::Namespace);
    let algorithm = imap_types::extensions::compress::CompressionAlgorithm::Deflate;
    is_same(Command::compress(), CommandBody::Compress { algorithm });
}

#[test]
fn parameters_of_select() {
    let body = |parameters| CommandBody::Select {
        mailbox: "a".try_into().unwrap(),
        parameters,
    };
    let condstore = Command::select_with(wire("a"), &SelectOptions::condstore()).unwrap();
    is_same(condstore, body(vec![SelectParameter::CondStore]));
    let known = Resync::new(5, 7)
        .known("1:4")
        .matched("1,3", SequenceSet::from([2, 9]));
    let qresync = Command::select_with(wire("a"), &SelectOptions::qresync(known)).unwrap();
    let parameter = SelectParameter::QResync {
        uid_validity: 5.try_into().unwrap(),
        mod_sequence_value: 7.try_into().unwrap(),
        known_uids: Some("1:4".try_into().unwrap()),
        seq_match_data: Some(("1,3".try_into().unwrap(), "2,9".try_into().unwrap())),
    };
    is_same(qresync, body(vec![parameter]));
    let zero = SelectOptions::qresync(Resync::new(0, 7));
    assert!(Command::select_with(wire("a"), &zero).is_err());
}

#[test]
fn credentials_and_names() {
    let mechanism = || "XMECH".try_into().unwrap();
    for initial in [None, Some(b"x".to_vec())] {
        let body = match &initial {
            None => CommandBody::authenticate(mechanism()),
            Some(initial) => CommandBody::authenticate_with_ir(mechanism(), initial.clone()),
        };
        is_same(Command::authenticate("XMECH", initial).unwrap(), body);
    }
    assert!(Command::authenticate("X Y", None).is_err());
    let id = Command::id([("name", "a \"b\""), ("line", "1\r\n2")]).unwrap();
    let pair = |name: &str, value: &str| {
        let (name, value) = (String::from(name), String::from(value));
        (name.try_into().unwrap(), value.try_into().unwrap())
    };
    let parameters = Some(vec![pair("name", "a \"b\""), pair("line", "1\r\n2")]);
    is_same(id, CommandBody::Id { parameters });
    is_same(
        Command::id([]).unwrap(),
        CommandBody::Id { parameters: None },
    );
    let capabilities = |names: &[&'static str]| {
        let atoms = names
            .iter()
            .map(|name| imap_types::core::Atom::try_from(*name).unwrap());
        let names: Vec<_> = atoms.map(Into::into).collect();
        CommandBody::Enable {
            capabilities: names.try_into().unwrap(),
        }
    };
    for names in [&["CONDSTORE"][..], &["QRESYNC", "X-UNKNOWN"]] {
        is_same(Command::enable(names).unwrap(), capabilities(names));
    }
}
