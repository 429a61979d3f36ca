//! Whatever a type of a client names has a name in that client's crate: a program needs no other crate to write it down.

macro_rules! names {
    ($client:ident) => {
        mod $client {
            use ::$client::*;

            fn refused(refused: &Refused) -> (Refusal, &ResponseText<'static>, Reason) {
                (refused.refusal, &refused.text, refused.reason())
            }

            fn ended(closed: &Closed) -> (&error::CloseReason, Option<&Failure>) {
                (closed.reason(), closed.failure())
            }

            fn timed_out(reason: &error::CloseReason) -> Option<Timer> {
                match reason {
                    error::CloseReason::TimedOut(timer) => Some(*timer),
                    _ => None,
                }
            }

            fn misused(error: &CommandError) -> Option<&error::ApiMisuse> {
                match error {
                    CommandError::Misuse(misuse) => Some(misuse),
                    _ => None,
                }
            }

            fn unsupported(error: &CommandError) -> Option<Layer> {
                match error {
                    CommandError::Unsupported(layer) => Some(*layer),
                    _ => None,
                }
            }

            fn opening(error: &OpenError) -> Option<OpenStep> {
                match error {
                    OpenError::Refused { step, .. } | OpenError::Failed { step, .. } => Some(*step),
                    _ => None,
                }
            }

            fn connecting(error: &ConnectError) -> Option<Step> {
                match error {
                    ConnectError::TimedOut { step, .. } => Some(*step),
                    _ => None,
                }
            }

            fn server(connector: &Connector) -> (&Address, Security) {
                let address = connector.address();
                (address, address.security)
            }

            fn settings(config: &Config) -> (&Limits, &Timeouts, TlsPolicy, Tracking) {
                let Config {
                    limits, timeouts, ..
                } = config;
                (limits, timeouts, config.security, config.tracking)
            }

            fn completed<'c>(completion: &'c Completion<'_>) -> (Evidence, Option<Code<'c>>) {
                (completion.evidence, completion.text.code())
            }

            fn encoding(part: &codec::Part<'_>) -> Option<text::TransferEncoding> {
                part.content.transfer_encoding()
            }

            fn subject<'e>(envelope: &codec::Envelope<'e>) -> Option<text::Text<'e>> {
                envelope.subject()
            }

            #[test]
            fn what_is_named_has_a_name() {
                let connector = Connector::new("imaps://alice@mail.example").unwrap();
                let (address, security) = server(&connector);
                assert_eq!((address.port, security), (993, Security::Tls));
                assert_eq!(timed_out(&error::CloseReason::Eof), None);
                let config = Config::default();
                let (limits, timeouts, ..) = settings(&config);
                assert_eq!(
                    (limits, timeouts),
                    (&Limits::default(), &Timeouts::default())
                );
                // It is enough that these can be written down.
                let _ = (refused, ended, misused, unsupported, opening, connecting);
                let _ = (completed, encoding, subject);
            }
        }
    };
}

names!(imap_machine_std);
names!(imap_machine_tokio);
