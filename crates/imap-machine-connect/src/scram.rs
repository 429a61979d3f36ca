//! SCRAM (RFC 5802, RFC 7677): the password is proved and not sent, and the server proves that it knows it as well.

mod message;
mod prepare;
#[cfg(test)]
mod tests;

use std::fmt;
use std::mem;

use imap_machine::Capabilities;
use imap_machine::client::session::{Mechanism, MechanismError, Mechanisms, ServerReason};
use ring::digest::{self, digest};
use ring::rand::{SecureRandom, SystemRandom};
use ring::{hmac, pbkdf2};
use zeroize::Zeroizing;

use self::message::{ServerFinal, ServerFirst, base64};
use self::prepare::prepared;
use crate::binding::ChannelBinding;

/// The hash function of a mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
}

/// What the client says about channel binding (RFC 5802 section 6).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binding {
    /// `n`: it cannot, or not in the way that the server can.
    Unsupported,
    /// `y`: it could, but the server offers none. If the server does, someone has changed what it offers, and it refuses.
    NotOffered,
    /// `p`: with this of `tls-exporter`.
    Exporter([u8; 32]),
}

/// One login by SCRAM.
pub(crate) struct Scram {
    hash: Hash,
    binding: Binding,
    state: State,
}

enum State {
    Fresh(Account),
    /// The first message has been sent.
    Begun {
        account: Account,
        nonce: String,
        first: String,
    },
    /// The proof has been sent. The server has to sign the same text with its key.
    Proved {
        key: hmac::Key,
        text: String,
    },
    /// The server has proved that it knows the password.
    Trusted,
    /// The server has told why it will refuse.
    Refused(ServerReason),
    /// A message of the server was wrong.
    Failed,
}

/// Who logs in, with a nonce in place of a random one for tests.
struct Account {
    user: Zeroizing<String>,
    password: Zeroizing<String>,
    nonce: Option<&'static str>,
}

/// The mechanisms for this user, over a transport that has this binding when it is asked for.
pub(crate) fn mechanisms(user: &str, password: &str, binding: ChannelBinding) -> Mechanisms {
    let user = Zeroizing::new(user.to_owned());
    let password = Zeroizing::new(password.to_owned());
    Mechanisms::new(move |offered| {
        let usable = usable(offered, binding.get()).into_iter();
        let make = |(hash, binding)| -> Box<dyn Mechanism> {
            let (user, password) = (user.clone(), password.clone());
            let nonce = None;
            let account = Account {
                user,
                password,
                nonce,
            };
            Box::new(Scram::new(hash, binding, account))
        };
        usable.map(make).collect()
    })
}

/// Which of them can be used where the server offers this, the strongest first. With PLUS only one is tried: if the server cannot use the
/// binding, it cannot with another hash either, and failed logins may be punished.
fn usable(offered: &Capabilities, exporter: Option<[u8; 32]>) -> Vec<(Hash, Binding)> {
    let those = |binding: Binding| {
        let is_offered = move |hash: &Hash| offered.has(&format!("AUTH={}", hash.name(binding)));
        let hashes = [Hash::Sha256, Hash::Sha1].into_iter().filter(is_offered);
        hashes.map(move |hash| (hash, binding))
    };
    let Some(exporter) = exporter else {
        return those(Binding::Unsupported).collect();
    };
    match those(Binding::Exporter(exporter)).next() {
        // The server can bind. It would take `y` for the sign of an attack (RFC 5802 section 6).
        Some(plus) => [plus]
            .into_iter()
            .chain(those(Binding::Unsupported))
            .collect(),
        None => those(Binding::NotOffered).collect(),
    }
}

impl Hash {
    const fn name(self, binding: Binding) -> &'static str {
        match (self, binding) {
            (Self::Sha1, Binding::Exporter(_)) => "SCRAM-SHA-1-PLUS",
            (Self::Sha1, _) => "SCRAM-SHA-1",
            (Self::Sha256, Binding::Exporter(_)) => "SCRAM-SHA-256-PLUS",
            (Self::Sha256, _) => "SCRAM-SHA-256",
        }
    }

    const fn hmac(self) -> hmac::Algorithm {
        match self {
            Self::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => hmac::HMAC_SHA256,
        }
    }

    const fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
        }
    }

    const fn pbkdf2(self) -> pbkdf2::Algorithm {
        match self {
            Self::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Self::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
        }
    }

    fn sign(self, key: &[u8], text: &[u8]) -> hmac::Tag {
        hmac::sign(&hmac::Key::new(self.hmac(), key), text)
    }

    /// `Hi` of RFC 5802 section 2.2.
    fn salted(self, password: &str, server: &ServerFirst<'_>) -> Zeroizing<Vec<u8>> {
        let mut salted = Zeroizing::new(vec![0; self.digest().output_len()]);
        pbkdf2::derive(
            self.pbkdf2(),
            server.iterations,
            &server.salt,
            password.as_bytes(),
            &mut salted,
        );
        salted
    }
}

impl Binding {
    /// `gs2-header` of RFC 5802 section 7, without another user to act as.
    const fn header(self) -> &'static str {
        match self {
            Self::Unsupported => "n,,",
            Self::NotOffered => "y,,",
            Self::Exporter(_) => "p=tls-exporter,,",
        }
    }

    /// `cbind-input`
    fn input(self) -> Vec<u8> {
        let mut input = self.header().as_bytes().to_vec();
        if let Self::Exporter(exported) = self {
            input.extend(exported);
        }
        input
    }
}

impl Scram {
    const fn new(hash: Hash, binding: Binding, account: Account) -> Self {
        Self {
            hash,
            binding,
            state: State::Fresh(account),
        }
    }

    /// `client-final-message` of RFC 5802 section 7.
    fn prove(
        &mut self,
        account: &Account,
        nonce: &str,
        first: &str,
        challenge: &[u8],
    ) -> Result<Vec<u8>, MechanismError> {
        let challenge = message::text(challenge)?;
        let server = ServerFirst::read(challenge, nonce)?;
        let bound = base64(&self.binding.input());
        let last = format!("c={bound},r={}", server.nonce);
        let text = format!("{first},{challenge},{last}");

        let salted = self.hash.salted(&account.password, &server);
        let client_key = self.hash.sign(&salted, b"Client Key");
        let stored_key = digest(self.hash.digest(), client_key.as_ref());
        let signature = self.hash.sign(stored_key.as_ref(), text.as_bytes());
        let pairs = client_key.as_ref().iter().zip(signature.as_ref());
        let proof: Vec<u8> = pairs.map(|(key, signature)| key ^ signature).collect();

        let server_key = self.hash.sign(&salted, b"Server Key");
        let key = hmac::Key::new(self.hash.hmac(), server_key.as_ref());
        self.state = State::Proved { key, text };
        Ok(format!("{last},p={}", base64(&proof)).into_bytes())
    }
}

impl Mechanism for Scram {
    fn name(&self) -> &str {
        self.hash.name(self.binding)
    }

    fn initial(&mut self) -> Result<Option<Vec<u8>>, MechanismError> {
        let State::Fresh(mut account) = mem::replace(&mut self.state, State::Failed) else {
            return Err(MechanismError::new("it has begun before"));
        };
        account.user = prepared(&account.user)?;
        account.password = prepared(&account.password)?;
        let nonce = match account.nonce {
            Some(nonce) => nonce.to_owned(),
            None => random()?,
        };
        // The only characters that have a meaning (RFC 5802 section 5.1).
        let user = account.user.replace('=', "=3D").replace(',', "=2C");
        let first = format!("n={user},r={nonce}");
        let message = format!("{}{first}", self.binding.header());
        self.state = State::Begun {
            account,
            nonce,
            first,
        };
        Ok(Some(message.into_bytes()))
    }

    fn answer(&mut self, challenge: &[u8]) -> Result<Vec<u8>, MechanismError> {
        match mem::replace(&mut self.state, State::Failed) {
            State::Begun {
                account,
                nonce,
                first,
            } => self.prove(&account, &nonce, &first, challenge),
            State::Proved { key, text } => {
                self.state = match ServerFinal::read(message::text(challenge)?)? {
                    ServerFinal::Error(error) => {
                        State::Refused(ServerReason::new(error.as_bytes()))
                    }
                    ServerFinal::Signature(signature) => {
                        let verified = hmac::verify(&key, text.as_bytes(), &signature);
                        verified.map_err(|_| MechanismError::new(NOT_THE_SERVER))?;
                        State::Trusted
                    }
                };
                Ok(Vec::new())
            }
            _ => Err(MechanismError::new(
                "the server sent a challenge after its last message",
            )),
        }
    }

    fn finish(&mut self) -> Result<(), MechanismError> {
        match self.state {
            State::Trusted => Ok(()),
            _ => Err(MechanismError::new(
                "the server said OK and did not prove that it knows the password",
            )),
        }
    }

    /// Cyrus looks at the binding after it has got the proof.
    fn may_be_unusable(&self) -> bool {
        match self.state {
            State::Fresh(_) | State::Begun { .. } => true,
            State::Proved { .. } => matches!(self.binding, Binding::Exporter(_)),
            State::Trusted | State::Refused(_) | State::Failed => false,
        }
    }

    fn reason(&self) -> Option<ServerReason> {
        match &self.state {
            State::Refused(reason) => Some(reason.clone()),
            _ => None,
        }
    }
}

impl fmt::Debug for Scram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const NOT_THE_SERVER: &str = "the server does not know the password: its signature is wrong";

/// 144 bits, in printable characters without a comma.
fn random() -> Result<String, MechanismError> {
    let mut octets = [0; 18];
    let filled = SystemRandom::new().fill(&mut octets);
    filled.map_err(|_| MechanismError::new("the operating system has no randomness"))?;
    Ok(base64(&octets))
}
