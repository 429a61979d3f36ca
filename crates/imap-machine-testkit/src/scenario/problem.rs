//! What can be wrong in a scenario file.

use imap_machine::client::InvalidArgument;
use thiserror::Error;

/// What can be wrong with a line.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// It begins with none of the sigils.
    #[error("a line begins with one of `#`, `config:`, `C:`, `S:`, `!`, `>`, `=`, `?` and `@`")]
    Sigil,
    /// A setting that does not exist.
    #[error("there is no setting `{0}`")]
    Setting(String),
    /// A value that does not fit its setting.
    #[error("`{0}` is no value for this setting")]
    Value(String),
    /// A backslash before something that is no escape.
    #[error(r"escapes are \r \n \t \0 \\ \x7f and \(300*x); only \Flags and \* need none")]
    Escape,
    /// A quote, parenthesis or brace without its counterpart.
    #[error("`{0}` is not closed")]
    Unclosed(char),
    /// Something is missing, or something else stands in its place.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Something follows the end of a line.
    #[error("`{0}` is too much")]
    Surplus(String),
    /// An application verb that does not exist.
    #[error("there is no verb `{0}`")]
    Verb(String),
    /// Not IMAP syntax.
    #[error("`{0}` is not what IMAP calls so")]
    Syntax(String),
    /// A name that was given to no command, or to two.
    #[error("`{0}` is the name of no command, or of two")]
    Name(String),
    /// Not a span of time.
    #[error("`{0}` is no span of time such as 500ms, 10s, 28min or 24h")]
    Span(String),
    /// A raw command that cannot be built.
    #[error(transparent)]
    Argument(#[from] InvalidArgument),
}
