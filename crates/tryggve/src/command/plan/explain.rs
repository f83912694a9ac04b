//! `tryggve plan explain`: why this person, why not another, why not at all.

use std::path::PathBuf;

use base::Language;
use visit::explain;

use super::file::{self, DayArguments};

/// Explains one visit of a plan.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    day: DayArguments,
    /// The plan's file.
    plan: PathBuf,
    /// The visit's name.
    #[arg(long)]
    visit: String,
    /// The language of the sentences: sv or en.
    #[arg(long, default_value = "en")]
    language: String,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let language = Language::from_tag(&arguments.language)
        .ok_or_else(|| anyhow::anyhow!("--language {}: expected sv or en", arguments.language))?;
    let file = arguments.day.read()?;
    let plan = file::read_plan(&file, &arguments.plan)?;
    let visit = file::find_visit(&file, &arguments.visit)?;
    let explained = explain::explain(&file.day, &plan, visit)?;
    for (task, staff) in explained.staff.iter().enumerate() {
        let who = staff.map_or("-", |staff| &file.day.staff[staff].name);
        println!("task {}: {who}", task + 1);
    }
    if let Some(price) = explained.price {
        println!("it adds {:.1} to the cost of the plan", file.day.shown_cost(price));
    }
    for (staff, reason) in &explained.others {
        println!("{}", reason.sentence(&file.day, *staff, language));
    }
    Ok(())
}
