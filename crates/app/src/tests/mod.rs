//! Use cases against a database in memory.

mod device;
mod guesses;
mod housing;
mod import;
mod lock;
mod login;
mod measure;
mod nodes;
mod person;
mod recall;
mod running;
mod silence;
mod team;

use std::sync::Arc;

use access::{Actor, Role};
use base::{
    Private, SignedDuration, Timestamp, UserId,
    clock::FakeClock,
    id::{CountingIds, Uuid},
};
use store::Store;

use crate::{App, AppError};

/// A running register with nothing in it, and a clock that the test moves.
struct Bench {
    app: App,
    clock: Arc<FakeClock>,
}

impl Bench {
    async fn new() -> Self {
        Bench::on("sqlite::memory:").await
    }

    async fn on(url: &str) -> Self {
        let start: Timestamp = "2026-11-22T06:00:00Z".parse().unwrap();
        let clock = Arc::new(FakeClock::at(start));
        let store = Store::open(url).await.unwrap();
        store::migrate::migrate(&store, start).await.unwrap();
        let app = App::open(store, clock.clone(), Arc::new(CountingIds::default())).await.unwrap();
        Bench { app, clock }
    }

    fn pass(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }
}

fn actor(number: u128, roles: &[Role]) -> Actor {
    Actor {
        user: UserId(Uuid::from_u128(number)),
        roles: roles.to_vec(),
        teams: Vec::new(),
        scopes: Vec::new(),
    }
}

fn administrator() -> Actor {
    actor(1, &[Role::Administrator])
}

fn operator() -> Actor {
    actor(2, &[Role::Operator])
}

fn private(text: &str) -> Private<String> {
    Private::new(text.to_owned())
}

/// The fields that an error names.
fn fields<T: std::fmt::Debug>(outcome: Result<T, AppError>) -> Vec<&'static str> {
    match outcome {
        Err(AppError::Invalid(problems)) => problems.all().iter().map(|(field, _)| *field).collect(),
        other => panic!("expected problems with fields, found {other:?}"),
    }
}
