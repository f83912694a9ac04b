//! The public sets' own solutions, recomputed by the independent checker.

use std::path::PathBuf;

use planfile::{DayFile, read_day, solution};

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
