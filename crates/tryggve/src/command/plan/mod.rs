//! `tryggve plan`: plans the visits of a day, and measures, explains and draws plans.

mod check;
mod explain;
mod file;
mod render;
mod replan;
mod solve;
mod week;

use clap::Subcommand;

/// Plans the visits of a day.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a plan.
    Solve(solve::Arguments),
    /// Measures a plan with the independent checker.
    Check(check::Arguments),
    /// Says why a visit is made by whom it is made.
    Explain(explain::Arguments),
    /// Draws a plan.
    Render(render::Arguments),
    /// Plans the rest of a day that has begun.
    Replan(replan::Arguments),
    /// Plans days together.
    Week(week::Arguments),
}

pub(crate) fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Solve(arguments) => solve::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Render(arguments) => render::run(&arguments),
        Command::Replan(arguments) => replan::run(&arguments),
        Command::Week(arguments) => week::run(&arguments),
    }
}
