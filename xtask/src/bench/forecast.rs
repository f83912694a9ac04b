//! How near the forecast comes to what was counted, and how fast it is.
//!
//! Runs the program as its user would, and reads the tables that it writes.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use clap::Parser;

use super::Options;
use super::report::{Report, Table};
use crate::repository;

const METHOD: &str = "`tryggve forecast` on the figures shipped: shares from counts and population, back-tests of demand from \
    2014 to 2019 (error in October 2024, per cent of what was counted), the population of Linköping from its published \
    history beside the project, and 290 made-up municipalities (the country scaled down) on all processors.";

/// Linköping's history, beside the project.
const LINKOPING: &str = "../shared/data/population/historisk_demografi_linkoping.csv";
/// Linköping's own forecast of people aged 80 and more (published by the municipality, 2025).
const OFFICIAL: [(i32, f64); 2] = [(2030, 11_597.0), (2040, 13_494.0)];
/// The shares that Socialstyrelsen prints for ages 80 and more (Vård och omsorg för äldre, lägesrapport 2025).
const PRINTED: [(&str, &str, f64); 4] = [
    ("home care", "2014", 21.3),
    ("home care", "2024", 17.5),
    ("care home", "2014", 13.1),
    ("care home", "2024", 10.4),
];
/// The errors of the plain alternatives from 2019, which the main one must beat: status quo, trend.
const PLAIN: [(&str, &str); 2] = [("home care", "below 13.2 and 9.0"), ("care home", "below 12.0 and 6.4")];

/// The table of every start, and its columns' order.
const EVERY_START: &str = "back-test-every-start";

/// Words of this measurement, after `--`.
#[derive(Debug, Parser)]
#[command(name = "forecast", no_binary_name = true)]
struct Words {
    /// The program to measure; built for release where it is not given.
    #[arg(long)]
    program: Option<PathBuf>,
}

/// Measures.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::parse_from(&options.words);
    let program = match words.program {
        Some(program) => program,
        None => super::plan::solver::build()?,
    };
    let mut report = Report::new(METHOD);
    let starts = ["2014", "2015", "2016", "2017", "2018", "2019"];
    let mut asked: Vec<&str> = starts.iter().flat_map(|start| ["--back-test", *start]).collect();
    asked.push("--claims");
    let nation = Written::by(&program, "nation", &asked)?;
    for (form, year, printed) in PRINTED {
        let row = nation.row("shares", |cells| cells[0] == form && cells[1] == "80+" && cells[2] == year)?;
        let goal = format!("{printed}");
        report.add(&format!("share of 80+ with {form}, October {year}"), number(&row[5])?, "%", Some(&goal));
    }
    for start in starts {
        for form in ["home care", "care home"] {
            let row =
                nation.row(&format!("back-test-{start}"), |cells| cells[0] == form && cells[1] == "2024")?;
            let plain = format!("status quo {:+.1}, trend {:+.1}", number(&row[8])?, number(&row[9])?);
            let goal = PLAIN.iter().find(|(name, _)| *name == form && start == "2019").map(|(_, goal)| *goal);
            let goal = goal.map_or(plain, str::to_owned);
            report.add(&format!("{form} {start} to 2024, error"), number(&row[4])?, "%", Some(&goal));
        }
    }
    report.table = Some(every_start(&nation, &mut report)?);
    linkoping(&program, &mut report)?;
    speed(&program, &mut report)?;
    Ok(report)
}

/// Every care form from every start against the last count, and how often no plain method came nearer.
fn every_start(nation: &Written, report: &mut Report) -> anyhow::Result<Table> {
    let mut rows = nation.rows(EVERY_START)?;
    let won =
        rows.iter().filter(|row| row.last().is_some_and(|nearest| nearest == "main alternative")).count();
    let unit = format!("of {}", rows.len());
    // Rows are few, so the conversion is exact.
    report.add("every care form and start: the main alternative was nearest", won as f64, &unit, None);
    for row in &mut rows {
        for cell in &mut row[3..6] {
            *cell = format!("{:+.1}", number(cell)?);
        }
    }
    let columns =
        ["care form", "start", "counted", "main, %", "plain status quo, %", "plain trend, %", "nearest"];
    Ok(Table { columns: columns.map(str::to_owned).into(), rows })
}

fn linkoping(program: &Path, report: &mut Report) -> anyhow::Result<()> {
    let file = repository::root().join(LINKOPING);
    if !file.exists() {
        eprintln!("SKIPPED Linköping: {LINKOPING} is not beside the project");
        return Ok(());
    }
    let file = file.display().to_string();
    let words = ["--municipality", "linkoping", "--population", &file, "--back-test", "2014"];
    let area = Written::by(program, "linkoping", &words)?;
    let tested = area.row("population-back-test", |cells| cells[0] == "2014" && cells[1] == "2024")?;
    report.add("Linköping 80+, 2014 to 2024, error", number(&tested[5])?, "%", Some("nearer than -6"));
    for (year, official) in OFFICIAL {
        let row = area.row("population", |cells| cells[0] == "base" && cells[1] == year.to_string())?;
        let error = 100.0 * (number(&row[4])? / official - 1.0);
        let goal = if year == 2030 { "nearer than -1.3" } else { "nearer than -9" };
        report.add(&format!("Linköping 80+ in {year} against its official forecast"), error, "%", Some(goal));
    }
    Ok(())
}

fn speed(program: &Path, report: &mut Report) -> anyhow::Result<()> {
    let output = Command::new(program).args(["forecast", "--speed-test", "290"]).output()?;
    ensure!(output.status.success(), "the speed test failed");
    let text = String::from_utf8(output.stdout).context("what the speed test printed")?;
    let after = |start: &str| {
        let rest = text.split_once(start)?.1.trim_start();
        rest.split_whitespace().next()?.parse::<f64>().ok()
    };
    let seconds = after("to 2050:").context("no seconds printed")?;
    let goal = "below 60 on 2 processors";
    report.add("290 municipalities x 2 alternatives x 1000 simulations to 2050", seconds, "s", Some(goal));
    let lines = after("recomputed: lines").context("no milliseconds printed")?;
    report.add("one area recomputed, lines", lines, "ms", Some("below 100"));
    let bands = after("of 200 simulations").context("no milliseconds printed")?;
    report.add("one area recomputed, lines and bands of 200 simulations", bands, "ms", Some("below 100"));
    Ok(())
}

/// The tables of one run, in a folder that goes with it.
struct Written(PathBuf);

impl Written {
    fn by(program: &Path, name: &str, words: &[&str]) -> anyhow::Result<Written> {
        let folder = std::env::temp_dir().join(format!("tryggve-forecast-{name}-{}", std::process::id()));
        let out = folder.display().to_string();
        let output = Command::new(program)
            .args(["forecast", "--language", "en", "--simulations", "200", "--out", &out])
            .args(words)
            .output()
            .with_context(|| format!("cannot run {}", program.display()))?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(Written(folder))
    }

    /// The first row of a table that fits.
    fn row(&self, table: &str, fits: impl Fn(&[String]) -> bool) -> anyhow::Result<Vec<String>> {
        self.rows(table)?
            .into_iter()
            .find(|row| row.len() > 3 && fits(row))
            .with_context(|| format!("no such row in {table}"))
    }

    /// The rows of a table below its heading.
    fn rows(&self, table: &str) -> anyhow::Result<Vec<Vec<String>>> {
        let text = std::fs::read_to_string(self.0.join(format!("{table}.csv")))
            .with_context(|| format!("no table {table}"))?;
        let lines = text.lines().filter(|line| !line.starts_with(['#', '\u{feff}']));
        Ok(lines.skip(1).map(cells).collect())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        // A folder that stays behind lies among temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn cells(line: &str) -> Vec<String> {
    let separator = if line.contains(';') { ';' } else { ',' };
    line.split(separator).map(|cell| cell.trim_matches('"').to_owned()).collect()
}

fn number(cell: &str) -> anyhow::Result<f64> {
    cell.replace(',', ".").parse().with_context(|| format!("{cell} is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_numbers_are_read_in_both_ways_of_writing() {
        assert_eq!(cells("base;2030;1,5"), ["base", "2030", "1,5"]);
        assert_eq!(number("1,5").unwrap(), number("1.5").unwrap());
        assert!(number("–").is_err());
    }
}
