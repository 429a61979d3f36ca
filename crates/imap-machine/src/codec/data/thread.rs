//! THREAD (RFC 5256 section 4).

use alloc::vec::Vec;
use core::num::NonZeroU32;

use bounded_static::ToStatic;

use crate::codec::context::Context;
use crate::codec::defect::{Defect, DefectKind};
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;
use crate::lexer::number;

/// The threads of a mailbox: sequence numbers or UIDs, as asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct Threads<'a> {
    threads: Octets<'a>,
    pub(super) defects: Vec<Defect>,
}

/// A message of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThreadMember {
    /// Its number. `None` stands for a message that is missing: those that follow one level deeper are answers to it.
    pub number: Option<NonZeroU32>,
    /// How many messages are above it: 0 for the first one of a thread.
    pub depth: usize,
}

impl Threads<'_> {
    /// All messages of all threads, each before the answers to it.
    pub fn members(&self) -> impl Iterator<Item = ThreadMember> + '_ {
        Walk {
            rest: &self.threads,
            depth: 0,
            open: Vec::new(),
        }
    }

    /// The threads as received.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.threads
    }
}

pub(super) fn read<'a>(reader: &mut ValueReader<'a, '_>, context: &Context) -> Option<Threads<'a>> {
    let threads = reader.all_left();
    let at = reader.position();
    check(threads, at, context.nesting, reader)?;
    reader.skip_to_end();
    let threads = Octets::from(threads.trim_ascii_end());
    let defects = reader.defects();
    Some(Threads { threads, defects })
}

/// What came last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Previous {
    Open,
    Close,
    Number,
    Space,
}

/// Notes what breaks the grammar: `thread-list` of RFC 5256 section 5. `None` if it is no threads at all, or they nest deeper than
/// the limit.
fn check(
    threads: &[u8],
    at: usize,
    nesting: usize,
    reader: &mut ValueReader<'_, '_>,
) -> Option<()> {
    // How many lists there are in each list that is open.
    let mut open: Vec<usize> = Vec::new();
    let mut last = Previous::Close;
    let mut rest = threads;
    while let [first, next @ ..] = rest {
        let from = at + threads.len() - rest.len();
        let (now, fits) = match first {
            b'(' if open.len() < nesting => {
                if let Some(lists) = open.last_mut() {
                    *lists += 1;
                }
                open.push(0);
                (Previous::Open, last != Previous::Number)
            }
            b')' => {
                let lists = open.pop()?;
                // One answer alone stands in the list of its parent.
                let fits = matches!(last, Previous::Number | Previous::Close) && lists != 1;
                (Previous::Close, fits)
            }
            b' ' => (Previous::Space, last == Previous::Number && next != b""),
            b'0'..=b'9' if !open.is_empty() => {
                let (number, len) = number::leading(rest)?;
                if !(1..=u64::from(u32::MAX)).contains(&number) {
                    reader.note_at(DefectKind::Number, from);
                }
                rest = rest.get(len..)?;
                if !matches!(last, Previous::Open | Previous::Space) {
                    reader.note_at(DefectKind::Form, from);
                }
                last = Previous::Number;
                continue;
            }
            _ => return None,
        };
        if !fits {
            let kind = match now {
                Previous::Space => DefectKind::Space,
                _ => DefectKind::Form,
            };
            reader.note_at(kind, from);
        }
        last = now;
        rest = next;
    }
    open.is_empty().then_some(())
}

struct Walk<'a> {
    rest: &'a [u8],
    /// How deep the next message is.
    depth: usize,
    /// The lists that are open: how deep they began, and whether they have a message.
    open: Vec<(usize, bool)>,
}

impl Walk<'_> {
    fn member(&mut self, number: Option<NonZeroU32>) -> ThreadMember {
        if let Some((_, filled)) = self.open.last_mut() {
            *filled = true;
        }
        self.depth += 1;
        ThreadMember {
            number,
            depth: self.depth - 1,
        }
    }
}

impl Iterator for Walk<'_> {
    type Item = ThreadMember;

    fn next(&mut self) -> Option<ThreadMember> {
        loop {
            match self.rest {
                // A list that begins with a list: the message that its members answer is missing.
                [b'(', ..] if self.open.last().is_some_and(|(_, filled)| !filled) => {
                    return Some(self.member(None));
                }
                [b'(', rest @ ..] => {
                    self.open.push((self.depth, false));
                    self.rest = rest;
                }
                [b')', rest @ ..] => {
                    self.depth = self.open.pop()?.0;
                    self.rest = rest;
                }
                [b'0'..=b'9', ..] => {
                    let (number, len) = number::leading(self.rest)?;
                    self.rest = self.rest.get(len..)?;
                    let number = u32::try_from(number).ok().and_then(NonZeroU32::new);
                    return Some(self.member(number));
                }
                [_, rest @ ..] => self.rest = rest,
                [] => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::*;

    fn walked(threads: &[u8]) -> String {
        let threads = Threads {
            threads: Octets::from(threads),
            defects: Vec::new(),
        };
        let members = threads.members().map(|member| {
            let number = member.number.map_or(0, NonZeroU32::get);
            format!("{}{number}", "-".repeat(member.depth))
        });
        members.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_examples_of_rfc_5256() {
        assert_eq!(
            walked(b"(2)(3 6 (4 23)(44 7 96))"),
            "2 3 -6 --4 ---23 --44 ---7 ----96"
        );
        assert_eq!(walked(b"((3)(5))"), "0 -3 -5");
        assert_eq!(walked(b"(1 ((2)(3)))"), "1 -0 --2 --3");
        assert_eq!(walked(b""), "");
    }
}
