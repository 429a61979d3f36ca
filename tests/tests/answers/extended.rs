//! What a server says for each typed command of an extension. See `lines` for the signs.

pub const LISTING: &[&str] = &[
    r#"* LIST (\HasChildren) "/" w@"#,
    r#"* LIST () "/" w@ ("OLDNAME" ("o#"))"#,
    r#"* LIST () "/" w@ (CHILDINFO ("SUBSCRIBED" "x#"))"#,
    r#"* LIST () "/" "&AOk-w#""#,
    "* STATUS w@ (MESSAGES # UIDNEXT #)",
    "* MYRIGHTS w@ lr#",
    "* METADATA w@ (/private/c# \"v#\" /shared/d# NIL)",
    "* METADATA w@ (/private/c# {4}\r\nv#)",
    "?* STATUS \"&AOk-w#\" (MESSAGES #)",
    "?* METADATA w@ /private/c#",
    "?* MYRIGHTS w@ lr# x#",
    "?* MYRIGHTS w@ r\x01#",
    "?* STATUS w@ (MESSAGES x#)",
];

pub const SORT: &[&str] = &[
    "* SORT # # #",
    "* SORT",
    "* SORT # (MODSEQ #)",
    "* ESEARCH (TAG \"A2\") ALL #,#:#",
    "* ESEARCH (TAG \"A2\") COUNT # MIN # MAX #",
    "?* SORT # x# #",
    "?* SORT 0 #",
    "?* SEARCH # #",
];

pub const THREAD: &[&str] = &[
    "* THREAD (#)(# # (#)(# #))",
    "* THREAD ((#)(# (#)(#)))",
    "* THREAD",
    "?* THREAD (# x# #)(#)",
    "?* THREAD (0 #)",
    "?* THREAD # #",
    "?* THREAD (#",
    "?* THREAD (#))(#)",
    "?* THREAD () (#)",
];

pub const ESEARCH: &[&str] = &[
    "* ESEARCH (TAG \"A2\" MAILBOX m@ UIDVALIDITY 7) UID ALL #:#,#",
    "* ESEARCH (TAG \"A2\" MAILBOX m@ UIDVALIDITY 7) UID COUNT # MODSEQ #",
    "* ESEARCH (TAG \"A2\" MAILBOX \"two w#\" UIDVALIDITY #) UID MIN # MAX #",
    "* ESEARCH (TAG \"A2\" MAILBOX \"&AOk-w#\" UIDVALIDITY #) UID ALL #",
    "* ESEARCH (TAG \"A2\" MAILBOX {4}\r\nm# UIDVALIDITY #) UID",
    "?* ESEARCH (TAG \"A2\" MAILBOX m@) UID ALL #",
    "?* ESEARCH (TAG \"A2\" UIDVALIDITY #) UID ALL #",
    "?* ESEARCH (TAG \"A2\") UID ALL #",
    "?* ESEARCH (TAG \"A2\" MAILBOX m@ UIDVALIDITY 7 X# y#) UID ALL #",
    "?* ESEARCH (TAG \"A2\" MAILBOX m@ UIDVALIDITY x#) UID X# (y#) ALL #",
    "?* ESEARCH (TAG \"A2\" MAILBOX m@ UIDVALIDITY 7) UID PARTIAL (1:# #)",
];

pub const NAMESPACE: &[&str] = &[
    r#"* NAMESPACE (("" "/")) NIL NIL"#,
    r#"* NAMESPACE (("n#" "/")("m# x#" NIL)) (("&AOk-#" ".")) (("s#" "/" "X#" ("y#" "z#")))"#,
    "* NAMESPACE NIL NIL NIL",
    "* NAMESPACE (({4}\r\nn# \".\")) NIL NIL",
    r#"?* NAMESPACE (("n#" "/"))"#,
    r#"?* NAMESPACE (("n#" "/")) x# NIL"#,
    r#"?* NAMESPACE (("n#")) (("m#" "/" "X#")) NIL x#"#,
    r#"?* NAMESPACE (("n#" "/x#")) NIL NIL"#,
    "?* NAMESPACE ((\"n\x01#\" \"/\")) NIL NIL",
    "?* NAMESPACE",
];

pub const QUOTA: &[&str] = &[
    "?* QUOTA \"\" (STORAGE # #)",
    "?* QUOTA q# (STORAGE # # MESSAGE # # X# # #)",
    "?* QUOTA \"two w#\" ()",
    "?* QUOTAROOT Work q# \"r#\" \"\"",
    "?* QUOTAROOT Work",
    "?* QUOTAROOT other# q#",
    "?* QUOTA q# (STORAGE # MESSAGE # #)",
    "?* QUOTA q# (STORAGE x# # (y#))",
    "?* QUOTA q# (X\x01# # #)",
    "?* QUOTA q#",
    "?* QUOTA q# (STORAGE # #) x#",
];

pub const ACL: &[&str] = &[
    "* ACL Work a# lrs \"b# c#\" lr -d# x",
    "* ACL Work",
    "* ACL \"Work\" {4}\r\na# \"\"",
    "?* ACL Work a#",
    "?* ACL Work a# (l#)",
    "?* ACL other# a# l",
    "?* ACL Work a# l\x01#",
];

pub const LIST_RIGHTS: &[&str] = &[
    "* LISTRIGHTS Work a# la r s w i#",
    "* LISTRIGHTS Work \"a# b\" \"\"",
    "* LISTRIGHTS \"Work\" a# \"\" r",
    "?* LISTRIGHTS Work a#",
    "?* LISTRIGHTS other# a# l r",
    "?* LISTRIGHTS Work a# l (r#)",
    "?* LISTRIGHTS Work a# l\x01# r\x01#",
];

pub const MY_RIGHTS: &[&str] = &[
    "* MYRIGHTS Work lrs",
    "* MYRIGHTS Work lr#",
    "* MYRIGHTS \"Work\" \"\"",
    "?* MYRIGHTS Work",
    "?* MYRIGHTS other# l",
    "?* MYRIGHTS Work l# x#",
    "?* MYRIGHTS Work r\x01#",
];

pub const METADATA: &[&str] = &[
    "* METADATA Work (/private/c# \"v#\" /shared/d# NIL)",
    "* METADATA \"Work\" (/private/c# {4}\r\nv#)",
    "* METADATA Work (/private/c# ~{4}\r\nv#)",
    "?* METADATA Work /private/c# /shared/d#",
    "?* METADATA \"\" (/shared/c# \"v#\")",
    "?* METADATA other# (/shared/c# \"v#\")",
    "?* METADATA Work (/shared/c#)",
    "?* METADATA Work (/shared/c# (x#) /d# y#)",
    "?* METADATA Work (/shared/c\x01# \"v\x01#\")",
    "?* METADATA Work (/a# \"v#\") x#",
];

pub const NOTIFY: &[&str] = &[
    "?* STATUS w# (MESSAGES # UIDNEXT #)",
    "?* STATUS \"&AOk-w#\" (UIDVALIDITY #)",
    "?* STATUS \"w\x01#\" (MESSAGES #)",
    "?* STATUS \"&x-w#\" (MESSAGES #)",
    "?* STATUS w# ()",
    "?* STATUS w# (MESSAGES x#)",
    "?* LIST () \"/\" w#",
];

pub const LANGUAGE: &[&str] = &[
    "* LANGUAGE (EN \"D#\")",
    "* LANGUAGE (x#)",
    "?* LANGUAGE x#",
    "?* LANGUAGE ()",
    "?* LANGUAGE (x\x01#)",
    "?* LANGUAGE (x#) y#",
    "?* NAMESPACE ((\"n#\" \"/\")) NIL NIL",
];

pub const COMPARATOR: &[&str] = &[
    "* COMPARATOR i;a# (i;b# \"i;c#\")",
    "* COMPARATOR \"i;a#\"",
    "?* COMPARATOR i;a# i;b#",
    "?* COMPARATOR i;\x01# (i;\x01#)",
    "?* COMPARATOR",
];

pub const GENURLAUTH: &[&str] = &[
    "* GENURLAUTH \"imap://a#:internal:9\"",
    "* GENURLAUTH imap://a# imap://b#",
    "?* GENURLAUTH",
    "?* GENURLAUTH (x#)",
    "?* GENURLAUTH \"imap://\x01#\"",
    "?* GENURLAUTH x# (y#)",
];

pub const URLFETCH: &[&str] = &[
    "* URLFETCH u# {4}\r\nv#",
    "* URLFETCH \"u#\" NIL w# \"t#\"",
    "?* URLFETCH u# (BODYPARTSTRUCTURE (x#)) w# \"t#\"",
    "?* URLFETCH u#",
    "?* URLFETCH u# atom#",
    "?* URLFETCH \"u\x01#\" \"t\x01#\"",
    "?* URLFETCH u# ~{4}\r\nv#",
    "?* URLFETCH",
];
