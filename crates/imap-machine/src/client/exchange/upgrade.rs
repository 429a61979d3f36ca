//! The switch of the layer below: TLS after STARTTLS, DEFLATE after COMPRESS.
//!
//! From the tagged OK until the adapter says that the new layer stands, no octet is read and none is written.

use bounded_static::ToBoundedStatic;

use crate::client::command::{CommandHandle, Effect};
use crate::client::standing::{Privacy, Standing};
use crate::client::timeouts::Timeouts;
use crate::codec::ResponseText;
use crate::error::{CloseReason, PeerMisbehaved};
use crate::instant::Instant;
use crate::timer::{Deadline, Timer};
use crate::upgrade::Layer;

/// A switch under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Upgrade {
    pub(crate) handle: CommandHandle,
    pub(crate) layer: Layer,
    since: Instant,
    pub(crate) text: ResponseText<'static>,
}

/// What the tagged OK of a command means for the layer below.
pub(crate) enum LayerChange {
    /// Nothing.
    Stay,
    /// The layer changes now.
    Switch(Upgrade),
    /// The connection cannot go on.
    Fail(CloseReason),
}

/// The tagged OK of a command has come. `after`: octets that were received after it, in the old layer.
pub(crate) fn advance(
    handle: CommandHandle,
    effect: &Effect,
    text: &ResponseText<'_>,
    after: &[u8],
    now: Instant,
) -> LayerChange {
    let layer = match effect {
        // RFC 9051 section 6.2.1: nothing may follow. Octets that do may have been injected.
        Effect::StartTls if !after.is_empty() => {
            let fault = PeerMisbehaved::DataBehindStartTls;
            return LayerChange::Fail(CloseReason::PeerMisbehaved(fault));
        }
        Effect::StartTls => Layer::Tls,
        // RFC 4978 section 3: the first octets of the new layer.
        Effect::Compress => Layer::Deflate,
        _ => return LayerChange::Stay,
    };
    LayerChange::Switch(Upgrade {
        handle,
        layer,
        since: now,
        text: text.to_static(),
    })
}

impl Upgrade {
    /// Why the connection ends if octets come between the two layers.
    pub(crate) const fn interrupted(&self) -> CloseReason {
        match self.layer {
            Layer::Tls => CloseReason::PeerMisbehaved(PeerMisbehaved::DataBehindStartTls),
            Layer::Deflate => CloseReason::UpgradeFailed(Layer::Deflate),
        }
    }

    /// Why the connection ends if the transport ends or the time is up.
    pub(crate) const fn failed(&self) -> CloseReason {
        CloseReason::UpgradeFailed(self.layer)
    }

    /// The new layer is in place. `is_wanted`: the command has not been given up. `limit`: octets of a list of capabilities.
    pub(crate) fn stand(&self, standing: &mut Standing, is_wanted: bool, limit: usize) {
        match self.layer {
            Layer::Tls => {
                standing.privacy = Privacy::Tls;
                // What was learned in clear may have been written by an attacker (RFC 9051 section 6.2.1).
                standing.capabilities.forget();
                standing.extensions.forget();
                if let Some(seldom) = standing.seldom_mut() {
                    seldom.last_warning = None;
                }
            }
            Layer::Deflate if is_wanted => {
                standing.learn_mailbox_code(&self.text);
                standing.learn_code(&self.text, limit);
            }
            // If the command was given up, no event carries its text.
            Layer::Deflate => {}
        }
    }

    pub(crate) fn bound(&self, timeouts: &Timeouts) -> Deadline {
        Deadline {
            at: self.since + timeouts.upgrade,
            timer: Timer::Upgrade,
        }
    }
}
