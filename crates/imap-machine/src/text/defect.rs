//! What stands in a text in place of what was meant.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Text for people. If it may not say what the octets say, [`defects`](Self::defects) tells why; the octets are where the text was read from.
///
/// It may hold whatever a sender chose: only texts of header fields are known to be one line without control characters. `Debug` shows the
/// size, not the text.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Text<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// What is not known to be right in it, each once. None: the text says what its octets say.
    pub defects: Vec<TextDefect>,
}

/// Why a text, or decoded octets, may not be what was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TextDefect {
    /// A charset that is not known here is named. In a header field the encoded word stands as it was; otherwise octets that are not UTF-8
    /// are replaced.
    UnknownCharset,
    /// There are octets beyond ASCII, and no charset is named, or ASCII is. They were taken for UTF-8, or else for windows-1252.
    Assumed,
    /// There were octets that the charset does not have. U+FFFD stands for them.
    Replaced,
    /// A transfer encoding that is not known here is named. The octets are as the message has them.
    UnknownEncoding,
    /// Base64, quoted-printable or percent encoding is damaged, or a piece of the value is missing. What could be decoded was.
    Damaged,
}

impl TextDefect {
    pub(super) fn note(self, defects: &mut Vec<Self>) {
        if !defects.contains(&self) {
            defects.push(self);
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::UnknownCharset => "its charset is not known",
            Self::Assumed => "its charset is not named and was assumed",
            Self::Replaced => "octets that its charset does not have were replaced",
            Self::UnknownEncoding => "its transfer encoding is not known",
            Self::Damaged => "its encoding is damaged",
        }
    }
}

impl fmt::Display for TextDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl<'a> Text<'a> {
    /// Whether it says what its octets say.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.defects.is_empty()
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A copy to keep.
    #[must_use]
    pub fn into_owned(self) -> Text<'static> {
        Text {
            text: Cow::Owned(self.text.into_owned()),
            defects: self.defects,
        }
    }

    /// Adds another text at the end.
    pub(super) fn add(&mut self, other: &Text<'_>) {
        self.text.to_mut().push_str(&other.text);
        for defect in &other.defects {
            defect.note(&mut self.defects);
        }
    }
}

impl From<Text<'_>> for String {
    fn from(text: Text<'_>) -> Self {
        text.text.into_owned()
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} octets, {:?})", self.text.len(), self.defects)
    }
}
