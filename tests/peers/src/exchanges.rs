//! The exchanges, with the octets of the catalogue.

use crate::exchange::{Call, Exchange, Right};
use crate::server::Step::{Announces, Ends, Full, Line, Literal, Note, Part, Rest, Says};

/// All of them, in the order in which they are shown.
#[must_use]
pub fn all() -> Vec<Exchange> {
    let mut all = consumers_and_literals();
    all.extend(framing());
    all.extend(tags_and_ends());
    all.extend(idle());
    all.extend(several_at_once());
    all
}

fn consumers_and_literals() -> Vec<Exchange> {
    vec![
        Exchange {
            entries: &["goimap-647-store"],
            title: "The answer to FETCH is not taken, then STORE",
            steps: vec![
                Line("A1 FETCH 1 (BODY.PEEK[])"),
                Announces("* 1 FETCH (BODY[] "),
                Says("a mail"),
                Rest(")"),
                Says("A1 OK fetched"),
                Note("the application takes nothing of it, and goes on"),
                Line("A2 STORE 1 +FLAGS (\\Seen)"),
                Says("* 1 FETCH (FLAGS (\\Seen))"),
                Says("A2 OK stored"),
            ],
            calls: &[(Call::FetchUntaken, Right::Ok), (Call::Store, Right::Ok)],
            right: "STORE completes, with its own answer: data that is not taken stops no command.",
            framing: false,
        },
        Exchange {
            entries: &[
                "imapnext-45-120-no-for-literal",
                "goimap-server-99891d1-no-toobig",
            ],
            title: "NO instead of `+` for a literal",
            steps: vec![
                Line("A1 APPEND INBOX {5}"),
                Says("A1 NO [OVERQUOTA] no room"),
                Line("A2 NOOP"),
                Says("A2 OK done"),
            ],
            calls: &[(Call::Append, Right::Error), (Call::Noop, Right::Ok)],
            right: "APPEND is refused, no octet of its literal leaves, and NOOP completes.",
            framing: false,
        },
        Exchange {
            entries: &["imapnext-45-120-no-for-literal"],
            title: "NO for a literal, and then a `+`",
            steps: vec![
                Line("A1 APPEND INBOX {5}"),
                Says("A1 NO [OVERQUOTA] no room"),
                Says("+ too late"),
                Line("A2 NOOP"),
                Says("A2 OK done"),
            ],
            calls: &[(Call::Append, Right::Error), (Call::Noop, Right::End)],
            right: "The `+` belongs to no command any more: no octet of the literal leaves. NOOP completes, or ends with an error, since the server broke a rule.",
            framing: false,
        },
        Exchange {
            entries: &[
                "asyncimap-append-untagged",
                "rustimap-append-untagged",
                "ioimap-send-early-literal",
            ],
            title: "News before the `+` for a literal",
            steps: vec![
                Line("A1 APPEND INBOX {5}"),
                Says("* 5 EXISTS"),
                Says("+ go"),
                Literal("hello"),
                Says("A1 OK stored"),
                Line("A2 NOOP"),
                Says("A2 OK done"),
            ],
            calls: &[(Call::Append, Right::Ok), (Call::Noop, Right::Ok)],
            right: "News may come at any time; the literal follows the `+`, and both commands complete.",
            framing: false,
        },
    ]
}

fn framing() -> Vec<Exchange> {
    vec![
        Exchange {
            entries: &["imapcodec-text-ends-in-brace", "D14"],
            title: "A status text that ends like a literal",
            steps: vec![Line("A1 NOOP"), Says("A1 OK done {300}")],
            calls: &[(Call::Noop, Right::Ok)],
            right: "Status text has no literals: the line is whole, and NOOP completes.",
            framing: true,
        },
        Exchange {
            entries: &["imapcodec-literal-above-u32", "D8"],
            title: "A literal of 4 GiB with a completion inside",
            steps: vec![
                Line("A1 FETCH 1 (BODY.PEEK[])"),
                Says("* 1 FETCH (BODY[] {4294967296}"),
                Says("A1 OK this is the text of a mail"),
            ],
            calls: &[(
                Call::Fetch,
                Right::NotOk("completes: message text is obeyed as a completion"),
            )],
            right: "The second line is the beginning of the message: FETCH goes on waiting, or ends with an error.",
            framing: true,
        },
        Exchange {
            entries: &["curl-22865-body-scanned"],
            title: "A literal with a completion inside",
            steps: vec![
                Line("A1 FETCH 1 (BODY.PEEK[])"),
                Announces("* 1 FETCH (BODY[] "),
                Says("hello"),
                Says("A1 NO this is the text of a mail"),
                Rest(")"),
                Says("A1 OK fetched"),
                Line("A2 NOOP"),
                Says("A2 OK done"),
            ],
            calls: &[(Call::Fetch, Right::Ok), (Call::Noop, Right::Ok)],
            right: "FETCH completes with the OK after the literal, NOOP with its own.",
            framing: true,
        },
        Exchange {
            entries: &["swiftnio-850-zero-literal"],
            title: "A literal of no octets",
            steps: vec![
                Line("A1 FETCH 1 (BODY.PEEK[])"),
                Announces("* 1 FETCH (BODY[] "),
                Rest(")"),
                Says("A1 OK fetched"),
            ],
            calls: &[(Call::Fetch, Right::Ok)],
            right: "FETCH completes at once: an empty literal needs no further octet.",
            framing: true,
        },
    ]
}

fn tags_and_ends() -> Vec<Exchange> {
    vec![
        Exchange {
            entries: &["ioimap-no-tag-check"],
            title: "A completion with a foreign tag",
            steps: vec![
                Line("A1 NOOP"),
                Says("ZZZ9 OK of somebody else"),
                Note("nothing more: the server is still at work"),
            ],
            calls: &[(
                Call::Noop,
                Right::NotOk("completes by the tag of another command"),
            )],
            right: "NOOP goes on waiting, or ends with an error.",
            framing: false,
        },
        Exchange {
            entries: &["asyncimap-141-login-any-no"],
            title: "A refusal with a foreign tag",
            steps: vec![
                Line("A1 APPEND INBOX {5}"),
                Says("+ go"),
                Literal("hello"),
                Says("ZZZ9 NO to somebody else"),
                Says("A1 OK stored"),
                Line("A2 NOOP"),
                Says("A2 OK done"),
            ],
            calls: &[(Call::Append, Right::Ok), (Call::Noop, Right::Ok)],
            right: "APPEND completes by its own tag, and NOOP by its.",
            framing: false,
        },
        Exchange {
            entries: &["chatmail-5009-eof-as-empty"],
            title: "The end of the stream in the middle of FETCH",
            steps: vec![
                Line("A1 FETCH 1 (BODY.PEEK[])"),
                Says("* 2 FETCH (FLAGS ())"),
                Ends,
            ],
            calls: &[(Call::Fetch, Right::Error), (Call::Noop, Right::Error)],
            right: "FETCH ends with an error, and so does a NOOP that is asked for afterwards.",
            framing: false,
        },
    ]
}

fn idle() -> Vec<Exchange> {
    vec![
        Exchange {
            entries: &["mailkit-677-idle-ended", "ioimap-idle-own-ok-ignored"],
            title: "The server ends IDLE by itself",
            steps: vec![
                Line("A1 IDLE"),
                Says("+ idling"),
                Says("A1 OK long enough"),
                Line("A2 NOOP"),
                Says("A2 OK done"),
            ],
            calls: &[(Call::Idle, Right::Ok), (Call::Noop, Right::Ok)],
            right: "IDLE ends, no DONE is sent, and NOOP completes.",
            framing: false,
        },
        Exchange {
            entries: &["ioimap-idle-swallows-bye", "mailkit-938-bye-repeated"],
            title: "The server says BYE during IDLE",
            steps: vec![
                Line("A1 IDLE"),
                Says("+ idling"),
                Says("* BYE autologout"),
                Note("the server does not close, and answers nothing more"),
            ],
            calls: &[(Call::IdleUntilBye, Right::Ok)],
            right: "The application is told at once, whether the server closes or not.",
            framing: false,
        },
        Exchange {
            entries: &["imapnext-done-before-plus", "D3"],
            title: "The application wants IDLE to end before it began",
            steps: vec![
                Line("A1 IDLE"),
                Note("the application asks for the end"),
                Says("+ idling"),
                Line("DONE"),
                Says("A1 OK done"),
            ],
            calls: &[(Call::IdleStopAtOnce, Right::Ok)],
            right: "The wish is remembered: DONE follows the `+`.",
            framing: false,
        },
        Exchange {
            entries: &["ioimap-idle-stop-drops-bytes"],
            title: "The application ends IDLE while a line arrives",
            steps: vec![
                Line("A1 IDLE"),
                Says("+ idling"),
                Part("* 7 EX"),
                Note("the application asks for the end"),
                Line("DONE"),
                Says("ISTS"),
                Says("A1 OK done"),
                Line("A2 NOOP"),
                Says("A2 OK done"),
            ],
            calls: &[(Call::IdleStopInLine, Right::Ok), (Call::Noop, Right::Ok)],
            right: "No octet is lost: `* 7 EXISTS` is read, IDLE ends, and NOOP completes.",
            framing: false,
        },
    ]
}

fn several_at_once() -> Vec<Exchange> {
    vec![
        Exchange {
            entries: &["goimap-v2-contreq-fifo"],
            title: "APPEND and IDLE wait while another IDLE runs",
            steps: vec![
                Line("A1 IDLE"),
                Says("+ idling"),
                Note("one task asks for APPEND, another for IDLE; then the first IDLE is ended"),
                Line("DONE"),
                Says("A1 OK done"),
                Line("A2 APPEND INBOX {5}"),
                Says("+ ready"),
                Literal("hello"),
                Says("A2 OK stored"),
            ],
            calls: &[(Call::AppendBetweenIdles, Right::Ok)],
            right: "The `+` belongs to the APPEND, whose literal is on the wire, and not to the IDLE that waits.",
            framing: false,
        },
        Exchange {
            entries: &["imapnext-134-send-before-receive"],
            title: "Both sides write",
            steps: vec![
                Line("A1 FETCH 1 (BODY.PEEK[])"),
                Line("A2 APPEND INBOX {5}"),
                Says("+ go"),
                Full,
                Announces("* 1 FETCH (BODY[] "),
                Says("a mail"),
                Rest(")"),
                Says("A1 OK fetched"),
                Literal("hello"),
                Says("A2 OK stored"),
            ],
            calls: &[(Call::FetchAndAppend, Right::Ok)],
            right: "The client reads while it has something to write, so both commands complete.",
            framing: false,
        },
    ]
}
