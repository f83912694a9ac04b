//! Other planners on the same instances: equal seconds and threads, judged by the same checker.
//!
//! Each peer is a folder of `bench/peers` with a README and a `solve.py` that writes a plan in the set's own format.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use super::Words;
use super::cases::Case;
use super::solver::{self, Budget};
use crate::bench::report::{Report, Table};
use crate::{process, repository};

const METHOD: &str = "Tryggve and its peers one after the other on the same instance, with equal seconds and threads and \
    one seed; every plan is judged by Tryggve's independent checker, which knows nothing of how it was made. Peers that \
    know no visits by two persons are run on the same days with each pair cut into two visits of their own (`-single`). \
    OR-Tools routing is single-threaded by design. A peer without a figure gave no valid plan in the time.";

/// Where the peers are.
const FOLDER: &str = "bench/peers";

/// One peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Peer {
    name: &'static str,
    /// The sets that it can express.
    sets: &'static [&'static str],
    /// True where it knows visits by two persons.
    knows_pairs: bool,
}

const PEERS: [Peer; 4] = [
    Peer { name: "or-tools", sets: &["bredstrom", "mankowska", "italian"], knows_pairs: true },
    Peer { name: "cp-sat", sets: &["bredstrom", "mankowska", "italian"], knows_pairs: true },
    Peer { name: "pyvrp", sets: &["bredstrom"], knows_pairs: false },
    Peer { name: "vrp-cli", sets: &["bredstrom"], knows_pairs: false },
];

/// Runs the peers that were asked for on the instances they can express.
pub(super) fn run(program: &Path, cases: &[Case], words: &Words) -> anyhow::Result<Report> {
    let python = python()?;
    let scratch = std::env::temp_dir().join(format!("plan-peers-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).context("cannot make a folder for the plans of the peers")?;
    let wanted = |peer: &Peer| words.peers.is_empty() || words.peers.iter().any(|name| name == peer.name);
    if !PEERS.iter().any(wanted) {
        let names: Vec<&str> = PEERS.iter().map(|peer| peer.name).collect();
        bail!("--peer {}: there are {}", words.peers.join(","), names.join(", "));
    }
    let mut rows = Vec::new();
    for case in cases {
        for knows_pairs in [true, false] {
            let able = PEERS.iter().filter(|peer| wanted(peer) && peer.knows_pairs == knows_pairs);
            let able: Vec<&Peer> = able.filter(|peer| peer.sets.contains(&case.set)).collect();
            if able.is_empty() {
                continue;
            }
            let file = if knows_pairs { case.file.clone() } else { single(case, &scratch)? };
            let row = compare(program, &python, case, &file, &able, words, &scratch)?;
            println!("{}", row.join("  "));
            rows.push(row);
        }
    }
    std::fs::remove_dir_all(&scratch).context("cannot remove the plans of the peers")?;
    let given = format!("Fraction {} of the goals' seconds, {} threads.", words.fraction, words.threads);
    let mut report = Report::new(&format!("{METHOD}\n\n{given}"));
    let columns = ["set", "instance", "seconds", "tryggve"].into_iter().chain(PEERS.map(|peer| peer.name));
    let columns: Vec<String> = columns.map(str::to_owned).collect();
    for (index, peer) in PEERS.iter().enumerate().filter(|(_, peer)| wanted(peer)) {
        summarise(&rows, index + 4, peer, &mut report);
    }
    report.table = Some(Table { columns, rows });
    Ok(report)
}

/// How the peer's plans compare with Tryggve's, over the instances where both have one.
fn summarise(rows: &[Vec<String>], column: usize, peer: &Peer, report: &mut Report) {
    let pairs: Vec<(f64, Option<f64>)> = rows
        .iter()
        .filter(|row| row[column] != "-")
        .filter_map(|row| Some((row[3].parse().ok()?, row[column].parse().ok())))
        .collect();
    let gaps: Vec<f64> =
        pairs.iter().filter_map(|(own, other)| Some(100.0 * ((*other)? / own - 1.0))).collect();
    if !gaps.is_empty() {
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let what = format!("{}: mean gap to Tryggve where both have a plan", peer.name);
        report.add(&what, mean, "%", Some("above 0"));
    }
    let none = pairs.iter().filter(|(_, other)| other.is_none()).count();
    report.add(
        &format!("{}: without a valid plan", peer.name),
        none as f64,
        &format!("of {}", pairs.len()),
        None,
    );
}

/// The interpreter that has the peers installed.
fn python() -> anyhow::Result<PathBuf> {
    let python = repository::target().join("peers/bin/python");
    if !python.is_file() {
        let folder = repository::target().join("peers");
        process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let list = repository::root().join(FOLDER).join("requirements.txt");
        process::run(Command::new(&python).args(["-m", "pip", "install", "-q", "-r"]).arg(list))?;
    }
    Ok(python)
}

/// The instance with every pair cut into two visits of their own.
fn single(case: &Case, scratch: &Path) -> anyhow::Result<PathBuf> {
    let bytes = std::fs::read(&case.file).with_context(|| format!("cannot read {}", case.name))?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    let is_heading = |line: &&str| line.trim_start().starts_with("//");
    let cut = lines.iter().rposition(is_heading).context("no list of pairs")?;
    let kept = &lines[..=cut];
    let file = scratch.join(format!("{}-single.txt", case.name));
    std::fs::write(&file, format!("{}\n0\n", kept.join("\n"))).context("cannot write a day without pairs")?;
    Ok(file)
}

fn compare(
    program: &Path,
    python: &Path,
    case: &Case,
    file: &Path,
    able: &[&Peer],
    words: &Words,
    scratch: &Path,
) -> anyhow::Result<Vec<String>> {
    let seconds = words.seconds(case);
    let own = solver::solve(program, file, Budget { seconds, seed: 1, threads: words.threads }, &[])?;
    let ending = if able.iter().all(|peer| peer.knows_pairs) { "" } else { "-single" };
    let mut row =
        vec![case.set.to_owned(), format!("{}{ending}", case.name), format!("{seconds:.1}"), shown(own.cost)];
    for peer in PEERS {
        row.push(if able.contains(&&peer) {
            let plan = scratch.join(format!("{}.json", peer.name));
            shown(solve(program, python, &peer, file, &plan, (seconds, words.threads))?)
        } else {
            "-".to_owned()
        });
    }
    Ok(row)
}

/// What the peer's plan costs; infinite where it made none that is valid.
fn solve(
    program: &Path,
    python: &Path,
    peer: &Peer,
    file: &Path,
    plan: &Path,
    (seconds, threads): (f64, u32),
) -> anyhow::Result<f64> {
    if plan.exists() {
        std::fs::remove_file(plan).context("cannot remove the plan of an earlier run")?;
    }
    let script = repository::root().join(FOLDER).join(peer.name).join("solve.py");
    let mut command = Command::new(python);
    command.arg(script).arg(file).arg(plan).args([seconds.to_string(), threads.to_string()]);
    solver::output(&mut command).with_context(|| format!("peer {}", peer.name))?;
    if plan.exists() { solver::check(program, file, plan) } else { Ok(f64::INFINITY) }
}

fn shown(cost: f64) -> String {
    if cost.is_finite() { format!("{cost:.3}") } else { "none".to_owned() }
}
