//! Very many devices fall silent at once, come back, and fall silent again; what is told of it meanwhile.

use std::{
    io::Read as _,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use store::Store;

use crate::{
    flow::{Due, Flow, Receivers},
    page::ask,
    wire::Said,
};

/// How often everything is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// Lets the devices of one operator fall silent, twice.
#[derive(Debug, Args)]
pub(crate) struct Lose {
    /// The reception.
    #[arg(long)]
    to: SocketAddr,
    /// The pages.
    #[arg(long)]
    pages: SocketAddr,
    /// The secret of a session, as `seed --session` prints it.
    #[arg(long, allow_hyphen_values = true)]
    session: String,
    /// The secret of the page of status.
    #[arg(long, allow_hyphen_values = true)]
    status: String,
    /// The reception's database.
    #[arg(long)]
    database: String,
    /// How many devices are registered.
    #[arg(long)]
    devices: usize,
    /// How many of them, from the first on, are lost.
    #[arg(long)]
    lost: usize,
    /// How often each device is heard, in seconds.
    #[arg(long)]
    contact_seconds: u64,
    /// How long everyone is heard first, and between the two losses, in seconds.
    #[arg(long)]
    heard_seconds: u64,
    /// How long the lost ones are silent each time, in seconds.
    #[arg(long)]
    lost_seconds: u64,
}

/// One look at what is told.
#[derive(Debug, Clone, Copy)]
struct Look {
    at: Duration,
    outages: i64,
    open: i64,
    lost: i64,
    silent: i64,
    alarms: i64,
    on_status: bool,
}

/// Sends signs of life, looks, prints the figures as JSON.
pub(crate) fn run(lose: &Lose) -> anyhow::Result<()> {
    let (heard, lost) = (lose.heard_seconds, lose.lost_seconds);
    let whole = 2 * (heard + lost) + heard;
    let began = Instant::now();
    let flows = [
        flow(lose, 0, lose.lost, &[(0, heard), (heard + lost, heard), (2 * (heard + lost), heard)]),
        flow(lose, lose.lost, lose.devices - lose.lost, &[(0, whole)]),
    ];
    let senders = flows.map(|flow| {
        let to = lose.to;
        std::thread::spawn(move || {
            flow.run(Receivers { first: to, second: None }, began, Duration::from_secs(1))
        })
    });
    let looks = tokio::runtime::Runtime::new()?.block_on(look_until(lose, began, whole))?;
    for sender in senders {
        sender.join().map_err(|_| anyhow::anyhow!("a sender broke"))?.context("a sender has no socket")?;
    }
    let first = Duration::from_secs(heard);
    let back = Duration::from_secs(heard + lost);
    let again = Duration::from_secs(2 * heard + lost);
    let since = |from: Duration, is: &dyn Fn(&Look) -> bool| {
        looks.iter().find(|look| look.at >= from && is(look)).map(|look| (look.at - from).as_secs_f64())
    };
    let most = |of: &dyn Fn(&Look) -> i64| looks.iter().map(of).max().unwrap_or(0);
    println!(
        "{}",
        json!({
            "told_seconds": since(first, &|look| look.on_status && look.open > 0),
            "complete_seconds": since(first, &|look| look.silent >= lose.lost as i64),
            "over_seconds": since(back, &|look| look.open == 0 && !look.on_status),
            "told_again_seconds": since(again, &|look| look.on_status && look.open > 0),
            "outages": most(&|look| look.outages),
            "open_at_once": most(&|look| look.open),
            "devices_lost": most(&|look| look.lost),
            "silent": most(&|look| look.silent),
            "alarms": most(&|look| look.alarms),
        })
    );
    Ok(())
}

/// Signs of life of some devices, in the stretches where they are heard: when each begins and how long it lasts.
fn flow(lose: &Lose, first_device: usize, devices: usize, heard: &[(u64, u64)]) -> Flow {
    let per_second = devices as f64 / lose.contact_seconds as f64;
    let due = heard
        .iter()
        .flat_map(|(from, seconds)| {
            let count = (per_second * *seconds as f64) as usize;
            (0..count).map(move |number| {
                Duration::from_secs(*from) + Duration::from_secs_f64(number as f64 / per_second)
            })
        })
        .collect();
    let due = Due::At(due);
    Flow { said: Said::Heartbeat, first_device, devices, due, run: format!("o{first_device}x") }
}

async fn look_until(lose: &Lose, began: Instant, whole: u64) -> anyhow::Result<Vec<Look>> {
    let store = Store::open(&lose.database).await?;
    let mut looks = Vec::new();
    let mut turn = tokio::time::interval(LOOK);
    while began.elapsed() < Duration::from_secs(whole) {
        turn.tick().await;
        let mut text = String::new();
        let path = format!("/status/{}", lose.status);
        let page = ask(lose.pages, &lose.session, &path).map(|mut stream| stream.read_to_string(&mut text));
        page.context("the page of status")?.context("the page of status")?;
        // The open ones stand above the heading of those that are over.
        let open_part = text.split("<h2").nth(1).unwrap_or_default();
        let mut transaction = store.read().await?;
        let sql = "SELECT COUNT(*) AS outages, COALESCE(SUM(CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END), 0) AS still, \
            COALESCE(MAX(devices_lost), 0) AS lost, (SELECT COUNT(*) FROM device WHERE outage_id IS NOT NULL) AS silent, \
            (SELECT COUNT(*) FROM alarm) AS alarms FROM outage";
        let row = transaction.row(sql, vec![]).await?.context("no figures")?;
        looks.push(Look {
            at: began.elapsed(),
            outages: row.integer("outages")?,
            open: row.integer("still")?,
            lost: row.integer("lost")?,
            silent: row.integer("silent")?,
            alarms: row.integer("alarms")?,
            on_status: open_part.contains(crate::seed::NETWORK_OPERATOR),
        });
    }
    Ok(looks)
}
