//! Aids of development, runnable by anyone: `cargo xtask help`.
//!
//! One file per task. What continuous integration runs is what everyone runs.

mod bench;
mod browser;
mod codegen;
mod date;
mod fuzz;
mod postgres;
mod process;
mod product;
mod reception;
mod repository;
mod sipp;
mod steps;
mod test;
mod tidy;
mod tools;
mod trial;
mod vendor;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Aids of development of Tryggve.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

/// What can be done.
#[derive(Debug, Subcommand)]
enum Task {
    /// Run every check and every test, as continuous integration does.
    Test(test::Options),
    /// Check the rules of the house that the compiler does not know.
    Tidy,
    /// Fetch the vendored web files again from npm, as vendor.toml says.
    Vendor(vendor::Options),
    /// Write the generated files again, or check that they are up to date.
    Codegen(codegen::Options),
    /// Measure one thing and write the result to bench/results.
    Bench(bench::Options),
    /// Try one thing against the world (faults, long runs) and say whether it held.
    Trial(trial::Options),
    /// Try every reader of outside bytes with inputs led by coverage.
    Fuzz(fuzz::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Test(options) => test::run(&options),
        Task::Tidy => tidy::run(),
        Task::Vendor(options) => vendor::run(&options),
        Task::Codegen(options) => codegen::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Trial(options) => trial::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
