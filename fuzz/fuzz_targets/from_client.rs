#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| imap_machine_tests::fuzz::from_client::run(input));
