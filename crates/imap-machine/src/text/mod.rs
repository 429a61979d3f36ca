//! Text for people, from what a message has on the wire: subjects, names, file names, and the text of a message. It is there with the feature
//! `text`.
//!
//! The octets stay where they are, in the views of [`codec`](crate::codec); here is what people read in them. Nothing fails, and nothing is wrong
//! in silence: a [`Text`] has the [defects](TextDefect) that it was read with.
//!
//! | | |
//! |---|---|
//! | [`Envelope::subject`], [`Value::header_text`] | encoded words (RFC 2047), UTF-8 as it is (RFC 6532), 8-bit octets of no named charset |
//! | [`Addresses::text`], [`Address::text`] | the same in names; groups |
//! | [`Part::file_name_text`], [`Parameters::text`] | pieces, charsets and percent encoding (RFC 2231), and encoded words where they should not be |
//! | [`Part::decode_text`], [`Part::decode`] | base64 and quoted-printable (RFC 2045), and the charset |
//! | [`TransferDecoder`] | the same in pieces: [`SectionOctets::decoded`] gives it to a download |
//!
//! Which part people read, and which section FETCH names for it, is [`BodyParts::text_part`] and [`BodyParts::section`].
//!
//! ```
//! use imap_machine::codec::{BodyStructure, Envelope};
//! use imap_machine::text::TextDefect;
//!
//! let envelope = Envelope::from_raw(b"(NIL \"=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?= at =?x-none?Q?8?=\" \
//!     ((\"=?iso-8859-1?Q?Andr=E9?=\" NIL \"andre\" \"example.org\")) NIL NIL NIL NIL NIL NIL NIL)").unwrap();
//! let subject = envelope.subject().unwrap();
//! assert_eq!(subject.as_str(), "caf\u{e9} at =?x-none?Q?8?=");
//! assert_eq!(subject.defects, [TextDefect::UnknownCharset]);
//! let from = envelope.fields().from.unwrap().text();
//! assert_eq!(from.as_str(), "Andr\u{e9} <andre@example.org>");
//! assert!(from.is_exact());
//!
//! let structure = BodyStructure::from_raw(b"((\"text\" \"plain\" (\"charset\" \"iso-8859-1\") NIL NIL \"quoted-printable\" 12 1) \
//!     (\"image\" \"png\" NIL NIL NIL \"base64\" 900 NIL (\"attachment\" (\"filename*0*\" \"utf-8''%C3%A9\" \"filename*1\" \".png\")) NIL NIL) \
//!     \"mixed\")").unwrap();
//! let parts = structure.parts();
//! let text = parts.text_part().unwrap();
//! assert_eq!(parts.section(text), "1"); // what FETCH asks for: BODY.PEEK[1]
//! assert_eq!(text.decode_text(b"un caf=E9=\r\n!").as_str(), "un caf\u{e9}!");
//! let image = parts.part("2").unwrap();
//! assert_eq!(image.file_name_text().unwrap().as_str(), "\u{e9}.png");
//! ```
//!
//! [`Envelope::subject`]: crate::codec::Envelope::subject
//! [`Value::header_text`]: crate::codec::Value::header_text
//! [`Addresses::text`]: crate::codec::Addresses::text
//! [`Address::text`]: crate::codec::Address::text
//! [`Part::file_name_text`]: crate::codec::Part::file_name_text
//! [`Parameters::text`]: crate::codec::Parameters::text
//! [`Part::decode_text`]: crate::codec::Part::decode_text
//! [`Part::decode`]: crate::codec::Part::decode
//! [`BodyParts::text_part`]: crate::codec::BodyParts::text_part
//! [`BodyParts::section`]: crate::codec::BodyParts::section
//! [`SectionOctets::decoded`]: crate::client::desk::SectionOctets::decoded

mod charset;
mod defect;
mod envelope;
mod parameters;
mod part;
#[cfg(test)]
mod tests;
mod transfer;
mod words;

pub use self::defect::{Text, TextDefect};
pub use self::part::Decoded;
pub use self::transfer::{TransferDecoder, TransferEncoding};
