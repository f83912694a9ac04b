//! Every test of the store runs on both engines: SQLite in memory, and PostgreSQL where `TEST_POSTGRES_URL` says one.

#![expect(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

mod alarms;
mod causes;
mod devices;
mod housing;
mod logins;
mod migrations;
mod people;
mod systems;

use std::future::Future;

use base::{SignedDuration, Timestamp, id::Uuid};
use store::Store;

/// Makes two tests of each function `async fn name(store: Store)`: one per engine.
macro_rules! both_engines {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn on_sqlite() {
                crate::on_sqlite(super::$name);
            }
            #[test]
            fn on_postgres() {
                crate::on_postgres(concat!(module_path!()), super::$name);
            }
        }
    )+};
}
pub(crate) use both_engines;

fn run<F: Future<Output = ()>>(future: F) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future);
}

fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(Store) -> F) {
    run(async {
        let store = Store::open("sqlite::memory:").await.unwrap();
        test(store.clone()).await;
        store.close().await;
    });
}

/// Runs a test in a schema of its own, which is made anew.
fn on_postgres<F: Future<Output = ()>>(path: &str, test: impl FnOnce(Store) -> F) {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        eprintln!("SKIPPED on PostgreSQL: TEST_POSTGRES_URL names no server ({path})");
        return;
    };
    let schema = path.replace("::", "_");
    run(async {
        let outer = Store::open(&url).await.unwrap();
        let mut transaction = outer.write().await.unwrap();
        transaction
            .script(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"))
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        outer.close().await;
        let separator = if url.contains('?') { '&' } else { '?' };
        let store = Store::open(&format!("{url}{separator}options[search_path]={schema}")).await.unwrap();
        test(store.clone()).await;
        store.close().await;
    });
}

/// A migrated database.
async fn migrated(store: &Store) {
    store::migrate::migrate(store, moment(0)).await.unwrap();
}

/// So many seconds after a fixed moment.
fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap() + SignedDuration::from_secs(seconds)
}

fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}
