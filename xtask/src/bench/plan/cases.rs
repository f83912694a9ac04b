//! The public instances with a best value, and the seconds and gaps that are aimed at.

use std::path::{Path, PathBuf};

use anyhow::Context;

/// The public sets, beside the project.
pub(crate) const FOLDER: &str = "../shared/benchmarks/planning";

/// Instances that are judged together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Group {
    /// What the report calls them.
    pub(super) name: &'static str,
    /// The mean gap that is aimed at, in per cent.
    pub(super) gap_max: f64,
    /// The goal in words.
    pub(super) goal: &'static str,
    /// How many of them must be at or under the best known; 0 where the gap alone counts.
    pub(super) reached_min: usize,
}

const fn group(name: &'static str, gap_max: f64, goal: &'static str, reached_min: usize) -> Group {
    Group { name, gap_max, goal, reached_min }
}

/// All groups, in the order of the report.
pub(super) const GROUPS: [Group; 8] = [
    group("bredstrom, 20 visits", 0.0, "0 each, in 1 s", 10),
    group("bredstrom, 50 visits", 0.5, "each at most 0.5 in 10 s", 0),
    group("bredstrom, 80 visits", 1.5, "each at most 1.5 in 60 s", 0),
    group("mankowska A", 0.0, "0 each, in 1 s", 6),
    group("mankowska B-E", 1.0, "mean at most 1 in 60 s", 0),
    group("mankowska F-G", 2.0, "each at most 2 in 120 s", 0),
    group("uhhc", 0.0, "at or under the best on 12 of 16, in the published seconds", 12),
    group("italian", 2.0, "each at most 2 in (patients / 2) s", 0),
];

/// One instance and what is known of it.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) set: &'static str,
    /// Its index in [`GROUPS`].
    pub(super) group: usize,
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    pub(crate) best_known: f64,
    /// The mean of the published search, where it is published with its seconds.
    pub(super) published_mean: Option<f64>,
    /// The seconds of the goal.
    pub(crate) seconds: f64,
}

/// All instances, in the order of the goals.
pub(crate) fn all(folder: &Path) -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for row in table(folder, "bredstrom")? {
        cases.push(bredstrom(folder, &row)?);
    }
    for row in table(folder, "mankowska")? {
        cases.push(mankowska(folder, &row)?);
    }
    for row in table(folder, "uhhc")? {
        cases.push(uhhc(folder, &row)?);
    }
    for row in table(folder, "italian")? {
        cases.push(italian(folder, &row)?);
    }
    Ok(cases)
}

fn bredstrom(folder: &Path, row: &[String]) -> anyhow::Result<Case> {
    let (number, window) = row[0].split_at(row[0].len() - 1);
    let (group, seconds) = match number_in(&row[1], "visits")? {
        ..=20.0 => (0, 1.0),
        ..=50.0 => (1, 10.0),
        _ => (2, 60.0),
    };
    Ok(Case {
        set: "bredstrom",
        group,
        name: row[0].clone(),
        file: folder.join(format!("bredstrom/Bred_{number:0>2}{window}.txt")),
        best_known: number_in(&row[3], "best value")?,
        published_mean: None,
        seconds,
    })
}

fn mankowska(folder: &Path, row: &[String]) -> anyhow::Result<Case> {
    let (group, seconds) = match number_in(&row[2], "patients")? {
        ..=10.0 => (3, 1.0),
        ..=100.0 => (4, 60.0),
        _ => (5, 120.0),
    };
    Ok(Case {
        set: "mankowska",
        group,
        name: row[0].clone(),
        file: folder.join("mankowska").join(&row[1]),
        best_known: number_in(&row[7], "best value")?,
        published_mean: None,
        seconds,
    })
}

fn uhhc(folder: &Path, row: &[String]) -> anyhow::Result<Case> {
    Ok(Case {
        set: "uhhc",
        group: 6,
        name: row[0].clone(),
        file: folder.join(format!("uhhc/{}.json", row[0])),
        best_known: number_in(&row[7], "best value")?,
        published_mean: Some(number_in(&row[4], "published mean")?),
        seconds: number_in(&row[5], "published seconds")?,
    })
}

fn italian(folder: &Path, row: &[String]) -> anyhow::Result<Case> {
    let patients = row[0].split("-p").nth(1).and_then(|rest| rest.split('-').next());
    Ok(Case {
        set: "italian",
        group: 7,
        name: row[0].split("-r").next().unwrap_or(&row[0]).to_owned(),
        file: folder.join("italian").join(&row[0]),
        best_known: number_in(&row[1], "best value")?,
        published_mean: None,
        seconds: number_in(patients.context("patients in the name")?, "patients")? / 2.0,
    })
}

fn number_in(cell: &str, what: &str) -> anyhow::Result<f64> {
    cell.parse().with_context(|| format!("{cell:?} should be a number: {what}"))
}

/// The rows of a set's best values, without the heading.
fn table(folder: &Path, set: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let path = folder.join(set).join("best_known.csv");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {set}/best_known.csv"))?;
    let cells = |line: &str| line.split(',').map(|cell| cell.trim().to_owned()).collect();
    Ok(text.lines().skip(1).map(cells).collect())
}
