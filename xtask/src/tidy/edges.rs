//! Who may depend on whom: the floors of ARCHITECTURE.md as a table.

use std::collections::BTreeSet;

use super::Breach;
use super::manifest::{Graph, Kind, Member};

/// The floor on which a crate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Floor {
    /// Knows nothing of elder care.
    Library,
    /// The shared vocabulary.
    Base,
    /// Pure: decides only.
    Capability,
    /// Owns one outside world.
    Edge,
    /// Programs and aids.
    Program,
}

impl Floor {
    /// Must this floor decide without touching any outside world?
    pub(crate) fn is_pure(self) -> bool {
        matches!(self, Self::Base | Self::Capability)
    }
}

/// Every crate of ours, its floor, and what it may use beside the capabilities and `base` where its floor may.
///
/// A new crate gets a line here; a new edge is a decision, so it is seen in review.
const CRATES: &[(&str, Floor, &[&str])] = &[
    ("scaip", Floor::Library, &[]),
    ("sip", Floor::Library, &[]),
    ("mqtt", Floor::Library, &[]),
    ("delimited", Floor::Library, &[]),
    ("localsearch", Floor::Library, &[]),
    ("roads", Floor::Library, &[]),
    ("base", Floor::Base, &[]),
    ("access", Floor::Capability, &[]),
    ("person", Floor::Capability, &[]),
    ("device", Floor::Capability, &["alarm", "scaip"]),
    ("alarm", Floor::Capability, &[]),
    ("care", Floor::Capability, &[]),
    ("staff", Floor::Capability, &[]),
    ("visit", Floor::Capability, &["localsearch", "roads"]),
    ("roster", Floor::Capability, &["localsearch", "staff"]),
    ("medication", Floor::Capability, &[]),
    ("region", Floor::Capability, &[]),
    ("housing", Floor::Capability, &["delimited"]),
    ("followup", Floor::Capability, &[]),
    ("portfolio", Floor::Capability, &[]),
    ("store", Floor::Edge, &[]),
    ("export", Floor::Edge, &["delimited"]),
    ("planfile", Floor::Edge, &["roads"]),
    ("outward", Floor::Edge, &[]),
    ("journal", Floor::Edge, &[]),
    ("peer", Floor::Edge, &["journal"]),
    (
        "app",
        Floor::Edge,
        &["store", "login", "export", "outward", "journal", "peer", "planfile", "roads", "scaip"],
    ),
    ("intake", Floor::Edge, &["app", "mqtt", "scaip", "sip"]),
    ("web", Floor::Edge, &["app", "login", "export"]),
    ("login", Floor::Edge, &["sip"]),
    ("sim", Floor::Program, &["app", "store", "login", "intake", "scaip", "sip", "roads"]),
    ("testkit", Floor::Program, &["app", "store", "login", "sim", "scaip", "sip"]),
    (
        "tryggve",
        Floor::Program,
        &[
            "app",
            "store",
            "export",
            "outward",
            "journal",
            "peer",
            "intake",
            "web",
            "login",
            "sim",
            "mqtt",
            "scaip",
            "sip",
            "roads",
            "localsearch",
            "planfile",
        ],
    ),
    ("anybytes", Floor::Program, &["export", "mqtt", "peer", "planfile", "roads", "scaip", "sip"]),
    ("load", Floor::Program, &["store", "sip", "login"]),
    ("xtask", Floor::Program, &["planfile", "localsearch", "roads", "sim", "scaip", "sip"]),
];

/// Dependencies that a pure crate must not have, for they bring an outside world in.
const IMPURE: &[&str] = &[
    "tokio",
    "axum",
    "hyper",
    "reqwest",
    "sqlx",
    "rusqlite",
    "serde",
    "serde_json",
    "askama",
    "rand",
    "fastrand",
    "getrandom",
    "tracing",
    "chrono",
    "anyhow",
];

/// Heavy or dangerous dependencies and the only crates that may name them.
const FENCED: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("askama", &["web"]),
    ("axum", &["web", "tryggve"]),
    ("argon2", &["login"]),
    ("openidconnect", &["login"]),
    ("webauthn-rs", &["login"]),
    ("anyhow", &["tryggve", "sim", "load", "xtask"]),
    ("typst", &["export"]),
];

/// What only tests may use.
const TEST_ONLY: &[&str] = &["testkit", "expect-test", "proptest"];

/// The floor of the crate that a path lies in.
pub(crate) fn floor_of_path(path: &str) -> Option<Floor> {
    let mut parts = path.split('/');
    match (parts.next()?, parts.next()?) {
        ("libs" | "crates", name) => floor(name),
        _ => None,
    }
}

fn floor(name: &str) -> Option<Floor> {
    CRATES.iter().find(|(listed, ..)| *listed == name).map(|(_, floor, _)| *floor)
}

/// What the page of crates says about one crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CrateLine {
    /// Where it stands, from the root.
    pub(crate) folder: String,
    /// Its name.
    pub(crate) name: String,
    /// What it says of itself.
    pub(crate) description: String,
}

/// The crates that stand, by floor from the ground up, under the floor's title.
pub(crate) fn by_floor(graph: &Graph) -> Vec<(&'static str, Vec<CrateLine>)> {
    const TITLES: &[(Floor, &str)] = &[
        (Floor::Library, "Libraries: know nothing of elder care"),
        (Floor::Base, "Base: the shared vocabulary"),
        (Floor::Capability, "Capabilities: pure, decide only"),
        (Floor::Edge, "Edges: one per outside world"),
        (Floor::Program, "Programs and aids"),
    ];
    let on = |floor: Floor| {
        let listed = CRATES.iter().filter(move |(_, stands, _)| *stands == floor);
        let member = |name: &str| graph.members.iter().find(|member| member.name == name);
        let row = |member: &Member| CrateLine {
            folder: member.manifest.trim_end_matches("/Cargo.toml").to_owned(),
            name: member.name.clone(),
            description: member.description.clone(),
        };
        listed.filter_map(|(name, ..)| member(name).map(row)).collect::<Vec<_>>()
    };
    let filled = TITLES.iter().map(|(floor, title)| (*title, on(*floor)));
    filled.filter(|(_, crates)| !crates.is_empty()).collect()
}

/// Edges that the table does not hold.
pub(crate) fn check(graph: &Graph) -> Vec<Breach> {
    let ours: BTreeSet<&str> = graph.members.iter().map(|member| member.name.as_str()).collect();
    let mut breaches = Vec::new();
    for member in &graph.members {
        let name = member.name.as_str();
        let Some((_, floor, extra)) = CRATES.iter().find(|(listed, ..)| *listed == name) else {
            let sentence =
                format!("the crate {name} has no floor: give it a line in xtask/src/tidy/edges.rs");
            breaches.push(Breach::new(&member.manifest, 1, sentence));
            continue;
        };
        let home = match (floor, name) {
            (Floor::Library, _) => "libs/",
            (_, "load") => "bench/",
            _ => "crates/",
        };
        if name != "xtask" && !member.manifest.starts_with(home) {
            let sentence = format!("{name} stands on the floor {floor:?}: it belongs in {home}");
            breaches.push(Breach::new(&member.manifest, 1, sentence));
        }
        for (dependency, kind) in &member.dependencies {
            let refused = refuse(name, *floor, extra, dependency, *kind, ours.contains(dependency.as_str()));
            if let Some(why) = refused {
                breaches.push(Breach::new(&member.manifest, member.line_of(dependency), why));
            }
        }
    }
    breaches
}

fn refuse(
    name: &str,
    floor: Floor,
    extra: &[&str],
    dependency: &str,
    kind: Kind,
    is_ours: bool,
) -> Option<String> {
    if kind == Kind::Test {
        let store_in_edge = dependency == "store" && ["web", "login"].contains(&name);
        return store_in_edge.then(|| format!("{name} never sees store, not even in tests: use testkit"));
    }
    if TEST_ONLY.contains(&dependency) {
        return Some(format!("{dependency} is for tests: move it to [dev-dependencies]"));
    }
    if floor.is_pure() && IMPURE.contains(&dependency) {
        return Some(format!("{name} is pure and may not use {dependency}: an edge does that work"));
    }
    if let Some((_, homes)) = FENCED.iter().find(|(fenced, _)| *fenced == dependency)
        && !homes.contains(&name)
    {
        return Some(format!("{dependency} enters through {} only", homes.join(", ")));
    }
    if !is_ours || may_use(floor, extra, dependency) {
        return None;
    }
    Some(format!(
        "{name} may not use {dependency}: see the floors in ARCHITECTURE.md and xtask/src/tidy/edges.rs"
    ))
}

fn may_use(floor: Floor, extra: &[&str], dependency: &str) -> bool {
    let by_floor = match self::floor(dependency) {
        Some(Floor::Base) => matches!(floor, Floor::Capability | Floor::Edge | Floor::Program),
        Some(Floor::Capability) => matches!(floor, Floor::Edge | Floor::Program),
        Some(Floor::Library | Floor::Edge | Floor::Program) | None => false,
    };
    by_floor || extra.contains(&dependency)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_edge(name: &str, dependency: &str, kind: Kind, wanted: Option<&str>) {
        let folder = if floor(name) == Some(Floor::Library) { "libs" } else { "crates" };
        let mut members = vec![Member::new(name, folder, &[(dependency, kind)])];
        if floor(dependency).is_some() {
            let folder = if floor(dependency) == Some(Floor::Library) { "libs" } else { "crates" };
            members.push(Member::new(dependency, folder, &[]));
        }
        let shown: Vec<String> =
            check(&Graph { members, packages: Vec::new() }).iter().map(ToString::to_string).collect();
        match wanted {
            None => assert!(shown.is_empty(), "{shown:?}"),
            Some(wanted) => {
                assert!(shown.len() == 1 && shown[0].contains(wanted), "{shown:?} lacks {wanted}");
            }
        }
    }

    #[test]
    fn arrows_point_down() {
        check_edge("alarm", "base", Kind::Normal, None);
        check_edge("store", "alarm", Kind::Normal, None);
        check_edge("visit", "roads", Kind::Normal, None);
        check_edge("alarm", "person", Kind::Normal, Some("alarm may not use person"));
        check_edge("alarm", "store", Kind::Normal, Some("alarm may not use store"));
        check_edge("web", "store", Kind::Normal, Some("web may not use store"));
        check_edge("intake", "store", Kind::Normal, Some("intake may not use store"));
        check_edge("login", "store", Kind::Test, Some("not even in tests"));
        check_edge("scaip", "base", Kind::Normal, Some("scaip may not use base"));
    }

    #[test]
    fn outside_worlds_are_fenced() {
        check_edge("alarm", "tokio", Kind::Normal, Some("alarm is pure"));
        check_edge("alarm", "serde_json", Kind::Test, None);
        check_edge("app", "sqlx", Kind::Normal, Some("sqlx enters through store only"));
        check_edge("web", "anyhow", Kind::Normal, Some("anyhow enters through"));
        check_edge("app", "testkit", Kind::Normal, Some("testkit is for tests"));
        check_edge("app", "testkit", Kind::Test, None);
    }

    #[test]
    fn a_new_crate_needs_a_floor() {
        check_edge("surprise", "thiserror", Kind::Normal, Some("has no floor"));
    }
}
