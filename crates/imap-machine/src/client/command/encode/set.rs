//! Sets of messages, written without imap-codec: see `by_hand`.

use alloc::vec::Vec;

use imap_types::sequence::{SeqOrUid, Sequence, SequenceSet};

use crate::lexer::number;

/// RFC 9051 section 9, sequence-set.
pub(super) fn push(line: &mut Vec<u8>, set: &SequenceSet) {
    for (index, sequence) in set.0.as_ref().iter().enumerate() {
        if index > 0 {
            line.push(b',');
        }
        match sequence {
            Sequence::Single(one) => push_end(line, one),
            Sequence::Range(from, to) => {
                push_end(line, from);
                line.push(b':');
                push_end(line, to);
            }
        }
    }
}

fn push_end(line: &mut Vec<u8>, end: &SeqOrUid) {
    match end {
        SeqOrUid::Value(number) => number::push(line, number.get().into()),
        SeqOrUid::Asterisk => line.push(b'*'),
    }
}
