//! The public sets' own solutions, recomputed by the independent checker; and files that are not what they should be.

use std::path::PathBuf;

use localsearch::budget::{Budget, Stop};
use localsearch::rng::Rng;
use planfile::{DayFile, Format, read_day, render, solution};
use visit::search::{Settings, solve};

/// The folder of the public sets; `None`, said loudly, where it is absent.
fn benchmarks() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/benchmarks/planning");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: {} is absent, nothing was recomputed", folder.display());
    None
}

fn read(path: &str) -> Option<DayFile> {
    let bytes = std::fs::read(benchmarks()?.join(path)).expect("a file of the set");
    Some(read_day(None, &bytes).unwrap_or_else(|error| panic!("{path}: {error}")))
}

fn check(instance: &str, published: &str, cost: f64) {
    let Some(file) = read(instance) else { return };
    let bytes =
        std::fs::read(benchmarks().expect("it was there").join(published)).expect("a file of the set");
    let plan = solution::read(&file, &bytes).expect("a plan of the day");
    let verdict = visit::check(&file.day, &plan);
    let sentences: Vec<_> =
        verdict.breaches.iter().map(|breach| breach.sentence(&file.day, base::Language::English)).collect();
    assert_eq!(sentences, Vec::<String>::new(), "{published}");
    let found = file.day.shown_cost(verdict.price());
    assert!((found - cost).abs() < 5e-3, "{published}: {found} instead of {cost}");
    // What is written is read again as the same plan.
    let written = solution::write(&file, &plan, &verdict);
    assert_eq!(solution::read(&file, written.as_bytes()), Ok(plan));
}

#[test]
fn published_solutions_cost_what_is_published() {
    let mankowska = |name: &str| format!("mankowska/InstanzCPLEX_HCSRP_{name}.json");
    let solved = |name: &str| format!("mankowska/solutions/sol-InstanzCPLEX_HCSRP_{name}.json");
    check(&mankowska("10_1"), &solved("10_1-3825612719"), 218.199);
    check(&mankowska("25_2"), &solved("25_2-2541723807"), 476.049);
    check(&mankowska("50_3"), &solved("50_3-777907015"), 541.116);
    check("uhhc/i-116.json", "uhhc/solutions/sol-i-116-856064766.json", 17393.0);
    check("uhhc/i-219.json", "uhhc/solutions/sol-i-219-4224899365.json", 11086.0);
    check("uhhc/i-316.json", "uhhc/solutions/sol-i-316-3481168423.json", 10196.0);
}

#[test]
fn every_public_instance_is_read() {
    let Some(folder) = benchmarks() else { return };
    let mut count = 0;
    for set in ["bredstrom", "italian", "mankowska", "uhhc", "uhhc/small"] {
        for entry in std::fs::read_dir(folder.join(set)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.ends_with(".json") || name.ends_with(".txt") {
                read(&format!("{set}/{name}"));
                count += 1;
            }
        }
    }
    assert!(count >= 90, "{count} instances");
}

/// What a careless or hostile hand may write where a number or word stands.
const WORDS: [&str; 12] = [
    "-1",
    "0",
    "1e9",
    "1e308",
    "268435456",
    "0.5",
    "null",
    "[]",
    "{}",
    "\"\"",
    "\"HARD\"",
    "99999999999999999999",
];

/// One place of a file changed, in one of several ways.
fn mutate(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = rng.below(bytes.len());
    match rng.below(4) {
        0 => bytes[at] = rng.below(256) as u8,
        1 => drop(bytes.drain(at..(at + 1 + rng.below(30)).min(bytes.len()))),
        2 => bytes.truncate(at),
        _ => {
            // A whole number or word is replaced.
            let is_part =
                |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'"' | b'_');
            let from = bytes[..at].iter().rposition(|byte| !is_part(byte)).map_or(0, |before| before + 1);
            let to =
                bytes[at..].iter().position(|byte| !is_part(byte)).map_or(bytes.len(), |after| at + after);
            let word = WORDS[rng.below(WORDS.len())];
            drop(bytes.splice(from..to, word.bytes()));
        }
    }
    bytes
}

/// Reads mutated files; whatever is read as a day is planned, written, read again and drawn.
fn survive(format: Format, bytes: &[u8], rounds: u64) {
    let settings = Settings {
        budget: Budget::iterations(100),
        seed: 1,
        threads: 1,
        stop: Stop::default(),
        enough: None,
    };
    for seed in 0..rounds {
        let mut rng = Rng::new(seed);
        let mut mutated = bytes.to_vec();
        for _ in 0..=rng.below(3) {
            mutated = mutate(&mutated, &mut rng);
            if mutated.is_empty() {
                break;
            }
        }
        let Ok(file) = read_day(Some(format), &mutated) else { continue };
        let solved = solve(&file.day, &settings, &mut |_| ()).expect("a day that was read can be planned");
        let written = solution::write(&file, &solved.plan, &solved.verdict);
        let _ = solution::read(&file, written.as_bytes());
        let _ = solution::read(&file, &mutate(written.as_bytes(), &mut rng));
        assert!(render::svg(&file, &solved.plan).ends_with("</svg>\n"));
    }
}

#[test]
fn own_days_survive_any_change() {
    survive(Format::Tryggve, include_bytes!("../../src/own_sample.json"), 1500);
}

#[test]
fn public_days_survive_any_change() {
    let Some(folder) = benchmarks() else { return };
    for (format, path) in [
        (Format::Uhhc, "uhhc/i-116.json"),
        (Format::Hhcrsp, "mankowska/InstanzCPLEX_HCSRP_10_1.json"),
        (Format::Bredstrom, "bredstrom/Bred_01S.txt"),
    ] {
        survive(format, &std::fs::read(folder.join(path)).expect("a file of the set"), 400);
    }
}
