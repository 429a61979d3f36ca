//! The part that a person reads.

use super::part::{Part, PartForm};
use super::parts::BodyParts;

impl<'a> BodyParts<'a> {
    /// The part that a person reads: the first text that is neither an attachment nor in an embedded message. Where a multipart/alternative
    /// offers the same as `text/plain` and as `text/html` (RFC 2046 section 5.1.4), it is the plain one. `None` if there is neither.
    ///
    /// [`section`](Self::section) names it for FETCH.
    #[must_use]
    pub fn text_part(&self) -> Option<&Part<'a>> {
        let text = self.first_text(self.root()?)?;
        let mut inner = text;
        while let Some(outer) = self.parent(inner).filter(|_| !is_plain(text)) {
            let is_alternative = outer.media.subtype.is_some_and(|it| it.is("alternative"));
            if is_alternative && outer.is_multipart() {
                let others = self.children(outer);
                let others = others.filter(|other| other.place.index != inner.place.index);
                let mut texts = others.filter_map(|other| self.first_text(other));
                if let Some(plain) = texts.find(|other| is_plain(other)) {
                    return Some(plain);
                }
            }
            inner = outer;
        }
        Some(text)
    }

    /// The first text of a part and the parts in it.
    fn first_text(&self, part: &Part<'a>) -> Option<&Part<'a>> {
        let mut index = part.place.index;
        while index < part.place.end {
            let next = self.parts.get(index)?;
            if next.form == PartForm::Message || next.is_attachment() {
                index = next.place.end;
            } else if is_plain(next) || next.media.is("text", "html") {
                return Some(next);
            } else {
                index += 1;
            }
        }
        None
    }
}

fn is_plain(part: &Part<'_>) -> bool {
    part.media.is("text", "plain")
}
