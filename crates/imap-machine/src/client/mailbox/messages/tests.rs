extern crate std;

mod model;

use alloc::vec::Vec;
use core::num::NonZeroU32;
use std::format;

use super::block::{Block, MAX_LEN};
use super::{Contradiction, Facts, Messages};

fn uid(uid: u32) -> NonZeroU32 {
    NonZeroU32::new(uid).expect("a UID is not zero")
}

/// A mailbox of which everything is known; `uid_of` maps sequence numbers to UIDs.
fn filled(len: u32, uid_of: impl Fn(u32) -> u32) -> Messages {
    let mut messages = Messages::default();
    messages.resize(len);
    for seq in 1..=len {
        messages
            .record(seq, Some(uid(uid_of(seq))), Some(1))
            .unwrap();
    }
    messages
}

fn check_rules(messages: &Messages) {
    let mut position = 0;
    let mut before_is_run = false;
    for (index, block) in messages.blocks.iter().enumerate() {
        assert!(block.len() > 0, "block {index} is empty");
        assert_eq!(messages.blocks.locate(position), Some((index, 0)));
        let is_run = matches!(block, Block::Unknown(_));
        assert!(!(is_run && before_is_run), "two runs meet at {index}");
        before_is_run = is_run;
        if let Some(dense) = block.dense() {
            let known = (0..dense.len()).filter_map(|offset| dense.uid(offset));
            assert_eq!(dense.known() as usize, known.clone().count());
            assert!(known.is_sorted_by(|a, b| a < b), "block {index}");
            let facts = |offset| dense.uid(offset).is_some() || dense.flags(offset).is_some();
            assert!((0..dense.len()).any(facts), "block {index} is blank");
            assert!(dense.len() <= MAX_LEN);
            let slack = dense.heap_octets() - 5 * dense.len() as usize;
            assert!(slack <= 5 * (dense.len() as usize / 7 + 9), "slack {slack}");
        }
        position += block.len();
    }
    assert_eq!(position, messages.len());
    assert!(messages.blocks.count() <= messages.max_blocks);
}

#[test]
fn a_number_from_the_server_costs_nothing() {
    let mut messages = Messages::default();
    messages.resize(u32::MAX);
    assert_eq!((messages.len(), messages.unknown()), (u32::MAX, u32::MAX));
    let heap = messages.heap_octets();
    assert!(heap < 1024, "{heap}");

    assert_eq!(messages.vanish(uid(1), NonZeroU32::MAX), 0);
    for _ in 0..100 {
        messages.expunge(1).unwrap();
        messages.expunge(messages.len()).unwrap();
    }
    assert_eq!(messages.len(), u32::MAX - 200);
    assert_eq!(messages.heap_octets(), heap);
    assert_eq!(messages.uids().nth(1 << 10), Some((1025, None)));
}

#[test]
fn the_largest_mailbox_can_be_learned_from_both_ends() {
    let mut messages = Messages::default();
    messages.resize(u32::MAX);
    for seq in 1..=2000 {
        messages.record(seq, Some(uid(seq)), None).unwrap();
        let last = u32::MAX - seq + 1;
        messages.record(last, Some(uid(last)), None).unwrap();
    }
    check_rules(&messages);
    assert_eq!(messages.seq(NonZeroU32::MAX), Some(u32::MAX));
    assert_eq!(messages.seq(uid(2000)), Some(2000));
    assert_eq!(messages.unknown(), u32::MAX - 4000);
    assert_eq!(messages.vanish(NonZeroU32::MAX, uid(1)), 4000);
    assert_eq!(messages.unknown(), messages.len());
    assert_eq!(messages.len(), u32::MAX - 4000);
    check_rules(&messages);
}

#[test]
fn sparse_knowledge_costs_by_the_piece() {
    let mut messages = Messages::default();
    messages.resize(900_000);
    for seq in (100..900_000).step_by(1000) {
        messages.record(seq, Some(uid(seq * 2)), None).unwrap();
    }
    check_rules(&messages);
    assert!(messages.heap_octets() < 900 * 200);
    assert_eq!(messages.unknown(), 900_000 - 900);
    assert_eq!(messages.uid(500_100), Some(uid(1_000_200)));
    assert_eq!(messages.seq(uid(1_000_200)), Some(500_100));
    assert_eq!(messages.seq(uid(1_000_201)), None);

    // Dense enough for the gaps to be filled: the worst case for memory.
    messages.clear();
    messages.resize(900_000);
    for seq in (33..90_000).step_by(33) {
        messages.record(seq, Some(uid(seq)), None).unwrap();
    }
    check_rules(&messages);
    assert!(messages.heap_octets() < 90_000 / 33 * 200);
}

/// Four for the UID, one for the flags; the block around a thousand of them adds a percent, and room to grow an eighth at
/// most.
#[test]
fn a_known_message_costs_five_octets() {
    let per_message = |messages: &Messages| messages.heap_octets() as f64 / messages.len() as f64;

    let dense = filled(200_000, |seq| seq);
    assert!(per_message(&dense) < 5.1, "{}", per_message(&dense));
    let mut scattered = filled(200_000, |seq| seq * 20_000);
    assert!(per_message(&scattered) < 5.1, "{}", per_message(&scattered));
    check_rules(&scattered);

    for seq in (1..=scattered.len()).rev().filter(|seq| seq % 3 != 0) {
        scattered.expunge(seq).unwrap();
    }
    assert!(per_message(&scattered) < 5.8, "{}", per_message(&scattered));
    check_rules(&scattered);
}

#[test]
fn any_order_of_arrival_ends_dense() {
    for stride in [1, 7, 100, 4999] {
        let mut messages = Messages::default();
        messages.resize(10_000);
        // 10007 is prime: every stride visits every message.
        for step in 1..10_007_u32 {
            let seq = step * stride % 10_007;
            if seq <= 10_000 {
                messages.record(seq, Some(uid(seq + 5)), Some(0)).unwrap();
            }
        }
        check_rules(&messages);
        assert_eq!(messages.unknown(), 0);
        assert!(messages.blocks.count() < 50, "{}", messages.blocks.count());
        assert!((1..=10_000).all(|seq| messages.seq(uid(seq + 5)) == Some(seq)));
    }
}

#[test]
fn uids_may_be_far_apart() {
    for uids in [1, 2, 1000, 40_000, 4_000_000] {
        let messages = filled(1000, |seq| u32::MAX - (1000 - seq) * uids);
        check_rules(&messages);
        assert_eq!(messages.blocks.count(), 1);
        for seq in 1..=1000 {
            let expected = uid(u32::MAX - (1000 - seq) * uids);
            assert_eq!(messages.uid(seq), Some(expected));
            assert_eq!(messages.seq(expected), Some(seq));
        }
    }
}

#[test]
fn uids_are_learned_beside_flags() {
    let mut messages = Messages::default();
    messages.resize(1000);
    for seq in 1..=1000 {
        messages.record(seq, None, Some(3)).unwrap();
    }
    for seq in 1..=1000 {
        messages
            .record(seq, Some(uid(seq * 100_000)), None)
            .unwrap();
    }
    check_rules(&messages);
    assert!((1..=1000).all(|seq| messages.flags(seq) == Some(3)));
    assert!((1..=1000).all(|seq| messages.seq(uid(seq * 100_000)) == Some(seq)));
}

/// RFC 9051 section 2.3.1.1. pymap said 54, 53, 54 of the messages 20, 21, 22.
#[test]
fn a_uid_that_does_not_ascend_is_not_learned() {
    let mut messages = Messages::default();
    messages.resize(5000);
    let wrong = |seq, number| {
        let uid = uid(number);
        Err(Contradiction::NotAscending { seq, uid })
    };
    messages.record(20, Some(uid(54)), Some(1)).unwrap();
    for (seq, number) in [(21, 53), (22, 54), (5000, 54), (19, 54), (1, 60)] {
        let recorded = messages.record(seq, Some(uid(number)), Some(2));
        assert_eq!(recorded, wrong(seq, number));
        assert_eq!((messages.uid(seq), messages.flags(seq)), (None, Some(2)));
    }
    check_rules(&messages);
    assert_eq!(messages.seq(uid(54)), Some(20));
    // Far away, in other blocks.
    messages.record(4000, Some(uid(9000)), None).unwrap();
    assert_eq!(
        messages.record(3000, Some(uid(9001)), None),
        wrong(3000, 9001)
    );
    assert_eq!(
        messages.record(5000, Some(uid(9000)), None),
        wrong(5000, 9000)
    );
    messages.record(20, Some(uid(55)), None).unwrap();
    assert_eq!(
        (messages.uid(20), messages.flags(20)),
        (Some(uid(55)), Some(1))
    );
}

#[test]
fn flags_change_by_number_and_by_uid() {
    let mut messages = filled(5000, |seq| seq * 2);
    let told = |messages: &Messages, flags| {
        let seqs = (1..=messages.len()).filter(|seq| messages.flags(*seq) == flags);
        (seqs.clone().min(), seqs.clone().max(), seqs.count())
    };
    messages.change_flags(1000, 3000, &|facts| facts.flags.map(|flags| flags | 2));
    assert_eq!(told(&messages, Some(3)), (Some(1000), Some(3000), 2001));
    messages.change_flags(4990, u32::MAX, &|_| Some(8));
    assert_eq!(told(&messages, Some(8)), (Some(4990), Some(5000), 11));
    messages.change_flags_by_uid(uid(3), uid(21), &|_| Some(16));
    assert_eq!(told(&messages, Some(16)), (Some(2), Some(10), 9));
    messages.change_flags_by_uid(uid(9_998), NonZeroU32::MAX, &|_| None);
    assert_eq!(told(&messages, None), (Some(4999), Some(5000), 2));
    check_rules(&messages);
    // What is not known stays so.
    messages.change_flags(1, u32::MAX, &|_| Some(0));
    assert_eq!(told(&messages, None), (Some(4999), Some(5000), 2));
}

#[test]
fn flags_of_a_message_without_uid_change_where_it_may_be_meant() {
    let mut messages = Messages::default();
    messages.resize(4000);
    for (seq, number) in [(1000, 50), (1001, 60), (3000, 90)] {
        messages.record(seq, Some(uid(number)), Some(1)).unwrap();
    }
    for seq in [1, 999, 1002, 2000, 2999, 3001, 4000] {
        messages.record(seq, None, Some(1)).unwrap();
    }
    let changed = |first, last| {
        let mut messages = messages.clone();
        messages.change_flags_by_uid(uid(first), uid(last), &|facts| {
            Some(if facts.uid.is_some() { 2 } else { 3 })
        });
        let flags = |seq| messages.flags(seq).filter(|flags| *flags != 1);
        (1..=4000)
            .filter_map(|seq| Some((seq, flags(seq)?)))
            .collect::<Vec<_>>()
    };
    assert_eq!(changed(50, 50), [(1000, 2)]);
    assert_eq!(changed(50, 60), [(1000, 2), (1001, 2)]);
    assert_eq!(changed(1, 49), [(1, 3), (999, 3)]);
    assert_eq!(changed(55, 60), [(1001, 2)]);
    assert_eq!(changed(61, 89), [(1002, 3), (2000, 3), (2999, 3)]);
    assert_eq!(changed(91, 91), [(3001, 3), (4000, 3)]);
    assert_eq!(changed(70, u32::MAX).len(), 6);
    assert_eq!(changed(1, u32::MAX).len(), 10);
}

#[test]
fn forgotten_flags_leave_no_blocks() {
    let mut messages = Messages::default();
    messages.resize(10_000);
    for seq in 1..=10_000 {
        messages.record(seq, None, Some(1)).unwrap();
    }
    messages.change_flags(1, 10_000, &|_| None);
    check_rules(&messages);
    assert_eq!((messages.len(), messages.blocks.count()), (10_000, 1));
}

#[test]
fn vanished_takes_known_uids_only_and_either_order() {
    let mut messages = Messages::default();
    messages.resize(10);
    for (seq, number) in [(2, 20), (4, 40), (5, 50), (9, 90)] {
        messages.record(seq, Some(uid(number)), None).unwrap();
    }
    assert_eq!(messages.vanish(uid(21), uid(39)), 0);
    assert_eq!(messages.vanish(uid(50), uid(40)), 2);
    assert_eq!(messages.len(), 8);
    assert_eq!(messages.seq(uid(90)), Some(7));
    assert_eq!(messages.seq(uid(40)), None);
    assert_eq!(messages.vanish(uid(1), uid(1000)), 2);
    assert_eq!((messages.len(), messages.unknown()), (6, 6));
    assert_eq!(messages.vanish(uid(1), uid(1000)), 0);
}

#[test]
fn blocks_that_know_nothing_any_more_become_one_run() {
    let mut messages = Messages::default();
    messages.resize(5000);
    for seq in (30..=4500).step_by(30) {
        messages.record(seq, Some(uid(seq)), Some(0)).unwrap();
    }
    // The first by EXPUNGE, which leaves long blocks of blanks, the others by VANISHED.
    for seq in (1..=40).rev().map(|step| step * 30) {
        messages.expunge(seq).unwrap();
        check_rules(&messages);
    }
    assert_eq!(messages.vanish(uid(1), uid(1500)), 10);
    check_rules(&messages);
    assert_eq!(messages.vanish(uid(1501), uid(4500)), 100);
    check_rules(&messages);
    assert_eq!((messages.len(), messages.blocks.count()), (4850, 1));
}

#[test]
fn vanished_everything_leaves_no_blocks() {
    let mut messages = filled(20_000, |seq| seq * 3);
    assert_eq!(messages.vanish(uid(3), uid(60_000)), 20_000);
    assert!(messages.is_empty());
    assert_eq!(messages.blocks.count(), 0);
    let heap = messages.heap_octets();
    let kept = size_of::<Block>() + 2 * size_of::<u32>();
    assert!(heap <= crate::memory::KEPT * kept, "{heap}");
    messages.resize(1);
    assert_eq!(messages.uid(1), None);
}

#[test]
fn numbers_out_of_range_change_nothing() {
    let mut messages = filled(3, |seq| seq);
    for seq in [0, 4, u32::MAX] {
        let error = Contradiction::OutOfRange { seq, len: 3 };
        assert_eq!(messages.expunge(seq), Err(error));
        assert_eq!(messages.record(seq, Some(uid(9)), None), Err(error));
        assert_eq!((messages.uid(seq), messages.flags(seq)), (None, None));
    }
    assert_eq!(messages.len(), 3);
}

#[test]
fn flags_and_uid_are_learned_apart() {
    let mut messages = Messages::default();
    messages.resize(2);
    messages.record(1, None, Some(0)).unwrap();
    assert_eq!((messages.uid(1), messages.flags(1)), (None, Some(0)));
    messages.record(1, Some(uid(7)), None).unwrap();
    messages.record(1, None, Some(0xFF)).unwrap();
    assert_eq!(messages.flags(2), None);
    let removed = Facts {
        uid: Some(uid(7)),
        flags: Some(0x7F),
    };
    assert_eq!(messages.expunge(1), Ok(removed));
}

#[test]
fn a_full_map_goes_on_counting() {
    let mut messages = Messages::new(8);
    messages.resize(1_000_000);
    for seq in (1..1_000_000).step_by(1000) {
        messages.record(seq, Some(uid(seq)), Some(1)).unwrap();
    }
    check_rules(&messages);
    assert!(messages.overflowed());
    assert_eq!(messages.seq(uid(1)), Some(1));
    assert_eq!(messages.uid(999_001), None);
    // What is kept is kept up to date.
    messages.record(2, Some(uid(5)), None).unwrap();
    assert_eq!((messages.uid(2), messages.flags(2)), (Some(uid(5)), None));
    messages.record(2, Some(uid(6)), Some(2)).unwrap();
    assert_eq!(
        (messages.uid(2), messages.flags(2)),
        (Some(uid(6)), Some(2))
    );
    messages.expunge(1).unwrap();
    messages.resize(2_000_000);
    assert_eq!(messages.len(), 2_000_000);
    messages.forget(1_000_000);
    assert!(messages.overflowed() && messages.unknown() == 1_000_000);
    messages.clear();
    assert!(!messages.overflowed() && messages.is_empty());

    let mut none = Messages::new(0);
    none.resize(5);
    none.record(5, Some(uid(1)), None).unwrap();
    assert!(none.overflowed());
    assert_eq!((none.len(), none.unknown()), (5, 5));
    check_rules(&none);
}

#[test]
fn new_messages_always_find_a_block() {
    for max_blocks in 1..8 {
        let mut messages = Messages::new(max_blocks);
        messages.resize(9);
        messages.resize(1_000);
        // Far apart: each wants a block of its own.
        for seq in [100, 300, 500, 700] {
            messages.record(seq, Some(uid(seq)), None).unwrap();
        }
        messages.resize(1_001);
        check_rules(&messages);
    }
}

#[test]
fn debug_shows_sizes_only() {
    let shown = format!("{:?}", filled(3, |seq| seq + 70_000));
    assert_eq!(
        shown,
        "Messages { len: 3, unknown: 0, blocks: 1, overflowed: false }"
    );
}
