//! The manifests: what cargo says about them, and what every one of ours must say.

use std::process::Command;

use anyhow::{Context, ensure};
use serde::Deserialize;

use super::Breach;
use crate::repository::{self, TextFile};

/// Whether a dependency is in the product or in its tests only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// In the product, or in its build.
    Normal,
    /// In tests only.
    Test,
}

/// A crate of ours.
#[derive(Debug)]
pub(crate) struct Member {
    /// Its name.
    pub(crate) name: String,
    /// Path of its manifest from the root.
    pub(crate) manifest: String,
    /// What it says of itself, one line.
    pub(crate) description: String,
    /// What it names as dependencies.
    pub(crate) dependencies: Vec<(String, Kind)>,
    text: String,
}

impl Member {
    /// A crate made in a test.
    #[cfg(test)]
    pub(crate) fn new(name: &str, folder: &str, dependencies: &[(&str, Kind)]) -> Self {
        let dependencies = dependencies.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
        Self {
            name: name.to_owned(),
            manifest: format!("{folder}/{name}/Cargo.toml"),
            description: String::new(),
            dependencies,
            text: String::new(),
        }
    }

    /// The line of the manifest that names the dependency, from 1.
    pub(crate) fn line_of(&self, dependency: &str) -> usize {
        let names =
            |line: &str| line.strip_prefix(dependency).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
        self.text.lines().position(names).map_or(1, |at| at + 1)
    }
}

/// Any package of the tree, ours or not.
#[derive(Debug)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// The SPDX expression that it declares.
    pub(crate) licence: Option<String>,
    /// Whether it comes from a registry (none of ours does).
    pub(crate) source: Option<String>,
}

/// What `cargo metadata` says.
#[derive(Debug)]
pub(crate) struct Graph {
    /// The crates of this workspace.
    pub(crate) members: Vec<Member>,
    /// Every package that is compiled for them.
    pub(crate) packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<MetadataPackage>,
    workspace_members: Vec<String>,
}

#[derive(Deserialize)]
struct MetadataPackage {
    id: String,
    name: String,
    version: String,
    description: Option<String>,
    license: Option<String>,
    source: Option<String>,
    manifest_path: String,
    dependencies: Vec<MetadataDependency>,
}

#[derive(Deserialize)]
struct MetadataDependency {
    name: String,
    kind: Option<String>,
}

impl Graph {
    /// Asks cargo; nothing is fetched that the lock file does not name.
    pub(crate) fn read() -> anyhow::Result<Self> {
        let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(program)
            .args(["metadata", "--format-version", "1", "--locked"])
            .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
            .current_dir(repository::root())
            .output()
            .context("cannot run cargo metadata")?;
        ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
        let metadata: Metadata = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
        let mut members = Vec::new();
        let mut packages = Vec::new();
        for package in metadata.packages {
            if metadata.workspace_members.contains(&package.id) {
                members.push(member(&package)?);
            }
            packages.push(Package {
                name: package.name,
                version: package.version,
                licence: package.license,
                source: package.source,
            });
        }
        Ok(Self { members, packages })
    }
}

fn member(package: &MetadataPackage) -> anyhow::Result<Member> {
    let text = std::fs::read_to_string(&package.manifest_path).context("cannot read a manifest")?;
    let root = repository::root();
    let path = std::path::Path::new(&package.manifest_path);
    let manifest = path.strip_prefix(&root).unwrap_or(path).to_string_lossy().into_owned();
    let kind = |kind: &Option<String>| match kind.as_deref() {
        Some("dev") => Kind::Test,
        _ => Kind::Normal,
    };
    let dependencies = package.dependencies.iter().map(|d| (d.name.clone(), kind(&d.kind))).collect();
    let description = package.description.clone().unwrap_or_default();
    Ok(Member { name: package.name.clone(), manifest, description, dependencies, text })
}

/// What every manifest of ours must say.
pub(crate) fn check(files: &[TextFile]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in files {
        let Some((folder, _)) = file.path.rsplit_once("/Cargo.toml") else { continue };
        if folder == FUZZ {
            continue;
        }
        let text = file.text.as_str();
        if !has_lines(text, "[lints]", "workspace = true") {
            breaches.push(Breach::new(&file.path, 1, "add `[lints]` with `workspace = true`"));
        }
        let has_library = files.iter().any(|other| other.path == format!("{folder}/src/lib.rs"));
        if folder.starts_with("crates/") && has_library && !has_lines(text, "[lib]", "doctest = false") {
            let sentence = "add `[lib]` with `doctest = false`: each doctest links a program of its own";
            breaches.push(Breach::new(&file.path, 1, sentence));
        }
        breaches.extend(own_versions(file));
        breaches.extend(test_programs(&file.path, folder, files));
    }
    breaches
}

/// A workspace of its own, for another compiler: it can inherit nothing from ours.
const FUZZ: &str = "fuzz";

fn has_lines(text: &str, section: &str, wanted: &str) -> bool {
    let mut lines = text.lines().skip_while(|line| line.trim() != section).skip(1);
    lines.by_ref().take_while(|line| !line.starts_with('[')).any(|line| line.trim() == wanted)
}

/// Dependencies with a version of their own instead of the workspace's.
fn own_versions(file: &TextFile) -> Vec<Breach> {
    let mut inside = false;
    let mut breaches = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        if line.starts_with('[') {
            inside = line.trim_end_matches(']').ends_with("dependencies");
        } else if inside && line.contains('=') && !line.starts_with('#') && !line.contains("workspace = true")
        {
            let sentence = "take the dependency from the workspace: `name.workspace = true`";
            breaches.push(Breach::new(&file.path, at + 1, sentence));
        }
    }
    breaches
}

/// More than one integration-test program: each costs a link.
fn test_programs(manifest: &str, folder: &str, files: &[TextFile]) -> Vec<Breach> {
    let prefix = format!("{folder}/tests/");
    let programs = files.iter().filter_map(|file| file.path.strip_prefix(&prefix)).filter(|rest| {
        rest.ends_with(".rs")
            && (!rest.contains('/') || (rest.ends_with("/main.rs") && rest.matches('/').count() == 1))
    });
    if programs.count() <= 1 {
        return Vec::new();
    }
    let sentence = "more than one integration-test program: gather them under tests/it/main.rs";
    vec![Breach::new(manifest, 1, sentence)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "[lib]\ndoctest = false\n[dependencies]\nbase.workspace = true\n[lints]\nworkspace = true\n";

    fn check_manifest(text: &str, others: &[&str], wanted: &[&str]) {
        let mut files = vec![TextFile::new("crates/a/Cargo.toml", text)];
        files.extend(others.iter().map(|path| TextFile::new(path, "")));
        let shown: Vec<String> = check(&files).iter().map(ToString::to_string).collect();
        assert_eq!(shown.len(), wanted.len(), "{shown:?}");
        for (shown, wanted) in shown.iter().zip(wanted) {
            assert!(shown.contains(wanted), "{shown} lacks {wanted}");
        }
    }

    #[test]
    fn every_manifest_says_the_same() {
        let library = ["crates/a/src/lib.rs"];
        check_manifest(GOOD, &library, &[]);
        check_manifest(&GOOD.replace("[lints]\nworkspace = true\n", ""), &library, &["add `[lints]`"]);
        check_manifest(&GOOD.replace("doctest = false", ""), &library, &["doctest = false"]);
        check_manifest(&GOOD.replace("doctest = false", ""), &["crates/a/src/main.rs"], &[]);
        let own = GOOD.replace("base.workspace = true", "base = \"1\"");
        check_manifest(&own, &library, &["Cargo.toml:4: take the dependency from the workspace"]);
    }

    #[test]
    fn one_test_program_per_crate() {
        check_manifest(GOOD, &["crates/a/tests/it/main.rs", "crates/a/tests/it/more.rs"], &[]);
        check_manifest(GOOD, &["crates/a/tests/one.rs", "crates/a/tests/two.rs"], &["more than one"]);
    }
}
