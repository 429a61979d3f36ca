//! What NOTIFY asks for.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::argument::InvalidArgument;
use super::items::Items;
use super::mailbox_argument::MailboxArgument;
use super::written::{CommandText, atom};
use crate::client::mailbox_news::MailboxNews;

/// What the server tells without being asked (RFC 5465): which events in which mailboxes.
///
/// It replaces what was asked for before. Of the selected mailbox the server tells nothing, not even EXISTS, unless
/// [`selected`](Self::selected) or [`selected_delayed`](Self::selected_delayed) is among it. If a mailbox is in several groups, the
/// first of them counts.
///
#[doc = example!(connected)]
/// let notify = Notify::new()
///     .status()
///     .selected_delayed([
///         NotifyEvent::new_messages("UID FLAGS"),
///         NotifyEvent::MessageExpunge,
///         NotifyEvent::FlagChange,
///     ])
///     .subtree(["Lists"], [])
///     .personal([
///         NotifyEvent::MessageNew,
///         NotifyEvent::MessageExpunge,
///         NotifyEvent::MailboxName,
///     ]);
/// connection.send(Command::notify(&notify)?, options, now)?;
/// let written = "A1 NOTIFY SET STATUS \
///     (SELECTED-DELAYED (MessageNew (UID FLAGS) MessageExpunge FlagChange)) \
///     (SUBTREE Lists NONE) (PERSONAL (MessageNew MessageExpunge MailboxName))\r\n";
/// assert_eq!(connection.transmit(), written.as_bytes());
#[doc = example!(end)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notify {
    status: bool,
    groups: Vec<EventGroup>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct EventGroup {
    mailboxes: NotifiedAbout,
    events: Vec<NotifyEvent>,
}

/// RFC 5465 section 6.
#[derive(Clone, Debug, PartialEq, Eq)]
enum NotifiedAbout {
    Selected,
    SelectedDelayed,
    Inboxes,
    Personal,
    Subscribed,
    Subtree(Vec<MailboxArgument>),
    Mailboxes(Vec<MailboxArgument>),
}

/// An event (RFC 5465 section 5).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotifyEvent {
    /// A message has come: EXISTS for the selected mailbox, STATUS for others. Only together with [`MessageExpunge`](Self::MessageExpunge).
    MessageNew,
    /// The same in the selected mailbox, where a FETCH row with these items follows its EXISTS.
    MessageNewWith(Items),
    /// A message is gone: EXPUNGE or VANISHED for the selected mailbox, STATUS for others.
    MessageExpunge,
    /// Flags of a message have changed. Only together with the two above.
    FlagChange,
    /// An annotation (RFC 5257) of a message has changed. Only together with the first two.
    AnnotationChange,
    /// A mailbox was made, renamed, deleted, or may now be seen: LIST.
    MailboxName,
    /// A mailbox was subscribed or unsubscribed: LIST.
    SubscriptionChange,
    /// Metadata of a mailbox have changed: METADATA.
    MailboxMetadataChange,
    /// Metadata of the server have changed: METADATA.
    ServerMetadataChange,
    /// One of another extension, by its name.
    Other(Cow<'static, str>),
}

impl NotifyEvent {
    /// A message has come to the selected mailbox; a FETCH row with these items follows.
    #[must_use]
    pub fn new_messages(items: impl Into<Items>) -> Self {
        Self::MessageNewWith(items.into())
    }

    fn name(&self) -> &str {
        match self {
            Self::MessageNew | Self::MessageNewWith(_) => "MessageNew",
            Self::MessageExpunge => "MessageExpunge",
            Self::FlagChange => "FlagChange",
            Self::AnnotationChange => "AnnotationChange",
            Self::MailboxName => "MailboxName",
            Self::SubscriptionChange => "SubscriptionChange",
            Self::MailboxMetadataChange => "MailboxMetadataChange",
            Self::ServerMetadataChange => "ServerMetadataChange",
            Self::Other(name) => name,
        }
    }
}

impl Notify {
    /// No events yet. At least one group is needed: to be told nothing is [`Command::notify_none`](super::Command::notify_none).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// `STATUS`: the server first tells the STATUS of each mailbox of which messages are asked for (section 4).
    #[must_use]
    pub fn status(mut self) -> Self {
        self.status = true;
        self
    }

    /// `SELECTED`: the mailbox that is selected, at once. EXPUNGE may come at any time then, so sequence numbers may change while a
    /// command that names some is on its way: use UIDs.
    #[must_use]
    pub fn selected(self, events: impl IntoIterator<Item = NotifyEvent>) -> Self {
        self.about(NotifiedAbout::Selected, events)
    }

    /// `SELECTED-DELAYED`: the same, but messages that are gone are told only during commands that allow it, as without NOTIFY.
    #[must_use]
    pub fn selected_delayed(self, events: impl IntoIterator<Item = NotifyEvent>) -> Self {
        self.about(NotifiedAbout::SelectedDelayed, events)
    }

    /// `INBOXES`: the mailboxes that mail may be delivered to.
    #[must_use]
    pub fn inboxes(self, events: impl IntoIterator<Item = NotifyEvent>) -> Self {
        self.about(NotifiedAbout::Inboxes, events)
    }

    /// `PERSONAL`: the mailboxes of the user's own namespace.
    #[must_use]
    pub fn personal(self, events: impl IntoIterator<Item = NotifyEvent>) -> Self {
        self.about(NotifiedAbout::Personal, events)
    }

    /// `SUBSCRIBED`: the mailboxes that are subscribed.
    #[must_use]
    pub fn subscribed(self, events: impl IntoIterator<Item = NotifyEvent>) -> Self {
        self.about(NotifiedAbout::Subscribed, events)
    }

    /// `SUBTREE`: these mailboxes and all below them. At least one.
    #[must_use]
    pub fn subtree(
        self,
        mailboxes: impl IntoIterator<Item = impl Into<MailboxArgument>>,
        events: impl IntoIterator<Item = NotifyEvent>,
    ) -> Self {
        let mailboxes = mailboxes.into_iter().map(Into::into).collect();
        self.about(NotifiedAbout::Subtree(mailboxes), events)
    }

    /// `MAILBOXES`: these. At least one.
    #[must_use]
    pub fn mailboxes(
        self,
        mailboxes: impl IntoIterator<Item = impl Into<MailboxArgument>>,
        events: impl IntoIterator<Item = NotifyEvent>,
    ) -> Self {
        let mailboxes = mailboxes.into_iter().map(Into::into).collect();
        self.about(NotifiedAbout::Mailboxes(mailboxes), events)
    }

    fn about(
        mut self,
        mailboxes: NotifiedAbout,
        events: impl IntoIterator<Item = NotifyEvent>,
    ) -> Self {
        // The selected mailbox has one group (section 6.1): the last one counts.
        if mailboxes.is_selected() {
            self.groups.retain(|group| !group.mailboxes.is_selected());
        }
        let events = events.into_iter().collect();
        self.groups.push(EventGroup { mailboxes, events });
        self
    }

    /// What it makes of the news of the selected mailbox.
    pub(super) fn news(&self) -> MailboxNews {
        let mut groups = self.groups.iter();
        let selected = groups.find(|group| group.mailboxes.is_selected());
        match selected {
            Some(group) if group.has(&NotifyEvent::MessageExpunge) => match group.mailboxes {
                NotifiedAbout::Selected => MailboxNews::AtOnce,
                _ => MailboxNews::Delayed,
            },
            _ => MailboxNews::Untold,
        }
    }

    /// ` SET STATUS (SELECTED ...) (...)`
    pub(super) fn write(&self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        if self.groups.is_empty() {
            return Err(InvalidArgument::Empty);
        }
        written.text(b" SET");
        if self.status {
            written.text(b" STATUS");
        }
        for group in &self.groups {
            group.check()?;
            written.text(b" (");
            group.mailboxes.write(written)?;
            group.write_events(written)?;
            written.text(b")");
        }
        Ok(())
    }
}

impl EventGroup {
    fn has(&self, event: &NotifyEvent) -> bool {
        let mut events = self.events.iter();
        events.any(|other| other.name() == event.name())
    }

    fn check(&self) -> Result<(), InvalidArgument> {
        use NotifyEvent as E;
        let (new, gone) = (self.has(&E::MessageNew), self.has(&E::MessageExpunge));
        let about_messages = self.has(&E::FlagChange) || self.has(&E::AnnotationChange);
        let with_items = |event: &E| matches!(event, E::MessageNewWith(_));
        let elsewhere = !self.mailboxes.is_selected() && self.events.iter().any(with_items);
        match new != gone || (about_messages && !new) || elsewhere {
            true => Err(InvalidArgument::NotEvents),
            false => Ok(()),
        }
    }

    fn write_events(&self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        let mut before = &b" ("[..];
        for event in &self.events {
            written.text(before);
            written.text(atom(event.name())?.as_bytes());
            if let NotifyEvent::MessageNewWith(items) = event {
                written.text(b" ");
                items.write_list(written)?;
            }
            before = b" ";
        }
        written.text(match before {
            b" (" => b" NONE",
            _ => b")",
        });
        Ok(())
    }
}

impl NotifiedAbout {
    const fn is_selected(&self) -> bool {
        matches!(self, Self::Selected | Self::SelectedDelayed)
    }

    fn write(&self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        let (word, mailboxes) = match self {
            Self::Selected => ("SELECTED", None),
            Self::SelectedDelayed => ("SELECTED-DELAYED", None),
            Self::Inboxes => ("INBOXES", None),
            Self::Personal => ("PERSONAL", None),
            Self::Subscribed => ("SUBSCRIBED", None),
            Self::Subtree(mailboxes) => ("SUBTREE", Some(mailboxes)),
            Self::Mailboxes(mailboxes) => ("MAILBOXES", Some(mailboxes)),
        };
        written.text(word.as_bytes());
        match mailboxes.map(Vec::as_slice) {
            None => Ok(()),
            Some([]) => Err(InvalidArgument::Empty),
            Some([mailbox]) => {
                written.text(b" ");
                written.mailbox(mailbox)
            }
            Some(mailboxes) => {
                let mut before = &b" ("[..];
                for mailbox in mailboxes {
                    written.text(before);
                    written.mailbox(mailbox)?;
                    before = b" ";
                }
                written.text(b")");
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use NotifyEvent as E;

    use super::*;
    use crate::client::command::oracle::written;

    fn line(notify: &Notify) -> Result<alloc::string::String, InvalidArgument> {
        let octets = written("NOTIFY", |written| notify.write(written))?;
        Ok(alloc::string::String::from_utf8(octets).unwrap())
    }

    #[test]
    fn the_examples_of_rfc_5465() {
        let section_3_1 = Notify::new()
            .status()
            .selected([
                E::new_messages("UID BODY.PEEK[HEADER.FIELDS (From To Subject)]"),
                E::MessageExpunge,
            ])
            .subtree(["Lists"], []);
        assert_eq!(
            line(&section_3_1).unwrap(),
            "NOTIFY SET STATUS (SELECTED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (From To Subject)]) MessageExpunge)) \
             (SUBTREE Lists NONE)"
        );
        let both = [E::MessageNew, E::MessageExpunge];
        let others = Notify::new()
            .subtree(["INBOX", "a b"], both.clone())
            .mailboxes(["misc"], [E::Other("XEvent".into())])
            .inboxes(both)
            .personal([E::MailboxName, E::SubscriptionChange])
            .subscribed([E::MailboxMetadataChange, E::ServerMetadataChange]);
        assert_eq!(
            line(&others).unwrap(),
            "NOTIFY SET (SUBTREE (INBOX \"a b\") (MessageNew MessageExpunge)) (MAILBOXES misc (XEvent)) \
             (INBOXES (MessageNew MessageExpunge)) (PERSONAL (MailboxName SubscriptionChange)) \
             (SUBSCRIBED (MailboxMetadataChange ServerMetadataChange))"
        );
    }

    #[test]
    fn what_the_rfc_forbids_is_refused() {
        let events = InvalidArgument::NotEvents;
        for (notify, error) in [
            (Notify::new(), InvalidArgument::Empty),
            (Notify::new().personal([E::MessageNew]), events),
            (Notify::new().personal([E::MessageExpunge]), events),
            (Notify::new().selected([E::FlagChange]), events),
            (
                Notify::new().inboxes([E::new_messages("UID"), E::MessageExpunge]),
                events,
            ),
            (
                Notify::new().subtree(Vec::<&str>::new(), []),
                InvalidArgument::Empty,
            ),
            (
                Notify::new().selected([E::Other("a b".into())]),
                InvalidArgument::NotAnAtom,
            ),
        ] {
            assert_eq!(line(&notify), Err(error), "{notify:?}");
        }
    }

    #[test]
    fn what_is_told_of_the_selected_mailbox() {
        let both = || [E::MessageNew, E::MessageExpunge];
        let twice = Notify::new().selected(both()).selected_delayed(both());
        assert_eq!(
            line(&twice).unwrap(),
            "NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge))"
        );
        for (notify, news) in [
            (twice, MailboxNews::Delayed),
            (Notify::new().selected(both()), MailboxNews::AtOnce),
            (Notify::new().selected([]), MailboxNews::Untold),
            (Notify::new().personal(both()), MailboxNews::Untold),
        ] {
            assert_eq!(notify.news(), news, "{notify:?}");
        }
    }
}
