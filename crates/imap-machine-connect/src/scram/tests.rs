use super::*;

fn account(user: &str, password: &str, nonce: &'static str) -> Account {
    Account {
        user: Zeroizing::new(user.to_owned()),
        password: Zeroizing::new(password.to_owned()),
        nonce: Some(nonce),
    }
}

/// Plays an exchange: the client's messages, and whether it trusts the server in the end.
fn play(scram: &mut Scram, says: &[&str]) -> (Vec<String>, Result<(), MechanismError>) {
    let mut said = vec![scram.initial().unwrap().unwrap()];
    for challenge in says {
        match scram.answer(challenge.as_bytes()) {
            Ok(answer) => said.push(answer),
            Err(error) => return (texts(said), Err(error)),
        }
    }
    (texts(said), scram.finish())
}

fn texts(said: Vec<Vec<u8>>) -> Vec<String> {
    let text = |octets| String::from_utf8(octets).unwrap();
    said.into_iter().map(text).collect()
}

const SHA_1: &str = "fyko+d2lbbFgONRv9qkxdawL";
const SHA_256: &str = "rOprNGfwEbeRWgbNEkqO";
const FIRST: &str =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
const FINAL: &str = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

fn sha_256() -> Scram {
    let account = account("user", "pencil", SHA_256);
    Scram::new(Hash::Sha256, Binding::Unsupported, account)
}

/// RFC 5802 section 5.
#[test]
fn the_exchange_of_rfc_5802() {
    let mut scram = Scram::new(
        Hash::Sha1,
        Binding::Unsupported,
        account("user", "pencil", SHA_1),
    );
    assert_eq!(scram.name(), "SCRAM-SHA-1");
    let (said, trusts) = play(
        &mut scram,
        &[
            "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
        ],
    );
    assert_eq!(
        said,
        [
            "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            "",
        ]
    );
    assert_eq!(trusts, Ok(()));
}

/// RFC 7677 section 3.
#[test]
fn the_exchange_of_rfc_7677() {
    let mut scram = sha_256();
    assert_eq!(scram.name(), "SCRAM-SHA-256");
    assert!(scram.may_be_unusable());
    let (said, trusts) = play(&mut scram, &[FIRST, FINAL]);
    assert_eq!(
        said[..2],
        [
            "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
             p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        ]
    );
    assert_eq!(trusts, Ok(()));
    assert!(!scram.may_be_unusable());
}

#[test]
fn a_server_that_proves_nothing_is_not_trusted() {
    // It says OK too early.
    for says in [&[][..], &[FIRST]] {
        let mut scram = sha_256();
        let (_, trusts) = play(&mut scram, says);
        assert_eq!(scram.may_be_unusable(), says.is_empty());
        assert!(trusts.unwrap_err().to_string().contains("did not prove"));
    }
    let wrong = FINAL.replace('6', "7");
    let (_, trusts) = play(&mut sha_256(), &[FIRST, &wrong]);
    assert!(trusts.unwrap_err().to_string().contains("signature"));
    let (said, trusts) = play(&mut sha_256(), &[FIRST, FINAL, ""]);
    assert_eq!(said.len(), 3);
    assert!(trusts.is_err());
}

#[test]
fn what_the_server_refuses_is_told_and_not_trusted() {
    let mut scram = sha_256();
    let (said, trusts) = play(&mut scram, &[FIRST, "e=invalid-proof"]);
    assert_eq!((&*said[2], trusts.is_err()), ("", true));
    assert_eq!(scram.reason().unwrap().to_string(), "invalid-proof");
}

#[test]
fn what_a_hostile_server_says_first_is_refused() {
    let good = "r=rOprNGfwEbeRWgbNEkqOx,s=QQ==,i=4096";
    assert_eq!(play(&mut sha_256(), &[good]).0.len(), 2);
    assert_eq!(play(&mut sha_256(), &[&format!("{good},x=y")]).0.len(), 2);
    for (from, to) in [
        ("r=rO", "r=RO"),
        ("qOx", "qO"),
        ("r=", "m=z,r="),
        ("r=", ""),
        ("s=QQ==", "s"),
        ("s=QQ==", "s=Q"),
        (",s=QQ==", ""),
        ("i=4096", "i"),
        ("i=4096", "i=0"),
        ("i=4096", "i=4095"),
        ("i=4096", "i=1000001"),
        ("i=4096", "i=4294967296"),
        (good, ""),
    ] {
        let bad = good.replacen(from, to, 1);
        let (said, trusts) = play(&mut sha_256(), &[&bad]);
        assert_eq!(said.len(), 1, "{bad}");
        let told = trusts.unwrap_err().to_string();
        assert!(told.contains("server"), "{told}");
    }
    let mut scram = sha_256();
    scram.initial().unwrap();
    assert!(scram.answer(b"r=\xff").is_err());
}

#[test]
fn names_are_escaped_and_checked() {
    let mut scram = Scram::new(
        Hash::Sha256,
        Binding::NotOffered,
        account("a=b,c", "x", "nonce"),
    );
    assert_eq!(play(&mut scram, &[]).0, ["y,,n=a=3Db=2Cc,r=nonce"]);
    let mut scram = Scram::new(Hash::Sha256, Binding::Unsupported, account("a\0", "x", "y"));
    assert!(scram.initial().is_err());
    assert!(!format!("{scram:?}").contains('a'));
}

#[cfg(feature = "saslprep")]
#[test]
fn what_looks_the_same_is_the_same() {
    let first = |user| {
        let mut scram = Scram::new(Hash::Sha256, Binding::Unsupported, account(user, "x", "y"));
        play(&mut scram, &[]).0.remove(0)
    };
    assert_eq!(first("e\u{301}\u{a0}\u{ad}\u{2168}"), "n,,n=\u{e9} IX,r=y");
}

#[cfg(not(feature = "saslprep"))]
#[test]
fn what_would_need_preparation_is_refused() {
    let mut scram = Scram::new(
        Hash::Sha256,
        Binding::Unsupported,
        account("a", "\u{e9}", "y"),
    );
    let told = scram.initial().unwrap_err().to_string();
    assert!(told.contains("saslprep"), "{told}");
}

#[test]
fn nonces_differ() {
    let nonces = [random().unwrap(), random().unwrap()];
    assert_ne!(nonces[0], nonces[1]);
    assert!(nonces[0].len() >= 24 && !nonces[0].contains(','));
}

/// What is tried where the server offers this.
fn names(offered: &str, exporter: Option<[u8; 32]>) -> Vec<String> {
    let greeting = format!("* OK [CAPABILITY IMAP4rev1 {offered}] hi\r\n");
    let now = imap_machine::Instant::ORIGIN;
    let config = imap_machine::client::Config::default();
    let mut connection = imap_machine::client::ClientConnection::new(config, now);
    connection.handle_input(greeting.as_bytes(), now);
    while connection.poll_event().is_some() {}
    let usable = usable(connection.capabilities(), exporter);
    let name = |(hash, binding): (Hash, Binding)| {
        let header = binding.header();
        format!("{header} {}", hash.name(binding))
    };
    usable.into_iter().map(name).collect()
}

#[test]
fn the_strongest_come_first_and_the_binding_is_told() {
    let exporter = Some([7; 32]);
    let all = "AUTH=SCRAM-SHA-1 AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-1-PLUS AUTH=SCRAM-SHA-256-PLUS";
    assert_eq!(
        names(all, exporter),
        [
            "p=tls-exporter,, SCRAM-SHA-256-PLUS",
            "n,, SCRAM-SHA-256",
            "n,, SCRAM-SHA-1",
        ]
    );
    assert_eq!(names(all, None), ["n,, SCRAM-SHA-256", "n,, SCRAM-SHA-1"]);
    assert_eq!(
        names("AUTH=SCRAM-SHA-256 AUTH=PLAIN", exporter),
        ["y,, SCRAM-SHA-256"]
    );
    assert_eq!(
        names("AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-1-PLUS", exporter),
        ["p=tls-exporter,, SCRAM-SHA-1-PLUS", "n,, SCRAM-SHA-256"]
    );
    assert!(names("AUTH=PLAIN", exporter).is_empty());
}

#[test]
fn the_binding_is_in_the_proof() {
    let mut scram = Scram::new(
        Hash::Sha256,
        Binding::Exporter([7; 32]),
        account("user", "pencil", SHA_256),
    );
    assert_eq!(scram.name(), "SCRAM-SHA-256-PLUS");
    let (said, _) = play(&mut scram, &[FIRST]);
    assert!(scram.may_be_unusable());
    assert!(said[0].starts_with("p=tls-exporter,,n=user"), "{}", said[0]);
    let bound = said[1].split(',').next().unwrap();
    let expected = [b"p=tls-exporter,,".as_slice(), &[7; 32]].concat();
    assert_eq!(bound, format!("c={}", base64(&expected)));
}
