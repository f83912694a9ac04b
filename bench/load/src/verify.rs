//! Holds a list of acknowledged messages against the tables, straight and not through the product's queries.

use std::{collections::HashMap, path::PathBuf};

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::json;
use store::Store;

/// Checks that every acknowledged message is stored exactly once, with its alarm.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// `sqlite:PATH` or `postgres://...`.
    #[arg(long)]
    database: String,
    /// Files as `load send --acknowledged` writes them.
    #[arg(long, required = true, num_args = 1..)]
    acknowledged: Vec<PathBuf>,
    /// Look only at messages whose reference begins with this word; as in `load send --run`.
    #[arg(long, default_value = "")]
    run: String,
}

/// What is stored of one message.
#[derive(Debug, Default, Clone, Copy)]
struct Stored {
    rows: u32,
    with_alarm: u32,
}

/// Prints the figures as JSON, and fails when one acknowledged message is not there once with its alarm.
pub(crate) async fn run(verify: &Verify) -> anyhow::Result<()> {
    let store = Store::open(&verify.database).await?;
    let mut transaction = store.read().await?;
    let rows = transaction
        .rows(
            "SELECT message.controller_id, message.reference, alarm.id AS found FROM message \
             LEFT JOIN alarm ON alarm.id = message.alarm_id WHERE message.reference LIKE $1",
            vec![format!("{}%", verify.run).into()],
        )
        .await?;
    let mut stored: HashMap<String, Stored> = HashMap::with_capacity(rows.len());
    for row in &rows {
        let name = format!("{} {}", row.text("controller_id")?, row.text("reference")?);
        let kept = stored.entry(name).or_default();
        kept.rows += 1;
        kept.with_alarm += u32::from(row.optional_text("found")?.is_some());
    }
    let doubled = transaction
        .rows(
            "SELECT device_id FROM alarm WHERE closed_at IS NULL AND device_id IS NOT NULL \
             GROUP BY device_id HAVING COUNT(*) > 1",
            vec![],
        )
        .await?
        .len();
    let (mut acknowledged, mut missing, mut without_alarm) = (0, 0, 0);
    for path in &verify.acknowledged {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        for line in text.lines().filter(|line| !line.is_empty()) {
            acknowledged += 1;
            let found = stored.get(line).copied().unwrap_or_default();
            missing += u32::from(found.rows == 0);
            without_alarm += u32::from(found.rows > 0 && found.with_alarm == 0);
        }
    }
    let repeated = stored.values().filter(|found| found.rows > 1).count();
    println!(
        "{}",
        json!({
            "acknowledged": acknowledged,
            "stored": rows.len(),
            "distinct": stored.len(),
            "missing": missing,
            "stored_twice": repeated,
            "without_alarm": without_alarm,
            "devices_with_two_open_alarms": doubled,
        })
    );
    ensure!(missing == 0, "{missing} acknowledged messages are not stored");
    ensure!(repeated == 0, "{repeated} messages are stored more than once");
    ensure!(without_alarm == 0, "{without_alarm} acknowledged messages have no alarm");
    ensure!(doubled == 0, "{doubled} devices have two open alarms");
    Ok(())
}
