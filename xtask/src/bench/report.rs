//! What a measurement or a trial found, as a page for people and a file for programs.

use std::fmt::Write as _;

use anyhow::Context;
use serde::Serialize;

use super::machine::Machine;
use crate::{date, repository};

/// Where results are kept.
const FOLDER: &str = "bench/results";

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Finding {
    /// What was measured, in words.
    pub(crate) what: String,
    /// The figure.
    pub(crate) figure: f64,
    /// Its unit, such as `s` or `alarms/s`.
    pub(crate) unit: String,
    /// What it should be, such as `at most 360`; none where there is no goal.
    pub(crate) goal: Option<String>,
}

/// Every run of a measurement, where there are many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Table {
    /// The heading of each column.
    pub(crate) columns: Vec<String>,
    /// The rows, as wide as the headings.
    pub(crate) rows: Vec<Vec<String>>,
}

/// All that one run found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Report {
    /// How it was measured, in a few sentences.
    pub(crate) method: String,
    /// The figures, in the order in which they are read.
    pub(crate) findings: Vec<Finding>,
    /// What the figures were drawn from, run by run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) table: Option<Table>,
}

/// A report with when, on what commit and on what machine.
#[derive(Debug, Serialize)]
struct Kept<'a> {
    name: &'a str,
    date: &'a str,
    commit: &'a str,
    machine: Machine,
    #[serde(flatten)]
    report: &'a Report,
}

impl Report {
    /// A report without figures yet.
    pub(crate) fn new(method: &str) -> Self {
        Self { method: method.to_owned(), ..Self::default() }
    }

    /// Prints every figure, a line each: what a short form shows.
    pub(crate) fn print_figures(&self) {
        for finding in &self.findings {
            println!("{}: {:.1} {}", finding.what, finding.figure, finding.unit);
        }
    }

    /// Adds a figure.
    pub(crate) fn add(&mut self, what: &str, figure: f64, unit: &str, goal: Option<&str>) {
        self.findings.push(Finding {
            what: what.to_owned(),
            figure,
            unit: unit.to_owned(),
            goal: goal.map(str::to_owned),
        });
    }

    /// Prints the page and, unless `dry`, writes `NAME-DATE.md` and `NAME-DATE.json`.
    pub(crate) fn print_and_keep(&self, name: &str, dry: bool) -> anyhow::Result<()> {
        let date = date::today()?;
        let commit = repository::commit()?;
        let kept = Kept { name, date: &date, commit: &commit, machine: Machine::read(), report: self };
        let page = kept.page()?;
        println!("{page}");
        if dry {
            return Ok(());
        }
        let folder = repository::root().join(FOLDER);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {FOLDER}"))?;
        let json = serde_json::to_string_pretty(&kept)? + "\n";
        for (ending, text) in [("md", &page), ("json", &json)] {
            let file = format!("{name}-{date}.{ending}");
            std::fs::write(folder.join(&file), text)
                .with_context(|| format!("cannot write {FOLDER}/{file}"))?;
            println!("wrote {FOLDER}/{file}");
        }
        Ok(())
    }
}

impl Kept<'_> {
    fn page(&self) -> Result<String, std::fmt::Error> {
        let mut page = format!("# {}, {}\n\n{}\n\n", self.name, self.date, self.report.method);
        let Machine { cores, processor, memory_gib } = &self.machine;
        write!(page, "Commit {}, {cores} cores of {processor}, {memory_gib} GiB.\n\n", self.commit)?;
        page.push_str("| what | figure | unit | goal |\n|---|---:|---|---|\n");
        for finding in &self.report.findings {
            let Finding { what, figure, unit, goal } = finding;
            let goal = goal.as_deref().unwrap_or("");
            writeln!(page, "| {what} | {} | {unit} | {goal} |", rounded(*figure))?;
        }
        if let Some(Table { columns, rows }) = &self.report.table {
            write!(page, "\n| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len()))?;
            for row in rows {
                writeln!(page, "| {} |", row.join(" | "))?;
            }
        }
        Ok(page)
    }
}

/// As many decimals as a reader needs: none from 100 up, more for small figures.
fn rounded(figure: f64) -> String {
    match figure.abs() {
        size if size >= 100.0 || figure.fract() == 0.0 => format!("{figure:.0}"),
        size if size >= 1.0 => format!("{figure:.1}"),
        _ => format!("{figure:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_when_and_on_what() {
        let mut report = Report::new("Counted by hand.");
        report.add("alarms acknowledged", 11_803.7, "alarms/s", Some("at least 10 000"));
        report.add("slowest", 14.25, "ms", None);
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<String>>();
        report.table = Some(Table { columns: words("run rate"), rows: vec![words("1 900")] });
        let machine = Machine { cores: 2, processor: "Example".to_owned(), memory_gib: 24 };
        let kept = Kept { name: "intake", date: "2026-11-22", commit: "abc", machine, report: &report };
        let page = kept.page().expect("writing to a string cannot fail");
        for part in [
            "# intake, 2026-11-22\n\nCounted by hand.",
            "Commit abc, 2 cores of Example, 24 GiB.",
            "| alarms acknowledged | 11804 | alarms/s | at least 10 000 |",
            "| slowest | 14.2 | ms |  |",
            "| run | rate |\n|---|---|\n| 1 | 900 |",
        ] {
            assert!(page.contains(part), "{part:?} lacks in {page}");
        }
        let json = serde_json::to_value(&kept).expect("a report is plain data");
        assert_eq!(json["findings"][0]["unit"], "alarms/s");
        assert_eq!(json["machine"]["cores"], 2);
    }
}
