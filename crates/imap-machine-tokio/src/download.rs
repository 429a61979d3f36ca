//! A section of a message as a reader.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use imap_machine::client::desk::{CommandError, SectionOctets};
#[cfg(feature = "text")]
use imap_machine::text::TransferEncoding;
use tokio::io::{AsyncRead, ReadBuf};

use crate::client::Client;
use crate::responses::Responses;

impl Client {
    /// A section of a message as a reader of octets: `""` is the whole message, `"1.2"` a part, `"HEADER"` its header. The message stays
    /// unread. The octets are as the message has them: a part in base64 is base64, unless
    /// the feature `text` is there and `Download::decoded` is asked for.
    ///
    /// Its octets are read from the server as they are taken, and [`Pace`](crate::Pace) says how many wait; so a message of any size takes
    /// little memory. If it is read slowly while other commands wait, it ends with [`CommandError::Overflow`]. Dropping the reader gives the
    /// command up.
    ///
    #[doc = example!(server selected)]
    /// # C: A2 UID FETCH 4391 BODY.PEEK[]
    /// # S: * 17 FETCH (UID 4391 BODY[] {22}
    /// # S: Subject: hi\r\n\r\nhello\r\n)
    /// # S: A2 OK done
    #[doc = example!(client selected)]
    /// let mut message = client.download(4391, "")?;
    /// // A file will do as well.
    /// let mut octets = Vec::new();
    /// tokio::io::copy(&mut message, &mut octets).await?;
    /// assert_eq!(octets, b"Subject: hi\r\n\r\nhello\r\n");
    #[doc = example!(end)]
    ///
    /// # Errors
    ///
    /// [`CommandError::Argument`] for what is no section.
    pub fn download(&self, uid: u32, section: &str) -> Result<Download, CommandError> {
        let (command, octets) = SectionOctets::command(uid, section)?;
        let responses = self.ask_stream(command)?;
        Ok(Download { responses, octets })
    }
}

/// The octets of a section, as they arrive. It ends when the section is whole and the server has said OK; anything else is an error, which
/// has a [`CommandError`] or a [`DownloadError`](imap_machine::client::desk::DownloadError) inside, and a kind that says the same.
#[derive(Debug)]
#[must_use = "dropping it cancels the command"]
pub struct Download {
    responses: Responses,
    octets: SectionOctets,
}

impl Download {
    /// How many octets of the section have come by now, as the server sends it: with its transfer encoding.
    ///
    #[doc = example!(server selected)]
    /// # C: A2 UID FETCH 4391 BODY.PEEK[]
    /// # S: * 17 FETCH (UID 4391 BODY[] {5}
    /// # S: hello)
    /// # S: A2 OK done
    #[doc = example!(client selected)]
    /// use tokio::io::AsyncReadExt;
    ///
    /// let mut message = client.download(4391, "")?;
    /// message.read_exact(&mut [0; 2]).await?;
    /// assert_eq!(message.received(), 5);
    #[doc = example!(end)]
    #[must_use]
    pub const fn received(&self) -> u64 {
        self.octets.received()
    }

    /// How many octets the section has, as the server sends it. Known as soon as the first of them have come.
    ///
    #[doc = example!(server selected)]
    /// # C: A2 UID FETCH 4391 BODY.PEEK[]
    /// # S: * 17 FETCH (UID 4391 BODY[] {5}
    /// # S: hello)
    /// # S: A2 OK done
    #[doc = example!(client selected)]
    /// use tokio::io::AsyncReadExt;
    ///
    /// let mut message = client.download(4391, "")?;
    /// message.read_exact(&mut [0; 2]).await?;
    /// assert_eq!(message.size(), Some(5));
    #[doc = example!(end)]
    #[must_use]
    pub const fn size(&self) -> Option<u64> {
        self.octets.size()
    }
}

#[cfg(feature = "text")]
impl Download {
    /// The same, without this transfer encoding, which the structure of the message
    /// [names](imap_machine::codec::Content::transfer_encoding). If it is damaged, what can be decoded is read, and the end is an error.
    ///
    #[doc = example!(server selected)]
    /// # C: A2 UID FETCH 4391 BODY.PEEK[2]
    /// # S: * 17 FETCH (UID 4391 BODY[2] {8}
    /// # S: aGVsbG8=)
    /// # S: A2 OK done
    #[doc = example!(client selected)]
    /// use imap_machine::text::TransferEncoding;
    ///
    /// let mut part = client.download(4391, "2")?.decoded(TransferEncoding::Base64);
    /// let mut octets = Vec::new();
    /// tokio::io::copy(&mut part, &mut octets).await?;
    /// assert_eq!(octets, b"hello");
    #[doc = example!(end)]
    pub fn decoded(self, encoding: TransferEncoding) -> Self {
        let octets = self.octets.decoded(encoding);
        Self { octets, ..self }
    }
}

impl AsyncRead for Download {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if let Some(read) = this.octets.read(space.initialize_unfilled()) {
                space.advance(read?);
                return Poll::Ready(Ok(()));
            }
            let next = ready!(Pin::new(&mut this.responses).poll_next(cx));
            this.octets.push(next);
        }
    }
}
