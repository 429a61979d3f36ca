//! What is done with mailboxes themselves: made, renamed, subscribed to; their quotas, rights and annotations.

use imap_machine::client::answers::{Annotation, NamespaceRoot, Quotas};
use imap_machine::client::{MetadataDepth, MetadataOptions};
use serde_json::{Value, json};

use super::Session;
use super::unread::whole;
use crate::cli::Mailbox;
use crate::json;
use crate::terminal::printable;

impl Session {
    pub(super) async fn administer(&self, verb: Mailbox) -> anyhow::Result<()> {
        match verb {
            Mailbox::Create { mailbox, uses } => {
                match uses.is_empty() {
                    true => self.watched(self.client.create(&mailbox)).await?,
                    false => self.watched(self.client.create_for(&mailbox, uses)).await?,
                };
                self.did("created", &mailbox)
            }
            Mailbox::Rename { from, to } => {
                self.watched(self.client.rename(&from, &to)).await?;
                self.did("renamed", &to)
            }
            Mailbox::Delete { mailbox } => {
                self.watched(self.client.delete(&mailbox)).await?;
                self.did("deleted", &mailbox)
            }
            Mailbox::Subscribe { mailbox } => {
                self.watched(self.client.subscribe(&mailbox)).await?;
                self.did("subscribed", &mailbox)
            }
            Mailbox::Unsubscribe { mailbox } => {
                self.watched(self.client.unsubscribe(&mailbox)).await?;
                self.did("unsubscribed", &mailbox)
            }
            Mailbox::Namespace => self.namespaces().await,
            Mailbox::Quota { mailbox, root, set } => {
                let quotas = match root {
                    None => self.watched(self.client.get_quota_root(&mailbox)).await?,
                    Some(root) if set.is_empty() => {
                        self.watched(self.client.get_quota(&root)).await?
                    }
                    Some(root) => {
                        let limits = set.iter().map(|(name, limit)| (name.as_str(), *limit));
                        self.watched(self.client.set_quota(&root, limits)).await?
                    }
                };
                self.quotas(&quotas)
            }
            Mailbox::Acl {
                mailbox,
                identifier: Some(identifier),
                rights: Some(rights),
            } => {
                match rights.as_str() {
                    "none" => {
                        let delete = self.client.delete_acl(&mailbox, &identifier);
                        self.watched(delete).await?;
                    }
                    rights => {
                        let set = self.client.set_acl(&mailbox, &identifier, rights);
                        self.watched(set).await?;
                    }
                }
                self.did("acl-changed", &mailbox)
            }
            Mailbox::Acl { mailbox, .. } => self.rights(&mailbox).await,
            Mailbox::Metadata { mailbox, entries } => self.metadata(&mailbox, &entries).await,
        }
    }

    fn did(&self, what: &str, mailbox: &str) -> anyhow::Result<()> {
        let people = || printable(&format!("{what}: {mailbox}"));
        let machine = || json!({ "event": what, "mailbox": mailbox });
        Ok(self.output.say(people, machine)?)
    }

    async fn namespaces(&self) -> anyhow::Result<()> {
        let namespaces = self.watched(self.client.namespace()).await?;
        for (kind, roots) in [
            ("personal", &namespaces.personal),
            ("other-users", &namespaces.other_users),
            ("shared", &namespaces.shared),
        ] {
            for root in roots {
                let people = || {
                    let delimiter = root.delimiter.map_or("-".to_owned(), |it| it.to_string());
                    printable(&format!("{kind:12} {delimiter}  {:?}", root.prefix))
                };
                self.output.say(people, || namespace(kind, root))?;
            }
        }
        whole(&namespaces.unread)
    }

    fn quotas(&self, quotas: &Quotas) -> anyhow::Result<()> {
        for quota in &quotas.quotas {
            let root = String::from_utf8_lossy(&quota.root);
            for resource in &quota.resources {
                let (name, usage, limit) = (&resource.name, resource.usage, resource.limit);
                let people = || printable(&format!("{root:?} {name:12} {usage} of {limit}"));
                let machine = || {
                    json!({
                        "event": "quota",
                        "root": json::octets(&quota.root),
                        "resource": name,
                        "usage": usage,
                        "limit": limit,
                    })
                };
                self.output.say(people, machine)?;
            }
        }
        whole(&quotas.unread)
    }

    async fn rights(&self, mailbox: &str) -> anyhow::Result<()> {
        let mine = self.watched(self.client.my_rights(mailbox)).await?;
        let rights = mine.rights.as_str();
        let people = || printable(&format!("my own rights: {rights}"));
        let machine = || json!({ "event": "my-rights", "mailbox": mailbox, "rights": rights });
        self.output.say(people, machine)?;
        whole(&mine.unread)?;
        // Who may not administer the mailbox may not know the rights of others (RFC 4314 section 4).
        if !mine.rights.has('a') {
            return Ok(());
        }
        let acl = self.watched(self.client.get_acl(mailbox)).await?;
        for (identifier, rights) in &acl.entries {
            let people = || {
                let identifier = String::from_utf8_lossy(identifier);
                printable(&format!("{identifier:20} {rights}"))
            };
            let machine = || {
                let identifier = json::octets(identifier);
                json!({ "event": "rights", "identifier": identifier, "rights": rights.as_str() })
            };
            self.output.say(people, machine)?;
        }
        whole(&acl.unread)
    }

    /// Sets those that have a value, then shows the others.
    async fn metadata(&self, mailbox: &str, entries: &[String]) -> anyhow::Result<()> {
        let (set, shown): (Vec<_>, Vec<_>) = entries.iter().partition(|entry| entry.contains('='));
        if !set.is_empty() {
            let values = set.iter().filter_map(|entry| entry.split_once('='));
            let values = values
                .map(|(name, value)| (name, Some(value.as_bytes()).filter(|it| !it.is_empty())));
            self.watched(self.client.set_metadata(mailbox, values))
                .await?;
            self.did("metadata-set", mailbox)?;
        }
        if shown.is_empty() {
            return Ok(());
        }
        let options = MetadataOptions::new().depth(MetadataDepth::All);
        let annotated = self.client.get_metadata_with(mailbox, shown, &options);
        let annotated = self.watched(annotated).await?;
        for annotation in &annotated.entries {
            let people = || annotation_line(annotation);
            let machine = || {
                let value = annotation.value.as_deref().map(json::octets);
                json!({ "event": "annotation", "name": annotation.name, "value": value })
            };
            self.output.say(people, machine)?;
        }
        whole(&annotated.unread)
    }
}

fn annotation_line(annotation: &Annotation) -> String {
    let value = annotation.value.as_deref().map(String::from_utf8_lossy);
    let value = value.map_or_else(|| "none".to_owned(), |value| format!("{value:?}"));
    printable(&format!("{:30} {value}", annotation.name))
}

fn namespace(kind: &str, root: &NamespaceRoot) -> Value {
    let extensions = root.extensions.iter();
    let extensions = extensions.map(|(name, value)| json!([name, json::octets(value)]));
    json!({
        "event": "namespace",
        "kind": kind,
        "prefix": root.prefix,
        "delimiter": root.delimiter,
        "extensions": extensions.collect::<Vec<_>>(),
    })
}
