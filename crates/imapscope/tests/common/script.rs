//! A server that knows a few commands by heart.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

/// A command without its tag, and the lines that answer it, in which `TAG` stands for its tag.
pub type Known<'a> = (&'a str, &'a str);

const ALWAYS: [Known<'_>; 5] = [
    (
        "EXAMINE INBOX",
        "* 3 EXISTS\r\nTAG OK [READ-ONLY] opened\r\n",
    ),
    (
        "SELECT INBOX",
        "* 3 EXISTS\r\nTAG OK [READ-WRITE] opened\r\n",
    ),
    (
        "IDLE",
        "+ idling\r\n* 4 EXISTS\r\n* STATUS Other (MESSAGES 8)\r\n",
    ),
    ("DONE", "TAG OK idled\r\n"),
    ("LOGOUT", "* BYE bye\r\nTAG OK done\r\n"),
];

/// Starts one for one connection. A command that it does not know is answered with BAD. Returns its URL.
pub fn scripted(known: &[Known<'_>]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("imap://{}", listener.local_addr().expect("bound"));
    let known = known.iter().chain(&ALWAYS);
    let known: Vec<_> = known
        .map(|(command, answer)| ((*command).to_owned(), (*answer).to_owned()))
        .collect();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        stream.write_all(
            b"* PREAUTH [CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS SORT THREAD=REFERENCES NAMESPACE QUOTA ACL METADATA \
              NOTIFY CREATE-SPECIAL-USE] hi\r\n",
        )?;
        let mut tag = String::new();
        for line in BufReader::new(stream.try_clone()?).lines() {
            let line = line?;
            let command = match line.split_once(' ') {
                Some((its, command)) => {
                    tag = its.to_owned();
                    command
                }
                None => &line,
            };
            let mut known = known.iter();
            let answer = known.find(|(it, _)| it == command);
            let answer = answer.map_or_else(
                || format!("TAG BAD not known: {command}\r\n"),
                |(_, answer)| answer.clone(),
            );
            stream.write_all(answer.replace("TAG", &tag).as_bytes())?;
        }
        std::io::Result::Ok(())
    });
    url
}
