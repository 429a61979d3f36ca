//! `(TAG "A1" MAILBOX "box" UIDVALIDITY 7)`: which command a result is for (RFC 4466 section 2.6.2, RFC 7377 section 4).

use core::num::NonZeroU32;

use crate::codec::context::Context;
use crate::codec::defect::DefectKind;
use crate::codec::mailbox_name::MailboxName;
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;

#[derive(Default)]
pub(super) struct Correlator<'a> {
    pub(super) tag: Option<Octets<'a>>,
    pub(super) mailbox: Option<MailboxName<'a>>,
    pub(super) uid_validity: Option<NonZeroU32>,
}

/// There need not be one: all is `None` then.
pub(super) fn read<'a>(reader: &mut ValueReader<'a, '_>, context: &Context) -> Correlator<'a> {
    let mut correlator = Correlator::default();
    if let Some(list) = reader.next_list() {
        read_list(&mut correlator, &mut reader.list(list), context);
    }
    correlator
}

fn read_list<'a>(
    correlator: &mut Correlator<'a>,
    reader: &mut ValueReader<'a, '_>,
    context: &Context,
) {
    while let Some(name) = reader.astring() {
        if name.eq_ignore_ascii_case(b"TAG") {
            correlator.tag = reader.astring();
        } else if name.eq_ignore_ascii_case(b"MAILBOX") {
            let name = reader.astring();
            correlator.mailbox = name.map(|name| MailboxName::new(name, context.names));
        } else if name.eq_ignore_ascii_case(b"UIDVALIDITY") {
            let number = reader
                .number()
                .and_then(|number| u32::try_from(number).ok());
            correlator.uid_validity = number.and_then(NonZeroU32::new);
        } else {
            reader.note(DefectKind::Excess);
            reader.element();
        }
    }
    reader.finish();
}
