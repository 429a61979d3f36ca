//! Every way to log in, and every way in which it fails.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::format;
use alloc::vec::Vec;

use super::*;
use crate::client::command::InvalidArgument;
use crate::client::session::{Mechanism, MechanismError, Mechanisms};

/// A mechanism that says these, proves the user with the last of them, and is content after it when `trusts`.
#[derive(Clone, Debug)]
struct Scripted {
    name: &'static str,
    initial: Option<&'static str>,
    answers: VecDeque<&'static str>,
    trusts: bool,
}

impl Mechanism for Scripted {
    fn name(&self) -> &'static str {
        self.name
    }

    fn initial(&mut self) -> Result<Option<Vec<u8>>, MechanismError> {
        match self.initial {
            Some("!") => Err(MechanismError::new("no randomness")),
            initial => Ok(initial.map(|initial| initial.as_bytes().to_vec())),
        }
    }

    fn answer(&mut self, _: &[u8]) -> Result<Vec<u8>, MechanismError> {
        match self.answers.pop_front() {
            Some(answer) => Ok(answer.as_bytes().to_vec()),
            None => Err(MechanismError::new("one challenge too many")),
        }
    }

    fn finish(&mut self) -> Result<(), MechanismError> {
        match self.trusts && self.answers.is_empty() {
            true => Ok(()),
            false => Err(MechanismError::new("the server has proved nothing")),
        }
    }

    fn may_be_unusable(&self) -> bool {
        !self.answers.is_empty()
    }
}

fn scripted(initial: Option<&'static str>, answers: &[&'static str]) -> Scripted {
    Scripted {
        name: "X-ONE",
        initial,
        answers: answers.iter().copied().collect(),
        trusts: true,
    }
}

fn mechanisms(made: &[Scripted]) -> Mechanisms {
    let made = made.to_vec();
    Mechanisms::new(move |_| {
        let boxed = |one: Scripted| -> Box<dyn Mechanism> { Box::new(one) };
        made.iter().cloned().map(boxed).collect()
    })
}

fn own(made: &[Scripted]) -> Plan {
    Plan::login(Credentials::Sasl(mechanisms(made)))
}

const WITH_IR: &str = "* OK [CAPABILITY IMAP4rev1 SASL-IR] hi\r\n";
const WITHOUT_IR: &str = "* OK [CAPABILITY IMAP4rev1] hi\r\n";
const IN: &str = "A1 OK [CAPABILITY IMAP4rev1] in\r\n";

/// The login by a mechanism failed, for this reason.
fn reason(progress: Result<Readiness, OpenError>) -> String {
    match progress {
        Err(OpenError::Mechanism { mechanism, error }) => format!("{mechanism}: {error}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_first_message_goes_with_the_command_or_after_an_empty_challenge() {
    let plan = || own(&[scripted(Some("one"), &["two"])]);
    let (written, progress) = play(plan(), &[WITH_IR, "+ eA==\r\n", IN]);
    assert_eq!(written, ["A1 AUTHENTICATE X-ONE b25l", "dHdv"]);
    assert!(matches!(progress, Ok(Readiness::Ready)));

    let (written, progress) = play(plan(), &[WITHOUT_IR, "+ \r\n", "+ eA==\r\n", IN]);
    assert_eq!(written, ["A1 AUTHENTICATE X-ONE", "b25l", "dHdv"]);
    assert!(matches!(progress, Ok(Readiness::Ready)));

    // An empty message is not the same as none.
    let (written, _) = play(own(&[scripted(Some(""), &[])]), &[WITH_IR, IN]);
    assert_eq!(written, ["A1 AUTHENTICATE X-ONE ="]);
}

#[test]
fn the_server_may_speak_first() {
    let plan = own(&[scripted(None, &["one", "two"])]);
    let (written, progress) = play(plan, &[WITH_IR, "+ eA==\r\n", "+ \r\n", IN]);
    assert_eq!(written, ["A1 AUTHENTICATE X-ONE", "b25l", "dHdv"]);
    assert!(matches!(progress, Ok(Readiness::Ready)));
}

#[test]
fn an_ok_before_the_mechanism_is_satisfied_opens_no_session() {
    // Before its last message, and after it.
    let early = own(&[scripted(Some("one"), &["two"])]);
    let (written, progress) = play(early, &[WITH_IR, IN]);
    assert_eq!(written.len(), 1);
    assert_eq!(reason(progress), "X-ONE: the server has proved nothing");
    let doubting = Scripted {
        trusts: false,
        ..scripted(Some("one"), &["two"])
    };
    let (written, progress) = play(own(&[doubting]), &[WITH_IR, "+ eA==\r\n", IN]);
    assert_eq!(written.len(), 2);
    assert_eq!(reason(progress), "X-ONE: the server has proved nothing");
}

#[test]
fn what_a_mechanism_does_not_accept_cancels_the_login() {
    let plan = || own(&[scripted(Some("one"), &[]), scripted(Some("next"), &[])]);
    for (challenge, why) in [
        ("+ eA==\r\n", "one challenge too many"),
        ("+ !\r\n", "the challenge of the server is not base64"),
    ] {
        for end in ["A1 BAD cancelled\r\n", "A1 NO cancelled\r\n", IN] {
            let (written, progress) = play(plan(), &[WITH_IR, challenge, end]);
            assert_eq!(written, ["A1 AUTHENTICATE X-ONE b25l", "*"], "{end}");
            assert_eq!(reason(progress), format!("X-ONE: {why}"), "{end}");
        }
    }
}

/// A server that ends the connection then does not hide why we gave up.
#[test]
fn the_end_of_the_connection_is_told_only_if_nothing_else_is() {
    for (challenge, is_ours) in [("+ eA==\r\n", true), ("* NOOP\r\n", false)] {
        let mut connection = ClientConnection::new(Config::default(), NOW);
        let mut opening = Opening::new(own(&[scripted(Some("one"), &[])]));
        let mut progress = Ok(Readiness::Pending);
        for line in [WITH_IR, challenge, ""] {
            match line {
                "" => connection.handle_eof(NOW),
                line => connection.handle_input(line.as_bytes(), NOW),
            }
            for _ in 0..2 {
                while let Some(event) = connection.poll_event() {
                    opening.observe(&event);
                }
                progress = opening.advance(&mut connection, NOW);
                let written = connection.transmit().len();
                connection.handle_transmitted(written, NOW);
            }
        }
        let error = progress.unwrap_err();
        let told = matches!(error, OpenError::Mechanism { .. });
        assert_eq!(told, is_ours, "{error:?}");
        assert!(
            is_ours || matches!(error, OpenError::Closed(_)),
            "{error:?}"
        );
    }
}

/// The server need not wait for the answer that says nothing.
#[test]
fn the_ok_may_come_with_the_last_challenge() {
    let plan = own(&[scripted(Some("one"), &[""])]);
    let both = format!("+ eA==\r\n{IN}");
    let (_, progress) = play(plan, &[WITH_IR, &both]);
    assert!(matches!(progress, Ok(Readiness::Ready)), "{progress:?}");
}

#[test]
fn the_next_is_tried_when_the_server_does_not_want_the_mechanism() {
    let two = Scripted {
        name: "X-TWO",
        ..scripted(Some("next"), &[])
    };
    let plan = || own(&[scripted(Some("one"), &["proof"]), two.clone()]);
    for no in ["NO cannot", "BAD unknown"] {
        let no = format!("A1 {no}\r\n");
        let (written, progress) = play(plan(), &[WITH_IR, &no, "A2 NO neither\r\n"]);
        assert_eq!(written[1..], ["A2 AUTHENTICATE X-TWO bmV4dA=="]);
        let error = progress.unwrap_err();
        assert!(error.to_string().contains("neither"), "{error}");
    }
    // It has said why, or the proof has been sent.
    for says in [
        &[WITH_IR, "A1 NO [AUTHENTICATIONFAILED] no\r\n"][..],
        &[WITH_IR, "A1 NO [UNAVAILABLE] later\r\n"],
        &[WITH_IR, "+ eA==\r\n", "A1 NO no\r\n"],
    ] {
        let (written, progress) = play(plan(), says);
        assert_eq!(written.len(), says.len() - 1, "{written:?}");
        assert!(matches!(progress, Err(OpenError::Refused { .. })));
    }
    // The last one's refusal is what is told.
    let (_, progress) = play(
        own(&[scripted(Some("one"), &["x"])]),
        &[WITH_IR, "A1 NO a\r\n"],
    );
    assert!(
        matches!(progress, Err(OpenError::Refused { .. })),
        "{progress:?}"
    );
}

#[test]
fn a_mechanism_that_cannot_begin_is_passed_over() {
    let unable = scripted(Some("!"), &[]);
    let (written, _) = play(
        own(&[unable.clone(), scripted(Some("one"), &[])]),
        &[WITH_IR],
    );
    assert_eq!(written, ["A1 AUTHENTICATE X-ONE b25l"]);
    let (written, progress) = play(own(&[unable]), &[WITH_IR]);
    assert!(written.is_empty());
    assert_eq!(reason(progress), "X-ONE: no randomness");
}

/// What is written first where the server offers this.
fn first(capabilities: &str, plan: Plan) -> Result<String, OpenError> {
    let greeting = format!("* OK [CAPABILITY IMAP4rev1 {capabilities}] hi\r\n");
    let (written, progress) = play(plan, &[&greeting]);
    progress.map(|_| written[0].trim_start_matches("A1 ").into())
}

#[test]
fn the_password_is_sent_or_kept_as_the_method_says() {
    let by = |method| {
        let mut plan = Plan::login(Credentials::password("a", "b").by(method));
        plan.mechanisms = Some(Mechanisms::new(|offered| {
            let scram = scripted(Some("one"), &["proof"]);
            match offered.has("AUTH=X-ONE") {
                true => vec![Box::new(scram)],
                false => vec![],
            }
        }));
        plan
    };
    let plain = "AUTHENTICATE PLAIN AGEAYg==";
    let all = "SASL-IR AUTH=PLAIN AUTH=LOGIN AUTH=X-ONE";
    for (method, capabilities, expected) in [
        (Method::Offered, all, plain),
        (Method::Strongest, all, "AUTHENTICATE X-ONE b25l"),
        (Method::Scram, all, "AUTHENTICATE X-ONE b25l"),
        (Method::Login, all, "LOGIN a b"),
        (Method::Plain, all, plain),
        (Method::Strongest, "SASL-IR AUTH=PLAIN", plain),
        (Method::Strongest, "AUTH=LOGIN", "LOGIN a b"),
        (
            Method::Offered,
            "LOGINDISABLED AUTH=X-ONE",
            "AUTHENTICATE X-ONE",
        ),
        (
            Method::Offered,
            "LOGINDISABLED AUTH=LOGIN",
            "AUTHENTICATE LOGIN",
        ),
    ] {
        let written = first(capabilities, by(method)).unwrap();
        assert_eq!(written, expected, "{method:?} {capabilities}");
    }
    for (method, capabilities, wanted) in [
        (Method::Scram, "AUTH=PLAIN", "a password by SCRAM"),
        (Method::ScramPlus, all, "a password by SCRAM with PLUS"),
        (
            Method::Login,
            "AUTH=PLAIN LOGINDISABLED",
            "a password by LOGIN",
        ),
        (Method::Offered, "LOGINDISABLED", "a password"),
        (Method::Strongest, "LOGINDISABLED", "a password"),
    ] {
        let error = first(capabilities, by(method)).unwrap_err();
        let (told, capability) = (error.to_string(), capabilities.split(' ').next().unwrap());
        assert!(told.contains(&format!("{wanted} here")), "{told}");
        assert!(told.contains(capability), "{told}");
    }
}

#[test]
fn the_login_mechanism_answers_whatever_is_asked() {
    let says = [
        "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=LOGIN] hi\r\n",
        "+ VXNlcm5hbWU6\r\n",
        "+ UGFzc3dvcmQ6\r\n",
    ];
    let (written, progress) = play(alice(), &[&says[..], &[IN]].concat());
    assert_eq!(written, ["A1 AUTHENTICATE LOGIN", "YWxpY2U=", "c2VjcmV0"]);
    assert!(matches!(progress, Ok(Readiness::Ready)));
    let (_, progress) = play(alice(), &[&says[..2], &[IN]].concat());
    assert!(reason(progress).contains("before it had asked"));
    let (written, _) = play(alice(), &[&says[..], &["+ eA==\r\n"]].concat());
    assert_eq!(written.last().unwrap(), "*");
}

#[test]
fn tokens_go_by_what_is_offered() {
    let token = || Plan::login(Credentials::token("a@b", "t0k"));
    // n,a=a@b,^Aauth=Bearer t0k^A^A and user=a@b^Aauth=Bearer t0k^A^A
    let bearer = "AUTHENTICATE OAUTHBEARER bixhPWFAYiwBYXV0aD1CZWFyZXIgdDBrAQE=";
    let google = "AUTHENTICATE XOAUTH2 dXNlcj1hQGIBYXV0aD1CZWFyZXIgdDBrAQE=";
    let both = "SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER";
    assert_eq!(first(both, token()).unwrap(), bearer);
    assert_eq!(first("SASL-IR AUTH=XOAUTH2", token()).unwrap(), google);
    let error = first("AUTH=PLAIN", token()).unwrap_err();
    assert!(error.to_string().contains("a token"), "{error}");
    let split = Plan::login(Credentials::token("a", "t\x01x"));
    assert!(matches!(
        first(both, split),
        Err(OpenError::Credentials(InvalidArgument::LineEnd))
    ));
}

#[test]
fn what_is_wrong_with_a_token_is_told() {
    // {"status":"401","schemes":"bearer","scope":"mail"}
    let why = "+ eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIiwic2NvcGUiOiJtYWlsIn0=\r\n";
    for (mechanism, consent) in [("XOAUTH2", ""), ("OAUTHBEARER", "AQ==")] {
        let greeting = format!("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH={mechanism}] hi\r\n");
        let plan = Plan::login(Credentials::token("a", "b"));
        let (written, progress) = play(plan, &[&greeting, why, "A1 NO sorry\r\n"]);
        assert_eq!(written[1..], [consent]);
        let error = progress.unwrap_err();
        assert!(error.is_credentials() && !error.is_retryable());
        let told = error.to_string();
        assert!(
            told.contains("sorry (status 401, schemes bearer, scope mail)"),
            "{told}"
        );
        let OpenError::Refused { reason, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!(reason.unwrap().scope.as_deref(), Some("mail"));
    }
}

#[test]
fn external_and_anonymous() {
    let external = |act_as: &str| {
        let act_as = act_as.into();
        Plan::login(Credentials::External { act_as })
    };
    let offered = "SASL-IR AUTH=EXTERNAL AUTH=ANONYMOUS";
    assert_eq!(
        first(offered, external("")).unwrap(),
        "AUTHENTICATE EXTERNAL ="
    );
    assert_eq!(
        first(offered, external("a")).unwrap(),
        "AUTHENTICATE EXTERNAL YQ=="
    );
    let trace = "x".into();
    let anonymous = Plan::login(Credentials::Anonymous { trace });
    assert_eq!(
        first(offered, anonymous).unwrap(),
        "AUTHENTICATE ANONYMOUS eA=="
    );
    assert!(first("AUTH=PLAIN", external("")).is_err());
}
