#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| anybytes::check("peer_frame", bytes));
