//! Leases, weeding, webhooks, copies of the database.

use std::io::{Read as _, Write as _};

use ::alarm::Kind;
use ::device::{Report, Signal};
use base::{Private, SignedDuration};
use outward::Client;

use super::{Bench, administrator, fields, operator};
use crate::{
    AppError,
    alarm::{
        escalate::{self, escalate_due},
        operate,
        receive::{Arrival, Content, receive},
    },
    background::Background,
    lease,
    webhook::{deliver::deliver_due, keep},
    weed,
};

pub(super) fn calls(reference: u32) -> Arrival {
    let report = Report {
        controller_id: format!("EX-{reference}"),
        reference: reference.to_string(),
        signal: Signal::Alarm(Kind::Manual),
        detail: Private::default(),
        position: None,
    };
    let raw = Private::new(reference.to_string().into_bytes());
    Arrival { transport: "udp", source: "192.0.2.7:5060".to_owned(), content: Content::Read(report), raw }
}

/// What a clock that jumps by hours must not do: keep anyone waiting, tell anyone twice, or leave anyone out.
#[tokio::test]
async fn no_jump_of_the_clock_skips_or_repeats_a_rung_or_keeps_one_waiting() {
    for hours in [-9, -3, 3, 9] {
        let bench = Bench::new().await;
        let app = &bench.app;
        receive(app, &[calls(1)]).await.unwrap();
        assert_eq!(escalate_due(app).await.unwrap(), 0);
        // The program is killed with its leases, and starts again with another clock.
        assert!(lease::take(app, "ladders", "before").await.unwrap().is_some());
        bench.clock.advance(SignedDuration::from_hours(hours));
        assert!(lease::take(app, "ladders", "after").await.unwrap().is_some(), "{hours} hours");
        assert_eq!(lease::take(app, "ladders", "another").await.unwrap(), None);
        let steps = escalate_due(app).await.unwrap();
        assert_eq!(escalate_due(app).await.unwrap(), 0, "{hours} hours");
        let mut transaction = app.store.read().await.unwrap();
        let alarm = store::alarm::open(&mut transaction).await.unwrap().remove(0);
        let events = store::alarm::events(&mut transaction, alarm.id).await.unwrap();
        let rungs: Vec<usize> = events
            .iter()
            .filter_map(|numbered| match numbered.event.what {
                ::alarm::What::Escalated { rung } => Some(rung),
                _ => None,
            })
            .collect();
        assert_eq!(rungs, (0..alarm.climb.rungs.len()).collect::<Vec<_>>(), "{hours} hours");
        assert_eq!(steps, rungs.len());
        drop(transaction);
        // Whoever calls after the jump waits as long as anyone, by the new clock.
        receive(app, &[calls(2)]).await.unwrap();
        assert_eq!(escalate_due(app).await.unwrap(), 0, "{hours} hours");
        bench.pass(60);
        assert_eq!(escalate_due(app).await.unwrap(), 1, "{hours} hours");
    }
}

#[tokio::test]
async fn one_node_holds_a_lease_until_it_ends() {
    let bench = Bench::new().await;
    let app = &bench.app;
    let first = lease::take(app, "ladders", "a").await.unwrap().unwrap();
    assert_eq!(lease::take(app, "ladders", "b").await.unwrap(), None);
    bench.pass(5);
    assert_eq!(lease::take(app, "ladders", "a").await.unwrap().unwrap().epoch, first.epoch, "renewed");
    bench.pass(lease::LEASE_SECONDS);
    let second = lease::take(app, "ladders", "b").await.unwrap().unwrap();
    assert_eq!(second.epoch, first.epoch + 1);
    let mut transaction = app.store.write().await.unwrap();
    assert!(
        matches!(lease::fence(&mut transaction, &first).await, Err(AppError::Conflict)),
        "the late one is kept out"
    );
    lease::fence(&mut transaction, &second).await.unwrap();
    transaction.commit().await.unwrap();
    lease::release(app, &second).await.unwrap();
    assert!(lease::take(app, "ladders", "a").await.unwrap().is_some());
}

#[tokio::test]
async fn only_what_is_closed_and_old_is_weeded() {
    let bench = Bench::new().await;
    let app = &bench.app;
    let receipts = receive(app, &[calls(1), calls(2)]).await.unwrap();
    let id = receipts[0].alarm.unwrap();
    operate::answer(app, &operator(), id).await.unwrap();
    let close = operate::Close {
        alarm: id,
        outcome: ::alarm::Outcome::Talked,
        measures: vec![],
        text: String::new(),
    };
    operate::close(app, &operator(), close).await.unwrap();
    assert_eq!(weed::weed(app).await.unwrap(), weed::Weeded::default());
    bench.pass(91 * 86_400);
    assert_eq!(weed::weed(app).await.unwrap(), weed::Weeded { messages: 1, ..weed::Weeded::default() });
    bench.pass(1_825 * 86_400);
    assert_eq!(weed::weed(app).await.unwrap(), weed::Weeded { alarms: 1, ..weed::Weeded::default() });
    let mut transaction = app.store.read().await.unwrap();
    assert_eq!(
        store::alarm::open(&mut transaction).await.unwrap().len(),
        1,
        "the open one stays whatever its age"
    );
}

/// Answers as many requests as there are statuses, and returns what was asked.
fn receiver(statuses: Vec<u16>) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/larm", listener.local_addr().unwrap());
    let serve = move || {
        let mut heard = Vec::new();
        for status in statuses {
            let (mut stream, _) = listener.accept().unwrap();
            let mut bytes = [0_u8; 4_096];
            let mut request = String::new();
            while !request.ends_with('}') {
                let read = stream.read(&mut bytes).unwrap();
                request.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
            }
            write!(stream, "HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n").unwrap();
            heard.push(request);
        }
        heard
    };
    (address, std::thread::spawn(serve))
}

#[tokio::test]
async fn events_arrive_signed_in_order_and_again_after_a_failure() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    assert_eq!(fields(keep::create(app, &keeper, "", "http://system.example/").await), ["name", "url"]);
    receive(app, &[calls(1)]).await.unwrap();
    bench.pass(1);
    let (address, served) = receiver(vec![503, 200, 200]);
    let (id, secret) = keep::create(app, &keeper, "Driftcentral", &address).await.unwrap();
    let client = Client::new(Vec::new()).0;
    assert_eq!(deliver_due(app, &client).await.unwrap(), 0, "what happened before is not told");
    let alarm = receive(app, &[calls(2)]).await.unwrap()[0].alarm.unwrap();
    operate::answer(app, &operator(), alarm).await.unwrap();
    assert_eq!(deliver_due(app, &client).await.unwrap(), 0, "refused with 503");
    assert_eq!(deliver_due(app, &client).await.unwrap(), 0, "left alone until the next attempt");
    bench.pass(6);
    assert_eq!(deliver_due(app, &client).await.unwrap(), 2);
    let requests = served.join().unwrap();
    let body = |request: &String| request.split("\r\n\r\n").nth(1).unwrap().to_owned();
    assert!(body(&requests[1]).contains("alarm.received") && body(&requests[2]).contains("alarm.answered"));
    let signature = outward::signature(&secret, &body(&requests[2]));
    assert!(requests[2].contains(&format!("tryggve-signature: {signature}")), "{}", requests[2]);
    let (_, deliveries) = keep::view(app, &keeper, id).await.unwrap();
    assert_eq!(deliveries.iter().map(|delivery| delivery.attempts).collect::<Vec<_>>(), [1, 2]);
    assert!(deliveries.iter().all(|delivery| delivery.delivered_at.is_some()));
}

#[tokio::test]
async fn the_work_runs_by_itself_and_stops_cleanly() {
    let bench = Bench::new().await;
    let app = &bench.app;
    let alarm = receive(app, &[calls(1)]).await.unwrap()[0].alarm.unwrap();
    bench.pass(61);
    let running = Background::start(app.clone(), "a".to_owned(), Client::new(Vec::new()).0);
    let mut changes = app.live.listen();
    let heard =
        tokio::time::timeout(std::time::Duration::from_secs(10), changes.recv()).await.unwrap().unwrap();
    assert_eq!(heard, crate::live::Change::AlarmChanged(alarm), "the first rung was reached");
    running.stop().await;
    assert!(lease::take(app, "ladders", "b").await.unwrap().is_some(), "the lease was given back");
}

#[tokio::test]
async fn a_copy_is_verified_and_put_back_but_never_over_newer_data() {
    let folder = std::env::temp_dir().join(format!("tryggve-restore-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (copy, database) = (folder.join("copy.db"), folder.join("live.db"));
    // A database in memory copies itself into memory, so this one is a file.
    let bench = Bench::on(&format!("sqlite:{}", folder.join("source.db").display())).await;
    receive(&bench.app, &[calls(1)]).await.unwrap();
    bench.app.store.backup_to(&copy.display().to_string()).await.unwrap();
    let put_back = async |from: &std::path::Path, lose_newer| {
        store::backup::restore(from, &database, lose_newer, bench.app.now()).await
    };
    let restored = put_back(&copy, false).await.unwrap();
    assert_eq!((restored.copy.alarms, restored.copy.messages, restored.kept), (1, 1, None));
    bench.pass(60);
    receive(&bench.app, &[calls(2)]).await.unwrap();
    let newer = folder.join("newer.db");
    bench.app.store.backup_to(&newer.display().to_string()).await.unwrap();
    let first_kept = put_back(&newer, false).await.unwrap().kept;
    let refused = put_back(&copy, false).await;
    assert!(matches!(refused, Err(store::backup::BackupError::Newer { .. })), "{refused:?}");
    let again = put_back(&copy, true).await.unwrap();
    assert_eq!(again.copy.alarms, 1);
    assert_ne!(again.kept, first_kept, "what was kept the first time is still there");
    let kept = again.kept.unwrap();
    assert_eq!(store::backup::verify_copy(&kept).await.unwrap().alarms, 2, "what was replaced is whole");
    let torn = folder.join("torn.db");
    std::fs::write(&torn, b"this is no database").unwrap();
    assert!(put_back(&torn, true).await.is_err());
    // A program that works on the database holds leases; whoever takes the database from under it is refused.
    let other = Bench::on(&format!("sqlite:{}", database.display())).await;
    lease::take(&other.app, "ladders", "a").await.unwrap();
    other.app.store.close().await;
    let refused = store::backup::restore(&copy, &database, true, other.app.now()).await;
    assert!(matches!(refused, Err(store::backup::BackupError::InUse { .. })), "{refused:?}");
    // A database that cannot be read is what a restore is for.
    std::fs::write(&database, b"this is no database").unwrap();
    assert_eq!(put_back(&copy, false).await.unwrap().copy.alarms, 1);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn what_someone_took_and_left_is_told_again_once_by_the_limits_in_force() {
    let bench = Bench::new().await;
    let app = &bench.app;
    let alarm = receive(app, &[calls(1)]).await.unwrap()[0].alarm.unwrap();
    operate::answer(app, &operator(), alarm).await.unwrap();
    let rule = "alarm.left_after_seconds";
    crate::team::rule::set_rule(app, &administrator(), rule, "90").await.unwrap();
    bench.pass(60);
    operate::attend(app, &operator(), alarm).await.unwrap();
    bench.pass(89);
    assert_eq!(escalate::escalate_due(app).await.unwrap(), 0, "still with the operator");
    assert_eq!(escalate::next_due(app).await.unwrap(), Some(app.now() + base::SignedDuration::from_secs(1)));
    bench.pass(1);
    assert_eq!(escalate::escalate_due(app).await.unwrap(), 1);
    assert_eq!(escalate::escalate_due(app).await.unwrap(), 0, "told once");
    let queue = crate::alarm::queue::queue(app, &operator()).await.unwrap();
    assert!(queue.lines[0].again && queue.lines[0].alarm.state == ::alarm::State::Waiting);
    bench.pass(60);
    assert_eq!(escalate::escalate_due(app).await.unwrap(), 1, "the first rung of its ladder");
    operate::answer(app, &operator(), alarm).await.unwrap();
}
