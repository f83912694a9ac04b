//! Tryggve: one binary that a municipality runs for its elder care.

mod command;
mod config;
mod demo;
mod fallback;
mod logging;
mod opening;
mod recalled;
mod reception_thread;
mod running;
mod watch;

use std::process::ExitCode;

use clap::Parser;

/// Tryggve: alarms, plans and forecasts for municipal elder care.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: command::Command,
}

fn main() -> ExitCode {
    // Without a word the demo runs, so that `cargo run` shows something alive.
    let words: Vec<_> = std::env::args_os().collect();
    let arguments = if words.len() > 1 {
        Arguments::parse_from(words)
    } else {
        Arguments::parse_from(["tryggve", "demo"])
    };
    match command::run(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", sentence(&error));
            ExitCode::FAILURE
        }
    }
}

/// The error and its causes in one line; a cause that only repeats the one before is left out.
fn sentence(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain().map(ToString::to_string) {
        if !parts.last().is_some_and(|last| last.contains(&cause) || cause.contains(last.as_str())) {
            parts.push(cause);
        }
    }
    parts.join(": ")
}
