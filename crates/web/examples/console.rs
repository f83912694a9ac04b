//! Serves the pages over a small made-up town that raises an alarm now and then: for looking at pages by hand.
//!
//! `cargo run -p web --example console` prints the address and the logins. Nothing is kept when it ends.

use std::{sync::Arc, time::Duration};

use alarm::Kind;
use base::{clock::SystemClock, id::RandomIds};
use device::{Signal, report::Technical};
use testkit::{PASSWORD, Town};
use web::WebConfig;

/// How long it serves, in seconds, unless told otherwise by the second argument.
const SERVED_SECONDS: u64 = 3_600;
/// The pause between two new alarms, in seconds, unless told otherwise by the third argument; 0 for none.
const PAUSE_SECONDS: u64 = 45;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let served = arguments.next().map_or(Ok(SERVED_SECONDS), |text| text.parse())?;
    let pause = arguments.next().map_or(Ok(PAUSE_SECONDS), |text| text.parse())?;
    let town = Town::build("sqlite::memory:", Arc::new(SystemClock), Arc::new(RandomIds)).await?;
    town.alarm(0, Kind::Manual).await?;
    town.alarm(1, Kind::Fall).await?;
    town.alarm(2, Kind::Fire).await?;
    town.says(3, Signal::Technical(Technical::BatteryLow)).await?;
    town.unknown_sender().await?;
    let app = town.app.clone();
    tokio::spawn(async move {
        loop {
            // A failed step is tried again a second later.
            let _ = app::alarm::escalate::escalate_due(&app).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let app = town.app.clone();
    let kinds = [Kind::Manual, Kind::Inactivity, Kind::Fall, Kind::Medicine];
    tokio::spawn(async move {
        for turn in 0.. {
            if pause == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_secs(pause)).await;
            // The same device again is a repeat on its open alarm.
            let _ = town.alarm(turn % town.people.len(), kinds[turn % kinds.len()]).await;
        }
    });
    let listener = tokio::net::TcpListener::bind(&address).await?;
    println!(
        "http://{}/ for {served} s; log in as operator, responder, planner, administrator or auditor with \"{PASSWORD}\"",
        listener.local_addr()?
    );
    let config = WebConfig { municipality: "Påhittstad".to_owned(), ..WebConfig::default() };
    let stop = tokio::time::sleep(Duration::from_secs(served));
    Ok(web::serve(app, config, listener, stop).await?)
}
