//! Tells what the messages of one sender left behind, straight from the tables and not through the product's queries.

use clap::Args;
use serde_json::json;
use store::{Row, Store, StoreError, Value};

/// Tells what the messages of one sender left in the database.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// `sqlite:PATH` or `postgres://...`.
    #[arg(long)]
    database: String,
    /// What the sender calls itself; empty for those whose messages did not tell.
    #[arg(long)]
    controller: String,
}

/// Prints it as JSON.
pub(crate) async fn run(show: &Show) -> anyhow::Result<()> {
    let store = Store::open(&show.database).await?;
    let mut transaction = store.read().await?;
    let sender = || vec![Value::from(show.controller.as_str())];
    let messages = transaction
        .rows(
            "SELECT transport, reference, signal, trouble, device_id, alarm_id FROM message \
             WHERE controller_id = $1 ORDER BY received_at, id",
            sender(),
        )
        .await?;
    let alarms = transaction
        .rows(
            "SELECT kind, state, repeats, withdrawn_at FROM alarm \
             WHERE id IN (SELECT alarm_id FROM message WHERE controller_id = $1) ORDER BY received_at, id",
            sender(),
        )
        .await?;
    let events = transaction
        .rows(
            "SELECT what FROM alarm_event \
             WHERE alarm_id IN (SELECT alarm_id FROM message WHERE controller_id = $1) ORDER BY sequence",
            sender(),
        )
        .await?;
    let device =
        transaction.row("SELECT last_test_at FROM device WHERE controller_id = $1", sender()).await?;
    let tested = device.map(|row| row.optional_integer("last_test_at")).transpose()?.flatten().is_some();
    let is_there = |rows: &[Row], column: &str| -> Result<usize, StoreError> {
        let there: Vec<bool> = rows
            .iter()
            .map(|row| Ok(row.optional_text(column)?.is_some()))
            .collect::<Result<_, StoreError>>()?;
        Ok(there.into_iter().filter(|there| *there).count())
    };
    let withdrawn: Vec<bool> = alarms
        .iter()
        .map(|row| Ok(row.optional_integer("withdrawn_at")?.is_some()))
        .collect::<Result<_, StoreError>>()?;
    let repeats: Vec<i64> = alarms.iter().map(|row| row.integer("repeats")).collect::<Result<_, _>>()?;
    println!(
        "{}",
        json!({
            "messages": messages.len(),
            "from_known": is_there(&messages, "device_id")?,
            "with_alarm": is_there(&messages, "alarm_id")?,
            "transports": texts(&messages, "transport")?,
            "references": texts(&messages, "reference")?,
            "signals": texts(&messages, "signal")?,
            "troubled": texts(&messages, "trouble")?.iter().filter(|trouble| !trouble.is_empty()).count(),
            "alarms": alarms.len(),
            "kinds": texts(&alarms, "kind")?,
            "states": texts(&alarms, "state")?,
            "repeats": repeats,
            "withdrawn": withdrawn,
            "events": texts(&events, "what")?,
            "tested": tested,
        })
    );
    Ok(())
}

fn texts(rows: &[Row], column: &str) -> Result<Vec<String>, StoreError> {
    rows.iter().map(|row| row.text(column)).collect()
}
