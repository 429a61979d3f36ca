//! Sections of messages that are read as octets.

use imap_machine::client::desk::{CommandError, DownloadError, Pace};
use imap_machine::text::TransferEncoding;

use crate::both;
use crate::client::Client;
use crate::peer::{Peer, selected};

both! {
    a_large_message_is_read_to_its_end,
    a_part_is_decoded_while_it_is_read,
    what_is_not_there_is_an_error,
    a_connection_that_ends_is_no_end_of_the_message,
}

/// Several times what is held for a reader.
const SIZE: usize = 3 << 20;

fn message() -> Vec<u8> {
    (b'!'..=b'~').cycle().take(SIZE).collect()
}

fn with_message(peer: &mut Peer, octets: usize) -> String {
    let tag = peer.expect("UID FETCH 7 BODY.PEEK[]");
    peer.say(&format!("* 3 FETCH (UID 7 BODY[] {{{SIZE}}}\r\n"));
    let text = String::from_utf8(message()).unwrap();
    peer.say(&text[..octets]);
    tag
}

fn pace() -> Pace {
    let mut pace = Pace::default();
    pace.hold = 256 << 10;
    pace
}

fn a_large_message_is_read_to_its_end<C: Client>() {
    let mut client: C = selected(pace(), 9, |mut peer| {
        let tag = with_message(&mut peer, SIZE);
        peer.say(&format!(")\r\n{tag} OK fetched\r\n"));
        peer.serve(0, 0);
    });
    let (octets, end) = client.download(7, "");
    end.unwrap();
    assert!(octets == message());
    client.noop().unwrap();
}

/// Three octets for each four letters, and what is no letter.
fn a_part_is_decoded_while_it_is_read<C: Client>() {
    const LINE: &str = "aGVsbG8sIHdvcmxkLCBo\r\n";
    let mut client: C = selected(pace(), 9, |mut peer| {
        for damage in ["", "*"] {
            let tag = peer.expect("UID FETCH 7 BODY.PEEK[2]");
            let text = LINE.repeat(SIZE / LINE.len()) + damage;
            let size = text.len();
            peer.say(&format!("* 3 FETCH (UID 7 BODY[2] {{{size}}}\r\n{text}"));
            peer.say(&format!(")\r\n{tag} OK fetched\r\n"));
        }
        peer.serve(0, 0);
    });
    let decoded = b"hello, world, h".repeat(SIZE / LINE.len());
    let (octets, end) = client.download_decoded(7, "2", TransferEncoding::Base64);
    end.unwrap();
    assert!(octets == decoded);
    let (octets, end) = client.download_decoded(7, "2", TransferEncoding::Base64);
    let error = end.unwrap_err().into_inner().unwrap();
    assert_eq!(error.downcast_ref(), Some(&DownloadError::Damaged));
    assert!(octets == decoded);
    client.noop().unwrap();
}

fn what_is_not_there_is_an_error<C: Client>() {
    let mut client: C = selected(pace(), 9, |mut peer| {
        let tag = peer.expect("UID FETCH 7 BODY.PEEK[2]");
        peer.say(&format!("* 3 FETCH (UID 7 BODY[2] NIL)\r\n{tag} OK\r\n"));
        let tag = peer.expect("UID FETCH 8 BODY.PEEK[HEADER]");
        peer.say(&format!("{tag} OK nothing fetched\r\n"));
        let tag = peer.expect("UID FETCH 9 BODY.PEEK[]");
        peer.say(&format!("{tag} NO not now\r\n"));
        peer.serve(0, 0);
    });
    for (uid, section, expected) in [
        (7, "2", DownloadError::Nil),
        (8, "HEADER", DownloadError::Missing),
    ] {
        let (octets, end) = client.download(uid, section);
        let error = end.unwrap_err().into_inner().unwrap();
        assert_eq!(error.downcast_ref(), Some(&expected));
        assert_eq!(octets, []);
    }
    let (_, end) = client.download(9, "");
    let error = end.unwrap_err().into_inner().unwrap();
    assert!(matches!(
        error.downcast_ref(),
        Some(CommandError::Refused(_))
    ));
    client.noop().unwrap();
}

fn a_connection_that_ends_is_no_end_of_the_message<C: Client>() {
    let mut client: C = selected(pace(), 9, |mut peer| {
        with_message(&mut peer, SIZE - 1);
    });
    let (octets, end) = client.download(7, "");
    let error = end.unwrap_err().into_inner().unwrap();
    assert!(error.is::<CommandError>(), "{error}");
    assert!(octets.len() < SIZE);
}
