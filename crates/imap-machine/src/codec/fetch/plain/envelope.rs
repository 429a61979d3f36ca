//! ENVELOPE (RFC 9051 section 7.5.2).

use alloc::vec::Vec;

use imap_types::envelope::{Address, Envelope};

use super::reader::PlainReader;

impl<'a> PlainReader<'a> {
    pub(super) fn envelope(&mut self) -> Option<Envelope<'a>> {
        self.octet(b'(')?;
        let date = self.nstring()?;
        self.space()?;
        let subject = self.nstring()?;
        let envelope = Envelope {
            date,
            subject,
            from: self.addresses()?,
            sender: self.addresses()?,
            reply_to: self.addresses()?,
            to: self.addresses()?,
            cc: self.addresses()?,
            bcc: self.addresses()?,
            in_reply_to: self.space().and_then(|()| self.nstring())?,
            message_id: self.space().and_then(|()| self.nstring())?,
        };
        self.octet(b')')?;
        Some(envelope)
    }

    /// A space, then a list of addresses without spaces between them.
    fn addresses(&mut self) -> Option<Vec<Address<'a>>> {
        self.space()?;
        self.list(|cursor, _| cursor.address())
    }

    fn address(&mut self) -> Option<Address<'a>> {
        self.octet(b'(')?;
        let name = self.nstring()?;
        self.space()?;
        let adl = self.nstring()?;
        self.space()?;
        let mailbox = self.nstring()?;
        self.space()?;
        let host = self.nstring()?;
        self.octet(b')')?;
        Some(Address {
            name,
            adl,
            mailbox,
            host,
        })
    }
}
