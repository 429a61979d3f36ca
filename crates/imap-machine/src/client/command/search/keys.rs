//! The criteria one by one (RFC 9051 section 6.4.4, and extensions).

use super::{Reads, Search};
use crate::client::command::argument::{InvalidArgument, not_zero, up_to_63_bits};
use crate::client::command::sequence_set::SequenceSet;
use crate::client::command::written::atom;
use crate::codec::{DateText, Flag, is_date};

macro_rules! criteria_without_arguments {
    ($($(#[doc = $doc:literal])+ $name:ident: $key:literal, $reads:ident;)+) => {
        $($(#[doc = $doc])+
        #[must_use]
        pub fn $name() -> Self {
            Self::all().with($key, Reads::$reads, |_| Ok(()))
        })+
    };
}

macro_rules! criteria_with_text {
    ($($(#[doc = $doc:literal])+ $name:ident: $key:literal;)+) => {
        $($(#[doc = $doc])+
        #[must_use]
        pub fn $name(self, text: &str) -> Self {
            self.with_text($key, text)
        })+
    };
}

macro_rules! criteria_with_a_date {
    ($($(#[doc = $doc:literal])+ $name:ident: $key:literal;)+) => {
        $($(#[doc = $doc])+
        #[must_use]
        pub fn $name(self, year: u16, month: u8, day: u8) -> Self {
            self.with_date($key, (year, month, day))
        })+
    };
}

/// Where criteria begin.
impl Search {
    criteria_without_arguments! {
        /// `ANSWERED`: with the flag `\Answered`.
        answered: "ANSWERED", Flags;
        /// `UNANSWERED`: without the flag `\Answered`.
        unanswered: "UNANSWERED", Flags;
        /// `DELETED`: with the flag `\Deleted`.
        deleted: "DELETED", Flags;
        /// `UNDELETED`: without the flag `\Deleted`.
        undeleted: "UNDELETED", Flags;
        /// `DRAFT`: with the flag `\Draft`.
        draft: "DRAFT", Flags;
        /// `UNDRAFT`: without the flag `\Draft`.
        undraft: "UNDRAFT", Flags;
        /// `FLAGGED`: with the flag `\Flagged`.
        flagged: "FLAGGED", Flags;
        /// `UNFLAGGED`: without the flag `\Flagged`.
        unflagged: "UNFLAGGED", Flags;
        /// `SEEN`: with the flag `\Seen`.
        seen: "SEEN", Flags;
        /// `UNSEEN`: without the flag `\Seen`.
        unseen: "UNSEEN", Flags;
        /// `NEW`: with the flag `\Recent`, but not `\Seen` (RFC 3501 section 6.4.4).
        new: "NEW", Flags;
        /// `OLD`: without the flag `\Recent` (RFC 3501 section 6.4.4).
        old: "OLD", Message;
        /// `RECENT`: with the flag `\Recent` (RFC 3501 section 6.4.4).
        recent: "RECENT", Message;
        /// `SAVEDATESUPPORTED`: in a mailbox that knows when messages came into it (RFC 8514 section 4.3).
        save_date_supported: "SAVEDATESUPPORTED", Message;
    }
}

/// What must be true as well.
impl Search {
    criteria_with_text! {
        /// `BCC`: the text is in that field of the header.
        bcc: "BCC";
        /// `BODY`: the text is in the body.
        body: "BODY";
        /// `CC`: the text is in that field of the header.
        cc: "CC";
        /// `FROM`: the text is in that field of the header.
        from: "FROM";
        /// `SUBJECT`: the text is in that field of the header.
        subject: "SUBJECT";
        /// `TEXT`: the text is in the header or in the body.
        text: "TEXT";
        /// `TO`: the text is in that field of the header.
        to: "TO";
    }

    criteria_with_a_date! {
        /// `BEFORE`: the internal date is earlier, whatever its time and zone.
        before: "BEFORE";
        /// `ON`: the internal date is this one.
        on: "ON";
        /// `SINCE`: the internal date is this one or later.
        since: "SINCE";
        /// `SENTBEFORE`: the date of the header is earlier.
        sent_before: "SENTBEFORE";
        /// `SENTON`: the date of the header is this one.
        sent_on: "SENTON";
        /// `SENTSINCE`: the date of the header is this one or later.
        sent_since: "SENTSINCE";
        /// `SAVEDBEFORE`: it came into the mailbox earlier (RFC 8514 section 4.3).
        saved_before: "SAVEDBEFORE";
        /// `SAVEDON`: it came into the mailbox on this date (RFC 8514 section 4.3).
        saved_on: "SAVEDON";
        /// `SAVEDSINCE`: it came into the mailbox on this date or later (RFC 8514 section 4.3).
        saved_since: "SAVEDSINCE";
    }

    /// `HEADER`: the header has this field, and the text is in it. Every field has the text `""`.
    #[must_use]
    pub fn header(self, field: &str, text: &str) -> Self {
        self.with("HEADER ", Reads::Message, |written| {
            written.astring(field.as_bytes())?;
            written.text(b" ");
            written.astring(text.as_bytes())
        })
    }

    /// `KEYWORD`: with this keyword. System flags have criteria of their own.
    #[must_use]
    pub fn keyword<'f>(self, keyword: impl Into<Flag<'f>>) -> Self {
        self.with_word("KEYWORD ", Reads::Flags, keyword.into().check_keyword())
    }

    /// `UNKEYWORD`: without this keyword.
    #[must_use]
    pub fn unkeyword<'f>(self, keyword: impl Into<Flag<'f>>) -> Self {
        self.with_word("UNKEYWORD ", Reads::Flags, keyword.into().check_keyword())
    }

    /// `LARGER`: more octets than this.
    #[must_use]
    pub fn larger(self, octets: u64) -> Self {
        self.with_number("LARGER ", Reads::Message, up_to_63_bits(octets))
    }

    /// `SMALLER`: fewer octets than this.
    #[must_use]
    pub fn smaller(self, octets: u64) -> Self {
        self.with_number("SMALLER ", Reads::Message, up_to_63_bits(octets))
    }

    /// `OLDER`: the internal date is at least as many seconds ago (RFC 5032).
    #[must_use]
    pub fn older(self, seconds: u32) -> Self {
        self.with_number("OLDER ", Reads::Message, not_zero(seconds.into()))
    }

    /// `YOUNGER`: the internal date is at most as many seconds ago (RFC 5032).
    #[must_use]
    pub fn younger(self, seconds: u32) -> Self {
        self.with_number("YOUNGER ", Reads::Message, not_zero(seconds.into()))
    }

    /// `UID`: with one of these UIDs.
    #[must_use]
    pub fn uid(self, set: impl Into<SequenceSet>) -> Self {
        self.with("UID ", Reads::Message, |written| {
            set.into().write(written.line())
        })
    }

    /// A sequence set: with one of these sequence numbers.
    #[must_use]
    pub fn numbers(self, set: impl Into<SequenceSet>) -> Self {
        self.with("", Reads::Numbers, |written| {
            set.into().write(written.line())
        })
    }

    /// `MODSEQ`: the mod-sequence is this one or larger (RFC 7162 section 3.1.5).
    #[must_use]
    pub fn modseq(self, modseq: u64) -> Self {
        // A change of flags changes the mod-sequence (RFC 7162 section 3.1).
        self.with_number("MODSEQ ", Reads::Flags, up_to_63_bits(modseq))
    }

    /// `EMAILID`: the message with this identifier (RFC 8474 section 6).
    #[must_use]
    pub fn email_id(self, id: &str) -> Self {
        self.with_word("EMAILID ", Reads::Message, atom(id))
    }

    /// `THREADID`: the messages of the thread with this identifier (RFC 8474 section 6).
    #[must_use]
    pub fn thread_id(self, id: &str) -> Self {
        self.with_word("THREADID ", Reads::Message, atom(id))
    }

    /// `FILTER`: what criteria that the server keeps under this name find (RFC 5466).
    #[must_use]
    pub fn filter(self, name: &str) -> Self {
        let name = match name.contains('/') {
            true => Err(InvalidArgument::NotAnAtom),
            false => atom(name),
        };
        self.with_word("FILTER ", Reads::Any, name)
    }

    /// `FUZZY`: what fits these criteria more or less (RFC 6203).
    #[must_use]
    pub fn fuzzy(self, search: Self) -> Self {
        self.and(search.after("FUZZY "))
    }

    /// `X-GM-RAW`: what the search of Gmail finds, in its own language: `has:attachment` (Gmail's X-GM-EXT-1).
    #[must_use]
    pub fn gmail_raw(self, query: &str) -> Self {
        // It may look for `is:unread`.
        self.with("X-GM-RAW ", Reads::Flags, |written| {
            written.string(query.as_bytes())
        })
    }
}

impl Search {
    fn with_text(self, key: &str, text: &str) -> Self {
        self.with(key, Reads::Message, |written| {
            written.text(b" ");
            written.astring(text.as_bytes())
        })
    }

    fn with_date(self, key: &str, date: (u16, u8, u8)) -> Self {
        self.with(key, Reads::Message, |written| {
            let (year, month, day) = date;
            if !is_date(year, month, day) {
                return Err(InvalidArgument::NotADate);
            }
            written.text(b" \"");
            written.display(DateText(year, month, day));
            written.text(b"\"");
            Ok(())
        })
    }

    fn with_word(
        self,
        key: &str,
        reads: Reads,
        word: Result<impl AsRef<str>, InvalidArgument>,
    ) -> Self {
        self.with(key, reads, |written| {
            written.text(word?.as_ref().as_bytes());
            Ok(())
        })
    }

    fn with_number(self, key: &str, reads: Reads, number: Result<u64, InvalidArgument>) -> Self {
        self.with(key, reads, |written| {
            written.number(number?);
            Ok(())
        })
    }
}
