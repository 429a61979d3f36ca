//! Commands of extensions that are about the session.

use super::{Checked, bare, typed};
use crate::client::answers::{
    Collation, Done, Languages, Notified, Required, UrlAuthorizations, UrlTexts,
};
use crate::client::command::argument::InvalidArgument;
use crate::client::command::form::Command;
use crate::client::command::mailbox_argument::MailboxArgument;
use crate::client::command::notify::Notify;
use crate::client::command::profile::{Effect, Profile};
use crate::client::command::table::{self, Row};
use crate::client::command::typed::TypedCommand;
use crate::client::command::written::{CommandText, atom};
use crate::client::mailbox_news::MailboxNews;

impl Command {
    /// `UNAUTHENTICATE` (RFC 8437): back to the state before the login. What was enabled and what was asked of NOTIFY is off then.
    ///
    /// Needs UNAUTHENTICATE.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::unauthenticate(), options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 UNAUTHENTICATE\r\n");
    #[doc = example!(end)]
    #[must_use]
    pub fn unauthenticate() -> TypedCommand<Done> {
        TypedCommand::new(Self::bare(table::UNAUTHENTICATE, Effect::Unauthenticate))
    }

    /// `LANGUAGE` (RFC 5255 section 3.2): the text of responses shall be in the first of these languages that the server has. Without
    /// any, the server says which it has. If names of namespaces change with it, an unsolicited NAMESPACE says so.
    ///
    /// Needs LANGUAGE.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::language(["de", "fr"])?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 LANGUAGE de fr\r\n");
    #[doc = example!(end)]
    pub fn language(ranges: impl IntoIterator<Item = impl AsRef<str>>) -> Checked<Languages> {
        astrings(table::LANGUAGE, ranges)
    }

    /// `COMPARATOR` (RFC 5255 section 4.7): the first of these that the server has decides how text is compared in SEARCH, SORT and
    /// THREAD. Without any, the server says which is active.
    ///
    /// Needs I18NLEVEL=2.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::comparator(["i;unicode-casemap"])?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 COMPARATOR i;unicode-casemap\r\n");
    #[doc = example!(end)]
    pub fn comparator(orders: impl IntoIterator<Item = impl AsRef<str>>) -> Checked<Collation> {
        astrings(table::COMPARATOR, orders)
    }

    /// `NOTIFY SET` (RFC 5465 section 3.1): what the server tells from now on. See [`Notify`], which has an example.
    ///
    /// A server that cannot keep up says `[NOTIFICATIONOVERFLOW]`, which is news
    /// ([`Code::NotificationOverflow`](crate::codec::Code::NotificationOverflow)), and tells nothing more.
    ///
    /// Needs NOTIFY.
    ///
    #[doc = example!(connected)]
    /// let events = [NotifyEvent::MessageNew, NotifyEvent::MessageExpunge];
    /// let notify = Notify::new().personal(events);
    /// connection.send(Command::notify(&notify)?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 NOTIFY SET (PERSONAL (MessageNew MessageExpunge))\r\n");
    #[doc = example!(end)]
    pub fn notify(notify: &Notify) -> Checked<Notified> {
        let mut written = CommandText::new(table::NOTIFY.verb);
        notify.write(&mut written)?;
        let effect = Effect::Notify(notify.news());
        Ok(typed(written, Profile::new(table::NOTIFY, effect)))
    }

    /// `NOTIFY NONE` (RFC 5465 section 3.1): the server tells nothing unasked, not even that the selected mailbox has new messages.
    ///
    /// Needs NOTIFY.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::notify_none(), options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 NOTIFY NONE\r\n");
    #[doc = example!(end)]
    #[must_use]
    pub fn notify_none() -> TypedCommand<Notified> {
        let mut written = CommandText::new(table::NOTIFY.verb);
        written.text(b" NONE");
        let effect = Effect::Notify(MailboxNews::Untold);
        typed(written, Profile::new(table::NOTIFY, effect))
    }

    /// `GENURLAUTH` (RFC 4467 section 7.1): URLs that let others read what these name, each with the mechanism of its key
    /// (`INTERNAL`). At least one.
    ///
    /// Needs URLAUTH.
    ///
    #[doc = example!(connected)]
    /// let url = "imap://joe@example.com/INBOX/;uid=20;urlauth=anonymous";
    /// connection.send(Command::genurlauth([(url, "INTERNAL")])?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 GENURLAUTH imap://joe@example.com/INBOX/;uid=20;urlauth=anonymous INTERNAL\r\n");
    #[doc = example!(end)]
    pub fn genurlauth<'a>(
        urls: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Checked<Required<UrlAuthorizations>> {
        let mut written = CommandText::new(table::GENURLAUTH.verb);
        let mut urls = urls.into_iter().peekable();
        urls.peek().ok_or(InvalidArgument::Empty)?;
        for (url, mechanism) in urls {
            written.text(b" ");
            written.astring(url.as_bytes())?;
            written.text(b" ");
            written.text(atom(mechanism)?.as_bytes());
        }
        Ok(typed(written, Profile::plain(table::GENURLAUTH)))
    }

    /// `RESETKEY` (RFC 4467 section 7.2) of a mailbox, or of all: URLs that were authorized are so no longer.
    ///
    /// Needs URLAUTH.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::resetkey("INBOX")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 RESETKEY INBOX\r\n");
    #[doc = example!(end)]
    pub fn resetkey(name: impl Into<MailboxArgument>) -> Checked<Done> {
        super::named(table::RESETKEY, name)
    }

    /// `RESETKEY` without a mailbox: see [`resetkey`](Self::resetkey).
    ///
    /// Needs URLAUTH.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::resetkey_all(), options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 RESETKEY\r\n");
    #[doc = example!(end)]
    #[must_use]
    pub fn resetkey_all() -> TypedCommand<Done> {
        bare(table::RESETKEY)
    }

    /// `URLFETCH` (RFC 4467 section 7.3): what these authorized URLs name. At least one.
    ///
    /// Needs URLAUTH.
    ///
    #[doc = example!(connected)]
    /// let url = "imap://joe@example.com/INBOX/;uid=20;urlauth=anonymous:internal:91354a";
    /// connection.send(Command::urlfetch([url])?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 URLFETCH imap://joe@example.com/INBOX/;uid=20;urlauth=anonymous:internal:91354a\r\n");
    #[doc = example!(end)]
    pub fn urlfetch(
        urls: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Checked<Required<UrlTexts>> {
        let mut urls = urls.into_iter().peekable();
        urls.peek().ok_or(InvalidArgument::Empty)?;
        astrings(table::URLFETCH, urls)
    }
}

fn astrings<A>(row: Row, arguments: impl IntoIterator<Item = impl AsRef<str>>) -> Checked<A> {
    let mut written = CommandText::new(row.verb);
    for argument in arguments {
        written.text(b" ");
        written.astring(argument.as_ref().as_bytes())?;
    }
    Ok(typed(written, Profile::plain(row)))
}
