//! A closed-loop sender of SCAIP alarms over UDP.
//!
//! `load seed` registers devices in a database; `load send` keeps a fixed number of messages in flight for a while
//! and prints what was acknowledged, how fast, as JSON; `load count` counts what was stored, `load show` tells what
//! one sender left behind, `load storm` sends as much as is asked for whether or not it is answered, `load soak` does so for a long time with operators at work, and `load verify` holds a list of acknowledged messages against the tables.
//! Closed loop: a new message is sent when one is acknowledged, so the sender never measures its own queue.

mod count;
mod flow;
mod hostile;
mod operators;
mod outage;
mod page;
mod seed;
mod send;
mod show;
mod soak;
mod storm;
mod tally;
mod verify;
mod wire;

use clap::{Parser, Subcommand};

/// Loads a reception of alarms and counts what came through.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Registers devices.
    Seed(seed::Seed),
    /// Sends alarms and waits for their acknowledgements.
    Send(send::Send),
    /// Sends heartbeats, tests and real alarms as they come, and watches an operator's page.
    Storm(storm::Storm),
    /// Sends everything for a long time, with operators who answer and close what comes.
    Soak(soak::Soak),
    /// Attacks a reception in every way at once.
    Hostile(hostile::Hostile),
    /// Lets the devices of one operator fall silent and come back, twice.
    Lose(outage::Lose),
    /// Counts what was stored.
    Count(count::Count),
    /// Tells what the messages of one sender left in the database.
    Show(show::Show),
    /// Checks that every acknowledged message is stored exactly once, with its alarm.
    Verify(verify::Verify),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Seed(seed) => tokio::runtime::Runtime::new()?.block_on(seed::run(&seed)),
        Command::Send(send) => send::run(&send),
        Command::Storm(storm) => storm::run(&storm),
        Command::Soak(soak) => soak::run(&soak),
        Command::Hostile(hostile) => hostile::run(&hostile),
        Command::Lose(lose) => outage::run(&lose),
        Command::Count(count) => tokio::runtime::Runtime::new()?.block_on(count::run(&count)),
        Command::Show(show) => tokio::runtime::Runtime::new()?.block_on(show::run(&show)),
        Command::Verify(verify) => tokio::runtime::Runtime::new()?.block_on(verify::run(&verify)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One secret in sixty-four begins with the sign that begins an option.
    #[test]
    fn a_secret_may_begin_with_a_hyphen() {
        let words =
            "load storm --to 127.0.0.1:5060 --pages 127.0.0.1:8080 --database x.db --session -_secret";
        let Command::Storm(_) = Arguments::try_parse_from(words.split(' ')).unwrap().command else {
            panic!("another command than the storm");
        };
    }
}
