//! An exchange, and how the part of a library in it is judged.

use crate::server::{Step, Wire};

/// What the application asks of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// NOOP.
    Noop,
    /// APPEND of [`MESSAGE`] to INBOX, with a synchronizing literal.
    Append,
    /// FETCH of the body of message 1.
    Fetch,
    /// FETCH of the same body, of which the application takes nothing.
    FetchUntaken,
    /// STORE of a flag of message 1. It has one row for an answer.
    Store,
    /// IDLE, until the server ends it.
    Idle,
    /// IDLE, which the application wants to end at once, before the server has answered.
    IdleStopAtOnce,
    /// IDLE, which the application wants to end when the beginning of a line has arrived.
    IdleStopInLine,
    /// IDLE, until the application is told that the server says BYE.
    IdleUntilBye,
    /// While an IDLE runs, other tasks ask for APPEND and for IDLE; then the first IDLE ends.
    AppendBetweenIdles,
    /// FETCH and APPEND, the second asked for while the first runs.
    FetchAndAppend,
}

/// The message of [`Call::Append`].
pub const MESSAGE: &str = "hello";

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// With success.
    Ok,
    /// With success, but something else is wrong.
    Wrong(String),
    /// With success, although the server's OK has not been read.
    Early,
    /// The library reports that the server refused.
    Refused,
    /// With an error.
    Fails(String),
    /// Not at all, with a remark if there is more to say.
    Waits(Option<&'static str>),
    /// An earlier call of the same task has not ended.
    NotReached,
    /// The library has no way to ask for it.
    CannotSay(&'static str),
}

/// How a call should end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// With success.
    Ok,
    /// With an error, or with a refusal: the library's choice.
    Error,
    /// With success or with an error, but it ends.
    End,
    /// With an error, or not at all. If it succeeds, this says what went wrong.
    NotOk(&'static str),
}

/// One exchange.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The entries of the catalogue.
    pub entries: &'static [&'static str],
    /// What it is.
    pub title: &'static str,
    /// What the server does after LOGIN and SELECT.
    pub steps: Vec<Step>,
    /// What the application asks for, in turn, and how that should end.
    pub calls: &'static [(Call, Right)],
    /// In words: what has to happen.
    pub right: &'static str,
    /// Whether it is about framing, so that a codec alone can take part.
    pub framing: bool,
}

/// A library in a session with INBOX selected.
pub trait Library {
    /// Runs one call until it ends or cannot go on.
    fn call(&mut self, call: Call) -> Done;
}

/// Opens a session with INBOX selected.
pub type Open = fn(&Wire, &Exchange) -> Result<Box<dyn Library>, String>;

impl Exchange {
    /// Plays the exchange. Returns the result in words, and what was read and said.
    #[must_use]
    pub fn play(&self, open: Open) -> (String, Vec<String>) {
        const PRELUDE: [Step; 6] = [
            Step::Says("* OK [CAPABILITY IMAP4rev1 IDLE] hello"),
            Step::Line("L1 LOGIN user password"),
            Step::Says("L1 OK logged in"),
            Step::Line("L2 SELECT INBOX"),
            Step::Says("* 2 EXISTS"),
            Step::Says("L2 OK [READ-WRITE] selected"),
        ];
        let steps: Vec<_> = PRELUDE.iter().chain(&self.steps).copied().collect();
        let wire = Wire::new(&steps);
        let result = match open(&wire, self) {
            Err(problem) => panic!("{}: {problem}", self.title),
            Ok(mut library) => {
                let done = self.run(library.as_mut(), &wire);
                self.judge(&done, &wire)
            }
        };
        (wire.our_names(&result), wire.log())
    }

    fn run(&self, library: &mut dyn Library, wire: &Wire) -> Vec<Done> {
        let mut stuck = false;
        let names = ["A1", "A2", "A3"];
        let calls = self.calls.iter().zip(names).map(|((call, _), name)| {
            if stuck {
                return Done::NotReached;
            }
            let done = library.call(*call);
            stuck = matches!(done, Done::Waits(_));
            let completes = !matches!(call, Call::FetchUntaken | Call::IdleUntilBye);
            match done == Done::Ok && completes && !wire.heard_ok(name) {
                true => Done::Early,
                false => done,
            }
        });
        calls.collect()
    }

    fn judge(&self, done: &[Done], wire: &Wire) -> String {
        for done in done {
            if let Done::CannotSay(why) = done {
                return format!("cannot be expressed: {why}");
            }
        }
        let pairs = self.calls.iter().zip(done);
        let mut words: Vec<_> = pairs
            .filter_map(|((call, right), done)| {
                let what = difference(*right, done)?;
                Some(format!("{} {what}", call.name()))
            })
            .collect();
        let stored = wire.stored().into_iter();
        let strange = stored.filter(|stored| stored != MESSAGE);
        words.extend(strange.map(|stored| format!("the server stores `{stored}` as the message")));
        let misread = wire.misread().into_iter();
        words.extend(misread.map(|line| format!("the server reads `{line}` as a command")));
        match words.is_empty() {
            true => self.correct(done),
            false => words.join("; "),
        }
    }

    /// The word for a correct result, and what the library chose where there is a choice.
    fn correct(&self, done: &[Done]) -> String {
        let mut pairs = self.calls.iter().zip(done);
        let how = pairs.find_map(|((_, right), done)| match (right, done) {
            (Right::NotOk(_), Done::Waits(_)) => Some("goes on waiting"),
            (Right::NotOk(_), _) | (Right::End, Done::Refused | Done::Fails(_)) => {
                Some("ends with an error")
            }
            _ => None,
        });
        how.map_or("correct".to_owned(), |how| format!("correct: {how}"))
    }

    /// The exchange for people.
    #[must_use]
    pub fn wire(&self) -> String {
        let lines = self.steps.iter().map(|step| match step {
            Step::Line(text) | Step::Literal(text) => format!("C: {text}"),
            Step::Says(text) => format!("S: {text}"),
            Step::Part(text) => format!("S: {text}      (no line end yet)"),
            Step::Announces(text) => format!("S: {text}{{{}}}", self.literal_size()),
            Step::Rest(text) => format!("S: {text}"),
            Step::Full => "   (the server takes no octet until all it said is read)".to_owned(),
            Step::Ends => "   (end of the stream)".to_owned(),
            Step::Note(text) => format!("   ({text})"),
        });
        lines.collect::<Vec<_>>().join("\n") + "\n"
    }

    /// The size of the literal between `Announces` and `Rest`, with tags of two characters.
    fn literal_size(&self) -> usize {
        let inside = self
            .steps
            .iter()
            .skip_while(|step| !matches!(step, Step::Announces(_)));
        let inside = inside
            .skip(1)
            .take_while(|step| !matches!(step, Step::Rest(_)));
        let sizes = inside.map(|step| match step {
            Step::Says(text) => text.len() + 2,
            _ => 0,
        });
        sizes.sum()
    }
}

/// In words: what is not as it should be.
fn difference(right: Right, done: &Done) -> Option<String> {
    match (right, done) {
        (Right::Ok | Right::End, Done::Ok)
        | (Right::Error | Right::End, Done::Refused | Done::Fails(_))
        | (Right::NotOk(_), Done::Refused | Done::Fails(_) | Done::Waits(_))
        // A call after a command that rightly waits is not reached.
        | (Right::NotOk(_), Done::NotReached)
        | (_, Done::NotReached) => None,
        (Right::NotOk(why), Done::Ok | Done::Early) => Some(why.to_owned()),
        (Right::Error, Done::Ok | Done::Early) => Some("reports success".to_owned()),
        (Right::Ok | Right::End, Done::Early) => Some("completes by the answer to another command".to_owned()),
        (_, Done::Wrong(how)) => Some(how.clone()),
        (_, Done::Refused) => Some("is reported as refused".to_owned()),
        (_, Done::Fails(error)) => Some(format!("fails: {error}")),
        (_, Done::Waits(None)) => Some("waits for ever".to_owned()),
        (_, Done::Waits(Some(remark))) => Some(format!("waits: {remark}")),
        (_, Done::CannotSay(why)) => Some((*why).to_owned()),
    }
}

impl Call {
    const fn name(self) -> &'static str {
        match self {
            Self::Noop => "NOOP",
            Self::Append => "APPEND",
            Self::Fetch | Self::FetchUntaken => "FETCH",
            Self::Store => "STORE",
            Self::Idle | Self::IdleStopAtOnce | Self::IdleStopInLine | Self::IdleUntilBye => "IDLE",
            Self::AppendBetweenIdles => "APPEND between the IDLEs",
            Self::FetchAndAppend => "FETCH with APPEND",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Input;

    /// A library that writes and reads what it is told, and reports the result it is told.
    struct Told(Wire, &'static [&'static str], Done);

    impl Library for Told {
        fn call(&mut self, _: Call) -> Done {
            for line in self.1 {
                let line = format!("{line}\r\n");
                assert_eq!(self.0.write(line.as_bytes()), line.len());
            }
            while let Input::Octets(_) = self.0.read() {}
            self.2.clone()
        }
    }

    fn judged(steps: &[Step], right: Right, writes: &'static [&'static str], done: Done) -> String {
        let exchange = Exchange {
            entries: &[],
            title: "",
            steps: Vec::new(),
            calls: Box::leak(Box::new([(Call::Append, right)])),
            right: "",
            framing: false,
        };
        let wire = Wire::new(steps);
        let mut library = Told(wire.clone(), writes, done);
        let done = exchange.run(&mut library, &wire);
        exchange.judge(&done, &wire)
    }

    #[test]
    fn a_result_is_what_happened() {
        const STEPS: [Step; 4] = [
            Step::Line("A1 APPEND INBOX {5}"),
            Step::Says("+ go"),
            Step::Literal("hello"),
            Step::Says("A1 OK stored"),
        ];
        const ALL: &[&str] = &["t1 APPEND x {5}", "hello"];
        for (writes, done, result) in [
            (ALL, Done::Ok, "correct"),
            (
                &["t1 APPEND x {5}", "hullo"],
                Done::Ok,
                "the server stores `hullo` as the message",
            ),
            (
                &["t1 NOOP", "t1 APPEND x {5}", "hello"],
                Done::Ok,
                "the server reads `t1 NOOP` as a command",
            ),
            (
                &["t1 APPEND x {5}"],
                Done::Ok,
                "APPEND completes by the answer to another command",
            ),
            (ALL, Done::Refused, "APPEND is reported as refused"),
            (ALL, Done::Fails("no".to_owned()), "APPEND fails: no"),
            (ALL, Done::Waits(None), "APPEND waits for ever"),
            (ALL, Done::CannotSay("mute"), "cannot be expressed: mute"),
        ] {
            assert_eq!(judged(&STEPS, Right::Ok, writes, done), result);
        }
        assert_eq!(
            judged(&STEPS, Right::NotOk("obeys"), ALL, Done::Ok),
            "APPEND obeys"
        );
        assert_eq!(
            judged(&STEPS, Right::Error, ALL, Done::Ok),
            "APPEND reports success"
        );
        assert_eq!(
            judged(&STEPS, Right::NotOk(""), ALL, Done::Waits(None)),
            "correct: goes on waiting"
        );
        assert_eq!(judged(&STEPS, Right::Error, ALL, Done::Refused), "correct");
    }

    #[test]
    fn a_full_server_takes_nothing_until_it_is_read() {
        let wire = Wire::new(&[Step::Full, Step::Says("* OK hello"), Step::Line("A1 NOOP")]);
        assert_eq!(wire.write(b"t1 NOOP\r\n"), 0);
        assert_eq!(wire.read(), Input::Octets(b"* OK hello\r\n".to_vec()));
        assert_eq!(wire.write(b"t1 NOOP\r\n"), 9);
        assert_eq!(wire.read(), Input::Nothing);
        assert!(wire.take_starved());
        assert_eq!(wire.misread(), [""; 0]);
    }
}
