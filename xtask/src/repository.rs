//! Where the repository is and which files belong to it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

/// The root folder, known since this program was compiled inside it.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// The build folder, where every temporary thing of a test run is kept too.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A text file of the repository: its path from the root with `/`, and what it holds.
#[derive(Debug, Clone)]
pub(crate) struct TextFile {
    /// Path from the root, such as `crates/alarm/src/ladder.rs`.
    pub(crate) path: String,
    /// The whole text.
    pub(crate) text: String,
}

impl TextFile {
    /// A file made in a test.
    #[cfg(test)]
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }
}

/// What a fuzzer has found: bytes of no meaning, some of which happen to be text.
const INPUTS: &str = "fuzz/corpus/";

/// Every file that git keeps or would keep (ignored files are left out); binary files and fuzzed ones are skipped.
pub(crate) fn text_files() -> anyhow::Result<Vec<TextFile>> {
    let mut files = Vec::new();
    for path in paths()?.into_iter().filter(|path| !path.starts_with(INPUTS)) {
        let bytes = std::fs::read(root().join(&path)).with_context(|| format!("cannot read {path}"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(TextFile { path, text });
        }
    }
    Ok(files)
}

fn paths() -> anyhow::Result<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .context("git is needed to list the files of the repository")?;
    ensure!(output.status.success(), "git ls-files failed: {}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8(output.stdout).context("a path in the repository is not UTF-8")?;
    let mut paths: Vec<String> = listed
        .split('\0')
        .filter(|path| !path.is_empty() && root().join(path).is_file())
        .map(str::to_owned)
        .collect();
    paths.sort();
    paths.dedup();
    Ok(paths)
}

/// The commit that stands, shortened, with `+` when the tree holds uncommitted changes.
pub(crate) fn commit() -> anyhow::Result<String> {
    let text = |arguments: &[&str]| -> anyhow::Result<String> {
        let output = Command::new("git").args(arguments).current_dir(root()).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let short = text(&["rev-parse", "--short=12", "HEAD"])?;
    let dirty = !text(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    Ok(if dirty { format!("{short}+") } else { short })
}
