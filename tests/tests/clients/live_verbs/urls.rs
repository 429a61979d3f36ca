//! URLAUTH (RFC 4467): a URL for others, what it names, and its end.

use imap_machine::client::Command;

use super::extensions::in_url;
use super::messages::Bag;
use super::session::Session;
use crate::client::Client;

pub(super) fn cases<C: Client>(session: &mut Session<C>, bag: &Bag) {
    if !session.has("URLAUTH") {
        return;
    }
    let (user, mailbox) = (session.user(), in_url(&bag.mailbox));
    let url = format!("imap://{user}@localhost/{mailbox}/;uid=1;urlauth=user+{user}");
    let urls = Command::genurlauth([(url.as_str(), "INTERNAL")]);
    let authorized = session
        .ask("GENURLAUTH", urls)
        .and_then(|it| it.urls.into_iter().next());
    session.expect(authorized.is_some(), || "GENURLAUTH: no URL".to_owned());
    let Some(url) = authorized else {
        return;
    };
    let text = |session: &mut Session<C>| {
        let fetched = session.ask("URLFETCH", Command::urlfetch([&url]));
        fetched.and_then(|fetched| fetched.texts.into_iter().next())
    };
    let before = text(session);
    let is_mail = before.is_some_and(|(named, text)| named == url && text.is_some());
    session.expect(is_mail, || "URLFETCH: not the message".to_owned());
    session.ask("RESETKEY", Command::resetkey(&bag.mailbox));
    let after = text(session);
    let is_over = after.is_some_and(|(_, text)| text.is_none());
    session.expect(is_over, || {
        "URLFETCH after RESETKEY: still there".to_owned()
    });
}
