//! A link and a copy in one process: what is told as copied is on the disk, and nothing else is forgotten.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use base::clock::SystemClock;
use journal::JOURNAL_BYTES_MIN;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::{
    frame::{Reply, Request},
    wire::Wire,
    *,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// A file of copies of one test, removed at its end.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tryggve-peer-{}-{name}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        File(path)
    }

    fn open(&self) -> Copies {
        Copies::open(&self.0, JOURNAL_BYTES_MIN).unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn record(number: u8) -> Record {
    Record { key: [number; 16], bytes: vec![number; usize::from(number)] }
}

fn records(numbers: impl IntoIterator<Item = u8>) -> Vec<Record> {
    numbers.into_iter().map(record).collect()
}

fn numbers(copies: &Copies) -> Vec<u8> {
    copies.first(usize::MAX).iter().map(|record| record.key[0]).collect()
}

fn secret(text: &str) -> Secret {
    Secret::new(text).unwrap()
}

const SECRET: &str = "made up for tests";

/// A keeper on an address, or on one that the system gives.
async fn keeper(address: &str, copies: &Copies) -> (SocketAddr, JoinHandle<()>) {
    let listening = Listening::bind(address.parse().unwrap()).await.unwrap();
    (listening.address().unwrap(), tokio::spawn(listening.take(secret(SECRET), copies.clone())))
}

fn owner(to: SocketAddr, with: &str) -> (Link, JoinHandle<()>) {
    Link::start(to.to_string(), secret(with), Arc::new(SystemClock))
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(waited.await.is_ok(), "never {what}");
}

async fn until_linked(link: &Link) {
    until("linked", || link.behind_since().is_none()).await;
}

#[tokio::test]
async fn what_is_told_as_copied_is_on_disk_until_it_is_forgotten() {
    let file = File::new("told");
    let copies = file.open();
    let (address, _) = keeper("127.0.0.1:0", &copies).await;
    let (link, _) = owner(address, SECRET);
    until_linked(&link).await;
    assert!(copies.has_owner());
    if link.keep(records(1..=3)).await {
        assert_eq!(numbers(&copies), [1, 2, 3]);
    }
    until_linked(&link).await;
    link.forget();
    until("forgotten", || copies.count() == 0).await;
    drop(link.keep(records(4..=5)));
    until("copied", || copies.count() == 2).await;
    link.take_back(1);
    until("taken back", || copies.count() == 1).await;
    assert_eq!(numbers(&copies), [4]);
}

#[tokio::test]
async fn a_copy_outlives_its_program_and_keeps_its_order() {
    let file = File::new("outlives");
    let copies = file.open();
    copies.keep(records(1..=5)).unwrap();
    copies.keep(records(3..=7)).unwrap();
    copies.forget(&[[2; 16], [9; 16], [7; 16]]);
    let before = copies.first(usize::MAX);
    drop(copies);
    let copies = file.open();
    assert_eq!(copies.first(usize::MAX), before);
    assert_eq!(numbers(&copies), [1, 3, 4, 5, 6]);
    copies.forget(&[[1; 16], [3; 16], [4; 16], [5; 16], [6; 16]]);
    drop(copies);
    let copies = file.open();
    assert_eq!(copies.count(), 0);
    copies.keep(records(2..=2)).unwrap();
    assert_eq!(numbers(&file_again(copies, &file)), [2]);
}

fn file_again(copies: Copies, file: &File) -> Copies {
    drop(copies);
    file.open()
}

#[tokio::test]
async fn a_keeper_that_was_away_is_given_everything_when_it_is_back() {
    let file = File::new("away");
    let copies = file.open();
    let (address, serving) = keeper("127.0.0.1:0", &copies).await;
    let (link, _) = owner(address, SECRET);
    until_linked(&link).await;
    serving.abort();
    let _ = serving.await;
    until("noticed", || link.behind_since().is_some()).await;
    assert!(!link.keep(records(1..=2)).await, "nobody is there to keep it");
    assert!(!link.keep(records(3..=3)).await);
    let (_, serving) = keeper(&address.to_string(), &copies).await;
    until_linked(&link).await;
    assert_eq!(numbers(&copies), [1, 2, 3]);
    // It comes back without its disk.
    serving.abort();
    let _ = serving.await;
    until("noticed", || link.behind_since().is_some()).await;
    let other = File::new("away-other");
    let empty = other.open();
    let (_, _serving) = keeper(&address.to_string(), &empty).await;
    until_linked(&link).await;
    assert_eq!(numbers(&empty), [1, 2, 3]);
}

#[tokio::test]
async fn a_keeper_that_falls_silent_holds_up_the_first_only() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (link, _) = owner(listener.local_addr().unwrap(), SECRET);
    let (stream, _) = listener.accept().await.unwrap();
    let mut wire = Wire::as_keeper(stream, &secret(SECRET)).await.unwrap();
    until_linked(&link).await;
    let begun = std::time::Instant::now();
    for number in 1..=20 {
        assert!(!link.keep(records([number])).await);
    }
    assert!(begun.elapsed() < COPIED_MAX * 20, "each of them was waited for");
    // What it was given meanwhile is asked for once, and is not told as copied before it answers.
    let mut asked = wire.receive().await.unwrap();
    while Request::read(&asked) == Ok(Request::Alive) {
        wire.send(&Reply::Done.to_body()).await.unwrap();
        asked = wire.receive().await.unwrap();
    }
    assert_eq!(Request::read(&asked), Ok(Request::Keep(records(1..=1))));
    assert!(link.behind_since().is_some());
}

#[tokio::test]
async fn a_keeper_without_room_is_left_out() {
    let file = File::new("room");
    let copies = file.open();
    let (address, _) = keeper("127.0.0.1:0", &copies).await;
    let (link, _) = owner(address, SECRET);
    until_linked(&link).await;
    let large = |number: u8| Record { key: [number; 16], bytes: vec![number; 400_000] };
    for number in 1..=4 {
        drop(link.keep(vec![large(number)]));
    }
    until("behind", || link.behind_since().is_some()).await;
    until("two fit", || copies.count() == 2).await;
    assert_eq!(numbers(&copies), [1, 2], "no gaps");
}

#[tokio::test]
async fn a_stranger_reaches_nothing() {
    let file = File::new("stranger");
    let copies = file.open();
    let (address, _) = keeper("127.0.0.1:0", &copies).await;
    let (link, _) = owner(address, "made up for others");
    assert!(!link.keep(records(1..=1)).await);
    for said in [&b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"[..], &[0; 200], &proof::MARK, &[0xff; 72]] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(said).await.unwrap();
        let mut answer = Vec::new();
        // The keeper closes; where bytes of ours are unread, the system tells that as an error.
        let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap();
        assert!(answer.len() <= proof::MARK.len() + proof::NONCE_BYTES, "a proof for a stranger");
    }
    assert_eq!(copies.count(), 0);
    assert!(!copies.has_owner() && link.behind_since().is_some());
}
