//! What can happen in the small world.

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// The server says a line.
    Say(Line),
    /// The first half of it.
    Half(Line),
    /// The other half.
    Rest,
    /// The server ends the stream.
    End,
    Call(Call),
    /// The transport takes nothing from now on,
    Block,
    /// or one octet,
    OneOctet,
    /// or everything again.
    Release,
    /// Time goes by, half of the way to the next deadline.
    WaitHalf,
    /// Time goes by until the next deadline.
    Wait,
}

/// A line of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Greeting,
    Preauth,
    Plus,
    Ok(Which),
    No(Which),
    Bad(Which),
    Exists,
    Expunge,
    Row,
    Body,
    Bye,
    Junk,
}

/// Which of the commands that the server has not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Oldest,
    Newest,
}

/// A call of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Noop,
    Select,
    Fetch,
    Append,
    Idle,
    Authenticate,
    Logout,
    Done,
    Answer,
    Cancel(Which),
    Pause,
    Resume,
    Close,
}

impl Line {
    /// The line with this tag, and where it is cut in two.
    pub(super) fn octets(self, tag: &str) -> (String, usize) {
        let line = match self {
            Self::Greeting => "* OK hello\r\n".to_owned(),
            Self::Preauth => "* PREAUTH hello\r\n".to_owned(),
            Self::Plus => "+ \r\n".to_owned(),
            Self::Ok(_) => format!("{tag} OK done\r\n"),
            Self::No(_) => format!("{tag} NO no\r\n"),
            Self::Bad(_) => format!("{tag} BAD what\r\n"),
            Self::Exists => "* 3 EXISTS\r\n".to_owned(),
            Self::Expunge => "* 1 EXPUNGE\r\n".to_owned(),
            Self::Row => "* 1 FETCH (FLAGS ())\r\n".to_owned(),
            // Cut in the middle of its literal.
            Self::Body => return ("* 1 FETCH (BODY[] {4}\r\nabcd)\r\n".to_owned(), 25),
            Self::Bye => "* BYE enough\r\n".to_owned(),
            Self::Junk => "junk\r\n".to_owned(),
        };
        let half = line.len() - 1;
        (line, half)
    }
}

/// The states where the explorer begins, as paths. The first is a new connection, so the moves of the others are explored too.
pub(super) const ROOTS: &[&[Move]] = &[
    &[],
    &[Move::Say(Line::Greeting)],
    &[Move::Say(Line::Preauth)],
    &[
        Move::Say(Line::Preauth),
        Move::Call(Call::Select),
        Move::Say(Line::Exists),
        Move::Say(Line::Ok(Which::Oldest)),
    ],
    &[
        Move::Say(Line::Preauth),
        Move::Call(Call::Idle),
        Move::Say(Line::Plus),
    ],
    &[
        Move::Say(Line::Greeting),
        Move::Call(Call::Authenticate),
        Move::Say(Line::Plus),
    ],
    &[Move::Say(Line::Preauth), Move::Call(Call::Append)],
];
