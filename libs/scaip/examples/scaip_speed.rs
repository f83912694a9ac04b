//! Prints how long one request takes to read: `cargo run --release -p scaip --example scaip_speed`.

use std::time::Instant;

fn main() {
    const ROUNDS: u32 = 1_000_000;
    let bytes = b"<mrq><ref>yhexGeV5E49zglfi</ref><cid>999998</cid><dty>0004</dty><mty>ME</mty><stc>0010</stc><lco>002</lco><crd>gsm:</crd><cha>0</cha></mrq>";
    let limits = scaip::Limits::default();
    let start = Instant::now();
    let mut read = 0_u32;
    for _ in 0..ROUNDS {
        read += u32::from(scaip::Request::parse(std::hint::black_box(bytes), &limits).is_ok());
    }
    let nanoseconds = start.elapsed().as_nanos() / u128::from(ROUNDS);
    println!("{read} requests of {} bytes read, {nanoseconds} ns each", bytes.len());
}
