//! imap-codec alone: no framing, no copies, and each response borrowed from the input. An engine on top of it cannot be
//! faster.

use std::sync::Arc;

use imap_codec::ResponseCodec;
use imap_codec::decode::Decoder;
use imap_codec::imap_types::response::{Data, Response};

use super::imap_types_rows::read;
use super::{Read, Run};
use crate::tally::Tally;

/// All responses of the input.
#[must_use]
pub fn fetch(octets: Arc<Vec<u8>>, what: Read) -> Run {
    let codec = ResponseCodec::default();
    Box::new(move || {
        let mut tally = Tally::default();
        let mut rest = octets.as_slice();
        while !rest.is_empty() {
            let (left, response) = codec.decode(rest).expect("a response");
            if let Response::Data(Data::Fetch { items, .. }) = &response {
                read(items.as_ref(), what, &mut tally);
            }
            rest = left;
        }
        tally
    })
}

/// A line with the answer to a SEARCH: how many numbers, and their sum.
#[must_use]
pub fn search(octets: Arc<Vec<u8>>) -> Run {
    let codec = ResponseCodec::default();
    Box::new(move || {
        let mut tally = Tally::default();
        let (_, response) = codec.decode(&octets).expect("a response");
        if let Response::Data(Data::Search(numbers, _)) = &response {
            tally.numbers(numbers.iter().map(|number| number.get()));
        }
        tally
    })
}
