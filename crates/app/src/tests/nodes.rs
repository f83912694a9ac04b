//! Two nodes on one PostgreSQL database: what one commits, the other's listeners are told.

use std::{sync::Arc, time::Instant};

use base::{clock::SystemClock, id::RandomIds};
use outward::Client;
use store::Store;
use tokio::{
    sync::broadcast::Receiver,
    time::{Duration, timeout},
};

use super::{actor, administrator};
use crate::{
    App,
    alarm::{operate, receive::receive},
    background::Background,
    device::model::save_profile,
    live::Change,
};

/// Within this the other node must have told, on a machine that may be busy with other tests: it looks every 300 ms.
const TOLD_MILLISECONDS_MAX: u128 = 5_000;

async fn node(url: &str) -> (App, Background) {
    let store = Store::open(url).await.unwrap();
    store::migrate::migrate(&store, base::Clock::now(&SystemClock)).await.unwrap();
    let app = App::open(store, Arc::new(SystemClock), Arc::new(RandomIds)).await.unwrap();
    let holder = base::IdSource::next(&RandomIds, app.now()).to_string();
    let background = Background::start(app.clone(), holder, Client::new(Vec::new()).0);
    (app, background)
}

/// Waits for a change and says how long it took since a moment.
async fn hears(listener: &mut Receiver<Change>, wanted: Change, since: Instant) -> u128 {
    let heard = async {
        while listener.recv().await.unwrap() != wanted {}
        since.elapsed().as_millis()
    };
    timeout(Duration::from_secs(10), heard).await.unwrap_or_else(|_| panic!("{wanted:?} was never told"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_node_commits_the_other_tells_within_a_second() {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        eprintln!("SKIPPED: TEST_POSTGRES_URL names no server (two nodes)");
        return;
    };
    let outer = Store::open(&url).await.unwrap();
    let mut transaction = outer.write().await.unwrap();
    let schema = "two_nodes";
    transaction
        .script(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"))
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    outer.close().await;
    let separator = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{separator}options[search_path]={schema}");
    let ((one, one_runs), (other, other_runs)) = tokio::join!(node(&url), node(&url));
    let mut listener = other.live.listen();
    // The other node has looked once when it hears the first change, whatever it is.
    tokio::time::timeout(Duration::from_secs(10), async {
        let mut number = 900;
        loop {
            receive(&one, &[super::running::calls(number)]).await.unwrap();
            number += 1;
            if timeout(Duration::from_millis(500), listener.recv()).await.is_ok() {
                break;
            }
        }
    })
    .await
    .unwrap();
    let operator = actor(2, &[access::Role::Operator]);
    let begun = Instant::now();
    let alarm = receive(&one, &[super::running::calls(1)]).await.unwrap()[0].alarm.unwrap();
    let new = hears(&mut listener, Change::AlarmNew(alarm), begun).await;
    let begun = Instant::now();
    operate::answer(&one, &operator, alarm).await.unwrap();
    let answered = hears(&mut listener, Change::AlarmChanged(alarm), begun).await;
    let begun = Instant::now();
    save_profile(&one, &administrator(), None, &super::device::profile_form()).await.unwrap();
    let registered = hears(&mut listener, Change::Everything, begun).await;
    eprintln!("the other node told after {new}, {answered} and {registered} ms");
    for took in [new, answered, registered] {
        assert!(took < TOLD_MILLISECONDS_MAX, "{took} ms");
    }
    one_runs.stop().await;
    other_runs.stop().await;
}
