//! Where something was reported.

/// One source of an entry, as the catalogue cites it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Report<'a> {
    /// `owner/repo#12`: an issue or a pull request.
    Issue { repo: &'a str, number: &'a str },
    /// `owner/repo commit 1a2b3c4`.
    Commit { repo: &'a str, hash: &'a str },
    /// `project (where)`: a place in a project's source, or an issue in a tracker elsewhere.
    Place { project: &'a str, place: &'a str },
    /// `RFC 9051 6.3.13`: the RFCs allow it, reported or not. The section may be missing.
    Rfc { number: &'a str, section: &'a str },
}

impl<'a> Report<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("RFC ") {
            let (number, section) = rest.split_once(' ').unwrap_or((rest, ""));
            let sections = |c: char| c.is_ascii_digit() || ".,; ".contains(c);
            let sane = is_number(number) && section.chars().all(sections);
            return sane.then_some(Self::Rfc { number, section });
        }
        if let Some((repo, number)) = text.split_once('#') {
            let sane = is_repo(repo) && is_number(number);
            return sane.then_some(Self::Issue { repo, number });
        }
        if let Some((repo, hash)) = text.split_once(" commit ") {
            let hexadecimal = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
            let sane =
                is_repo(repo) && (7..=40).contains(&hash.len()) && hash.chars().all(hexadecimal);
            return sane.then_some(Self::Commit { repo, hash });
        }
        let (project, rest) = text.split_once(" (")?;
        let place = rest.strip_suffix(')')?;
        let sane = !project.is_empty() && !place.is_empty();
        sane.then_some(Self::Place { project, place })
    }

    /// The source in Markdown, with a link if there is a page for it.
    pub(super) fn markdown(self) -> String {
        const GITHUB: &str = "https://github.com";
        match self {
            Self::Issue { repo, number } => {
                format!("[{repo}#{number}]({GITHUB}/{repo}/issues/{number})")
            }
            Self::Commit { repo, hash } => {
                let short = &hash[..7];
                format!("[{repo}@{short}]({GITHUB}/{repo}/commit/{hash})")
            }
            Self::Place { project, place } if is_repo(project) => {
                format!("[{project}]({GITHUB}/{project}) ({place})")
            }
            Self::Place { project, place } => format!("{project} ({place})"),
            Self::Rfc { number, section } => {
                let link = format!("https://www.rfc-editor.org/rfc/rfc{number}.html");
                match section.split([',', ';', ' ']).next().unwrap_or_default() {
                    "" => format!("[RFC {number}]({link})"),
                    first => format!("[RFC {number} {section}]({link}#section-{first})"),
                }
            }
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) && !text.starts_with('0')
}

/// `owner/repo`, with the characters GitHub allows.
fn is_repo(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let name = |name: &str| !name.is_empty() && name.chars().all(allowed);
    text.split_once('/')
        .is_some_and(|(owner, repo)| name(owner) && name(repo))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links() {
        for (text, markdown) in [
            (
                "smiley22/S22.Imap#8",
                "[smiley22/S22.Imap#8](https://github.com/smiley22/S22.Imap/issues/8)",
            ),
            (
                "ruby/net-imap commit c67470012",
                "[ruby/net-imap@c674700](https://github.com/ruby/net-imap/commit/c67470012)",
            ),
            (
                "pimalaya/io-imap (`src/send.rs`, 0.7.1)",
                "[pimalaya/io-imap](https://github.com/pimalaya/io-imap) (`src/send.rs`, 0.7.1)",
            ),
            ("CPython (bpo-5949)", "CPython (bpo-5949)"),
            (
                "RFC 3501 5.5, 7.4.1",
                "[RFC 3501 5.5, 7.4.1](https://www.rfc-editor.org/rfc/rfc3501.html#section-5.5)",
            ),
            (
                "RFC 2177",
                "[RFC 2177](https://www.rfc-editor.org/rfc/rfc2177.html)",
            ),
        ] {
            let report = Report::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(report.markdown(), markdown);
        }
    }

    #[test]
    fn nonsense_is_no_report() {
        for text in [
            "",
            "imap-next#45",
            "duesee/imap-next #45",
            "duesee/imap-next#45, #120",
            "duesee/imap-next#",
            "duesee/imap-next#0",
            "emersion/go-imap PR#402",
            "a/b commit 12345",
            "a/b commit 123456G",
            "a/b/c#1",
            "somewhere",
            "RFC",
            "RFC 9051 section 5",
        ] {
            assert_eq!(Report::parse(text), None, "{text}");
        }
    }
}
