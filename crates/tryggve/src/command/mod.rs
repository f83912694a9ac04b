//! The subcommands, one file each.

pub(crate) mod backup;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod forecast;
pub(crate) mod import;
pub(crate) mod migrate;
pub(crate) mod plan;
pub(crate) mod restore;
pub(crate) mod serve;
pub(crate) mod simulate;

use clap::Subcommand;

/// What Tryggve can be told to do; without a word it runs the demo.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a made-up municipality on this machine, with devices that speak to the real sockets.
    Demo(demo::Demo),
    /// Run on a database and sockets of your own.
    Serve(serve::Serve),
    /// Bring the database up to date and stop.
    Migrate(migrate::Migrate),
    /// Write a complete, checked copy of the database while it is in use (SQLite).
    Backup(backup::Backup),
    /// Put a copy in the place of the database; the one that stands is kept beside (SQLite).
    Restore(restore::Restore),
    /// Take devices or people in from a CSV or XLSX file.
    Import(import::Import),
    /// Check the configuration, the database, the ports, the certificates, the clock and the disk.
    Doctor(doctor::Doctor),
    /// Plan the visits of a day.
    Plan(plan::Arguments),
    /// Forecast who will need care and what places are missing, with a back-test.
    Forecast(forecast::Arguments),
    /// Live for days in a made-up municipality, with checkers beside the system.
    Simulate(simulate::Simulate),
}

/// Runs one subcommand to its end.
pub(crate) fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Demo(demo) => demo::run(&demo),
        Command::Serve(serve) => serve::run(&serve),
        Command::Migrate(migrate) => migrate::run(&migrate),
        Command::Backup(backup) => backup::run(&backup),
        Command::Restore(arguments) => restore::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Doctor(doctor) => doctor::run(&doctor),
        Command::Plan(arguments) => plan::run(arguments),
        Command::Forecast(arguments) => forecast::run(arguments),
        Command::Simulate(simulate) => simulate::run(simulate),
    }
}
