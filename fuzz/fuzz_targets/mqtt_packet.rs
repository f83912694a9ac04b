#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| anybytes::check("mqtt_packet", bytes));
