//! What every reader of outside bytes must hold, whatever the bytes are.
//!
//! Each [`Target`] is a function that hands bytes to one reader and asserts what must be true of the answer: a round
//! trip, a bound, an order. A panic is a finding. `fuzz/` drives the targets with a fuzzer that is guided by coverage
//! (`cargo xtask fuzz`), and a test here replays every file that was kept under `fuzz/corpus`.
//!
//! A new reader gets a function, a line in [`TARGETS`], a file of three lines in `fuzz/fuzz_targets`, and a few first
//! files in `fuzz/corpus/NAME`.

mod housing_files;
mod mqtt_bytes;
#[path = "../../intake/src/mqtt/payload.rs"]
mod payload;
mod peer_bytes;
mod person_number;
mod plan_files;
mod road_files;
mod scaip_bytes;
mod sip_bytes;
mod table_files;

/// One reader with what must hold.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, as in `fuzz/fuzz_targets` and `fuzz/corpus`.
    pub name: &'static str,
    /// Reads the bytes and panics where something does not hold.
    pub check: fn(&[u8]),
}

/// Every target, by the way bytes come in: the line first, then files.
pub const TARGETS: &[Target] = &[
    Target { name: "sip_message", check: sip_bytes::message },
    Target { name: "sip_stream", check: sip_bytes::stream },
    Target { name: "sip_header", check: sip_bytes::header },
    Target { name: "scaip", check: scaip_bytes::message },
    Target { name: "mqtt_packet", check: mqtt_bytes::packet },
    Target { name: "mqtt_payload", check: mqtt_bytes::payload },
    Target { name: "peer_frame", check: peer_bytes::frame },
    Target { name: "table", check: table_files::any },
    Target { name: "worksheet", check: table_files::worksheet },
    Target { name: "person_number", check: person_number::check },
    Target { name: "population", check: housing_files::population },
    Target { name: "care_use", check: housing_files::care_use },
    Target { name: "places", check: housing_files::places },
    Target { name: "plan_uhhc", check: plan_files::uhhc },
    Target { name: "plan_hhcrsp", check: plan_files::hhcrsp },
    Target { name: "plan_bredstrom", check: plan_files::bredstrom },
    Target { name: "plan_own", check: plan_files::own },
    Target { name: "plan_solution", check: plan_files::solution },
    Target { name: "road_map", check: road_files::map },
    Target { name: "travel_table", check: road_files::table },
];

/// Runs the target of a name.
///
/// # Panics
/// When there is none of that name, and when something does not hold.
pub fn check(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.unwrap_or_else(|| panic!("no target {name}: see anybytes::TARGETS")).check)(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    /// All kept files together: a repository is read by people.
    const CORPUS_BYTES_MAX: u64 = 2_000_000;

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
    }

    fn entries(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    }

    #[test]
    fn every_kept_file_holds() {
        let mut bytes_all = 0;
        for target in TARGETS {
            let kept = entries(&folder().join("corpus").join(target.name));
            assert!(!kept.is_empty(), "{} has no first files", target.name);
            for path in kept {
                let bytes = fs::read(&path).unwrap();
                bytes_all += bytes.len() as u64;
                // The harness shows what is printed only where the test fails: the last line is then the finding.
                println!("{}", path.display());
                (target.check)(&bytes);
            }
        }
        assert!(bytes_all < CORPUS_BYTES_MAX, "{bytes_all} bytes are kept: minimise them");
    }

    #[test]
    fn every_target_is_fuzzed_and_no_folder_is_without_one() {
        let names: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
        let stems = |part: &str| -> BTreeSet<String> {
            let paths = entries(&folder().join(part));
            paths.iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
        };
        assert_eq!(stems("fuzz_targets"), names);
        assert_eq!(stems("corpus"), names);
        let manifest = fs::read_to_string(folder().join("Cargo.toml")).unwrap();
        for name in names {
            assert!(manifest.contains(&format!("name = \"{name}\"")), "fuzz/Cargo.toml lacks {name}");
        }
    }
}
