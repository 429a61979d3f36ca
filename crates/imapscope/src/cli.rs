//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

/// See what an IMAP connection does.
#[derive(Debug, Parser)]
#[command(name = "imapscope", version, about, propagate_version = true)]
#[command(
    after_help = "Exit status: 0 when everything was done, 1 when not, 2 when the command line is wrong, 130 after Ctrl-C."
)]
pub struct Cli {
    #[command(subcommand)]
    pub task: Task,
    /// When to use colour; `auto` looks for a terminal and for NO_COLOR
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Task {
    /// Starts a small server and shows five ways in which other clients hang and this one does not
    Demo(Demo),
    /// Runs one command on a real server
    Run(Box<Run>),
    /// Reads what a server said and writes one JSON object for each line
    Decode(Decode),
    /// Plays conversations written as text files against the state machine
    Scenario(Scenario),
    /// Runs whole lives of a connection in virtual time, against good, lapsing and hostile servers
    Simulate(Simulate),
}

#[derive(Args, Debug)]
pub struct Demo {
    /// One JSON object for each line of the timeline
    #[arg(long)]
    pub json: bool,
    /// Size of the big message
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=1 << 20))]
    pub big: u64,
    /// Expect an outcome that does not happen: shows that the exit status can be trusted
    #[arg(long, hide = true)]
    pub expect_failure_self_test: bool,
}

#[derive(Args, Debug)]
pub struct Decode {
    /// The octets that a server sent; standard input when missing or `-`
    pub file: Option<PathBuf>,
    /// The stream begins after the greeting
    #[arg(long)]
    pub no_greeting: bool,
}

#[derive(Args, Debug)]
#[command(
    after_help = "With UPDATE=1 in the environment the `>` and `=` lines of the files are rewritten first, from what the state machine says."
)]
pub struct Scenario {
    /// Files, or directories to look for *.imap files in
    #[arg(required = true, value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
    /// Play each file only once, in whole blocks, without interruptions
    #[arg(long)]
    pub once: bool,
}

#[derive(Args, Debug)]
#[command(
    after_help = "A seed that breaks a rule is printed with the shortest history that does, as a scenario file. The same seed is the same life, on every machine."
)]
pub struct Simulate {
    /// How many lives
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub seeds: u64,
    /// The first seed
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    pub start: u64,
    /// How many at a time; the number of processors if missing
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

#[derive(Args, Debug)]
#[command(group(ArgGroup::new("secret").args(["password_file", "password_stdin"])))]
#[command(
    after_help = "Passwords come from a file or from standard input, never from the command line: other users can read that."
)]
pub struct Run {
    #[arg(help = "imaps://[USER@]HOST[:PORT], imap+starttls://..., or imap://... (not encrypted)")]
    pub url: String,
    /// The user to log in as, if the URL does not name one
    #[arg(long, short, global = true, value_name = "NAME")]
    pub user: Option<String>,
    /// The file whose first line is the password
    #[arg(long, global = true, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// The first line of standard input is the password
    #[arg(long, global = true)]
    pub password_stdin: bool,
    /// Trust these certificates (PEM) instead of the system's
    #[arg(long, global = true, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// How long connecting may take, and how long the server may be silent later
    #[arg(long, global = true, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub timeout: Duration,
    /// One JSON object for each line
    #[arg(long, global = true)]
    pub json: bool,
    /// Say what the connection waits for when it takes long
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// Show every event, on standard error
    #[arg(long, global = true)]
    pub trace: bool,
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// Mailboxes
    List {
        /// `*` stands for anything, `%` for anything on one level
        #[arg(default_value = "*")]
        pattern: String,
    },
    /// How many messages a mailbox has, and more, without opening it
    Status {
        mailbox: String,
        /// As in RFC 9051 section 6.3.11
        #[arg(default_values = ["MESSAGES", "UNSEEN", "UIDNEXT", "UIDVALIDITY"])]
        items: Vec<String>,
    },
    /// What the server says about a mailbox when it is opened
    Select {
        mailbox: String,
        /// EXAMINE instead of SELECT
        #[arg(long)]
        read_only: bool,
    },
    #[command(flatten)]
    Mailbox(Mailbox),
    /// Messages: flags and size, or the parts asked for
    Fetch(Fetch),
    /// Changes flags
    Store(Store),
    /// Stores messages: all or none, if the server has MULTIAPPEND
    Append {
        mailbox: String,
        /// The messages; `-` is standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// A flag to store it with: \Seen, $Forwarded
        #[arg(long = "flag", value_name = "FLAG")]
        flags: Vec<String>,
    },
    /// UIDs of the messages that match
    Search {
        mailbox: String,
        /// As in RFC 9051 section 6.4.4: UNSEEN FROM "bob" SINCE 1-Jan-2026
        #[arg(required = true)]
        criteria: Vec<String>,
    },
    /// UIDs of the messages that match, in an order (RFC 5256)
    Sort {
        mailbox: String,
        /// Keys such as -date,subject; a minus reverses
        #[arg(allow_hyphen_values = true)]
        by: String,
        /// As those of search
        #[arg(required = true)]
        criteria: Vec<String>,
    },
    /// UIDs of the messages that match, as threads (RFC 5256)
    Thread {
        mailbox: String,
        /// How threads are found
        #[arg(long, default_value = "REFERENCES")]
        algorithm: String,
        /// As those of search
        #[arg(required = true)]
        criteria: Vec<String>,
    },
    /// Copies messages, and shows their new UIDs
    Copy {
        mailbox: String,
        /// UIDs such as 1,4:7 or 2:*
        uids: String,
        to: String,
    },
    /// Moves messages, and shows their new UIDs (RFC 6851)
    Move {
        mailbox: String,
        /// UIDs such as 1,4:7 or 2:*
        uids: String,
        to: String,
    },
    /// Waits for news of a mailbox, until Ctrl-C
    Idle {
        mailbox: String,
        /// End by itself
        #[arg(long = "for", value_name = "SECONDS", value_parser = seconds)]
        span: Option<Duration>,
    },
    /// Waits for news of this and of all other mailboxes, until Ctrl-C (RFC 5465)
    Notify {
        mailbox: String,
        /// End by itself
        #[arg(long = "for", value_name = "SECONDS", value_parser = seconds)]
        span: Option<Duration>,
    },
    /// Any command, as it is; shows every event
    Raw {
        /// Select this mailbox first
        #[arg(long, value_name = "MAILBOX")]
        select: Option<String>,
        /// XLIST, "UID FETCH"
        verb: String,
        /// Joined with spaces
        #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
        arguments: Vec<String>,
    },
}

/// What is done with mailboxes themselves.
#[derive(Clone, Debug, Subcommand)]
pub enum Mailbox {
    /// Makes a mailbox
    Create {
        mailbox: String,
        /// What it is for, if the server has CREATE-SPECIAL-USE: \Sent, \Archive
        #[arg(long = "use", value_name = "ATTRIBUTE")]
        uses: Vec<String>,
    },
    /// Gives a mailbox, and those below it, another name
    Rename { from: String, to: String },
    /// Removes a mailbox and all messages in it
    Delete { mailbox: String },
    /// Subscribes to a mailbox
    Subscribe { mailbox: String },
    /// Ends a subscription
    Unsubscribe { mailbox: String },
    /// Where mailboxes are: one's own, those of others, shared ones
    Namespace,
    /// How much may be stored, and how much is
    Quota {
        /// A mailbox to which the quota applies
        #[arg(default_value = "INBOX")]
        mailbox: String,
        /// The name of a quota root, instead of a mailbox
        #[arg(long, value_name = "NAME", conflicts_with = "mailbox")]
        root: Option<String>,
        /// Sets limits of the root, and removes all others: STORAGE=512 (units of 1,024 octets)
        #[arg(long, value_name = "RESOURCE=LIMIT", num_args = 1.., value_parser = limit, requires = "root")]
        set: Vec<(String, u64)>,
    },
    /// Who may do what with a mailbox, and what one may do oneself
    Acl {
        mailbox: String,
        /// The rights of this user or group, if they are to be changed
        #[arg(requires = "rights")]
        identifier: Option<String>,
        /// The new rights, or +lr, -w; `none` takes all away
        #[arg(allow_hyphen_values = true)]
        rights: Option<String>,
    },
    /// Annotations of a mailbox, or of the server (`""`)
    Metadata {
        mailbox: String,
        /// Names such as /private/comment. With `=value` it is set, with `=` alone removed
        #[arg(default_values = ["/private", "/shared"])]
        entries: Vec<String>,
    },
}

#[derive(Args, Clone, Debug)]
pub struct Fetch {
    pub mailbox: String,
    /// UIDs such as 1,4:7 or 2:*
    pub uids: String,
    /// The numbers are message sequence numbers
    #[arg(long)]
    pub sequence: bool,
    /// Flags
    #[arg(long)]
    pub flags: bool,
    /// Size
    #[arg(long)]
    pub size: bool,
    /// When the server received it
    #[arg(long)]
    pub date: bool,
    /// Sender, recipients, subject, ...
    #[arg(long)]
    pub envelope: bool,
    /// The parts that it consists of
    #[arg(long)]
    pub structure: bool,
    /// The header
    #[arg(long)]
    pub header: bool,
    /// The whole message, on standard output or into --output, as it arrives
    #[arg(long, conflicts_with = "header")]
    pub body: bool,
    /// The file for --body or --header; {uid} in its name stands for the UID
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<String>,
}

#[derive(Args, Clone, Debug)]
#[command(group(ArgGroup::new("change").args(["add", "remove", "replace"]).required(true)))]
pub struct Store {
    pub mailbox: String,
    /// UIDs such as 1,4:7 or 2:*
    pub uids: String,
    /// The numbers are message sequence numbers
    #[arg(long)]
    pub sequence: bool,
    /// Flags to add
    #[arg(long, value_name = "FLAG", num_args = 1..)]
    pub add: Vec<String>,
    /// Flags to remove
    #[arg(long, value_name = "FLAG", num_args = 1..)]
    pub remove: Vec<String>,
    /// Flags to set in place of all that it has
    #[arg(long, value_name = "FLAG", num_args = 1..)]
    pub replace: Vec<String>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds")?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(span) if !span.is_zero() => Ok(span),
        _ => Err("not a time that can be waited for".to_owned()),
    }
}

fn limit(text: &str) -> Result<(String, u64), String> {
    let (resource, limit) = text.split_once('=').ok_or("not a resource and its limit")?;
    match limit.parse() {
        Ok(limit) => Ok((resource.to_owned(), limit)),
        Err(_) => Err("the limit is not a number".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn there_is_no_option_for_a_password() {
        let run = ["imapscope", "run", "imaps://h", "--password", "x", "list"];
        assert!(Cli::try_parse_from(run).is_err());
        let abbreviated = ["imapscope", "run", "imaps://h", "--pass=x", "list"];
        assert!(Cli::try_parse_from(abbreviated).is_err());
    }

    #[test]
    fn times() {
        assert_eq!(seconds("1.5"), Ok(Duration::from_millis(1500)));
        assert_eq!(limit("STORAGE=5"), Ok(("STORAGE".to_owned(), 5)));
        assert!(limit("STORAGE").is_err() && limit("STORAGE=x").is_err());
        for wrong in ["", "x", "-1", "0", "inf", "NaN", "1e300"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
