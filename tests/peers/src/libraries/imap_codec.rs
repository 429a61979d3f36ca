//! imap-codec's `Fragmentizer`, which finds messages in octets. It knows no commands. What can be seen is whether the
//! tagged response comes out.

use ::imap_codec::ResponseCodec;
use ::imap_codec::fragmentizer::{FragmentInfo, Fragmentizer};
use ::imap_codec::imap_types::response::{Response, Status, StatusKind};

use crate::exchange::{Call, Done, Exchange, Library};
use crate::server::{Input, Wire};

struct Codec {
    wire: Wire,
    fragmentizer: Fragmentizer,
    calls: usize,
    framing: bool,
}

pub(super) fn open(wire: &Wire, exchange: &Exchange) -> Result<Box<dyn Library>, String> {
    let mut codec = Codec {
        wire: wire.clone(),
        fragmentizer: Fragmentizer::without_max_message_size(),
        calls: 0,
        framing: exchange.framing,
    };
    // The greeting is skipped: another codec reads it.
    if !matches!(wire.read(), Input::Octets(_)) {
        return Err("no greeting".to_owned());
    }
    for (tag, line) in [("L1", "L1 LOGIN user password"), ("L2", "L2 SELECT INBOX")] {
        if codec.completion(tag, line) != Done::Ok {
            return Err(format!("no {tag}"));
        }
    }
    Ok(Box::new(codec))
}

impl Codec {
    /// Sends the line by hand, then decodes until there is a tagged response with this tag.
    fn completion(&mut self, tag: &str, line: &str) -> Done {
        let line = format!("{line}\r\n");
        assert_eq!(self.wire.write(line.as_bytes()), line.len());
        loop {
            match self.fragmentizer.progress() {
                Some(FragmentInfo::Line { .. }) if self.fragmentizer.is_message_complete() => {
                    match self.fragmentizer.decode_message(&ResponseCodec::new()) {
                        Ok(Response::Status(Status::Tagged(status)))
                            if status.tag.as_ref() == tag =>
                        {
                            return match status.body.kind {
                                StatusKind::Ok => Done::Ok,
                                _ => Done::Refused,
                            };
                        }
                        // The user of a codec has to skip what cannot be decoded.
                        _ => {}
                    }
                }
                Some(_) => {}
                None => match self.wire.read() {
                    Input::Octets(octets) => self.fragmentizer.enqueue_bytes(&octets),
                    Input::Nothing | Input::End => {
                        return Done::Waits(Some("no tagged response comes out"));
                    }
                },
            }
        }
    }
}

impl Library for Codec {
    fn call(&mut self, call: Call) -> Done {
        if !self.framing {
            return Done::CannotSay("a codec knows no commands");
        }
        self.calls += 1;
        let tag = format!("A{}", self.calls);
        match call {
            Call::Noop => self.completion(&tag, &format!("{tag} NOOP")),
            Call::Fetch => self.completion(&tag, &format!("{tag} FETCH 1 (BODY.PEEK[])")),
            _ => Done::CannotSay("a codec knows no commands"),
        }
    }
}
