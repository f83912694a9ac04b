//! `tryggve plan week`: plans days together, so that each person meets few staff.

use std::path::PathBuf;

use anyhow::Context;
use planfile::solution;
use visit::week::{WeekDay, plan_week};

use super::file::{DayArguments, FormatName};
use super::solve::SearchArguments;

/// How many times the days are gone through.
const ROUNDS: usize = 2;

/// Plans days together.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The days' files, in order.
    #[arg(required = true)]
    days: Vec<PathBuf>,
    /// The files' format; guessed where it is not given.
    #[arg(long, value_enum)]
    format: Option<FormatName>,
    #[command(flatten)]
    search: SearchArguments,
    /// The folder for the plans: day-1.json and so on.
    #[arg(long)]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let read = |file: &PathBuf| DayArguments { file: file.clone(), format: arguments.format }.read();
    let files = arguments.days.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    let days: Vec<WeekDay> =
        files.iter().map(|file| WeekDay { day: file.day.clone(), persons: file.persons.clone() }).collect();
    let week = plan_week(&days, ROUNDS, &arguments.search.settings()?)?;
    let mut total = 0.0;
    for (index, (file, solved)) in files.iter().zip(&week.days).enumerate() {
        let cost = solution::shown_cost(file, &solved.verdict);
        println!("day {}  valid {}  cost {cost}", index + 1, solved.verdict.is_valid());
        total += file.day.shown_cost(solved.verdict.price());
        if let Some(folder) = &arguments.out {
            let path = folder.join(format!("day-{}.json", index + 1));
            std::fs::write(&path, solution::write(file, &solved.plan, &solved.verdict))
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    println!("staff met per person: mean {:.2} over {} persons", week.mean_staff_met(), week.staff_met.len());
    println!("cost {total}");
    Ok(())
}
