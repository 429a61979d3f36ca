//! What a server says for each typed command, and besides.
//!
//! `#` stands for a number of three digits that comes nowhere else in the conversation, `@` for one of four messages, and `%` for the UID
//! of that message. A line that begins with `?` is odd: it may be taken for another command's, or for nobody's.

pub const LIST: &[&str] = &[
    r#"* LIST (\HasChildren \X#) "/" w#"#,
    r#"* LIST (\Noselect) NIL "two w# words""#,
    r#"* LIST () "." w# ("OLDNAME" ("o#"))"#,
    r#"* LIST () "/" w# ("CHILDINFO" ("SUBSCRIBED") X# (a# (b# "c# d")))"#,
    "* LIST () \"/\" {8}\r\nw# #",
    "* LIST (\\Marked) \"/\" &AOk-w#",
    "* XLIST (\\Sent) \"/\" w#",
    "* list () \"\" w#",
    "* LIST () \"/\" w# w# w#",
    r#"?* LIST w#"#,
    r#"?* LIST () "/#" w#"#,
    r#"?* LIST () "/" w# () x#"#,
    r#"?* LIST () "/" "w#" (NIL x# a# ("b#"))"#,
    r#"?* LIST () "/" w# (("l#") x# a# b#)"#,
    "?* LIST (\\X\u{e9}# (\\Y#)) \"/\" w#",
    "?* LIST (\\X\x01#) \"/\" w#",
];

pub const LSUB: &[&str] = &[
    r#"* LSUB (\HasChildren) "/" w#"#,
    r#"* LSUB () NIL "w# w#""#,
    r#"?* LSUB () w#"#,
];

pub const STATUS: &[&str] = &[
    "* STATUS Work (MESSAGES # UNSEEN #)",
    "* STATUS \"Work\" (UIDNEXT # UIDVALIDITY #)",
    "* STATUS Work ()",
    "* STATUS Work (X-ODD# v# DELETED # MAILBOXID (F#))",
    "* STATUS Work (APPENDLIMIT NIL SIZE # HIGHESTMODSEQ #)",
    "* STATUS {4}\r\nWork (MESSAGES #)",
    "?* STATUS Other# (MESSAGES #)",
    "?* STATUS Work (MAILBOXID (F# G#))",
    "?* STATUS Work (MESSAGES many#)",
    "?* STATUS Work (MESSAGES)",
    "?* STATUS Work (X# (a# (b#)) \"q#\" (#))",
    "?* STATUS Work ((x#) MESSAGES #)",
    "?* STATUS Work (MESSAGES #) x#",
    "?* STATUS Work MESSAGES #",
    "?* STATUS",
];

pub const SEARCH: &[&str] = &[
    "* SEARCH # # #",
    "* SEARCH #",
    "* SEARCH",
    "* SEARCH # # (MODSEQ #)",
    "* ESEARCH (TAG \"A2\") UID ALL #:#,#",
    "* ESEARCH (TAG \"A2\") UID COUNT # MODSEQ #",
    "* ESEARCH (TAG \"A2\") MIN # MAX # COUNT #",
    "* ESEARCH (TAG \"A2\") UID",
    "* ESEARCH UID ALL #",
    "?* ESEARCH (TAG \"A2\") UID PARTIAL (1:# #:#)",
    "?* ESEARCH (TAG \"A2\" MAILBOX m# UIDVALIDITY #) UID ALL #",
    "?* ESEARCH (TAG \"A2\") UID X# (y#) ALL #",
    "?* ESEARCH (TAG \"A2\") UID ALL x# COUNT",
    "?* ESEARCH x#",
    "?* SEARCH # x# #",
    "?* SEARCH # (MODSEQ x#)",
    "?* SEARCH # (MODSEQ #) (X# #)",
    "?* SEARCH 0 99999999999 #",
];

pub const ID: &[&str] = &[
    r#"* ID ("name" "n#" "version" NIL "x#" "two v# words")"#,
    "* ID NIL",
    "* ID (\"n#\" {4}\r\nv#)",
    r#"?* ID ("a#")"#,
    r#"?* ID ("a#" ("b#") "c#" "d#")"#,
    r#"?* ID (x# y#, z#, q#)"#,
    r#"?* ID ("a#" "b#") c#"#,
    r#"?* ID x#"#,
    "?* ID (\"n#\" \"v\x01#\")",
];

pub const ENABLED: &[&str] = &[
    "* ENABLED CONDSTORE X#",
    "* ENABLED",
    "?* ENABLED (X#)",
    "?* ENABLED \"X# Y#\"",
    "?* ENABLED X# (Y# (Z#))",
    "?* ENABLED X\x01#",
];

pub const FETCH: &[&str] = &[
    r#"* @ FETCH (UID % FLAGS (\Seen k#))"#,
    r#"* @ FETCH (FLAGS (k# K#) UID %)"#,
    r#"* @ FETCH (UID % RFC822.SIZE # INTERNALDATE "17-Jul-1996 02:44:25 +0#")"#,
    "* @ FETCH (UID % BODY[] {10}\r\nhello w#)",
    "* @ FETCH (BODY[TEXT] {11}\r\nw# (w#) BODY[1.MIME] {4}\r\nv# UID %)",
    r#"* @ FETCH (UID % BODY[HEADER.FIELDS (W# V#)]<#> "v# \"v#\"")"#,
    r#"* @ FETCH (UID % ENVELOPE (NIL "s#" (("n#" NIL "m#" "h#")) NIL NIL NIL NIL NIL NIL "<i#>"))"#,
    r#"* @ FETCH (UID % BODYSTRUCTURE ("TEXT" "PLAIN" ("CHARSET" "c#") NIL NIL "7BIT" # #))"#,
    r#"* @ FETCH (UID % BODY ("TEXT" "HTML" NIL "<i#>" NIL "8BIT" # #))"#,
    "* @ FETCH (UID % MODSEQ (#) FLAGS ())",
    r#"?* @ FETCH (UID % PREVIEW "p# p#" SAVEDATE NIL EMAILID (M#) THREADID (T#))"#,
    r#"?* @ FETCH (UID % X-GM-MSGID # X-GM-THRID # X-GM-LABELS (\Inbox "l# m#"))"#,
    r#"?* @ FETCH (UID % X-ODD# (a# (b# "c#")) BINARY.SIZE[1] #)"#,
    "?* % UIDFETCH (FLAGS (k#) X# y#)",
    "?* @ FETCH odd#",
    "?* @ FETCH (UID % FLAGS NIL RFC822.SIZE x#)",
    "?* @ FETCH (UID % UID #)",
    "?* @ FETCH (UID % FLAGS (k#) FLAGS (l#))",
    "?* @ FETCH (UID % EMAILID (M# N#) THREADID NIL)",
    "?* @ FETCH (UID % FLAGS (k#)) x# (y#)",
    "?* @ FETCH (UID % X-GM-LABELS (a# (b#) NIL))",
    "?* @ FETCH (UID % ENVELOPE (odd# (x#)) BODYSTRUCTURE (odd#))",
    "?* @ FETCH (UID % FLAGS (k\x01#) X\x01# v# BODY[X\x01#] v#)",
    "?* @ FETCH (UID % PREVIEW \"p\x01#\" INTERNALDATE \"#\x01\")",
    "?* VANISHED (EARLIER) #:#",
    "?* VANISHED (EARLIER) x#",
];

pub const SELECT: &[&str] = &[
    "* # EXISTS",
    "* # RECENT",
    r#"* FLAGS (\Seen k#)"#,
    r#"* OK [PERMANENTFLAGS (k# [g#]/k \*)] x"#,
    "* OK [UIDVALIDITY #] x",
    "* OK [UIDNEXT #] x",
    "* OK [UNSEEN #] x",
    "* OK [HIGHESTMODSEQ #] x",
    "* OK [NOMODSEQ] x",
    "* OK [MAILBOXID (F#)] x",
    "* OK [UIDNOTSTICKY] x",
    "* OK [XODD a# (b# c#)] x",
    "* OK [ANNOTATIONS # NOPRIVATE] x",
    r#"* LIST (\Subscribed) "/" w# ("OLDNAME" ("o#"))"#,
    "* VANISHED (EARLIER) #:#",
    "* OK w#",
    "* NO w#",
    "* NO [UIDNEXT #] x",
    "* OK [ALERT] w#",
    "?* OK [MAILBOXID (F# G#)] x",
    "?* OK [UIDNEXT x#] x",
    "?* OK [UIDVALIDITY #",
    "?* OK [CLOSED] x",
    "?* FLAGS k#",
    "?* FLAGS (k#) l#",
    "?* FLAGS (k\x01# (l#))",
    "?* OK [PERMANENTFLAGS (k\x01#)] x",
    "?* OK [MAILBOXID (F\x01#)] x",
    "?* STATUS Work (MESSAGES #)",
];

pub const COPY: &[&str] = &[
    "* OK [COPYUID 38505 #,# #,#] x",
    "* OK [COPYUID 38505 # #] x",
    "?* OK [COPYUID # # #] x",
    "?* OK [COPYUID 38505 #,# #] x",
    "?* OK [COPYUID x# # #] x",
    "?* NO [COPYUID 38505 # #] x",
    "?* COPYUID 38505 # #",
    "?[COPYUID 38505 # #]",
];

pub const NONE: &[&str] = &[];

/// What a server may say at any time, and no typed command asks for.
pub const OTHERS: &[&str] = &[
    "* OK still here #",
    "* NO [ALERT] disk #",
    "* # EXISTS",
    "* CAPABILITY IMAP4rev1 X#",
    "* XODD# y# (z#)",
    "* 99 FETCH (FLAGS (k#))",
    "* VANISHED #",
    "* 1 EXPUNGE",
    "* NAMESPACE ((\"n#\" \"/\")) NIL NIL",
    "* QUOTA q# (STORAGE # #)",
    "* ACL m# a# lrs",
    "* METADATA m# (/shared/c# \"v#\")",
    "* SORT # #",
    "* # ODD",
    "odd#",
    "A99 OK odd#",
    "+ odd#",
];

pub const OK: &[&str] = &[
    "A2 OK done",
    "A2 OK done",
    "A2 OK",
    "A2 OK [XODD x# #] done",
    "A2 OK [READ-WRITE] done",
    "A2 OK [MODIFIED #,#:#] done",
    "A2 OK [APPENDUID # #] done",
    "A2 OK [APPENDUID # x#] done",
    "A2 OK [COPYUID 38505 #,# #,#] done",
    "A2 OK [COPYUID x#] done",
    "A2 OK [CAPABILITY IMAP4rev1] done",
    "A2 OK [MAILBOXID (F#)] done",
    "A2 OK [METADATA LONGENTRIES #] done",
    "A2 OK [ALERT] look",
    "A2 OK [CLOSED] done",
    "A2 NO done",
];
