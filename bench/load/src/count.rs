//! Counts what was stored, straight from the tables.

use clap::Args;
use store::Store;

/// Counts messages, distinct references and alarms.
#[derive(Debug, Args)]
pub(crate) struct Count {
    /// `sqlite:PATH` or `postgres://...`.
    #[arg(long)]
    database: String,
}

/// Prints the counts as JSON.
pub(crate) async fn run(count: &Count) -> anyhow::Result<()> {
    let store = Store::open(&count.database).await?;
    let mut transaction = store.read().await?;
    let counts = store::message::counts(&mut transaction).await?;
    println!(
        "{}",
        serde_json::json!({ "stored": counts.messages, "distinct": counts.distinct, "alarms": counts.alarms, "events": counts.events })
    );
    Ok(())
}
