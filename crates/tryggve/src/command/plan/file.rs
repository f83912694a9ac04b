//! The files that `tryggve plan` reads and writes.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use base::Language;
use planfile::{DayFile, FILE_BYTES_MAX, Format, solution};
use visit::{Plan, Verdict};

/// A day on disk and the format it is in.
#[derive(Debug, clap::Args)]
pub(super) struct DayArguments {
    /// The day's file.
    pub(super) file: PathBuf,
    /// The file's format; guessed where it is not given.
    #[arg(long, value_enum)]
    pub(super) format: Option<FormatName>,
}

/// The formats by the names of their sets.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum FormatName {
    /// Unified home health care, Udine 2026.
    Uhhc,
    /// Mankowska, Kummer and Italian instances as JSON.
    #[value(alias = "hhcrsp", alias = "kummer", alias = "italian")]
    Mankowska,
    /// Bredström and Rönnqvist 2008.
    Bredstrom,
    /// Tryggve's own.
    Tryggve,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Format {
        match name {
            FormatName::Uhhc => Format::Uhhc,
            FormatName::Mankowska => Format::Hhcrsp,
            FormatName::Bredstrom => Format::Bredstrom,
            FormatName::Tryggve => Format::Tryggve,
        }
    }
}

/// Reads a file that is not larger than any plan needs to be.
fn read_bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let file = std::fs::File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut bytes = Vec::new();
    // One byte more than allowed is read, so that the reader of the format can refuse it by name.
    file.take(FILE_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(bytes)
}

impl DayArguments {
    /// Reads the day.
    pub(super) fn read(&self) -> anyhow::Result<DayFile> {
        let bytes = read_bytes(&self.file)?;
        planfile::read_day(self.format.map(Format::from), &bytes)
            .with_context(|| format!("{} is not a day that can be planned", self.file.display()))
    }
}

/// Reads a plan of a day.
pub(super) fn read_plan(file: &DayFile, path: &Path) -> anyhow::Result<Plan> {
    solution::read(file, &read_bytes(path)?)
        .with_context(|| format!("{} is not a plan of this day", path.display()))
}

/// The visit with this name.
pub(super) fn find_visit(file: &DayFile, name: &str) -> anyhow::Result<usize> {
    let found = file.day.visits.iter().position(|visit| visit.name == name);
    found.with_context(|| format!("no visit of the day is named {name}"))
}

/// Prints what the checker says; the last line is the cost in the set's own objective.
pub(super) fn print_verdict(file: &DayFile, verdict: &Verdict) {
    for breach in &verdict.breaches {
        println!("breach: {}", breach.sentence(&file.day, Language::English));
    }
    for line in solution::cost_lines(file, verdict) {
        println!("{line}");
    }
    println!("valid {}", verdict.is_valid());
    println!("cost {}", solution::shown_cost(file, verdict));
}
