//! `tryggve simulate`: a made-up municipality lives for days on a fake clock, with checkers beside the system.

use anyhow::Context as _;
use clap::Args;
use sim::simulate::{Simulation, Summary};

/// Simulates a made-up municipality; ends with an error when a checker finds anything wrong.
#[derive(Debug, Args)]
pub(crate) struct Simulate {
    /// The same seed gives the same municipality and the same life
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many days to live
    #[arg(long, default_value_t = 30)]
    days: u32,
    /// How many people have alarms
    #[arg(long, default_value_t = 300)]
    people: usize,
    /// How often the system is killed and started again, per day on average
    #[arg(long, default_value_t = 2.0)]
    kills_per_day: f64,
    /// The address of an empty database to live in; without it the life is in memory
    #[arg(long, default_value = "sqlite::memory:")]
    database: String,
    /// Print what was counted as one line of JSON
    #[arg(long)]
    json: bool,
}

/// Runs it and prints what was counted.
pub(crate) fn run(command: Simulate) -> anyhow::Result<()> {
    let simulation = Simulation {
        days: command.days,
        people: command.people,
        crashes_per_day: command.kills_per_day,
        database: command.database,
        ..Simulation::new(command.seed)
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let summary: Summary = runtime
        .block_on(sim::simulate::simulate(&simulation))
        .context("a checker found something wrong; the same seed shows it again")?;
    print(&summary, command.json);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the table is what the command is for")]
fn print(summary: &Summary, as_json: bool) {
    if as_json {
        println!("{}", json(summary));
    } else {
        print!("{summary}");
        println!("  every checker is green");
    }
}

/// Which life it was and what was counted in it.
fn json(summary: &Summary) -> serde_json::Value {
    let counts: serde_json::Map<_, _> =
        summary.counts().into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect();
    let Summary { seed, days, people, devices, .. } = summary;
    serde_json::json!({ "seed": seed, "days": days, "people": people, "devices": devices, "counts": counts })
}
