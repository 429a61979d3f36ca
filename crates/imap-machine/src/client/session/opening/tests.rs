use super::*;
use crate::client::session::{Credentials, Method};
use crate::client::{Config, TlsPolicy};
use alloc::string::String;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

mod logins;

const NOW: Instant = Instant::ORIGIN;

/// Plays a server: each of its lines answers what was written before. Returns what was written, and how opening ended.
fn play(plan: Plan, says: &[&str]) -> (Vec<String>, Result<Readiness, OpenError>) {
    let mut config = Config::default();
    if plan.starttls {
        config.security = TlsPolicy::RequireStartTls;
    }
    let mut connection = ClientConnection::new(config, NOW);
    let mut opening = Opening::new(plan);
    let (mut written, mut progress) = (vec![], Ok(Readiness::Pending));
    for line in says.iter().copied().chain([""]) {
        connection.handle_input(line.as_bytes(), NOW);
        for _ in 0..8 {
            let mut upgrade = false;
            while let Some(event) = connection.poll_event() {
                opening.observe(&event);
                upgrade |= matches!(event, Event::Upgrade { .. });
            }
            if upgrade {
                connection.handle_upgraded(NOW).unwrap();
            }
            progress = opening.advance(&mut connection, NOW);
            let out = connection.transmit().to_vec();
            connection.handle_transmitted(out.len(), NOW);
            written.extend(String::from_utf8(out).unwrap().lines().map(String::from));
        }
    }
    (written, progress)
}

fn alice() -> Plan {
    Plan::login(Credentials::password("alice", "secret"))
}

#[test]
fn capabilities_are_asked_for_only_when_they_are_not_known() {
    let (written, progress) = play(
        alice(),
        &[
            "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n",
            "A1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n",
        ],
    );
    assert_eq!(written, ["A1 AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA=="]);
    assert!(matches!(progress, Ok(Readiness::Ready)));

    let (written, progress) = play(
        alice(),
        &[
            "* OK hi\r\n",
            "* CAPABILITY IMAP4rev1\r\nA1 OK\r\n",
            "A2 OK in\r\n",
            "* CAPABILITY IMAP4rev1 IDLE\r\nA3 OK\r\n",
        ],
    );
    assert_eq!(
        written,
        ["A1 CAPABILITY", "A2 LOGIN alice secret", "A3 CAPABILITY"]
    );
    assert!(matches!(progress, Ok(Readiness::Ready)));
}

#[test]
fn capability_goes_with_login() {
    let ask = "* CAPABILITY IMAP4rev1\r\nA1 OK\r\n";
    let (written, progress) = play(alice(), &["* OK hi\r\n", ask]);
    assert_eq!(
        written,
        ["A1 CAPABILITY", "A2 LOGIN alice secret", "A3 CAPABILITY"]
    );
    assert!(matches!(progress, Ok(Readiness::Pending)));

    // The OK says the capabilities, or the other answer does, or neither.
    for (says, written) in [
        (["A2 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n", "A3 OK\r\n"], 3),
        (
            ["A2 OK in\r\n", "* CAPABILITY IMAP4rev1 IDLE\r\nA3 OK\r\n"],
            3,
        ),
        (
            [
                "A2 OK in\r\nA3 OK\r\n",
                "* CAPABILITY IMAP4rev1 IDLE\r\nA4 OK\r\n",
            ],
            4,
        ),
    ] {
        let (lines, progress) = play(alice(), &["* OK hi\r\n", ask, says[0], says[1]]);
        assert_eq!(lines.len(), written, "{lines:?}");
        assert!(matches!(progress, Ok(Readiness::Ready)), "{says:?}");
    }
}

/// Courier, which names its capabilities in the greeting, loses what comes with a LOGIN.
#[test]
fn capability_waits_where_the_greeting_named_capabilities() {
    let greeting = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n";
    let (written, _) = play(alice(), &[greeting]);
    assert_eq!(written, ["A1 LOGIN alice secret"]);
    let (written, _) = play(alice(), &[greeting, "A1 OK in\r\n"]);
    assert_eq!(written, ["A1 LOGIN alice secret", "A2 CAPABILITY"]);
}

#[test]
fn a_password_goes_in_one_round_trip_where_that_is_possible() {
    let sent = |capabilities: &str, plan| {
        let greeting = alloc::format!("* OK [CAPABILITY IMAP4rev1 {capabilities}] hi\r\n");
        let (written, _) = play(plan, &[&greeting]);
        let verb = written[0].split(' ').nth(1);
        verb.map(ToString::to_string).unwrap_or_default()
    };
    assert_eq!(sent("AUTH=PLAIN SASL-IR", alice()), "AUTHENTICATE");
    assert_eq!(sent("AUTH=PLAIN", alice()), "LOGIN");
    assert_eq!(sent("AUTH=PLAIN LOGINDISABLED", alice()), "AUTHENTICATE");
    let jorg = || Plan::login(Credentials::password("j\u{f6}rg", "secret"));
    assert_eq!(sent("AUTH=PLAIN", jorg()), "AUTHENTICATE");
    assert_eq!(sent("IDLE", jorg()), "LOGIN");
}

#[test]
fn nothing_follows_a_refused_starttls() {
    let mut plan = alice();
    plan.starttls = true;
    let (written, progress) = play(
        plan,
        &[
            "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n",
            "A1 NO not today\r\n",
        ],
    );
    assert_eq!(written, ["A1 STARTTLS"]);
    let error = progress.unwrap_err();
    assert!(matches!(
        error,
        OpenError::Refused {
            step: OpenStep::StartTls,
            ..
        }
    ));
    assert!(error.to_string().contains("not today"), "{error}");
    assert!(!error.is_credentials() && !error.is_retryable());
}

#[test]
fn starttls_forgets_what_was_said_in_clear() {
    let mut plan = alice();
    plan.starttls = true;
    let (written, progress) = play(
        plan,
        &[
            "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] hi\r\n",
            "A1 OK go\r\n",
            "* CAPABILITY IMAP4rev1\r\nA2 OK\r\n",
            "A3 OK [CAPABILITY IMAP4rev1] in\r\n",
        ],
    );
    assert_eq!(
        written,
        ["A1 STARTTLS", "A2 CAPABILITY", "A3 LOGIN alice secret"]
    );
    assert!(matches!(progress, Ok(Readiness::Ready)));
}

#[test]
fn compression_is_asked_for_where_it_is_wanted_and_offered() {
    for (wanted, offered, asked) in [
        (false, "COMPRESS=DEFLATE", false),
        (true, "IDLE", false),
        (true, "COMPRESS=DEFLATE", true),
    ] {
        let plan = Plan {
            compress: wanted,
            ..Plan::default()
        };
        let greeting = alloc::format!("* PREAUTH [CAPABILITY IMAP4rev1 {offered}] hi\r\n");
        let (written, progress) = play(plan, &[&greeting, "A1 NO not now\r\n"]);
        let expected: &[&str] = match asked {
            true => &["A1 COMPRESS DEFLATE"],
            false => &[],
        };
        assert_eq!(written, expected);
        assert!(matches!(progress, Ok(Readiness::Ready)));
    }
}

/// Coremail refuses SELECT without it.
#[test]
fn who_we_are_is_told_where_it_is_wanted() {
    let told = |id: Option<(&str, &str)>, offered: &str| {
        let plan = Plan {
            id: id.map(|(name, value)| vec![(name.into(), value.into())]),
            compress: true,
            ..Plan::default()
        };
        let greeting = alloc::format!("* PREAUTH [CAPABILITY IMAP4rev1 {offered}] hi\r\n");
        let (written, progress) = play(plan, &[&greeting, "A1 NO not now\r\n"]);
        progress.map(|_| written)
    };
    let ours = Some(("name", "mailer"));
    for (id, offered, written) in [
        (None, "ID", &[][..]),
        (None, "X-CM-EXT-1", &[]),
        (ours, "X-CM-EXT-1", &[]),
        (
            None,
            "ID X-CM-EXT-1",
            &["A1 ID (\"name\" \"imap-machine\")"],
        ),
        (ours, "ID X-CM-EXT-1", &["A1 ID (\"name\" \"mailer\")"]),
        (
            ours,
            "ID COMPRESS=DEFLATE",
            &["A1 ID (\"name\" \"mailer\")", "A2 COMPRESS DEFLATE"],
        ),
    ] {
        assert_eq!(told(id, offered).unwrap(), written, "{offered}");
    }
    let error = told(Some(("name", "a\0")), "ID").unwrap_err();
    assert!(error.to_string().starts_with("the ID"), "{error}");
}

#[test]
fn an_error_sent_as_a_challenge_is_answered() {
    let plan = Plan::login(Credentials::message("XOAUTH2", "token"));
    let (written, progress) = play(
        plan,
        &[
            "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] hi\r\n",
            "+ eyJzdGF0dXMiOiI0MDAifQ==\r\n",
            "A1 NO bad token\r\n",
        ],
    );
    assert_eq!(written, ["A1 AUTHENTICATE XOAUTH2 dG9rZW4=", ""]);
    assert!(matches!(progress, Err(OpenError::Refused { .. })));
}

#[test]
fn passwords_are_not_sent_where_they_are_not_wanted() {
    let (written, progress) = play(
        alice(),
        &["* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n"],
    );
    assert!(written.is_empty());
    assert!(matches!(progress, Err(OpenError::NoMechanism { .. })));
    assert!(!alloc::format!("{:?}", alice()).contains("secret"));
}

#[test]
fn preauth_needs_no_login_and_bye_is_an_end() {
    let (written, progress) = play(alice(), &["* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"]);
    assert!(written.is_empty() && matches!(progress, Ok(Readiness::Ready)));
}

#[test]
fn a_bye_in_place_of_the_greeting_is_told_at_once() {
    for (code, is_retryable) in [("", true), ("[UNAVAILABLE] ", true), ("[NOPERM] ", false)] {
        let greeting = alloc::format!("* BYE {code}too many connections\r\n");
        let error = play(alice(), &[&greeting]).1.unwrap_err();
        assert!(matches!(error, OpenError::Bye { .. }), "{error:?}");
        assert!(error.to_string().contains("too many connections"));
        assert_eq!(error.is_retryable(), is_retryable, "{code}");
    }
}

#[test]
fn what_a_refused_login_asks_for() {
    for (answer, credentials, retryable) in [
        ("NO [AUTHENTICATIONFAILED] no", true, false),
        ("NO [EXPIRED] no", true, false),
        ("NO wrong password", true, false),
        ("NO [ALERT] wrong password", true, false),
        ("BAD what", false, false),
        ("NO [UNAVAILABLE] no", false, true),
        ("NO [INUSE] no", false, true),
        ("NO [LIMIT] no", false, true),
        ("NO [AUTHORIZATIONFAILED] no", false, false),
        ("NO [PRIVACYREQUIRED] no", false, false),
    ] {
        let says = [
            "* OK [CAPABILITY IMAP4rev1] hi\r\n",
            &alloc::format!("A1 {answer}\r\n"),
        ];
        let error = play(alice(), &says).1.unwrap_err();
        let asks = (error.is_credentials(), error.is_retryable());
        assert_eq!(asks, (credentials, retryable), "{answer}: {error}");
    }
}
