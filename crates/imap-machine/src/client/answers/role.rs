//! What mailboxes are used for.

use alloc::string::String;

/// What a mailbox is used for.
///
/// Attributes of SPECIAL-USE say it (RFC 6154 section 2, RFC 8457), then those of XLIST, then the name. A name counts only if it is that
/// of a table in a few languages, without regard to case, on the first level of the hierarchy or below INBOX or Gmail's own folder,
/// and if the mailbox can be selected: in `Work/Sent` may be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Where mail arrives (RFC 9051 section 5.1).
    Inbox,
    /// All messages of the user.
    All,
    /// Messages that are kept and not at hand.
    Archive,
    /// Messages that are being written.
    Drafts,
    /// Messages that are marked as special.
    Flagged,
    /// Messages that the server thinks are important (RFC 8457).
    Important,
    /// Messages that are not wanted.
    Junk,
    /// Messages that were sent.
    Sent,
    /// Messages that were or will be deleted.
    Trash,
}

/// What says that a mailbox has a [`Role`]: the most trustworthy first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RoleSource {
    /// The protocol: INBOX.
    Protocol,
    /// An attribute of SPECIAL-USE.
    SpecialUse,
    /// An attribute of XLIST that SPECIAL-USE writes differently.
    Xlist,
    /// A name that is well known.
    Name,
}

impl Role {
    /// The attribute of SPECIAL-USE, to create a mailbox with
    /// [`create_for`](crate::client::Command::create_for); `\Inbox` is XLIST's.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "\\Inbox",
            Self::All => "\\All",
            Self::Archive => "\\Archive",
            Self::Drafts => "\\Drafts",
            Self::Flagged => "\\Flagged",
            Self::Important => "\\Important",
            Self::Junk => "\\Junk",
            Self::Sent => "\\Sent",
            Self::Trash => "\\Trash",
        }
    }

    pub(super) fn of(
        name: &str,
        delimiter: Option<char>,
        has: impl Fn(&str) -> bool,
    ) -> Option<(Self, RoleSource)> {
        if name == "INBOX" {
            return Some((Self::Inbox, RoleSource::Protocol));
        }
        let having = |attributes: &[(&str, Self)]| {
            let mut attributes = attributes.iter();
            attributes.find_map(|(attribute, role)| has(attribute).then_some(*role))
        };
        let by_name = || match has("\\Noselect") || has("\\NonExistent") {
            true => None,
            false => by_name(near_the_top(name, delimiter)?),
        };
        having(SPECIAL_USE)
            .map(|role| (role, RoleSource::SpecialUse))
            .or_else(|| having(XLIST).map(|role| (role, RoleSource::Xlist)))
            .or_else(|| by_name().map(|role| (role, RoleSource::Name)))
    }
}

impl AsRef<str> for Role {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

const SPECIAL_USE: &[(&str, Role)] = &[
    ("\\All", Role::All),
    ("\\Archive", Role::Archive),
    ("\\Drafts", Role::Drafts),
    ("\\Flagged", Role::Flagged),
    ("\\Junk", Role::Junk),
    ("\\Sent", Role::Sent),
    ("\\Trash", Role::Trash),
    // A mailbox may have it beside another one.
    ("\\Important", Role::Important),
];

/// Those that differ.
const XLIST: &[(&str, Role)] = &[
    ("\\Inbox", Role::Inbox),
    ("\\AllMail", Role::All),
    ("\\Starred", Role::Flagged),
    ("\\Spam", Role::Junk),
];

/// The last level of a name whose only other level, if any, is one that servers put all mailboxes below.
fn near_the_top(name: &str, delimiter: Option<char>) -> Option<&str> {
    let Some((above, last)) = delimiter.and_then(|delimiter| name.rsplit_once(delimiter)) else {
        return Some(name);
    };
    let tops = ["INBOX", "[Gmail]", "[Google Mail]"];
    let mut tops = tops.iter();
    tops.any(|top| above.eq_ignore_ascii_case(top))
        .then_some(last)
}

fn by_name(name: &str) -> Option<Role> {
    let name: String = name.chars().flat_map(char::to_lowercase).collect();
    let mut roles = NAMES.iter();
    roles.find_map(|(role, names)| names.contains(&&*name).then_some(*role))
}

/// Names that mail programs and servers give, in lower case: English first, then German, French, Spanish, Portuguese, Italian, Dutch,
/// Danish, Norwegian, Swedish, Finnish, Polish, Czech, Hungarian, Turkish, Russian, Ukrainian, Japanese, Chinese, Korean.
const NAMES: &[(Role, &[&str])] = &[
    (
        Role::Sent,
        &[
            "sent",
            "sent items",
            "sent messages",
            "sent mail",
            "sent-mail",
            "sentmail",
            "gesendet",
            "gesendete elemente",
            "gesendete objekte",
            "gesendete nachrichten",
            "envoy\u{e9}s",
            "\u{e9}l\u{e9}ments envoy\u{e9}s",
            "messages envoy\u{e9}s",
            "enviados",
            "elementos enviados",
            "mensajes enviados",
            "enviadas",
            "itens enviados",
            "mensagens enviadas",
            "inviati",
            "posta inviata",
            "messaggi inviati",
            "verzonden",
            "verzonden items",
            "verzonden berichten",
            "sendt",
            "sendt post",
            "sendte elementer",
            "skickat",
            "skickade objekt",
            "skickade meddelanden",
            "l\u{e4}hetetyt",
            "wys\u{142}ane",
            "elementy wys\u{142}ane",
            "odeslan\u{e9}",
            "odeslan\u{e1} po\u{161}ta",
            "elk\u{fc}ld\u{f6}tt",
            "elk\u{fc}ld\u{f6}tt elemek",
            "g\u{f6}nderilmi\u{15f} \u{f6}\u{11f}eler",
            "\u{43e}\u{442}\u{43f}\u{440}\u{430}\u{432}\u{43b}\u{435}\u{43d}\u{43d}\u{44b}\u{435}",
            "\u{43d}\u{430}\u{434}\u{456}\u{441}\u{43b}\u{430}\u{43d}\u{456}",
            "\u{9001}\u{4fe1}\u{6e08}\u{307f}",
            "\u{9001}\u{4fe1}\u{6e08}\u{307f}\u{30c8}\u{30ec}\u{30a4}",
            "\u{5df2}\u{53d1}\u{9001}",
            "\u{5df2}\u{53d1}\u{90ae}\u{4ef6}",
            "\u{5bc4}\u{4ef6}\u{5099}\u{4efd}",
            "\u{bcf4}\u{b0b8}\u{d3b8}\u{c9c0}\u{d568}",
        ],
    ),
    (
        Role::Drafts,
        &[
            "drafts",
            "draft",
            "entw\u{fc}rfe",
            "entwurf",
            "brouillons",
            "brouillon",
            "borradores",
            "borrador",
            "rascunhos",
            "rascunho",
            "bozze",
            "concepten",
            "kladder",
            "utkast",
            "luonnokset",
            "szkice",
            "kopie robocze",
            "koncepty",
            "rozepsan\u{e9}",
            "piszkozatok",
            "taslaklar",
            "\u{447}\u{435}\u{440}\u{43d}\u{43e}\u{432}\u{438}\u{43a}\u{438}",
            "\u{447}\u{435}\u{440}\u{43d}\u{435}\u{442}\u{43a}\u{438}",
            "\u{4e0b}\u{66f8}\u{304d}",
            "\u{8349}\u{7a3f}",
            "\u{8349}\u{7a3f}\u{7bb1}",
            "\u{8349}\u{7a3f}\u{5323}",
            "\u{c784}\u{c2dc}\u{bcf4}\u{ad00}\u{d568}",
        ],
    ),
    (
        Role::Trash,
        &[
            "trash",
            "deleted",
            "deleted items",
            "deleted messages",
            "bin",
            "papierkorb",
            "gel\u{f6}scht",
            "gel\u{f6}schte elemente",
            "gel\u{f6}schte objekte",
            "corbeille",
            "\u{e9}l\u{e9}ments supprim\u{e9}s",
            "papelera",
            "elementos eliminados",
            "lixeira",
            "lixo",
            "itens exclu\u{ed}dos",
            "cestino",
            "posta eliminata",
            "prullenbak",
            "verwijderde items",
            "papirkurv",
            "slettet post",
            "slettede elementer",
            "papirkorg",
            "s\u{f6}ppelkurv",
            "papperskorgen",
            "borttagna objekt",
            "roskakori",
            "poistetut",
            "kosz",
            "elementy usuni\u{119}te",
            "ko\u{161}",
            "odstran\u{11b}n\u{e1} po\u{161}ta",
            "kuka",
            "lom\u{e1}tk\u{e1}r",
            "t\u{f6}r\u{f6}lt elemek",
            "\u{e7}\u{f6}p kutusu",
            "silinmi\u{15f} \u{f6}\u{11f}eler",
            "\u{43a}\u{43e}\u{440}\u{437}\u{438}\u{43d}\u{430}",
            "\u{443}\u{434}\u{430}\u{43b}\u{435}\u{43d}\u{43d}\u{44b}\u{435}",
            "\u{43a}\u{43e}\u{448}\u{438}\u{43a}",
            "\u{3054}\u{307f}\u{7bb1}",
            "\u{524a}\u{9664}\u{6e08}\u{307f}",
            "\u{5df2}\u{5220}\u{9664}",
            "\u{5e9f}\u{4ef6}\u{7bb1}",
            "\u{5783}\u{573e}\u{6876}",
            "\u{d734}\u{c9c0}\u{d1b5}",
        ],
    ),
    (
        Role::Junk,
        &[
            "junk",
            "junk mail",
            "junk e-mail",
            "junk email",
            "spam",
            "bulk mail",
            "spamverdacht",
            "unerw\u{fc}nscht",
            "courrier ind\u{e9}sirable",
            "ind\u{e9}sirables",
            "correo no deseado",
            "lixo eletr\u{f4}nico",
            "posta indesiderata",
            "ongewenste e-mail",
            "u\u{f8}nsket post",
            "u\u{f8}nsket mail",
            "s\u{f8}ppelpost",
            "skr\u{e4}ppost",
            "roskaposti",
            "niechciane",
            "wiadomo\u{15b}ci-\u{15b}mieci",
            "nevy\u{17e}\u{e1}dan\u{e1} po\u{161}ta",
            "lev\u{e9}lszem\u{e9}t",
            "istenmeyen",
            "istenmeyen e-posta",
            "\u{441}\u{43f}\u{430}\u{43c}",
            "\u{8ff7}\u{60d1}\u{30e1}\u{30fc}\u{30eb}",
            "\u{5783}\u{573e}\u{90ae}\u{4ef6}",
            "\u{5783}\u{573e}\u{90f5}\u{4ef6}",
            "\u{c2a4}\u{d338}\u{d3b8}\u{c9c0}\u{d568}",
        ],
    ),
    (
        Role::Archive,
        &[
            "archive",
            "archives",
            "archiv",
            "archivio",
            "archivo",
            "archivos",
            "arquivo",
            "arquivados",
            "archief",
            "arkiv",
            "arkisto",
            "archiwum",
            "archivum",
            "arch\u{ed}vum",
            "ar\u{15f}iv",
            "\u{430}\u{440}\u{445}\u{438}\u{432}",
            "\u{430}\u{440}\u{445}\u{456}\u{432}",
            "\u{30a2}\u{30fc}\u{30ab}\u{30a4}\u{30d6}",
            "\u{5b58}\u{6863}",
            "\u{5c01}\u{5b58}",
            "\u{bcf4}\u{ad00}\u{d568}",
        ],
    ),
    (
        Role::All,
        &["all mail", "alle nachrichten", "tous les messages", "todos"],
    ),
    (Role::Flagged, &["starred", "flagged", "markiert"]),
];

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;
    use alloc::vec::Vec;

    use super::*;

    fn role(name: &str, attributes: &[&str]) -> Option<(Role, RoleSource)> {
        Role::of(name, Some('/'), |attribute| {
            let mut attributes = attributes.iter();
            attributes.any(|one| one.eq_ignore_ascii_case(attribute))
        })
    }

    #[test]
    fn attributes_say_more_than_names() {
        use {Role as R, RoleSource as By};
        for (name, attributes, expected) in [
            (
                "INBOX",
                &["\\HasNoChildren"][..],
                Some((R::Inbox, By::Protocol)),
            ),
            ("Sent", &["\\junk"], Some((R::Junk, By::SpecialUse))),
            (
                "x",
                &["\\Important", "\\Sent"],
                Some((R::Sent, By::SpecialUse)),
            ),
            ("Sent", &["\\Spam"], Some((R::Junk, By::Xlist))),
            ("Posteingang", &["\\Inbox"], Some((R::Inbox, By::Xlist))),
            ("Gesendet", &[], Some((R::Sent, By::Name))),
            ("ENTW\u{dc}RFE", &[], Some((R::Drafts, By::Name))),
            ("inbox/Trash", &[], Some((R::Trash, By::Name))),
            ("[Gmail]/All Mail", &[], Some((R::All, By::Name))),
            ("Work/Sent", &[], None),
            ("INBOX/Work/Sent", &[], None),
            ("Sent", &["\\Noselect"], None),
            ("Sent", &["\\NonExistent"], None),
            ("Sentences", &[], None),
        ] {
            assert_eq!(role(name, attributes), expected, "{name} {attributes:?}");
        }
    }

    #[test]
    fn each_name_is_in_the_table_once_and_as_it_is_compared() {
        let names: Vec<_> = NAMES.iter().flat_map(|(_, names)| *names).collect();
        let different: BTreeSet<_> = names.iter().collect();
        assert_eq!(names.len(), different.len());
        for (role, names) in NAMES {
            for name in *names {
                assert_eq!(by_name(&name.to_uppercase()), Some(*role), "{name}");
            }
        }
    }
}
