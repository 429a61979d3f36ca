//! What ties a login to the TLS below it: channel binding (RFC 5056).

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::{ClientConnection, ProtocolVersion};

/// `tls-exporter` (RFC 9266 section 2) of the TLS that one connection has got, once it has got it.
#[derive(Clone, Default)]
pub(crate) struct ChannelBinding(Arc<OnceLock<[u8; 32]>>);

impl ChannelBinding {
    /// The handshake is over.
    ///
    /// With TLS 1.2 there is none: `tls-exporter` needs the extended master secret there (RFC 9266 section 3), and rustls does not
    /// tell whether the session has it.
    pub(crate) fn take(&self, tls: &ClientConnection) {
        if tls.protocol_version() != Some(ProtocolVersion::TLSv1_3) {
            return;
        }
        let exported = tls.export_keying_material(
            [0; 32],
            b"EXPORTER-Channel-Binding",
            // The context is empty, not absent. TLS 1.3 makes no difference.
            Some(b""),
        );
        if let Ok(exported) = exported {
            // A connection has one handshake.
            let _ = self.0.set(exported);
        }
    }

    pub(crate) fn get(&self) -> Option<[u8; 32]> {
        self.0.get().copied()
    }
}

impl fmt::Debug for ChannelBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChannelBinding")
    }
}
