//! From a URL to a session.

use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::time::Duration;

use imap_machine::Layer;
use imap_machine::client::desk::Desk;
use imap_machine::client::session::Opening;
use imap_machine::client::{ClientConnection, CommandOptions};
use imap_machine_connect::{ConnectError, Connector};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;
