//! What hostile servers say: a beginning, then a unit again and again, then perhaps an end.

/// A hostile server.
pub struct Hostile {
    pub name: &'static str,
    head: &'static str,
    unit: fn(usize) -> String,
    tail: &'static str,
}

impl Hostile {
    /// All that the server says, with its unit repeated.
    pub fn says(&self, units: usize) -> Vec<u8> {
        let mut said = self.head.as_bytes().to_vec();
        for number in 0..units {
            said.extend_from_slice((self.unit)(number).as_bytes());
        }
        said.extend_from_slice(self.tail.as_bytes());
        said
    }
}

const fn line(
    name: &'static str,
    head: &'static str,
    unit: fn(usize) -> String,
    tail: &'static str,
) -> Hostile {
    Hostile {
        name,
        head,
        unit,
        tail,
    }
}

/// Servers that send one growing line or message.
pub const LONG: &[Hostile] = &[
    line("text", "* OK ", |_| "a".into(), "\r\n"),
    line(
        "text that is not UTF-8",
        "* NO ",
        |_| "\u{fc}".into(),
        "\r\n",
    ),
    line("BYE", "* BYE ", |_| "a".into(), "\r\n"),
    line("data of no kind", "* XYZZY", |_| " (a".into(), "\r\n"),
    line("a tag", "", |_| "a".into(), " OK\r\n"),
    line("a challenge", "+ ", |_| "YQ==".into(), "\r\n"),
    line("a response code", "* OK [X", |_| " a".into(), "] x\r\n"),
    line(
        "a response code without end",
        "* OK [X",
        |_| " \"a".into(),
        "\r\n",
    ),
    line(
        "permanent flags",
        "* OK [PERMANENTFLAGS (a",
        |_| " a".into(),
        ")] x\r\n",
    ),
    line(
        "COPYUID",
        "* OK [COPYUID 1 1",
        |_| ",1:4294967295".into(),
        " 1] x\r\n",
    ),
    line(
        "capabilities",
        "* CAPABILITY",
        |n| format!(" {n:X}"),
        "\r\n",
    ),
    line(
        "capabilities in a code",
        "* OK [CAPABILITY",
        |n| format!(" {n:X}"),
        "] x\r\n",
    ),
    line(
        "capabilities that are none",
        "* CAPABILITY",
        |n| format!(" ({n:X}"),
        "\r\n",
    ),
    line("flags", "* FLAGS (a", |_| " a".into(), ")\r\n"),
    line(
        "flags, a bare line end",
        "* FLAGS (a",
        |_| " a".into(),
        ")\n",
    ),
    line(
        "flags of a row",
        "* 1 FETCH (FLAGS (a",
        |_| " a".into(),
        ") UID 1)\r\n",
    ),
    line(
        "items of a row",
        "* 1 FETCH (UID 1",
        |_| " X NIL".into(),
        ")\r\n",
    ),
    line("UIDs of a row", "* 1 FETCH (", |_| "UID 1 ".into(), ")\r\n"),
    line(
        "nesting",
        "* 1 FETCH (BODYSTRUCTURE ",
        |_| "(".into(),
        "\r\n",
    ),
    line("nesting of a list", "* LIST ", |_| "(".into(), "\r\n"),
    line(
        "nesting of threads",
        "* THREAD ",
        |_| "(1 (1)(1)".into(),
        "\r\n",
    ),
    line("quotes", "* 1 FETCH (X", |_| " \"{1}".into(), ")\r\n"),
    line(
        "digits",
        "* 1 FETCH (BODY[] {",
        |_| "0".into(),
        "5}\r\nhello)\r\n",
    ),
    line(
        "small literals",
        "* 1 FETCH (X (",
        |_| "{1}\r\na ".into(),
        "))\r\n",
    ),
    line(
        "no literals",
        "* 1 FETCH (X (",
        |_| "{0}\r\n".into(),
        "))\r\n",
    ),
    line(
        "blank lines after a literal",
        "* LIST ({0}\r\n",
        |_| "\r\n".into(),
        ") NIL a\r\n",
    ),
    line("SEARCH", "* SEARCH 1", |_| " 1".into(), "\r\n"),
    line(
        "SEARCH, a bare line end",
        "* SEARCH 1",
        |_| " 1".into(),
        "\n",
    ),
    line("SORT", "* SORT 1", |_| " 1".into(), "\r\n"),
    line("THREAD", "* THREAD ", |_| "(1)".into(), "\r\n"),
    line(
        "ESEARCH",
        "* ESEARCH (TAG \"A1\") UID ALL 1",
        |_| ",1:4294967295".into(),
        "\r\n",
    ),
    line("LIST", "* LIST (\\a", |_| " \\a".into(), ") NIL x\n"),
    line(
        "STATUS",
        "* STATUS x (MESSAGES 1",
        |_| " UNSEEN 1".into(),
        ")\n",
    ),
    line("ID", "* ID (\"a\" NIL", |_| " \"a\" NIL".into(), ")\n"),
    line("ENABLED", "* ENABLED X", |_| " X".into(), "\n"),
    line(
        "NAMESPACE",
        "* NAMESPACE (",
        |_| "(\"\" NIL)".into(),
        ") NIL NIL\n",
    ),
    line(
        "extensions of NAMESPACE",
        "* NAMESPACE ((\"\" NIL",
        |_| " \"a\" (\"b\")".into(),
        ")) NIL NIL\n",
    ),
    line("QUOTA", "* QUOTA a (a 1 1", |_| " a 1 1".into(), ")\n"),
    line(
        "METADATA",
        "* METADATA a (/private/a NIL",
        |_| " /private/a NIL".into(),
        ")\n",
    ),
    line("VANISHED", "* VANISHED 1", |_| ",1".into(), "\r\n"),
    line(
        "VANISHED in earlier times",
        "* VANISHED (EARLIER) 1",
        |_| ",1:4294967295".into(),
        "\r\n",
    ),
];

/// Servers that send short lines without end.
pub const MANY: &[Hostile] = &[
    line("blank lines", "", |_| "\r\n".into(), ""),
    line("stars", "", |_| "*\r\n".into(), ""),
    line("OK", "", |_| "* OK\r\n".into(), ""),
    line("warnings", "", |n| format!("* NO [ALERT] {n}\r\n"), ""),
    line(
        "response codes",
        "",
        |n| format!("* OK [X-{n} a] x\r\n"),
        "",
    ),
    line(
        "the sizes of the mailbox",
        "",
        |n| format!("* {} EXISTS\r\n", n % 2 * 4_294_967_295),
        "",
    ),
    line("RECENT", "", |n| format!("* {n} RECENT\r\n"), ""),
    line("EXPUNGE", "", |_| "* 1 EXPUNGE\r\n".into(), ""),
    line("EXPUNGE of nothing", "", |_| "* 0 EXPUNGE\r\n".into(), ""),
    line(
        "VANISHED, all",
        "",
        |_| "* VANISHED 1:4294967295\r\n".into(),
        "",
    ),
    line(
        "VANISHED, one by one",
        "",
        |n| format!("* VANISHED {}\r\n", n + 1),
        "",
    ),
    line(
        "UIDNEXT",
        "",
        |n| format!("* OK [UIDNEXT {}] x\r\n", n + 1),
        "",
    ),
    line("CLOSED", "", |_| "* OK [CLOSED] x\r\n".into(), ""),
    line("capabilities", "", |n| format!("* CAPABILITY X{n}\r\n"), ""),
    line(
        "COPYUID",
        "",
        |_| "* OK [COPYUID 1 1:4294967295 1:4294967295] x\r\n".into(),
        "",
    ),
    line(
        "ESEARCH",
        "",
        |_| "* ESEARCH (TAG \"A2\") UID ALL 1:4294967295\r\n".into(),
        "",
    ),
    line(
        "rows",
        "",
        |n| format!("* {0} FETCH (UID {0} FLAGS (\\Seen))\r\n", n + 1),
        "",
    ),
    line(
        "rows, far apart",
        "",
        |n| format!("* {0} FETCH (UID {0} FLAGS ())\r\n", 100 * n + 1),
        "",
    ),
    line(
        "rows, pages apart",
        "",
        |n| format!("* {} FETCH (UID {})\r\n", n + 1, n % 256 * 16_777_215 + 1),
        "",
    ),
    line(
        "rows without UIDs",
        "",
        |n| format!("* {} FETCH (FLAGS ())\r\n", 100 * n + 1),
        "",
    ),
    line(
        "rows of UIDFETCH",
        "",
        |n| format!("* {} UIDFETCH (FLAGS (\\Seen))\r\n", n + 1),
        "",
    ),
    line("empty rows", "", |_| "* 1 FETCH ()\r\n".into(), ""),
    line(
        "rows that do not end",
        "",
        |_| "* 1 FETCH (X (\r\n".into(),
        "",
    ),
    line(
        "bodies",
        "",
        |_| "* 1 FETCH (BODY[] {300}\r\n".to_owned() + &"x".repeat(300) + ")\r\n",
        "",
    ),
    line("LIST", "", |n| format!("* LIST () NIL x{n}\r\n"), ""),
    line("continuation requests", "", |_| "+\r\n".into(), ""),
    line(
        "continuation requests with text",
        "",
        |n| format!("+ {n}\r\n"),
        "",
    ),
    line(
        "tags of no command",
        "",
        |n| format!("B{n} OK done\r\n"),
        "",
    ),
    line(
        "tags to come",
        "",
        |n| format!("A{} NO done\r\n", n + 1_000_000),
        "",
    ),
    line("BYE", "", |n| format!("* BYE {n}\r\n"), ""),
];
